"""What precision the plan may be expected to give, by domain and module."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from warehouse.survey.sampling.allocation import MODULES, Module, Stratum, expected_cv, respondents
from warehouse.survey.sampling.plan import Plan

NATIONAL = "MA"
MILIEUX = {"U": "urban", "R": "rural"}


@dataclass(frozen=True)
class Expected:
    """The precision expected for one module in one domain (MA, a region, or a milieu).

    `cv` is that of the plan's share; `persons` answer; `effect` is the design effect.
    """

    domain: str
    module: Module
    persons: float
    effect: float
    cv: float


def expected_precision(plan: Plan) -> Iterator[Expected]:
    """The precision for each module: the country, its milieux, its regions."""
    for domain, members in _domains(plan.strata):
        for module in MODULES:
            yield _expected(plan, domain, members, module)


def _expected(plan: Plan, domain: str, members: Sequence[Stratum], module: Module) -> Expected:
    rates = {stratum.code: _listing_rate(plan, stratum) for stratum in members}
    seen = plan.assumed.response.interviewed * plan.assumed.response.listed_rightly
    persons, effect = respondents(members, rates, plan.assumed, module, seen)
    cv = expected_cv(members, rates, plan.assumed, plan.share, module, seen)
    return Expected(domain, module, persons, effect, cv)


def _listing_rate(plan: Plan, stratum: Stratum) -> float:
    """The share of the stratum's households that the units drawn stand for when listed.

    From the sample as it was drawn, whole units and segments, and not from the wished rate.
    """
    listed = sum(unit.listed_households for unit in plan.units if unit.unit.stratum == stratum.code)
    return min(1.0, listed / stratum.households)


def _domains(strata: Sequence[Stratum]) -> Iterator[tuple[str, list[Stratum]]]:
    yield NATIONAL, list(strata)
    for letter, milieu in MILIEUX.items():
        yield milieu, [s for s in strata if s.code.endswith(f"-{letter}")]
    for region in sorted({s.code.rsplit("-", 1)[0] for s in strata}):
        yield region, [s for s in strata if s.code.startswith(region)]
