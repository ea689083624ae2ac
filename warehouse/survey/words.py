"""The words of the survey's documents, from messages/words/survey.yml."""

from functools import cache
from typing import Any

from warehouse import messages
from warehouse.report.marked import Marked, apart, isolated


def said(key: str, lang: str, **values: Any) -> Marked:
    """The sentence `key` in `lang`, its values kept apart."""
    kept = {name: isolated(str(value)) for name, value in values.items()}
    return apart(str(_words()[key][lang]).format_map(kept))


def lines(key: str, lang: str, **values: Any) -> tuple[Marked, ...]:
    """The sentences of `key`, one for each of its lines."""
    return tuple(Marked(line) for line in said(key, lang, **values).splitlines())


@cache
def _words() -> dict[str, dict[str, str]]:
    return messages.words("survey")
