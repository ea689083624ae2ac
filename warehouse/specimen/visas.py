"""The employment ministry's extract: decisions on the work contracts of foreigners."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from warehouse.specimen import identifiers, names
from warehouse.specimen.anapec import in_months, untidy
from warehouse.specimen.calibration import allocate, calibration, labels, with_rest
from warehouse.specimen.cnss import birth_dates, sexes
from warehouse.specimen.correspondences import country_names, places
from warehouse.specimen.delivery import Randomness
from warehouse.specimen.dgsn import provinces, translated
from warehouse.specimen.documents import Documents, missing, mistyped
from warehouse.specimen.employment import Ints
from warehouse.specimen.monthly import Monthly
from warehouse.specimen.population import Persons, Text, drawn
from warehouse.specimen.window import Dates
from warehouse.specimen.world import World

FIRST, RENEWED, CHANGED = "PREMIERE", "RENOUVELLEMENT", "CHANGEMENT"
GRANTED = ("ACCORDE", "VISE")
NOT_GRANTED = {"REFUSE": 5, "AJOURNE": 3, "CLASSE": 1}
EXEMPT_BY_AGREEMENT = ("SN", "TN", "DZ")
ARTIST_WORK, ARTIST_TITLES = "L1101", ("Animateur musical", "Disc-jockey", "Artiste de variétés")
OWN_NAMES = {"CD": "RDC", "GB": "Angleterre", "US": "USA", "GN": "Guinee Conakry"}
TITLES = {
    "M1805": ("Ingénieur d'études informatiques", "Développeur", "INGENIEUR LOGICIEL"),
    "M1302": ("Directeur général", "Directrice de filiale", "GERANT"),
    "F1202": ("Conducteur de travaux", "Chef de chantier", "CONDUCTEUR TRAVAUX BTP"),
    "K2108": ("Enseignant-chercheur", "Professeure d'université", "MAITRE DE CONFERENCES"),
    "G1602": ("Chef de cuisine", "Cuisinier de spécialités asiatiques", "CUISINIER"),
    "K1303": ("Gouvernante", "Nourrice", "EMPLOYEE DE MAISON"),
    "F1703": ("Chef d'équipe maçonnerie", "Maçon coffreur", "MACON"),
    "N1302": ("Directeur de site logistique", "Responsable d'entrepôt", "RESP. LOGISTIQUE"),
}
"""Free job titles of the REM cards that the ministry uses most here."""


@dataclass(frozen=True)
class Visas:
    """Decisions as columns, by date: whose contract, with which employer, what was decided."""

    person: Ints
    employer: Ints
    wage: NDArray[np.float64]
    date: Dates
    nature: Text
    decision: Text


def extract(
    chance: Randomness, world: World, papers: Documents, pay: NDArray[np.float64]
) -> Monthly:
    """The decisions month by month; one month comes late, one with wages to correct."""
    window = world.window
    told = visas(chance.of("visas"), world, pay)
    return Monthly(
        contract="miepeec_contract_visas",
        frame=visas_file(chance.of("visas file"), world, papers, told),
        key=("numero_dossier",),
        sent=frozenset(range(window.months)),
        delimiter=";",
        encoding="windows-1252",
        late=window.months // 3 if window.months > 1 else None,
        corrected=window.months // 3 + 3,
        hasty=hasty,
    )


def visas(rng: np.random.Generator, world: World, pay: NDArray[np.float64]) -> Visas:
    """The window's decisions: as many granted as published in a year, and some that are not."""
    share = world.scale * world.window.months / 12
    granted = round(calibration().values("contract_visas")["_T"] * share)
    others = round(granted * calibration().rate("visa_refused_share"))
    person = applicants(rng, world, granted + others)
    job = job_of(world, person)
    month = decision_months(rng, world, person)
    date = in_months(rng, world.window, month)
    decision = np.concatenate(
        [
            rng.choice(np.array(GRANTED), granted, p=[0.9, 0.1]),
            drawn(rng, {code: float(weight) for code, weight in NOT_GRANTED.items()}, others),
        ]
    )
    order = np.argsort(date, kind="stable")
    return Visas(
        person=person[order],
        employer=employers_of(rng, world, job)[order],
        wage=wages(rng, pay, job)[order],
        date=date[order],
        nature=natures(rng, world, person, month)[order],
        decision=decision[order],
    )


def citizenships() -> dict[str, float]:
    """Decisions by citizenship, as published of 2018; the rest as among foreign workers."""
    held = calibration().values("contract_visas_citizenship")
    rest = calibration().weights("other_workers")
    unpublished = {code: weight for code, weight in rest.items() if code not in held}
    return with_rest(held, calibration().rate("contract_visas_2018"), unpublished)


def applicants(rng: np.random.Generator, world: World, count: int) -> Ints:
    """Foreigners who live here to work, by citizenship; who has a job or is new comes first."""
    persons = world.persons
    fit = persons.reason == "TRAVAIL"
    has_job = np.zeros(len(persons), dtype=bool)
    has_job[world.jobs.person] = True
    is_new = world.window.month_of(persons.arrival) >= 0
    chosen = []
    for area, wanted in allocate(count, citizenships()).items():
        ours = np.flatnonzero(fit & (persons.citizenship == area))
        ours = ours if len(ours) else np.flatnonzero(fit)
        delay = rng.random(len(ours)) - 0.6 * has_job[ours] - 0.4 * is_new[ours]
        ahead = ours[np.argsort(delay, kind="stable")]
        # In a small specimen a citizenship may have fewer persons than decisions.
        chosen.append(np.resize(ahead, wanted))
    return rng.permutation(np.concatenate(chosen))


def job_of(world: World, person: Ints) -> Ints:
    """A job of each person in the window; -1 for who has none."""
    first = np.full(len(world.persons), -1)
    first[world.jobs.person[::-1]] = np.arange(len(world.jobs))[::-1]
    return first[person]


def employers_of(rng: np.random.Generator, world: World, job: Ints) -> Ints:
    """The employer of the job; of who has none, one among all, the large more often."""
    size = world.employers.size + 1.0
    other = rng.choice(len(size), len(job), p=size / size.sum())
    return np.where(job >= 0, world.jobs.employer[job], other)


def wages(rng: np.random.Generator, pay: NDArray[np.float64], job: Ints) -> NDArray[np.float64]:
    """The contract's wage in dirhams: near the declared pay, to the hundred."""
    other = rng.lognormal(9.2, 0.6, len(job))
    wage = np.where(job >= 0, pay[job] / 100, other)
    rounded: NDArray[np.float64] = np.rint(np.maximum(wage, 3_200) / 100) * 100
    return rounded


def decision_months(rng: np.random.Generator, world: World, person: Ints) -> Ints:
    """As many decisions each month; those of newcomers about when they arrive."""
    window = world.window
    arrival = window.month_of(world.persons.arrival[person])
    any_time = rng.uniform(0, window.months, len(person))
    about = np.where(arrival >= 0, arrival - rng.uniform(0, 1.5, len(person)), any_time)
    even = allocate(len(person), {str(month): 1.0 for month in range(window.months)})
    month = np.empty(len(person), dtype=np.int64)
    month[np.argsort(about, kind="stable")] = labels(even).astype(np.int64)
    return month


def natures(rng: np.random.Generator, world: World, person: Ints, month: Ints) -> Text:
    """First applications of newcomers; renewals, and a few changes of employer, of others."""
    arrival = world.window.month_of(world.persons.arrival[person])
    changed = rng.random(len(person)) < 0.08
    nature: Text = np.where(arrival >= month - 3, FIRST, np.where(changed, CHANGED, RENEWED))
    return nature


def visas_file(
    rng: np.random.Generator, world: World, papers: Documents, told: Visas
) -> pl.DataFrame:
    """The extract of all months, with `person` and `month`."""
    persons, book, person = world.persons, names.names(), told.person
    hiring, count = world.employers, len(person)
    is_artist = rng.random(count) < calibration().rate("visa_artist_share")
    is_open = ~is_artist & (rng.random(count) < 0.22)
    months = np.where(is_artist, rng.integers(1, 7, count), rng.choice([12, 12, 12, 24], count))
    work = rng.choice(np.array(list(TITLES)), count)
    frame = pl.DataFrame(
        {
            "person": person,
            "month": world.window.month_of(told.date),
            "numero_dossier": identifiers.padded(np.arange(1, count + 1), 9),
            "ice": identifiers.ices(told.employer + 1),
            "raison_sociale": "SPECIMEN SOCIETE "
            + identifiers.affiliate_numbers(told.employer + 1),
            "activite_employeur": pl.Series(hiring.activity[told.employer]),
            "ville": cities(rng, hiring.region[told.employer]),
            "nom": book.western.gather(names.spell(rng, persons.family[person])),
            "prenom": book.western.gather(names.spell(rng, persons.given[person])),
            "sexe": sexes(rng, persons, person, ("M", "F"), 0.002),
            "date_naissance": birth_dates(rng, persons, person, 0.006),
            "nationalite": nationalities(rng, persons, person),
            "numero_passeport": papers.passport.gather(person),
            "numero_titre_sejour": papers.title.gather(person),
            "emploi": job_titles(rng, work, is_artist),
            "code_rem": pl.Series(np.where(is_artist, ARTIST_WORK, work)),
            "type_contrat": pl.Series(np.where(is_open, "CDI", "CDD")),
            "duree_mois": pl.Series(np.where(is_open, 0, months)),
            "salaire_mensuel": pl.Series(told.wage).cast(pl.Int64),
            "nature_demande": pl.Series(told.nature),
            "artiste": pl.Series(np.where(is_artist, "OUI", "NON")),
            "attestation_anapec": attestations(rng, persons, told),
            "decision": pl.Series(told.decision),
            "date_decision": pl.Series(told.date).cast(pl.Date),
        }
    )
    return with_gaps(rng, frame)


def with_gaps(rng: np.random.Generator, frame: pl.DataFrame) -> pl.DataFrame:
    """The extract with what is missing or keyed wrongly; households have no ICE."""
    count = frame.height
    return (
        frame.with_columns(
            missing(rng, "ice", 0.06, count),
            missing(rng, "numero_passeport", 0.03, count),
            missing(rng, "code_rem", 0.08, count),
            missing(rng, "attestation_anapec", 0.03, count),
            pl.when(pl.col("nature_demande") != FIRST)
            .then(missing(rng, "numero_titre_sejour", 0.1, count))
            .alias("numero_titre_sejour"),
        )
        .with_columns(
            mistyped(rng, "numero_passeport", 0.012, count),
            mistyped(rng, "numero_titre_sejour", 0.012, count),
        )
        .with_columns(untidy(rng, "numero_passeport", 0.02, count))
    )


def cities(rng: np.random.Generator, region: Text) -> pl.Series:
    """The ministry's name of a province of each region, at times in capitals."""
    known = {code: name.title() for code, name in places().items()}
    named = translated(known, provinces(rng, region))
    capitals = pl.Series(rng.random(len(region)) < 0.15)
    return pl.select(pl.when(capitals).then(named.str.to_uppercase()).otherwise(named)).to_series()


def nationalities(rng: np.random.Generator, persons: Persons, person: Ints) -> pl.Series:
    """Countries by name; some as the counter calls them (RDC, USA)."""
    usual = {code: name.title() for code, name in country_names().items()}
    own = translated(usual | OWN_NAMES, persons.citizenship[person])
    as_listed = translated(usual, persons.citizenship[person])
    short = pl.Series(rng.random(len(person)) < 0.5)
    return pl.select(pl.when(short).then(own).otherwise(as_listed)).to_series()


def job_titles(rng: np.random.Generator, work: Text, is_artist: NDArray[np.bool_]) -> pl.Series:
    """A free title of each occupation."""
    title = np.array(
        [TITLES[str(code)][pick] for code, pick in zip(work, picks(rng, work), strict=True)]
    )
    stage = np.array(ARTIST_TITLES)[picks(rng, work)]
    return pl.Series(np.where(is_artist, stage, title))


def picks(rng: np.random.Generator, work: Text) -> Ints:
    """One of three titles for each row."""
    chosen: Ints = rng.integers(0, 3, len(work))
    return chosen


def attestations(rng: np.random.Generator, persons: Persons, told: Visas) -> pl.Series:
    """ANAPEC's attestation, or why it is not needed."""
    chance = rng.random(len(told.person))
    by_agreement = np.isin(persons.citizenship[told.person], EXEMPT_BY_AGREEMENT)
    return pl.Series(
        np.select(
            [by_agreement, chance < 0.06, (chance < 0.3) & (told.wage > 20_000), chance < 0.4],
            ["CONVENTION", "CONJOINT", "POSTE", "ATT"],
            "ATTESTATION",
        )
    )


def hasty(rows: pl.DataFrame) -> pl.DataFrame:
    """A month's first file: every tenth wage is ten times too high."""
    slipped = pl.int_range(pl.len()) % 10 == 3
    wage = pl.col("salaire_mensuel")
    return rows.with_columns(
        pl.when(slipped).then(wage * 10).otherwise(wage).alias(wage.meta.output_name())
    )
