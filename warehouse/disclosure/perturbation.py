"""How a count may be changed: transition probabilities of greatest entropy under what must hold.

A row of the matrix is a true count, a column what is shown instead. Of all rows that are right on
the mean, have the variance asked, stay within the distance and show neither 1 nor 2, the one of
greatest entropy adds no other regularity that could be learnt (Giessing 2016, Computational issues
in the design of transition probabilities; ABS, Marley and Leaver 2011).
"""

from functools import cache
from typing import TYPE_CHECKING

from warehouse.disclosure.rules import InvalidRules

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NEVER_SHOWN = (1, 2)
"""A count of one or two persons is not even shown where it is none."""

CLOSE_ENOUGH = 1e-12
"""How far the moments of a row may stay from what was asked, per unit of distance."""

MOST_STEPS = 100
"""A row takes fewer than ten; one that has not come to an end after these has none."""


@cache
def transition_matrix(distance: int, variance: float) -> "NDArray[np.float64]":
    """The probabilities (true count, shown count) of true counts 0 to `distance` + 3.

    A larger count goes by the last row, moved along: from there on nothing is in the way. Raises
    InvalidRules where no row of a count can have that variance within that distance.
    """
    import numpy as np

    last = distance + NEVER_SHOWN[-1] + 1
    matrix = np.zeros((last + 1, last + distance + 1))
    matrix[0, 0] = 1.0
    for count in range(1, last + 1):
        shown = np.array(
            [j for j in range(max(0, count - distance), count + distance + 1) if _may_show(j)]
        )
        matrix[count, shown] = _greatest_entropy(shown - count, distance, variance)
    return matrix


def _may_show(count: int) -> bool:
    return count not in NEVER_SHOWN


def _greatest_entropy(
    moves: "NDArray[np.int64]", distance: int, variance: float
) -> "NDArray[np.float64]":
    """The probabilities of `moves` with mean 0 and `variance` whose entropy is greatest.

    They are exp(a d + b d²) over their sum. Newton's method finds a and b, at which the convex
    dual (the logarithm of that sum, less what the moments ask for) is least; a step that does not
    lower it is halved.
    """
    import numpy as np

    # Per unit of distance, so that both moments are of one size.
    features = np.stack([moves / distance, (moves / distance) ** 2])
    asked = np.array([0.0, variance / distance**2])

    def dual(at: "NDArray[np.float64]") -> tuple[float, "NDArray[np.float64]"]:
        exponents = at @ features
        weights: NDArray[np.float64] = np.exp(exponents - exponents.max())
        total = weights.sum()
        return float(exponents.max() + np.log(total) - at @ asked), weights / total

    at = np.zeros(2)
    least, p = dual(at)
    for _ in range(MOST_STEPS):
        slope = features @ p - asked
        if np.abs(slope).max() < CLOSE_ENOUGH:
            return p
        curvature = (features * p) @ features.T - np.outer(features @ p, features @ p)
        step = np.linalg.lstsq(curvature, -slope)[0]
        found, tried = dual(at + step)
        while found > least and np.abs(step).max() > CLOSE_ENOUGH:
            step /= 2
            found, tried = dual(at + step)
        at, least, p = at + step, found, tried
    raise InvalidRules(
        dataflow="cell_key",
        problem=f"variance {variance:g} is not possible within distance {distance}",
    )
