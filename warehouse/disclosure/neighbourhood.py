"""Moves in a large system: sought around a cell first, and further away only where they must be.

A programme over a hundred thousand cells takes a minute; one over the few hundred cells that
share equations with a cell, and with those again, a few milliseconds.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from warehouse.disclosure.move import Move, Mover
from warehouse.disclosure.problem import TOLERANCE

if TYPE_CHECKING:
    from warehouse.disclosure.problem import Indices, Numbers, Problem


@dataclass(frozen=True)
class Reach:
    """How far to look: the cheapest cells of each equation, and cells in all."""

    per_equation: int
    cells: int


REACHES = (Reach(5, 120), Reach(10, 500), Reach(40, 3_000), Reach(10**9, 10**9))
"""From next door to everywhere; a wider one only where a narrower one holds no move."""


class Neighbourhood:
    """Finds moves by growing neighbourhoods (a Seeker)."""

    def __init__(self, problem: "Problem", cells: "Indices", weight: "Numbers") -> None:
        self._problem = problem
        self._weight = weight.copy()
        self._rows, self._columns = problem.equations, problem.columns

    def weigh(self, cell: int, weight: float) -> None:
        """Let a step of `cell` cost `weight`."""
        self._weight[cell] = weight

    def cheapest(self, cell: int, rises: list[float]) -> Move | None:
        """The cheapest move near `cell` in which it rises by one of `rises`; None if there is none."""
        possible = [rise for rise in rises if self._has_room(cell, rise)]
        before = 0
        for reach in REACHES if possible else ():
            cells = self._around(cell, reach)
            if len(cells) == before:
                continue
            before = len(cells)
            move = Mover(self._problem, cells, self._weight).cheapest(cell, possible)
            if move is not None:
                return move
        return None

    def _has_room(self, cell: int, rise: float) -> bool:
        room = self._problem.up if rise > 0 else self._problem.down
        return bool(abs(rise) <= room[cell] * (1 + TOLERANCE) + TOLERANCE)

    def farthest(self, cell: int, most: float) -> Move | None:
        """The move near `cell` in which it rises furthest, up to `most`."""
        best = None
        for reach in REACHES[1:]:
            cells = self._around(cell, reach)
            move = Mover(self._problem, cells, self._weight).farthest(cell, most)
            best = best if move is None else move
            if best is not None and best.steps[best.cells == cell][0] >= most:
                break
        return best

    def _around(self, cell: int, reach: Reach) -> "Indices":
        """`cell` and the cells that share equations with it, hop by hop, the cheapest first."""
        import numpy as np

        known = {cell}
        seen: set[int] = set()
        frontier = [cell]
        columns = self._columns
        while frontier and len(known) < reach.cells:
            hop = []
            for at in frontier:
                if len(known) >= reach.cells:
                    break
                for row in columns.indices[columns.indptr[at] : columns.indptr[at + 1]].tolist():
                    if row not in seen:
                        seen.add(row)
                        fresh = [c for c in self._cheapest(row, reach) if c not in known]
                        known.update(fresh)
                        hop += fresh
            frontier = hop
        return np.array(sorted(known), dtype=np.int64)

    def _cheapest(self, row: int, reach: Reach) -> list[int]:
        import numpy as np

        rows = self._rows
        cells = rows.indices[rows.indptr[row] : rows.indptr[row + 1]]
        weight = self._weight[cells]
        cells, weight = cells[np.isfinite(weight)], weight[np.isfinite(weight)]
        if len(cells) > reach.per_equation:
            cells = cells[np.argsort(weight, kind="stable")[: reach.per_equation]]
        return list(cells.tolist())
