"""Dataflows of the same persons protected together, as a statistician reads them: rows in and out.

`value` counts persons; `says` is what is published, `.` where it is withheld, `conf` why. Every
figure is invented.
"""

from collections.abc import Mapping, Sequence
from itertools import permutations
from typing import Any

import numpy as np
import pytest

from tests.dataflows import defined
from tests.spec.test_linked_system import COUNTS, read
from warehouse.disclosure import Protected, Rules, protect_together
from warehouse.disclosure.joint import NotAlike, Shared, groups, shared_in
from warehouse.disclosure.rules import InvalidRules, Summed, Tie, rules_in
from warehouse.disclosure.suppression import Given
from warehouse.indicator import Dataflow


def together(
    tables: Mapping[str, str],
    flows: Mapping[str, Dataflow],
    known: Sequence[Shared] = (),
    rules: Mapping[str, Rules] | None = None,
) -> dict[str, Protected]:
    """The protected dataflows by id, in the order in which they were protected."""
    given = [
        Given(
            read(table).drop("value", "says", "conf", strict=False),
            flows[dataflow],
            (rules or {}).get(dataflow, COUNTS),
        )
        for dataflow, table in tables.items()
    ]
    return dict(protect_together(given, known))


def check(
    tables: Mapping[str, str],
    flows: Mapping[str, Dataflow],
    known: Sequence[Shared] = (),
    rules: Mapping[str, Rules] | None = None,
) -> None:
    """What is published, and why not, is what the tables say."""
    found = together(tables, flows, known, rules)
    for dataflow, table in tables.items():
        rows, expected = found[dataflow].rows, read(table)
        assert rows["obs_value"].fill_null(".").to_list() == expected["says"].to_list(), dataflow
        assert rows["conf_status"].to_list() == expected["conf"].to_list(), dataflow


def share(
    one: str,
    other: str,
    *by: str,
    always: bool = True,
    here: Mapping[str, str] | None = None,
    there: Mapping[str, str] | None = None,
) -> Shared:
    return Shared(((one, here or {}), (other, there or {})), by, always)


SEEKERS = "DF_SEEKERS"
REGIONS = "DF_REGIONS"
FLOWS = {
    SEEKERS: defined(id=SEEKERS, ids=["ref_area"]),
    REGIONS: defined(id=REGIONS, ids=["ref_area", "sex"]),
}
BY_REGION = share(SEEKERS, REGIONS, "ref_area")
REGIONS_AND_SEX = """
    ref_area sex value says conf
    MA-01    F   3     .    A
    MA-01    _T  3     .    D
    MA-02    F   9     9    F
    MA-02    _T  9     9    F
    MA-03    F   4     .    A
    MA-03    M   6     6    F
    MA-03    _T  10    .    D
    _T       F   16    16   F
    _T       M   6     6    F
    _T       _T  22    22   F
    """


def test_protected_one_by_one_the_cell_withheld_in_one_follows_from_the_other() -> None:
    """One hides MA-01 behind MA-02, the other behind MA-03: together they hide it behind none."""
    alone = """
        ref_area value says conf
        MA-01    3     .    A
        MA-02    9     .    D
        MA-03    10    10   F
        _T       22    22   F
        """
    tables = {SEEKERS: alone, REGIONS: REGIONS_AND_SEX}
    check(tables, FLOWS)
    found = together(tables, FLOWS)
    one = dict(found[SEEKERS].rows.select("ref_area", "obs_value").drop_nulls().iter_rows())
    both_sexes = found[REGIONS].rows.filter(sex="_T")
    other = dict(both_sexes.select("ref_area", "obs_value").drop_nulls().iter_rows())
    published = {area: int(value) for area, value in {**one, **other}.items()}
    assert published["_T"] - published["MA-02"] - published["MA-03"] == 3


def test_protected_together_it_is_withheld_in_both_behind_the_same_cell() -> None:
    """MA-01 bears D in both: in the other it is a total, and A would say that it is small."""
    check(
        {
            SEEKERS: """
                ref_area value says conf
                MA-01    3     .    D
                MA-02    9     9    F
                MA-03    10    .    D
                _T       22    22   F
                """,
            REGIONS: REGIONS_AND_SEX,
        },
        FLOWS,
        [BY_REGION],
    )


def test_what_only_one_of_them_has_to_withhold_is_withheld_in_both() -> None:
    """MA-01 is no secret of its own, but with A at most 4 two sexes of 8 in all would be known."""
    check(
        {
            SEEKERS: """
                ref_area value says conf
                MA-01    8     .    D
                MA-02    12    .    D
                MA-03    30    30   F
                _T       50    50   F
                """,
            REGIONS: """
                ref_area sex value says conf
                MA-01    F   4     .    A
                MA-01    M   4     .    A
                MA-01    _T  8     .    D
                MA-02    F   6     .    D
                MA-02    M   6     .    D
                MA-02    _T  12    .    D
                MA-03    F   15    15   F
                MA-03    M   15    15   F
                MA-03    _T  30    30   F
                _T       F   25    25   F
                _T       M   25    25   F
                _T       _T  50    50   F
                """,
        },
        FLOWS,
        [BY_REGION],
    )


def refused(tables: Mapping[str, str], flows: Mapping[str, Dataflow], known: Shared) -> NotAlike:
    with pytest.raises(NotAlike) as found:
        together(tables, flows, [known])
    return found.value


def test_dataflows_that_must_tell_the_same_and_do_not_are_refused() -> None:
    """A cell without a row is zero where its table and its period are published: MA-03 is."""
    tables = {
        SEEKERS: """
            ref_area value
            MA-01    7
            MA-02    9
            _T       16
            """,
        REGIONS: """
            ref_area sex value
            MA-01    F   7
            MA-01    _T  7
            MA-02    F   8
            MA-02    _T  8
            MA-03    F   6
            MA-03    _T  6
            _T       F   21
            _T       _T  21
            """,
    }
    found = refused(tables, FLOWS, BY_REGION)
    assert found.values["count"] == 3
    assert found.values["cells"] == "MA-02/2026-01, MA-03/2026-01, _T/2026-01"
    for language in ("fr", "ar", "en"):
        assert SEEKERS in found.text(language)
        assert REGIONS in found.text(language)


def test_what_is_not_published_in_one_of_them_is_not_zero() -> None:
    """One tells no February, the other no women of a region: nothing there contradicts."""
    crossed = {
        SEEKERS: defined(id=SEEKERS, tables=[["citizenship"], ["sex"]]),
        REGIONS: defined(id=REGIONS),
    }
    check(
        {
            SEEKERS: """
                citizenship sex period  value says conf
                SN          _T  2026-01 16    16   F
                _T          F   2026-01 9     9    F
                _T          M   2026-01 7     7    F
                _T          _T  2026-01 16    16   F
                """,
            REGIONS: """
                citizenship sex period  value says conf
                SN          F   2026-01 9     9    F
                SN          M   2026-01 7     7    F
                SN          _T  2026-01 16    16   F
                _T          F   2026-01 9     9    F
                _T          M   2026-01 7     7    F
                _T          _T  2026-01 16    16   F
                SN          F   2026-02 8     8    F
                SN          _T  2026-02 8     8    F
                _T          F   2026-02 8     8    F
                _T          _T  2026-02 8     8    F
                """,
        },
        crossed,
        [share(SEEKERS, REGIONS, "citizenship", "sex")],
    )


def test_persons_and_their_titles_are_one_cell_where_they_are_equal() -> None:
    """MA-01 is; the titles of the other regions are not their holders, and hide it otherwise."""
    check(
        {
            SEEKERS: """
                ref_area value says conf
                MA-01    3     .    D
                MA-02    9     .    D
                MA-03    12    12   F
                _T       24    24   F
                """,
            REGIONS: """
                ref_area sex value says conf
                MA-01    F   3     .    A
                MA-01    _T  3     .    D
                MA-02    F   20    20   F
                MA-02    _T  20    20   F
                MA-03    F   13    .    D
                MA-03    _T  13    .    D
                _T       F   36    36   F
                _T       _T  36    36   F
                """,
        },
        FLOWS,
        [share(SEEKERS, REGIONS, "ref_area", always=False)],
    )


JOURNEY = "DF_JOURNEY"
STEPS = {JOURNEY: defined(id=JOURNEY, ids=["ref_area", "sex", "measure"])}
REACHED_AND_ATTENDED = share(
    *(JOURNEY, JOURNEY, "ref_area", "sex"),
    always=False,
    here={"measure": "REACHED"},
    there={"measure": "ATTENDED"},
)
JOURNEYS = """
    ref_area sex measure  value says conf
    MA-01    F   REACHED  3     .    A
    MA-01    _T  REACHED  3     .    D
    MA-02    F   REACHED  9     9    F
    MA-02    _T  REACHED  9     9    F
    MA-03    F   REACHED  4     .    A
    MA-03    M   REACHED  6     6    F
    MA-03    _T  REACHED  10    .    D
    _T       F   REACHED  16    16   F
    _T       M   REACHED  6     6    F
    _T       _T  REACHED  22    22   F
    MA-01    _T  ATTENDED 3     .    {letter}
    MA-02    _T  ATTENDED 9     {nine} {of_nine}
    MA-03    _T  ATTENDED 10    {ten} {of_ten}
    _T       _T  ATTENDED 22    22   F
    """


def test_a_dataflow_that_tells_the_same_in_two_cells_withholds_both() -> None:
    """Nobody's journey skips the first step: MA-03 hides MA-01 among the reached and attending."""
    apart = JOURNEYS.format(letter="A", nine=".", of_nine="D", ten="10", of_ten="F")
    check({JOURNEY: apart}, STEPS)
    as_one = JOURNEYS.format(letter="D", nine="9", of_nine="F", ten=".", of_ten="D")
    check({JOURNEY: as_one}, STEPS, [REACHED_AND_ATTENDED])


PLACED, HIRED = "DF_PLACED", "DF_HIRED"
CHAIN = {
    SEEKERS: defined(id=SEEKERS, ids=["ref_area"]),
    PLACED: defined(id=PLACED, ids=["ref_area"]),
    HIRED: defined(id=HIRED, ids=["ref_area"]),
}
LINKS = [
    share(SEEKERS, PLACED, "ref_area", always=False),
    share(PLACED, HIRED, "ref_area", always=False),
]


@pytest.mark.parametrize("order", permutations((SEEKERS, PLACED, HIRED)))
def test_a_chain_of_three_is_one_group_whatever_its_order(order: tuple[str, ...]) -> None:
    """MA-01 is a secret of all: behind MA-03 in the last, hence in the first, that shares nothing
    with it. MA-02 differs from one to the next."""
    tables = {
        SEEKERS: """
            ref_area value says conf
            MA-01    3     .    A
            MA-02    20    20   F
            MA-03    10    .    D
            _T       33    33   F
            """,
        PLACED: """
            ref_area value says conf
            MA-01    3     .    A
            MA-02    9     9    F
            MA-03    10    .    D
            _T       22    22   F
            """,
        HIRED: """
            ref_area value says conf
            MA-01    3     .    A
            MA-02    25    25   F
            MA-03    10    .    D
            _T       38    38   F
            """,
    }
    assert groups(order, LINKS) == [order]
    check({dataflow: tables[dataflow] for dataflow in order}, CHAIN, LINKS)
    audits = [found.audit for found in together(tables, CHAIN, LINKS).values()]
    assert all(audit and audit["together"] == [SEEKERS, PLACED, HIRED] for audit in audits)


def test_only_what_is_released_together_is_a_group() -> None:
    """Without the one between them the two ends of a chain have nothing in common."""
    assert groups((SEEKERS, PLACED, HIRED), LINKS[:1]) == [(SEEKERS, PLACED), (HIRED,)]
    assert groups((SEEKERS, HIRED), LINKS) == [(SEEKERS,), (HIRED,)]


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


CONVERSION = "DF_CONVERSION"
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


CELLS = [{"dataflow": SEEKERS}, {"dataflow": REGIONS, "sex": "_T"}]
ENTRY = {"cells": CELLS, "by": ["ref_area"], "always": True, "reason": "Both count seekers."}


def test_what_dataflows_share_is_read_with_its_cells() -> None:
    assert shared_in({"shared": [ENTRY]}) == (
        share(SEEKERS, REGIONS, "ref_area", there={"sex": "_T"}),
    )
    assert shared_in({}) == ()


@pytest.mark.parametrize(
    "changes",
    [
        {"reason": " "},
        {"always": "yes"},
        {"always": None},
        {"cells": CELLS[:1]},
        {"cells": [*CELLS, {"dataflow": PLACED}]},
        {"cells": [{"measure": "SEEKERS"}, CELLS[1]]},
        {"because": "Both count seekers."},
    ],
    ids=["no_reason", "word", "null", "one", "three", "no_dataflow", "unknown"],
)
def test_what_dataflows_share_is_refused_where_it_is_not_told_in_full(
    changes: dict[str, Any],
) -> None:
    with pytest.raises(InvalidRules, match="shared"):
        shared_in({"shared": [{**ENTRY, **changes}]})


@pytest.mark.parametrize("missing", ENTRY)
def test_what_dataflows_share_is_refused_where_a_part_is_missing(missing: str) -> None:
    with pytest.raises(InvalidRules, match="shared"):
        shared_in({"shared": [{name: told for name, told in ENTRY.items() if name != missing}]})


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
