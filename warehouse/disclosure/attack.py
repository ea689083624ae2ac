"""What an attacker computes: how far a withheld cell can move while every equation holds."""

from typing import TYPE_CHECKING

from warehouse.disclosure.linear import Programme, Solution

if TYPE_CHECKING:
    from warehouse.disclosure.problem import Numbers, Problem


class Attack:
    """Moves of the cells of a problem, of which those withheld may move within their bounds.

    `share` widens or narrows the bounds: 1 of a withheld cell, 0 of a published one.
    """

    def __init__(self, problem: "Problem", share: "Numbers", most: float = float("inf")) -> None:
        import numpy as np

        self.problem = problem
        self._up, self._down = problem.up, problem.down
        self._programme = Programme(
            problem.equations, *np.zeros((3, problem.size)), only_cost_changes=True
        )
        self._all = np.arange(problem.size)
        self.withhold(share, most)

    def withhold(self, share: "Numbers", most: float = float("inf")) -> None:
        """Let each cell move by `share` of its bounds, and of `most` where these are wider."""
        import numpy as np

        down, up = np.minimum(self._down, most), np.minimum(self._up, most)
        self._programme.bound(self._all, -down * share, up * share)

    def farthest(self, cell: int, sign: int) -> Solution:
        """The move that carries `cell` as far as it goes, up (1) or down (-1)."""
        import numpy as np

        at = np.array([cell])
        self._programme.price(at, np.array([-float(sign)]))
        found = self._programme.solve()
        self._programme.price(at, np.zeros(1))
        if found is None:
            raise ArithmeticError(f"the attack on cell {cell} has no solution")
        return found

    def reduced(self, cell: int, sign: int, solution: Solution) -> "tuple[Numbers, Numbers]":
        """What a unit of room of each cell, up and down, would carry `cell` further: a dual."""
        import numpy as np

        worth = self.problem.equations.T @ solution.prices
        worth[cell] += sign
        return np.maximum(worth, 0), np.maximum(-worth, 0)
