"""Codes that lie in other ones, as a statistician reads it: what is left of a code is a figure too.

`value` counts persons; `says` is what is published, `.` where it is withheld, `conf` why.
"""

from dataclasses import replace

import pytest

from tests.dataflows import defined
from tests.spec.test_linked_system import COUNTS, check, read
from warehouse.disclosure import Rules, protect
from warehouse.disclosure.problem import NotAdditive
from warehouse.disclosure.rules import Nesting

SEASON = Nesting("measure", {"RETURNED": "DEPARTED", "DEPARTED": "SELECTED"})
FORMER = Nesting("measure", {"REPEATERS": "SELECTED"})


def nested(*within: Nesting) -> Rules:
    return replace(COUNTS, within=within)


def test_the_few_who_did_not_return_are_not_found() -> None:
    """Of 20 who left 17 came back. Repeaters are told: that 8 of 30 are new is no secret."""
    check(
        """
        sex measure   value says conf
        _T  SELECTED  30    30   F
        _T  REPEATERS 22    22   F
        _T  DEPARTED  20    20   F
        _T  RETURNED  17    .    D
        """,
        defined(ids=["sex", "measure"], time_aggregation="none"),
        nested(SEASON, FORMER),
    )


def test_codes_that_overlap_each_leave_a_figure_of_their_own() -> None:
    """Departed and repeaters are partly the same: together they are more than the selected, yet
    three who never left follow from the ones, and two who are new from the others. Without the
    selected neither does."""
    check(
        """
        sex measure   value says conf
        _T  SELECTED  30    .    D
        _T  REPEATERS 28    28   F
        _T  DEPARTED  27    27   F
        _T  RETURNED  20    20   F
        """,
        defined(ids=["sex", "measure"], time_aggregation="none"),
        nested(SEASON, FORMER),
    )


def test_codes_that_overlap_are_no_parts_of_one_sum() -> None:
    rows = read("""
        sex measure   value
        _T  SELECTED  30
        _T  REPEATERS 28
        _T  DEPARTED  27
    """)
    as_parts = Nesting("measure", {"REPEATERS": "SELECTED", "DEPARTED": "SELECTED"})
    with pytest.raises(NotAdditive):
        protect(rows, "national", nested(as_parts), defined(ids=["sex", "measure"]))


CATEGORY = Nesting("category", {"RES": "IMW", "NRES": "IMW"})
LONGER = Nesting("residence_rule", {"R12M": "R6M"}, {"category": ("IMW", "RES")})
SHORTER = Nesting("residence_rule", {"R6M": "R12M"}, {"category": ("NRES",)})


def test_the_few_between_two_rules_are_not_found_by_subtracting_one_from_the_other() -> None:
    """Two have stayed for six to eleven months. All workers are the same by both rules: the totals
    stay, and of the residents one of the two."""
    check(
        """
        residence_rule category value says conf
        R6M            IMW      30    30   F
        R6M            RES      24    24   F
        R6M            NRES     6     6    F
        R12M           IMW      30    30   F
        R12M           RES      22    .    D
        R12M           NRES     8     .    D
        """,
        defined(ids=["residence_rule", "category"], time_aggregation="none"),
        nested(CATEGORY, LONGER, SHORTER),
    )


def test_where_the_rules_part_many_all_is_told() -> None:
    check(
        """
        residence_rule category value says conf
        R6M            IMW      30    30   F
        R6M            RES      24    24   F
        R6M            NRES     6     6    F
        R12M           IMW      30    30   F
        R12M           RES      17    17   F
        R12M           NRES     13    13   F
        """,
        defined(ids=["residence_rule", "category"], time_aggregation="none"),
        nested(CATEGORY, LONGER, SHORTER),
    )


def test_those_left_behind_in_months_are_not_found_from_their_quarter() -> None:
    """Three of January stayed behind, seven of the quarter; a month in which nobody went on tells
    that all of its five did."""
    check(
        """
        step      period  value says conf
        RECEPTION 2026-01 12    12   F
        DIAGNOSIS 2026-01 9     .    D
        RECEPTION 2026-02 20    20   F
        DIAGNOSIS 2026-02 16    .    D
        RECEPTION 2026-03 5     5    F
        RECEPTION 2026-Q1 37    37   F
        DIAGNOSIS 2026-Q1 25    25   F
        """,
        defined(ids=["step"], tables=[["step"]], time_aggregation="sum"),
        nested(Nesting("step", {"DIAGNOSIS": "RECEPTION"})),
    )


def test_the_few_who_went_through_a_stage_without_one_of_its_steps_are_not_found() -> None:
    """Three of twenty had no interview. The same person goes through several steps of a stage: each
    lies in it by itself, and by year alone, so that months of the stage stay told."""
    steps = ("RECEPTION_INTERVIEW", "RECEPTION_CONTACT", "RECEPTION_REGISTRATION")
    check(
        """
        step                   period  value says conf
        RECEPTION              2026-01 11    11   F
        RECEPTION              2026-02 9     9    F
        RECEPTION              2026    20    20   F
        RECEPTION_INTERVIEW    2026    17    .    D
        RECEPTION_CONTACT      2026    12    12   F
        RECEPTION_REGISTRATION 2026    20    20   F
        """,
        defined(
            ids=["step"],
            tables=[["step"]],
            time_aggregation="sum",
            yearly_codes={"step": list(steps)},
        ),
        nested(*(Nesting("step", {step: "RECEPTION"}) for step in steps)),
    )
