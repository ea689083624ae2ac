"""From which weight on pairs are linked by names: as the answers of reviewers move it.

Weights are taken in bands of one bit. Above the threshold stated the answers are a random sample
of the links, below it those of the pairs nearest to it; so a stratum never reaches over it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from warehouse.linkage.shares import wilson


@dataclass(frozen=True)
class Band:
    """Pairs of weights from `weight` to a bit above: how many there are, and what answers say."""

    weight: float
    pairs: int
    yes: int = 0
    no: int = 0

    @property
    def answers(self) -> int:
        """How many of the pairs a reviewer has decided."""
        return self.yes + self.no

    def with_lower(self, lower: "Band") -> "Band":
        """This band and a lower one as one."""
        return Band(
            lower.weight, self.pairs + lower.pairs, self.yes + lower.yes, self.no + lower.no
        )


@dataclass(frozen=True)
class Estimate:
    """The precision of the links from `weight` on, as answers show it, with its 95 % interval."""

    weight: float
    answers: int
    precision: float
    low: float
    high: float


@dataclass(frozen=True)
class Threshold:
    """The weight from which pairs are linked by names; `is_moved` where answers moved it."""

    link_from_weight: float
    is_moved: bool
    estimates: tuple[Estimate, ...]


def moved_threshold(
    bands: Sequence[Band],
    stated: float,
    lowest: float,
    target: float,
    answers_min: int,
    stratum_answers_min: int,
) -> Threshold:
    """The lowest weight whose links are precise to `target`, on `answers_min` answers at least.

    The threshold stated stays where no weight has as many answers at and above it, or none of
    those that have is as precise.
    """
    found = estimates(bands, stated, lowest, stratum_answers_min)
    enough = [e for e in found if e.answers >= answers_min and e.precision >= target]
    weight = min((e.weight for e in enough), default=stated)
    return Threshold(weight, weight != stated, tuple(found))


def estimates(
    bands: Iterable[Band], stated: float, lowest: float, stratum_answers_min: int
) -> list[Estimate]:
    """The precision of the links from each stratum on, the highest first."""
    ordered = sorted((b for b in bands if b.weight >= lowest), key=lambda b: -b.weight)
    above = [b for b in ordered if b.weight >= stated]
    below = [b for b in ordered if b.weight < stated]
    strata = [
        *_strata(above, stratum_answers_min, stated),
        *_strata(below, stratum_answers_min, None),
    ]
    return [_estimate(strata[: n + 1]) for n in range(len(strata))]


def _strata(bands: Iterable[Band], answers_min: int, floor: float | None) -> list[Band]:
    """Neighbouring bands joined until each has enough answers.

    What is left over at the end joins the last stratum where there is a `floor`, to which that
    then reaches; below the threshold too few answers tell nothing.
    """
    strata: list[Band] = []
    open_band: Band | None = None
    for band in bands:
        open_band = open_band.with_lower(band) if open_band else band
        if open_band.answers >= answers_min:
            strata.append(open_band)
            open_band = None
    if floor is not None and open_band:
        strata = [*strata[:-1], strata[-1].with_lower(open_band)] if strata else [open_band]
    if floor is not None and strata:
        strata[-1] = replace(strata[-1], weight=floor)
    return [band for band in strata if band.answers]


def _estimate(strata: Sequence[Band]) -> Estimate:
    """Strata weigh by their pairs, as a stratified sample does."""
    sizes = [max(s.pairs, s.answers) for s in strata]
    total = sum(sizes)
    precision = sum(n * s.yes / s.answers for n, s in zip(sizes, strata, strict=True)) / total
    # As many answers of a simple random sample would tell as much (Kish).
    effective = total**2 / sum(n**2 / s.answers for n, s in zip(sizes, strata, strict=True))
    low, high = wilson(precision, effective)
    answers = sum(s.answers for s in strata)
    return Estimate(float(strata[-1].weight), answers, precision, low, high)
