"""Indicators of ANAPEC, of consulates and of remittances, counted again by Polars alone."""

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

Cells = dict[tuple[str, ...], float]

DATE = "%d/%m/%Y"
STAGES = ("RECEPTION", "DIAGNOSIS", "PREPARATION", "INSERTION", "FOLLOW_UP")
STAGE_OF_STEP = {
    **dict.fromkeys(("INSCRIPTION", "ENTRETIEN"), 0),
    **dict.fromkeys(("PROFILAGE", "PAI"), 1),
    **dict.fromkeys(("ATELIER", "COURS", "PLAN AFFAIRES"), 2),
    **dict.fromkeys(("MER", "EMBAUCHE", "FINANCEMENT", "CREATION"), 3),
    "SUIVI": 4,
}
COUNTRIES = {"France": "FR", "Espagne": "ES", "Italie": "IT"}
SENDERS = {"FRANCE": "FR", "ESPAGNE": "ES", "ITALIE": "IT"}
SEXES = {"1": "M", "2": "F", "M": "M", "F": "F"}
CONTRACTS = {"CDD": "FIXED_TERM", "CDI": "PERMANENT"}


@dataclass(frozen=True)
class Recomputed:
    """Cells of a dataflow by `keys`, every other dimension totalled, and how files give them."""

    dataflow: str
    contract: str
    freq: str
    keys: tuple[str, ...]
    count: Callable[[pl.DataFrame], Cells]


def _cells(frame: pl.DataFrame) -> Cells:
    """Rows of codes and a last column of values."""
    return {tuple(row[:-1]): float(row[-1]) for row in frame.iter_rows()}


def _journeys(files: pl.DataFrame) -> pl.DataFrame:
    """One row a journey: month begun, furthest stage, and days to each stage gone through."""
    day = pl.col("date_etape").str.to_date(DATE)
    step = files.with_columns(
        day=day, stage=pl.col("etape").replace_strict(STAGE_OF_STEP, return_dtype=pl.Int64)
    )
    begun = pl.col("rang_etape").cast(pl.Int64) == 1
    days = [
        (pl.col("day").filter(pl.col("stage") == n).min() - pl.col("day").min())
        .dt.total_days()
        .alias(name)
        for n, name in enumerate(STAGES)
    ]
    return step.group_by("numero_inscription").agg(
        *days,
        month=pl.col("date_etape").filter(begun).first().str.slice(3),
        furthest=pl.col("stage").max(),
    )


def _month(text: str) -> str:
    """2025-03 for 03/2025."""
    return f"{text[3:]}-{text[:2]}"


def reached(files: pl.DataFrame) -> Cells:
    """How many journeys of a month came at least as far as each stage."""
    found = {}
    for month, furthest in _journeys(files).select("month", "furthest").iter_rows():
        for number, stage in enumerate(STAGES):
            key = (_month(month), stage, "REACHED")
            found[key] = found.get(key, 0.0) + (furthest >= number)
    return found


def converted(files: pl.DataFrame) -> Cells:
    """Of those who came to the stage before, the percentage who came on."""
    came = {key[:2]: value for key, value in reached(files).items()}
    return {
        (month, stage): round(100 * value / before, 1)
        for (month, stage), value in came.items()
        if stage != STAGES[0] and (before := came[month, STAGES[STAGES.index(stage) - 1]])
    }


def days_to_stages(files: pl.DataFrame) -> Cells:
    """The median days from the first step to each stage gone through."""
    medians = _journeys(files).unpivot(STAGES, index="month").drop_nulls()
    told = medians.group_by("month", "variable").agg(pl.col("value").median())
    return {(_month(month), stage): value for month, stage, value in told.iter_rows()}


def placed(files: pl.DataFrame) -> Cells:
    """Placements of a month by type of contract."""
    contract = pl.col("type_contrat").replace_strict(CONTRACTS)
    return _cells(files.group_by("period", contract).len())


def seasonal(files: pl.DataFrame) -> Cells:
    """Workers of a season by wave: departed, and returned as the newest register knows."""
    newest = files.filter(pl.col("period") == files["period"].max())
    worker = pl.coalesce("numero_cin", "numero_passeport", "numero_placement")
    stays = newest.with_columns(worker=worker, day=pl.col("date_depart").str.to_date(DATE))
    workers = (
        stays.sort("day", "vague", nulls_last=True)
        .group_by("saison", "worker", maintain_order=True)
        .agg(
            wave=pl.format("W{}", "vague").first().fill_null("_U"),
            DEPARTED=pl.lit(1),
            RETURNED=pl.col("date_retour").is_not_null().all(),
        )
    )
    counted = workers.group_by("saison", "wave").agg(
        pl.col("DEPARTED").sum(), pl.col("RETURNED").sum()
    )
    return _cells(counted.unpivot(["DEPARTED", "RETURNED"], index=["saison", "wave"]))


def registered(files: pl.DataFrame) -> Cells:
    """The consular register at each month's end, in three countries, by sex."""
    person = files.with_columns(
        pl.col("pays").replace_strict(COUNTRIES, default=None),
        pl.col("sexe").replace_strict(SEXES, default="_U").fill_null("_U"),
    ).drop_nulls("pays")
    months = files["period"].unique().sort()
    return {
        (month, country, sex): float(number)
        for month in months
        for country, sex, number in person.filter(pl.col("period") <= month)
        .group_by("pays", "sexe")
        .len()
        .iter_rows()
    }


def remitted(files: pl.DataFrame) -> Cells:
    """What the newest edition tells of every month, from three countries."""
    newest = files.filter(pl.col("period") == files["period"].max())
    amended = newest.filter("is_corrected")
    latest = amended if amended.height else newest
    return _amounts(latest, "LATEST")


def remitted_first(files: pl.DataFrame) -> Cells:
    """What the first edition to tell a month told of it, from three countries."""
    month = pl.col("mois").str.slice(0, 4) + "-" + pl.col("mois").str.slice(4)
    told = files.with_columns(month=month).filter(pl.col("month") >= files["period"].min())
    first = told.sort("period", "is_corrected").unique(["mois", "pays"], keep="first")
    return _amounts(first, "FIRST")


def _amounts(rows: pl.DataFrame, vintage: str) -> Cells:
    country = pl.col("pays").replace_strict(SENDERS, default=None)
    month = pl.col("mois").str.slice(0, 4) + "-" + pl.col("mois").str.slice(4)
    told = rows.select(month, country, vintage=pl.lit(vintage), amount="montant")
    return _cells(told.drop_nulls("pays"))


def beneficiaries(files: pl.DataFrame) -> Cells:
    """Who entered the scheme in a year, and who of them created a business."""
    newest = files.filter(pl.col("period") == files["period"].max())
    year = pl.col("date_entree").str.slice(6)
    counted = newest.group_by(year).agg(
        BENEFICIARIES=pl.len(), BUSINESSES=(pl.col("activite_creee") != "EN PROJET").sum()
    )
    return _cells(counted.unpivot(["BENEFICIARIES", "BUSINESSES"], index="date_entree"))


STEP = ("time_period", "step")
SEEKERS = "anapec_journeys"
OFFICE = "office_des_changes_remittances"
SENT = ("time_period", "counterpart_area", "vintage")
RECOMPUTED = (
    Recomputed("DF_JOURNEY", SEEKERS, "M", (*STEP, "measure"), reached),
    Recomputed("DF_JOURNEY_CONVERSION", SEEKERS, "M", STEP, converted),
    Recomputed("DF_JOURNEY_DURATION", SEEKERS, "M", STEP, days_to_stages),
    Recomputed(
        "DF_PLACEMENT", "anapec_placements_morocco", "M", ("time_period", "contract_type"), placed
    ),
    Recomputed(
        *("DF_SEASONAL_WORKER", "anapec_seasonal_workers", "A"),
        *(("time_period", "wave", "measure"), seasonal),
    ),
    Recomputed(
        *("DF_CONSULAR_STOCK", "maecamre_consular_registrations", "M"),
        *(("time_period", "destination", "sex"), registered),
    ),
    Recomputed("DF_REMITTANCE", OFFICE, "M", SENT, remitted),
    Recomputed("DF_REMITTANCE", OFFICE, "M", SENT, remitted_first),
    Recomputed(
        *("DF_REINTEGRATION", "anapec_reintegration", "A"),
        *(("time_period", "measure"), beneficiaries),
    ),
)
