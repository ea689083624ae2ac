"""The listing of a sampling plan's units in the specimen's world, and the households drawn of it.

The segments of each unit are listed whole; every household with a migrant worker or returnee is
drawn, and of the others one in so many, from a random start in each unit.
"""

import numpy as np
import polars as pl

from warehouse.survey.sample_list import OTHER, SOUGHT, with_columns
from warehouse.survey.specimen.population import Frame, Population, populated

FREQUENCY = 0.6
"""Migrants of a listing are as frequent as that beside the specimen's population, in which they
are ten times as frequent as in the country: enough to show figures, and few to interview."""
LISTED = ("psu", "stratum", "listed_segments", "listed_households_expected", "others_interval")
"""What units.csv tells of each primary unit that a listing needs."""


def listed_sample(
    units: pl.DataFrame, random: np.random.Generator
) -> tuple[pl.DataFrame, Population]:
    """The persons of the households drawn, with their segment and class, and all who were listed.

    Raises ListNotReadable where a column of the plan is missing.
    """
    plan = with_columns(units, LISTED, "units.csv")
    segments = [[int(n) for n in str(told).split()] for told in plan["listed_segments"]]
    expected = plan["listed_households_expected"].cast(pl.Float64).round()
    counts = np.array(
        [max(len(own), int(n)) for own, n in zip(segments, expected, strict=True)], np.int64
    )
    frame = Frame(tuple(plan["psu"]), tuple(plan["stratum"]), counts)
    everybody = populated(frame, random, FREQUENCY)
    interval = plan["others_interval"].cast(pl.Int64).to_numpy()
    homes = _homes(everybody, segments, interval, random)
    return everybody.persons.join(homes, on="household", maintain_order="left"), everybody


def _homes(
    everybody: Population,
    segments: list[list[int]],
    interval: np.ndarray[tuple[int], np.dtype[np.int64]],
    random: np.random.Generator,
) -> pl.DataFrame:
    """One row a household drawn: household, segment_number, listing_class."""
    is_sought = (pl.col("is_worker") == 1) | (pl.col("is_returnee") == 1)
    homes = everybody.persons.group_by("household", "unit", maintain_order=True).agg(
        is_sought.any().alias("is_sought")
    )
    unit = homes["unit"].to_numpy()
    within = homes["household"].to_numpy() - everybody.frame.first_household[unit]
    counts = everybody.frame.households[unit]
    numbers = [
        segments[u][place * len(segments[u]) // count]
        for u, place, count in zip(unit, within, counts, strict=True)
    ]
    start = random.integers(0, interval)
    others = homes.with_columns(
        (~pl.col("is_sought")).cum_sum().over("unit").alias("rank"),
        pl.Series("segment_number", numbers),
        pl.Series("interval", interval[unit]),
        pl.Series("start", start[unit]),
    )
    is_turn = (pl.col("rank") - 1) % pl.col("interval") == pl.col("start")
    return others.filter(pl.col("is_sought") | is_turn).select(
        "household",
        "segment_number",
        pl.when("is_sought").then(pl.lit(SOUGHT)).otherwise(pl.lit(OTHER)).alias("listing_class"),
    )
