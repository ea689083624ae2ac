"""The public holidays of Morocco, its feasts of the moon on the days that feasts.yml announces."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from types import new_class
from typing import Any

ANNOUNCED = Path(__file__).with_name("feasts.yml")
FEASTS = {
    "eid_al_fitr": "EID_AL_FITR_DATES",
    "eid_al_adha": "EID_AL_ADHA_DATES",
    "islamic_new_year": "HIJRI_NEW_YEAR_DATES",
    "mawlid": "MAWLID_DATES",
}
"""The feasts of the file, and what the library calls their first days."""


def morocco(year: int, language: str, is_labelled: bool) -> dict[date, str]:
    """The names of the public holidays by day; labelled, a name says that its day is estimated."""
    return dict(_library()(years=year, language=language, islamic_show_estimated=is_labelled))


def exceptional_days() -> Mapping[date, str]:
    """The single days on which the administration was closed, with where it was told."""
    return _read()["exceptional"] or {}


def announced_days() -> Mapping[str, Mapping[date, str]]:
    """The announced first days of each feast, with where it was told."""
    return {feast: _read()["announced"].get(feast) or {} for feast in FEASTS}


@cache
def _read() -> dict[str, Any]:
    import yaml

    read: dict[str, Any] = yaml.safe_load(ANNOUNCED.read_text("utf-8"))
    return read


@cache
def _library() -> Any:
    """The library's Morocco, in whose lunar calendar the announced days go before its own."""
    # The library takes a while to read, and most commands ask for no due date.
    from holidays.calendars.islamic import _CustomIslamicHolidays
    from holidays.countries.morocco import Morocco
    from holidays.groups.international import InternationalHolidays
    from holidays.groups.islamic import IslamicHolidays
    from holidays.holiday_base import HolidayBase

    dates = {FEASTS[feast]: _by_year(days) for feast, days in announced_days().items()}
    calendar = new_class("Calendar", (_CustomIslamicHolidays,), exec_body=lambda c: c.update(dates))

    class Announced(Morocco):
        def __init__(self, *, islamic_show_estimated: bool, **told: Any) -> None:
            InternationalHolidays.__init__(self)
            IslamicHolidays.__init__(self, cls=calendar, show_estimated=islamic_show_estimated)
            HolidayBase.__init__(self, **told)

    return Announced


def _by_year(days: Mapping[date, str]) -> dict[int, tuple[tuple[int, int], ...]]:
    """The months and days of each year: a lunar year may begin twice in one of ours."""
    return {
        year: tuple((day.month, day.day) for day in sorted(days) if day.year == year)
        for year in {day.year for day in days}
    }
