"""A pattern for a large system by few large programmes, each of which moves many cells at once.

One alternative table in which a hundred primary cells differ proves all hundred safe. So a
programme is rewarded for every primary cell that it moves by a step, and pays for each cell that
would have to be withheld for it:

    free    what is withheld anyway moves: most primary cells hide one another
    bought  some of the cells left move with the help of others, the cheapest; then freely again

A cell marked A is known to be less than the threshold. Where that alone gives cells away, a step
beyond it is bought like a further cell: the mark is then D, which says nothing of the size. So
every count that was not published before has a way out: withheld with all its totals, one more
such person could always stand there.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from warehouse.disclosure.blocks import LEAST_TO_DIVIDE, neighbourhoods, quarter_blocks, year_blocks
from warehouse.disclosure.linear import Programme
from warehouse.disclosure.move import whole_multiple
from warehouse.disclosure.problem import TOLERANCE, Pattern, components
from warehouse.disclosure.proof import Proofs

if TYPE_CHECKING:
    from scipy.sparse import csr_array

    from warehouse.disclosure.blocks import Block
    from warehouse.disclosure.problem import Flags, Indices, Numbers, Problem

REWARD = 1e5
"""What a primary cell is worth that moves by its step; an average cell costs 1 to withhold."""

DEAREST = 2e3
"""Cells that cost more than so many average ones are all taken for equally dear."""

FARTHEST = 100.0
"""No cell moves by more steps: long moves prove no more than short ones."""

SHARE, LEAST = 0.15, 25
"""The part of the cells not yet safe that is moved at a time, and the least number of them."""

FREE_ROUNDS, WORTHWHILE = 6, 0.1
"""Free programmes at a stretch, and the share of cells that one must make safe for another."""

LITTLE = 1e-3
"""What a step of a withheld cell costs where steps are counted."""

THAWED = 3
"""How often a programme is solved for one move: freely, then among what moved with steps counted,
then without the cells that still move by parts of a count."""

YEAR_STALLED, STALLED = 1, 3
"""Rounds without any gain after which a year among one month's cells, or anything else, is left as
it is."""

FEW, FEW_IN_LARGE = 4, 100
"""So many cells of a block, and of a large system as a whole, are rather left over: these are
sought one by one in the end, a second each, where a programme of all cells may take minutes."""


class Sweep:
    """The pattern under way: what is withheld, which moves prove it, which marks say too much."""

    def __init__(self, problem: "Problem") -> None:
        import numpy as np

        self.problem = problem
        self.withheld = problem.forced.copy()
        self.unmarked = np.zeros(problem.size, dtype=bool)
        self._moves: list[csr_array] = []
        self._up, self._down = np.zeros(problem.size), np.zeros(problem.size)
        level = np.maximum(problem.width, np.maximum(problem.above, problem.below))
        self._level = np.where(level > 0, level, 1.0)
        self._room = np.minimum(problem.up, FARTHEST * self._level)
        self._further = np.minimum(problem.up_unmarked, FARTHEST * self._level)
        self._fall = np.minimum(problem.down, FARTHEST * self._level)
        cost = problem.cost / max(problem.cost.mean() if problem.size else 1.0, TOLERANCE)
        self._price = np.minimum(cost, DEAREST)
        self._round = 0
        self.programmes = 0

    def left(self) -> "Indices":
        """The primary cells that no move so far carries far enough."""
        import numpy as np

        return np.flatnonzero(~self.problem.reached(self._up, self._down))

    def run(self) -> None:
        """Withhold and prove until nothing is left, or nothing more is gained.

        Months first, quarter by quarter side by side: what is withheld for their sake often hides
        years, too.
        """
        import numpy as np

        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for apart in pool.map(self._apart, quarter_blocks(self.problem)):
                self._absorb(apart)
        for cells, around in year_blocks(self.problem):
            self._run(cells, around, YEAR_STALLED)
        everywhere = np.ones(self.problem.size, dtype=bool)
        few = FEW if self.problem.size < LEAST_TO_DIVIDE else FEW_IN_LARGE
        self._run(everywhere, everywhere, STALLED, few)
        for cell in self.left().tolist():
            self._seek(cell)

    def _apart(self, blocks: "list[Block]") -> "Sweep":
        """Another sweep that has run over `blocks` alone."""
        apart = Sweep(self.problem)
        for cells, around in blocks:
            apart._run(cells, around, STALLED)
        return apart

    def _absorb(self, other: "Sweep") -> None:
        """Take over what another sweep of the same problem has withheld and proved."""
        import numpy as np

        self.withheld |= other.withheld
        self.unmarked |= other.unmarked
        self._room = np.maximum(self._room, other._room)
        self._moves += other._moves
        self._up, self._down = np.maximum(self._up, other._up), np.maximum(self._down, other._down)
        self.programmes += other.programmes

    def _run(self, cells: "Flags", around: "Flags", patience: int, few: int = FEW) -> None:
        """Prove the primary ones of `cells`, all but `few`, by moves of the cells `around` them."""
        movable = self.problem.allowed & around
        if len(left := self._left_in(cells)) > few:
            self.free(left, movable)
        stalled = 0
        while len(left := self._left_in(cells)) > few and stalled < patience:
            wanted = self._drawn(left, max(LEAST, int(SHARE * len(left))))
            self.move(movable, wanted, is_bought=True, stalled=stalled)
            if len(self._left_in(cells)) == len(left):
                stalled += 1
            else:
                stalled = 0
                self.free(self._left_in(cells), movable)

    def _left_in(self, cells: "Flags") -> "Indices":
        left = self.left()
        return left[cells[left]]

    def _seek(self, cell: int) -> None:
        """Prove `cell`, where nothing has so far, by the cheapest moves of the cells around it."""
        import numpy as np

        if cell not in self.left():
            return
        silent = self.problem.unmark(np.ones(self.problem.size, dtype=bool))
        for cells in neighbourhoods(silent, cell):
            near = silent.part(cells)
            proofs = Proofs(near, self.withheld[cells], near.cost)
            if not proofs.unproved([int(np.searchsorted(cells, cell))]):
                for move in proofs.pattern().moves.toarray():
                    steps = np.zeros(self.problem.size)
                    steps[cells] = move
                    self._adopt(steps)
                return

    def free(self, wanted: "Indices", movable: "Flags") -> None:
        """Prove what moves of the cells that are withheld so far can prove of `wanted`."""
        import numpy as np

        for _ in range(FREE_ROUNDS):
            if not len(wanted):
                return
            before = len(wanted)
            self.move(self.withheld & movable, wanted, is_bought=False, stalled=0)
            wanted = wanted[np.isin(wanted, self.left())]
            if before - len(wanted) < max(1, WORTHWHILE * before):
                return

    def move(self, movable: "Flags", wanted: "Indices", *, is_bought: bool, stalled: int) -> None:
        """Move as many of `wanted` as pays, among cells in `movable`; withhold what moves."""
        self._round += 1
        signs = self._balanced(wanted) if not stalled else self._tossed(wanted)
        steps = self._in_whole_steps(movable, wanted, signs, is_bought)
        self._adopt(steps)

    def _adopt(self, steps: "Numbers") -> None:
        import numpy as np
        from scipy.sparse import csr_array

        moved = abs(steps) > TOLERANCE
        if not moved.any():
            return
        self._moves.append(csr_array(np.where(moved, steps, 0.0)[np.newaxis]))
        self.withheld |= moved
        beyond = steps > self.problem.up * (1 + TOLERANCE) + TOLERANCE
        self.unmarked |= beyond
        self._room = np.where(beyond, self._further, self._room)
        self._up = np.maximum(self._up, steps)
        self._down = np.maximum(self._down, -steps)
        if self.problem.is_symmetric:
            self._moves.append(-self._moves[-1])
            self._up = np.maximum(self._up, -steps)
            self._down = np.maximum(self._down, steps)

    def _in_whole_steps(
        self, movable: "Flags", wanted: "Indices", signs: "Numbers", is_bought: bool
    ) -> "Numbers":
        """The steps of each cell; counts move by whole ones, others stand still.

        Cells that move for nothing move in plenty, some by halves. The same programme among those
        that moved, where each step costs a little, leaves what is needed, mostly in whole steps.
        """
        import numpy as np

        movable = movable.copy()
        for thawed in range(THAWED):
            steps = self._solved(movable, wanted, signs, is_bought, is_counted=thawed > 0)
            if not self.problem.is_whole:
                return steps
            whole = whole_multiple(steps, self._further, self.problem.down)
            if whole is not None:
                return whole
            broken = abs(steps - steps.round()) > TOLERANCE
            if not thawed:
                movable = abs(steps) > TOLERANCE
                continue
            movable &= ~broken
            stays = movable[wanted]
            wanted, signs = wanted[stays], signs[stays]
        whole = np.zeros(self.problem.size)
        for cells in components(self.problem, np.flatnonzero(abs(steps) > TOLERANCE)):
            if not broken[cells].any():
                whole[cells] = steps[cells].round()
        return whole

    def _solved(
        self,
        movable: "Flags",
        wanted: "Indices",
        signs: "Numbers",
        is_bought: bool,
        *,
        is_counted: bool,
    ) -> "Numbers":
        """The steps that cost least, less the rewards.

        A withheld cell moves for nothing, up or down, in one column: half as many as for counting
        its steps take a third of the time; where they are counted, for little. Other columns:
        further cells down, steps beyond marks, rewards.
        """
        import numpy as np
        from scipy.sparse import csc_array, hstack

        cells = self._loose(np.flatnonzero(movable))
        stays = np.isin(wanted, cells)
        wanted, signs = wanted[stays], signs[stays]
        place = np.full(self.problem.size, -1)
        place[cells] = np.arange(len(cells))
        at, level = place[wanted], self._level[wanted]
        inside = self.problem.columns[:, cells].tocsr()
        inside = inside[np.flatnonzero(np.diff(inside.indptr))].tocsc()
        rise, fall = self._room[cells].copy(), self._fall[cells].copy()
        limited = self._further[cells] > rise if is_bought else np.zeros(len(cells), dtype=bool)
        # A cell that is to rise must not fall at the same time, or its reward would cost nothing.
        limited[at[signs < 0]] = False
        rise[at] = np.where(signs > 0, np.maximum(rise[at] - level, 0), 0)
        fall[at] = np.where(signs < 0, np.maximum(fall[at] - level, 0), 0)
        # Nor can it go where no mark, but a bound that is known in any case, stands in its way.
        most = np.minimum(level, np.where(signs > 0, self._further[wanted], self._fall[wanted]))
        is_free = self.withheld[cells] & (not is_counted)
        bought, beyond = np.flatnonzero(~is_free), np.flatnonzero(limited)
        price = np.where(self.withheld[cells], LITTLE, self._price[cells])
        paid = np.where(is_free, 0.0, price)
        programme = Programme(
            csc_array(
                hstack(
                    [
                        *(inside, -inside[:, bought], inside[:, beyond]),
                        inside[:, at].multiply(signs),
                    ]
                )
            ),
            np.concatenate([paid, paid[bought], 1 + price[beyond], -REWARD / level]),
            np.concatenate(
                [np.where(is_free, -fall, 0.0), np.zeros(len(bought) + len(beyond) + len(at))]
            ),
            np.concatenate([rise, fall[bought], (self._further - self._room)[cells[beyond]], most]),
        )
        self.programmes += 1
        steps = np.zeros(self.problem.size)
        found = programme.solve()
        if found is None:
            return steps
        ends = np.cumsum([len(cells), len(bought), len(beyond)])
        moved, down, over, won = np.split(found.columns, ends)
        steps[cells] = moved
        steps[cells[bought]] -= down
        steps[cells[beyond]] += over
        steps[wanted] += won * signs
        return steps

    def _loose(self, cells: "Indices") -> "Indices":
        """Those of `cells` that can move at all: none is the only one of an equation."""
        import numpy as np

        while len(cells):
            inside = self.problem.columns[:, cells].tocsr()
            alone = inside[np.flatnonzero(np.diff(inside.indptr) == 1)]
            if not alone.nnz:
                break
            cells = np.delete(cells, np.unique(alone.indices))
        return cells

    def _drawn(self, cells: "Indices", number: int) -> "Indices":
        """So many of `cells`, spread evenly and otherwise in every round."""
        import numpy as np

        return np.sort(cells[np.argsort(self._spread(cells), kind="stable")[:number]])

    def _spread(self, cells: "Indices") -> "Indices":
        """Numbers that follow no pattern and yet are the same on every machine (Knuth's hash)."""
        import numpy as np

        mixed = (cells.astype(np.uint64) + np.uint64(self._round * 7919)) * np.uint64(2654435761)
        return ((mixed >> np.uint64(7)) % np.uint64(1 << 24)).astype(np.int64)

    def _tossed(self, wanted: "Indices") -> "Numbers":
        """Up or down for each of `wanted`, as a coin falls, where it has room for either."""
        import numpy as np

        sign = np.where(self._spread(wanted) % 2, 1.0, -1.0)
        return np.where(self._must(wanted) != 0, self._must(wanted), sign)

    def _must(self, wanted: "Indices") -> "Numbers":
        """The only side to which a cell has room, or must go; 0 where either will do."""
        import numpy as np

        problem, level = self.problem, self._level[wanted] * (1 - TOLERANCE)
        rises = self._further[wanted] >= level
        falls = self._fall[wanted] >= level
        above = (problem.above[wanted] > 0) & (self._up[wanted] < level)
        below = (problem.below[wanted] > 0) & (self._down[wanted] < level)
        return np.where(above | ~falls, 1.0, np.where(below | ~rises, -1.0, 0.0))

    def _balanced(self, wanted: "Indices") -> "Numbers":
        """Up or down for each of `wanted`, so that steps cancel in as many equations as can be."""
        import numpy as np

        columns = self.problem.columns
        starts, rows, data = columns.indptr, columns.indices, columns.data
        must = self._must(wanted)
        tossed = self._tossed(wanted)
        # A mark that leaves no room above is kept where the cell may fall instead.
        must = np.where((must == 0) & (self._room[wanted] < self._level[wanted]), -1.0, must)
        sign = np.zeros(len(wanted))
        over = np.zeros(self.problem.equations.shape[0])
        order = np.argsort(self._spread(wanted), kind="stable").tolist()
        for _ in range(2):
            for number in order:
                cell = wanted[number]
                mine = slice(starts[cell], starts[cell + 1])
                at, weight = rows[mine], data[mine]
                if sign[number]:
                    over[at] -= weight * sign[number]
                pull = float(weight @ over[at])
                sign[number] = must[number] or (
                    -1.0 if pull > 0 else 1.0 if pull < 0 else tossed[number]
                )
                over[at] += weight * sign[number]
        return sign

    def pattern(self) -> Pattern:
        """The pattern, with its moves one a row, and the marks that it cannot bear."""
        from scipy.sparse import csr_array, vstack

        moves = vstack([csr_array((0, self.problem.size)), *self._moves], format="csr")
        return Pattern(self.withheld.copy(), moves, 0.0, self.unmarked.copy())
