"""ANAPEC's registers of seasonal workers (GECCO) and of their reintegration (WAFIRA)."""

import numpy as np
import polars as pl

from warehouse.specimen import identifiers, names
from warehouse.specimen.anapec import Placements, untidy
from warehouse.specimen.calibration import calibration
from warehouse.specimen.cnss import birth_dates, sexes
from warehouse.specimen.delivery import Randomness
from warehouse.specimen.documents import Documents, missing, mistyped
from warehouse.specimen.employment import Ints
from warehouse.specimen.monthly import Monthly, quarter_ends
from warehouse.specimen.population import Text, drawn
from warehouse.specimen.window import Dates, Window, days_between
from warehouse.specimen.world import World

FIRST_PLACEMENT = 500_001  # as in the extract of placements abroad
FIRST_BENEFICIARY = 700_001
AREAS = {
    "MOGUER": 30,
    "LUCENA DEL PUERTO": 15,
    "CARTAYA": 20,
    "Lepe": 15,
    "ALMONTE": 12,
    "PALOS": 8,
}
WAVES = 4
SECTORS = ["10", "14", "4771", "9602", "56", "01"]
HALF_A_YEAR, A_YEAR = 182, 365


def seasons_file(
    rng: np.random.Generator, world: World, papers: Documents, told: Placements
) -> pl.DataFrame:
    """The register of the window's seasonal workers, under their placement's number."""
    row = np.flatnonzero(told.is_seasonal)
    person, count = told.person[row], len(row)
    departure, persons, book = told.departure[row], world.persons, names.names()
    shares = calibration().values("seasonal_repeaters")
    repeats = rng.random(count) < shares["REPEAT"] / sum(shares.values())
    wave = np.arange(count) * WAVES // max(count, 1) + 1
    frame = pl.DataFrame(
        {
            "person": person,
            "month": world.window.month_of(departure),
            "numero_placement": identifiers.anapec_numbers(row + FIRST_PLACEMENT),
            "saison": departure.astype("datetime64[Y]").astype(np.int64) + 1970,
            "numero_cin": papers.cin.gather(person),
            "numero_passeport": papers.passport.gather(person),
            "nom": book.plain.gather(names.spell(rng, persons.family[person])),
            "prenom": book.plain.gather(names.spell(rng, persons.given[person])),
            "sexe": sexes(rng, persons, person, ("1", "2"), 0.002),
            "date_naissance": birth_dates(rng, persons, person, 0.01),
            "province_origine": pl.Series(
                drawn(rng, calibration().weights("origin_provinces"), count)
            ),
            "type_saison": pl.Series(kinds(rng, repeats)),
            "vague": wave,
            "pays_destination": pl.Series(["Espagne"] * count, dtype=pl.String),
            "zone_employeur": pl.Series(
                drawn(rng, {name: float(weight) for name, weight in AREAS.items()}, count)
            ),
            "employeur": "SPECIMEN EMPLOYEUR "
            + pl.Series(rng.integers(1, 90, count)).cast(pl.String),
            "date_depart": pl.Series(departure).cast(pl.Date),
            "date_retour": pl.Series(returns(rng, told, row)).cast(pl.Date),
        }
    )
    return (
        frame.with_columns(
            missing(rng, "numero_cin", 0.02, count),
            missing(rng, "numero_passeport", 0.03, count),
            missing(rng, "vague", 0.05, count),
        )
        .with_columns(mistyped(rng, "numero_cin", 0.01, count))
        .with_columns(untidy(rng, "numero_passeport", 0.02, count))
    )


def kinds(rng: np.random.Generator, repeats: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Text:
    """First or repeat season, as the lists of two agencies write it."""
    accented = rng.random(len(repeats)) < 0.3
    repeated = np.where(accented, "RÉPÉTITRICE", "REPETITRICE")
    kind: Text = np.where(repeats, repeated, "NOUVELLE")
    return kind


def returns(rng: np.random.Generator, told: Placements, row: Ints) -> Dates:
    """The day of return that was recorded; of a few none ever is."""
    days = told.months[row] * 30 + rng.integers(-10, 12, len(row))
    back = told.departure[row] + days.astype("timedelta64[D]")
    absent = rng.random(len(row)) < calibration().rate("season_no_return_share")
    recorded: Dates = np.where(absent, np.datetime64("NaT"), back)
    return recorded


def returned_by(window: Window, rows: pl.DataFrame, month: int) -> pl.DataFrame:
    """The register as it stands at a month's end: later returns are not known yet."""
    end = window.month_end(month).astype(object)
    known = pl.col("date_retour") <= end
    return rows.with_columns(pl.when(known).then(pl.col("date_retour")).alias("date_retour"))


def reintegration_file(
    rng: np.random.Generator, world: World, papers: Documents, told: Placements
) -> pl.DataFrame:
    """The beneficiaries: workers of the window's seasons who entered the scheme in three years."""
    women = np.unique(told.person[told.is_seasonal])
    count = min(max(round(calibration().rate("wafira_beneficiaries") * world.scale), 2), len(women))
    person = rng.permutation(women)[:count]
    window, persons, book = world.window, world.persons, names.names()
    end = window.month_end(window.last)
    entry = np.sort(
        days_between(
            rng, end - np.timedelta64(3 * A_YEAR, "D"), end - np.timedelta64(40, "D"), count
        )
    )
    creates = rng.random(count) < calibration().rate("wafira_business_share")
    business = entry + rng.integers(60, 200, count).astype("timedelta64[D]")
    frame = pl.DataFrame(
        {
            "person": person,
            "month": np.maximum(window.month_of(entry), 0),
            "numero_beneficiaire": identifiers.anapec_numbers(
                np.arange(FIRST_BENEFICIARY, FIRST_BENEFICIARY + count)
            ),
            "numero_cin": papers.cin.gather(person),
            "nom": book.plain.gather(names.spell(rng, persons.family[person])),
            "prenom": book.plain.gather(names.spell(rng, persons.given[person])),
            "sexe": sexes(rng, persons, person, ("1", "2"), 0.0),
            "date_naissance": birth_dates(rng, persons, person, 0.01),
            "province": pl.Series(drawn(rng, calibration().weights("origin_provinces"), count)),
            "date_entree": pl.Series(entry).cast(pl.Date),
            "formation": pl.Series(
                rng.choice(np.array(["ACHEVEE", "CERTIFIEE", "ABANDON"]), count, p=[0.7, 0.2, 0.1])
            ),
            "activite_creee": pl.Series(
                np.where(
                    creates, rng.choice(np.array(["CREEE", "EN ACTIVITE"]), count), "EN PROJET"
                )
            ),
            "date_creation": pl.Series(np.where(creates, business, np.datetime64("NaT"))).cast(
                pl.Date
            ),
            "secteur": pl.Series(rng.choice(np.array(SECTORS), count)),
            "situation_6_mois": situations(rng, creates),
            "situation_12_mois": situations(rng, creates),
        }
    )
    return frame.with_columns(
        missing(rng, "numero_cin", 0.02, count),
        pl.when(pl.Series(creates)).then(pl.col("secteur")).alias("secteur"),
    )


def situations(
    rng: np.random.Generator, creates: np.ndarray[tuple[int], np.dtype[np.bool_]]
) -> pl.Series:
    """The situation at a follow-up: at her own account where a business was created."""
    others = np.array(["SALARIEE", "SANS EMPLOI", "AU FOYER", "REPARTIE", "INJOIGNABLE"])
    other = rng.choice(others, len(creates), p=[0.25, 0.3, 0.25, 0.1, 0.1])
    stays = creates & (rng.random(len(creates)) < 0.85)
    return pl.Series(np.where(stays, "A SON COMPTE", other))


def followed_by(window: Window, rows: pl.DataFrame, month: int) -> pl.DataFrame:
    """The register as it stands at a month's end: nothing that comes later is known yet."""
    end = pl.lit(window.month_end(month).astype(object))
    entry, business = pl.col("date_entree"), pl.col("date_creation")
    is_created = business.is_null() | (business <= end)
    return rows.with_columns(
        pl.when(is_created)
        .then(pl.col("activite_creee"))
        .otherwise(pl.lit("EN PROJET"))
        .alias("activite_creee"),
        pl.when(business <= end).then(business).alias("date_creation"),
        pl.when(business <= end).then(pl.col("secteur")).alias("secteur"),
        pl.when(entry.dt.offset_by(f"{HALF_A_YEAR}d") <= end)
        .then(pl.col("situation_6_mois"))
        .alias("situation_6_mois"),
        pl.when(entry.dt.offset_by(f"{A_YEAR}d") <= end)
        .then(pl.col("situation_12_mois"))
        .alias("situation_12_mois"),
    )


def extracts(
    chance: Randomness, world: World, papers: Documents, told: Placements
) -> tuple[Monthly, ...]:
    """Both registers, sent at the end of each quarter as they stand then."""
    window = world.window
    return (
        Monthly(
            contract="anapec_seasonal_workers",
            frame=seasons_file(chance.of("seasons"), world, papers, told),
            key=("numero_placement", "saison"),
            sent=quarter_ends(window),
            frequency="Q",
            is_cumulative=True,
            as_known=lambda rows, month: returned_by(window, rows, month),
        ),
        Monthly(
            contract="anapec_reintegration",
            frame=reintegration_file(chance.of("reintegration"), world, papers, told),
            key=("numero_beneficiaire",),
            sent=quarter_ends(window),
            delimiter=",",
            encoding="utf-8-sig",
            frequency="Q",
            is_cumulative=True,
            as_known=lambda rows, month: followed_by(window, rows, month),
        ),
    )
