"""Precision and recall as clerical review tells them, where nobody knows the truth.

Pairs are drawn by match weight, and a reviewer says of each whether it is of one person. Bands of
weight are strata, neighbours together until each has enough answers; a stratum's share of matches
stands for all of its pairs. Pairs that were never compared, or weigh less than the lowest band,
are in neither figure.
"""

import math
from dataclasses import dataclass

import polars as pl

from warehouse.linkage.rules import rules
from warehouse.linkage.shares import Share, wilson

Stratum = tuple[int, int, int]
"""Pairs, and the answers yes and no."""


@dataclass(frozen=True)
class ReviewEstimate:
    """What the answers let one say; a figure is None where the pairs that it needs have none."""

    answered: int
    precision: Share | None
    recall: Share | None


@dataclass(frozen=True)
class _Matches:
    """The matches that some strata hold, as estimated, and the variance of that number."""

    pairs: int
    matches: float
    smoothed: float
    variance: float


def review_estimate(bands: pl.DataFrame, link_from_weight: float) -> ReviewEstimate:
    """Precision and recall from `bands` of pairs, one row a band.

    match_weight (its lower end), pairs (how many there are), yes and no (answers). The pairs of
    the bands from `link_from_weight` on are linked; no stratum reaches over it.
    """
    linked = bands.filter(pl.col("match_weight") >= link_from_weight)
    others = bands.filter(pl.col("match_weight") < link_from_weight)
    above, below = _matches(linked), _matches(others)
    answered = int(bands.select((pl.col("yes") + pl.col("no")).sum()).item())
    precision = _precision(above) if above and above.pairs else None
    is_whole = above is not None and below is not None and above.matches + below.matches > 0
    return ReviewEstimate(
        answered, precision, _recall(above, below) if is_whole and above and below else None
    )


def _matches(bands: pl.DataFrame) -> _Matches | None:
    """What the bands of one side of the threshold hold; None where nobody has answered."""
    pairs = 0
    matches = smoothed = variance = 0.0
    for count, yes, no in _strata(bands):
        size = yes + no
        if count and not size:
            return None
        if not count:
            continue
        # Where all answers agree, a stratum is still not without doubt: one of each is added.
        doubtful = (yes + 1) / (size + 2)
        left = max(0.0, 1 - size / count)
        pairs += count
        matches += count * yes / size
        smoothed += count * doubtful
        variance += count**2 * left * doubtful * (1 - doubtful) / size
    return _Matches(pairs, matches, smoothed, variance)


def _strata(bands: pl.DataFrame) -> list[Stratum]:
    """Neighbouring bands joined, from the highest down; what is left over joins the last."""
    strata: list[Stratum] = []
    pairs = yes = no = 0
    ordered = bands.sort("match_weight", descending=True)
    for more, said_yes, said_no in ordered.select("pairs", "yes", "no").iter_rows():
        pairs, yes, no = pairs + more, yes + said_yes, no + said_no
        if yes + no >= rules().stratum_answers_min:
            strata.append((pairs, yes, no))
            pairs = yes = no = 0
    if strata and pairs:
        last = strata.pop()
        pairs, yes, no = pairs + last[0], yes + last[1], no + last[2]
    return [*strata, (pairs, yes, no)] if pairs else strata


def _precision(above: _Matches) -> Share:
    share = above.smoothed / above.pairs
    return Share(
        above.matches,
        above.pairs,
        _interval(above.matches / above.pairs, share, above.variance / above.pairs**2),
    )


def _recall(above: _Matches, below: _Matches) -> Share:
    total = above.matches + below.matches
    doubtful = above.smoothed + below.smoothed
    variance = (
        below.smoothed**2 * above.variance + above.smoothed**2 * below.variance
    ) / doubtful**4
    return Share(
        above.matches,
        total,
        _interval(above.matches / total, above.smoothed / doubtful, variance),
    )


def _interval(share: float, doubtful: float, variance: float) -> tuple[float, float]:
    """Wilson's interval at the size of a simple sample of the same variance.

    Source: Kish (1965), Survey Sampling: the effective size of a sample.
    """
    if math.isclose(variance, 0.0, abs_tol=1e-15):
        return share, share
    return wilson(share, doubtful * (1 - doubtful) / variance)
