"""Cross tables of counts: a total shared out over every combination of codes."""

from collections.abc import Mapping

import numpy as np
import polars as pl

from warehouse.specimen.calibration import largest_remainder

NOISE = 0.15
"""Spread of the cells around independence of their codes."""


def cross_table(
    rng: np.random.Generator,
    total: float,
    weights: Mapping[str, Mapping[str, float]],
    count: str = "effectif",
) -> pl.DataFrame:
    """One row a combination of codes that somebody is counted in; the rows add up to the total.

    {'sexe': {'F': 1, 'H': 1}, 'niveau': {'LICENCE': 3, 'MASTER': 1}} gives at most four rows.
    The first column's codes keep their shares to the unit; the others vary around theirs.
    """
    first, *others = weights
    parts = largest_remainder(round(total), np.array(list(weights[first].values()), dtype=float))
    inner = np.ones(1)
    for name in others:
        inner = np.outer(inner, list(weights[name].values())).ravel()
    counts = [
        largest_remainder(int(part), inner * rng.lognormal(0, NOISE, len(inner))) for part in parts
    ]
    cells = pl.DataFrame({first: list(weights[first])})
    for name in others:
        cells = cells.join(pl.DataFrame({name: list(weights[name])}), how="cross")
    return cells.with_columns(pl.Series(count, np.concatenate(counts))).filter(pl.col(count) > 0)


def in_codes(weights: Mapping[str, float], codes: Mapping[str, str]) -> dict[str, float]:
    """Weights by common code under a source's own codes ({'SN': 2} -> {'SENEGAL': 2})."""
    return {codes[code]: weight for code, weight in weights.items()}
