"""Observations with the shape of DF_EMP_DECLARED: invented persons in all of its tables."""

from collections.abc import Iterator
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping

    from warehouse.indicator import Dataflow

CODES = {"citizenship": 140, "age": 10, "activity": 21, "ref_area": 13, "size": 5}
COUNTRIES_IN_GROUP = 6
"""Countries of a group, which is citizenship_group."""

SKEW = 1.1
"""How much more frequent the next more frequent code of a dimension is (Zipf's exponent)."""

STAYING = 0.9
"""Of the workers of a month, how many are the same in the next."""


def declared(dataflow: "Dataflow", months: int, workers: int, seed: int) -> pl.DataFrame:
    """Observations of `workers` invented persons a month in every table of `dataflow`."""
    persons = pl.concat(
        people.with_columns(time_period=pl.lit(f"2025-{month:02}"))
        for month, people in enumerate(_months(months, workers, seed), start=1)
    )
    cells = persons.group_by(*dataflow.dimension_ids, "time_period").len("n")
    tables = [_rolled_up(cells, dataflow, kept) for kept in _groupings(dataflow)]
    monthly = pl.concat(tables).with_columns(freq=pl.lit("M"), base=1)
    month = pl.col("time_period").str.slice(5).cast(pl.Int32)
    year = pl.col("time_period").str.slice(0, 4)
    coarse = [
        monthly.group_by(*dataflow.dimension_ids, held.alias("time_period")).agg(
            pl.col("n").sum(), freq=pl.lit(freq).first(), base=pl.lit(base).first()
        )
        for freq, base, held in (("Q", 3, year + "-Q" + ((month + 2) // 3).cast(pl.String)),
                                 ("A", 12, year))
        if months % base == 0
    ]  # fmt: skip
    rows = pl.concat([monthly, *(c.select(monthly.columns) for c in coarse)])
    mean = pl.col("n") / pl.col("base")
    return rows.select(
        "freq",
        *dataflow.dimension_ids,
        "time_period",
        obs_value=(mean + 0.5).floor().cast(pl.Int64).cast(pl.String),
        obs_count=mean.ceil().cast(pl.Int64),
        obs_status=pl.lit("A"),
    ).sort(pl.all())


def parents() -> "Mapping[str, Mapping[str, str | None]]":
    """The group of each country, as the code list of areas tells it."""
    size = CODES["citizenship"]
    return {"cl_area": {_code("citizenship", n): _group(n) for n in range(size)}}


def _code(dimension: str, number: int) -> str:
    return f"{dimension[0].upper()}{number:03}"


def _group(number: int) -> str:
    return f"G{number // COUNTRIES_IN_GROUP:02}"


def _months(months: int, workers: int, seed: int) -> Iterator[pl.DataFrame]:
    random = np.random.default_rng(seed)
    people = _people(random, workers)
    for _ in range(months):
        yield people
        staying = random.permutation(workers)[: round(STAYING * workers)]
        people = pl.concat([people[staying], _people(random, workers - len(staying))])


def _people(random: np.random.Generator, number: int) -> pl.DataFrame:
    drawn = {d: _drawn(random, size, number) for d, size in CODES.items()}
    columns = {d: [_code(d, n) for n in codes] for d, codes in drawn.items()}
    columns["citizenship_group"] = [_group(n) for n in drawn["citizenship"]]
    columns["sex"] = [("M", "F")[n] for n in _drawn(random, 2, number)]
    return pl.DataFrame(columns)


def _drawn(random: np.random.Generator, size: int, number: int) -> list[int]:
    share = 1 / np.arange(1, size + 1) ** SKEW
    return [int(n) for n in random.choice(size, number, p=share / share.sum())]


def _groupings(dataflow: "Dataflow") -> list[tuple[str, ...]]:
    found = {
        kept
        for table in dataflow.tables
        for number in range(len(table) + 1)
        for kept in combinations(sorted(table), number)
    }
    return sorted(found)


def _rolled_up(cells: pl.DataFrame, dataflow: "Dataflow", kept: tuple[str, ...]) -> pl.DataFrame:
    totals = [pl.lit("_T").alias(d) for d in dataflow.dimension_ids if d not in kept]
    return (
        cells.group_by(*kept, "time_period")
        .agg(pl.col("n").sum())
        .with_columns(totals)
        .select(*dataflow.dimension_ids, "time_period", "n")
    )
