"""The figures of the survey, each with its error: recruitment costs and the workers of the 20th ICLS."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from warehouse.survey.design import Design, sample
from warehouse.survey.estimate import (
    QUARTILES,
    Estimate,
    means,
    quantiles,
    ratios,
    replicated,
    shares,
    totals,
)

if TYPE_CHECKING:
    from svy import Sample

TOTAL, UNUSED = "_T", "_Z"

COST_BREAKDOWNS = (
    "sex", "age_band", "education", "occupation", "activity", "corridor", "channel",
    "migration_rank",
)  # fmt: skip
WORKER_BREAKDOWNS = ("sex", "age_band", "citizenship", "region")
SCOPES = ("strict", "seasonal")
"""Of SDG 10.7.1: employees whose stay is 12 months or more, and seasonal workers, apart."""
QUARTILE_MEASURES = dict(zip(QUARTILES, ("Q1_RATIO", "MEDIAN_RATIO", "Q3_RATIO"), strict=True))


@dataclass(frozen=True)
class Figure:
    """One estimate as it is published.

    `measure` says which (e.g. RATIO_TOTALS), `scope` of whom (e.g. strict), `with_outliers`
    whether flagged outliers are in it, `breakdown` and `code` of which domain: _T of the whole.
    """

    measure: str
    scope: str
    with_outliers: bool
    breakdown: str
    code: str
    unit: str
    estimate: Estimate


def thinned(records: pl.DataFrame, is_kept: pl.Expr, design: Design) -> pl.DataFrame:
    """The records of `is_kept`, and one of every other unit so that the design stays whole.

    Records without the answers add nothing to a total, yet each unit drawn must stand in its
    stratum: one record of each smallest unit is enough.
    """
    units = [name for name in (design.stratum, design.primary_unit, design.secondary_unit) if name]
    marked = records.with_columns(is_kept.fill_null(False).alias("_is_kept"))
    wanted = pl.col("_is_kept") | (
        ~pl.col("_is_kept").any().over(units) & (pl.int_range(pl.len()).over(units) == 0)
    )
    return marked.filter(wanted).drop("_is_kept")


def recruitment_figures(records: pl.DataFrame, design: Design) -> Iterator[Figure]:
    """SDG 10.7.1: its ratios, means and quartiles side by side, by scope and breakdown.

    `records` has all persons of the sample with the columns of recruitment_cost.measured, null
    for whoever was not recruited, `indicator_scope` and COST_BREAKDOWNS. Every measure is of the
    persons whose cost and first earnings are both known.
    """
    is_known = pl.col("cost").is_not_null() & pl.col("first_earnings").is_not_null()
    kept = thinned(records, is_known, design)
    for scope in SCOPES:
        is_in = is_known & (pl.col("indicator_scope") == scope)
        for with_outliers in (True, False):
            counted = is_in if with_outliers else is_in & ~pl.col("is_outlier")
            rows = _only(kept, counted, ("cost", "first_earnings", "cost_ratio", "is_free"))
            if rows["cost"].count():
                drawn = replicated(sample(rows, design))
                for by in ("", *COST_BREAKDOWNS):
                    for measure, unit, estimates in _cost_measures(drawn, by):
                        yield from _figures(measure, scope, with_outliers, by, unit, estimates)


def _only(records: pl.DataFrame, counted: pl.Expr, columns: Sequence[str]) -> pl.DataFrame:
    """The records, with `columns` told of those `counted` alone, and unknown codes as _U."""
    return records.with_columns(
        pl.when(counted).then(pl.col(*columns)),
        pl.when(counted).then(1.0).alias("person"),
        *(pl.col(name).fill_null("_U") for name in COST_BREAKDOWNS),
    )


def _cost_measures(drawn: "Sample", by: str) -> Iterator[tuple[str, str, list[Estimate]]]:
    """Each measure with its unit and its estimates in the domains of `by`."""
    columns = (by,) if by else ()
    yield "RATIO_TOTALS", "RATIO", ratios(drawn, "cost", "first_earnings", columns)
    yield "MEAN_RATIO", "RATIO", means(drawn, "cost_ratio", columns)
    for probability, estimates in quantiles(drawn, "cost_ratio", QUARTILES, columns).items():
        yield QUARTILE_MEASURES[probability], "RATIO", estimates
    yield "MEAN_COST", "MAD", means(drawn, "cost", columns)
    yield "MEAN_EARNINGS", "MAD", means(drawn, "first_earnings", columns)
    yield "ZERO_COST", "PT", shares(drawn, "is_free", columns)
    yield "PERSONS", "PS", totals(drawn, "person", columns)


def worker_figures(
    records: pl.DataFrame, design: Design, counted: Mapping[str, pl.Expr], by: Sequence[str]
) -> Iterator[Figure]:
    """How many persons each expression of `counted` holds for, by its name, in each domain."""
    for measure, is_in in counted.items():
        kept = thinned(records, is_in, design).with_columns(
            is_in.fill_null(False).cast(pl.Float64).alias("person"),
            *(pl.col(name).cast(pl.String).fill_null("_U") for name in by),
        )
        for name in ("", *by):
            # Of a breakdown, those counted alone make domains: others would be estimates of zero.
            rows = (
                kept.with_columns(pl.when(is_in).then("person").alias("person")) if name else kept
            )
            estimates = totals(sample(rows, design), "person", (name,) if name else ())
            yield from _figures(measure, TOTAL, True, name, "PS", estimates)


def _figures(
    measure: str,
    scope: str,
    with_outliers: bool,
    by: str,
    unit: str,
    estimates: Sequence[Estimate],
) -> Iterator[Figure]:
    for estimate in estimates:
        code = estimate.domain[0] if by else TOTAL
        yield Figure(measure, scope, with_outliers, by or TOTAL, code, unit, estimate)


def table(figures: Sequence[Figure]) -> pl.DataFrame:
    """The figures as rows, a withheld one without its numbers."""
    return pl.DataFrame([_row(figure) for figure in figures], infer_schema_length=None)


def _row(figure: Figure) -> dict[str, object]:
    estimate = figure.estimate
    is_told = estimate.quality != "withheld"
    told: Callable[[float | None], float | None] = lambda value: value if is_told else None  # noqa: E731
    return {
        "measure": figure.measure,
        "scope": figure.scope,
        "with_outliers": figure.with_outliers,
        "breakdown": figure.breakdown,
        "code": figure.code,
        "unit_measure": figure.unit,
        "value": told(estimate.value),
        "standard_error": told(estimate.standard_error),
        "lower": told(estimate.lower),
        "upper": told(estimate.upper),
        "cv": estimate.cv,
        "freedom": estimate.freedom,
        "design_effect": estimate.design_effect,
        "count": estimate.count,
        "quality": estimate.quality,
    }
