"""What is plausible given earlier periods: arithmetic that a statistician can follow by hand."""

from dataclasses import replace
from math import sqrt

import pytest

from expectations.bounds import Measured, Value, baseline, bounds, mean_shares, year_before
from expectations.suite import Baseline, Comparison, Expectation, Form, Measure

TEXT = {"fr": "x", "ar": "x", "en": "x"}


def measure(form: Form = "count") -> Measure:
    return Measure("m", TEXT, form, "*", None, (), None, None)


def expectation(
    comparison: Comparison = "ratio",
    against: Baseline = "earlier",
    *,
    form: Form = "count",
    at_least: float | None = 0.8,
    at_most: float | None = 1.25,
    chance: float = 0.0,
) -> Expectation:
    return Expectation(
        "e", measure(form), comparison, against, 3, 1, at_least, at_most, chance, "error", TEXT
    )


def month(period: str, value: float, error: float = 0.0) -> Measured:
    return Measured(0, period, {"m": {"": Value(value, error)}})


def codes(period: str, rows: int, **shares: float) -> Measured:
    values = {c: Value(s, sqrt(s * (1 - s) / rows)) for c, s in shares.items()}
    return Measured(0, period, {"m": values})


HISTORY = [month("2025-03", 100), month("2025-01", 80), month("2025-02", 120)]

BASELINES = """
against   | period  | compared with
earlier   | 2025-04 | 2025-01 2025-02 2025-03
earlier   | 2025-03 | 2025-01 2025-02
earlier   | 2025-01 |
previous  | 2025-04 | 2025-03
previous  | 2025-03 | 2025-03
peak      | 2025-04 | 2025-01 2025-02 2025-03
last_year | 2026-02 | 2025-02
last_year | 2026-04 |
none      | 2025-04 |
"""


def rows_of(table: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()[1:]]


@pytest.mark.parametrize(("against", "period", "compared"), rows_of(BASELINES))
def test_baseline(against: Baseline, period: str, compared: str) -> None:
    assert " ".join(m.period for m in baseline(against, 3, period, HISTORY)) == compared


def test_the_expected_value_is_the_median_so_that_one_odd_month_does_not_move_it() -> None:
    odd = [*HISTORY, month("2024-12", 100_000)]
    found = bounds(replace(expectation(), periods=4), month("2025-04", 1), odd)
    assert found is not None
    assert (found.expected, found.low, found.high) == (110, 88, 137.5)


def test_a_peak_compares_with_the_highest() -> None:
    found = bounds(expectation(against="peak", at_least=None), month("2025-04", 1), HISTORY)
    assert found is not None
    assert (found.low, found.high) == (None, 150)


def test_a_difference_adds_and_a_level_stands_alone() -> None:
    share = expectation("difference", form="share", at_least=-0.1, at_most=0.1)
    found = bounds(share, month("2025-02", 0.5), [month("2025-01", 0.95)])
    assert found is not None
    assert found.low == pytest.approx(0.85)
    assert found.high == 1.0  # a share ends at 1
    level = expectation("level", "none", form="share", at_least=0.85, at_most=None)
    found = bounds(level, month("2025-02", 0.5), [])
    assert found is not None
    assert (found.low, found.high, found.expected) == (0.85, None, None)


@pytest.mark.parametrize(("needs", "is_judged"), [(2, True), (3, True), (4, False)])
def test_an_expectation_waits_for_the_periods_that_it_needs(needs: int, is_judged: bool) -> None:
    patient = replace(expectation(), periods=6, needs=needs)
    assert (bounds(patient, month("2025-04", 1), HISTORY) is not None) is is_judged


def test_chance_widens_the_bounds_of_small_counts_and_hardly_those_of_large_ones() -> None:
    wide = expectation(at_least=0.8, at_most=1.25, chance=3)
    small = bounds(wide, month("2025-02", 100, 10), [month("2025-01", 100, 10)])
    large = bounds(wide, month("2025-02", 1e6, 1e3), [month("2025-01", 1e6, 1e3)])
    assert small is not None
    assert large is not None
    assert small.low == pytest.approx(80 - 3 * sqrt(200))
    assert large.low == pytest.approx(800_000 - 3 * sqrt(2e6))


def test_nothing_to_compare_with_gives_no_bounds() -> None:
    assert bounds(expectation(), month("2025-01", 100), []) is None
    assert bounds(expectation(), Measured(0, "2025-04", {}), HISTORY) is None


def test_the_distance_of_a_sample_from_its_own_distribution_is_within_chance() -> None:
    import random

    draw = random.Random(2025)
    names, weights = [f"c{i}" for i in range(40)], [1 / (i + 1) for i in range(40)]

    def sample(period: str, rows: int) -> Measured:
        drawn = draw.choices(names, weights, k=rows)
        return codes(period, rows, **{n: drawn.count(n) / rows for n in set(drawn)})

    distance = expectation("distance", form="distribution", at_least=None, at_most=0.1, chance=3)
    for rows in (60, 600, 6000):
        history = [sample(f"2025-{m:02}", rows) for m in range(1, 4)]
        for _ in range(50):
            now = sample("2025-04", rows)
            found = bounds(distance, now, history)
            assert found is not None
            assert found.high is not None
            earlier = mean_shares([m.codes("m") for m in history])
            shares = {c: v.value for c, v in now.codes("m").items()}
            gap = 0.5 * sum(abs(shares.get(c, 0) - earlier.get(c, 0)) for c in {*shares, *earlier})
            assert gap < found.high
            assert found.high < 0.1 + 2.5 / sqrt(rows) * 2


def test_a_distance_without_chance_is_its_bound() -> None:
    distance = expectation("distance", form="distribution", at_least=None, at_most=0.1)
    found = bounds(distance, codes("2025-02", 10, a=1.0), [codes("2025-01", 10, b=1.0)])
    assert found is not None
    assert found.high == 0.1


def test_year_before() -> None:
    assert [year_before(p) for p in ("2026-03", "2026-Q1", "2026")] == [
        "2025-03",
        "2025-Q1",
        "2025",
    ]
