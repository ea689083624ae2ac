"""A problem of secondary suppression: cells under linear equations, and what must not be found.

Everything that can be subtracted stands in one matrix: a row sums to zero over the cells, such
as men + women - both sexes = 0. Which cells are withheld is a *pattern*; an alternative table is
a *move* away from the true one that every published figure allows. A cell is protected when moves
carry it far enough.
"""

from dataclasses import dataclass, field, replace
from functools import cached_property
from math import ceil, log2
from typing import TYPE_CHECKING, Any

from warehouse.errors import ReleaseRefused

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from scipy.sparse import csc_array, csr_array

    Numbers = NDArray[np.float64]
    Flags = NDArray[np.bool_]
    Indices = NDArray[np.int64]
    Codes = NDArray[np.int32]

TOLERANCE = 1e-6
"""What floating point may leave of an equation, per unit of its amounts; of counts in all, however
many there are, so that it hides nobody."""

FINEST = 100 * TOLERANCE
"""No proof protects a cell by less than this: rounding moves it as far."""

LARGEST = 2.0**26
"""How far programmes let anything move: of what is much larger, floating point leaves more in an
equation than a solver takes for nothing."""


class NotAdditive(ReleaseRefused):
    """The parts of a table do not add up to their total: no audit could be trusted."""

    key = "disclosure_not_additive"


class NegativeCell(ReleaseRefused):
    """A cell lies outside of what anybody may assume of it, such as a negative count."""

    key = "disclosure_negative"


class NotProtectable(ReleaseRefused):
    """No further cell may be withheld, and yet a withheld one can be found."""

    key = "disclosure_not_protectable"


@dataclass(frozen=True)
class Problem:
    """Cells, the equations over them, and what an attacker knows and must not find.

    `lower` and `upper` are the bounds that an attacker is taken to know of a cell once it is
    withheld. A primary cell must be able to lie `below` under and `above` over its true value,
    and within an interval at least `width` long. `kept` cells may not be withheld (zeros that
    everybody knows, figures published before), `held` ones are withheld already. Where
    `is_whole` the values are counts, and alternative tables must be tables of counts.
    """

    equations: "csr_array"
    value: "Numbers"
    cost: "Numbers"
    lower: "Numbers"
    upper: "Numbers"
    below: "Numbers"
    above: "Numbers"
    width: "Numbers"
    kept: "Flags"
    held: "Flags"
    is_whole: bool = True
    names: tuple[str, ...] = field(default=(), repr=False)
    spans: "Codes | None" = field(default=None, repr=False)
    """The year, quarter and month of each cell, 0 where it spans them all; where they are told."""
    marked: "Flags | None" = field(default=None, repr=False)
    """The cells whose `upper` is known from their mark (A) alone: another mark would lift it."""
    is_symmetric: bool = False
    """Whether with every move its contrary is one too, as of the unknown sums behind means."""

    def __post_init__(self) -> None:
        import numpy as np

        size = 0.0 if self.is_whole else abs(self.equations) @ abs(self.value)
        # What is not a number compares with nothing, and so must not pass.
        off = ~(abs(self.equations @ self.value) <= TOLERANCE * (1 + size))
        if off.any():
            cells = self.equations[[int(off.argmax())]].indices
            raise NotAdditive(
                cells=", ".join(self.name(i) for i in cells[:4]), count=int(off.sum())
            )
        inside = (self.value >= self.lower - TOLERANCE) & (self.value <= self.upper + TOLERANCE)
        outside = ~(inside & np.isfinite(self.value))
        if outside.any():
            raise NegativeCell(cell=self.name(int(outside.argmax())), count=int(outside.sum()))

    def name(self, cell: int) -> str:
        """What the cell is called in messages: its key, or its number."""
        return self.names[cell] if self.names else str(cell)

    @property
    def size(self) -> int:
        """The number of cells."""
        return len(self.value)

    @cached_property
    def columns(self) -> "csc_array":
        """The equations, cell by cell."""
        return self.equations.tocsc()

    @cached_property
    def primary(self) -> "Flags":
        """The cells with something to protect."""
        import numpy as np

        return np.asarray((self.below > 0) | (self.above > 0) | (self.width > 0))

    @cached_property
    def too_fine(self) -> "Flags":
        """The primary cells of which no move can be told from rounding."""
        import numpy as np

        return self.primary & (np.maximum(self.width, np.maximum(self.above, self.below)) < FINEST)

    @cached_property
    def forced(self) -> "Flags":
        """The cells that every pattern withholds."""
        return self.primary | self.held

    @cached_property
    def allowed(self) -> "Flags":
        """The cells that a pattern may withhold."""
        return ~self.kept | self.forced

    @cached_property
    def up(self) -> "Numbers":
        """How far each cell may rise in an alternative table; never infinite."""
        return _finite(self.upper - self.value, self)

    @cached_property
    def up_unmarked(self) -> "Numbers":
        """How far each cell may rise where no mark tells its size."""
        import numpy as np

        if self.marked is None:
            return self.up
        return _finite(np.where(self.marked, np.inf, self.upper) - self.value, self)

    def unmark(self, cells: "Flags") -> "Problem":
        """The problem in which no mark tells the size of `cells`."""
        import numpy as np

        if self.marked is None or not cells.any():
            return self
        upper = np.where(self.marked & cells, np.inf, self.upper)
        return replace(self, upper=upper, marked=self.marked & ~cells)

    @cached_property
    def down(self) -> "Numbers":
        """How far each cell may fall in an alternative table; never infinite."""
        return _finite(self.value - self.lower, self)

    @cached_property
    def reach(self) -> float:
        """How far every cell together can move, and what is to be protected; no cell needs more."""
        levels = self.above + self.below + self.width
        return float(2 * abs(self.value).sum() + 2 * levels.sum())

    @cached_property
    def unit(self) -> float:
        """What large amounts are told in where programmes see them; counts are not divided."""
        return 1.0 if self.is_whole else _unit(self.reach)

    @cached_property
    def unit_of_cost(self) -> float:
        """What large costs are told in."""
        return _unit(float(self.cost.max(initial=0.0)))

    def in_units(self) -> "Problem":
        """The same problem, told in units; itself where these are 1."""
        if self.unit == 1 and self.unit_of_cost == 1:
            return self
        told = ("value", "lower", "upper", "below", "above", "width")
        amounts = {name: getattr(self, name) / self.unit for name in told}
        return replace(self, cost=self.cost / self.unit_of_cost, **amounts)

    def reached(self, farthest_up: "Numbers", farthest_down: "Numbers") -> "Flags":
        """Which cells are protected when moves carry them so far up and so far down."""
        import numpy as np

        slack = TOLERANCE * (1 + self.width + self.above + self.below)
        enough: Any = (
            (farthest_up >= self.above - slack)
            & (farthest_down >= self.below - slack)
            & (farthest_up + farthest_down >= self.width - slack)
        )
        return np.asarray(enough | ~self.primary)

    def part(self, cells: "Indices") -> "Problem":
        """The problem of `cells` alone: every other cell stands as published."""
        import numpy as np

        inside = self.columns[:, cells].tocsr()
        touched = np.flatnonzero(np.diff(inside.indptr))
        # The other cells of an equation are a constant: what is left must sum to it.
        return Part(
            equations=inside[touched],
            names=tuple(self.name(int(i)) for i in cells) if self.names else (),
            is_whole=self.is_whole,
            spans=None if self.spans is None else self.spans[cells],
            marked=None if self.marked is None else self.marked[cells],
            is_symmetric=self.is_symmetric,
            **{name: getattr(self, name)[cells] for name in _ARRAYS},
        )


_ARRAYS = (
    *("value", "cost", "lower", "upper", "below", "above", "width"),
    *("kept", "held"),
)


class Part(Problem):
    """A problem whose equations sum to constants: checked where it was cut out."""

    def __post_init__(self) -> None:
        """Nothing: the whole was checked."""


def _unit(most: float) -> float:
    """A power of two of which `most` is not too many, so that nothing is lost in telling."""
    return 1.0 if most <= LARGEST else float(2 ** ceil(log2(most / LARGEST)))


def _finite(room: "Numbers", problem: Problem) -> "Numbers":
    import numpy as np

    # A cell may weigh less than another in an equation, and must then move further.
    weights = abs(problem.equations.data[problem.equations.data != 0])
    spread = weights.max() / weights.min() if len(weights) else 1.0
    return np.asarray(np.minimum(room, (problem.reach + 1) * spread))


@dataclass(frozen=True)
class Pattern:
    """Which cells are withheld, and the moves that prove it safe, one a row."""

    withheld: "Flags"
    moves: "csr_array"
    bound: float
    """No safe pattern costs less, as far as the search could prove."""
    unmarked: "Flags"
    """The cells whose mark must not tell their size, or the pattern would not be safe."""


def components(problem: Problem, cells: "Indices") -> list["Indices"]:
    """`cells` in groups that share no equation: what is done in one is not felt in another."""
    import numpy as np
    from scipy.sparse import block_array
    from scipy.sparse.csgraph import connected_components

    inside = problem.columns[:, cells].tocsr()
    graph = block_array([[None, inside], [inside.T, None]], format="csr")
    label = connected_components(graph, directed=False)[1][inside.shape[0] :]
    order = np.argsort(label, kind="stable")
    starts = np.flatnonzero(np.diff(label[order])) + 1
    return [cells[group] for group in np.split(order, starts)] if len(cells) else []
