"""Residence titles: each foreigner's chain of decisions, from the first title on.

A person keeps one title number: first issue, renewals (a few late, leaving a gap), at times a
cancellation on departure. Every resident's last title is valid on the window's last day.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from warehouse.specimen.calibration import calibration
from warehouse.specimen.employment import Ints
from warehouse.specimen.population import Persons, Text
from warehouse.specimen.window import Dates, Window, days_between

FIRST, RENEWED, CANCELLED = "PREMIERE", "RENOUVELLEMENT", "ANNULATION"
TAKEN_OVER = "REPRISE"
DAY = np.timedelta64(1, "D")
YEAR = 365  # days
LONG_STAY = ("FR", "ES", "IT", "BE", "DE", "PT", "NL", "GB", "US", "CA", "TN", "DZ")


@dataclass(frozen=True)
class Decisions:
    """Decisions on titles as columns: who, when, until when, status, and whether a long title.

    `issued` is the day the title in question was issued: the decision's own, or, in a
    cancellation, the cancelled title's.
    """

    person: Ints
    date: Dates
    issued: Dates
    expires: Dates
    status: Text
    is_long: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.person)

    def at(self, rows: Ints | NDArray[np.bool_]) -> "Decisions":
        """The decisions at some positions."""
        return Decisions(
            self.person[rows],
            self.date[rows],
            self.issued[rows],
            self.expires[rows],
            self.status[rows],
            self.is_long[rows],
        )


def decisions(rng: np.random.Generator, window: Window, persons: Persons) -> Decisions:
    """Every decision on a title that is valid at some time in the window, by date."""
    holders = np.flatnonzero(np.isin(persons.kind, ["resident", "lapsed", "departed"]))
    horizon, leaves_at = horizons(rng, window, persons, holders)
    date = np.minimum(persons.first_title[holders], horizon)
    told: list[Decisions] = []
    active = np.arange(len(holders))
    number = 0
    while len(active):
        title, following = one_title(
            rng,
            persons,
            person=holders[active],
            horizon=horizon[active],
            date=date,
            number=number,
        )
        goes_on = following <= horizon[active]
        told.append(title.at(goes_on))
        told.append(last_title(title.at(~goes_on), leaves_at[active[~goes_on]]))
        active, date = active[goes_on], following[goes_on]
        number += 1
    issued = told_together(told)
    chain = told_together([issued, cancellations(rng, persons, issued)])
    relevant = (chain.expires >= window.month_start(0)) & (
        chain.date <= window.month_end(window.last)
    )
    chain = chain.at(relevant)
    return chain.at(np.lexsort((chain.person, chain.date)))


def horizons(
    rng: np.random.Generator, window: Window, persons: Persons, holders: Ints
) -> tuple[Dates, Dates]:
    """Per holder the day after which no decision is made, and the day the last title ends.

    The second is NaT for residents, whose last title ends when it will.
    """
    end = window.month_end(window.last)
    count = len(holders)
    kind = persons.kind[holders]
    lapse = days_between(rng, end - 150 * DAY, end - 5 * DAY, count)
    ends = np.where(kind == "lapsed", lapse, persons.departure[holders])
    leaves = np.where(kind == "resident", np.datetime64("NaT"), ends)
    return np.where(kind == "resident", end, ends - 60 * DAY), leaves


def one_title(
    rng: np.random.Generator,
    persons: Persons,
    *,
    person: Ints,
    horizon: Dates,
    date: Dates,
    number: int,
) -> tuple[Decisions, Dates]:
    """The next title of each person, and the day of the decision that follows it."""
    years = durations(rng, persons, person, number)
    expires = date + (years * YEAR).astype("timedelta64[D]")
    is_late = rng.random(len(person)) < calibration().rate("late_renewal_share")
    lag = np.where(is_late, rng.integers(1, 75, len(person)), -rng.integers(0, 40, len(person)))
    following = expires + lag.astype("timedelta64[D]")
    # A renewal that would come after the horizon, the title having expired before, is on time.
    following = np.where((expires <= horizon) & (following > horizon), expires, following)
    status = np.full(len(person), FIRST if number == 0 else RENEWED, dtype="U14")
    return Decisions(person, date, date, expires, status, years >= 3), following


def durations(rng: np.random.Generator, persons: Persons, person: Ints, number: int) -> Ints:
    """Years of validity: one at first and for students, later three, five or ten for some."""
    settled = np.isin(persons.citizenship[person], LONG_STAY)
    longer = rng.choice(np.array([1, 1, 1, 3, 3, 5]), len(person))
    longest = rng.choice(np.array([1, 3, 3, 5, 10, 10]), len(person))
    years = np.where(settled, longest, longer)
    refugee = persons.reason[person] == "REFUGIE"
    short = (persons.reason[person] == "ETUDES") | (number < 2)
    return np.where(refugee, 3, np.where(short, 1, years))


def last_title(title: Decisions, ends: Dates) -> Decisions:
    """The last titles, of the lapsed and departed cut to end on the given day."""
    cut = ~np.isnat(ends) & (ends > title.date)
    expires = np.where(cut, ends, title.expires)
    return Decisions(title.person, title.date, title.issued, expires, title.status, title.is_long)


def cancellations(rng: np.random.Generator, persons: Persons, chain: Decisions) -> Decisions:
    """Cancellations: of 45 % of the departed, on the day they leave, the last title."""
    cancels = (persons.kind == "departed") & (rng.random(len(persons)) < 0.45)
    ends_then = cancels[chain.person] & (chain.expires == persons.departure[chain.person])
    last = chain.at(ends_then)
    until = last.expires + rng.integers(30, 300, len(last)).astype("timedelta64[D]")
    chain.expires[ends_then] = until
    status = np.full(len(last), CANCELLED, dtype="U14")
    return Decisions(last.person, last.expires, last.issued, until, status, last.is_long)


def told_together(parts: list[Decisions]) -> Decisions:
    """Several lists of decisions, one after the other."""
    return Decisions(
        person=np.concatenate([part.person for part in parts]),
        date=np.concatenate([part.date for part in parts]),
        issued=np.concatenate([part.issued for part in parts]),
        expires=np.concatenate([part.expires for part in parts]),
        status=np.concatenate([part.status for part in parts]),
        is_long=np.concatenate([part.is_long for part in parts]),
    )


def of_month(window: Window, chain: Decisions, month: int) -> Decisions:
    """The decisions of a month; of -1 the stock that DGSN takes over before the window."""
    if month < 0:
        return stock_taken_over(window, chain)
    return chain.at(window.month_of(chain.date) == month)


def stock_taken_over(window: Window, chain: Decisions) -> Decisions:
    """Titles valid as the window begins, under the day of the take-over as date of decision.

    The day is the last one of the month before; `issued` keeps the title's own date. The status
    says that the file is a stock, not a month's decisions.
    """
    before = chain.at(window.month_of(chain.date) < 0)
    valid = before.at(is_last(before.person) & (before.expires >= window.month_start(0)))
    day = np.full(len(valid), window.month_end(-1))
    return replace(valid, date=day, status=np.full(len(valid), TAKEN_OVER, dtype="U14"))


def is_last(person: Ints) -> NDArray[np.bool_]:
    """Whether each row is its person's last one in the given order."""
    last = np.zeros(len(person), dtype=bool)
    backwards = person[::-1]
    last[len(person) - 1 - np.unique(backwards, return_index=True)[1]] = True
    return last


def valid_at(chain: Decisions, day: np.datetime64) -> Ints:
    """Persons whose latest decision by the end of a day leaves a title valid on it."""
    told = chain.at(chain.date <= day)
    latest = told.at(is_last(told.person))
    is_valid = (latest.status != CANCELLED) & (latest.expires >= day)
    holders: Ints = latest.person[is_valid]
    return holders
