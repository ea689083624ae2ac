"""The search against exhaustive enumeration, and the audit against every table there is."""

from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.disclosure import LINKED, SEED, secondary_cost
from bench.disclosure_tables import linked_tables
from tests.spec.test_secondary_suppression import problem, sums_of
from warehouse.disclosure.audit import AuditFailed, audit
from warehouse.disclosure.exact import guided
from warehouse.disclosure.problem import Problem
from warehouse.disclosure.secondary import secondary, swept

REGIONS, SEXES = 4, 2
COUNTS = st.lists(st.sampled_from([0, 1, 2, 3, 4, 5, 6, 8, 12, 20]), min_size=8, max_size=8)


def regions_by_sex(counts: list[int]) -> Problem:
    """A table of 4 regions and 2 sexes with its totals: 15 cells."""
    inner = np.array(counts).reshape(REGIONS, SEXES)
    rows = np.vstack([inner, inner.sum(axis=0)])
    table = np.hstack([rows, rows.sum(axis=1, keepdims=True)])
    return problem(table, sums_of(REGIONS + 1, SEXES + 1))


def is_safe(given: Problem, withheld: "np.ndarray[tuple[int], np.dtype[np.bool_]]") -> bool:
    """Whether each primary cell has another count in some table that nobody can rule out.

    Every table of counts with the same published figures is looked at, one by one: the inner
    cells of a row move together, so that a move of the first column decides the rest.
    """
    unproved = set(np.flatnonzero(given.primary).tolist())
    rooms = [range(-6, 7) if w else range(1) for w in withheld[[0, 1, 3, 4, 6, 7, 9, 10]]]
    halves = [
        [(f, m) for f, m in product(*rooms[2 * r : 2 * r + 2]) if _fits(given, withheld, r, f, m)]
        for r in range(REGIONS)
    ]
    for rows in product(*halves):
        move = np.zeros((REGIONS + 1, SEXES + 1))
        move[:REGIONS, :SEXES] = rows
        move[REGIONS] = move.sum(axis=0)
        move[:, SEXES] = move.sum(axis=1)
        steps = move.ravel()
        inside = (given.value + steps >= given.lower) & (given.value + steps <= given.upper)
        if (inside & (withheld | (steps == 0))).all():
            unproved -= set(np.flatnonzero(steps).tolist())
            if not unproved:
                return True
    return not unproved


def _fits(given: Problem, withheld: object, row: int, first: int, second: int) -> bool:
    """Whether one row may move so: within bounds, its total too."""
    at = np.array([3 * row, 3 * row + 1, 3 * row + 2])
    after = given.value[at] + np.array([first, second, first + second])
    moves = np.array([first, second, first + second]) != 0
    allowed = np.asarray(withheld)[at]
    return bool(
        (after >= given.lower[at]).all()
        and (after <= given.upper[at]).all()
        and (allowed | ~moves).all()
    )


def cheapest(given: Problem) -> float | None:
    """The cost of the cheapest safe pattern, by trying all of them."""
    free = np.flatnonzero(given.allowed & ~given.forced)
    costs = [
        (given.cost[list(chosen)].sum(), chosen)
        for size in range(len(free) + 1)
        for chosen in combinations(free.tolist(), size)
    ]
    for cost, chosen in sorted(costs):
        withheld = given.forced.copy()
        withheld[list(chosen)] = True
        if is_safe(given, withheld):
            return float(cost)
    return None


@settings(max_examples=4, deadline=None, derandomize=True)
@given(COUNTS)
def test_small_tables_are_solved_as_enumeration_does(counts: list[int]) -> None:
    asked = regions_by_sex(counts)
    if int((asked.allowed & ~asked.forced).sum()) > 10:
        asked = regions_by_sex([min(c, 4) for c in counts])
    expected = cheapest(asked)
    found = secondary(asked)
    if expected is None:
        assert found.unmarked.any()
    else:
        assert asked.cost[found.withheld & ~asked.forced].sum() == expected
    assert is_safe(asked.unmark(found.unmarked), found.withheld)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(COUNTS, st.lists(st.booleans(), min_size=15, max_size=15))
def test_the_audit_passes_what_no_table_betrays_and_nothing_else(
    counts: list[int], chosen: list[bool]
) -> None:
    asked = regions_by_sex(counts)
    pattern = asked.forced | (np.array(chosen) & asked.allowed)
    try:
        audit(asked, pattern)
        passed = True
    except AuditFailed:
        passed = False
    assert passed == is_safe(asked, pattern)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(COUNTS)
def test_programmes_of_many_cells_protect_as_well(counts: list[int]) -> None:
    """Whatever the counts, a pattern is found: where A says too much, D stands there instead."""
    asked = regions_by_sex(counts)
    found = swept(asked)
    as_told = asked.unmark(found.unmarked)
    assert audit(as_told, found.withheld, found.moves).to_json()["disclosed"] == 0
    assert is_safe(as_told, found.withheld)


def test_programmes_of_many_cells_cost_little_more_than_cutting_planes() -> None:
    """On linked hierarchical tables of 714 cells, 81 of them primary."""
    asked = linked_tables(LINKED, SEED)
    found, better = swept(asked), guided(asked)
    audit(asked.unmark(found.unmarked), found.withheld, found.moves)
    assert secondary_cost(asked, found) < 2 * secondary_cost(asked, better)


def test_a_forged_proof_proves_nothing() -> None:
    asked = regions_by_sex([1, 5, 9, 8, 20, 20, 20, 20])
    pattern = asked.forced.copy()
    from scipy.sparse import csr_array

    forged = csr_array(np.eye(asked.size)[:1])
    with pytest.raises(AuditFailed) as failed:
        audit(asked, pattern, forged)
    assert failed.value.values["count"] == 1
