"""Working days of Morocco: week-ends, fixed holidays, and feasts of the moon."""

from datetime import date, timedelta

import pytest

from warehouse.contracts.contract import contract
from warehouse.feasts import announced_days, exceptional_days
from warehouse.periods import due_date
from warehouse.working_days import (
    holiday_on,
    is_estimated,
    is_working_day,
    working_day_from,
    working_days_between,
)


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 1, 11),  # manifesto of independence
        date(2026, 1, 14),  # Amazigh new year
        date(2026, 7, 30),  # throne
        date(2026, 11, 6),  # green march
        date(2026, 11, 18),  # independence
        date(2026, 11, 21),  # a Saturday
        date(2026, 11, 22),  # a Sunday
    ],
)
def test_days_off(day):
    assert not is_working_day(day)


def test_an_ordinary_friday_is_worked():
    assert is_working_day(date(2026, 11, 20))


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2026, 11, 18), date(2026, 11, 19)),
        (date(2026, 11, 20), date(2026, 11, 20)),
        (date(2026, 11, 21), date(2026, 11, 23)),
        # Eid al-Adha on Wednesday and Thursday.
        (date(2026, 5, 27), date(2026, 5, 29)),
        # Labour day is a Friday: the week-end follows.
        (date(2026, 5, 1), date(2026, 5, 4)),
    ],
)
def test_a_day_off_gives_way_to_the_next_working_day(day, worked):
    assert working_day_from(day) == worked


def test_working_days_leave_out_the_first_day_and_the_days_off():
    assert working_days_between(date(2026, 11, 17), date(2026, 11, 17)) == 0
    assert working_days_between(date(2026, 11, 17), date(2026, 11, 18)) == 0
    assert working_days_between(date(2026, 11, 17), date(2026, 11, 23)) == 3


@pytest.mark.parametrize(
    ("feast", "first", "second"),
    [
        # Calculated for the day before.
        ("Eid al-Fitr", date(2025, 3, 31), date(2025, 4, 1)),
        ("Eid al-Adha", date(2024, 6, 17), date(2024, 6, 18)),
        ("Prophet's Birthday", date(2025, 9, 5), date(2025, 9, 6)),
    ],
)
def test_a_feast_is_on_the_day_announced_and_certain(feast, first, second):
    for day in (first, second):
        holiday = holiday_on(day)
        assert holiday
        assert (holiday.names["en"], holiday.is_estimated) == (feast, False)
    before = holiday_on(first - timedelta(days=1))
    assert before is None
    assert not is_estimated(first, second)


def test_a_day_that_the_government_gives_is_off():
    assert not is_working_day(date(2025, 6, 9))
    given = holiday_on(date(2025, 6, 9))
    assert given
    assert given.names["fr"] == "congé exceptionnel"


def test_what_is_announced_is_dated_near_its_feast_and_says_where_it_was_told():
    from holidays.calendars import _IslamicLunar

    lunar = _IslamicLunar()
    calculated = {
        "eid_al_fitr": lunar.eid_al_fitr_dates,
        "eid_al_adha": lunar.eid_al_adha_dates,
        "islamic_new_year": lunar.hijri_new_year_dates,
        "mawlid": lunar.mawlid_dates,
    }
    for feast, days in announced_days().items():
        for day in days:
            near = [abs((day - found).days) for found, _ in calculated[feast](day.year)]
            assert min(near) <= 2, (feast, day)
    told = [source for days in announced_days().values() for source in days.values()]
    assert all(source.startswith("https://") for source in [*told, *exceptional_days().values()])


def test_a_fixed_holiday_is_certain_even_where_a_feast_may_fall_on_it():
    holiday = holiday_on(date(2027, 8, 14))
    assert holiday
    assert not holiday.is_estimated


def test_feasts_of_the_moon_to_come_are_estimated_and_named_in_three_languages():
    eid = holiday_on(date(2027, 5, 17))
    assert eid
    assert eid.names == {"fr": "Fête du sacrifice", "ar": "عيد الأضحى", "en": "Eid al-Adha"}
    assert is_estimated(date(2027, 5, 16), date(2027, 5, 18))
    assert not is_estimated(date(2026, 11, 18), date(2026, 11, 19))
    # The feast may yet be told for the day before the sixteenth, or end on the eighteenth.
    neighbours = (date(2027, 5, 14), date(2027, 5, 15), date(2027, 5, 18), date(2027, 5, 19))
    assert [is_estimated(day, day) for day in neighbours] == [False, True, True, False]


@pytest.mark.parametrize(
    ("contract_id", "period", "due"),
    [
        ("dgsn_residence_titles", "2026-03", date(2026, 4, 20)),
        # The twentieth is a Sunday.
        ("dgsn_residence_titles", "2026-11", date(2026, 12, 21)),
        # The ninth is a Saturday, the eleventh a holiday on a Monday.
        ("cnss_declarations", "2026-11", date(2027, 1, 12)),
    ],
)
def test_an_extract_is_due_on_a_working_day(contract_id, period, due):
    assert due_date(contract(contract_id), period) == due


def test_a_campaign_has_no_regular_due_date():
    assert due_date(contract("interior_regularisation"), "2026") is None
