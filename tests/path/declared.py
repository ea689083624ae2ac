"""What CNSS's raw files say of the workers of a month, read by hand: no model, no macro."""

import csv
from datetime import date
from pathlib import Path

import polars as pl

SEEDS = Path(__file__).parents[2] / "dbt_project" / "seeds"
SIZES = {"S1T9": 1, "S10T49": 10, "S50T249": 50, "S_GE250": 250}
"""The fewest workers of each class."""


def employments(declarations: pl.DataFrame) -> pl.DataFrame:
    """One row a worker and employer: days, wage, whether absent by accident."""
    return declarations.group_by(worker="numero_assure", employer="numero_affilie").agg(
        days=pl.col("jours_declares").cast(pl.Int64).sum(),
        wage=pl.col("salaire_reel").cast(pl.Int64).sum(),
        has_accident=(pl.col("situation").str.strip_chars() == "AT").any(),
    )


def workers(
    held: pl.DataFrame, persons: pl.DataFrame, employers: pl.DataFrame, month: date
) -> pl.DataFrame:
    """One row a worker: what the registers say, the size of the main employer, all wages."""
    at_work = held.filter(pl.col("days") > 0)
    sizes = at_work.group_by("employer").agg(size=_size(pl.len()))
    main = at_work.sort("wage", "days", descending=True).group_by("worker").first()
    wages = at_work.group_by("worker").agg(pl.col("wage").sum())
    hurt = held.group_by("worker").agg(pl.col("has_accident").any())
    return (
        main.select("worker", "employer")
        .join(wages, on="worker")
        .join(hurt, on="worker")
        .join(sizes, on="employer")
        .join(_described(persons, month), on="worker", how="left")
        .join(_sections(employers), on="employer", how="left")
        .with_columns(pl.col("citizenship", "sex", "age", "activity").fill_null("_U"))
        .with_columns(status=_status(pl.col("citizenship")))
    )


def quartiles(wages: pl.Series) -> tuple[float, ...]:
    """First quartile, median and third, interpolated, in dirhams."""
    found = (wages.quantile(share, "linear") for share in (0.25, 0.5, 0.75))
    return tuple(round((value or 0) / 100, 2) for value in found)


def gaps(found: pl.DataFrame) -> tuple[float, float]:
    """The raw gap and the one adjusted for activity, sex and age, person by person.

    Each foreigner is expected to earn what nationals of the same cell earn on the mean.
    """
    cells = ["activity", "sex", "age"]
    nationals = found.filter(status="NATIONAL")
    foreigners = found.filter(status="FOREIGN")
    alike = nationals.group_by(cells).agg(expected=pl.col("wage").mean())
    compared = foreigners.join(alike, on=cells)
    raw = 1 - _mean(foreigners["wage"]) / _mean(nationals["wage"])
    adjusted = 1 - _mean(compared["wage"]) / _mean(compared["expected"])
    return 100 * raw, 100 * adjusted


def _mean(values: pl.Series) -> float:
    found = values.mean()
    assert isinstance(found, float)
    return found


def _size(count: pl.Expr) -> pl.Expr:
    found = pl.lit("")
    for code, least in SIZES.items():
        found = pl.when(count >= least).then(pl.lit(code)).otherwise(found)
    return found


def _status(citizenship: pl.Expr) -> pl.Expr:
    return (
        pl.when(citizenship == "MA")
        .then(pl.lit("NATIONAL"))
        .when(citizenship == "_U")
        .then(pl.lit("_U"))
        .otherwise(pl.lit("FOREIGN"))
    )


def _described(persons: pl.DataFrame, month: date) -> pl.DataFrame:
    corrected = {
        row["source_value"]: row["corrected_value"]
        for row in _rows("corrections/correction")
        if (row["contract"], row["column_name"]) == ("cnss_immatriculations", "citizenship")
    }
    born = pl.col("date_naissance").str.to_date("%d/%m/%Y", strict=False)
    years = month.year - born.dt.year() - (born.dt.month() > month.month).cast(pl.Int64)
    return persons.select(
        "numero_assure",
        citizenship=_decoded(pl.col("nationalite").replace(corrected), "area"),
        sex=_decoded(pl.col("sexe"), "sex"),
        age=_band(years),
    ).rename({"numero_assure": "worker"})


def _band(years: pl.Expr) -> pl.Expr:
    found = pl.when(years < 15).then(pl.lit("Y_LT15"))
    for least in range(15, 65, 10):
        found = found.when(years < least + 10).then(pl.lit(f"Y{least}T{least + 9}"))
    return found.when(years >= 65).then(pl.lit("Y_GE65")).otherwise(pl.lit("_U"))


def _sections(employers: pl.DataFrame) -> pl.DataFrame:
    parents = {row["code"]: row["parent_code"] for row in _rows("codelists/cl_activity")}
    section = {code: code for code in parents}
    for code in section:
        while parents[section[code]]:
            section[code] = parents[section[code]]
    return employers.select(
        employer="numero_affilie",
        # A class of four digits is known by its division.
        activity=_decoded(pl.col("activite").str.slice(0, 2), "activity").replace(section),
    )


def _decoded(source: pl.Expr, variable: str) -> pl.Expr:
    """The common code of CNSS's one; _U where no correspondence knows it."""
    known = {
        row["source_code"]: row["code"]
        for provider in ("*", "cnss")
        for row in _rows(f"correspondences/{variable}")
        if row["provider"] == provider
    }
    matched = source.str.strip_chars().str.to_uppercase()
    return matched.replace_strict(known, default="_U")


def _rows(seed: str) -> list[dict[str, str]]:
    with (SEEDS / f"{seed}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
