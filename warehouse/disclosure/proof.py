"""Proofs that a pattern protects: for each primary cell, moves that carry it far enough.

A proof for one cell often serves others, so the moves are kept in one pool: a programme is
solved only for a cell that no known move carries.
"""

from itertools import count
from typing import TYPE_CHECKING

from warehouse.disclosure.move import Move, Mover, levels, needed
from warehouse.disclosure.problem import TOLERANCE, Pattern

if TYPE_CHECKING:
    from collections.abc import Iterable

    from warehouse.disclosure.problem import Flags, Numbers, Problem

CHEAP = 1e-3
"""What a step of a cell that is withheld in any case costs: short moves are preferred."""


class Proofs:
    """The moves that prove each primary cell of a problem safe under the pattern `withheld`.

    With a `price` for each cell, allowed cells outside of the pattern join it where a proof needs
    them; without, they stay published.
    """

    def __init__(
        self,
        problem: "Problem",
        withheld: "Flags",
        price: "Numbers | None" = None,
    ) -> None:
        import numpy as np

        self.problem = problem
        self.withheld = withheld.copy()
        self._weight = np.full(problem.size, np.inf)
        if price is not None:
            self._weight = np.where(problem.allowed, CHEAP + price, np.inf)
        optional = ~problem.forced
        self._weight[withheld] = CHEAP + CHEAP * optional[withheld]
        self._seeker = Mover(problem, np.flatnonzero(np.isfinite(self._weight)), self._weight)
        self._number = count()
        self._moves: dict[int, Move] = {}
        self._through: dict[int, dict[int, float]] = {}
        self._proof: dict[int, tuple[int, ...]] = {}
        self._owners: dict[int, set[int]] = {}

    def unproved(self, order: "Iterable[int] | None" = None) -> list[int]:
        """The primary cells for which no proof is found; seeks those that have none so far."""
        import numpy as np

        missing = []
        for cell in np.flatnonzero(self.problem.primary) if order is None else order:
            proof = self._known(int(cell)) or self._sought(int(cell))
            if proof is None:
                missing.append(int(cell))
            else:
                self._settle(int(cell), proof)
        return missing

    def close(self) -> None:
        """Let no further cell join the pattern."""
        import numpy as np

        for cell in np.flatnonzero(~self.withheld & np.isfinite(self._weight)).tolist():
            self._reweigh(cell, np.inf)

    def release(self, cell: int) -> bool:
        """Publish `cell` if every primary cell stays proved without it; gives whether it was."""
        import numpy as np

        dead = set(self._through.get(cell, ()))
        users = sorted({user for move in dead for user in self._owners.get(move, ())})
        unknown = [user for user in users if self._known(user, dead) is None]
        weight = float(self._weight[cell])
        self._reweigh(cell, np.inf)
        proofs = {}
        for user in [*unknown, *(u for u in users if u not in unknown)]:
            proof = self._known(user, dead) or self._sought(user, dead)
            if proof is None:
                self._reweigh(cell, weight)
                return False
            proofs[user] = proof
        for user, proof in proofs.items():
            self._settle(user, proof)
        for move in dead:
            self._forget(move)
        self.withheld[cell] = False
        return True

    def pattern(self) -> Pattern:
        """The pattern, with the moves of its proofs one a row."""
        import numpy as np
        from scipy.sparse import csr_array

        used = [self._moves[m] for m in sorted({m for p in self._proof.values() for m in p})]
        empty = np.zeros(0)
        moves = csr_array(
            (
                np.concatenate([empty, *(m.steps for m in used)]),
                np.concatenate([empty, *(m.cells for m in used)]).astype(np.int64),
                np.cumsum([0, *(len(m.cells) for m in used)]).astype(np.int64),
            ),
            shape=(len(used), self.problem.size),
        )
        return Pattern(self.withheld.copy(), moves, 0.0, np.zeros(self.problem.size, dtype=bool))

    def _known(self, cell: int, dead: "set[int] | None" = None) -> tuple[int, ...] | None:
        """A proof out of the pool, where the longest rise and the longest fall suffice."""
        highest = lowest = None
        up = down = 0.0
        for number, step in self._through.get(cell, {}).items():
            if dead and number in dead:
                continue
            if step > up:
                highest, up = number, step
            elif -step > down:
                lowest, down = number, -step
        if not self._suffices(cell, up, down):
            return None
        if self._suffices(cell, up, 0):
            return (highest,) if highest is not None else ()
        if self._suffices(cell, 0, down):
            return (lowest,) if lowest is not None else ()
        return tuple(m for m in (highest, lowest) if m is not None)

    def _suffices(self, cell: int, up: float, down: float) -> bool:
        problem = self.problem
        slack = TOLERANCE * (1 + problem.above[cell] + problem.below[cell] + problem.width[cell])
        return bool(
            up >= problem.above[cell] - slack
            and down >= problem.below[cell] - slack
            and up + down >= problem.width[cell] - slack
        )

    def _sought(self, cell: int, dead: "set[int] | None" = None) -> tuple[int, ...] | None:
        """A proof by new moves, the cheapest; the pool and the pattern take them up."""
        must, either = needed(self.problem, cell)
        found = [self._seeker.cheapest(cell, [rise]) for rise in must]
        if any(move is None for move in found):
            return None
        if either:
            whole_width = self._seeker.cheapest(cell, either)
            found += [whole_width] if whole_width else self._split(cell)
        for move in found:
            if move is not None:
                self._adopt(move)
        return self._known(cell, dead)

    def _split(self, cell: int) -> list[Move | None]:
        """Rise as far as possible, and fall the rest."""
        width = levels(self.problem, cell)[2]
        if self.problem.is_whole and width <= 1:
            return [None]  # One step cannot be split.
        rise = self._seeker.farthest(cell, width)
        up = float(rise.steps[rise.cells == cell][0]) if rise else 0.0
        return [rise, self._seeker.cheapest(cell, [up - width])]

    def _adopt(self, move: Move) -> None:
        number = next(self._number)
        self._moves[number] = move
        for cell, step in zip(move.cells.tolist(), move.steps.tolist(), strict=True):
            self._through.setdefault(cell, {})[number] = step
            if not self.withheld[cell]:
                self.withheld[cell] = True
                self._reweigh(cell, 2 * CHEAP)

    def _reweigh(self, cell: int, weight: float) -> None:
        self._weight[cell] = weight
        self._seeker.weigh(cell, weight)

    def _settle(self, cell: int, proof: tuple[int, ...]) -> None:
        for number in self._proof.get(cell, ()):
            self._owners[number].discard(cell)
        self._proof[cell] = proof
        for number in proof:
            self._owners.setdefault(number, set()).add(cell)

    def _forget(self, number: int) -> None:
        for cell in self._moves.pop(number).cells.tolist():
            self._through[cell].pop(number, None)
        self._owners.pop(number, None)
