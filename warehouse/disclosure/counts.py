"""Counts under a threshold: what an attacker knows of a withheld one, and must not learn.

The attacker knows the rules. A cell with CONF_STATUS A is known to lie between 1 and threshold - 1,
one with D to reach the threshold; both are known to be whole, and what has no row to be zero. The
audit grants all of that, so that publishing A and D apart gives nothing away.
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
    some = value >= threshold
    usual: dict[str, Any] = {
        "cost": np.maximum(value, 1.0),
        "lower": np.where(few, 1.0, np.where(some, float(threshold), 0.0)),
        "upper": np.where(few, threshold - 1.0, np.where(some, np.inf, np.minimum(value, 0.0))),
        "below": np.zeros(len(value)),
        "above": np.zeros(len(value)),
        "width": np.where(few, float(protection), 0.0),
        "kept": value == 0,
        "held": _none(value),
    }
    return Problem(equations=equations, value=value, **{**usual, **given})


def _none(value: "Numbers") -> "Flags":
    import numpy as np

    return np.zeros(len(value), dtype=bool)
