"""ANAPEC's journeys of job seekers, step by step, and the placements in Morocco that end some."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from warehouse.specimen import identifiers
from warehouse.specimen.anapec import WORK_ABROAD, Seekers, agencies_of, entry_doors, statuses
from warehouse.specimen.calibration import calibration
from warehouse.specimen.cnss import sexes
from warehouse.specimen.correspondences import alpha3
from warehouse.specimen.delivery import Randomness
from warehouse.specimen.dgsn import provinces, translated
from warehouse.specimen.documents import missing
from warehouse.specimen.employment import Ints
from warehouse.specimen.monthly import Monthly
from warehouse.specimen.population import Text, drawn
from warehouse.specimen.window import Dates, Window
from warehouse.specimen.world import World

WAGE, BUSINESS, TRAINING = "EMPLOI SALARIE", "ENTREPRENEURIAT", "FORMATION"
SPELLINGS = {WAGE: ("EMPLOI SALARIE", "Emploi salarié", "ES"), BUSINESS: ("ENTREPRENEURIAT",)}
HIRED, CREATED = "EMBAUCHE", "CREATION"
STEPS = {
    WAGE: ("INSCRIPTION", "ENTRETIEN", "PROFILAGE", "ATELIER", "MER", HIRED, "SUIVI"),
    BUSINESS: ("INSCRIPTION", "ENTRETIEN", "PLAN AFFAIRES", "FINANCEMENT", CREATED, "SUIVI"),
    TRAINING: ("INSCRIPTION", "ENTRETIEN", "PAI", "COURS", "SUIVI"),
}
"""The usual steps of each segment, in their order."""
ACTIONS = {
    "INSCRIPTION": "INFORMATION", "ENTRETIEN": "ENTRETIEN", "PROFILAGE": "EVALUATION",
    "PAI": "EVALUATION", "ATELIER": "INSCRIPTION ATELIER", "COURS": "ORIENTATION",
    "PLAN AFFAIRES": "ORIENTATION", "MER": "PROPOSITION OFFRE", HIRED: "PROPOSITION OFFRE",
    "FINANCEMENT": "MONTAGE DOSSIER", CREATED: "MONTAGE DOSSIER", "SUIVI": "RELANCE",
}  # fmt: skip
OUTCOMES = {HIRED: "EMPLOI", CREATED: "ACTIVITE CREEE", "COURS": "ENTREE FORMATION"}
UNDER_WAY = "EN COURS"
FASTEST_GAP = 2
"""Days between two steps of a journey, at least."""
STOPPED = {"ABANDON": 5.0, "INJOIGNABLE": 3.0, "ORIENTE": 2.0}


@dataclass(frozen=True)
class Journeys:
    """Steps as columns: the seeker (position in the register), segment, rank, step and day."""

    seeker: Ints
    segment: Text
    rank: Ints
    step: Text
    date: Dates
    outcome: Text


def journeys(rng: np.random.Generator, world: World, told: Seekers) -> Journeys:
    """Every step up to the window's end; some seekers stop on the way, who finds a job does not.

    Whoever registers first is hired fast, so that the smallest specimen has a placement.
    """
    count = len(told.person)
    finds_job = hired_later(world, told)
    finds_job[:1] = True
    segment = drawn(rng, calibration().weights("journey_segments"), count)
    segment = np.where(finds_job, WAGE, segment)
    longest = max(len(steps) for steps in STEPS.values())
    gaps = rng.integers(FASTEST_GAP, 26, (count, longest))
    gaps[:1] = FASTEST_GAP
    gaps[:, 0] = 0
    goes_on = rng.random((count, longest)) < calibration().rate("journey_step_kept")
    goes_on[finds_job] = True
    goes_on[:, 0] = True
    reached = np.logical_and.accumulate(goes_on, axis=1)
    day = told.date[:, None] + np.cumsum(gaps, axis=1).astype("timedelta64[D]")
    length = np.array([len(STEPS[str(name)]) for name in segment])
    within = np.arange(longest) < length[:, None]
    in_time = day <= world.window.month_end(world.window.last)
    seeker, rank = np.nonzero(reached & within & in_time)
    step = np.array([STEPS[str(segment[s])][r] for s, r in zip(seeker, rank, strict=True)])
    return Journeys(
        seeker=seeker,
        segment=segment[seeker],
        rank=rank + 1,
        step=step,
        date=day[seeker, rank],
        outcome=outcomes(rng, seeker, step, (~reached & within)[seeker, (rank + 1) % longest]),
    )


def hired_later(world: World, told: Seekers) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """The seekers whose first job of the window begins after they registered."""
    first = np.full(len(world.persons), -1)
    first[world.jobs.person] = world.window.months
    np.minimum.at(first, world.jobs.person, world.jobs.start)
    later: np.ndarray[tuple[int], np.dtype[np.bool_]] = first[told.person] > world.window.month_of(
        told.date
    )
    return later


def outcomes(
    rng: np.random.Generator,
    seeker: Ints,
    step: Text,
    stops: np.ndarray[tuple[int], np.dtype[np.bool_]],
) -> Text:
    """What each step ends in: a result, under way, or the reason for which the next never comes."""
    result = np.array([OUTCOMES.get(str(name), UNDER_WAY) for name in step], dtype="U16")
    is_last = np.append(seeker[1:] != seeker[:-1], True)
    stopped = is_last & stops & (result == UNDER_WAY)
    reason: Text = np.where(stopped, drawn(rng, STOPPED, len(step)), result)
    return reason


def journeys_file(
    rng: np.random.Generator, world: World, told: Seekers, steps: Journeys
) -> pl.DataFrame:
    """The journeys extract of all months, with `person` and `month`."""
    person, count = told.person[steps.seeker], len(steps.seeker)
    doors = entry_doors(rng, statuses(rng, world.persons, told.person))
    frame = pl.DataFrame(
        {
            "person": person,
            "month": world.window.month_of(steps.date),
            "numero_inscription": identifiers.anapec_numbers(steps.seeker + 1),
            "rang_etape": steps.rank,
            "parcours": spelt(rng, steps.segment),
            "etape": pl.Series(steps.step),
            "porte_entree": doors.gather(steps.seeker),
            "canal": pl.Series(drawn(rng, calibration().weights("contact_channels"), count)),
            "action_conseiller": pl.Series([ACTIONS[str(name)] for name in steps.step]),
            "issue": pl.Series(steps.outcome),
            "agence": agencies_of(rng, world.persons.region[told.person]).gather(steps.seeker),
            "date_etape": pl.Series(steps.date).cast(pl.Date),
        }
    ).sort("date_etape", "numero_inscription", "rang_etape")
    return frame.with_columns(
        missing(rng, "canal", 0.05, count),
        missing(rng, "action_conseiller", 0.08, count),
        missing(rng, "issue", 0.04, count),
    )


def spelt(rng: np.random.Generator, segment: Text) -> pl.Series:
    """Agencies do not agree on how the segment is written."""
    pick = rng.integers(0, 3, len(segment))
    return pl.Series(
        [
            SPELLINGS.get(str(name), (name,))[number % len(SPELLINGS.get(str(name), (name,)))]
            for name, number in zip(segment, pick, strict=True)
        ],
        dtype=pl.String,
    )


def placements_file(
    rng: np.random.Generator, world: World, told: Seekers, steps: Journeys
) -> pl.DataFrame:
    """The placements in Morocco: the hirings among the steps, with `person` and `month`."""
    hirings = np.flatnonzero(steps.step == HIRED)
    hirings = hirings[np.argsort(steps.date[hirings], kind="stable")]
    seeker = steps.seeker[hirings]
    person, count = told.person[seeker], len(hirings)
    employer = employers_of(rng, world, person)
    hiring = world.employers
    is_open = rng.random(count) < 0.15
    length = np.where(is_open, 0, rng.choice([3, 6, 6, 12], count))
    frame = pl.DataFrame(
        {
            "person": person,
            "month": world.window.month_of(steps.date[hirings]),
            "numero_placement": identifiers.padded(np.arange(1, count + 1), 9),
            "numero_inscription": identifiers.anapec_numbers(seeker + 1),
            "sexe": sexes(rng, world.persons, person, ("1", "2"), 0.002),
            "nationalite": translated(alpha3(), world.persons.citizenship[person]),
            "ice": identifiers.ices(employer + 1),
            "raison_sociale": "SPECIMEN SOCIETE " + identifiers.affiliate_numbers(employer + 1),
            "activite": pl.Series(hiring.activity[employer]),
            "metier": pl.Series(rng.choice(np.array(list(WORK_ABROAD)), count)),
            "type_contrat": pl.Series(np.where(is_open, "CDI", "CDD")),
            "duree_mois": pl.Series(length),
            "date_placement": pl.Series(steps.date[hirings]).cast(pl.Date),
            "province": pl.Series(provinces(rng, hiring.region[employer])),
        }
    )
    return frame.with_columns(
        missing(rng, "ice", 0.08, count),
        missing(rng, "numero_inscription", 0.02, count),
        missing(rng, "metier", 0.03, count),
    )


def employers_of(rng: np.random.Generator, world: World, person: Ints) -> Ints:
    """The employer who declares the person, else one of all: much of this work is not declared."""
    declared = np.full(len(world.persons), -1)
    declared[world.jobs.person[::-1]] = world.jobs.employer[::-1]
    other = rng.integers(0, len(world.employers), len(person))
    return np.where(declared[person] >= 0, declared[person], other)


def extracts(chance: Randomness, world: World, told: Seekers) -> tuple[Monthly, ...]:
    """Journeys month by month, and the placements; one month of placements comes late."""
    steps = journeys(chance.of("journeys"), world, told)
    return (
        Monthly(
            contract="anapec_journeys",
            frame=journeys_file(chance.of("journeys file"), world, told, steps),
            key=("numero_inscription", "rang_etape"),
            sent=every_month(world.window),
        ),
        Monthly(
            contract="anapec_placements_morocco",
            frame=placements_file(chance.of("placements morocco"), world, told, steps),
            key=("numero_placement",),
            sent=every_month(world.window),
            late=world.window.months // 4 if world.window.months > 1 else None,
        ),
    )


def every_month(window: Window) -> frozenset[int]:
    """All months of the window."""
    return frozenset(range(window.months))
