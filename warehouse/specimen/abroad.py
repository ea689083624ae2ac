"""The consular register: nationals abroad, some of whom Moroccan registers know too."""

from pathlib import Path

import numpy as np
import polars as pl

from warehouse.specimen import identifiers, names, truth, writing
from warehouse.specimen.anapec import in_months
from warehouse.specimen.calibration import calibration
from warehouse.specimen.cnss import birth_dates, sexes
from warehouse.specimen.correspondences import country_names
from warehouse.specimen.delivery import Delivery, Randomness
from warehouse.specimen.dgsn import translated
from warehouse.specimen.documents import Documents, missing, mistyped
from warehouse.specimen.employment import Ints
from warehouse.specimen.population import Text, drawn, nationals, together
from warehouse.specimen.window import Dates
from warehouse.specimen.world import World, working_age_births

CONTRACT = "maecamre_consular_registrations"
PASSPORT_ROOM = 10_000_000
CITIES = {
    "FR": ("PARIS", "LYON", "MARSEILLE", "LILLE"), "ES": ("MADRID", "BARCELONE", "ALMERIA"),
    "IT": ("MILAN", "TURIN", "ROME"), "BE": ("BRUXELLES", "ANVERS"), "NL": ("UTRECHT",),
    "DE": ("FRANCFORT", "DUSSELDORF"), "US": ("NEW YORK",), "CA": ("MONTREAL",),
    "GB": ("LONDRES",), "AE": ("DUBAI",), "SA": ("DJEDDAH",), "QA": ("DOHA",),
}  # fmt: skip
PROFESSIONS = ("OUVRIER", "SANS PROFESSION", "COMMERCANT", "ETUDIANT", "INGENIEUR", "AIDE SOIGNANT")


def registrations(chance: Randomness, world: World, papers: Documents) -> pl.DataFrame:
    """The register before the window as its first file, then who registers in each month.

    With `person` (-1: known to no Moroccan register) and `month`.
    """
    rng = chance.of("consular register")
    window, known = world.window, calibration()
    total = round(known.values("consular_register")["_T"] * world.scale)
    fresh = round(known.rate("consular_registrations_a_month") * world.scale) * window.months
    month = np.full(total, -1)
    month[total - fresh :] = np.sort(rng.integers(0, window.months, fresh))
    dates = np.full(total, window.month_end(-1))
    dates[month >= 0] = in_months(rng, window, month[month >= 0])
    return rows(rng, world, papers, month, dates)


def emigrants(rng: np.random.Generator, world: World, count: int) -> Ints:
    """Persons once insured in Morocco who hold no job there: some of them have left."""
    idle = (world.persons.kind == "national") & (world.insured > 0)
    idle[world.jobs.person] = False
    share = calibration().rate("emigrated_share")
    left = rng.permutation(np.flatnonzero(idle))
    return left[: min(round(len(left) * share), count)]


def rows(
    rng: np.random.Generator, world: World, papers: Documents, month: Ints, dates: Dates
) -> pl.DataFrame:
    """The rows of the register in order of registration."""
    count, book = len(month), names.names()
    ours = emigrants(rng, world, count)
    others = count - len(ours)
    region = drawn(rng, calibration().weights("national_regions"), others)
    births = working_age_births(rng, world.window, others)
    strangers = nationals(rng, rng.random(others) < 0.47, region, births)
    persons = together(world.persons, strangers)
    first = len(world.persons)
    person = rng.permutation(np.concatenate([ours, np.arange(first, first + others)]))
    country = drawn(rng, calibration().weights("consular_countries"), count)
    serial = np.where(person >= first, person - first, 0)
    cin = identifiers.cins(papers.cin.count() + serial)
    passport = identifiers.passports(PASSPORT_ROOM - 1 - serial)
    is_ours = pl.Series(person < first)
    own = np.where(person < first, person, 0)
    frame = pl.DataFrame(
        {
            "person": np.where(person < first, person, -1),
            "month": month,
            "numero_immatriculation": identifiers.padded(np.arange(1, count + 1), 10),
            "numero_cin": chosen(is_ours, papers.cin.gather(own), cin),
            "numero_passeport": chosen(is_ours, papers.passport.gather(own), passport),
            "nom": book.latin.gather(names.spell(rng, persons.family[person])),
            "prenom": book.latin.gather(names.spell(rng, persons.given[person])),
            "sexe": sexes(rng, persons, person, ("M", "F"), 0.002),
            "date_naissance": birth_dates(rng, persons, person, 0.01),
            "pays": translated({c: n.title() for c, n in country_names().items()}, country),
            "consulat": "CONSULAT GENERAL " + consulates(rng, country),
            "profession": pl.Series(rng.choice(np.array(PROFESSIONS), count)),
            "date_immatriculation": pl.Series(dates).cast(pl.Date),
        }
    )
    return frame.with_columns(
        missing(rng, "numero_cin", 0.2, count), missing(rng, "numero_passeport", 0.1, count)
    ).with_columns(mistyped(rng, "numero_cin", 0.01, count))


def chosen(first: pl.Series, values: pl.Series, others: pl.Series) -> pl.Series:
    """Values where `first` holds, others elsewhere."""
    return pl.select(pl.when(first).then(values).otherwise(others)).to_series()


def consulates(rng: np.random.Generator, country: Text) -> pl.Series:
    """A city of each person's country."""
    city = np.full(len(country), "", dtype="U12")
    for code, cities in CITIES.items():
        here = np.flatnonzero(country == code)
        city[here] = rng.choice(np.array(cities), len(here))
    return pl.Series(city)


def delivery(told: pl.DataFrame, world: World, folder: Path, month: int) -> Delivery:
    """The registrations of a month; the month before the window has the register as it stands."""
    period = world.window.period(month)

    def write_registrations(path: Path) -> None:
        due = told.filter(pl.col("month") == month)
        known = due.filter(pl.col("person") >= 0)
        keys = known["numero_immatriculation"]
        truth.write_records(folder, CONTRACT, period, known["person"], keys)
        writing.write_csv(due.drop("person", "month"), path, ";", "utf-8-sig")

    return Delivery(CONTRACT, month, "", "csv", write_registrations)
