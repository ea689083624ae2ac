"""The cheapest safe pattern of a small system: Benders' cutting planes.

The master programme chooses which cells to withhold; each attack that comes too close gives a
cut, a sum over cells of which enough must be withheld. The support of a master's fractional
solution is safe already, and pruned it bounds the cost from above; the master bounds it from
below. Source of the model: M. Fischetti and J.J. Salazar, Solving the cell suppression problem on
tabular data with linear constraints, Management Science 47 (2001).
"""

from dataclasses import replace
from typing import TYPE_CHECKING

from warehouse.disclosure.attack import Attack
from warehouse.disclosure.linear import Programme
from warehouse.disclosure.problem import TOLERANCE, NotProtectable, Pattern, Problem
from warehouse.disclosure.proof import Proofs
from warehouse.disclosure.prune import pruned

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from warehouse.disclosure.problem import Flags, Indices, Numbers

FRACTIONAL_ROUNDS = 60
STALLED_ROUNDS = 3
STALL = 1e-3
"""The relaxed master is cut until its bound rises by less than this share in so many rounds."""

WHOLE_ROUNDS = 200
"""Rounds in which the master is solved in whole cells."""

DESIRE = 1e-3
"""The share of their room that cells outside of the pattern get when a cut is sought: among equal
attacks the one is taken that withholding few more cells would stop."""

GUIDED_ROUNDS, PRICED_EVERY = 25, 5
"""Rounds of cuts behind a guided pattern, and how often a pattern is tried at their prices."""

FULL_PRICE = 1.05
"""A cell that the relaxed master withholds wholly is nearly free, not free: short moves first."""

CUT_DEPTH = 1e-4
"""By how much a choice must break a cut for the cut to be worth adding."""


def optimum(problem: Problem, gap: float = 0.0) -> Pattern:
    """The cheapest safe pattern, or one proved to cost at most `gap` (a share) more.

    Raises NotProtectable where even withholding every allowed cell leaves one to be found.
    """
    master = _Master(problem)
    share = _cut_relaxed(master)
    best = pruned(problem, master.support(share), order=share) or pruned(problem, problem.allowed)
    if best is None:
        raise unprotectable(problem)
    for _ in range(WHOLE_ROUNDS):
        choice = master.whole(best.withheld, gap)
        if choice is None:
            return replace(best, bound=_cost(problem, best))
        share, bound = choice
        # What the master leaves unsafe is completed, so that the best pattern grows better too.
        candidate = pruned(problem, master.support(share), order=share, price=problem.cost)
        best = _cheaper(problem, best, candidate, bound)
        if _cost(problem, best) <= best.bound * (1 + gap) + TOLERANCE:
            break
        # Attacks are of real numbers: a pattern may stop them all, and yet not an attacker who
        # knows that counts are whole. Then one more cell must be withheld than it does.
        if not master.cut(share):
            master.exclude(share)
    return best


def guided(problem: Problem) -> Pattern:
    """A pattern that costs little more than the cheapest, for systems too large to prove it.

    Moves are sought at prices that the relaxed master has learnt: what it would withhold anyway
    is cheap. Raises NotProtectable.
    """
    best = pruned(problem, problem.forced, price=problem.cost)
    if best is None:
        raise unprotectable(problem)
    master = _Master(problem)
    share, bound = master.relaxed()
    for number in range(1, GUIDED_ROUNDS + 1):
        found = master.cut(share)
        share, bound = master.relaxed()
        if not found or number % PRICED_EVERY == 0:
            price = problem.cost * (FULL_PRICE - share)
            candidate = pruned(problem, problem.forced, price=price)
            best = _cheaper(problem, best, candidate, bound)
        if not found:
            break
    return best


def _cut_relaxed(master: "_Master") -> "Numbers":
    """Cut until no attack succeeds on the relaxed choice, or its bound no longer rises."""
    share, bound = master.relaxed()
    stalled = 0
    for _ in range(FRACTIONAL_ROUNDS):
        if not master.cut(share) or stalled >= STALLED_ROUNDS:
            break
        before = bound
        share, bound = master.relaxed()
        stalled = 0 if bound > before * (1 + STALL) + TOLERANCE else stalled + 1
    return share


def unprotectable(problem: Problem) -> NotProtectable:
    """The refusal that names the first cell which withholding every allowed one does not hide."""
    found = Proofs(problem, problem.allowed).unproved()
    return NotProtectable(cell=problem.name(found[0]), count=len(found))


def _cost(problem: Problem, pattern: Pattern) -> float:
    return float(problem.cost[pattern.withheld].sum())


def _cheaper(problem: Problem, best: Pattern, candidate: Pattern | None, bound: float) -> Pattern:
    if candidate is not None and _cost(problem, candidate) < _cost(problem, best):
        best = candidate
    return replace(best, bound=max(bound, best.bound))


class _Master:
    """The choice of cells under the cuts found so far."""

    def __init__(self, problem: Problem) -> None:
        import numpy as np
        from scipy.sparse import csr_array

        self._problem = problem
        self._attack = Attack(problem, problem.forced.astype(float))
        self._lower = problem.forced.astype(float)
        self._upper = problem.allowed.astype(float)
        empty = csr_array((0, problem.size))
        self._relaxed = Programme(empty, problem.cost, self._lower, self._upper)
        self._level = np.maximum(problem.width, np.maximum(problem.above, problem.below))
        primary = np.flatnonzero(problem.primary)
        self._by_level = primary[np.argsort(self._level[primary], kind="stable")]
        self._weak = self._by_level
        self._cuts: list[NDArray[np.float64]] = []

    def relaxed(self) -> "tuple[Numbers, float]":
        found = self._relaxed.solve()
        if found is None:
            raise unprotectable(self._problem)
        return found.columns, found.objective

    def whole(self, known: "Flags", gap: float) -> "tuple[Numbers, float] | None":
        """The cheapest choice of whole cells, and what it is proved to cost at least.

        None where every one has been excluded.
        """
        import numpy as np
        from scipy.sparse import csr_array

        rows = csr_array(np.reshape(self._cuts, (-1, self._problem.size)))
        sides = np.ones(len(self._cuts)), np.full(len(self._cuts), np.inf)
        whole = np.ones(self._problem.size, dtype=bool)
        programme = Programme(
            rows, self._problem.cost, self._lower, self._upper, sides, whole=whole
        )
        programme.option("mip_rel_gap", gap / 2)
        programme.start(known.astype(float))
        found = programme.solve()
        return None if found is None else (np.round(found.columns), programme.bound_of_whole)

    def support(self, share: "Numbers") -> "Flags":
        return (share > TOLERANCE) | self._problem.forced

    def cut(self, share: "Numbers") -> int:
        """Add the cuts that `share` breaks; gives how many.

        Cells that were found before are attacked first, the others when that finds nothing.
        """
        return self._cut(share, self._weak) or self._cut(share, self._by_level)

    def _cut(self, share: "Numbers", attacked: "Indices") -> int:
        import numpy as np
        from scipy.sparse import csr_array

        desired = np.where(self._problem.allowed, np.maximum(share, DESIRE), 0.0)
        desired[self._problem.forced] = 1.0
        found: dict[bytes, Numbers] = {}
        weak: set[int] = set()
        most = 0.0
        for cell in attacked:
            # No cell needs to move further than the one attacked: to let it would make a
            # thousandth of a cell that knows no bound worth as much as the whole.
            if self._level[cell] != most:
                most = self._level[cell]
                self._attack.withhold(desired, most)
            for weight in self._weights(int(cell)):
                if weight @ share < 1 - CUT_DEPTH:
                    weak.add(int(cell))
                    found[weight.round(6).tobytes()] = weight
        self._weak = np.array([c for c in attacked if int(c) in weak], dtype=np.int64)
        if found:
            cuts = list(found.values())
            self._cuts += cuts
            self._relaxed.require(csr_array(np.array(cuts)), np.ones(len(cuts)))
        return len(found)

    def exclude(self, share: "Numbers") -> None:
        """Ask for at least one allowed cell that the pattern `share` does not withhold."""
        import numpy as np
        from scipy.sparse import csr_array

        weight = (self._problem.allowed & ~self.support(share)).astype(float)
        self._cuts.append(weight)
        self._relaxed.require(csr_array(weight[np.newaxis]), np.ones(1))

    def _weights(self, cell: int) -> "list[Numbers]":
        problem = self._problem
        above, below, width = (
            float(level[cell]) for level in (problem.above, problem.below, problem.width)
        )
        rise = self._dual(cell, 1) if above or width else None
        fall = self._dual(cell, -1) if below or width else None
        wanted = []
        if rise is not None and above:
            wanted.append(self._strengthened(rise, above))
        if fall is not None and below:
            wanted.append(self._strengthened(fall, below))
        if rise is not None and fall is not None and width:
            wanted.append(self._strengthened(rise + fall, width))
        return [weight for weight in wanted if weight is not None]

    def _dual(self, cell: int, sign: int) -> "Numbers":
        up, down = self._attack.reduced(cell, sign, self._attack.farthest(cell, sign))
        return up * self._problem.up + down * self._problem.down

    def _strengthened(self, room: "Numbers", level: float) -> "Numbers | None":
        """The cut of an attack, of cells either withheld or not: no cell counts more than all.

        None where the attack fails whatever else is withheld.
        """
        import numpy as np

        missing = level - room[self._problem.forced].sum()
        if missing <= TOLERANCE * (1 + level):
            return None
        weight: Numbers = np.minimum(room / missing, 1.0)
        weight[self._problem.forced | ~self._problem.allowed] = 0.0
        weight[weight < 1e-9] = 0.0
        return weight
