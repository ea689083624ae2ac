"""Jobs over the window, told backwards from the stock at its end.

The calibration fixes who works in the last month, to the unit. So the months run backwards:
some of a month's jobs began in it, and before them others, since ended, were held by persons
who changed job (and have the later one) or who have left employment for good.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from warehouse.specimen.calibration import calibration
from warehouse.specimen.window import Window

Ints = NDArray[np.int64]
Supply = Callable[[int, int], Ints]
"""Persons (at most so many) whose last job may end in a month: supply(month, count)."""

BEFORE = -9  # a job begun before the window
OPEN = 999  # a job that goes on after the window


@dataclass(frozen=True)
class Jobs:
    """Jobs as columns: who, where, first and last month worked (window months).

    `resumed`: the job goes on after a suspension, so its start is no entry. `back`: month in
    which a suspended job resumes (0: not suspended, the worker left; OPEN: not in the window).
    `is_second`: a second job beside another one.
    """

    person: Ints
    employer: Ints
    start: Ints
    end: Ints
    resumed: NDArray[np.bool_]
    back: Ints
    is_second: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.person)


def together(*groups: Jobs) -> Jobs:
    """Several groups of jobs, one after the other."""
    return Jobs(
        **{
            field.name: np.concatenate([getattr(group, field.name) for group in groups])
            for field in fields(Jobs)
        }
    )


def opened(person: Ints, employer: Ints, end: int, back: Ints | None = None) -> Jobs:
    """Jobs that end in a month (OPEN: go on), their start not yet told."""
    count = len(person)
    return Jobs(
        person=person,
        employer=employer,
        start=np.full(count, BEFORE),
        end=np.full(count, end),
        resumed=np.zeros(count, dtype=bool),
        back=np.zeros(count, dtype=np.int64) if back is None else back,
        is_second=np.zeros(count, dtype=bool),
    )


def jobs_of_window(
    rng: np.random.Generator,
    window: Window,
    *,
    person: Ints,
    employer: Ints,
    arrival_month: Callable[[Ints], Ints],
    employer_since: Ints,
    supply: Supply,
) -> Jobs:
    """All jobs of the window, given the person and employer of each job of its last month.

    No job begins before its holder's arrival month or its employer's affiliation.
    """
    known = calibration()
    growth = 1 + known.rate("stock_growth")
    jobs = opened(person, employer, OPEN)
    active = np.arange(len(jobs))
    waiting = np.zeros(0, dtype=np.int64)
    for month in range(window.last, -1, -1):
        earliest = np.maximum(
            arrival_month(jobs.person[active]), employer_since[jobs.employer[active]]
        )
        begun = beginners(rng, earliest >= month, round(known.rate("hire_rate") * len(active)))
        fresh = active[begun]
        jobs.start[fresh] = month
        active = active[~begun]
        target = round(len(person) / growth ** (window.last - month + 1))
        count = max(target - len(active), 0)
        able = fresh[arrival_month(jobs.person[fresh]) < month]
        changers = job_changers(rng, able, waiting, round(known.rate("change_share") * count))
        waiting = np.setdiff1d(np.concatenate([waiting, able]), changers)
        earlier = earlier_jobs(
            rng,
            jobs,
            active=active,
            changers=changers,
            end=month - 1,
            employer_since=employer_since,
        )
        gone = supply(month - 1, count - len(changers))
        # Some suspensions have not ended yet when the window does.
        is_away = (rng.random(len(gone)) < 0.05) & (month - 1 >= window.last - 4)
        left = opened(
            gone,
            rng.choice(jobs.employer[active], len(gone)),
            month - 1,
            np.where(is_away, OPEN, 0),
        )
        active = np.concatenate(
            [active, np.arange(len(jobs), len(jobs) + len(earlier) + len(left))]
        )
        jobs = together(jobs, earlier, left)
    return jobs


def beginners(rng: np.random.Generator, forced: NDArray[np.bool_], count: int) -> NDArray[np.bool_]:
    """Which of a month's jobs began in it: all the forced ones, others up to `count`."""
    begun = forced.copy()
    free = np.flatnonzero(~forced)
    extra = max(count - int(forced.sum()), 0)
    begun[rng.choice(free, min(extra, len(free)), replace=False)] = True
    return begun


def job_changers(rng: np.random.Generator, fresh: Ints, waiting: Ints, count: int) -> Ints:
    """Later jobs whose holders get an earlier one: half straight before, half after a gap."""
    straight = rng.permutation(fresh)[: -(-count // 2)]
    after_gap = rng.permutation(waiting)[: count - len(straight)]
    return np.concatenate([straight, after_gap])


def earlier_jobs(
    rng: np.random.Generator,
    jobs: Jobs,
    *,
    active: Ints,
    changers: Ints,
    end: int,
    employer_since: Ints,
) -> Jobs:
    """The jobs that changers held until `end`, a few at the same employer before a suspension."""
    gap = jobs.start[changers] - end - 1
    suspended = (gap >= 1) & (gap <= 4)
    suspended &= rng.random(len(changers)) < 4 * calibration().rate("resumed_share")
    same = jobs.employer[changers]
    suspended &= employer_since[same] <= end
    drawn = rng.choice(jobs.employer[active], len(changers))
    other = np.where(drawn == same, rng.choice(jobs.employer[active], len(changers)), drawn)
    jobs.resumed[changers[suspended]] = True
    back = np.where(suspended, jobs.start[changers], 0)
    return opened(jobs.person[changers], np.where(suspended, same, other), end, back)


def second_jobs(rng: np.random.Generator, window: Window, jobs: Jobs) -> Jobs:
    """Second employers of a few workers for some of the months of their main job."""
    first = np.maximum(jobs.start, 0)
    last = np.minimum(jobs.end, window.last)
    count = round(calibration().rate("second_job_share") * len(jobs))
    candidates = np.flatnonzero(last > first)
    chosen = rng.permutation(candidates)[: max(count, 1)]
    middle = rng.integers(first[chosen], last[chosen] + 1)
    runs_on = rng.random(len(chosen)) < 0.5
    second = opened(jobs.person[chosen], rng.choice(jobs.employer, len(chosen)), OPEN)
    second.start[:] = np.where(runs_on, middle, jobs.start[chosen])
    second.end[:] = np.where(runs_on, jobs.end[chosen], middle)
    second.is_second[:] = True
    return second
