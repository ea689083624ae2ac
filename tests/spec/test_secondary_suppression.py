"""Secondary suppression, as a statistician reads it: a table in, what is withheld out.

`*` marks a primary cell, `x` a secondary one; the last row and column are totals. Threshold 5.
"""

from dataclasses import replace

import numpy as np
import pytest
from scipy.sparse import coo_array, csr_array

from warehouse.disclosure.audit import AuditFailed, audit, intervals
from warehouse.disclosure.counts import count_problem
from warehouse.disclosure.problem import NegativeCell, NotAdditive, NotProtectable, Problem
from warehouse.disclosure.secondary import secondary


def cells(table: str) -> list[list[str]]:
    return [line.replace("|", " ").split() for line in table.strip().splitlines()]


def sums_of(height: int, width: int) -> list[tuple[list[int], int]]:
    """Every row and column of a table with totals: its parts and its total."""
    at = np.arange(height * width).reshape(height, width)
    lines = [*at, *at.T]
    return [([int(c) for c in line[:-1]], int(line[-1])) for line in lines]


def equations(sums: list[tuple[list[int], int]], size: int) -> csr_array:
    """A row for each of `sums`: its parts less their total."""
    row = [r for r, (parts, _) in enumerate(sums) for _ in range(len(parts) + 1)]
    column = [c for parts, total in sums for c in (*parts, total)]
    sign = [s for parts, _ in sums for s in (*[1.0] * len(parts), -1.0)]
    return coo_array((sign, (row, column)), shape=(len(sums), size)).tocsr()


def problem(
    values: np.ndarray,  # type: ignore[type-arg]
    sums: list[tuple[list[int], int]],
    threshold: int = 5,
    **given: object,
) -> Problem:
    matrix = equations(sums, values.size)
    return count_problem(matrix, values.astype(float).ravel(), threshold, **given)  # type: ignore[arg-type]


def amounts(
    values: list[float],
    matrix: csr_array,
    secret: int = 0,
    *,
    below: float = 0.0,
    above: float = 0.0,
    width: float = 0.0,
    is_whole: bool = False,
) -> Problem:
    """Amounts of which nothing is known but that none is negative; one of them is secret."""
    value = np.array(values)
    here = np.arange(value.size) == secret
    return Problem(
        equations=matrix,
        value=value,
        cost=np.maximum(value, 1.0),
        lower=np.zeros(value.size),
        upper=np.full(value.size, np.inf),
        below=below * here,
        above=above * here,
        width=width * here,
        kept=np.zeros(value.size, dtype=bool),
        held=np.zeros(value.size, dtype=bool),
        is_whole=is_whole,
    )


def table_of(text: str, threshold: int = 5, **given: object) -> Problem:
    """The problem of a two-dimensional table with its totals."""
    read = cells(text)
    values = np.array([[float(c.strip("*x")) for c in line] for line in read])
    return problem(values, sums_of(*values.shape), threshold, **given)


def marks(text: str) -> np.ndarray:  # type: ignore[type-arg]
    return np.array([c[-1] in "*x" for line in cells(text) for c in line])


def check(text: str, threshold: int = 5) -> None:
    """The cheapest pattern is the one that the table marks."""
    given = table_of(text, threshold)
    found = secondary(given)
    assert [int(c) for c in np.flatnonzero(found.withheld)] == [
        int(c) for c in np.flatnonzero(marks(text))
    ]
    assert audit(given, found.withheld, found.moves).narrowest != 0


def test_one_gap_in_a_line_is_no_gap() -> None:
    check("""
         3*  9  8x |  20
        20  30 40  |  90
         7x 21 12x |  40
        -----------
        30  60 60  | 150
    """.replace("-----------\n", ""))  # fmt: skip


@pytest.mark.parametrize(("value", "withheld"), [(4, True), (5, False), (6, False)])
def test_the_threshold_at_its_boundary(value: int, withheld: bool) -> None:
    table = np.array([[value, 20, 0], [20, 20, 0], [0, 0, 0]])
    table[:, 2] = table.sum(axis=1)
    table[2] = table[:2].sum(axis=0)
    found = secondary(problem(table, sums_of(3, 3)))
    assert bool(found.withheld[0]) == withheld
    assert bool(found.withheld.any()) == withheld


def test_a_rule_of_two_gaps_per_line_leaves_cells_disclosed() -> None:
    """Every line has two gaps or none, and yet the first tells all: at most 4, and together 8."""
    text = """
        4* 4* 30 | 38
        9x 9x 30 | 48
       30 30  30 | 90
       43 43 90 | 176
    """
    given = table_of(text)
    pattern = marks(text)
    lowest, highest = intervals(given, pattern)
    assert (lowest[:2].tolist(), highest[:2].tolist()) == ([4, 4], [4, 4])
    with pytest.raises(AuditFailed):
        audit(given, pattern)


NO_SINGLE_GAP = """
     3* 20x 30  40 |  93
    25x 21x 33* 41 | 120
    26  22  34x 42x | 124
    27  23  35x 43x | 128
    81  86 132 166 | 465
"""


def test_no_line_has_a_single_gap_and_yet_one_cell_follows() -> None:
    """Rows 1 and 2 less columns 1 and 2 leave the cell of row 2 and column 3 alone.

    (row 1 + row 2) - (column 1 + column 2): everything withheld cancels out but that cell.
    """
    given = table_of(NO_SINGLE_GAP)
    pattern = marks(NO_SINGLE_GAP)
    gaps = pattern.reshape(5, 5)[:4, :4]
    assert all(n != 1 for n in (*gaps.sum(axis=0), *gaps.sum(axis=1)))
    lowest, highest = intervals(given, pattern)
    alone = 1 * 5 + 2
    assert (lowest[alone], highest[alone]) == (33, 33)


def test_a_primary_cell_that_follows_from_four_lines_fails_the_audit() -> None:
    text = NO_SINGLE_GAP.replace("33*", "3*").replace("| 120", "| 90")
    text = text.replace("132", "102").replace("465", "435")
    given = table_of(text)
    with pytest.raises(AuditFailed, match="finds 1 withheld"):
        audit(given, marks(text))
    assert (audit(given, secondary(given).withheld).narrowest or 0) >= 1


def test_a_hierarchy_is_attacked_through_its_levels() -> None:
    """a + b = north, c + d = south, north + south = country: hiding a and b's sum is not enough."""
    #                  a  b  c  d  north south country
    values = np.array([2, 9, 8, 7, 11, 15, 26])
    sums = [([0, 1], 4), ([2, 3], 5), ([4, 5], 6)]
    found = secondary(problem(values, sums))
    assert found.withheld.tolist() == [True, True, False, False, False, False, False]
    lonely = secondary(problem(np.array([2, 0, 8, 7, 2, 15, 17]), sums))
    # With b empty north is a: both are primary, and of south, its parts and the country one at
    # least must hide too. The country costs 17; south would cost 15, and 7 for one of its parts.
    assert lonely.withheld.tolist() == [True, False, False, False, True, False, True]


def test_linked_tables_are_one_system() -> None:
    """Region by sex and region by age share the regions: what hides in one shows in the other."""
    #                  F  M  young old  region
    values = np.array([3, 9, 5, 7, 12])
    apart = problem(values[[0, 1, 4]], [([0, 1], 2)])
    assert secondary(apart).withheld.tolist() == [True, True, False]
    together = problem(values, [([0, 1], 4), ([2, 3], 4)])
    assert secondary(together).withheld.tolist() == [True, True, False, False, False]


def test_months_and_their_quarter_are_one_system() -> None:
    #                  Jan Feb Mar Q1
    values = np.array([3, 8, 9, 20])
    assert secondary(problem(values, [([0, 1, 2], 3)])).withheld.tolist() == [
        *(True, True, False, False)
    ]


def test_what_was_published_stays_and_what_was_withheld_stays() -> None:
    """February stands in an earlier release, so March must hide January."""
    values = np.array([3, 8, 9, 20])
    kept = np.array([False, True, False, False])
    held = np.array([False, False, False, True])
    sums = [([0, 1, 2], 3)]
    assert secondary(problem(values, sums, kept=kept)).withheld.tolist() == [
        *(True, False, True, False)
    ]
    assert secondary(problem(values, sums, held=held)).withheld.tolist() == [
        *(True, False, False, True)
    ]
    every = np.array([False, True, True, True])
    with pytest.raises(NotProtectable, match="1 withheld cells"):
        secondary(problem(values, sums, kept=every))


def test_zeros_are_known_and_hide_nobody() -> None:
    values = np.array([3, 0, 0, 3])
    found = secondary(problem(values, [([0, 1, 2], 3)]))
    assert found.withheld.tolist() == [True, False, False, True]


def test_the_letters_a_and_d_give_nothing_away() -> None:
    """4 + 4: who knows that each is at most 4 and both make 8 knows both; so 8 is hidden too."""
    values = np.array([4, 4, 9, 8, 17])
    found = secondary(problem(values, [([0, 1], 3), ([3, 2], 4)]))
    assert found.withheld.tolist() == [True, True, True, True, False]


def test_a_small_total_of_small_parts_says_no_more_than_d() -> None:
    """1 + 1 + 1 + 1 = 4: if the total were known to be at most 4, every part would be known."""
    values = np.array([1, 1, 1, 1, 4, 30, 34])
    given = problem(values, [([0, 1, 2, 3], 4), ([4, 5], 6)])
    found = secondary(given)
    assert found.withheld.tolist() == [True, True, True, True, True, True, False]
    _, highest = intervals(given, found.withheld)
    assert highest[:4].tolist() == [4, 4, 4, 4]


def test_tables_that_do_not_add_up_and_negative_counts_are_refused() -> None:
    with pytest.raises(NotAdditive, match="1 sums do not add up"):
        problem(np.array([3, 8, 12]), [([0, 1], 2)])
    with pytest.raises(NegativeCell, match="1 cells are negative"):
        problem(np.array([-3, 8, 5]), [([0, 1], 2)])


FISCHETTI_SALAZAR = """
    20  50  10 |  80
     8x 19  22* |  49
    17x 32  12x |  61
    45 101  44 | 190
"""


LEVELS = [(2, 2, 0, 37), (0, 0, 25, 37), (0, 0, 26, 38), (0, 0, 30, 63), (15, 15, 0, 101)]
"""What the 22 must be able to fall, to rise and to move in all, and what that costs; the costs are
those of another solver."""


@pytest.mark.parametrize(("below", "above", "width", "cost"), LEVELS)
@pytest.mark.parametrize("is_whole", [False, True])
def test_a_table_of_the_literature(
    is_whole: bool, below: float, above: float, width: float, cost: float
) -> None:
    """Investments by activity and region, the table that Fischetti and Salazar begin with.

    The pattern marked leaves 5 to 30 for the 22, neither more nor less.
    """
    values = [float(c.strip("*x")) for line in cells(FISCHETTI_SALAZAR) for c in line]
    given = amounts(
        *(values, equations(sums_of(4, 4), 16), 6),
        below=below,
        above=above,
        width=width,
        is_whole=is_whole,
    )
    lowest, highest = intervals(given, marks(FISCHETTI_SALAZAR))
    assert (lowest[6], highest[6]) == (5, 30)
    found = secondary(given)
    assert given.cost[found.withheld & ~given.forced].sum() == cost
    assert (audit(given, found.withheld, found.moves).narrowest or 0) >= below + above + width


REMITTANCES = """
     6 36* 25 |  67
     9 10 232 | 251
    15 46 257 | 318
"""


@pytest.mark.parametrize("unit", [1e-4, 1, 1e4, 1e8, 1e10])
def test_in_whatever_unit_amounts_are_told_the_pattern_is_the_same(unit: float) -> None:
    """Units are as good as billions: 36 of them must be able to lie 7 lower and 7 higher."""
    values = [float(c.strip("*")) * unit for line in cells(REMITTANCES) for c in line]
    given = amounts(values, equations(sums_of(3, 4), 12), 1, below=7 * unit, above=7 * unit)
    given = replace(given, cost=given.value)
    found = secondary(given)
    assert np.flatnonzero(found.withheld).tolist() == [1, 2, 5, 6]
    assert audit(given, found.withheld, found.moves).attacked == 0
    assert audit(given, found.withheld).narrowest == pytest.approx(46 * unit)


MILLIONS = """
     3*  9  3999988 | 4000000
    20  30  3999950 | 4000000
    23  39  7999938 | 8000000
"""


def test_a_sum_that_is_wrong_by_one_person_is_refused_beside_millions_too() -> None:
    with pytest.raises(NotAdditive, match="2 sums do not add up"):
        table_of(MILLIONS.replace("20", "21"))


def test_a_proof_is_held_to_one_person_beside_millions_too() -> None:
    """One more in the first cell alone is no other table, whatever total it is a part of."""
    given = table_of(MILLIONS)
    forged = csr_array(np.eye(given.size)[:1])
    with pytest.raises(AuditFailed, match="finds 1 withheld"):
        audit(given, given.forced, forged)
    beyond = problem(np.array([4, 4, 8, 3999992, 4000000]), [([0, 1], 2), ([2, 3], 4)])
    five_and_three = csr_array(np.array([[1.0, -1, 0, 0, 0], [-1, 1, 0, 0, 0]]))
    with pytest.raises(AuditFailed, match="finds 2 withheld"):
        audit(beyond, beyond.forced, five_and_three)


def test_what_is_no_number_is_refused() -> None:
    with pytest.raises(NotAdditive, match="1 sums do not add up"):
        problem(np.array([3, np.nan, 12]), [([0, 1], 2)])
    with pytest.raises(NegativeCell, match="1 cells are negative"):
        problem(np.array([3, np.inf]), [])


def test_what_everybody_knows_hides_nothing() -> None:
    """The 9 stands in an earlier release: to withhold it now hides the 3 from nobody."""
    given = problem(np.array([3, 9, 12]), [([0, 1], 2)], kept=np.array([False, True, False]))
    with pytest.raises(AuditFailed, match="finds 1 withheld"):
        audit(given, np.array([True, True, False]))
    assert audit(given, np.array([True, False, True])).narrowest == 3


def test_what_was_withheld_may_not_be_published() -> None:
    given = problem(np.array([30, 9, 39]), [([0, 1], 2)], held=np.array([False, True, False]))
    with pytest.raises(AuditFailed, match="finds 1 withheld"):
        audit(given, np.zeros(3, dtype=bool))


def test_a_month_that_moves_by_threes_hides_with_the_mean_of_its_quarter() -> None:
    """3 + 8 + 10 is three times 7: with 8 and 10 known, only 3, 6, 9 … have a whole mean."""
    matrix = csr_array(np.array([[1.0, 1, 1, -3]]))
    known = np.array([False, True, True, False])
    given = count_problem(matrix, np.array([3.0, 8, 10, 7]), 5, kept=known)
    given = given.unmark(np.ones(4, dtype=bool))
    found = secondary(given)
    assert found.withheld.tolist() == [True, False, False, True]
    assert (audit(given, found.withheld, found.moves).narrowest or 0) >= 3


def test_one_table_may_be_in_thousands_of_the_other() -> None:
    """1 thousand and 1,000: if the first must be able to rise by 5, the other does by 5,000."""
    given = amounts([1, 1000], csr_array(np.array([[1000.0, -1]])), above=5)
    found = secondary(given)
    assert found.withheld.all()
    audit(given, found.withheld)


def test_counts_are_protected_by_whole_persons() -> None:
    given = amounts([3, 9, 12], equations([([0, 1], 2)], 3), is_whole=True, above=0.5)
    assert audit(given, secondary(given).withheld).narrowest != 0


def test_amounts_too_small_to_be_told_from_rounding_are_not_passed() -> None:
    """3, 9 and 12 dirhams can be protected; told in tens of millions they round to nothing."""
    sums = equations([([0, 1], 2)], 3)
    audit(amounts([3, 9, 12], sums, above=1), np.array([True, True, False]))
    given = amounts([3e-7, 9e-7, 12e-7], sums, above=1e-7)
    with pytest.raises(AuditFailed):
        audit(given, np.array([True, False, False]))


def test_who_knows_that_he_is_alone_in_a_cell_finds_what_hides_with_it() -> None:
    """What docs/disclosure.md does not promise. Who may have others beside him finds nothing."""
    given = problem(np.array([1, 3, 16, 20]), [([0, 1, 2], 3)])
    found = secondary(given).withheld
    assert found.tolist() == [True, True, False, False]
    lowest, highest = intervals(given, found)
    assert (lowest[1], highest[1]) == (1, 3)
    alone = replace(given, upper=np.where(given.value == 1, 1.0, given.upper))
    lowest, highest = intervals(alone, found)
    assert (lowest[1], highest[1]) == (3, 3)


TOTALS_FIRST = """
    151 | 55 29 67
      6 |  2  0  4
     75 | 35 20 20
     25 | 12  5  8
     45 |  6  4 35
"""


def test_a_table_in_which_the_simplex_loses_itself_is_protected_too() -> None:
    """From one attack to the next HiGHS does not know whether it stands at the optimum here."""
    values = np.array([[int(c) for c in line] for line in cells(TOTALS_FIRST)])
    at = np.arange(values.size).reshape(values.shape)
    sums = [([int(c) for c in line[1:]], int(line[0])) for line in (*at.T, *at)]
    given = problem(values, sums)
    found = secondary(given)
    assert given.cost[found.withheld & ~given.forced].sum() == 31
    assert audit(given, found.withheld, found.moves).narrowest == 1
