"""The notice of a release: what readers are told of it, in three languages or one text for all."""

from collections.abc import Sequence

from warehouse.errors import SimimoError
from warehouse.indicator import Labels
from warehouse.messages import LANGUAGES


class InvalidNotice(SimimoError):
    """A notice lacks a language, or gives one twice."""

    key = "invalid_notice"


def read_notice(texts: Sequence[str]) -> Labels | None:
    """The notice typed as one text, or as fr=..., ar=... and en=...; raises InvalidNotice.

    >>> read_notice(["Corrige décembre."])["ar"]
    'Corrige décembre.'
    """
    if not texts:
        return None
    named = [text.partition("=") for text in texts]
    if len(texts) == 1 and named[0][0].strip() not in LANGUAGES:
        return dict.fromkeys(LANGUAGES, _said(texts[0]))
    told = {lang.strip(): _said(text) for lang, _, text in named}
    if set(told) != set(LANGUAGES) or len(texts) != len(LANGUAGES):
        raise InvalidNotice(given=", ".join(lang.strip() for lang, *_ in named))
    return told


def _said(text: str) -> str:
    if not text.strip():
        raise InvalidNotice(given="")
    return text.strip()
