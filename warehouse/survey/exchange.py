"""Amounts in many currencies brought to dirhams, at the rate of their day."""

from datetime import date
from functools import cache
from pathlib import Path

import polars as pl

from warehouse.errors import SimimoError
from warehouse.survey.basis import rates_file

COLUMNS = ("currency", "valid_from", "valid_to", "dirhams", "source", "is_specimen")
"""Of a file of rates; valid_to is the first day on which the rate no longer holds, or empty."""

DAY_FORMAT = "%Y-%m-%d"


class RatesNotReadable(SimimoError):
    """A file of exchange rates lacks a column, a value or a source, or has two rates of one day."""

    key = "survey_rates_not_readable"


def rates() -> pl.DataFrame:
    """The rates in force: dirhams for one unit of a currency, from valid_from until valid_to.

    Every row has its source, and is_specimen where the figure is not the central bank's. Raises
    RatesNotReadable.
    """
    path = rates_file()
    return _read(path, path.stat().st_mtime_ns)


@cache
def _read(path: Path, _changed: int) -> pl.DataFrame:
    """The rates of a file, read again once it has changed."""
    return read_rates(path)


def read_rates(path: Path) -> pl.DataFrame:
    """The rates of a file; raises RatesNotReadable."""
    text = pl.read_csv(path, infer_schema=False).with_row_index("line", 2)
    if missing := [name for name in COLUMNS if name not in text.columns]:
        raise RatesNotReadable(file=path.name, problem=", ".join(missing))
    read = text.select(
        "line",
        "currency",
        pl.col("valid_from", "valid_to").str.to_date(DAY_FORMAT, strict=False),
        (pl.col("valid_to").is_not_null()).alias("has_end"),
        pl.col("dirhams").cast(pl.Float64, strict=False),
        "source",
        (pl.col("is_specimen") == "true").alias("is_specimen"),
    ).sort("currency", "valid_from")
    following = pl.col("valid_from").shift(-1).over("currency")
    for named, is_wrong in {
        "currency": pl.col("currency").is_null(),
        "source": pl.col("source").is_null(),
        "dirhams": ~(pl.col("dirhams") > 0).fill_null(False),
        "valid_from": pl.col("valid_from").is_null(),
        "valid_to": (pl.col("has_end") & pl.col("valid_to").is_null())
        | (pl.col("valid_to").fill_null(date.max) > following.fill_null(date.max)),
    }.items():
        if wrong := read.filter(is_wrong)["line"].to_list():
            raise RatesNotReadable(file=path.name, problem=f"{named} ({wrong[0]})")
    return read.drop("line", "has_end")


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
