"""Figures withheld with those of another dataflow, as a statistician reads them: rows in and out.

`value` is the figure; `says` is what is published, `.` where it is withheld, `conf` why. Every
figure is invented.
"""

from itertools import permutations
from typing import Any

import numpy as np
import pytest

from tests.dataflows import defined
from tests.spec.test_joint_suppression import check, together
from warehouse.disclosure import Rules
from warehouse.disclosure.rules import InvalidRules, Summed, Tie, rules_in

HOLDERS, COVERAGE = "DF_HOLDERS", "DF_COVERAGE"
COVERED = {
    HOLDERS: defined(id=HOLDERS, ids=["ref_area", "status"]),
    COVERAGE: defined(id=COVERAGE, ids=["ref_area"], decimals=1),
}
HOLDERS_BY_STATUS = """
    ref_area status   value says conf
    MA-01    DECLARED 3     .    A
    MA-01    _T       3     .    D
    MA-02    DECLARED 9     9    F
    MA-02    NOT      2     .    A
    MA-02    _T       11    .    D
    MA-03    DECLARED 20    .    D
    MA-03    NOT      6     .    D
    MA-03    _T       26    26   F
    MA-04    DECLARED 90    90   F
    MA-04    NOT      30    30   F
    MA-04    _T       120   120  F
    _T       DECLARED 122   122  F
    _T       NOT      38    38   F
    _T       _T       160   160  F
    """
DENOMINATOR = Tie(HOLDERS)
NUMERATOR = Tie(HOLDERS, {"status": "DECLARED"})


def tied(*ties: Tie) -> Rules:
    return Rules(5, "records", "published", adds="means", tied_to=ties)


@pytest.mark.parametrize(
    ("ties", "withheld"),
    [
        ([NUMERATOR], {"MA-01", "MA-03"}),
        ([DENOMINATOR], {"MA-01", "MA-02"}),
        ([NUMERATOR, DENOMINATOR], {"MA-01", "MA-02", "MA-03"}),
        ([], set()),
    ],
    ids=["numerator", "denominator", "both", "neither"],
)
def test_a_share_is_withheld_with_its_numerator_or_its_denominator(
    ties: list[Tie], withheld: set[str]
) -> None:
    """That 76.9 % of the 26 of MA-03 are declared would tell the 20."""
    areas = {"MA-01": "100.0", "MA-02": "81.8", "MA-03": "76.9", "MA-04": "75.0", "_T": "76.3"}
    lines = [
        f"{area} {share} . D" if area in withheld else f"{area} {share} {share} F"
        for area, share in areas.items()
    ]
    shares = "\n".join(["ref_area value says conf", *lines])
    check({COVERAGE: shares, HOLDERS: HOLDERS_BY_STATUS}, COVERED, rules={COVERAGE: tied(*ties)})


def test_a_share_released_without_the_other_dataflow_is_tied_to_nothing() -> None:
    check(
        {
            COVERAGE: """
                ref_area value says conf
                MA-01    100.0 100.0 F
                MA-02    81.8  81.8  F
                """
        },
        COVERED,
        rules={COVERAGE: tied(NUMERATOR, DENOMINATOR)},
    )


JOURNEY, CONVERSION = "DF_JOURNEY", "DF_CONVERSION"
BY_STEP = {
    JOURNEY: defined(id=JOURNEY, ids=["sex", "step"], tables=[["step", "sex"]]),
    CONVERSION: defined(id=CONVERSION, ids=["sex", "step"], tables=[["step", "sex"]], decimals=1),
}


def test_a_share_is_withheld_with_those_of_the_step_before() -> None:
    """Six of the nine registered women were placed: the six with the share would tell the nine."""
    codes = {"step": {"PLACEMENT": "REGISTRATION", "HIRING": "PLACEMENT"}}
    check(
        {
            JOURNEY: """
                sex step         value says conf
                F   REGISTRATION 9     .    D
                M   REGISTRATION 24    24   F
                _U  REGISTRATION 4     .    A
                _T  REGISTRATION 37    37   F
                F   PLACEMENT    6     6    F
                M   PLACEMENT    12    12   F
                _T  PLACEMENT    18    18   F
                F   HIRING       5     5    F
                M   HIRING       7     7    F
                _T  HIRING       12    12   F
                """,
            CONVERSION: """
                sex step         value says conf
                F   PLACEMENT    66.7  .    D
                M   PLACEMENT    50.0  50.0 F
                _T  PLACEMENT    54.5  54.5 F
                F   HIRING       83.3  83.3 F
                M   HIRING       60.0  60.0 F
                _T  HIRING       66.7  66.7 F
                """,
        },
        BY_STEP,
        rules={CONVERSION: tied(Tie(JOURNEY), Tie(JOURNEY, codes=codes))},
    )


EMPLOYED, WAGES, GAPS = "DF_EMP_DECLARED", "DF_EARNINGS", "DF_WAGE_GAP"
ACCIDENTS = "DF_ACCIDENTS"
AT_WORK = {
    EMPLOYED: defined(id=EMPLOYED, ids=["sex", "age"]),
    WAGES: defined(id=WAGES, ids=["sex"], unit_measure="MAD", decimals=2),
    GAPS: defined(id=GAPS, ids=["sex"], unit_measure="PT", decimals=1),
    ACCIDENTS: defined(
        id=ACCIDENTS, ids=["sex", "activity", "measure"], tables=[["sex", "measure"]]
    ),
}
WORKERS = """
    sex age    value says conf
    F   Y15T24 4     .    A
    F   Y25T64 4     .    A
    F   _T     8     .    D
    M   Y15T24 10    .    D
    M   Y25T64 40    .    D
    M   _T     50    .    D
    _T  Y15T24 14    14   F
    _T  Y25T64 44    44   F
    _T  _T     58    58   F
    """


def test_a_rate_is_withheld_and_the_number_beside_it_is_not() -> None:
    """`own` means the rate: it and the accidents would tell how many work. An activity tells
    nothing of them that all do not: DF_EMP_DECLARED has none."""
    check(
        {
            EMPLOYED: WORKERS,
            ACCIDENTS: """
                sex activity measure value says conf
                F   _T       WORKERS 5     5    F
                F   _T       RATE    625   .    D
                M   _T       WORKERS 6     6    F
                M   _T       RATE    120   .    D
                F   C        RATE    700   700  F
                _T  _T       WORKERS 11    11   F
                _T  _T       RATE    190   190  F
                """,
        },
        AT_WORK,
        rules={
            ACCIDENTS: Rules(
                *(5, "records", "published"),
                summed=Summed("measure", ("WORKERS",)),
                tied_to=(Tie(EMPLOYED, own={"measure": "RATE"}),),
            )
        },
    )


MEAN_WAGES = """
    sex value   says    conf
    F   3000.00 {women} {why}
    M   5000.00 {men}   {why}
    _T  4724.14 4724.14 F
    """


def test_means_tell_two_withheld_numbers_of_workers_unless_they_are_tied() -> None:
    """Two unknown numbers, their sum and the sum of their wages: two equations."""
    published = MEAN_WAGES.format(women="3000.00", men="5000.00", why="F")
    check({EMPLOYED: WORKERS, WAGES: published}, AT_WORK, rules={WAGES: tied()})
    women, men, everybody, workers = 3000.00, 5000.00, 4724.14, 58
    solved = np.linalg.solve([[1, 1], [women, men]], [workers, workers * everybody])
    assert solved.round().tolist() == [8, 50]

    withheld = MEAN_WAGES.format(women=".", men=".", why="D")
    check({EMPLOYED: WORKERS, WAGES: withheld}, AT_WORK, rules={WAGES: tied(Tie(EMPLOYED))})


@pytest.mark.parametrize("order", permutations((GAPS, WAGES, EMPLOYED)))
def test_each_is_protected_after_that_to_which_it_is_tied(order: tuple[str, ...]) -> None:
    """The gap goes with the wage, and the wage with the workers, whatever comes first."""
    tables = {
        EMPLOYED: WORKERS,
        WAGES: MEAN_WAGES.format(women=".", men=".", why="D"),
        GAPS: """
            sex value says conf
            F   12.0  .    D
            M   9.0   .    D
            _T  10.0  10.0 F
            """,
    }
    ruled = {WAGES: tied(Tie(EMPLOYED)), GAPS: tied(Tie(WAGES))}
    given = {dataflow: tables[dataflow] for dataflow in order}
    check(given, AT_WORK, rules=ruled)
    assert list(together(given, AT_WORK, rules=ruled)) == [EMPLOYED, WAGES, GAPS]


@pytest.mark.parametrize(
    "tie",
    [
        Tie(EMPLOYED, {"citizenship": "MA"}),
        Tie(EMPLOYED, codes={"step": {"PLACEMENT": "REGISTRATION"}}),
    ],
    ids=["cells", "codes"],
)
def test_a_tie_to_a_dimension_that_the_other_lacks_is_refused(tie: Tie) -> None:
    tables = {EMPLOYED: WORKERS, WAGES: MEAN_WAGES.format(women=".", men=".", why="D")}
    with pytest.raises(InvalidRules, match="tied_to"):
        together(tables, AT_WORK, rules={WAGES: tied(tie)})


@pytest.mark.parametrize(
    "ties",
    [[{"cells": {"status": "DECLARED"}}], [{"dataflow": HOLDERS, "cell": {}}], [HOLDERS], None],
    ids=["no_dataflow", "unknown", "name", "null"],
)
def test_a_tie_that_cannot_be_read_is_refused(ties: Any) -> None:
    content = {
        "default": {
            name: {"value": value, "reason": "As for all others."}
            for name, value in (("threshold", 5), ("counted", "records"), ("zero", "published"))
        },
        "dataflows": {COVERAGE: {"tied_to": {"value": ties, "reason": "A share tells."}}},
    }
    with pytest.raises(InvalidRules, match=COVERAGE):
        rules_in(content, COVERAGE)
