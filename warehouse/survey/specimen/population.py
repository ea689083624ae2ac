"""A synthetic population to draw surveys from: every total, mean and ratio of it is known.

Its units are those of the sampling frame (RGPH 2024); one household stands for twenty, and every
person is invented. Migrants are ten times as frequent as in the country, as they are in the
areas where a pilot survey is worth its cost.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import polars as pl

Integers = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.float64]

HOUSEHOLDS_FOR_ONE = 20
FOREIGN_SHARE, RETURNEE_SHARE = 0.03, 0.03
"""Of households, and of adults; about ten times those of RGPH 2024 and of ENMI."""
COMMUNE_SPREAD = 0.6
"""Of the logarithm of both shares between communes: neighbourhoods differ about twofold."""
ADULT = 15
CITIZENSHIPS = {"SN": 0.3, "CI": 0.22, "FR": 0.16, "GN": 0.1, "CM": 0.08, "ML": 0.07, "SY": 0.07}
ABROAD = {"FR": 0.36, "ES": 0.34, "IT": 0.18, "BE": 0.07, "QA": 0.05}
WAGE_LOG_MEAN, WAGE_LOG_SPREAD = 8.1, 0.55
"""Of a month's earnings in dirhams: a median of about 3,300."""
COST_LOG_MEAN, COST_LOG_SPREAD = 0.5, 0.8
"""Of the recruitment cost, in months of the first earnings."""


@dataclass(frozen=True)
class Frame:
    """The primary units: their codes, strata (region and milieu, such as MA-06-U), households."""

    codes: tuple[str, ...]
    strata: tuple[str, ...]
    households: Integers

    @cached_property
    def first_household(self) -> Integers:
        """Where the households of each unit begin."""
        return np.concatenate([[0], np.cumsum(self.households)[:-1]])


@dataclass(frozen=True)
class Population:
    """All persons, by household and unit in the order of the frame, and where households begin.

    `persons` has the truth: no answer is missing, rounded or wrong.
    """

    frame: Frame
    persons: pl.DataFrame
    first_person: Integers
    sizes: Integers

    def truth(self) -> dict[str, float]:
        """The figures that a survey of it estimates."""
        told = self.persons.select(
            pl.col("is_worker").sum().alias("workers"),
            pl.col("earnings").mean().alias("mean_earnings"),
            pl.col("cost").sum().alias("cost"),
            pl.col("first_earnings").sum().alias("first_earnings"),
        ).row(0, named=True)
        return told | {"ratio": told["cost"] / told["first_earnings"]}


def frame() -> Frame:
    """The frame of the sampling plan, its households scaled down."""
    from warehouse.survey.sampling.frame import frame as units

    return Frame(
        tuple(unit.code for unit in units()),
        tuple(unit.stratum for unit in units()),
        np.array([max(4, round(unit.households / HOUSEHOLDS_FOR_ONE)) for unit in units()]),
    )


def population(seed: int = 1) -> Population:
    """The population of `seed`: about 460,000 households."""
    return populated(frame(), np.random.default_rng(seed))


def populated(units: Frame, random: np.random.Generator, frequency: float = 1.0) -> Population:
    """Persons for all households of `units`; migrants are `frequency` times as usual here."""
    unit_of = np.repeat(np.arange(len(units.codes)), units.households)
    sizes = 1 + np.minimum(random.poisson(2.9, len(unit_of)), 11)
    first = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    household = np.repeat(np.arange(len(sizes)), sizes)
    place = np.arange(len(household)) - first[household]
    persons = _persons(random, units, unit_of[household], household, place, frequency)
    return Population(units, persons, first, sizes)


def _persons(
    random: np.random.Generator,
    units: Frame,
    unit: Integers,
    household: Integers,
    place: Integers,
    frequency: float,
) -> pl.DataFrame:
    """One row a person; `place` is 0 for the person of reference."""
    n, n_units = len(unit), len(units.codes)
    age = np.where(place < 2, random.integers(20, 75, n), random.integers(0, 40, n))
    is_adult = age >= ADULT
    tilt = np.exp(random.normal(0, COMMUNE_SPREAD, (2, n_units)) - COMMUNE_SPREAD**2 / 2)
    homes = household[-1] + 1
    is_foreign_home = random.random(homes) < (frequency * FOREIGN_SHARE * tilt[0])[unit[place == 0]]
    is_foreign = is_foreign_home[household] & (random.random(n) < 0.85)
    is_employed = is_adult & (random.random(n) < np.where(is_foreign, 0.62, 0.42))
    is_returnee = (
        ~is_foreign & is_adult & (random.random(n) < (frequency * RETURNEE_SHARE * tilt[1])[unit])
    )
    is_worker = is_foreign & is_adult & (is_employed | (random.random(n) < 0.2))
    level = random.normal(0, 0.25, n_units)[unit]
    earnings = np.exp(WAGE_LOG_MEAN + level + random.normal(0, WAGE_LOG_SPREAD, n))
    recruited = (is_worker & (random.random(n) < 0.5)) | (is_returnee & (random.random(n) < 0.35))
    first = np.where(is_returnee, 3.0, 0.9) * np.exp(
        WAGE_LOG_MEAN + level / 2 + random.normal(0, 0.45, n)
    )
    months = np.exp(COST_LOG_MEAN + random.normal(0, COST_LOG_SPREAD, n))
    is_free = random.random(n) < 0.12
    cost = np.where(is_free, 0.0, first * months)
    return pl.DataFrame(
        {
            "unit": unit,
            "household": household,
            "place": place,
            "sex": np.where(random.random(n) < 0.5, "F", "M"),
            "age": age,
            "citizenship": np.where(is_foreign, _drawn(random, CITIZENSHIPS, n), "MA"),
            "is_employed": is_employed,
            "is_worker": is_worker.astype(np.int8),
            "is_returnee": is_returnee.astype(np.int8),
            "abroad": np.where(is_returnee, _drawn(random, ABROAD, n), "_Z"),
            "earnings": earnings.round(2),
            "recruited": recruited,
            "is_seasonal": recruited & is_returnee & (random.random(n) < 0.4),
            "cost": cost.round(2),
            "first_earnings": first.round(2),
        }
    ).with_columns(
        pl.when("is_employed").then("earnings").alias("earnings"),
        pl.when("recruited").then("cost").alias("cost"),
        pl.when("recruited").then("first_earnings").alias("first_earnings"),
    )


def _drawn(random: np.random.Generator, shares: dict[str, float], n: int) -> npt.NDArray[np.str_]:
    return random.choice(list(shares), n, p=list(shares.values()))
