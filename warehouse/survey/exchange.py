"""Amounts in many currencies brought to dirhams, at the rate of their day."""

from datetime import date
from functools import cache
from pathlib import Path

import polars as pl

RATES = Path(__file__).with_name("exchange_rates.csv")


@cache
def rates() -> pl.DataFrame:
    """The rates in force: dirhams for one unit of a currency, from valid_from until valid_to.

    valid_to is the first day on which the rate no longer holds; every row has its source, and
    is_specimen where the figure is not the central bank's.
    """
    return pl.read_csv(RATES, try_parse_dates=True, schema_overrides={"dirhams": pl.Float64})


def in_dirhams(
    rows: pl.DataFrame, amount: str, currency: str, day: str, known: pl.DataFrame | None = None
) -> pl.Series:
    """`amount` in dirhams, row by row; null where the currency has no rate on that day.

    Before: amount 100, currency EUR, day 2025-03-01; after: 1080.
    """
    of = rates() if known is None else known
    open_end = pl.col("valid_to").fill_null(date.max)
    asked = rows.select(
        pl.col(amount).cast(pl.Float64).alias("amount"),
        pl.col(currency).alias("currency"),
        pl.col(day).cast(pl.Date).alias("day"),
    ).with_row_index("row")
    rated = asked.join(of, on="currency").filter(
        (pl.col("day") >= pl.col("valid_from")) & (pl.col("day") < open_end)
    )
    found = asked.select("row").join(
        rated.select("row", (pl.col("amount") * pl.col("dirhams")).alias("dirhams")),
        on="row",
        how="left",
        maintain_order="left",
    )
    return found["dirhams"]
