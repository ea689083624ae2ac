"""The households drawn, with weights and variance units: as listed, or by the sampling plan."""

from pathlib import Path

import polars as pl

from warehouse.errors import SimimoError

LISTED = ("household_id", "stratum", "base_weight", "variance_stratum", "variance_unit")
"""What a list of the sample must tell of each household drawn."""
UNITS = (
    "psu", "stratum", "variance_stratum", "is_self_representing", "base_weight",
    "base_weight_others",
)  # fmt: skip
"""What units.csv of the sampling plan tells of each primary unit."""
VISITED = ("household_id", "psu", "segment_number", "listing_class")
"""What the form tells of each household drawn, whether it answered or not."""
SOUGHT, OTHER = "sought", "other"
"""The two classes of the listing: households with a migrant or returnee, and one in so many of the
others."""


class ListNotReadable(SimimoError):
    """A list of the sample, of its units, or of census margins lacks a column."""

    key = "survey_list_not_readable"


def sample_list(path: Path, visits: pl.DataFrame) -> pl.DataFrame:
    """The households drawn, from a list of them or from units.csv of the plan and the visits.

    With units.csv every household drawn is known by its form, which is sent even of one that is
    absent or refuses.
    """
    rows = pl.read_csv(path, infer_schema_length=None)
    if "household_id" in rows.columns:
        return with_columns(rows, LISTED, path.name)
    units = with_columns(rows, UNITS, path.name)
    return by_plan(with_columns(visits, VISITED, "simimo_survey"), units)


def by_plan(visits: pl.DataFrame, units: pl.DataFrame) -> pl.DataFrame:
    """Each household visited, with the weight of its class in the listing of its unit.

    A household of no class has no weight. In a unit that represents itself the segments are the
    variance units, elsewhere the unit is.
    """
    households = visits.select(VISITED).unique("household_id", keep="last", maintain_order=True)
    joined = households.join(units.select(UNITS), on="psu", maintain_order="left")
    segment = pl.concat_str("psu", pl.col("segment_number").fill_null("_U"), separator="/")
    return joined.select(
        "household_id",
        "psu",
        "stratum",
        pl.when(pl.col("listing_class") == SOUGHT)
        .then("base_weight")
        .when(pl.col("listing_class") == OTHER)
        .then("base_weight_others")
        .alias("base_weight"),
        "variance_stratum",
        pl.when(pl.col("is_self_representing") == 1)
        .then(segment)
        .otherwise("psu")
        .alias("variance_unit"),
    )


def with_columns(rows: pl.DataFrame, wanted: tuple[str, ...], name: str) -> pl.DataFrame:
    """The rows; raises ListNotReadable where a column is missing."""
    if missing := [column for column in wanted if column not in rows.columns]:
        raise ListNotReadable(file=name, columns=", ".join(missing))
    return rows
