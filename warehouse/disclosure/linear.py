"""Linear programmes on HiGHS: the one place that knows its interface.

One thread and no clock: the same programme gives the same answer on every machine.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from scipy.sparse import csc_array, csr_array

    from warehouse.disclosure.problem import Flags, Indices, Numbers


@dataclass(frozen=True)
class Solution:
    """The optimum of a programme: value of each column, price of each row."""

    objective: float
    columns: "Numbers"
    prices: "Numbers"


class Programme:
    """Minimise cost * x within bounds, such as `equations` @ x = 0; solved again from where it was.

    Columns in `whole` take whole numbers only.
    """

    def __init__(
        self,
        matrix: "csr_array | csc_array",
        cost: "Numbers",
        lower: "Numbers",
        upper: "Numbers",
        rows: "tuple[Numbers, Numbers] | None" = None,
        whole: "Flags | None" = None,
        *,
        only_cost_changes: bool = False,
    ) -> None:
        import highspy
        import numpy as np

        height, width = matrix.shape
        sides = rows or (np.zeros(height), np.zeros(height))
        self._highs = highspy.Highs()  # type: ignore[no-untyped-call]
        for option, value in _OPTIONS.items():
            self._highs.setOptionValue(option, value)
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = width, height
        lp.col_cost_, lp.col_lower_, lp.col_upper_ = cost, lower, upper
        lp.row_lower_, lp.row_upper_ = sides
        by_row, by_column = highspy.MatrixFormat.kRowwise, highspy.MatrixFormat.kColwise
        lp.a_matrix_.format_ = by_row if matrix.format == "csr" else by_column
        lp.a_matrix_.start_ = matrix.indptr.astype(np.int32)
        lp.a_matrix_.index_ = matrix.indices.astype(np.int32)
        lp.a_matrix_.value_ = matrix.data
        if whole is not None and whole.any():
            kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
            lp.integrality_ = [kinds[int(w)] for w in whole]
        elif width < WORTH_REDUCING or only_cost_changes:
            # What is small, or goes on from its last optimum, is quicker without.
            self._highs.setOptionValue("presolve", "off")
        # Where only cost changes, the last optimum stays feasible, and the primal simplex goes on
        # from it: fourteen times as quick as the dual one on a thousand cells.
        self._simplex = (_PRIMAL, _PATIENCE) if only_cost_changes else _AFRESH
        self._use(self._simplex)
        self._highs.passModel(lp)
        self._optimal = highspy.HighsModelStatus.kOptimal
        self._infeasible = highspy.HighsModelStatus.kInfeasible

    def option(self, name: str, value: Any) -> None:
        """Set one of HiGHS's own options, such as mip_rel_gap."""
        self._highs.setOptionValue(name, value)

    def price(self, columns: "Indices", cost: "Numbers") -> None:
        """Give `columns` another cost."""
        self._highs.changeColsCost(len(columns), _int32(columns), cost)

    def bound(self, columns: "Indices", lower: "Numbers", upper: "Numbers") -> None:
        """Give `columns` other bounds."""
        self._highs.changeColsBounds(len(columns), _int32(columns), lower, upper)

    def require(self, rows: "csr_array", at_least: "Numbers") -> None:
        """Add rows that must come to `at_least`."""
        import numpy as np

        highest = np.full(len(at_least), np.inf)
        self._highs.addRows(
            *(len(at_least), at_least, highest, rows.nnz),
            *(_int32(rows.indptr[:-1]), _int32(rows.indices), rows.data),
        )

    def start(self, columns: "Numbers") -> None:
        """A solution to begin from."""
        self._highs.setSolution(len(columns), _int32(range(len(columns))), columns)

    def solve(self) -> Solution | None:
        """The optimum; None where nothing satisfies every row and bound."""
        import numpy as np

        self._highs.run()
        if self._highs.getModelStatus() not in (self._optimal, self._infeasible):
            self._solve_afresh()
        if self._highs.getModelStatus() != self._optimal:
            return None
        found = self._highs.getSolution()
        return Solution(
            self._highs.getObjectiveValue(),
            np.array(found.col_value),
            np.array(found.row_dual),
        )

    def _solve_afresh(self) -> None:
        """Where the simplex goes in circles or loses itself from its last basis, begin anew."""
        self._highs.clearSolver()
        self._use(_AFRESH)
        self._highs.run()
        self._use(self._simplex)

    def _use(self, simplex: tuple[int, int]) -> None:
        strategy, patience = simplex
        self._highs.setOptionValue("simplex_strategy", strategy)
        self._highs.setOptionValue("simplex_iteration_limit", patience)

    @property
    def bound_of_whole(self) -> float:
        """The least that whole columns can cost, as far as was proved."""
        return float(self._highs.getInfo().mip_dual_bound)


WORTH_REDUCING = 3_000
"""Programmes of so many columns are first reduced (presolve)."""

_DUAL, _PRIMAL = 1, 4
_PATIENCE, _NO_LIMIT = 2_000, 2**31 - 1
"""Iterations of the simplex: from one attack to the next a few dozen are usual."""

_AFRESH = (_DUAL, _NO_LIMIT)

_OPTIONS = {"output_flag": False, "threads": 1, "random_seed": 1}


def _int32(numbers: Any) -> "np.ndarray[Any, np.dtype[np.int32]]":
    import numpy as np

    return np.asarray(numbers, dtype=np.int32)
