"""Completing a pattern, and removing from it what is withheld for nothing.

Each protected cell has moves that prove it. A cell that no proof passes through is published at
once; for any other, only the proofs that pass through it are sought again without it.
"""

from typing import TYPE_CHECKING

from warehouse.disclosure.proof import Proofs

if TYPE_CHECKING:
    from warehouse.disclosure.problem import Flags, Numbers, Pattern, Problem


def pruned(
    problem: "Problem",
    withheld: "Flags",
    order: "Numbers | None" = None,
    price: "Numbers | None" = None,
) -> "Pattern | None":
    """`withheld` without what is redundant, those of lowest `order` first, then the dearest.

    With a `price`, it is completed before where it is not safe; None where it cannot be.
    """
    import numpy as np

    proofs = Proofs(problem, withheld, price)
    if proofs.unproved():
        return None
    proofs.close()
    optional = np.flatnonzero(proofs.withheld & ~problem.forced)
    rank = np.zeros(problem.size) if order is None else order
    for cell in optional[np.lexsort((-problem.cost[optional], rank[optional].round(3)))]:
        proofs.release(int(cell))
    return proofs.pattern()
