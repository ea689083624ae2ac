"""The persons of a specimen: foreign residents, nationals, and what is fixed about them."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from warehouse.specimen import names
from warehouse.specimen.calibration import allocate, calibration, labels, with_rest
from warehouse.specimen.window import Dates, Window, aged, days_between

Text = NDArray[np.str_]
NEVER = np.datetime64("2999-12-31")
BORN_HERE = np.datetime64("1900-01-01")  # "arrival" of who was always here

AGES: dict[str, tuple[int, int]] = {
    "TRAVAIL": (22, 60),
    "FAMILLE": (18, 65),
    "ETUDES": (18, 27),
    "REFUGIE": (18, 55),
    "RETRAITE": (58, 76),
    "AFFAIRES": (28, 64),
    "AUTRE": (20, 64),
    "": (18, 59),
}


@dataclass(frozen=True)
class Persons:
    """Persons as columns; a person's id is the position.

    `kind` says how a foreigner stands at the window's end: resident (valid title), lapsed
    (title expired), departed, untitled; nationals are 'national', or 'returnee' or 'placed'
    where only ANAPEC knows them. `first_title` is the day of the first residence title (NaT
    for nationals), `reason` the title's reason ('' for nationals), `region` HCP's code
    (e.g. '06').
    """

    kind: Text
    citizenship: Text
    birth_country: Text
    is_woman: NDArray[np.bool_]
    birth: Dates
    arrival: Dates
    first_title: Dates
    departure: Dates
    reason: Text
    region: Text
    family: NDArray[np.int64]
    given: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.kind)


def together(*groups: Persons) -> Persons:
    """Several groups of persons, one after the other."""
    columns = {
        field.name: np.concatenate([getattr(group, field.name) for group in groups])
        for field in fields(Persons)
    }
    return Persons(**columns)


def foreign_worker_counts(scale: float) -> dict[str, int]:
    """Declared foreign workers of the window's end by citizenship, at scale."""
    held = calibration().values("foreign_workers")
    total = held.pop("_T")
    weights = with_rest(held, total, calibration().weights("other_workers"))
    return allocate(round(total * scale), weights)


def foreign_population(rng: np.random.Generator, window: Window, scale: float) -> Persons:
    """Every foreigner with a title in the window: residents at its end, lapsed, departed."""
    residents = resident_persons(rng, window, scale)
    counts = foreign_worker_counts(scale)
    without = lapsed_counts(residents, counts)
    lapsed = other_foreigners(rng, window, labels(without), "lapsed")
    share = calibration().rate("resident_departures") * window.months / 12
    leaving = rng.choice(residents.citizenship, round(len(residents) * share))
    departed = other_foreigners(rng, window, leaving, "departed")
    return together(residents, lapsed, departed)


def lapsed_counts(residents: Persons, workers: dict[str, int]) -> dict[str, int]:
    """Workers whose title has lapsed, by citizenship: a small share, or what residents lack."""
    share = calibration().rate("workers_without_title_share")
    of_working_age = residents.citizenship[~np.isin(residents.reason, ["RETRAITE", "ETUDES"])]
    counts = {}
    for area, count in workers.items():
        available = int(0.8 * (of_working_age == area).sum())
        counts[area] = max(round(count * share), count - available)
    return counts


def resident_persons(rng: np.random.Generator, window: Window, scale: float) -> Persons:
    """Foreign residents with a valid title at the window's end, margins by largest remainder."""
    known = calibration()
    count = round(known.values("residents")["_T"] * scale)
    shares = with_rest(
        known.values("residents_citizenship"), 100.0, known.weights("other_residents")
    )
    citizenship = rng.permutation(labels(allocate(count, shares)))
    sex = rng.permutation(labels(allocate(count, known.values("residents_sex"))))
    is_woman: NDArray[np.bool_] = sex == "F"
    recent = rng.permutation(count) < round(
        count * known.values("residents_arrival")["after 2021"] / 100
    )
    reason = reasons(rng, citizenship, is_woman)
    birth = births(rng, window, reason, np.where(recent, 18, 23))
    arrival, first_title = arrivals(rng, window, birth, recent)
    return foreigners(
        rng,
        kind="resident",
        citizenship=citizenship,
        is_woman=is_woman,
        birth=birth,
        arrival=arrival,
        first_title=first_title,
        departure=np.full(count, NEVER),
        reason=reason,
        region=rng.permutation(labels(allocate(count, resident_regions()))),
    )


def resident_regions() -> dict[str, float]:
    """Foreign residents by HCP's code of the region, at scale 1."""
    known = calibration()
    total = known.values("residents")["_T"]
    return with_rest(known.values("residents_region"), total, known.weights("other_regions"))


def other_foreigners(
    rng: np.random.Generator, window: Window, citizenship: Text, kind: str
) -> Persons:
    """Foreigners who hold no valid title at the window's end: lapsed, departed or untitled."""
    count = len(citizenship)
    is_woman = rng.random(count) < 0.4
    start = window.month_start(0)
    reason = np.full(count, "TRAVAIL", dtype="U8")
    if kind == "departed":
        reason = np.where(rng.random(count) < 0.25, "ETUDES", reason)
    if kind == "untitled":
        reason = np.full(count, "AUTRE")
    birth = births(rng, window, reason, np.full(count, 24))
    arrival = days_between(
        rng, start - np.timedelta64(6 * 365, "D"), start - np.timedelta64(200, "D"), count
    )
    departure = np.full(count, NEVER)
    if kind == "departed":
        departure = days_between(
            rng,
            start + np.timedelta64(3, "D"),
            window.month_end(window.last) - np.timedelta64(1, "D"),
            count,
        )
    return foreigners(
        rng,
        kind=kind,
        citizenship=citizenship,
        is_woman=is_woman,
        birth=birth,
        arrival=arrival,
        first_title=arrival + waits(rng, count),
        departure=departure,
        reason=reason,
        region=drawn(rng, resident_regions(), count),
    )


def foreigners(
    rng: np.random.Generator,
    *,
    kind: str,
    citizenship: Text,
    is_woman: NDArray[np.bool_],
    birth: Dates,
    arrival: Dates,
    first_title: Dates,
    departure: Dates,
    reason: Text,
    region: Text,
) -> Persons:
    """Persons of foreign citizenship; a few were born elsewhere than in their country."""
    family, given = names.draw(rng, citizenship, is_woman)
    elsewhere = rng.permutation(citizenship)
    return Persons(
        kind=np.full(len(citizenship), kind, dtype="U8"),
        citizenship=citizenship,
        birth_country=np.where(rng.random(len(citizenship)) < 0.03, elsewhere, citizenship),
        is_woman=is_woman,
        birth=birth,
        arrival=arrival,
        first_title=first_title,
        departure=departure,
        reason=reason.astype("U8"),
        region=region,
        family=family,
        given=given,
    )


def nationals(
    rng: np.random.Generator,
    is_woman: NDArray[np.bool_],
    region: Text,
    birth: Dates,
) -> Persons:
    """Moroccan citizens, a few of them born abroad."""
    count = len(is_woman)
    citizenship = np.full(count, "MA")
    family, given = names.draw(rng, citizenship, is_woman)
    abroad = rng.choice(np.array(["FR", "ES", "BE", "IT", "DZ"]), count)
    return Persons(
        kind=np.full(count, "national", dtype="U8"),
        citizenship=citizenship,
        birth_country=np.where(rng.random(count) < 0.004, abroad, citizenship),
        is_woman=is_woman,
        birth=birth,
        arrival=np.full(count, BORN_HERE),
        first_title=np.full(count, np.datetime64("NaT")),
        departure=np.full(count, NEVER),
        reason=np.full(count, "", dtype="U8"),
        region=region,
        family=family,
        given=given,
    )


def drawn(rng: np.random.Generator, weights: dict[str, float], count: int) -> Text:
    """Codes drawn by weight."""
    shares = np.array(list(weights.values()), dtype=float)
    codes: Text = rng.choice(np.array(list(weights)), count, p=shares / shares.sum())
    return codes


def births(
    rng: np.random.Generator, window: Window, reason: Text, youngest: NDArray[np.int64]
) -> Dates:
    """Birth dates by reason of stay, at least `youngest` years before the window's end."""
    low = np.maximum(of_reason(reason, 0), youngest)
    high = np.maximum(of_reason(reason, 1), low + 3)
    return aged(rng, window.month_end(window.last), low, high)


def of_reason(reason: Text, bound: int) -> NDArray[np.int64]:
    """The lower (0) or upper (1) age of each reason."""
    codes, inverse = np.unique(reason, return_inverse=True)
    return np.array([AGES[str(code)][bound] for code in codes])[inverse]


def arrivals(
    rng: np.random.Generator, window: Window, birth: Dates, recent: NDArray[np.bool_]
) -> tuple[Dates, Dates]:
    """Arrival and first title: since 1 January three years before the last year, or earlier."""
    end = window.month_end(window.last)
    turn = (end.astype("datetime64[Y]") - 3).astype("datetime64[D]")
    grown = birth + np.timedelta64(17 * 365, "D")
    since = np.minimum(
        np.maximum(grown, np.datetime64("1985-01-01")), turn - np.timedelta64(200, "D")
    )
    span = (turn - np.timedelta64(1, "D") - since).astype(np.int64)
    back = (rng.random(len(birth)) ** 3 * span).astype(np.int64).astype("timedelta64[D]")
    long_ago = turn - np.timedelta64(1, "D") - back
    wait = waits(rng, len(birth))
    # Drawn from the first title on, so that titles do not pile up as the window ends.
    titled = days_between(rng, turn + np.timedelta64(5, "D"), end, len(birth))
    arrival = np.where(recent, np.maximum(titled - wait, turn), long_ago)
    return arrival, np.where(recent, titled, long_ago + wait)


def waits(rng: np.random.Generator, count: int) -> NDArray[np.timedelta64]:
    """From arrival to the first title: 5 to 89 days."""
    return rng.integers(5, 90, count).astype("timedelta64[D]")


def reasons(rng: np.random.Generator, citizenship: Text, is_woman: NDArray[np.bool_]) -> Text:
    """The reason of stay of each resident: exact totals, refugees and students by origin."""
    known = calibration()
    shares = with_rest(known.values("residents_reason"), 100.0, known.weights("other_reasons"))
    counts = allocate(len(citizenship), shares)
    refugee = known.weights("refugee_citizenships")
    leaning = {
        "REFUGIE": np.isin(citizenship, list(refugee)) + 0.002,
        "RETRAITE": np.isin(citizenship, known.assumptions["retirement_citizenships"]) + 0.02,
        "ETUDES": np.isin(citizenship, known.assumptions["student_citizenships"]) + 0.2,
        "FAMILLE": np.where(is_woman, 1.6, 0.6),
        "AFFAIRES": np.ones(len(citizenship)),
        "AUTRE": np.ones(len(citizenship)),
    }
    reason = np.full(len(citizenship), "TRAVAIL", dtype="U8")
    for code, weight in leaning.items():
        free = np.flatnonzero(reason == "TRAVAIL")
        reason[free[weighted_sample(rng, weight[free], counts[code])]] = code
    return reason


def weighted_sample(
    rng: np.random.Generator, weight: NDArray[np.float64], count: int
) -> NDArray[np.int64]:
    """Positions of `count` items drawn without replacement, the likelier the heavier."""
    key = np.log(1.0 - rng.random(len(weight))) / weight
    return np.argsort(-key, kind="stable")[:count]
