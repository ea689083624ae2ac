"""Who counts as what of the 20th ICLS, from the answers of the form."""

from typing import Any

import polars as pl

AGE_BANDS = ((15, "Y15T24"), (25, "Y25T54"), (55, "Y_GE55"))
"""The first age of each band of the ILO's short list, and its code."""

IS_WORKER = pl.col("is_worker").cast(pl.Int8) == 1
IS_RESIDENT = pl.col("is_resident_6m").cast(pl.Int8) == 1
IS_RETURNEE = pl.col("is_returnee").cast(pl.Int8) == 1

CATEGORIES: dict[str, pl.Expr] = {
    "IMW": IS_WORKER,
    "IMW_RES": IS_WORKER & IS_RESIDENT,
    "IMW_NRES": IS_WORKER & ~IS_RESIDENT,
    "RMW": IS_RETURNEE,
}
"""The persons of each category of cl_migrant_category: international migrant workers in the
country, usual residents or not, and return international migrant workers, ever."""

MONTHS_SINCE_RETURN = pl.col("months_here").cast(pl.Int64)
RETURN_PERIODS: dict[str, pl.Expr] = {
    "RMW_12M": IS_RETURNEE & (MONTHS_SINCE_RETURN < 12),
    "RMW_5Y": IS_RETURNEE & (MONTHS_SINCE_RETURN < 60),
}
"""Returnees by how long ago they came: the flow of 12 months, the stock of five years."""


def age_band(column: str = "age") -> pl.Expr:
    """The band of an age in years, as a code of cl_age; null under 15."""
    age = pl.col(column).cast(pl.Int64)
    banded: Any = pl.when(age >= AGE_BANDS[-1][0]).then(pl.lit(AGE_BANDS[-1][1]))
    for first, code in reversed(AGE_BANDS[:-1]):
        banded = banded.when(age >= first).then(pl.lit(code))
    expression: pl.Expr = banded.alias("age_band")
    return expression
