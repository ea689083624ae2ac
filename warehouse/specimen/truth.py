"""The truth of a specimen: who is who. Written beside the extracts, never received."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import polars as pl

from warehouse.specimen import identifiers, names
from warehouse.specimen.documents import Documents
from warehouse.specimen.ebds import Records
from warehouse.specimen.employment import Ints
from warehouse.specimen.world import World

MADE = "specimen.json"


@dataclass(frozen=True)
class Made:
    """With what a specimen was made: its scale (1: the country), how many months, the last one."""

    scale: float
    months: int
    end: str


def write_made(made: Made, directory: Path) -> None:
    """specimen.json: what brings the specimen's figures back to scale 1."""
    directory.mkdir(parents=True, exist_ok=True)
    (directory / MADE).write_text(json.dumps(asdict(made)) + "\n", encoding="utf-8")


def read_made(directory: Path) -> Made | None:
    """With what the specimen of this folder truth was made; None where it does not say."""
    path = directory / MADE
    return Made(**json.loads(path.read_text(encoding="utf-8"))) if path.exists() else None


def newest_truth(specimens: Path) -> Path | None:
    """The folder truth of the specimen made last in the folder of specimens."""
    made = specimens.glob("*/truth")
    return max(made, key=lambda folder: folder.stat().st_mtime, default=None)


def write_persons(world: World, papers: Documents, directory: Path) -> None:
    """persons.parquet: every person with true name, dates, citizenship and identifiers."""
    persons, book = world.persons, names.names()
    family, given = book.first[persons.family], book.first[persons.given]
    directory.mkdir(parents=True, exist_ok=True)
    pl.DataFrame(
        {
            "person_id": np.arange(len(persons)),
            "kind": pl.Series(persons.kind),
            "citizenship": pl.Series(persons.citizenship),
            "birth_country": pl.Series(persons.birth_country),
            "sex": pl.Series(np.where(persons.is_woman, "F", "M")),
            "birth_date": pl.Series(persons.birth).cast(pl.Date),
            "arrival_date": pl.Series(persons.arrival).cast(pl.Date),
            "departure_date": pl.Series(persons.departure).cast(pl.Date),
            "reason": pl.Series(persons.reason),
            "region": pl.Series(persons.region),
            "family_name": book.latin.gather(family),
            "given_name": book.latin.gather(given),
            "family_name_ar": book.arabic.gather(persons.family),
            "given_name_ar": book.arabic.gather(persons.given),
            "cin": papers.cin,
            "passport": papers.passport,
            "residence_title": papers.title,
            "cnss_number": papers.insured,
        }
    ).write_parquet(directory / "persons.parquet")


def write_employers(world: World, directory: Path) -> None:
    """employers.parquet: every employer with its numbers, activity, region and size."""
    hiring = world.employers
    serial = np.arange(1, len(hiring) + 1)
    pl.DataFrame(
        {
            "employer_id": serial - 1,
            "affiliate": identifiers.affiliate_numbers(serial),
            "ice": identifiers.ices(serial),
            "section": pl.Series(hiring.section),
            "activity": pl.Series(hiring.activity),
            "region": pl.Series(hiring.region),
            "since_month": hiring.since,
        }
    ).write_parquet(directory / "employers.parquet")


def write_records(
    directory: Path, contract: str, period: str, person: Ints | pl.Series, key: pl.Series
) -> None:
    """<contract>/<period>.parquet: the person behind each source record, by its clear key.

    `key` is the contract's primary key, its columns joined by '|' (e.g. '0000042|000001234|B02').
    """
    folder = directory / contract
    folder.mkdir(parents=True, exist_ok=True)
    pl.DataFrame({"person_id": person, "record_key": key}).with_columns(
        pl.lit(contract).alias("contract"), pl.lit(period).alias("period")
    ).select("person_id", "contract", "period", "record_key").write_parquet(
        folder / f"{period}.parquet"
    )


def declaration_keys(records: Records) -> pl.Series:
    """numero_affilie|numero_assure|record_type of e-BDS records."""
    kind = pl.Series(np.where(records.is_entrant, "B04", "B02"))
    affiliate = identifiers.affiliate_numbers(records.affiliate)
    insured = identifiers.insured_numbers(records.insured)
    return affiliate + "|" + insured + "|" + kind
