"""The form in which job titles are compared: no case, accent, gender, abbreviation or order of A/B.

Before: 'Conseiller / Conseillère clientèle de BQ (H/F)'. After: 'conseiller clientel banqu'.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

MASK = "•••"
SMALL_WORDS = frozenset(
    {"de", "du", "des", "la", "le", "les", "l", "d", "en", "et", "a", "au", "aux", "un", "une"}
    | {"pour", "sur", "par", "ou", "dans", "avec", "chez"}
    | {"the", "of", "and", "in", "for", "to", "with"}
)
FEMININE_ENDINGS = (
    ("trice", "teur"),
    ("drice", "deur"),
    ("euse", "eur"),
    ("ere", "er"),
    ("enne", "en"),
    ("onne", "on"),
    ("ive", "if"),
    ("elle", "el"),
    ("esse", "e"),
    ("ffe", "f"),
    ("ee", "e"),
)
"""French feminine endings without accents, and the masculine ones; the longest first."""

_INCLUSIVE = re.compile(
    r"(?<=\w)\s?(?:\(-?|\.|·|•|-|/-?)"
    r"(?:es|e|nes|ne|ere|iere|euse|rice|trice|ienne|enne|ve|sse|se|fe)\b\)?(?:[.·]s\b)?"
)
_BOTH_SEXES = re.compile(r"\(?\b[hmf]\s*[/-]\s*[hmf]\b\)?")
_ARABIC_LETTERS = str.maketrans("أإآٱىةؤئ", "اااا" + "يهوي", "ـ")
_WORD = re.compile(r"\w+")


def form(title: str) -> str:
    """The words of `title` as they are compared (e.g. 'infirmier' of 'Infirmière')."""
    text = _BOTH_SEXES.sub(" ", _plain(title))
    text = _INCLUSIVE.sub("", text)
    kept: list[str] = []
    for part in text.split("/"):
        kept = _joined(kept, list(_stems(part)))
    return " ".join(word for n, word in enumerate(kept) if n == 0 or word != kept[n - 1])


def masked(title: str, known_words: frozenset[str]) -> str:
    """`title` without case or accents, each word whose stem is not among `known_words` masked.

    A person's or an employer's name, and every number, is no word of a known title.
    """
    words = _WORD.findall(_plain(title))
    shown = [word if _is_known(word, known_words) else MASK for word in words]
    return " ".join(word for n, word in enumerate(shown) if n == 0 or word != shown[n - 1])


def _is_known(word: str, known_words: frozenset[str]) -> bool:
    stems = form(word).split()
    if any(character.isdigit() for character in word):
        return False
    return word in SMALL_WORDS or (bool(stems) and all(stem in known_words for stem in stems))


def _plain(text: str) -> str:
    """Small letters without accents or Arabic vowel signs, one form for variants of a letter."""
    lower = text.lower().translate(_ARABIC_LETTERS).replace("œ", "oe").replace("æ", "ae")
    decomposed = unicodedata.normalize("NFKD", lower)
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def _joined(left: list[str], right: list[str]) -> list[str]:
    """Two sides of a slash as one title: what ends the left and begins the right is said once."""
    shared = min(len(left), len(right))
    while shared and left[-shared:] != right[:shared]:
        shared -= 1
    return left + right[shared:]


def _stems(text: str) -> Iterator[str]:
    for written in _WORD.findall(text):
        if any(character.isdigit() for character in written) or written in _left_out():
            continue
        for word in _abbreviations().get(written, written).split():
            if word not in SMALL_WORDS:
                yield _stem(word)


def _stem(word: str) -> str:
    """A word without plural, and in the masculine."""
    if not word.isascii():
        bare = word.removeprefix("ال") if len(word) > 4 else word
        return bare[:-1] if len(bare) > 3 and bare.endswith("ه") else bare
    if word == "femme":
        return "homm"
    if len(word) > 3 and word[-1] in "sx":
        word = word[:-1]
    for feminine, masculine in FEMININE_ENDINGS:
        if word.endswith(feminine) and len(word) > len(feminine) + 1:
            word = word.removesuffix(feminine) + masculine
            break
    return word[:-1] if len(word) > 3 and word.endswith("e") else word


@cache
def _abbreviations() -> dict[str, str]:
    return {str(short): str(long) for short, long in _listed()["abbreviations"].items()}


@cache
def _left_out() -> frozenset[str]:
    return frozenset(_listed()["left_out"])


@cache
def _listed() -> dict[str, dict[str, str]]:
    import yaml

    path = Path(__file__).with_name("abbreviations.yml")
    read: dict[str, dict[str, str]] = yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)
    return read
