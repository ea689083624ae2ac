"""Secondary suppression: which further cells must be withheld so that no primary one is found.

A system falls into parts that share no equation. A small part is solved to the optimum, a middle
one at prices that the optimum's relaxation has learnt, a large one by moves in growing
neighbourhoods. The audit looks at the result with other eyes.
"""

from typing import TYPE_CHECKING

from warehouse.disclosure.exact import guided, optimum, unprotectable
from warehouse.disclosure.neighbourhood import Neighbourhood
from warehouse.disclosure.problem import Pattern, Problem, components
from warehouse.disclosure.prune import pruned

if TYPE_CHECKING:
    pass

EXACT_CELLS = 80
"""Parts of so many cells that may be withheld are solved to the optimum, in about a second."""

GUIDED_CELLS = 1_500
"""Parts of so many are solved with cutting planes as guides, within about ten seconds."""

REPROOFS = 6
"""In larger parts, no cell is tried for release on which more proofs depend."""


def secondary(problem: Problem) -> Pattern:
    """A safe pattern of `problem`; raises NotProtectable where there is none."""
    import numpy as np
    from scipy.sparse import coo_array, csr_array, vstack

    withheld = problem.forced.copy()
    moves = [csr_array((0, problem.size))]
    bound = 0.0
    for cells in components(problem, np.flatnonzero(problem.allowed)):
        if not problem.primary[cells].any():
            continue
        found = _part(problem.part(cells))
        withheld[cells] |= found.withheld
        local = found.moves.tocoo()
        moves.append(
            coo_array(
                (local.data, (local.row, cells[local.col])),
                shape=(local.shape[0], problem.size),
            ).tocsr()
        )
        bound += found.bound
    return Pattern(withheld, vstack(moves, format="csr"), bound)


def _part(part: Problem) -> Pattern:
    optional = int((part.allowed & ~part.forced).sum())
    if optional <= EXACT_CELLS:
        return optimum(part)
    if optional <= GUIDED_CELLS:
        return guided(part)
    found = pruned(part, part.forced, price=part.cost, seeker=Neighbourhood, reproofs=REPROOFS)
    if found is None:
        raise unprotectable(part)
    return found
