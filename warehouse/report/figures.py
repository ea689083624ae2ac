"""Numbers, dates and periods as each language writes them in Morocco."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import lru_cache

LOCALES = {"fr": "fr", "ar": "ar_MA", "en": "en_GB"}
PERCENT = {"fr": "#,##0.{}\u202f%", "ar": "#,##0.{}%", "en": "#,##0.{}%"}
NUMBERS_KEPT = 20_000
"""Written numbers remembered: babel takes its time, and one report repeats its lines."""

ONE_KIB = 1024
INSTANT = {"fr": "d MMMM y 'à' HH:mm", "ar": "d MMMM y، HH:mm", "en": "d MMMM y, HH:mm"}
SIZE_UNITS = ("byte", "kilobyte", "megabyte", "gigabyte")

_PERIOD = re.compile(r"(?P<year>\d{4})(?:-(?:Q(?P<quarter>[1-4])|(?P<month>0[1-9]|1[0-2])))?")


@lru_cache(maxsize=NUMBERS_KEPT)
def number(value: float, lang: str) -> str:
    """`value` with the thousands of `lang` (e.g. 1 234 567 in French, with thin spaces)."""
    from babel.numbers import format_decimal

    return str(format_decimal(value, locale=LOCALES[lang]))


def percent(share: float, lang: str, decimals: int = 1) -> str:
    """A share from 0 to 1 as a percentage of at most so many decimals (e.g. 7,2 % or < 0,1 %)."""
    from babel.numbers import format_percent

    least_shown = 10.0 ** -(decimals + 2)
    least = "< " if 0 < share < least_shown else ""
    shown = max(share, least_shown) if share else share
    pattern = PERCENT[lang].format("#" * decimals)
    return least + str(format_percent(shown, pattern, locale=LOCALES[lang]))


def plural_form(count: int, lang: str) -> str:
    """The CLDR plural category of `count` in `lang`, such as one, two, few, many or other."""
    from babel import Locale

    return str(Locale.parse(LOCALES[lang]).plural_form(count))


def plural(forms: Mapping[str, str], count: int, lang: str) -> str:
    """The one of `forms` that agrees with `count`; the form none is for zero."""
    if count == 0 and "none" in forms:
        return forms["none"]
    return forms.get(plural_form(count, lang), forms["other"])


def size(size_bytes: int, lang: str) -> str:
    """A file's size in the largest unit that fits (e.g. 1,2 Mo)."""
    from babel.units import format_unit

    value, unit = float(size_bytes), 0
    while value >= ONE_KIB and unit < len(SIZE_UNITS) - 1:
        value, unit = value / ONE_KIB, unit + 1
    rounded = round(value, 1)
    written = format_unit(rounded, f"digital-{SIZE_UNITS[unit]}", "short", locale=LOCALES[lang])
    return str(written)


def instant(received_at: str, lang: str) -> str:
    """An ISO 8601 instant as date and time in UTC, the same wherever it is read."""
    from babel.dates import format_datetime

    moment = datetime.fromisoformat(received_at)
    in_utc = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    return f"{format_datetime(in_utc, INSTANT[lang], locale=LOCALES[lang])} UTC"


def day(value: date, lang: str) -> str:
    """A day in words (e.g. 14 mars 2026; in French the first is 1er)."""
    from babel.dates import format_date

    pattern = "d'er' MMMM y" if lang == "fr" and value.day == 1 else "d MMMM y"
    return str(format_date(value, pattern, locale=LOCALES[lang]))


ARABIC_QUARTERS = ("الفصل الأول", "الفصل الثاني", "الفصل الثالث", "الفصل الرابع")
"""Quarters as Morocco's institutions name them; the locale has another word, الربع."""


def period_name(period: str, lang: str) -> str | None:
    """A month or a quarter in words (e.g. mars 2026); None for a year, which is its own name."""
    from babel.dates import format_date

    found = _PERIOD.fullmatch(period)
    if not found or not (found["month"] or found["quarter"]):
        return None
    if found["quarter"] and lang == "ar":
        return f"{ARABIC_QUARTERS[int(found['quarter']) - 1]} {found['year']}"
    month = int(found["month"] or int(found["quarter"]) * 3)
    pattern = "LLLL y" if found["month"] else "QQQQ y"
    return str(format_date(date(int(found["year"]), month, 1), pattern, locale=LOCALES[lang]))
