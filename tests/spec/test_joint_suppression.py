"""Dataflows of the same persons protected together, as a statistician reads them: rows in and out.

`value` counts persons; `says` is what is published, `.` where it is withheld, `conf` why. Every
figure is invented.
"""

from collections.abc import Mapping, Sequence
from itertools import permutations
from typing import Any

import pytest

from tests.dataflows import defined
from tests.spec.test_linked_system import COUNTS, read
from warehouse.disclosure import Protected, Rules, protect_together
from warehouse.disclosure.joint import NotAlike, Shared, groups, shared_in
from warehouse.disclosure.rules import InvalidRules
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


INTERVIEW = {"step": "INTERVIEW"}


@pytest.mark.parametrize(
    "known",
    [
        share(SEEKERS, REGIONS, "step"),
        share(SEEKERS, REGIONS, here=INTERVIEW, there=INTERVIEW),
    ],
)
def test_a_code_that_one_of_them_tells_by_year_alone_is_not_zero_in_its_months(
    known: Shared,
) -> None:
    by_step = {"ids": ["step"], "time_aggregation": "sum"}
    yearly = {"step": ["INTERVIEW"]}
    check(
        {
            SEEKERS: """
                step      period  value says conf
                RECEPTION 2026-01 16    16   F
                RECEPTION 2026    16    16   F
                INTERVIEW 2026    9     9    F
                """,
            REGIONS: """
                step      period  value says conf
                RECEPTION 2026-01 16    16   F
                RECEPTION 2026    16    16   F
                INTERVIEW 2026-01 9     9    F
                INTERVIEW 2026    9     9    F
                """,
        },
        {
            SEEKERS: defined(id=SEEKERS, **by_step, yearly_codes=yearly),
            REGIONS: defined(id=REGIONS, **by_step),
        },
        [known],
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
