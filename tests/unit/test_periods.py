"""Reference periods."""

from datetime import date

import pytest

from warehouse.contracts.contract import contract
from warehouse.errors import InvalidPeriod, UnknownPeriod
from warehouse.periods import (
    due_date,
    first_day,
    last_day,
    next_period,
    period_of,
    require_any_period,
    require_period,
)


@pytest.mark.parametrize(
    ("period", "last", "following"),
    [
        ("2024-02", date(2024, 2, 29), "2024-03"),
        ("2025-12", date(2025, 12, 31), "2026-01"),
        ("2025-Q4", date(2025, 12, 31), "2026-Q1"),
        ("2026-Q1", date(2026, 3, 31), "2026-Q2"),
        ("2025", date(2025, 12, 31), "2026"),
    ],
)
def test_last_day_and_next(period, last, following):
    assert (last_day(period), next_period(period)) == (last, following)


@pytest.mark.parametrize("period", ["2026-13", "2026-3", "202603", "2026-Q1", "2026", ""])
def test_a_month_must_look_like_one(period):
    with pytest.raises(InvalidPeriod) as refused:
        require_period(contract("dgsn_residence_titles"), period)
    assert "AAAA-MM" in refused.value.text("fr")


def test_period_of_and_due_date():
    assert period_of(date(2026, 5, 3), "Q") == "2026-Q2"
    assert due_date(contract("dgsn_residence_titles"), "2026-03") == date(2026, 4, 20)


def test_a_campaign_is_named_by_its_years():
    campaign = contract("interior_regularisation")
    assert require_period(campaign, "2014") == "2014"
    assert require_period(campaign, "2016-2017") == "2016-2017"
    assert first_day("2016-2017") == date(2016, 1, 1)
    assert last_day("2016-2017") == date(2017, 12, 31)


@pytest.mark.parametrize("period", ["2017-2016", "2014-06", "2016-17"])
def test_other_periods_name_no_campaign(period):
    with pytest.raises(InvalidPeriod) as refused:
        require_period(contract("interior_regularisation"), period)
    assert "AAAA-AAAA" in refused.value.text("fr")


@pytest.mark.parametrize("period", ["2026-03", "2026-Q1", "2026", "2016-2017"])
def test_a_month_quarter_year_or_campaign_is_a_period(period: str) -> None:
    assert require_any_period(period) == period


@pytest.mark.parametrize("text", ["hier", "2026-13", "2026-Q5", "26", ""])
def test_anything_else_is_refused_with_examples(text: str) -> None:
    with pytest.raises(UnknownPeriod) as refused:
        require_any_period(text)
    assert "2026-Q1" in refused.value.hint("fr")
