"""The words, numbers and dates of the pages, in French, Arabic and English."""

import re
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal

from warehouse.periods import last_day
from warehouse.report.figures import ARABIC_QUARTERS

# ar_MA writes Western digits and the Moroccan names of the months (دجنبر, not ديسمبر).
LOCALES = {"fr": Locale("fr", "MA"), "ar": Locale("ar", "MA"), "en": Locale("en", "GB")}
DIRECTIONS = {"fr": "ltr", "ar": "rtl", "en": "ltr"}

NARROW_NO_BREAK_SPACE = "\u202f"
NO_BREAK_SPACE = "\u00a0"
_SPACE_BEFORE = re.compile(r"[ \u00a0](?=[;!?%»])")
_SPACE_BEFORE_COLON = re.compile(r" (?=:(\s|$))")
_SPACE_AFTER = re.compile(r"(?<=«)[ \u00a0]")


@cache
def _texts() -> dict[str, dict[str, str]]:
    content = Path(__file__).with_name("texts.yml").read_text("utf-8")
    texts: dict[str, dict[str, str]] = yaml.load(content, yaml.CSafeLoader)
    return texts


def text(key: str, lang: str, /, **values: Any) -> str:
    """The text `key` of texts.yml in `lang`, its template filled with `values`."""
    return typeset(_texts()[key][lang].format(**values), lang)


def text_or(key: str, lang: str, default: str) -> str:
    """The text `key` where texts.yml has it, such as the name of a unit; else `default`."""
    return text(key, lang) if key in _texts() else default


def typeset(words: str, lang: str) -> str:
    """`words` with the apostrophes of print and the spaces of French typography.

    >>> typeset("Source : l'HCP", "fr")
    'Source\\xa0: l’HCP'
    """
    words = words.replace("'", "’")
    if lang != "fr":
        return words
    words = _SPACE_BEFORE.sub(NARROW_NO_BREAK_SPACE, words)
    words = _SPACE_BEFORE_COLON.sub(NO_BREAK_SPACE, words)
    return _SPACE_AFTER.sub(NARROW_NO_BREAK_SPACE, words)


def number(value: Any, lang: str, decimals: int = 0) -> str:
    """A figure as it is written in `lang`, such as 148 152 in French."""
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return format_decimal(value, format=pattern, locale=LOCALES[lang])


def long_date(day: date | datetime, lang: str) -> str:
    """A date in words, such as 5 janvier 2026."""
    return format_date(day, format="d MMMM y", locale=LOCALES[lang])


def period(code: str, lang: str) -> str:
    """A reference period in words: décembre 2025, T4 2025, 2025."""
    if len(code) == 4:
        return code
    if "Q" in code and lang == "ar":
        return f"{ARABIC_QUARTERS[int(code[-1]) - 1]} {code[:4]}"
    pattern = "QQQ y" if "Q" in code else "LLLL y"
    return format_date(last_day(code), format=pattern, locale=LOCALES[lang])


def short_period(code: str, lang: str) -> str:
    """A reference period as it fits under a chart: 12/2025, T4 2025, 2025."""
    if "Q" in code:
        # In Arabic a quarter has no short form: its code is understood.
        return code if lang == "ar" else period(code, lang)
    return code if len(code) == 4 else f"{code[5:]}/{code[:4]}"
