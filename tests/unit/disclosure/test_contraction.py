"""Equal cells as one, against the search and the audit of the problem in which they are several."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.spec.test_secondary_suppression import equations
from warehouse.disclosure.audit import audit
from warehouse.disclosure.contraction import contracted
from warehouse.disclosure.counts import count_problem
from warehouse.disclosure.exact import optimum
from warehouse.disclosure.problem import NotProtectable, Problem
from warehouse.disclosure.secondary import secondary

if TYPE_CHECKING:
    from warehouse.disclosure.problem import Numbers

Sums = list[tuple[list[int], int]]

ONE_REGION_OF_WOMEN: Sums = [
    ([0], 3),
    ([1, 2], 4),
    ([0, 1], 5),
    ([2], 6),
    ([3, 4], 7),
    ([5, 6], 7),
]
"""Women of the first region (0) are all of it (3); men of the second (2) are all men (6)."""

SYSTEMS: dict[str, tuple[int, Sums]] = {
    "one region of women": (3, ONE_REGION_OF_WOMEN),
    "a month is its quarter and its year": (3, [([0], 3), ([3], 4), ([1, 2], 5), ([4, 5], 6)]),
    "one of two parts is zero or alone": (4, [([0, 1], 4), ([2], 5), ([3], 6), ([4, 5, 6], 7)]),
}
"""Leaves, and the sums (parts, total) in the order in which totals follow from them."""


def values_of(leaves: list[float], sums: Sums) -> "Numbers":
    value = np.zeros(1 + max(total for _, total in sums))
    value[: len(leaves)] = leaves
    for parts, total in sums:
        value[total] = value[parts].sum()
    return value


def told(leaves: list[float], sums: Sums, **changes: Any) -> Problem:
    value = values_of(leaves, sums)
    return count_problem(equations(sums, value.size), value, 5, **changes)


def test_equal_cells_become_one() -> None:
    asked = told([3, 9, 8], ONE_REGION_OF_WOMEN)
    found = contracted(asked)
    assert found.place.tolist() == [0, 1, 2, 0, 3, 4, 2, 5]
    assert found.problem.value.tolist() == [3, 9, 8, 17, 12, 20]
    assert found.problem.cost.tolist() == [6, 9, 16, 17, 12, 20]
    sums = {tuple(row) for row in found.problem.equations.toarray().tolist()}
    assert sums == {
        (0, 1, 1, -1, 0, 0),  # the second region
        (1, 1, 0, 0, -1, 0),  # women
        (1, 0, 0, 1, 0, -1),  # both regions
        (0, 0, 1, 0, 1, -1),  # both sexes
    }


def test_what_is_known_or_asked_of_one_holds_of_all_that_are_equal() -> None:
    """A on the finest alone tells that its total is less than five, too."""
    asked = told([3, 9, 8], ONE_REGION_OF_WOMEN)
    [finest, total] = np.flatnonzero(contracted(asked).place == 0)
    assert (asked.upper[finest], asked.upper[total]) == (4, np.inf)
    asked = replace(asked, width=np.where(np.arange(8) == total, 2.0, asked.width))
    one = contracted(asked).problem
    assert (one.upper[0], one.width[0]) == (4, 2)
    assert one.marked is not None
    assert one.marked.tolist() == [True] + 5 * [False]


def test_a_cell_that_is_equal_to_itself_through_others_becomes_one_of_them() -> None:
    """The month is its quarter, and this its year: three cells are one."""
    _, sums = SYSTEMS["a month is its quarter and its year"]
    assert contracted(told([3, 9, 8], sums)).place.tolist() == [0, 1, 2, 0, 0, 3, 4]


def test_what_is_equal_once_others_are_one_becomes_one_too() -> None:
    """0 is 2; so of 2 less 0 nothing is left, and 3, which holds it beside 1, is 1."""
    sums: Sums = [([0], 2), ([2, 1], 3), ([0, 4], 3)]
    value = np.array([6.0, 7, 6, 13, 7])
    asked = count_problem(equations(sums, 5), value, 5)
    assert contracted(asked).place.tolist() == [0, 1, 0, 2, 3]
    asked = count_problem(equations([*sums, ([1], 4)], 5), value, 5)
    assert contracted(asked).place.tolist() == [0, 1, 0, 2, 1]
    assert contracted(asked).problem.equations.shape == (2, 3)


def test_what_was_published_before_is_not_one_with_what_may_be_withheld() -> None:
    """Men of the second region are published; all men, who are as many, may still be withheld."""
    kept = np.arange(8) == 2
    asked = told([3, 9, 8], ONE_REGION_OF_WOMEN, kept=kept)
    found = contracted(asked)
    assert found.place[2] != found.place[6]
    assert found.problem.kept[found.place[[2, 6]]].tolist() == [True, False]
    both = told([3, 9, 8], ONE_REGION_OF_WOMEN, kept=kept | (np.arange(8) == 6))
    assert contracted(both).place[2] == contracted(both).place[6]
    assert contracted(both).problem.kept[contracted(both).place[2]]


def test_one_of_them_is_at_home_in_the_finest_period() -> None:
    _, sums = SYSTEMS["a month is its quarter and its year"]
    month, quarter, year = (2026, 1, 2), (2026, 1, 0), (2026, 0, 0)
    spans = np.array([month, month, month, quarter, year, month, year], dtype=np.int32)
    for order in ([0, 3, 4], [3, 4, 0], [4, 0, 3]):
        mixed = spans.copy()
        mixed[[0, 3, 4]] = spans[order]
        one = contracted(replace(told([3, 9, 8], sums), spans=mixed)).problem
        assert one.spans is not None
        assert one.spans[0].tolist() == list(month)


def test_the_bound_counts_no_cell_twice() -> None:
    """Women of the first region are a secret, the whole region costs 7: both go in any case."""
    cost = np.array([3, 9, 8, 7, 17, 12, 8, 20.0])
    asked = told([3, 9, 8], ONE_REGION_OF_WOMEN, cost=cost, width=1.0 * (np.arange(8) == 0))
    found = secondary(asked)
    assert found.bound == pytest.approx(cost[found.withheld].sum())
    assert found.bound == pytest.approx(cost[optimum(asked).withheld].sum())


def test_what_is_equal_to_a_held_cell_goes_with_it() -> None:
    """Else it could be read there. That nothing costs less is claimed of the held one alone."""
    cost = np.array([6, 7, 5, 13.0])
    asked = told([6, 7], [([0], 2), ([2, 1], 3)], cost=cost, held=np.arange(4) == 0)
    found = secondary(asked)
    assert found.withheld.tolist() == [True, False, True, False]
    assert found.bound <= cost[0]


@st.composite
def problems(draw: st.DrawFn, is_held: bool = False) -> Problem:
    """Small systems of counts in which cells are equal, with any costs, some published before."""
    leaves, sums = SYSTEMS[draw(st.sampled_from(list(SYSTEMS)))]
    counts = st.sampled_from([0, 1, 2, 3, 4, 4, 5, 6, 8, 12, 20])
    value = values_of(draw(st.lists(counts, min_size=leaves, max_size=leaves)), sums)

    def each(least: int, most: int) -> "Numbers":
        drawn = st.lists(st.integers(least, most), min_size=value.size, max_size=value.size)
        return np.array(draw(drawn), dtype=float)

    few = (value > 0) & (value < 5)
    held = (value > 0) & (each(0, 5) == 0) & is_held
    return count_problem(
        equations(sums, value.size),
        value,
        5,
        cost=each(1, 30),
        # A secret may be one where it is told in detail, and none in its total.
        width=np.where(few & (each(0, 3) > 0), 1.0, 0.0),
        kept=(value == 0) | (~few & ~held & (each(0, 5) == 0)),
        held=held,
    )


@settings(max_examples=150, deadline=None, derandomize=True)
@given(problems())
def test_one_for_all_costs_what_the_cheapest_pattern_of_all_does(asked: Problem) -> None:
    """And what it finds is safe where equal cells are several."""
    try:
        best = optimum(asked)
    except NotProtectable:
        best = None
    try:
        found = secondary(asked)
    except NotProtectable:
        silent = asked.unmark(np.ones(asked.size, dtype=bool))
        with pytest.raises(NotProtectable):
            optimum(silent)
        return
    audit(asked.unmark(found.unmarked), found.withheld, found.moves)
    cost = asked.cost[found.withheld].sum()
    assert found.bound <= cost + 1e-6
    if best is not None:
        assert not found.unmarked.any()
        assert cost == pytest.approx(asked.cost[best.withheld].sum())


@settings(max_examples=75, deadline=None, derandomize=True)
@given(problems(is_held=True))
def test_beside_what_was_withheld_before_it_is_as_safe(asked: Problem) -> None:
    try:
        found = secondary(asked)
    except NotProtectable:
        return
    audit(asked.unmark(found.unmarked), found.withheld, found.moves)
    if not found.unmarked.any():
        assert found.bound <= asked.cost[optimum(asked).withheld].sum() + 1e-6
