"""Which cells are moved together: those of a month, of a quarter, or whatever is near one cell.

Nothing that is far from a cell hides it better than what is near, and a programme of a few thousand
cells takes a fraction of the time of the whole.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from warehouse.disclosure.problem import Flags, Indices, Problem

LEAST_TO_DIVIDE = 1_500
"""Smaller systems are moved as a whole."""

Block = tuple["Flags", "Flags"]
"""The cells of a month, quarter or year, and the cells among which their moves are sought."""


def quarter_blocks(problem: "Problem") -> "list[list[Block]]":
    """The months of each quarter, then the quarter itself, one quarter apart from the other.

    Cells of a month move against the month beside it, or with its quarter and its year, those of a
    quarter with one of its months, and what is left over with all that the quarter holds; the
    smaller programme takes a fraction of the time of the whole. Nothing where no time is told.
    """
    import numpy as np

    found: dict[tuple[int, int], list[Block]] = {}
    for y, q, m in _spans(problem):
        if m:
            found.setdefault((y, q), []).append(
                (_cells(problem, y, q, m), _around(problem, y, q, m))
            )
    for (y, q), months in found.items():
        every = np.logical_or.reduce([cells for cells, _ in months]) | _cells(problem, y, q)
        months += [(_cells(problem, y, q), around) for _, around in months]
        months.append((every, _around(problem, y, q)))
    return list(found.values())


def year_blocks(problem: "Problem") -> "Iterator[Block]":
    """The years, whose cells move with one of their months, or with those of one quarter."""
    spans = _spans(problem)
    for year in sorted({y for y, _, _ in spans}):
        inside = [(q, m) for y, q, m in spans if y == year]
        for quarter, month in sorted(inside, key=lambda span: (span[1] == 0, span)):
            yield _cells(problem, year), _around(problem, year, quarter, month)


def _cells(problem: "Problem", y: int, q: int = 0, m: int = 0) -> "Flags":
    """The cells of a month, of a quarter where no month is told, or of a year."""
    year, quarter, month = problem.spans.T  # type: ignore[union-attr]
    found: Flags = (year == y) & (quarter == q) & (month == m)
    return found


def _around(problem: "Problem", y: int, q: int, m: int = 0) -> "Flags":
    """The cells that move with those of a month, or of the whole quarter where none is told."""
    year, quarter, month = problem.spans.T  # type: ignore[union-attr]
    found: Flags = (year == y) & ((quarter == q) | (quarter == 0))
    if m:
        beside = m - 1 if (m - 1) // 3 == (m - 2) // 3 and m > 1 else m + 1
        found = found & ((month == 0) | (month == m) | (month == beside))
    return found


def _spans(problem: "Problem") -> list[list[int]]:
    """Year, quarter and month of each period, where there are several and enough cells."""
    import numpy as np

    if problem.spans is None or problem.size < LEAST_TO_DIVIDE:
        return []
    spans: list[list[int]] = np.unique(problem.spans, axis=0).tolist()
    return spans if len(spans) > 1 else []


def neighbourhoods(problem: "Problem", cell: int) -> "Iterator[Indices]":
    """Ever more of the cells that may be withheld around `cell`, until all that are linked to it.

    First those of its equations, then those of theirs.
    """
    import numpy as np

    inside = np.zeros(problem.size, dtype=bool)
    inside[cell] = True
    size = 0
    while (cells := np.flatnonzero(inside)).size > size:
        size = cells.size
        rows = np.unique(problem.columns[:, cells].indices)
        inside[problem.equations[rows].indices] = True
        inside &= problem.allowed
        if inside.sum() > size:
            yield np.flatnonzero(inside)
