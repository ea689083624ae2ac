"""The audit of a pattern: what can be found of each withheld cell from everything published.

It trusts nothing that the search says. A move handed over counts only after it was multiplied
with every equation and compared with every bound; what no such move proves is attacked anew. A
move is an alternative table that a reader cannot tell from the true one, so the interval between
the farthest moves is one that nobody can narrow.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from warehouse.disclosure.linear import Programme
from warehouse.disclosure.problem import TOLERANCE, Problem, components
from warehouse.errors import ReleaseRefused

if TYPE_CHECKING:
    from scipy.sparse import csr_array

    from warehouse.disclosure.problem import Flags, Indices, Numbers


class AuditFailed(ReleaseRefused):
    """A withheld cell can be found from what would be published: nothing is released."""

    key = "disclosure_audit_failed"


@dataclass(frozen=True)
class Audit:
    """What an audit saw: the cells and equations, and the intervals of the primary cells.

    `narrowest` is the length of the shortest interval that stays of a primary cell, None
    without one; `attacked` are those for which no proof was handed over.
    """

    cells: int
    equations: int
    primary: int
    secondary: int
    attacked: int
    narrowest: float | None

    def to_json(self) -> dict[str, Any]:
        """The audit as a manifest records it."""
        return {**vars(self), "disclosed": 0}


def audit(problem: Problem, withheld: "Flags", moves: "csr_array | None" = None) -> Audit:
    """The audit of `withheld`; raises AuditFailed where a primary cell comes too close to known.

    What was withheld before and would now be published is found, too.
    """
    import numpy as np

    open_cells = np.flatnonzero(problem.forced & ~withheld | problem.too_fine)
    if len(open_cells):
        raise AuditFailed(cell=problem.name(int(open_cells[0])), count=len(open_cells))
    # What everybody knows hides nothing, whether it is withheld or not.
    withheld = withheld & problem.allowed
    up, down = np.zeros(problem.size), np.zeros(problem.size)
    if moves is not None and moves.shape[0]:
        up, down = farthest(allowed(problem, withheld, moves))
    doubtful = np.flatnonzero(~problem.reached(up, down))
    if len(doubtful):
        _attack(problem, withheld, doubtful, up, down)
        disclosed = np.flatnonzero(~problem.reached(up, down))
        if len(disclosed):
            raise AuditFailed(cell=problem.name(int(disclosed[0])), count=len(disclosed))
    length = (up + down)[problem.primary]
    return Audit(
        cells=problem.size,
        equations=problem.equations.shape[0],
        primary=int(problem.primary.sum()),
        secondary=int((withheld & ~problem.primary).sum()),
        attacked=len(doubtful),
        narrowest=round(float(length.min()), 6) if len(length) else None,
    )


def allowed(problem: Problem, withheld: "Flags", moves: "csr_array") -> "csr_array":
    """Those of `moves` that every equation, bound and published figure allows."""
    import numpy as np

    step = moves.tocsr()
    values, cells = step.data, step.indices
    # Amounts are rounded to parts of what they are. Counts are not: a slack that grew with the
    # largest of them would let a person in.
    slack = TOLERANCE * (1 + abs(problem.value[cells]) * (not problem.is_whole))
    residue = abs(step @ problem.equations.T)
    if not problem.is_whole:
        residue = residue - TOLERANCE * (abs(step) @ abs(problem.equations).T)
    broken = (residue > TOLERANCE).sum(axis=1) > 0
    wrong = ~withheld[cells]
    wrong |= problem.value[cells] + values > problem.upper[cells] + slack
    wrong |= problem.value[cells] + values < problem.lower[cells] - slack
    if problem.is_whole:
        wrong |= abs(values - values.round()) > TOLERANCE
    row = np.repeat(np.arange(step.shape[0]), np.diff(step.indptr))
    broken[row[wrong & (abs(values) > TOLERANCE)]] = True
    return step[~broken]


def farthest(moves: "csr_array") -> "tuple[Numbers, Numbers]":
    """How far the moves carry each cell up and down."""
    import numpy as np

    up, down = np.zeros(moves.shape[1]), np.zeros(moves.shape[1])
    np.maximum.at(up, moves.indices, moves.data)
    np.maximum.at(down, moves.indices, -moves.data)
    return up, down


def intervals(problem: Problem, withheld: "Flags") -> "tuple[Numbers, Numbers]":
    """The smallest and the largest value that each cell can have: its own if it is published."""
    import numpy as np

    up, down = np.zeros(problem.size), np.zeros(problem.size)
    _attack(problem, withheld, np.flatnonzero(withheld), up, down)
    return problem.value - down, problem.value + up


def _attack(
    problem: Problem, withheld: "Flags", cells: "Indices", up: "Numbers", down: "Numbers"
) -> None:
    """Write into `up` and `down` how far each of `cells` can move, part by part."""
    import numpy as np

    wanted = np.zeros(problem.size, dtype=bool)
    wanted[cells] = True
    unit, told = problem.unit, problem.in_units()
    for part in components(problem, np.flatnonzero(withheld)):
        inside = np.flatnonzero(wanted[part])
        if len(inside):
            rises, falls = _extremes(told.part(part), inside)
            up[part[inside]] = np.maximum(up[part[inside]], rises * unit)
            down[part[inside]] = np.maximum(down[part[inside]], falls * unit)


def _extremes(part: Problem, cells: "Indices") -> "tuple[Numbers, Numbers]":
    """How far `cells` of a wholly withheld part can rise and fall, one programme for all."""
    import numpy as np

    lower, upper = part.lower - part.value, np.minimum(part.upper - part.value, part.up)
    programme = Programme(part.equations, np.zeros(part.size), lower, upper, only_cost_changes=True)
    ends = np.zeros((2, len(cells)))
    for side, sign in enumerate((-1.0, 1.0)):
        for number, cell in enumerate(cells):
            at = np.array([cell])
            programme.price(at, np.array([sign]))
            found = programme.solve()
            programme.price(at, np.zeros(1))
            if found is None:
                raise ArithmeticError("an attack has no solution")
            steps = found.columns
            if part.is_whole and abs(steps - steps.round()).max() > TOLERANCE:
                steps = _in_whole_steps(part, lower, upper, int(cell), sign)
            ends[side, number] = -sign * steps[cell]
    return ends[0], ends[1]


def _in_whole_steps(
    part: Problem, lower: "Numbers", upper: "Numbers", cell: int, sign: float
) -> "Numbers":
    import numpy as np

    cost = np.zeros(part.size)
    cost[cell] = sign
    whole = np.ones(part.size, dtype=bool)
    found = Programme(part.equations, cost, lower, upper, whole=whole).solve()
    return np.zeros(part.size) if found is None else found.columns.round()
