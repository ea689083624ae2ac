"""Tables that institutions count of foreigners: students, trainees, refugees, census, cases."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import polars as pl

from warehouse.specimen import writing
from warehouse.specimen.calibration import calibration, with_rest
from warehouse.specimen.correspondences import alpha3, country_names
from warehouse.specimen.delivery import Delivery, Randomness
from warehouse.specimen.population import resident_regions
from warehouse.specimen.tables import cross_table, in_codes
from warehouse.specimen.window import Window
from warehouse.specimen.world import World

Table = Callable[[np.random.Generator], pl.DataFrame]
UNHCR_AGES = {"0-4": 9.0, "5-11": 12.0, "12-17": 10.0, "18-59": 65.0, "60+": 4.0}
BRA_AGES = {"MOINS DE 18 ANS": 31.0, "18-59 ANS": 65.0, "60 ANS ET PLUS": 4.0}
ALL = "ENSEMBLE"


def deliveries(chance: Randomness, world: World, month: int) -> Iterator[Delivery]:
    """What is due in a month: refugees each month, the yearly tables with the last one."""
    window, scale = world.window, world.scale
    told = window.period(month)
    yield delivery(chance, "unhcr_persons_of_concern", month, lambda r: unhcr(r, told, scale))
    yield delivery(chance, "bra_refugees", month, lambda r: bra(r, told, scale))
    if month == window.last:
        for contract, year, table in yearly(window, scale):
            yield delivery(chance, contract, month, table, year)


def yearly(window: Window, scale: float) -> Iterator[tuple[str, str, Table]]:
    """The tables of a year: contract, period, and what makes it."""
    year = int(window.end[:4])
    yield "enssup_foreign_students", f"{year - 1}", lambda r: students(r, year - 1, scale)
    yield "ofppt_foreign_trainees", f"{year - 1}", lambda r: trainees(r, year - 1, scale)
    yield "prosecution_cases", f"{year}", lambda r: cases(r, year, scale)
    yield "hcp_rgph_foreigners", "2024", lambda r: census(r, scale)


def delivery(
    chance: Randomness, contract: str, month: int, table: Table, year: str = ""
) -> Delivery:
    """A table as its institution sends it: with commas from UNHCR, a workbook from OFPPT."""
    is_workbook = contract.startswith("ofppt")

    def write_table(path: Path) -> None:
        frame = table(chance.of(contract, month))
        if is_workbook:
            writing.write_xlsx(frame, path)
        else:
            writing.write_csv(frame, path, "," if contract.startswith("unhcr") else ";", "utf-8")

    return Delivery(contract, month, "", "xlsx" if is_workbook else "csv", write_table, year)


def unhcr(rng: np.random.Generator, period: str, scale: float) -> pl.DataFrame:
    """Registered persons: refugees and asylum seekers, near the last published count."""
    known = calibration()
    everyone, refugees = known.values("persons_of_concern"), known.values("refugees")
    recognised = refugees.pop("_T")
    growth = (1 + known.rate("refugee_growth")) ** months_since(period)
    origins = with_rest(refugees, recognised, known.weights("other_refugees"))
    tables = []
    for status, total, areas in (
        ("REF", recognised, origins),
        ("ASY", everyone["_T"] - recognised, known.weights("asylum_citizenships")),
    ):
        weights = {
            "country_of_origin": in_codes(areas, alpha3()),
            "sex": {"Male": 60.0, "Female": 40.0},
            "age_group": UNHCR_AGES,
        }
        table = cross_table(rng, total * growth * scale, weights, "individuals")
        tables.append(table.with_columns(pl.lit(status).alias("population_type")))
    keys = ["country_of_origin", "sex", "age_group", "population_type"]
    return pl.concat(tables).select(pl.lit(period).alias("month"), *keys, "individuals")


def bra(rng: np.random.Generator, period: str, scale: float) -> pl.DataFrame:
    """Who the State has heard: a share of UNHCR's refugees recognised, others pending."""
    known = calibration()
    refugees = known.values("refugees")
    total = refugees.pop("_T")
    growth = (1 + known.rate("refugee_growth")) ** months_since(period)
    weights = {
        "statut": {"RECONNU": 80.0, "EN INSTANCE": 20.0},
        "nationalite": in_codes(refugees, country_names()),
        "sexe": {"H": 60.0, "F": 40.0},
        "tranche_age": BRA_AGES,
    }
    heard = total * known.rate("heard_by_bra_share") * growth * scale
    keys = ["nationalite", "sexe", "tranche_age", "statut", "effectif"]
    table = cross_table(rng, heard, weights)
    return table.select(pl.lit(period.replace("-", "")).alias("mois"), *keys)


def months_since(period: str) -> int:
    """Months from the published count of February 2025 to a month."""
    since = np.datetime64(period, "M") - np.datetime64("2025-02", "M")
    return int(since.astype(np.int64))


def students(rng: np.random.Generator, year: int, scale: float) -> pl.DataFrame:
    """Foreign students of an academic year; the last published total stands for each."""
    known = calibration()
    weights = {
        "nationalite": in_codes(
            dict.fromkeys(known.assumptions["student_citizenships"], 1.0), country_names()
        ),
        "niveau": known.weights("student_levels"),
        "sexe": {"F": 46.0, "H": 54.0},
        "domaine": known.weights("student_fields"),
    }
    table = cross_table(rng, known.values("foreign_students")["_T"] * scale, weights)
    keys = ["niveau", "nationalite", "sexe", "domaine", "effectif"]
    return table.select(pl.lit(f"{year}-{year + 1}").alias("annee_universitaire"), *keys)


def trainees(rng: np.random.Generator, year: int, scale: float) -> pl.DataFrame:
    """Foreign trainees of OFPPT; no total is published."""
    known = calibration()
    weights = {
        "nationalite": in_codes(
            dict.fromkeys(known.assumptions["student_citizenships"], 1.0), alpha3()
        ),
        "niveau": {"S": 8.0, "Q": 20.0, "T": 30.0, "TS": 42.0},
        "sexe": {"F": 38.0, "G": 62.0},
        "secteur": known.weights("trainee_sectors"),
    }
    table = cross_table(rng, known.rate("foreign_trainees") * scale, weights)
    keys = ["niveau", "nationalite", "sexe", "secteur", "effectif"]
    return table.select(pl.lit(f"{year}/{year + 1}").alias("annee_formation"), *keys)


def census(rng: np.random.Generator, scale: float) -> pl.DataFrame:
    """Foreign residents at both censuses; those of 2014 have the citizenships of 2024."""
    known = calibration()
    latest, earlier = known.values("residents"), known.values("residents_sex")
    shares = with_rest(
        known.values("residents_citizenship"), 100.0, known.weights("other_residents")
    )
    sexes = {"Masculin": earlier["M"], "Féminin": earlier["F"]}
    tables = []
    for year, total in (("2014", sum(earlier.values())), ("2024", latest["_T"])):
        weights = {
            "nationalite": in_codes(shares, country_names()),
            "sexe": sexes,
            "region": resident_regions(),
        }
        table = cross_table(rng, total * scale, weights)
        tables.append(table.select(pl.lit(year).alias("recensement"), pl.all()))
    return pl.concat(tables)


def cases(rng: np.random.Generator, year: int, scale: float) -> pl.DataFrame:
    """Cases by type and outcome, then their victims, about one and a half a case."""
    known = calibration()
    weights = {
        "type_affaire": known.weights("case_types"),
        "issue": {"ENQUETE": 20.0, "POURSUITE": 35.0, "CONDAMNATION": 35.0, "ACQUITTEMENT": 10.0},
    }
    total = max(known.rate("cases_a_year") * scale, 20.0)
    counted = cross_table(rng, total, weights, "nombre_affaires")
    traits = {
        "sexe_victimes": {"F": 60.0, "H": 40.0},
        "age_victimes": {"MINEUR": 35.0, "MAJEUR": 65.0},
        "nationalite_victimes": {"MAROCAINE": 55.0, "ETRANGERE": 45.0},
    }
    victims = cross_table(rng, total * 1.5, {**weights, **traits}, "nombre_victimes")
    everybody = counted.with_columns(pl.lit(ALL).alias(name) for name in traits)
    told = pl.concat([everybody, victims], how="diagonal")
    counts = ["nombre_affaires", "nombre_victimes"]
    return told.select(pl.lit(str(year)).alias("annee"), *weights, *traits, *counts)
