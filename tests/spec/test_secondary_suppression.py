"""Secondary suppression, as a statistician reads it: a table in, what is withheld out.

`*` marks a primary cell, `x` a secondary one; the last row and column are totals. Threshold 5.
"""

import numpy as np
import pytest
from scipy.sparse import coo_array

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


def problem(
    values: np.ndarray,  # type: ignore[type-arg]
    sums: list[tuple[list[int], int]],
    threshold: int = 5,
    **given: object,
) -> Problem:
    row = [r for r, (parts, _) in enumerate(sums) for _ in range(len(parts) + 1)]
    column = [c for parts, total in sums for c in (*parts, total)]
    sign = [s for parts, _ in sums for s in (*[1.0] * len(parts), -1.0)]
    matrix = coo_array((sign, (row, column)), shape=(len(sums), values.size)).tocsr()
    return count_problem(matrix, values.astype(float).ravel(), threshold, **given)  # type: ignore[arg-type]


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
