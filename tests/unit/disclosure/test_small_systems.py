"""Search and audit of small systems against every pattern and every move there is.

Nothing here solves a programme. Leaves may move by up to `FARTHEST` each, and totals follow; so all
moves are written down, and what a pattern leaves possible is read off them. In these systems (one
table, one hierarchy, partitions of one total) moves fall into cycles of single steps, so that no
cell need move further than a primary one must.
"""

from dataclasses import replace
from functools import cache
from itertools import product
from random import Random
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from warehouse.disclosure.audit import AuditFailed, audit, intervals
from warehouse.disclosure.problem import NotProtectable, Problem
from warehouse.disclosure.secondary import secondary, swept

if TYPE_CHECKING:
    from warehouse.disclosure.problem import Flags, Numbers

FARTHEST = 3
SYSTEMS = {
    "table": (4, [([0, 1], 4), ([2, 3], 5), ([0, 2], 6), ([1, 3], 7), ([4, 5], 8), ([6, 7], 8)]),
    "hierarchy": (4, [([0, 1], 4), ([2, 3], 5), ([4, 5], 6)]),
    "two partitions of a total": (4, [([0, 1], 4), ([2, 3], 4)]),
    "two systems": (4, [([0, 1], 4), ([2, 3], 5)]),
    "one part is all": (3, [([0], 3), ([1, 2], 4), ([3, 4], 5)]),
}
"""Leaves, and the sums (parts, total) in the order in which totals follow from them."""


def matrix(name: str) -> "Numbers":
    leaves, sums = SYSTEMS[name]
    found = np.zeros((len(sums), max([leaves, *(total + 1 for _, total in sums)])))
    for row, (parts, total) in zip(found, sums, strict=True):
        row[parts], row[total] = 1, -1
    return found


@cache
def moves(name: str) -> "Numbers":
    """Every table of the system whose leaves lie from -FARTHEST to FARTHEST, one a row."""
    leaves, sums = SYSTEMS[name]
    equations = matrix(name)
    steps = np.array(list(product(range(-FARTHEST, FARTHEST + 1), repeat=leaves)), dtype=float)
    found = np.zeros((len(steps), equations.shape[1]))
    found[:, :leaves] = steps
    for parts, total in sums:
        found[:, total] = found[:, parts].sum(axis=1)
    return found[(found @ equations.T == 0).all(axis=1)]


def is_safe(name: str, asked: Problem, withheld: "Flags") -> bool:
    """Whether all is withheld that must be, and moves carry each primary cell as far as they must.

    A kept cell is known, whether it is withheld or not.
    """
    steps, known = moves(name), ~withheld | ~asked.allowed
    after = asked.value + steps
    fits = ((steps == 0) | ~known) & (after >= asked.lower) & (after <= asked.upper)
    possible = steps[fits.all(axis=1)]
    up, down = possible.max(axis=0), -possible.min(axis=0)
    far = (up >= asked.above) & (down >= asked.below) & (up + down >= asked.width)
    return bool((far | ~asked.primary).all() and (withheld | ~asked.forced).all())


def patterns(asked: Problem) -> list["Flags"]:
    """Every pattern that withholds what it must and what it may, the cheapest first."""
    optional = np.flatnonzero(asked.allowed & ~asked.forced)
    found = []
    for chosen in product([False, True], repeat=len(optional)):
        withheld = asked.forced.copy()
        withheld[optional] = chosen
        found.append(withheld)
    return sorted(found, key=lambda w: float(asked.cost[w].sum()))


@st.composite
def systems(draw: st.DrawFn, is_marked: bool = False) -> tuple[str, Problem]:
    """A small system of counts or amounts, with cells kept and held, and bounds known or not."""
    name = draw(st.sampled_from(list(SYSTEMS)))
    leaves, sums = SYSTEMS[name]
    equations = matrix(name)
    size = equations.shape[1]
    value = np.zeros(size)
    value[:leaves] = draw(st.lists(st.integers(0, 9), min_size=leaves, max_size=leaves))
    for parts, total in sums:
        value[total] = value[parts].sum()
    # Where two partitions share a total, the last one makes up for what the first says.
    if abs(equations @ value).any():
        value[3] += value[:2].sum() - value[2:4].sum()
        value[4] = value[:2].sum()
    value = np.maximum(value, 0) if (value >= 0).all() else np.zeros(size)

    def each(values: "st.SearchStrategy[int]") -> "Numbers":
        return np.array(draw(st.lists(values, min_size=size, max_size=size)), dtype=float)

    is_primary = (value > 0) & (each(st.integers(0, 2)) == 0)
    above, below, width = (
        np.where(is_primary, each(st.integers(0, most)), 0.0) for most in (2, 1, FARTHEST)
    )
    room = each(st.integers(1, FARTHEST))
    upper = np.where(value == 0, 0.0, np.where(each(st.integers(0, 1)) == 0, value + room, np.inf))
    marked = is_primary & (upper < np.inf)
    asked = Problem(
        equations=csr_array(equations),
        value=value,
        cost=each(st.integers(1, 30)),
        lower=np.maximum(value - each(st.integers(1, 9)), 0.0),
        upper=upper,
        below=below,
        above=above,
        width=width,
        kept=(value == 0) | (each(st.integers(0, 5)) == 0),
        held=(value > 0) & (each(st.integers(0, 7)) == 0),
        is_whole=draw(st.booleans()),
        marked=marked if is_marked else None,
    )
    return name, replace(asked, kept=asked.kept & ~asked.held)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(systems())
def test_the_cheapest_pattern_is_found_or_none_exists(system: tuple[str, Problem]) -> None:
    name, asked = system
    safe = (w for w in patterns(asked) if is_safe(name, asked, w))
    best = next(safe, None)
    if best is None:
        with pytest.raises(NotProtectable):
            secondary(asked)
        with pytest.raises(NotProtectable):
            swept(asked)
        return
    found = secondary(asked)
    assert is_safe(name, asked, found.withheld)
    assert asked.cost[found.withheld].sum() == pytest.approx(asked.cost[best].sum())
    assert found.bound <= asked.cost[best].sum() + 1e-6
    assert is_safe(name, asked, swept(asked).withheld)


def any_patterns(asked: Problem, random: Random) -> list["Flags"]:
    """Some patterns of those asked for, and some that publish held cells or withhold kept ones."""
    chosen = [w for w in patterns(asked) if random.random() < 0.2]
    return chosen + [w ^ (np.array([random.random() for _ in w]) < 0.15) for w in chosen]


@settings(max_examples=30, deadline=None, derandomize=True)
@given(systems(), st.randoms(use_true_random=False))
def test_the_audit_passes_safe_patterns_and_no_other(
    system: tuple[str, Problem], random: Random
) -> None:
    name, asked = system
    for withheld in any_patterns(asked, random):
        try:
            audit(asked, withheld)
            passed = True
        except AuditFailed:
            passed = False
        assert passed == is_safe(name, asked, withheld)


@settings(max_examples=30, deadline=None, derandomize=True)
@given(systems(), st.randoms(use_true_random=False))
def test_no_moves_handed_over_make_an_unsafe_pattern_pass(
    system: tuple[str, Problem], random: Random
) -> None:
    """Whatever is forged: steps in published cells, beyond bounds, against equations."""
    name, asked = system
    forged = np.array([[random.choice([-3, 0, 0, 0.5, 3]) for _ in asked.value] for _ in range(9)])
    for withheld in any_patterns(asked, random):
        if not is_safe(name, asked, withheld):
            with pytest.raises(AuditFailed):
                audit(asked, withheld, csr_array(forged))


@settings(max_examples=30, deadline=None, derandomize=True)
@given(systems(is_marked=True))
def test_a_mark_is_lifted_only_where_it_must_be(system: tuple[str, Problem]) -> None:
    """With all marks kept where some pattern allows it; what is found is safe as it is told."""
    name, asked = system
    try:
        found = secondary(asked)
    except NotProtectable:
        silent = asked.unmark(np.ones(asked.size, dtype=bool))
        assert not any(is_safe(name, silent, w) for w in patterns(silent))
        return
    assert is_safe(name, asked.unmark(found.unmarked), found.withheld)
    if found.unmarked.any():
        assert not any(is_safe(name, asked, w) for w in patterns(asked))


@settings(max_examples=30, deadline=None, derandomize=True)
@given(systems(), st.randoms(use_true_random=False))
def test_the_order_of_cells_and_equations_changes_no_cost(
    system: tuple[str, Problem], random: Random
) -> None:
    _, asked = system
    order = list(range(asked.size))
    random.shuffle(order)
    rows = list(range(asked.equations.shape[0]))
    random.shuffle(rows)
    shuffled = replace(
        asked,
        equations=csr_array(2 * asked.equations.toarray()[rows + rows[:1]][:, order]),
        **{
            name: getattr(asked, name)[order]
            for name in ("value", "cost", "lower", "upper", "below", "above", "width")
        },
        kept=asked.kept[order],
        held=asked.held[order],
    )
    try:
        found = secondary(asked)
    except NotProtectable:
        with pytest.raises(NotProtectable):
            secondary(shuffled)
        return
    again = secondary(shuffled)
    assert asked.cost[found.withheld].sum() == pytest.approx(shuffled.cost[again.withheld].sum())
    lowest, highest = intervals(shuffled, found.withheld[order])
    assert np.allclose([lowest, highest], np.array(intervals(asked, found.withheld))[:, order])
