"""The working days of Morocco's administration: neither week-ends nor public holidays.

Feasts of the Islamic calendar follow the sighting of the moon: until feasts.yml tells what was
announced their days are estimated, and a day that depends on one may still move.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from warehouse.feasts import exceptional_days, morocco
from warehouse.messages import word

SATURDAY = 5
ONE_DAY = timedelta(days=1)
HOLIDAY_LANGUAGES = {"fr": "fr", "ar": "ar", "en": "en_US"}


@dataclass(frozen=True)
class Holiday:
    """A public holiday with its name in each language; estimated until it is announced."""

    day: date
    names: Mapping[str, str]
    is_estimated: bool


@cache
def holidays_of(year: int) -> Mapping[date, Holiday]:
    """The public holidays of Morocco in `year`, by day."""
    plain, labelled = (
        {lang: morocco(year, code, is_labelled) for lang, code in HOLIDAY_LANGUAGES.items()}
        for is_labelled in (False, True)
    )
    known = {
        # Of a day with two names one is enough to be certain.
        day: Holiday(
            day,
            {lang: found[day] for lang, found in plain.items()},
            is_estimated=not {*name.split("; ")} & {*labelled["fr"][day].split("; ")},
        )
        for day, name in plain["fr"].items()
    }
    granted = {lang: word("exceptional_day_off", lang) for lang in HOLIDAY_LANGUAGES}
    for day in exceptional_days():
        if day.year == year:
            known.setdefault(day, Holiday(day, granted, is_estimated=False))
    return dict(sorted(known.items()))


def holiday_on(day: date) -> Holiday | None:
    """The public holiday that `day` is, if it is one."""
    return holidays_of(day.year).get(day)


def is_working_day(day: date) -> bool:
    """Whether the administration works on `day`."""
    return day.weekday() < SATURDAY and holiday_on(day) is None


def working_day_from(day: date) -> date:
    """`day` itself, or the working day that follows where it is a day off.

    >>> working_day_from(date(2026, 5, 1))
    datetime.date(2026, 5, 4)
    """
    while not is_working_day(day):
        day += ONE_DAY
    return day


def working_days_between(day: date, until: date) -> int:
    """The working days after `day` up to `until`, which counts too; 0 where it is not later.

    >>> working_days_between(date(2026, 4, 17), date(2026, 4, 21))
    2
    """
    return sum(is_working_day(found) for found in _days_after(day, until))


def is_estimated(day: date, until: date) -> bool:
    """Whether an estimated holiday decides which days from `day` to `until` are off.

    One on the day before or after counts too: the moon may be seen a day earlier or later.
    """
    found = (holiday_on(each) for each in _days_after(day - 2 * ONE_DAY, until + ONE_DAY))
    return any(holiday.is_estimated for holiday in found if holiday)


def _days_after(day: date, until: date) -> Iterator[date]:
    while day < until:
        day += ONE_DAY
        yield day
