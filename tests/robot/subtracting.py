"""The attack: from all equations at once, what values a withheld cell can still have.

A gap that is alone in an equation follows by subtraction. More generally each equation bounds each
of its cells by what the others can be at least and at most; that is repeated until nothing moves.
What the rules tell counts too: A is 1 to threshold - 1, D is no zero, counts are whole.
"""

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from tests.robot.adding import Sums
from tests.robot.asking import Told

if TYPE_CHECKING:
    from numpy.typing import NDArray

FEW = range(1, 5)
"""Counts that nobody may find."""

TOLERANCE = 1e-6
MOST_ROUNDS = 60
LARGE = 1e9
"""Stands for a bound that nobody knows; small enough for sums of many to be exact."""


def found_counts(sums: Sums) -> dict[tuple[str, str], int]:
    """The withheld counts of FEW that follow, by dataflow and name of the cell."""
    cells = sums.cells
    low, high = bounds(sums)
    whole = cells["is_whole"].to_numpy()
    withheld = cells["obs_value"].is_null().to_numpy()
    value = np.ceil(low - TOLERANCE)
    known = withheld & whole & (np.abs(np.floor(high + TOLERANCE) - value) < TOLERANCE)
    few = known & (value >= FEW.start) & (value < FEW.stop)
    names = list(cells.select("dataflow", "name").iter_rows())
    return {names[i]: int(value[i]) for i in np.flatnonzero(few)}


def found_sums(sums: Sums) -> dict[tuple[str, str], tuple[float, float]]:
    """Between what the withheld sums lie that follow by subtraction, by dataflow and name.

    Nothing is known of a withheld one, not even that it is above zero: what is found follows from
    equations alone, within the rounding of what is published.
    """
    is_withheld = pl.col("low").eq(0) & pl.col("high").is_infinite()
    cells = sums.cells.with_columns(low=pl.when(is_withheld).then(-LARGE).otherwise("low"))
    low, high = bounds(Sums(cells, sums.entries))
    names = list(cells.select("dataflow", "name").iter_rows())
    withheld = cells["obs_value"].is_null().to_numpy()
    found = np.flatnonzero(withheld & (high - low < LARGE))
    return {names[i]: (float(low[i]), float(high[i])) for i in found}


def bounds(sums: Sums) -> "tuple[NDArray[np.float64], NDArray[np.float64]]":
    """The least and the most that each cell can be, as far as single equations tell."""
    cells, entries = sums.cells, sums.equations()
    low = cells["low"].to_numpy().copy()
    high = np.minimum(cells["high"].to_numpy(), LARGE)
    if not entries.height:
        return low, high
    row = entries["equation"].rank("dense").cast(pl.Int64).to_numpy() - 1
    cell, sign = entries["cell"].to_numpy(), entries["sign"].to_numpy()
    whole = cells["is_whole"].to_numpy()
    for _ in range(MOST_ROUNDS):
        before = low.copy(), high.copy()
        # An equation comes to zero: a part is at most what its total leaves beside the others.
        least = np.where(sign > 0, low[cell], -high[cell])
        most = np.where(sign > 0, high[cell], -low[cell])
        can_least = -(np.bincount(row, most)[row] - most)
        can_most = -(np.bincount(row, least)[row] - least)
        np.maximum.at(low, cell, np.where(sign > 0, can_least, -can_most))
        np.minimum.at(high, cell, np.where(sign > 0, can_most, -can_least))
        low[whole] = np.ceil(low[whole] - TOLERANCE)
        high[whole] = np.floor(high[whole] + TOLERANCE)
        if np.array_equal(before[0], low) and np.array_equal(before[1], high):
            break
    return low, high


def with_vintages(told: Told, others: list[Told]) -> Told:
    """What other releases tell of the same figures, put where this one withholds them.

    The figures of a period are taken for the same where all that both releases publish of it is.
    """
    rows = told.rows
    key, period = told.key, ["freq", "time_period"]
    for other in others:
        if other.dimensions != told.dimensions:
            continue
        beside = rows.join(other.rows.select(*key, then=pl.col("obs_value")), on=key, how="left")
        is_same = (pl.col("obs_value") == pl.col("then")).fill_null(True).all().over(period)
        known = pl.when(is_same).then(pl.col("then"))
        rows = beside.with_columns(pl.coalesce("obs_value", known).alias("obs_value")).drop("then")
    return Told(told.description, told.rules, told.release, rows)
