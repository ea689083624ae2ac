"""What is declared for each job in a month: days, wage, situation, kind of record."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from warehouse.specimen.calibration import calibration
from warehouse.specimen.employment import OPEN, Ints
from warehouse.specimen.population import Persons
from warehouse.specimen.world import World

FULL_MONTH = 26  # days
WAGE_CAP = 600_000  # centimes a month
HIGH_WAGE = 1_000_000  # centimes: the published bound of 10,000 MAD

SITUATIONS = np.array([b"  ", b"SO", b"DE", b"IT", b"IL", b"AT", b"CS", b"MS", b"MP"])
NONE, LEFT, DECEASED, MATERNITY, ILL, ACCIDENT, UNPAID, SUSPENDED, OCCUPATIONAL = range(9)


@dataclass(frozen=True)
class Declared:
    """One month's declared jobs: position in `Jobs`, days, situation (position in SITUATIONS).

    `is_entrant`: the job began in the month (a B04 record). Rows are in order of employer,
    then insured number.
    """

    job: Ints
    days: Ints
    situation: Ints
    is_entrant: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.job)


def declared(rng: np.random.Generator, world: World, month: int) -> Declared:
    """The jobs that employers declare for a month, with those of workers who worked no day."""
    jobs = world.jobs
    at_work = np.flatnonzero((jobs.start <= month) & (jobs.end >= month))
    days, situation = worked_days(rng, world, at_work, month)
    has_left = np.flatnonzero((jobs.end == month - 1) & (jobs.back == 0) & ~jobs.is_second)
    has_left = has_left[rng.random(len(has_left)) < 0.6]
    away = np.flatnonzero((jobs.end < month) & (jobs.back > month))
    unpaid = np.where(jobs.person[away] % 3 == 0, SUSPENDED, UNPAID)
    job = np.concatenate([at_work, has_left, away])
    absent = np.concatenate([np.full(len(has_left), LEFT), unpaid])
    days = np.concatenate([days, np.zeros(len(absent), dtype=np.int64)])
    situation = np.concatenate([situation, absent])
    order = first_of_pairs(jobs.employer[job], world.insured[jobs.person[job]])
    begins = (jobs.start[job] == month) & ~jobs.resumed[job]
    return Declared(
        job=job[order], days=days[order], situation=situation[order], is_entrant=begins[order]
    )


def first_of_pairs(employer: Ints, insured: Ints) -> Ints:
    """Positions in order of employer and insured number, one a pair (the first given)."""
    key = employer * 10_000_000 + insured
    order = np.argsort(key, kind="stable")
    repeated = np.zeros(len(key), dtype=bool)
    repeated[1:] = np.diff(key[order]) == 0
    return order[~repeated]


def worked_days(rng: np.random.Generator, world: World, job: Ints, month: int) -> tuple[Ints, Ints]:
    """Days declared (1 to 26) and situation of each job at work in a month."""
    jobs = world.jobs
    chance = rng.random(len(job))
    some = rng.integers(3, FULL_MONTH, len(job))
    partial = (jobs.start[job] == month) | (jobs.end[job] == month)
    partial &= chance < 0.8
    partial |= chance > 1 - calibration().rate("partial_month_share")
    situation = situations(rng, world.persons, jobs.person[job])
    leaves = (jobs.end[job] == month) & (jobs.end[job] != OPEN) & (jobs.back[job] == 0)
    is_national = world.persons.citizenship[jobs.person[job]] == "MA"
    dies = leaves & is_national & (jobs.person[job] % 97 == 0) & last_jobs(world, job)
    situation = np.where(dies, DECEASED, situation)
    return np.where(partial | (situation != NONE), some, FULL_MONTH), situation


def last_jobs(world: World, job: Ints) -> NDArray[np.bool_]:
    """Whether the holder has no job that ends later."""
    last = np.full(len(world.persons), -OPEN)
    np.maximum.at(last, world.jobs.person, world.jobs.end)
    ends_last: NDArray[np.bool_] = world.jobs.end[job] == last[world.jobs.person[job]]
    return ends_last


def situations(rng: np.random.Generator, persons: Persons, person: Ints) -> Ints:
    """Absences of some days: illness, accident, occupational disease, maternity of women."""
    share = calibration().assumptions["situation_share"]
    bounds = np.cumsum([share["IL"], share["AT"], share["MP"], share["IT"]])
    drawn = np.searchsorted(bounds, rng.random(len(person)), side="right")
    codes = np.array([ILL, ACCIDENT, OCCUPATIONAL, MATERNITY, NONE])[drawn]
    return np.where((codes == MATERNITY) & ~persons.is_woman[person], NONE, codes)


def wages(world: World, pay: NDArray[np.float64], rows: Declared, month: int) -> Ints:
    """Actual wages in centimes: the full month's pay, by days, with its growth over the months."""
    growth = (1 + calibration().rate("wage_growth")) ** (month - world.window.last)
    earned = np.rint(pay[rows.job] * growth * rows.days / FULL_MONTH).astype(np.int64)
    return np.where(rows.days > 0, np.maximum(earned, 1), 0)


def monthly_pay(rng: np.random.Generator, world: World, at_end: Declared) -> NDArray[np.float64]:
    """Each job's pay for a full month of the window's end, in centimes.

    Nationals' pay is scaled within each sex so that the last month's mean wage is the
    published one; so many foreigners as published earn more than 10,000 MAD in it.
    """
    jobs, persons = world.jobs, world.persons
    base = rng.lognormal(0.0, calibration().rate("wage_spread"), len(persons)) * 400_000
    factor = world.employers.wage[jobs.employer] * rng.uniform(0.95, 1.05, len(jobs))
    pay = np.maximum(base[jobs.person] * factor, 120_000)
    is_foreign = persons.citizenship != "MA"
    foreign_pay = foreigners_pay(rng, world, at_end, is_foreign)
    pay = np.where(is_foreign[jobs.person], foreign_pay[jobs.person], pay)
    pay = np.where(jobs.is_second, pay * rng.uniform(0.25, 0.6, len(jobs)), pay)
    return pay * national_factor(world, pay, at_end, is_foreign)[jobs.person]


def foreigners_pay(
    rng: np.random.Generator, world: World, at_end: Declared, is_foreign: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """A full month's pay of each foreigner: below 9,500 MAD or above 10,500 MAD."""
    high = calibration().values("foreign_high_wages")["wage above 10000 MAD"]
    full = at_end.job[at_end.days == FULL_MONTH]
    able = np.unique(world.jobs.person[full])
    able = rng.permutation(able[is_foreign[able]])[: round(high * world.scale)]
    workers = np.unique(world.jobs.person[at_end.job[at_end.days > 0]])
    pay = rng.uniform(320_000, 950_000, len(world.persons))
    well_paid = rng.random(len(pay)) < 0.35
    well_paid[workers] = False
    well_paid[able] = True
    above = 1_050_000 + rng.lognormal(0.0, 0.9, len(pay)) * 500_000
    return np.where(well_paid, above, pay)


def national_factor(
    world: World, pay: NDArray[np.float64], at_end: Declared, is_foreign: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """What nationals' pay is multiplied by, by sex, for the last month's means to be exact."""
    persons = world.persons
    factor = np.ones(len(persons))
    person = world.jobs.person[at_end.job]
    earned = wages(world, pay, at_end, world.window.last)
    means = calibration().values("mean_wage")
    for sex, of_sex in (("M", ~persons.is_woman), ("F", persons.is_woman)):
        rows = of_sex[person]
        workers = len(np.unique(person[rows & (at_end.days > 0)]))
        wanted = means[sex] * 100 * workers - earned[rows & is_foreign[person]].sum()
        ours = earned[rows & ~is_foreign[person]].sum()
        factor[of_sex & ~is_foreign] = wanted / max(ours, 1)
    return factor


def children(rng: np.random.Generator, persons: Persons) -> Ints:
    """Dependent children declared for family allowances (0 to 6)."""
    age = (persons.birth.max() - persons.birth).astype(np.int64) // 365 + 18
    fertile = np.clip((age - 26) // 5, 0, 5)
    drawn = rng.integers(0, 7, len(persons))
    return np.where(persons.is_woman, 0, np.minimum(fertile, drawn))
