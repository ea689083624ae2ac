"""Moves in a large system: sought around a cell first, and further away only where they must be.

A programme over a hundred thousand cells takes a minute; one over the few hundred cells that
share equations with a cell, and with those again, a few milliseconds.
"""

from typing import TYPE_CHECKING

from warehouse.disclosure.move import Move, Mover
from warehouse.disclosure.problem import TOLERANCE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from warehouse.disclosure.problem import Codes, Indices, Numbers, Problem


REACHES = (3, 8, 25, 80)
"""Cells taken of each equation of a cell, the cheapest; a wider reach only where none narrower
holds a move, and after the widest the whole system."""

NEAR_CELLS = 20_000
"""No neighbourhood is larger: beyond, the programme of the whole system is at hand already."""


class Neighbourhood:
    """Finds moves by growing neighbourhoods (a Seeker).

    A move closes only among cells that share equations many times over. So the codes of the
    cheapest cells beside one are collected, and all cells that combine these codes are taken:
    with two countries, two ages and a month, every cell and total of these.
    """

    def __init__(self, problem: "Problem", cells: "Indices", weight: "Numbers") -> None:
        self._problem = problem
        self._weight = weight.copy()
        self._rows, self._columns = problem.equations, problem.columns
        self._everywhere = Mover(problem, cells, weight)

    def weigh(self, cell: int, weight: float) -> None:
        """Let a step of `cell` cost `weight`."""
        self._weight[cell] = weight
        self._everywhere.weigh(cell, weight)

    def cheapest(self, cell: int, rises: list[float]) -> Move | None:
        """The cheapest move near `cell` in which it rises by one of `rises`; None without one."""
        possible = [rise for rise in rises if self._has_room(cell, rise)]
        if not possible:
            return None
        for near in self._near(cell):
            move = Mover(self._problem, near, self._weight).cheapest(cell, possible)
            if move is not None:
                return move
        return self._everywhere.cheapest(cell, possible)

    def farthest(self, cell: int, most: float) -> Move | None:
        """The move in which `cell` rises furthest, up to `most`; None if it cannot rise."""
        return self._everywhere.farthest(cell, most)

    def _near(self, cell: int) -> "Iterator[Indices]":
        """Ever wider neighbourhoods of `cell`, as long as its problem has codes."""
        before = 0
        codes = self._problem.codes
        if codes is None:
            return
        for reach in REACHES:
            cells = self._combining(cell, reach, codes)
            if before < len(cells) < NEAR_CELLS:
                before = len(cells)
                yield cells

    def _combining(self, cell: int, reach: int, codes: "Codes") -> "Indices":
        import numpy as np

        beside = [cell]
        columns = self._columns
        for row in columns.indices[columns.indptr[cell] : columns.indptr[cell + 1]]:
            beside += self._cheapest(row, reach)
        inside = np.isfinite(self._weight)
        sizes = codes.max(axis=0) + 1
        for dimension, found in enumerate(codes[beside].T):
            known = np.zeros(sizes[dimension], dtype=bool)
            known[found] = True
            known[0] = True
            inside &= known[codes[:, dimension]]
        return np.flatnonzero(inside)

    def _has_room(self, cell: int, rise: float) -> bool:
        room = self._problem.up if rise > 0 else self._problem.down
        return bool(abs(rise) <= room[cell] * (1 + TOLERANCE) + TOLERANCE)

    def _cheapest(self, row: int, reach: int) -> list[int]:
        import numpy as np

        rows = self._rows
        cells = rows.indices[rows.indptr[row] : rows.indptr[row + 1]]
        weight = self._weight[cells]
        cells, weight = cells[np.isfinite(weight)], weight[np.isfinite(weight)]
        if len(cells) > reach:
            cells = cells[np.argsort(weight, kind="stable")[:reach]]
        return list(cells.tolist())
