"""Estimates of small samples, beside the textbook formulas worked by hand.

Notation of Cochran (1977): N units in the population, n drawn, f = n / N, s2 the variance of the
sample with divisor n - 1. Weights are N / n.
"""

import math
from dataclasses import replace

import polars as pl
import pytest

from warehouse.survey.design import Design, DesignRefused, design_findings, sample
from warehouse.survey.estimate import (
    Estimate,
    counts,
    means,
    quantiles,
    ratios,
    replicated,
    shares,
    student,
    totals,
)


def records(table: str) -> pl.DataFrame:
    """A table as records: the first line has the names, numbers are numbers, - is nothing."""
    head, *lines = [
        [cell.strip() for cell in line.split("|")] for line in table.strip().split("\n")
    ]
    cells = {name: [line[place] for line in lines] for place, name in enumerate(head)}
    return pl.DataFrame({name: [_cell(cell) for cell in column] for name, column in cells.items()})


def _cell(written: str) -> float | str | None:
    if written == "-":
        return None
    try:
        return float(written)
    except ValueError:
        return written


# Five of fifty: mean 6, s2 = (16 + 4 + 0 + 4 + 16) / 4 = 10, v(mean) = (1 - 0.1) x 10 / 5 = 1.8.
SIMPLE = """
    y  | x | sex | count | weight
    2  | 1 | F   | 50    | 10
    4  | 2 | M   | 50    | 10
    6  | 2 | F   | 50    | 10
    8  | 3 | M   | 50    | 10
    10 | 2 | F   | 50    | 10
"""
SIMPLE_DESIGN = Design("weight", primary_count="count")


def test_a_simple_random_sample_has_cochrans_error() -> None:
    drawn = sample(records(SIMPLE), SIMPLE_DESIGN)
    (mean,), (total,) = means(drawn, "y"), totals(drawn, "y")
    assert mean.value == 6
    assert mean.standard_error == pytest.approx(math.sqrt(1.8))
    assert total.value == 300
    assert total.standard_error == pytest.approx(50 * math.sqrt(1.8))
    assert (mean.freedom, mean.count) == (4, 5)
    # Student's quantile for 4 degrees of freedom is 2.776.
    assert mean.upper == pytest.approx(6 + 2.7764451 * math.sqrt(1.8))
    assert mean.lower == pytest.approx(6 - 2.7764451 * math.sqrt(1.8))


def test_a_ratio_has_the_error_of_its_residuals() -> None:
    # r = 30 / 10 = 3; residuals y - 3 x = -1, -2, 0, -1, 4; sum of squares 22, s2 = 5.5;
    # v(r) = (1 - f) s2 / (n xbar2) = 0.9 x 5.5 / (5 x 4) = 0.2475.
    (ratio,) = ratios(sample(records(SIMPLE), SIMPLE_DESIGN), "y", "x")
    assert ratio.value == 3
    assert ratio.standard_error == pytest.approx(math.sqrt(0.2475))


def test_a_domain_keeps_the_whole_sample_in_its_error() -> None:
    # Women: y = 2, 6, 10; the total's values are 2, 0, 6, 0, 10: mean 3.6, sum of squares of
    # deviations 140 - 5 x 12.96 = 75.2, s2 = 18.8; v(total) = 50^2 x 0.9 x 18.8 / 5.
    drawn = sample(records(SIMPLE), SIMPLE_DESIGN)
    women, men = totals(drawn, "y", by=("sex",))
    assert (women.domain, women.value, women.count) == (("F",), 180, 3)
    assert women.standard_error == pytest.approx(math.sqrt(2500 * 0.9 * 18.8 / 5))
    assert (men.domain, men.value) == (("M",), 120)


# Two strata of 10 and 20 units, two drawn in each: v(total) = sum of N (N - n) s2 / n.
STRATIFIED = """
    stratum | y | count | weight
    A       | 1 | 10    | 5
    A       | 3 | 10    | 5
    B       | 4 | 20    | 10
    B       | 8 | 20    | 10
"""


def test_strata_add_their_variances() -> None:
    # A: 10 x 8 x 2 / 2 = 80; B: 20 x 18 x 8 / 2 = 1,440.
    (total,) = totals(
        sample(records(STRATIFIED), Design("weight", "stratum", primary_count="count")), "y"
    )
    assert total.value == 140
    assert total.standard_error == pytest.approx(math.sqrt(1520))
    assert total.freedom == 2


# Two of four communes, then two of five households in each: weight 2 x 2.5 = 5.
TWO_STAGE = """
    commune | household | y | communes | households | weight
    a       | 1         | 2 | 4        | 5          | 5
    a       | 2         | 4 | 4        | 5          | 5
    b       | 1         | 6 | 4        | 5          | 5
    b       | 2         | 8 | 4        | 5          | 5
"""
TWO_STAGE_DESIGN = Design(
    "weight",
    primary_unit="commune",
    secondary_unit="household",
    primary_count="communes",
    secondary_count="households",
)


def test_both_stages_have_their_correction() -> None:
    # Estimated commune totals 15 and 35, s2 = 200: first stage 4^2 x 0.5 x 200 / 2 = 800.
    # In each commune 5^2 x 0.6 x 2 / 2 = 15, times 4 / 2 communes: 2 x 15 x 2 = 60.
    (total,) = totals(sample(records(TWO_STAGE), TWO_STAGE_DESIGN), "y")
    assert total.value == 100
    assert total.standard_error == pytest.approx(math.sqrt(860))
    assert total.freedom == 1


def test_without_counts_units_are_as_if_drawn_with_replacement() -> None:
    # n times the variance of the weighted unit totals 30 and 70: 2 x 800 = 1,600.
    (total,) = totals(sample(records(TWO_STAGE), Design("weight", primary_unit="commune")), "y")
    assert total.standard_error == pytest.approx(40)


LONELY = """
    stratum | unit | y | weight
    A       | 1    | 1 | 10
    A       | 2    | 3 | 10
    B       | 3    | 5 | 10
"""
LONELY_DESIGN = Design("weight", "stratum", "unit")


def test_a_stratum_with_one_unit_is_refused_and_named() -> None:
    with pytest.raises(DesignRefused) as refused:
        sample(records(LONELY), LONELY_DESIGN)
    (finding,) = refused.value.findings
    assert (finding.rule, finding.values["stratum"]) == ("survey_stratum_lonely", "B")
    assert "strate B" in refused.value.detail_in("fr")


@pytest.mark.parametrize(
    ("rule", "variance"),
    [
        # Weighted totals 10 and 30 of stratum A: 2 x 200 = 400. The unit of B adds nothing ...
        ("certainty", 400.0),
        # ... or as much as the mean of the other strata ...
        ("average", 800.0),
        # ... or the square of its distance 50 - 30 from the mean of all units' totals.
        ("adjust", 400.0 + 20.0**2),
    ],
)
def test_a_stated_rule_tells_what_a_lonely_unit_adds(rule: str, variance: float) -> None:
    drawn = sample(records(LONELY), replace(LONELY_DESIGN, lonely_unit=rule))  # type: ignore[arg-type]
    (total,) = totals(drawn, "y")
    assert total.standard_error == pytest.approx(math.sqrt(variance))


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        ("weight", None, "survey_weight_missing"),
        ("weight", 0.0, "survey_weight_not_positive"),
        ("weight", -2.0, "survey_weight_not_positive"),
        ("stratum", None, "survey_unit_missing"),
        ("unit", None, "survey_unit_missing"),
    ],
)
def test_what_the_design_lacks_is_found(column: str, value: float | None, rule: str) -> None:
    whole = records(LONELY).with_columns(pl.lit("A").alias("stratum"))
    lacking = whole.with_columns(
        pl.when(pl.int_range(pl.len()) == 0).then(pl.lit(value)).otherwise(column).alias(column)
    )
    assert [finding.rule for finding in design_findings(whole, LONELY_DESIGN)] == []
    assert [finding.rule for finding in design_findings(lacking, LONELY_DESIGN)] == [rule]


def test_a_share_stays_between_nothing_and_all() -> None:
    zeros = records(SIMPLE).with_columns((pl.col("y") <= 2).cast(pl.Int8).alias("is_low"))
    (share,) = shares(sample(zeros, SIMPLE_DESIGN), "is_low")
    # s2 of a share is n p (1 - p) / (n - 1) = 0.2: v = 0.9 x 0.2 / 5.
    assert share.value == pytest.approx(0.2)
    assert share.standard_error == pytest.approx(math.sqrt(0.036))
    assert share.lower is not None
    assert 0 < share.lower < 0.2
    assert share.upper is not None
    assert 0.2 < share.upper < 1


def test_missing_answers_leave_the_estimate_and_not_the_design() -> None:
    holes = records(SIMPLE).with_columns(pl.when(pl.col("y") > 2).then("y").alias("y"))
    (mean,) = means(sample(holes, SIMPLE_DESIGN), "y")
    assert (mean.value, mean.count) == (7, 4)


def test_quartiles_are_values_of_the_sample_and_come_again_with_the_seed() -> None:
    drawn = sample(records(SIMPLE), SIMPLE_DESIGN)
    found = quantiles(drawn, replicated(drawn), "y")
    again = quantiles(drawn, replicated(drawn), "y")
    # The smallest value with at least a quarter, half, three quarters at or below it.
    assert [found[p][0].value for p in (0.25, 0.5, 0.75)] == [4, 6, 8]
    assert found == again
    assert all(estimate.freedom == 4 for (estimate,) in found.values())


def estimate_of(cv: float | None, freedom: int = 30, count: int = 50) -> Estimate:
    value = 0.0 if cv is None else 100.0
    return Estimate((), value, 100 * (cv or 0.0), None, None, freedom, count)


@pytest.mark.parametrize(
    ("cv", "freedom", "quality"),
    [
        (0.165, 30, "published"),
        (0.166, 30, "published"),
        (0.167, 30, "flagged"),
        (0.329, 30, "flagged"),
        (0.33, 30, "flagged"),
        (0.331, 30, "withheld"),
        (None, 30, "flagged"),
        (0.1, 8, "published"),
        (0.1, 7, "flagged"),
        (0.1, 3, "flagged"),
        (0.1, 2, "withheld"),
        (0.4, 5, "withheld"),
    ],
)
def test_the_coefficient_of_variation_decides(cv: float | None, freedom: int, quality: str) -> None:
    assert estimate_of(cv, freedom).quality == quality


@pytest.mark.parametrize(("count", "quality"), [(4, "withheld"), (5, "published")])
def test_few_persons_are_not_told(count: int, quality: str) -> None:
    assert estimate_of(0.1, count=count).quality == quality


@pytest.mark.parametrize("rule", ["certainty", "adjust", "average"])
def test_a_lonely_unit_is_in_every_bootstrap_sample_and_keeps_its_rule(rule: str) -> None:
    drawn = sample(records(LONELY), replace(LONELY_DESIGN, lonely_unit=rule))  # type: ignore[arg-type]
    bootstrap = replicated(drawn)
    assert quantiles(drawn, bootstrap, "y", (0.5,))[0.5][0].value == 3
    assert totals(bootstrap, "y") == totals(drawn, "y")


def test_a_count_rests_on_those_counted() -> None:
    tall = records(SIMPLE).with_columns((pl.col("y") > 4).cast(pl.Float64).alias("is_tall"))
    (count,) = counts(sample(tall, SIMPLE_DESIGN), "is_tall")
    assert (count.value, count.count) == (30, 3)


def test_no_error_without_degrees_of_freedom() -> None:
    alone = records(SIMPLE).with_columns(pl.lit("one").alias("unit"))
    drawn = sample(alone, Design("weight", primary_unit="unit"))
    (mean,) = means(drawn, "y")
    assert (mean.value, mean.standard_error, mean.quality) == (6, None, "withheld")


def test_students_quantile() -> None:
    assert student(4) == pytest.approx(2.7764451)
    assert student(10_000) == pytest.approx(1.9602, rel=1e-4)
