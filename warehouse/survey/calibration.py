"""Weights calibrated to the census: the nearest ones that meet its margins.

The distances are those of Deville and Sarndal (1992): linear, raking (multiplicative) and logit,
which keeps each factor between two bounds. Variances of a calibrated sample are those of the
residuals of a regression on the margins, as in R's survey package; svy takes them from the record
that is left in the design.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from warehouse.errors import SimimoError
from warehouse.findings import Finding
from warehouse.survey.design import DesignRefused, records_of

if TYPE_CHECKING:
    from svy import Sample

Method = Literal["linear", "raking", "logit"]
Margins = Mapping[str, Mapping[str, float]]
"""Of each column, how many persons of each of its codes the census counted."""
Numbers = npt.NDArray[np.float64]

CALIBRATED = "calibrated_weight"
REPLICATE = "calibrated_replicate_"
BOUNDS = (0.3, 3.0)
STEPS_MAX = 100
TOLERANCE = 1e-10
AGREEMENT = 1e-6
"""Margins of one population agree in their sums up to this share."""


class NotCalibrated(SimimoError):
    """No weights within the bounds meet the margins."""

    key = "survey_not_calibrated"
    http_status = 422


def margin_findings(records: pl.DataFrame, margins: Margins) -> tuple[Finding, ...]:
    """Codes that only the margins or only the records have, and margins of different sums."""
    return (*_codes(records, margins), *_sums(margins))


def _codes(records: pl.DataFrame, margins: Margins) -> Iterator[Finding]:
    for column, margin in margins.items():
        held = {str(code) for code in records[column].unique()}
        for code in sorted(margin.keys() - held):
            yield _finding("survey_margin_empty", column, code=code)
        for code in sorted(held - margin.keys()):
            yield _finding("survey_margin_missing", column, code=code)


def _sums(margins: Margins) -> Iterator[Finding]:
    first, *others = margins
    total = sum(margins[first].values())
    for column in others:
        other = sum(margins[column].values())
        if abs(other - total) > AGREEMENT * total:
            yield _finding("survey_margins_disagree", column, first=first, total=total, other=other)


def _finding(rule: str, column: str, **values: object) -> Finding:
    told = {"column": column} | {name: str(value) for name, value in values.items()}
    return Finding(rule, "error", column=column, values=told)


def calibrated(
    drawn: "Sample",
    margins: Margins,
    method: Method = "raking",
    bounds: tuple[float, float] = BOUNDS,
) -> "Sample":
    """The sample with weights that meet `margins`, and its replicate weights with it.

    Replicates are calibrated linearly, whatever the method: that always has a solution, and the
    methods agree to first order. Raises DesignRefused for margins that do not fit the records,
    NotCalibrated where no solution is found.
    """
    before = records_of(drawn)
    if findings := margin_findings(before, margins):
        raise DesignRefused(findings)
    import svy

    old = str(drawn.design.wgt)
    matrix, wanted = _auxiliary(before, margins)
    weight = before[old].to_numpy().astype(np.float64)
    factors = _factors(weight, matrix, wanted, method, bounds)
    names = tuple(f"auxiliary_{place}" for place in range(matrix.shape[1]))
    records = before.with_columns(
        pl.Series(CALIBRATED, weight * factors),
        *(pl.Series(name, matrix[:, place]) for place, name in enumerate(names)),
    )
    record = svy.WgtAdjustment(kind="calibration", prev_wgt=old, new_wgt=CALIBRATED, aux=names)
    replicates = drawn.design.rep_wgts
    if replicates is not None:
        records = records.with_columns(
            pl.Series(
                f"{REPLICATE}{number}",
                _linear(records[name].to_numpy().astype(np.float64), matrix, wanted),
            )
            for number, name in enumerate(replicates.columns, start=1)
        )
        replicates = svy.BootstrapWgts(prefix=REPLICATE, n_reps=replicates.n_reps)
    design = drawn.design.update(wgt=CALIBRATED, wgt_adjustment=record, rep_wgts=replicates)
    return svy.Sample(records, design)


def _auxiliary(records: pl.DataFrame, margins: Margins) -> tuple[Numbers, Numbers]:
    """An indicator of each code, less the first of every margin but one, and the totals wanted."""
    columns, wanted = [], []
    for place, (name, margin) in enumerate(margins.items()):
        told = records[name].cast(pl.String)
        for code in list(margin)[bool(place) :]:
            columns.append((told == code).to_numpy().astype(np.float64))
            wanted.append(margin[code])
    return np.column_stack(columns), np.array(wanted, np.float64)


def _factors(
    weight: Numbers,
    matrix: Numbers,
    wanted: Numbers,
    method: Method,
    bounds: tuple[float, float],
) -> Numbers:
    """Calibrated over old weights, by Newton's method."""
    slopes = np.zeros(matrix.shape[1])
    for _ in range(STEPS_MAX):
        factor, derivative = _distance(matrix @ slopes, method, bounds)
        missed = wanted - matrix.T @ (weight * factor)
        if np.abs(missed).max() <= TOLERANCE * np.abs(wanted).max():
            return factor
        curvature = matrix.T @ (matrix * (weight * derivative)[:, None])
        slopes = slopes + np.linalg.lstsq(curvature, missed, rcond=None)[0]
        if not np.isfinite(slopes).all():
            break
    raise NotCalibrated(method=method, low=bounds[0], high=bounds[1])


def _distance(
    score: Numbers, method: Method, bounds: tuple[float, float]
) -> tuple[Numbers, Numbers]:
    """The factor of each score, and its derivative."""
    if method == "linear":
        return 1 + score, np.ones_like(score)
    if method == "raking":
        factor = np.exp(np.minimum(score, 50.0))
        return factor, factor
    low, high = bounds
    stretch = (high - low) / ((1 - low) * (high - 1))
    grown = np.exp(np.clip(stretch * score, -50.0, 50.0))
    below, above = high - 1, (1 - low) * grown
    factor = (low * below + high * above) / (below + above)
    derivative = stretch * grown * (high - low) * below * (1 - low) / (below + above) ** 2
    return factor, derivative


def _linear(weight: Numbers, matrix: Numbers, wanted: Numbers) -> Numbers:
    missed = wanted - matrix.T @ weight
    curvature = matrix.T @ (matrix * weight[:, None])
    slopes = np.linalg.lstsq(curvature, missed, rcond=None)[0]
    factors: Numbers = np.asarray(1 + matrix @ slopes, np.float64)
    return weight * factors
