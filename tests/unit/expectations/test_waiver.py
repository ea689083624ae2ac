"""A waiver has a reason, an owner and an end date, and ends by itself."""

from datetime import date
from pathlib import Path

import pytest

from expectations.suite import InvalidSuite, suite_of
from expectations.waiver import read_waivers, waiver_of
from warehouse.contracts.contract import contract

WAIVER = """
- contract: dgsn_residence_titles
  expectation: rows_against_earlier
  reason: {fr: Arriéré, ar: متأخر, en: Backlog}
  owner: Division de la migration
  ends_on: 2026-08-31
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "waivers.yml"
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize(
    ("today", "counts"),
    [(date(2026, 8, 30), True), (date(2026, 8, 31), True), (date(2026, 9, 1), False)],
)
def test_a_waiver_counts_to_the_end_of_its_last_day(
    tmp_path: Path, today: date, counts: bool
) -> None:
    waivers = read_waivers(written(tmp_path, WAIVER))
    found = waiver_of(waivers, "dgsn_residence_titles", "rows_against_earlier", today)
    assert (found is not None) is counts


def test_a_waiver_is_of_one_expectation_of_one_contract(tmp_path: Path) -> None:
    waivers = read_waivers(written(tmp_path, WAIVER))
    day = date(2026, 8, 1)
    assert waiver_of(waivers, "dgsn_residence_titles", "women_against_earlier", day) is None
    assert waiver_of(waivers, "cnss_declarations", "rows_against_earlier", day) is None


@pytest.mark.parametrize(
    "text",
    [
        WAIVER.replace("  owner: Division de la migration\n", ""),
        WAIVER.replace("owner: Division de la migration", "owner: ''"),
        WAIVER.replace("ends_on: 2026-08-31", "ends_on: never"),
        WAIVER.replace(", en: Backlog", ""),
        WAIVER + "  note: x\n",
    ],
)
def test_an_incomplete_waiver_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(InvalidSuite):
        read_waivers(written(tmp_path, text))


def test_the_waivers_that_ship_name_expectations_that_exist() -> None:
    for waiver in read_waivers():
        known = {e.id for e in suite_of(contract(waiver.contract)).expectations}
        assert waiver.expectation in known
