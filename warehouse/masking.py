"""Masking: how a value or a file name is shown without what identifies somebody."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

import polars as pl

from warehouse.contracts.contract import Column, contracts

IDENTIFIER = (
    r"[^\s@]+@[^\s@]+"  # an address
    r"|\d(?:[ ./\-]?\d){6,}"  # a telephone, insured or account number, a date of birth
    r"|\b[A-Za-z]{1,2}[ \-]?\d{5,7}\b"  # an identity card or a passport (BE123456)
)
"""What has the form of an identifier, for Polars and for `re` alike."""

NAME_WORD = r"\p{L}{3,}"
"""A word that may be somebody's name; shorter ones, such as EL, stand in many codes too."""
SHOWN_DIGITS = 5
"""Digits in a row from which a value may be somebody's number."""
HIDDEN_LENGTH = 10
"""Most dots that stand for a hidden value."""

NUMBER_IN_NAME = re.compile(r"\d{7,}|(?<![A-Za-z])[A-Za-z]{1,2}\d{5,6}(?!\d)")
"""An affiliate or a longer number, or one in the form of an identity card (BE123456)."""
WORD_IN_NAME = re.compile(r"[^\W\d_]{2,}")
FILE_WORDS = """
csv txt zip xlsx xls tsv dat json sdmx ebds bds ds dsc specimen fichier dossier file ملف
extrait extract envoi export version ver corrige correction rectificatif definitif final
provisoire complement complementaire nouveau new data donnees month mois trimestre
annee year lisezmoi readme et le la les du de des and of the
janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre
january february march april may june july august september october november december
يناير فبراير مارس أبريل ماي يونيو يوليوز غشت شتنبر أكتوبر نونبر دجنبر
"""
"""What people call files by, beside the words of the contracts."""


def words_of(text: pl.Expr) -> pl.Expr:
    """A text as a whole, and its words: what it may have in common with a name."""
    upper = text.fill_null("").str.to_uppercase()
    return pl.concat_list(upper, upper.str.extract_all(NAME_WORD))


def shown(column: Column | None, value: str | None) -> str | None:
    """A value as a report may show it: identifiers keep two characters, names and births none.

    Any other value is shown only where it has the shape of its column, since a shifted file
    puts names and numbers anywhere.
    """
    if value is None or column is None:
        return value
    if column.identifier_type:
        return "•" * max(len(value) - 2, 0) + value[-2:] if len(value) > 5 else "•" * len(value)
    return hidden(value) if column.is_masked or not _has_shape(column, value) else value


def hidden(value: str) -> str:
    """A value of which nothing is shown."""
    return "•" * min(len(value), HIDDEN_LENGTH)


def _has_shape(column: Column, value: str) -> bool:
    digits = max(map(len, re.findall(r"\d+", value)), default=0)
    if column.type in ("date", "month"):
        return re.fullmatch(r"\d+[/.:\-]\d+(?:[/.:\-]\d+)?|\d{6}", value) is not None
    if column.type in ("integer", "decimal"):
        width = len(str(column.maximum)) + 2 if column.maximum is not None else SHOWN_DIGITS
        return re.fullmatch(r"[\d.,+\-]+", value) is not None and len(value) <= width
    if column.type == "code":
        return re.fullmatch(r"\S+", value) is not None and digits < SHOWN_DIGITS
    return False


def masked_name(name: str) -> str:
    """A file name of which only known words and short numbers are shown.

    The words of the contracts, months and what people call versions are known; any other word
    may be somebody's name. Nothing in it is a sign that a terminal would obey.

    >>> masked_name("DS_0001234_202603.txt")
    'DS_•••••34_202603.txt'
    """
    readable = "".join(c if c.isprintable() else "�" for c in name)
    numbered = NUMBER_IN_NAME.sub(lambda m: "•" * (len(m[0]) - 2) + m[0][-2:], readable)
    return WORD_IN_NAME.sub(lambda m: m[0] if _is_known(m[0]) else hidden(m[0]), numbered)


def _is_known(word: str) -> bool:
    return _folded(word) in _known_words()


@cache
def _known_words() -> frozenset[str]:
    """The words of the contracts' ids, providers and titles, and those of FILE_WORDS."""
    told = [
        text
        for c in contracts().values()
        for text in (c.id, c.provider, c.dataset, *c.title.values(), *c.provider_title.values())
    ]
    return frozenset(_words([*told, FILE_WORDS]))


def _words(texts: Iterable[str]) -> Iterable[str]:
    return (_folded(word) for text in texts for word in WORD_IN_NAME.findall(text))


def _folded(word: str) -> str:
    """A word without case and accents: 'Séjour' -> 'sejour'."""
    letters = unicodedata.normalize("NFKD", word.casefold())
    return "".join(c for c in letters if not unicodedata.combining(c))
