"""Counts under a threshold: what an attacker knows of a withheld one, and must not learn.

The attacker knows the rules: a cell with CONF_STATUS A lies between 1 and threshold - 1, one with D
is at least 1, both are whole, and what has no row is zero. The audit grants all of that.

A would give much away on a total: of four withheld parts that make a total marked A, none can be
more than 1. So a small cell that is a total of others bears D like those withheld for its sake, and
D says nothing of its size; A stands on the finest cells alone, and not on all of these: where it
would give cells away, D stands there too (sweep.py).
"""

from typing import TYPE_CHECKING, Any

from warehouse.disclosure.problem import Problem

if TYPE_CHECKING:
    from scipy.sparse import csr_array

    from warehouse.disclosure.problem import Flags, Numbers


def count_problem(
    equations: "csr_array",
    value: "Numbers",
    threshold: int,
    protection: int = 1,
    **given: Any,
) -> Problem:
    """The problem of counts of which those from 1 to `threshold` - 1 are primary.

    A primary cell must keep at least `protection` + 1 possible counts. `given` replaces what
    follows from the values, such as kept cells.
    """
    import numpy as np

    few = (value > 0) & (value < threshold)
    marked = few & ~totals(equations)
    usual: dict[str, Any] = {
        "cost": np.maximum(value, 1.0),
        "lower": np.where(value > 0, 1.0, 0.0),
        "upper": np.where(marked, threshold - 1.0, np.where(value > 0, np.inf, 0.0)),
        "below": np.zeros(len(value)),
        "above": np.zeros(len(value)),
        "width": np.where(few, float(protection), 0.0),
        "kept": value == 0,
        "held": np.zeros(len(value), dtype=bool),
        "marked": marked,
    }
    return Problem(equations=equations, value=value, **{**usual, **given})


def totals(equations: "csr_array") -> "Flags":
    """The cells that are the total of others in some equation."""
    import numpy as np

    found = np.zeros(equations.shape[1], dtype=bool)
    entries = equations.tocoo()
    found[entries.coords[1][entries.data < 0]] = True
    return found


def sums_of(equations: "csr_array", published: "Flags") -> "Flags":
    """The cells that are the sum of `published` ones, or of such sums, and so are known with them.

    A month of 50 workers beside eleven of none makes a year of 4: who has read the months knows it,
    and nobody is found by it.
    """
    import numpy as np

    parts, total = equations > 0, equations < 0
    has_one_total = np.asarray(total.sum(axis=1)).ravel() == 1
    found = np.zeros(equations.shape[1], dtype=bool)
    while True:
        is_open = parts @ ~(published | found) > 0
        told = total[np.flatnonzero(has_one_total & ~is_open)].indices
        if found[told].all():
            return found
        found[told] = True
