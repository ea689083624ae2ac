"""Secondary suppression: which further cells must be withheld so that no primary one is found.

A system falls into parts that share no equation. Few small parts are solved to the optimum, a
middle one at prices that the optimum's relaxation has learnt; what is larger, and small parts by
the hundred, by programmes that move many cells at once. The audit looks at the result with other
eyes.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

from warehouse.disclosure.contraction import contracted
from warehouse.disclosure.exact import guided, optimum, unprotectable
from warehouse.disclosure.problem import NotProtectable, Pattern, Problem, components
from warehouse.disclosure.sweep import Sweep

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scipy.sparse import csr_array

    from warehouse.disclosure.problem import Indices

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
    contraction = contracted(problem)
    return contraction.expanded(_pattern(contraction.problem), problem)


def _pattern(problem: Problem) -> Pattern:
    import numpy as np
    from scipy.sparse import csr_array, vstack

    told = problem.in_units()
    if told is not problem:
        found = secondary(told)
        moves, bound = found.moves * problem.unit, found.bound * problem.unit_of_cost
        return replace(found, moves=moves, bound=bound)
    withheld, unmarked = problem.forced.copy(), np.zeros(problem.size, dtype=bool)
    moves = [csr_array((0, problem.size))]
    bound = 0.0
    parts = list(_parts(problem))
    # HiGHS lets other threads go on while it works; in whatever order parts end, each has its own.
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        patterns = list(pool.map(lambda part: _found(problem.part(part[0]), part[1]), parts))
    for (cells, _), found in zip(parts, patterns, strict=True):
        withheld[cells] |= found.withheld
        unmarked[cells] = found.unmarked
        moves.append(_placed(found.moves, cells, problem.size))
        bound += found.bound
    return Pattern(withheld, vstack(moves, format="csr"), bound, unmarked)


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


def _found(part: Problem, is_searched: bool) -> Pattern:
    if is_searched:
        optional = int((part.allowed & ~part.forced).sum())
        try:
            return (optimum if optional <= EXACT_CELLS else guided)(part)
        except NotProtectable:
            if part.marked is None or not part.marked.any():
                raise
            # A mark says too much: the sweep takes such ones back.
    return swept(part)


def swept(part: Problem) -> Pattern:
    """A safe pattern by programmes of many cells; raises NotProtectable."""
    import numpy as np

    sweep = Sweep(part)
    sweep.run()
    if len(sweep.left()):
        raise unprotectable(part.unmark(np.ones(part.size, dtype=bool)))
    return sweep.pattern()
