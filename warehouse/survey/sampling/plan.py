"""The sample that is drawn: primary units, segments that are listed, probabilities, base weights.

Two stages: a commune or arrondissement with probability proportional to its households, then
households. The frame has no list of households: segments of about a hundred are drawn within the
unit, at equal probabilities, and every household in them is listed and screened; each with a
migrant worker or a returnee is interviewed, and one in so many of the others.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from warehouse.survey.sampling.allocation import Module, Stratum, allocated, strata
from warehouse.survey.sampling.assumptions import Assumptions, assumptions
from warehouse.survey.sampling.frame import PrimaryUnit, frame
from warehouse.survey.sampling.pps import CERTAIN, inclusion_probabilities, systematic

FEWEST_UNITS = 2
"""Primary units drawn in a stratum, beside those that represent themselves, and segments listed in
one of these: from one alone no variance could be estimated."""


@dataclass(frozen=True)
class DrawnUnit:
    """A primary unit of the sample.

    `segments` are cut from it, those with the numbers `listed` are listed in the field: one in
    every `interval`, from a random start. The base weight of a household is 1 over the product of
    its probabilities; without a migrant or returnee it is `others_interval` times as large.
    """

    unit: PrimaryUnit
    probability: float
    segments: int
    interval: float
    listed: tuple[int, ...]
    others_interval: int

    @property
    def is_self_representing(self) -> bool:
        """Whether it is in every sample."""
        return self.probability == CERTAIN

    @property
    def variance_stratum(self) -> str:
        """The stratum within which variances are estimated: a unit that represents itself is one of
        its own, in which its segments are the first stage."""
        return self.unit.code if self.is_self_representing else self.unit.stratum

    @property
    def listing_probability(self) -> float:
        """The probability of a household of the unit to be listed."""
        return len(self.listed) / self.segments

    @property
    def listed_households(self) -> float:
        """Households expected in the segments listed, as of RGPH 2024."""
        return self.unit.households * self.listing_probability

    @property
    def weight(self) -> float:
        """The base weight of a household with a migrant or returnee."""
        return 1 / (self.probability * self.listing_probability)

    @property
    def weight_others(self) -> float:
        """The base weight of another household."""
        return self.weight * self.others_interval


@dataclass(frozen=True)
class Plan:
    """The sampling plan: what was asked, the strata with their rates, and the units drawn."""

    seed: int
    cv: float
    share: float
    module: Module
    assumed: Assumptions
    strata: tuple[Stratum, ...]
    units: tuple[DrawnUnit, ...]


def sampling_plan(seed: int, cv: float, share: float = 0.5, module: Module = "worker") -> Plan:
    """Draw the sample in which a share of the module's persons has the coefficient of variation
    `cv`; the same numbers draw the same sample."""
    assumed = assumptions()
    found = allocated(strata(frame(), assumed), assumed, cv, share, module)
    drawn = tuple(unit for stratum in found for unit in draw(stratum, assumed, seed))
    return Plan(seed, cv, share, module, assumed, found, drawn)


def draw(stratum: Stratum, assumed: Assumptions, seed: int) -> Iterator[DrawnUnit]:
    """The primary units of one stratum, in geographic order.

    Each stratum has a stream of random numbers of its own: what changes in one draws no other anew.
    """
    random = Random(f"{seed}:{stratum.code}")
    sizes = [unit.households for unit in stratum.units]
    probabilities = inclusion_probabilities(sizes, unit_count(stratum, assumed))
    left = [n for n, probability in enumerate(probabilities) if probability < CERTAIN]
    places = systematic([probabilities[n] for n in left], random.random())
    drawn = {left[place] for place in places}
    for n, (unit, probability) in enumerate(zip(stratum.units, probabilities, strict=True)):
        if probability == CERTAIN or n in drawn:
            yield _listed(unit, probability, stratum.rate, assumed, random.random())


def unit_count(stratum: Stratum, assumed: Assumptions) -> int:
    """How many primary units are drawn in a stratum.

    As many as the listing needs, and at least FEWEST_UNITS beside those that represent themselves,
    which may ask for more; where so many are not left, all units of the stratum are taken.
    """
    per_unit = assumed.listing.segment_households * assumed.listing.segments_per_unit
    sizes = [unit.households for unit in stratum.units]
    count = max(FEWEST_UNITS, round(stratum.rate * stratum.households / per_unit))
    while count < len(sizes):
        certain = sum(p == CERTAIN for p in inclusion_probabilities(sizes, count))
        if count - certain in (0, *range(FEWEST_UNITS, count + 1)):
            return count
        count += 1
    return len(sizes)


def _listed(
    unit: PrimaryUnit, probability: float, rate: float, assumed: Assumptions, start: float
) -> DrawnUnit:
    """The unit with the segments that are listed in it, so that its stratum's rate is met."""
    segments = max(1, round(unit.households / assumed.listing.segment_households))
    # The segments of a unit that represents itself are its first stage: one alone has no variance.
    fewest = min(segments, FEWEST_UNITS if probability == CERTAIN else 1)
    wanted = max(fewest, round(segments * min(1.0, rate / probability)))
    interval = segments / wanted
    listed = tuple(int((start + n) * interval) + 1 for n in range(wanted))
    return DrawnUnit(unit, probability, segments, interval, listed, assumed.listing.others_interval)
