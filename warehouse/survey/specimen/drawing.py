"""Samples of the specimen population, as the pilot survey's plan draws them.

Strata are region and milieu; within each, communes are drawn systematically with probability
proportional to households from a list in random order, and in each commune the same number of
households at random; every person of a household answers. A commune whose probability reaches one
is taken for certain, and its households then play the part of communes.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from warehouse.survey.design import Design
from warehouse.survey.specimen.population import Integers, Numbers, Population

UNITS = 400
"""Primary units of a sample, over all strata."""
UNITS_MIN = 4
"""In any stratum, so that its variance rests on three degrees of freedom."""
HOUSEHOLDS_A_UNIT = 20

DRAWN = Design(
    "base_weight",
    "variance_stratum",
    "variance_unit",
    "variance_household",
    "variance_unit_count",
    "variance_household_count",
)
"""How a drawn sample is estimated from: a unit taken for certain is a stratum of its own, drawn by
households; elsewhere the finite-population correction of the first stage is that of the mean chance
of the units drawn, the approximation of Hajek (1964) for chances proportional to size."""


@dataclass(frozen=True)
class Stratum:
    """The units of one stratum: those taken for certain, the others, and how many of these."""

    certain: Integers
    others: Integers
    drawn: int
    chances: Numbers
    takes: Integers


@dataclass(frozen=True)
class Plan:
    """What is the same in every sample of one population."""

    population: Population

    @cached_property
    def strata(self) -> list[Stratum]:
        """Each stratum, with the chances of its units."""
        frame = self.population.frame
        labels = np.array(frame.strata)
        share = frame.households / frame.households.sum()
        return [
            _stratum(
                np.flatnonzero(labels == name),
                frame.households,
                max(UNITS_MIN, round(UNITS * float(share[labels == name].sum()))),
            )
            for name in sorted(set(frame.strata))
        ]

    def draw(self, random: np.random.Generator) -> pl.DataFrame:
        """The persons of one sample with the columns of DRAWN."""
        units = self._units(random)
        frame = self.population.frame
        chosen = [
            frame.first_household[unit] + random.choice(frame.households[unit], take, replace=False)
            for unit, take in zip(units["unit"], units["take"], strict=True)
        ]
        household = np.concatenate(chosen)
        homes = units[np.repeat(np.arange(len(units)), units["take"])]
        sizes = self.population.sizes[household]
        rows = _spread(self.population.first_person[household], sizes)
        drawn = homes.select(
            base_weight=pl.col("households") / pl.col("take") / pl.col("chance"),
            variance_stratum="stratum",
            variance_unit=pl.when("is_certain").then(household).otherwise(-1 - pl.col("unit")),
            variance_household=pl.Series(household),
            variance_unit_count="count",
            variance_household_count=pl.when("is_certain").then(1).otherwise("households"),
        )
        told = drawn[np.repeat(np.arange(len(household)), sizes)]
        return self.population.persons[rows].hstack(told.get_columns())

    def _units(self, random: np.random.Generator) -> pl.DataFrame:
        """The units drawn: chance, households to take, stratum and the count it is drawn from."""
        drawn = []
        for number, stratum in enumerate(self.strata):
            hit = _systematic(random, stratum.chances)
            others = stratum.others[hit]
            chances = stratum.chances[hit]
            drawn.append(self._certain(stratum))
            drawn.append(
                pl.DataFrame(
                    {
                        "unit": others,
                        "chance": chances,
                        "take": stratum.takes[len(stratum.certain) :][hit],
                        "is_certain": np.zeros(len(hit), bool),
                        "stratum": np.full(len(hit), -1 - number),
                        "households": self.population.frame.households[others],
                        "count": np.full(len(hit), len(hit) / chances.mean() if len(hit) else 0.0),
                    }
                )
            )
        return pl.concat(drawn)

    def _certain(self, stratum: Stratum) -> pl.DataFrame:
        households = self.population.frame.households[stratum.certain]
        return pl.DataFrame(
            {
                "unit": stratum.certain,
                "chance": np.ones(len(households)),
                "take": stratum.takes[: len(households)],
                "is_certain": np.ones(len(households), bool),
                "stratum": stratum.certain,
                "households": households,
                "count": households.astype(np.float64),
            }
        )


def _stratum(units: Integers, households: Integers, wanted: int) -> Stratum:
    """Units whose chance reaches one are certain; all are where fewer than two would be drawn."""
    others, drawn = units, min(wanted, len(units))
    certain: list[int] = []
    while len(others) and drawn:
        chances = drawn * households[others] / households[others].sum()
        sure = others[chances >= 1]
        if not len(sure):
            break
        certain += sure.tolist()
        others, drawn = others[chances < 1], drawn - len(sure)
    if drawn < 2:
        certain, others, drawn = units.tolist(), units[:0], 0
    # A certain unit takes as many households as its size would have been drawn for.
    rate = wanted * HOUSEHOLDS_A_UNIT / households[units].sum()
    sure_takes = np.maximum(HOUSEHOLDS_A_UNIT, np.round(rate * households[certain]))
    takes = np.concatenate([sure_takes, np.full(len(others), HOUSEHOLDS_A_UNIT)]).astype(np.int64)
    return Stratum(
        np.array(certain, np.int64),
        others,
        drawn,
        drawn * households[others] / max(households[others].sum(), 1),
        np.minimum(takes, households[np.array([*certain, *others], np.int64)]),
    )


def _systematic(random: np.random.Generator, chances: Numbers) -> Integers:
    """Places of the units hit by equal steps along their chances, in random order."""
    order = random.permutation(len(chances))
    ends = np.cumsum(chances[order])
    steps = random.random() + np.arange(round(float(chances.sum())))
    return np.sort(order[np.searchsorted(ends, steps, side="right").clip(max=len(order) - 1)])


def _spread(first: Integers, sizes: Integers) -> Integers:
    """The places first, first + 1, ... of as many persons as each household has."""
    ends = np.cumsum(sizes)
    return np.repeat(first - (ends - sizes), sizes) + np.arange(ends[-1])
