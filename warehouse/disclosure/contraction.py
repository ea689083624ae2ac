"""Cells that are always equal, taken as one: what is small has many of them.

Where a line holds a single part, the part is the total: the one worker of a citizenship is the one
of a sex, of an age and of a region. Whatever moves one moves all, so that one column stands for
them; half of the cells of a fine table go.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from warehouse.disclosure.problem import Pattern, Problem

if TYPE_CHECKING:
    from scipy.sparse import csr_array

    from warehouse.disclosure.problem import Flags, Indices, Numbers


@dataclass(frozen=True)
class Contraction:
    """A problem with its equal cells as one; `place` tells which one stands for each cell."""

    problem: Problem
    place: "Indices"

    def expanded(self, pattern: Pattern, of: Problem) -> Pattern:
        """The `pattern` of the contracted problem as one `of` the problem itself."""
        import numpy as np
        from scipy.sparse import coo_array

        size = len(self.place)
        spread = coo_array(
            (np.ones(size), (self.place, np.arange(size))), shape=(self.problem.size, size)
        )
        # A cell that is only held may be told by an equal one: a cheaper pattern may publish that.
        follows = (self.problem.forced & ~self.problem.primary)[self.place] & ~of.forced
        return Pattern(
            withheld=pattern.withheld[self.place],
            moves=(pattern.moves @ spread).tocsr(),
            bound=max(pattern.bound - float(of.cost[follows].sum()), 0.0),
            unmarked=pattern.unmarked[self.place],
        )


def contracted(problem: Problem) -> Contraction:
    """The problem in which cells that equations make equal are one.

    Not so where one was published before and the other may be withheld: that is no equal fate.
    """
    import numpy as np

    equations, place = problem.equations.tocsr(), np.arange(problem.size)
    published = problem.kept & ~problem.forced
    while len(pairs := _equal(equations, published)):
        label = _joined(pairs, equations.shape[1])
        published = published[np.unique(label, return_index=True)[1]]
        equations = _merged(equations, label)
        place = label[place]
    size = equations.shape[1]

    def most(values: "Numbers") -> "Numbers":
        found = np.full(size, -np.inf)
        np.maximum.at(found, place, values)
        return found

    def anywhere(flags: "Flags") -> "Flags":
        found = np.zeros(size, dtype=bool)
        found[place[flags]] = True
        return found

    spans = problem.spans
    if spans is not None:
        # The finest of them, as a month in its quarter, is where the cell is at home.
        order = np.lexsort((spans[:, 1], spans[:, 2]))
        finest = np.empty(size, dtype=np.int64)
        finest[place[order]] = order
        spans = spans[finest]
    first = np.unique(place, return_index=True)[1]
    contraction = Problem(
        equations=equations,
        value=problem.value[first],
        cost=np.bincount(place, problem.cost, size).astype(np.float64),
        lower=most(problem.lower),
        upper=-most(-problem.upper),
        below=most(problem.below),
        above=most(problem.above),
        width=most(problem.width),
        kept=anywhere(problem.kept),
        held=anywhere(problem.held),
        is_whole=problem.is_whole,
        names=tuple(problem.name(int(cell)) for cell in first) if problem.names else (),
        spans=spans,
        marked=None if problem.marked is None else anywhere(problem.marked),
        is_symmetric=problem.is_symmetric,
    )
    return Contraction(contraction, place)


def _equal(equations: "csr_array", published: "Flags") -> "Indices":
    """The pairs of cells that an equation of two makes equal, both `published` or neither."""
    import numpy as np

    starts = equations.indptr[:-1][np.diff(equations.indptr) == 2]
    opposite = np.isclose(equations.data[starts], -equations.data[starts + 1])
    one, other = equations.indices[starts[opposite]], equations.indices[starts[opposite] + 1]
    alike = published[one] == published[other]
    return np.stack([one[alike], other[alike]], axis=1)


def _joined(pairs: "Indices", size: int) -> "Indices":
    """The number of what stands for each cell, in the order of the first of its cells."""
    import numpy as np
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    graph = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(size, size))
    label = connected_components(graph, directed=False)[1]
    _, first, inverse = np.unique(label, return_index=True, return_inverse=True)
    number = np.empty(len(first), dtype=np.int64)
    number[np.argsort(first, kind="stable")] = np.arange(len(first))
    return np.asarray(number[inverse])


def _merged(equations: "csr_array", label: "Indices") -> "csr_array":
    import numpy as np
    from scipy.sparse import coo_array

    size = len(label)
    merged = coo_array((np.ones(size), (np.arange(size), label)), shape=(size, label.max() + 1))
    found = (equations @ merged).tocsr()
    found.eliminate_zeros()
    found.sum_duplicates()
    return found[np.flatnonzero(np.diff(found.indptr))]
