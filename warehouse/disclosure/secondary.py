"""Secondary suppression: which further cells must be withheld so that no primary one is found.

A system falls into parts that share no equation. Few small parts are solved to the optimum, a
middle one at prices that the optimum's relaxation has learnt; what is larger, and small parts by
the hundred, by programmes that move many cells at once. The audit looks at the result with other
eyes.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

from warehouse.disclosure.exact import guided, optimum, unprotectable
from warehouse.disclosure.problem import NotProtectable, Pattern, Problem, components
from warehouse.disclosure.proof import Proofs
from warehouse.disclosure.sweep import Sweep

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scipy.sparse import csr_array

    from warehouse.disclosure.problem import Flags, Indices

EXACT_CELLS, EXACT_PARTS = 80, 12
"""Parts of so many cells that may be withheld are solved to the optimum, in about a second, where
there are no more parts than that."""

GUIDED_CELLS, GUIDED_PRIMARY = 1_500, 100
"""Cutting planes guide where a whole system has no more cells that may be withheld, and no more
primary ones: a few seconds."""

TOGETHER = 1_200
"""Small parts are put together until they have so many cells."""


def secondary(problem: Problem) -> Pattern:
    """A safe pattern of `problem`; raises NotProtectable where there is none."""
    import numpy as np
    from scipy.sparse import csr_array, vstack

    withheld = problem.forced.copy()
    unmarked, reopened = np.zeros((2, problem.size), dtype=bool)
    moves = [csr_array((0, problem.size))]
    bound = 0.0
    for cells, is_searched in _parts(problem):
        part = problem.part(cells)
        found, opened = _found(part, is_searched=is_searched)
        withheld[cells] |= found.withheld
        reopened[cells] = opened & found.withheld
        if found.unmarked is not None:
            unmarked[cells] = found.unmarked
        moves.append(_placed(found.moves, cells, problem.size))
        bound += found.bound
    return Pattern(withheld, vstack(moves, format="csr"), bound, unmarked, reopened)


def _placed(moves: "csr_array", cells: "Indices", size: int) -> "csr_array":
    from scipy.sparse import coo_array

    local = moves.tocoo()
    shape = (local.shape[0], size)
    return coo_array((local.data, (local.row, cells[local.col])), shape=shape).tocsr()


def _parts(problem: Problem) -> "Iterator[tuple[Indices, bool]]":
    """The parts with primary cells, and whether the search for the cheapest pattern pays there."""
    import numpy as np

    found = [
        cells
        for cells in components(problem, np.flatnonzero(problem.allowed))
        if problem.primary[cells].any()
    ]
    optional = problem.allowed & ~problem.forced
    sizes = [int(optional[cells].sum()) for cells in found]
    is_small = sum(sizes) <= GUIDED_CELLS and int(problem.primary.sum()) <= GUIDED_PRIMARY
    if is_small and len(found) <= EXACT_PARTS:
        yield from ((cells, True) for cells in found)
        return
    together: list[Indices] = []
    for cells in found:
        together.append(cells)
        if sum(map(len, together)) >= TOGETHER:
            yield np.sort(np.concatenate(together)), False
            together = []
    if together:
        yield np.sort(np.concatenate(together)), False


def _found(part: Problem, *, is_searched: bool) -> "tuple[Pattern, Flags]":
    """A safe pattern of `part`, and which cells had to be withheld though published before."""
    import numpy as np

    opened = np.zeros(part.size, dtype=bool)
    if is_searched:
        try:
            optional = int((part.allowed & ~part.forced).sum())
            return (optimum if optional <= EXACT_CELLS else guided)(part), opened
        except NotProtectable:
            pass  # Marks may say too much: the sweep takes them back.
    found = swept(part)
    if found is None and part.closed is not None and part.closed.any():
        # What was published before stands in the way: it is withheld from now on.
        opened = part.closed & part.kept
        part = replace(part, kept=part.kept & ~part.closed, closed=None)
        found = swept(part)
    if found is None:
        raise unprotectable(part.unmark(np.ones(part.size, dtype=bool)))
    return found, opened


def swept(part: Problem) -> Pattern | None:
    """A safe pattern by few large programmes, and one by one for what these leave; or None."""
    import numpy as np
    from scipy.sparse import vstack

    sweep = Sweep(part)
    sweep.run()
    found = sweep.pattern()
    left = sweep.left()
    if not len(left):
        return found
    free = part.unmark(np.ones(part.size, dtype=bool))
    proofs = Proofs(free, found.withheld, part.cost)
    if proofs.unproved(left.tolist()):
        return None
    rest = proofs.pattern()
    beyond = np.asarray(rest.moves.max(axis=0).todense()).ravel() > part.up if rest.moves.shape[0] else np.zeros(part.size, dtype=bool)
    assert found.unmarked is not None
    return Pattern(
        rest.withheld,
        vstack([found.moves, rest.moves], format="csr"),
        unmarked=found.unmarked | beyond,
    )
