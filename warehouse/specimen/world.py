"""The whole specimen world: persons, employers, jobs and who is registered where."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from warehouse.specimen import employment
from warehouse.specimen.calibration import calibration
from warehouse.specimen.employers import Employers, employers, foreign_workers_employers
from warehouse.specimen.employment import OPEN, Ints, Jobs, Supply
from warehouse.specimen.population import (
    BORN_HERE,
    Persons,
    drawn,
    foreign_population,
    foreign_worker_counts,
    nationals,
    other_foreigners,
    together,
)
from warehouse.specimen.window import Dates, Window, aged, days_between

UNTITLED_SHARE = 0.18  # of job seekers
LEGAL_AGE = np.timedelta64(int(16 * 365.25), "D")


@dataclass(frozen=True)
class World:
    """Everything that is true in a specimen.

    `registered` is each person's date of registration at CNSS (NaT: never insured) and
    `insured` the serial number given in that order (0: none).
    """

    window: Window
    scale: float
    persons: Persons
    employers: Employers
    jobs: Jobs
    registered: Dates
    insured: Ints


def world(rng: np.random.Generator, window: Window, scale: float) -> World:
    """A world at scale: foreigners, declared nationals, then insured nationals without a job."""
    foreign = foreign_population(rng, window, scale)
    total = round(calibration().values("declared_employees")["_T"] * scale)
    foreign_workers = workers_at_end(rng, window, foreign, foreign_worker_counts(scale))
    hiring = employers(rng, window, total - len(foreign_workers))
    foreign_jobs = foreign_employment(rng, window, foreign, foreign_workers, hiring)
    national_jobs = national_employment(rng, window, len(foreign), hiring)
    held = np.concatenate([foreign_jobs.person, national_jobs.person])
    working = declared_nationals(rng, window, len(foreign), national_jobs, hiring)
    ever = round(total * calibration().rate("register_to_workers"))
    idle = idle_nationals(rng, window, max(ever - len(np.unique(held)), 0))
    persons = together(foreign, working, idle, *never_insured(rng, window, scale))
    jobs = employment.together(foreign_jobs, national_jobs)
    jobs = employment.together(jobs, employment.second_jobs(rng, window, jobs))
    first_idle = len(foreign) + len(working)
    insured_without_job = slice(first_idle, first_idle + len(idle))
    registered = registrations(rng, window, persons, jobs, insured_without_job)
    return World(
        window=window,
        scale=scale,
        persons=persons,
        employers=hiring,
        jobs=jobs,
        registered=registered,
        insured=serial_numbers(registered),
    )


def workers_at_end(
    rng: np.random.Generator, window: Window, foreign: Persons, counts: dict[str, int]
) -> Ints:
    """The foreigners declared in the last month: all the lapsed, the rest among residents.

    Those with a title for work come first, and those who did not arrive in the window.
    """
    workers = []
    here = foreign.kind == "resident"
    is_new = window.month_of(foreign.arrival) >= 0
    fit = here & ~np.isin(foreign.reason, ["RETRAITE", "ETUDES"])
    for area, count in counts.items():
        lapsed = np.flatnonzero((foreign.kind == "lapsed") & (foreign.citizenship == area))
        ours = np.flatnonzero(fit & (foreign.citizenship == area))
        delay = rng.random(len(ours)) + 0.5 * is_new[ours] + (foreign.reason[ours] != "TRAVAIL")
        preferred = ours[np.argsort(delay, kind="stable")]
        workers.append(np.concatenate([lapsed, preferred])[:count])
    return np.concatenate(workers)


def foreign_employment(
    rng: np.random.Generator, window: Window, foreign: Persons, workers: Ints, hiring: Employers
) -> Jobs:
    """Jobs of foreigners; those who leave a job for good have left the country, or just stay."""
    arrival = window.month_of(foreign.arrival)
    departure = window.month_of(foreign.departure)
    idle = np.setdiff1d(
        np.flatnonzero((foreign.kind == "resident") & (foreign.reason == "TRAVAIL")), workers
    )
    return employment.jobs_of_window(
        rng,
        window,
        person=workers,
        employer=foreign_workers_employers(rng, hiring, foreign.region[workers]),
        arrival_month=lambda person: arrival[person],
        employer_since=hiring.since,
        supply=leavers_supply(rng, foreign.kind == "departed", arrival, departure, idle),
    )


def leavers_supply(
    rng: np.random.Generator,
    departed: NDArray[np.bool_],
    arrival: Ints,
    departure: Ints,
    idle: Ints,
) -> Supply:
    """Foreigners whose last job ends in a month: half depart then, half stay without a job."""
    unused = list(rng.permutation(idle[arrival[idle] < -1]))

    def supply(month: int, count: int) -> Ints:
        leaving = rng.permutation(np.flatnonzero(departed & (departure == month)))
        leaving = leaving[: count // 2]
        staying = [unused.pop() for _ in range(min(count - len(leaving), len(unused)))]
        return np.concatenate([leaving, np.array(staying, dtype=np.int64)])

    return supply


def national_employment(
    rng: np.random.Generator, window: Window, first_id: int, hiring: Employers
) -> Jobs:
    """Jobs of nationals, whose ids are given out from `first_id` on as they are needed."""
    count = int(hiring.size.sum())
    person = first_id + rng.permutation(count)
    return employment.jobs_of_window(
        rng,
        window,
        person=person,
        employer=np.repeat(np.arange(len(hiring)), hiring.size),
        arrival_month=lambda held: np.full(len(held), -10),
        employer_since=hiring.since,
        supply=new_ids(first_id + count),
    )


def new_ids(first: int) -> Supply:
    """Person ids not given out yet, from `first` on."""
    following = first

    def supply(month: int, count: int) -> Ints:
        nonlocal following
        following += count
        return np.arange(following - count, following)

    return supply


def declared_nationals(
    rng: np.random.Generator, window: Window, first_id: int, jobs: Jobs, hiring: Employers
) -> Persons:
    """The nationals who hold the jobs; the share of women in the last month follows the wages."""
    count = int(jobs.person.max()) - first_id + 1
    region = np.full(count, "06", dtype="U2")
    region[jobs.person - first_id] = hiring.region[jobs.employer]
    at_end = np.unique(jobs.person[jobs.end == OPEN]) - first_id
    share = share_of_women()
    is_woman = rng.random(count) < share
    is_woman[at_end] = rng.permutation(len(at_end)) < round(share * len(at_end))
    return nationals(rng, is_woman, region, working_age_births(rng, window, count))


def share_of_women() -> float:
    """The share of women among workers that the three published mean wages imply (0.322)."""
    wage = calibration().values("mean_wage")
    return (wage["M"] - wage["_T"]) / (wage["M"] - wage["F"])


def idle_nationals(rng: np.random.Generator, window: Window, count: int) -> Persons:
    """Nationals once insured who hold no job in the window."""
    region = drawn(rng, calibration().weights("national_regions"), count)
    is_woman = rng.random(count) < 0.45
    return nationals(rng, is_woman, region, working_age_births(rng, window, count))


def never_insured(
    rng: np.random.Generator, window: Window, scale: float
) -> tuple[Persons, Persons, Persons]:
    """Those only ANAPEC knows: asylum seekers without a title, returnees, placed abroad."""
    known = calibration()
    seekers = known.rate("job_seekers_a_month") * scale * window.months
    refugees = known.weights("refugee_citizenships")
    origin = drawn(rng, refugees, round(seekers * UNTITLED_SHARE))
    returnees = round(seekers * known.rate("job_seeker_national_share"))
    placed = round(known.values("placements")["_T"] * scale * (window.months / 12 + 1))
    regions = known.weights("national_regions")
    return (
        other_foreigners(rng, window, origin, "untitled"),
        replace(
            nationals(
                rng,
                rng.random(returnees) < 0.3,
                drawn(rng, regions, returnees),
                working_age_births(rng, window, returnees),
            ),
            kind=np.full(returnees, "returnee"),
        ),
        replace(
            nationals(
                rng,
                np.ones(placed, dtype=bool),
                drawn(rng, regions, placed),
                placed_births(rng, window, placed),
            ),
            kind=np.full(placed, "placed"),
        ),
    )


def placed_births(rng: np.random.Generator, window: Window, count: int) -> Dates:
    """Birth dates of women recruited for the season: 25 to 45 years."""
    youngest = np.full(count, 25)
    return aged(rng, window.month_end(window.last), youngest, np.full(count, 45))


def working_age_births(rng: np.random.Generator, window: Window, count: int) -> Dates:
    """Birth dates of persons aged 18 to 60 at the window's end."""
    youngest = np.full(count, 18)
    return aged(rng, window.month_end(window.last), youngest, np.full(count, 60))


def registrations(
    rng: np.random.Generator, window: Window, persons: Persons, jobs: Jobs, without_job: slice
) -> Dates:
    """When each person was registered at CNSS: with the first job of the window, or before it."""
    first_job = np.full(len(persons), OPEN)
    np.minimum.at(first_job, jobs.person, jobs.start)
    insured = first_job != OPEN
    insured[without_job] = True
    start = window.month_start(0)
    grown = np.maximum(persons.birth + LEGAL_AGE, np.datetime64("1975-01-01"))
    grown = np.maximum(grown, np.where(persons.arrival > BORN_HERE, persons.arrival, grown))
    yesterday = start - np.timedelta64(1, "D")
    earlier = days_between(rng, np.minimum(grown, yesterday), yesterday, len(persons))
    newcomer = (first_job >= 0) & (first_job != OPEN)
    newcomer &= (rng.random(len(persons)) < calibration().rate("first_job_share")) | (
        window.month_of(grown) >= 0
    )
    entry = (np.datetime64(window.period(0), "M") + np.where(newcomer, first_job, 0)).astype(
        "datetime64[D]"
    )
    with_job = np.maximum(entry + rng.integers(0, 28, len(persons)), entry)
    registered = np.where(newcomer, with_job, earlier)
    return np.where(insured, registered, np.datetime64("NaT"))


def serial_numbers(registered: Dates) -> Ints:
    """Serial numbers from 1 in order of registration; 0 for who is not registered."""
    known = np.flatnonzero(~np.isnat(registered))
    serial = np.zeros(len(registered), dtype=np.int64)
    serial[known[np.argsort(registered[known], kind="stable")]] = np.arange(1, len(known) + 1)
    return serial
