"""The figures of quality, as tables that a statistician reads: what came when, and what follows."""

from collections.abc import Mapping
from datetime import date

import polars as pl
import pytest

from tests.dataflows import defined
from warehouse.indicator import dataflow
from warehouse.quality import (
    Arrival,
    LinkageError,
    Revisions,
    due_extracts,
    quality,
    rests_on_linked,
    unknown_percent,
)

DECLARED = defined(time_aggregation="sum")
NEVER_REVISED = Revisions(1, 0, None)
MONTHS = ["2025-10", "2025-11", "2025-12"]


def fields(table: str) -> list[list[str]]:
    """The cells of a table; a dot is an empty one."""
    lines = [line.split() for line in table.strip().splitlines()[1:]]
    return [["" if cell == "." else cell for cell in line] for line in lines]


def day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


# CNSS declares by the tenth day of the second month: 10 December, 9 January (the next working
# day would be the same), 9 February.
CAME = """
period   received    accepted    counts
2025-10  2025-12-10  2025-12-11  yes
2025-11  2026-01-12  2026-01-13  yes
2025-12  2026-02-02  .           no
"""


def measured(table: str, today: date) -> Mapping[str, object]:
    rows = fields(table)
    extracts = {("cnss_declarations", row[0]): row for row in rows}
    arrivals = {
        extract: Arrival(date.fromisoformat(row[1]), day(row[2]))
        for extract, row in extracts.items()
    }
    current = {extract for extract, row in extracts.items() if row[3] == "yes"}
    released = {"2025-10": date(2026, 1, 20), "2025-11": date(2026, 1, 20), "2025-12": today}
    found = quality(DECLARED, released, arrivals, current, {}, NEVER_REVISED, None, today)
    return found.to_json()


def test_what_was_due_what_counts_and_what_came_in_time() -> None:
    found = measured(CAME, date(2026, 2, 20))
    assert (found["due"], found["accepted"], found["on_time"]) == (3, 2, 2)


def test_days_are_medians_from_the_end_of_the_period() -> None:
    found = measured(CAME, date(2026, 2, 20))
    # 31 October to 11 December is 41 days, 30 November to 13 January 44.
    assert found["days_to_acceptance"] == 42.5
    # 81 days to 20 January, 51, and 51 from 31 December to 20 February.
    assert found["days_to_release"] == 51


@pytest.mark.parametrize(
    ("today", "counted", "due"),
    [
        (date(2026, 1, 9), [], ["2025-10"]),
        (date(2026, 1, 10), [], ["2025-10", "2025-11"]),
        (date(2026, 1, 10), ["2025-12"], MONTHS),
        (date(2026, 2, 10), [], MONTHS),
    ],
)
def test_an_extract_is_due_once_its_day_is_past_or_it_has_come(
    today: date, counted: list[str], due: list[str]
) -> None:
    current = {("cnss_declarations", period) for period in counted}
    found = due_extracts(DECLARED, MONTHS, current, today)
    assert sorted(period for _, period in found) == due


def test_of_a_register_only_the_newest_extract_is_due() -> None:
    flow = defined(sources=["cnss_immatriculations"])
    found = due_extracts(flow, MONTHS, set(), date(2026, 6, 1))
    assert found == {("cnss_immatriculations", "2025-12")}


def test_nothing_is_due_of_what_others_publish() -> None:
    flow = defined(sources=["oecd_df_mig"], kind="public", freq="A", ids=["citizenship"])
    assert due_extracts(flow, ["2023", "2024"], set(), date(2026, 6, 1)) == set()


def shares(table: str) -> dict[str, float | None]:
    schema = ["freq", "time_period", "citizenship", "sex", "obs_value"]
    rows = [[cell or None for cell in row] for row in fields(table)]
    return unknown_percent(pl.DataFrame(rows, schema=schema, orient="row"), DECLARED)


def test_the_share_of_the_unknown_is_of_the_latest_month_and_its_total() -> None:
    found = shares("""
        freq  period   citizenship  sex  value
        M     2025-11  _U           _T   90
        M     2025-11  _T           _T   100
        M     2025-12  SN           _T   96
        M     2025-12  _U           _T   4
        M     2025-12  _T           F    100
        M     2025-12  _T           _T   100
        Q     2025-Q4  _U           _T   94
        Q     2025-Q4  _T           _T   200
    """)
    assert found == {"citizenship": 4.0, "sex": 0.0}


def test_a_withheld_count_of_the_unknown_gives_no_share() -> None:
    found = shares("""
        freq  period   citizenship  sex  value
        M     2025-12  SN           _T   97
        M     2025-12  _U           _T   .
        M     2025-12  _T           F    100
        M     2025-12  _T           _T   100
    """)
    assert found == {"citizenship": None, "sex": 0.0}


def test_means_and_medians_have_no_share() -> None:
    found = shares("""
        freq  period   citizenship  sex  value
        M     2025-12  SN           _T   5000
        M     2025-12  _U           _T   4000
        M     2025-12  _T           F    4900
        M     2025-12  _T           M    5100
        M     2025-12  _T           _T   5010
    """)
    assert found == {}


def test_nothing_observed_gives_no_figure() -> None:
    assert shares("freq period citizenship sex value") == {}
    came = {("cnss_declarations", "2025-12")}
    found = quality(DECLARED, {}, {}, came, {}, NEVER_REVISED, None, date(2026, 2, 20))
    assert (found.latest_period, found.due, found.days_to_release) == (None, 0, None)


def test_linkage_error_stands_where_persons_were_linked() -> None:
    assert rests_on_linked(dataflow("DF_TITLE_HOLDER"))
    assert not rests_on_linked(dataflow("DF_TITLE_STOCK"))
    error = LinkageError(99.8, 99.7, "truth")
    found = quality(DECLARED, {}, {}, set(), {}, NEVER_REVISED, error, date(2026, 2, 20))
    assert found.to_json()["linkage"] == {"precision": 99.8, "recall": 99.7, "basis": "truth"}
