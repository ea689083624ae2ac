"""Totals, means, shares, ratios and quantiles of a survey, with the error of each by its design.

Standard errors of totals, means, shares and ratios are linearised (Taylor), those of quantiles
come from a bootstrap of primary units (Rao and Wu 1988). svy computes them; what is asked of it,
how it is judged and what is done with small domains is decided here.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import polars as pl

from warehouse.survey.design import records_of
from warehouse.survey.settings import settings

if TYPE_CHECKING:
    from svy import Sample

Quality = Literal["published", "flagged", "withheld"]

QUARTILES = (0.25, 0.5, 0.75)


@dataclass(frozen=True)
class Estimate:
    """One figure of one domain, with its error.

    `domain` has the codes of the columns it was broken down by, none for the whole; `count` the
    records behind it, `freedom` the degrees of freedom (primary units in the domain less its
    strata), `design_effect` the variance over that of a simple random sample as large, drawn with
    replacement.
    """

    domain: tuple[str, ...]
    value: float
    standard_error: float | None
    lower: float | None
    upper: float | None
    freedom: int
    count: int
    design_effect: float | None = None

    @property
    def cv(self) -> float | None:
        """The coefficient of variation, as a share; None of a figure of zero."""
        if self.standard_error is None or not self.value:
            return None
        return self.standard_error / abs(self.value)

    @property
    def quality(self) -> Quality:
        """What may be done with it: published, flagged as of low reliability, or withheld."""
        rules = settings()
        if self.standard_error is None or self.freedom < rules.withheld_below_freedom:
            return "withheld"
        if self.count < rules.withheld_below_count:
            return "withheld"
        if self.cv is not None and self.cv > rules.withheld_over_cv:
            return "withheld"
        is_sure = self.cv is not None and self.cv <= rules.flagged_over_cv
        is_known = self.freedom >= rules.flagged_below_freedom
        return "published" if is_sure and is_known else "flagged"


def totals(sample: "Sample", column: str, by: Sequence[str] = ()) -> list[Estimate]:
    """The total of `column` in each domain; those of domains come without design effect."""
    return [
        replace(one, design_effect=None) if by else one
        for one in _linearised(sample, "total", column, by=by)
    ]


def counts(sample: "Sample", column: str) -> list[Estimate]:
    """How many persons `column` is 1 of, not 0; its count is of those alone."""
    (made,) = _linearised(sample, "total", column, by=())
    return [replace(made, count=int(records_of(sample)[column].sum()))]


def means(sample: "Sample", column: str, by: Sequence[str] = ()) -> list[Estimate]:
    """The mean of `column` in each domain, over the records that have a value."""
    return _linearised(sample, "mean", column, by=by)


def ratios(
    sample: "Sample", numerator: str, denominator: str, by: Sequence[str] = ()
) -> list[Estimate]:
    """The total of `numerator` over that of `denominator`, over the records that have both."""
    return _linearised(sample, "ratio", numerator, denominator, by=by)


def shares(sample: "Sample", column: str, by: Sequence[str] = ()) -> list[Estimate]:
    """The share of records in which `column` is 1, not 0; its interval stays between 0 and 1.

    The interval is that of the logit, as of svyciprop(method="logit") in R.
    """
    return [
        _with_logit_interval(estimate) for estimate in _linearised(sample, "mean", column, by=by)
    ]


def quantiles(
    sample: "Sample",
    bootstrap: "Sample",
    column: str,
    probabilities: Sequence[float] = QUARTILES,
    by: Sequence[str] = (),
) -> dict[float, list[Estimate]]:
    """The smallest values with at least a share of `probabilities` at or below them, by domain.

    `bootstrap` is the sample with replicate weights (see `replicated`), or the records of it that
    have a value; degrees of freedom are those of the design of `sample`, not the number of
    replicates.
    """
    freedom = {one.domain: one for one in means(sample, column, by)}
    found = bootstrap.estimation.quantile(
        column, p=tuple(probabilities), method="replication", drop_nulls=True, **_asked(by)
    )
    told: dict[float, list[Estimate]] = {float(p): [] for p in probabilities}
    for row in found.to_polars().iter_rows(named=True):
        domain = tuple(str(row[name]) for name in by)
        told[row["prob"]].append(_made(row, domain, freedom[domain].freedom))
    return told


def replicated(sample: "Sample") -> "Sample":
    """The sample with bootstrap weights of its primary units, of the seed in estimates.yml.

    Whatever the rule of a lonely unit, it is in every bootstrap sample: there is nothing to draw.
    """
    import svy

    rule: Literal["skip"] | None = "skip" if sample.design.stratum else None
    certain = svy.Sample(sample.data, sample.design.update(singleton=rule))
    made = certain.weighting.create_bs_wgts(
        n_reps=settings().replicates, rstate=settings().seed, rep_prefix="replicate_"
    )
    return svy.Sample(made.data, sample.design.update(rep_wgts=made.design.rep_wgts))


def _linearised(sample: "Sample", method: str, *columns: str, by: Sequence[str]) -> list[Estimate]:
    import svy

    estimator = getattr(sample.estimation, method)
    asked = {"drop_nulls": True, **_asked(by)}
    try:
        found = estimator(*columns, deff="wr", **asked).to_polars()
    except svy.errors.MethodError:
        # A domain in which every person of the population was drawn has no design effect.
        found = estimator(*columns, **asked).to_polars()
    return [
        _made(row, tuple(str(row[name]) for name in by), row["df"])
        for row in found.iter_rows(named=True)
    ]


def _asked(by: Sequence[str]) -> dict[str, Any]:
    return {"by": tuple(by)} if by else {}


def _made(row: dict[str, Any], domain: tuple[str, ...], freedom: int) -> Estimate:
    error = _known(row["se"]) if freedom > 0 else None
    half = None if error is None else error * student(freedom)
    return Estimate(
        domain,
        row["est"],
        error,
        None if half is None else row["est"] - half,
        None if half is None else row["est"] + half,
        max(freedom, 0),
        row["n"],
        _known(row.get("deff")),
    )


def _known(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def student(freedom: int) -> float:
    """The quantile of Student's t that an interval is standard errors wide to each side."""
    from scipy.stats import t

    return float(t.ppf((1 + settings().confidence) / 2, freedom))


def _with_logit_interval(share: Estimate) -> Estimate:
    if not share.standard_error or not 0 < share.value < 1:
        return share
    centre = math.log(share.value / (1 - share.value))
    half = student(share.freedom) * share.standard_error / (share.value * (1 - share.value))
    low, high = (1 / (1 + math.exp(-end)) for end in (centre - half, centre + half))
    return replace(share, lower=low, upper=high)


def by_domain(estimates: Sequence[Estimate], by: Sequence[str]) -> pl.DataFrame:
    """The estimates as a table: a column for each of `by`, then the figures of each."""
    return pl.DataFrame([dict(_row(estimate, by)) for estimate in estimates])


def _row(estimate: Estimate, by: Sequence[str]) -> Iterator[tuple[str, Any]]:
    yield from zip(by, estimate.domain, strict=True)
    for name in ("value", "standard_error", "lower", "upper", "cv", "freedom", "count"):
        yield name, getattr(estimate, name)
    yield "design_effect", estimate.design_effect
    yield "quality", estimate.quality
