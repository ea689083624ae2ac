"""Words that alone name no occupation, though known titles hold them: 'manager', 'contrat'."""

from collections import defaultdict
from collections.abc import Mapping


def vague_words(codes: Mapping[str, str], most_groups: int) -> frozenset[str]:
    """The words that say too little alone, by the known titles' forms with their codes.

    Known titles that hold such a word lie in more than `most_groups` unit groups, or the word is
    the lesser part of each of them, as 'contrat' is of 'gestionnaire contrat'.
    """
    groups: dict[str, set[str]] = defaultdict(set)
    shortest: dict[str, int] = {}
    for title, code in codes.items():
        for word in title.split():
            groups[word].add(code)
            shortest[word] = min(len(title), shortest.get(word, len(title)))
    return frozenset(
        word
        for word, found in groups.items()
        if len(found) > most_groups or 2 * len(word) < shortest[word]
    )
