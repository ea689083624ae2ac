"""Cells that lie in those of another dataflow, as a statistician reads them: rows in and out.

`value` counts respondents; `says` is what is published, `.` where it is withheld, `conf` why. Every
figure is invented.
"""

from dataclasses import replace

import pytest

from tests.dataflows import defined
from tests.spec.test_joint_suppression import check, together
from tests.spec.test_linked_system import COUNTS
from warehouse.disclosure import Rules
from warehouse.disclosure.problem import NotAdditive
from warehouse.disclosure.rules import Tie

PAID, WORKERS = "DF_PAID", "DF_WORKERS"
FLOWS = {
    PAID: defined(id=PAID, ids=["sex"], time_aggregation="sum"),
    WORKERS: defined(id=WORKERS, ids=["sex"], time_aggregation="sum"),
}
AMONG_WORKERS = {PAID: replace(COUNTS, lies_in=(Tie(WORKERS),))}

ALL_WORKERS = """
    sex value says conf
    F   20    20   F
    M   30    30   F
    _T  50    50   F
    """


def test_the_few_who_are_in_one_dataflow_alone_are_not_found() -> None:
    """Two of 20 women and three of 30 men did not tell their earnings; of both, five."""
    paid = """
        sex value says {conf}
        F   18    {women}
        M   27    {men}
        _T  45    45   F
        """
    told = paid.format(conf="conf", women="18   F", men="27   F")
    check({PAID: told, WORKERS: ALL_WORKERS}, FLOWS)
    withheld = paid.format(conf="conf", women=".    D", men=".    D")
    check({PAID: withheld, WORKERS: ALL_WORKERS}, FLOWS, rules=AMONG_WORKERS)


@pytest.mark.parametrize(
    ("paid", "says"),
    [(20, "20 F"), (19, ". D"), (16, ". D"), (15, "15 F"), (5, "5 F")],
    ids=["nobody", "one", "four", "five", "most"],
)
def test_what_is_left_is_held_to_the_threshold(paid: int, says: str) -> None:
    tables = {
        PAID: f"""
            sex value says conf
            F   {paid} {says}
            """,
        WORKERS: """
            sex value says conf
            F   20    20   F
            """,
    }
    check(tables, FLOWS, rules=AMONG_WORKERS)


def test_what_hides_a_figure_in_one_dataflow_is_not_told_in_the_other() -> None:
    """All seven women are paid: told among the paid, they would tell the three men of ten."""
    tables = {
        PAID: """
            sex value says conf
            F   7     .    D
            _T  7     .    D
            """,
        WORKERS: """
            sex value says conf
            F   7     .    D
            M   3     .    A
            _T  10    10   F
            """,
    }
    check(tables, FLOWS, rules=AMONG_WORKERS)


def test_months_and_their_quarter_each_leave_a_rest() -> None:
    """Three of January are not found from the quarter either, of which seven are left."""
    tables = {
        PAID: """
            sex period  value says conf
            F   2026-01 9     .    D
            F   2026-02 16    .    D
            F   2026-03 10    10   F
            F   2026-Q1 35    35   F
            """,
        WORKERS: """
            sex period  value says conf
            F   2026-01 12    12   F
            F   2026-02 20    20   F
            F   2026-03 10    10   F
            F   2026-Q1 42    42   F
            """,
    }
    check(tables, FLOWS, rules=AMONG_WORKERS)


def test_codes_tell_which_cells_lie_in_which() -> None:
    """Of both dataflows the migrants are meant, not the returnees, of whom one is left."""
    flows = {
        PAID: defined(id=PAID, ids=["sex", "category"]),
        WORKERS: defined(id=WORKERS, ids=["sex", "category"]),
    }
    migrants = {"category": "IMW"}
    ruled = replace(COUNTS, lies_in=(Tie(WORKERS, cells=migrants, own=migrants),))
    tables = {
        PAID: """
            sex category value says conf
            F   IMW      9     .    D
            F   RMW      8     8    F
            """,
        WORKERS: """
            sex category value says conf
            F   IMW      12    12   F
            F   RMW      9     9    F
            """,
    }
    check(tables, flows, rules={PAID: ruled})


def test_both_are_protected_as_one_system() -> None:
    tables = {
        PAID: "sex value\nF 9",
        WORKERS: "sex value\nF 12",
    }
    audits = [found.audit for found in together(tables, FLOWS, rules=AMONG_WORKERS).values()]
    assert [audit and audit["together"] for audit in audits] == [[PAID, WORKERS]] * 2


@pytest.mark.parametrize("workers", ["F 12", "M 12"], ids=["fewer", "none"])
def test_more_within_than_there_are_is_refused(workers: str) -> None:
    tables = {
        PAID: "sex value\nF 14",
        WORKERS: f"sex value\n{workers}",
    }
    with pytest.raises(NotAdditive, match="1 sums do not add up, the first of F/2026-01"):
        together(tables, FLOWS, rules=AMONG_WORKERS)


def test_released_without_the_other_dataflow_it_lies_in_nothing() -> None:
    check({PAID: "sex value says conf\nF 9 9 F"}, FLOWS, rules=AMONG_WORKERS)


def test_only_counts_lie_in_others() -> None:
    with pytest.raises(ValueError, match="lies_in is of counts alone"):
        Rules(5, "records", "published", adds="means", lies_in=(Tie(WORKERS),))
