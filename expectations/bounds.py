"""What a measure may be this time, given what it was before: arithmetic without a database.

Chance is granted first: a count of 100 titles moves by tens from month to month without a
cause, a count of 85,000 declarations does not, and one suite serves both.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import hypot, pi, sqrt
from statistics import median

from expectations.suite import Baseline, Expectation

PERIODS_IN_A_YEAR = 12
MEDIAN_ERROR = sqrt(pi / 2)
"""Standard error of a median beside the mean's, for a normal variable (three periods or more)."""
MEAN_ABSOLUTE = sqrt(2 / pi)
ABSOLUTE_SPREAD = sqrt(1 - 2 / pi)
"""Mean and standard deviation of the absolute value of a standard normal variable."""


@dataclass(frozen=True)
class Value:
    """One measured figure and its standard error (0 where chance plays no part)."""

    value: float
    error: float = 0.0


Figures = Mapping[str, Mapping[str, Value]]
"""Measure to code to value; a measure that is no distribution has the one code ''."""


@dataclass(frozen=True)
class Measured:
    """All that was measured of one period, as the submission left it."""

    submission_id: int
    period: str
    figures: Figures

    def codes(self, measure: str) -> Mapping[str, Value]:
        """The values of `measure` by code; empty where it was not measured."""
        return self.figures.get(measure, {})


@dataclass(frozen=True)
class Bounds:
    """The least and the most that is plausible, and what is expected, in the measure's unit."""

    low: float | None
    high: float | None
    expected: float | None
    baseline: tuple[Measured, ...] = ()


def baseline(
    against: Baseline, periods: int, period: str, history: Sequence[Measured]
) -> tuple[Measured, ...]:
    """The periods of `history` that `period` is compared with, oldest first.

    `history` holds one Measured a period; only a cumulative extract's own period may be among
    it (the version that the new one replaces), and only `previous` looks at it.
    """
    ordered = sorted(history, key=lambda m: m.period)
    before = [m for m in ordered if m.period < period]
    match against:
        case "earlier":
            return tuple(before[-periods:])
        case "previous":
            return tuple([m for m in ordered if m.period <= period][-1:])
        case "peak":
            return tuple(before[-PERIODS_IN_A_YEAR:])
        case "last_year":
            return tuple(m for m in before if m.period == year_before(period))
        case "none":
            return ()


def year_before(period: str) -> str:
    """The same month, quarter or year one year earlier (2026-03 → 2025-03)."""
    return f"{int(period[:4]) - 1}{period[4:]}"


def bounds(expectation: Expectation, now: Measured, history: Sequence[Measured]) -> Bounds | None:
    """What `expectation` allows `now`, or None where there is nothing to compare or to judge."""
    measure = expectation.measure.id
    chosen = baseline(expectation.against, expectation.periods, now.period, history)
    earlier = tuple(m for m in chosen if m.codes(measure))
    if not now.codes(measure):
        return None
    if expectation.against != "none" and len(earlier) < expectation.needs:
        return None
    if expectation.comparison == "distance":
        most = (expectation.at_most or 0.0) + _distance_by_chance(
            now.codes(measure), [m.codes(measure) for m in earlier], expectation.chance
        )
        return Bounds(None, min(most, 1.0), None, earlier)
    return _scalar_bounds(expectation, now.codes(measure)[""], earlier)


def _scalar_bounds(expectation: Expectation, now: Value, earlier: tuple[Measured, ...]) -> Bounds:
    values = [m.codes(expectation.measure.id)[""] for m in earlier]
    expected = _expected(expectation.against, [v.value for v in values])
    allowance = expectation.chance * hypot(now.error, _error_of_median(values))
    low = _limit(expectation, expected, expectation.at_least)
    high = _limit(expectation, expected, expectation.at_most)
    ceiling = 1.0 if expectation.measure.is_share else float("inf")
    return Bounds(
        None if low is None else max(low - allowance, 0.0),
        None if high is None else min(high + allowance, ceiling),
        expected,
        earlier,
    )


def _expected(against: Baseline, values: Sequence[float]) -> float | None:
    # The median, so that one odd month that was accepted does not move the yardstick.
    if not values:
        return None
    return max(values) if against == "peak" else median(values)


def _limit(
    expectation: Expectation, expected: float | None, tolerance: float | None
) -> float | None:
    if tolerance is None or expected is None:
        return tolerance
    return expected * tolerance if expectation.comparison == "ratio" else expected + tolerance


def _error_of_median(values: Sequence[Value]) -> float:
    if not values:
        return 0.0
    of_mean = sqrt(sum(v.error**2 for v in values)) / len(values)
    return of_mean * (MEDIAN_ERROR if len(values) > 2 else 1.0)


def mean_shares(earlier: Sequence[Mapping[str, Value]]) -> dict[str, float]:
    """The mean share of each code over earlier distributions."""
    codes = {code for shares in earlier for code in shares}
    return {code: sum(s[code].value for s in earlier if code in s) / len(earlier) for code in codes}


def _distance_by_chance(
    now: Mapping[str, Value], earlier: Sequence[Mapping[str, Value]], chance: float
) -> float:
    """The distance that two samples of one distribution reach by chance alone."""
    if not chance:
        return 0.0
    codes = {*now, *(code for shares in earlier for code in shares)}
    errors = [_error_of_gap(code, now, earlier) for code in codes]
    usual = MEAN_ABSOLUTE * sum(errors)
    spread = ABSOLUTE_SPREAD * sqrt(sum(error**2 for error in errors))
    return 0.5 * (usual + chance * spread)


def _error_of_gap(
    code: str, now: Mapping[str, Value], earlier: Sequence[Mapping[str, Value]]
) -> float:
    squares = sum(shares[code].error ** 2 for shares in earlier if code in shares)
    # A code that happens to be absent now has the error of a period that holds it.
    error_now = now[code].error if code in now else sqrt(squares / len(earlier))
    return hypot(error_now, sqrt(squares) / len(earlier))
