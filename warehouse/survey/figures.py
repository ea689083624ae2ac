"""The figures of the survey with their errors: recruitment costs, workers of the 20th ICLS."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import polars as pl

from warehouse.survey.design import records_of
from warehouse.survey.estimate import (
    QUARTILES,
    Estimate,
    counts,
    means,
    quantiles,
    ratios,
    shares,
    totals,
)
from warehouse.survey.population import CATEGORIES, RETURN_PERIODS

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
SCOPE_BREAKDOWNS = {"strict": COST_BREAKDOWNS, "seasonal": ("sex", "age_band", "corridor")}
"""Of answers with outliers; without them the whole alone is told. Seasonal workers are few."""
EARNERS = ("IMW", "RMW")
"""Of whom monthly earnings in the present job are told."""
EARNINGS_BREAKDOWNS = ("sex", "age_band", "region")
EARNINGS_QUARTILES = dict(zip(QUARTILES, ("Q1", "MEDIAN", "Q3"), strict=True))
COST_COLUMNS = ("cost", "first_earnings", "cost_ratio", "is_free")
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


def prepared(persons: pl.DataFrame) -> pl.DataFrame:
    """The persons with one column for each measure, scope and category; null where not counted.

    A person who is not counted in a measure has null in its column: the record leaves the
    estimate, yet stays in the design, so that the units drawn are all there.
    """
    coded = persons.with_columns(
        pl.col(name).cast(pl.String).fill_null("_U")
        for name in {*COST_BREAKDOWNS, *WORKER_BREAKDOWNS, "abroad_country"} & {*persons.columns}
    )
    scoped = coded.with_columns(
        pl.when(_counted(*variant))
        .then(pl.col(column) if column else 1.0)
        .alias(_column(column or "person", *variant))
        for variant in product(SCOPES, (True, False))
        for column in (*COST_COLUMNS, None)
    ).with_columns(
        pl.col(_column("person", *variant)).fill_null(0.0).alias(_column("persons", *variant))
        for variant in product(SCOPES, (True, False))
    )
    return scoped.with_columns(
        expression.alias(f"{name}{suffix}")
        for name, is_in in {**CATEGORIES, **RETURN_PERIODS}.items()
        for suffix, expression in (
            ("", is_in.fill_null(False).cast(pl.Float64)),
            ("_in", pl.when(is_in).then(1.0)),
            ("_earnings", pl.when(is_in).then("monthly_earnings")),
        )
    )


def _counted(scope: str, with_outliers: bool) -> pl.Expr:
    """Who counts: cost and first earnings both known, in the scope, with outliers or without."""
    is_known = pl.col("cost").is_not_null() & pl.col("first_earnings").is_not_null()
    is_in = is_known & (pl.col("indicator_scope") == scope)
    return is_in if with_outliers else is_in & ~pl.col("is_outlier")


def _column(column: str, scope: str, with_outliers: bool) -> str:
    return f"{column}_{scope}{'' if with_outliers else '_without_outliers'}"


def recruitment_figures(drawn: "Sample") -> Iterator[Figure]:
    """SDG 10.7.1: its ratios, means and quartiles side by side, by scope and breakdown.

    `drawn` is a sample of `prepared` persons with replicate weights. Every measure is of the
    persons whose cost and first earnings are both known.
    """
    bootstrap, linear = drawn, _without_replicates(drawn)
    for scope, with_outliers in product(SCOPES, (True, False)):
        names = {
            name: _column(name, scope, with_outliers)
            for name in (*COST_COLUMNS, "person", "persons")
        }
        if not records_of(drawn)[names["person"]].count():
            continue
        counted = _only(bootstrap, pl.col(names["person"]).is_not_null())
        for by in ("", *(SCOPE_BREAKDOWNS[scope] if with_outliers else ())):
            for measure, unit, estimates in _cost_measures(linear, counted, names, by):
                yield from _figures(measure, scope, with_outliers, by, unit, estimates)


def _without_replicates(drawn: "Sample") -> "Sample":
    """The sample to linearise: its replicate weights only slow that down."""
    import svy

    replicates = drawn.design.rep_wgts
    columns = list(replicates.columns) if replicates else []
    return svy.Sample(records_of(drawn).drop(columns), drawn.design.update(rep_wgts=None))


def _only(drawn: "Sample", counted: pl.Expr) -> "Sample":
    """The records counted, for quantiles: their replicate weights carry the whole design."""
    import svy

    return svy.Sample(records_of(drawn).filter(counted), drawn.design)


def _cost_measures(
    drawn: "Sample", counted: "Sample", names: Mapping[str, str], by: str
) -> Iterator[tuple[str, str, list[Estimate]]]:
    """Each measure with its unit and its estimates in the domains of `by`."""
    columns = (by,) if by else ()
    cost, earned, ratio, free = (names[name] for name in COST_COLUMNS)
    yield "RATIO_TOTALS", "RATIO", ratios(drawn, cost, earned, columns)
    yield "MEAN_RATIO", "RATIO", means(drawn, ratio, columns)
    for probability, estimates in quantiles(drawn, counted, ratio, QUARTILES, columns).items():
        yield QUARTILE_MEASURES[probability], "RATIO", estimates
    yield "MEAN_COST", "MAD", means(drawn, cost, columns)
    yield "MEAN_EARNINGS", "MAD", means(drawn, earned, columns)
    yield "ZERO_COST", "PT", shares(drawn, free, columns)
    persons = totals(drawn, names["person"], columns) if by else counts(drawn, names["persons"])
    yield "PERSONS", "PS", persons


def worker_figures(drawn: "Sample") -> Iterator[Figure]:
    """How many persons are in each category of the 20th ICLS, and by sex, age, citizenship, region.

    Returnees are told by the country that they worked in, too.
    """
    linear, records = _without_replicates(drawn), records_of(drawn)
    for name in (*CATEGORIES, *RETURN_PERIODS):
        yield from _figures(name, TOTAL, True, "", "PS", counts(linear, name))
        more = ("abroad_country",) if name.startswith("RMW") else ()
        for by in (*WORKER_BREAKDOWNS, *more):
            if by in records.columns and records[f"{name}_in"].count():
                estimates = totals(linear, f"{name}_in", (by,))
                yield from _figures(name, TOTAL, True, by, "PS", estimates)


def earnings_figures(drawn: "Sample") -> Iterator[Figure]:
    """Mean and quartiles of what migrant workers and returnees earn in a month, in dirhams."""
    linear, records = _without_replicates(drawn), records_of(drawn)
    for category in EARNERS:
        name = f"{category}_earnings"
        if not records[name].count():
            continue
        counted = _only(drawn, pl.col(name).is_not_null())
        for by in ("", *EARNINGS_BREAKDOWNS):
            columns = (by,) if by else ()
            estimates = means(linear, name, columns)
            yield from _figures("MEAN", category, True, by, "MAD", estimates)
            found = quantiles(linear, counted, name, QUARTILES, columns)
            for probability, quartile in found.items():
                measure = EARNINGS_QUARTILES[probability]
                yield from _figures(measure, category, True, by, "MAD", quartile)


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


PERCENT = {"PT": 100.0}
"""Shares are published in per cent."""


def _row(figure: Figure) -> dict[str, object]:
    estimate = figure.estimate
    is_told = estimate.quality != "withheld"
    scale = PERCENT.get(figure.unit, 1.0)
    numbers = {
        "value": estimate.value,
        "standard_error": estimate.standard_error,
        "lower": estimate.lower,
        "upper": estimate.upper,
    }
    return {
        "measure": figure.measure,
        "scope": figure.scope,
        "with_outliers": figure.with_outliers,
        "breakdown": figure.breakdown,
        "code": figure.code,
        "unit_measure": figure.unit,
        **{
            name: scale * value if is_told and value is not None else None
            for name, value in numbers.items()
        },
        "cv": estimate.cv,
        "freedom": estimate.freedom,
        "design_effect": estimate.design_effect,
        "count": estimate.count,
        "quality": estimate.quality,
    }
