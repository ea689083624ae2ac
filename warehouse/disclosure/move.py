"""Moves: differences between an alternative table and the true one that no equation betrays.

before  3  4 | 7      move  +1  -1 | 0      after  4  3 | 7
        5  2 | 7            -1  +1 | 0             4  3 | 7
       ------               -------               ------
        8  6 |14             0   0 | 0             8  6 |14
"""

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from warehouse.disclosure.linear import Programme
from warehouse.disclosure.problem import TOLERANCE

if TYPE_CHECKING:
    from scipy.sparse import csc_array

    from warehouse.disclosure.problem import Indices, Numbers, Problem


MULTIPLES = (1, 2, 3, 4, 6)
"""Moves in halves, thirds, quarters and sixths of counts are made whole by these factors."""


@dataclass(frozen=True)
class Move:
    """By how much each of `cells` moves; every other cell stands still."""

    cells: "Indices"
    steps: "Numbers"
    price: float


def whole_multiple(steps: "Numbers", up: "Numbers", down: "Numbers") -> "Numbers | None":
    """`steps` in whole numbers, by a small factor if need be; None where a cell lacks the room."""
    for factor in MULTIPLES:
        whole: Numbers = (steps * factor).round()
        if abs(steps * factor - whole).max(initial=0.0) <= TOLERANCE and (
            factor == 1 or ((whole <= up + TOLERANCE).all() and (-whole <= down + TOLERANCE).all())
        ):
            return whole
    return None


class Mover:
    """Finds moves within `cells`; `weight` is told of every cell of the problem."""

    def __init__(self, problem: "Problem", cells: "Indices", weight: "Numbers") -> None:
        import numpy as np

        self.cells = cells
        self._whole = problem.is_whole
        self._place = {int(cell): place for place, cell in enumerate(cells)}
        self._up, self._down = problem.up[cells], problem.down[cells]
        self._matrix = _rises_and_falls(problem.columns[:, cells])
        own = weight[cells].astype(float)
        still = np.isinf(own)
        rooms = (np.where(still, 0, self._up), np.where(still, 0, self._down))
        self._upper = np.concatenate(rooms)
        self._cost = np.tile(np.where(still, 0, own), 2)
        self._lower = np.zeros(len(self._upper))
        self._programme: Programme | None = None

    def weigh(self, cell: int, weight: float) -> None:
        """Let a step of `cell` cost `weight`."""
        import numpy as np

        place = self._place[cell]
        columns = np.array([place, place + len(self.cells)])
        is_still = weight == float("inf")
        rooms = self._up[place], self._down[place]
        self._upper[columns] = 0.0 if is_still else rooms
        self._cost[columns] = 0.0 if is_still else weight
        if self._programme is not None:
            self._programme.bound(columns, self._lower[columns], self._upper[columns])
            self._programme.price(columns, self._cost[columns])

    def cheapest(self, cell: int, rises: list[float]) -> Move | None:
        """The cheapest move in which `cell` rises by one of `rises` at least; None if none."""
        found = [move for rise in rises if (move := self._found(cell, rise))]
        return min(found, key=_price) if found else None

    def _found(self, cell: int, rise: float) -> Move | None:
        """The cheapest move in which `cell` rises by `rise` (falls, if negative) at least.

        None if there is none. Counts may be such that a cell moves by threes alone.
        """
        import numpy as np

        place = self._place[cell]
        room = self._up[place] if rise > 0 else self._down[place]
        if abs(rise) > room * (1 + TOLERANCE) + TOLERANCE or not rise:
            return None
        least = np.array([max(rise, 0.0), max(-rise, 0.0)])
        return self._solved(place, least, np.where(least > 0, max(room, abs(rise)), 0.0))

    def _solved(self, place: int, least: "Numbers", most: "Numbers") -> Move | None:
        import numpy as np

        if self._programme is None:
            self._programme = Programme(self._matrix, self._cost, self._lower, self._upper)
        columns = np.array([place, place + len(self.cells)])
        self._programme.bound(columns, least, most)
        found = self._programme.solve()
        self._programme.bound(columns, self._lower[columns], self._upper[columns])
        if found is None:
            return None
        size = len(self.cells)
        steps = found.columns[:size] - found.columns[size:]
        if not self._whole:
            return self._move(steps)
        whole = whole_multiple(steps, self._up, self._down)
        if whole is None:
            whole = self._in_whole_steps(columns, least, most, steps)
        return None if whole is None else self._move(whole)

    def farthest(self, cell: int, most: float) -> Move | None:
        """The move in which `cell` rises furthest, up to `most`; None if it cannot rise."""
        import numpy as np

        place = self._place[cell]
        upper, cost = self._upper.copy(), np.zeros(len(self._upper))
        upper[[place, place + len(self.cells)]] = min(float(self._up[place]), most), 0.0
        cost[place] = -1.0
        whole = np.full(len(upper), self._whole)
        found = Programme(self._matrix, cost, self._lower, upper, whole=whole).solve()
        if found is None or found.columns[place] <= TOLERANCE:
            return None
        return self._found(cell, float(found.columns[place]))

    def _in_whole_steps(
        self, columns: "Indices", least: "Numbers", most: "Numbers", broken: "Numbers"
    ) -> "Numbers | None":
        """The cheapest whole steps among the cells beside `broken` ones; among all if need be.

        Beside them they are found a hundred times as quickly, where there are any.
        """
        import numpy as np

        size = len(self.cells)
        equations = abs(self._matrix[:, :size])
        touched = equations @ (abs(broken) > TOLERANCE) > TOLERANCE
        for near in (equations.T @ touched > TOLERANCE, np.ones(size, dtype=bool)):
            lower, upper = self._lower.copy(), np.where(np.tile(near, 2), self._upper, 0.0)
            lower[columns], upper[columns] = least, most
            whole = np.ones(2 * size, dtype=bool)
            found = Programme(self._matrix, self._cost, lower, upper, whole=whole).solve()
            if found is not None:
                return (found.columns[:size] - found.columns[size:]).round()
        return None

    def _move(self, steps: "Numbers") -> Move:
        import numpy as np

        moved = np.flatnonzero(abs(steps) > TOLERANCE)
        price = self._cost[moved] @ abs(steps[moved])
        return Move(self.cells[moved], steps[moved], float(price))


def _price(move: Move) -> float:
    return move.price


def _rises_and_falls(inside: "csc_array") -> "csc_array":
    """The equations that these columns touch, for steps up and, after them, for steps down."""
    import numpy as np
    from scipy.sparse import csc_array

    rows, place = np.unique(inside.indices, return_inverse=True)
    starts = np.concatenate([inside.indptr, inside.indptr[1:] + inside.nnz])
    return csc_array(
        (np.concatenate([inside.data, -inside.data]), np.tile(place, 2), starts),
        shape=(len(rows), 2 * inside.shape[1]),
    )


def needed(problem: "Problem", cell: int) -> tuple[list[float], list[float]]:
    """The rises that `cell` must be capable of, and two of which one suffices for its width."""
    above, below, width = levels(problem, cell)
    missing = width - above - below
    must = [rise for rise in (above, -below) if rise]
    return must, [above + missing, -below - missing] if missing > TOLERANCE else []


def levels(problem: "Problem", cell: int) -> tuple[float, float, float]:
    """How far `cell` must be able to rise and fall, and in all; counts do so by whole steps."""
    found = (float(side[cell]) for side in (problem.above, problem.below, problem.width))
    above, below, width = (ceil(s - TOLERANCE) if problem.is_whole else s for s in found)
    return above, below, width
