"""How many households are listed in each stratum, for a wished coefficient of variation.

Migrants and returnees are few: households are listed and screened first, and those with one are
interviewed. Where listing is most of the cost, the best listing rate of a stratum is in proportion
to the square root of the number of persons sought per household (Kish 1965, section 11.4): regions
with many are oversampled, none is left out.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Literal, get_args

from warehouse.errors import SimimoError
from warehouse.survey.sampling.assumptions import Assumptions
from warehouse.survey.sampling.frame import PrimaryUnit

Module = Literal["worker", "returnee", "recruitment"]
MODULES: tuple[Module, ...] = get_args(Module)


class PrecisionOutOfReach(SimimoError):
    """No sample of the frame gives the coefficient of variation wished for."""

    key = "precision_out_of_reach"


@dataclass(frozen=True)
class Stratum:
    """One stratum of the frame and the persons sought that are expected in it.

    `expected` counts persons by module; `rate` is the share of its households to be listed.
    """

    code: str
    units: tuple[PrimaryUnit, ...]
    expected: Mapping[Module, float]
    rate: float = 0.0

    @property
    def households(self) -> int:
        """Households of RGPH 2024."""
        return sum(unit.households for unit in self.units)

    @property
    def sought(self) -> float:
        """Persons sought: migrant workers and returnees, expected."""
        return self.expected["worker"] + self.expected["returnee"]


def strata(frame: Sequence[PrimaryUnit], assumed: Assumptions) -> tuple[Stratum, ...]:
    """The strata of the frame, region by milieu, with the persons expected in each."""
    units: dict[str, list[PrimaryUnit]] = defaultdict(list)
    for unit in frame:
        units[unit.stratum].append(unit)
    foreign = _foreign_residents(frame, assumed)
    households = sum(unit.households for unit in frame)
    found = []
    for code, members in sorted(units.items()):
        own = sum(unit.households for unit in members)
        workers = foreign[code] * assumed.workers.aged_15_plus * assumed.workers.participation
        returned = assumed.returnees.total * assumed.returnees.worked_abroad * own / households
        recruited = workers * assumed.recruitment.of_workers
        recruited += returned * assumed.recruitment.of_returnees
        expected: dict[Module, float] = {
            "worker": workers,
            "returnee": returned,
            "recruitment": recruited,
        }
        found.append(Stratum(code, tuple(members), expected))
    return tuple(found)


def _foreign_residents(frame: Sequence[PrimaryUnit], assumed: Assumptions) -> Mapping[str, float]:
    """Foreign residents by stratum: published regions as told, the rest by urban households."""
    told = assumed.foreign_residents
    rest = told.total - sum(told.by_region.values())
    by_region: dict[str, int] = defaultdict(int)
    by_stratum: dict[str, int] = defaultdict(int)
    for unit in frame:
        by_stratum[unit.stratum] += unit.households
        if unit.milieu == "urban":
            by_region[unit.region] += unit.households
    unpublished = sum(n for region, n in by_region.items() if region not in told.by_region)
    found = {}
    for stratum in by_stratum:
        region, milieu = stratum.rsplit("-", 1)
        count = told.by_region.get(region, rest * by_region[region] / unpublished)
        found[stratum] = count * (told.urban_share if milieu == "U" else 1 - told.urban_share)
    return found


def allocated(
    found: Sequence[Stratum], assumed: Assumptions, cv: float, share: float, module: Module
) -> tuple[Stratum, ...]:
    """The strata with the rate at which each is listed, so that `share` of the persons of `module`
    is estimated with the coefficient of variation `cv` in the whole country.

    A rate is at most 1; where strata reach it, the others are listed more. Raises
    PrecisionOutOfReach where that is not enough.
    """
    weights = {each.code: sqrt(each.sought / each.households) for each in found}
    seen = assumed.response.interviewed * assumed.response.listed_rightly
    best = expected_cv(found, dict.fromkeys(weights, 1.0), assumed, share, module, seen)
    if best > cv:
        raise PrecisionOutOfReach(cv=f"{cv:.3f}", best=f"{best:.3f}")
    low, high = 0.0, 1 / min(weights.values())
    for _ in range(200):
        # A wider listing never makes the estimate worse, so that halving finds the size.
        middle = (low + high) / 2
        rates = {code: min(1.0, middle * weight) for code, weight in weights.items()}
        if expected_cv(found, rates, assumed, share, module, seen) > cv:
            low = middle
        else:
            high = middle
    rates = {code: min(1.0, high * weight) for code, weight in weights.items()}
    return tuple(Stratum(s.code, s.units, s.expected, rates[s.code]) for s in found)


def expected_cv(
    found: Sequence[Stratum],
    rates: Mapping[str, float],
    assumed: Assumptions,
    share: float,
    module: Module,
    seen: float,
) -> float:
    """The coefficient of variation of a share of the module's persons in the strata `found`."""
    count, effect = respondents(found, rates, assumed, module, seen)
    return sqrt(effect * (1 - share) / (share * count)) if count else float("inf")


def respondents(
    found: Sequence[Stratum],
    rates: Mapping[str, float],
    assumed: Assumptions,
    module: Module,
    seen: float,
) -> tuple[float, float]:
    """Persons of the module expected to answer, and the design effect of their estimates.

    The effect is that of unequal weights (Kish: n Σw² / (Σw)²) times that of clustering
    (1 + (b - 1) ρ, b persons of the module in a primary unit).
    """
    answering = {s.code: s.expected[module] * rates[s.code] * seen for s in found}
    count = sum(answering.values())
    if not count:
        return 0.0, 1.0
    weighted = sum(n / rates[code] for code, n in answering.items() if n)
    squared = sum(n / rates[code] ** 2 for code, n in answering.items() if n)
    listed = assumed.listing.segment_households * assumed.listing.segments_per_unit
    units = sum(s.households * rates[s.code] for s in found) / listed
    per_unit = max(1.0, count / units)
    clustering = 1 + (per_unit - 1) * assumed.clustering.rho
    return count, count * squared / weighted**2 * clustering
