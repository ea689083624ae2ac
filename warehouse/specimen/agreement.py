"""The figures that a specimen is calibrated to, beside those that were released of it.

Only figures that a released cell tells: those of other breakdowns, such as a band of wages, and
those withheld are left out and counted.
"""

from collections.abc import Mapping

from warehouse.indicator import TOTAL, Dataflow
from warehouse.quality import Coherence, Difference
from warehouse.specimen.calibration import Figure, calibration
from warehouse.specimen.correspondences import correspondence
from warehouse.specimen.truth import Made

Observed = Mapping[tuple[str, ...], float | None]
"""Values by the period and a code for each dimension of the dataflow; None where withheld."""

DIMENSIONS = {"motif": "reason", "region": "ref_area"}
"""What the calibration calls by the name of a source, as dimensions of observations."""

MONTHS_OF_YEAR = 12


def coherence(dataflow: Dataflow, made: Made, observed: Observed) -> Coherence:
    """The calibration's figures of `dataflow` beside the observations of a specimen."""
    named = [figure for figure in calibration().figures if figure.dataflow == dataflow.id]
    beside = (difference(figure, dataflow, made, observed) for figure in named)
    found = tuple(told for told in beside if told)
    return Coherence(made.scale, found, left_out=len(named) - len(found))


def wanted_periods(made: Made) -> dict[str, str]:
    """The periods by `at` of the calibration: the last month, and a year that is whole."""
    is_whole = made.months >= MONTHS_OF_YEAR and made.end.endswith("-12")
    return {"end": made.end} | ({"year": made.end[:4]} if is_whole else {})


def difference(
    figure: Figure, dataflow: Dataflow, made: Made, observed: Observed
) -> Difference | None:
    """One figure beside its cell; None where no released cell tells it."""
    period = wanted_periods(made).get(figure.at)
    codes = cell(figure, dataflow)
    if period is None or codes is None:
        return None
    less = _less(figure)
    counted = _value(dataflow, period, codes, less, observed)
    total = _value(dataflow, period, {}, {}, observed)
    if counted is None or not total:
        return None
    is_mean = dataflow.time_aggregation == "ratio"
    if figure.unit == "percent":
        specimen = 100 * counted / total
    else:
        specimen = counted if is_mean else counted / made.scale
    return Difference(
        id=figure.id,
        codes=codes,
        less=less,
        published=figure.value,
        published_period=figure.period,
        source=figure.source,
        unit=figure.unit,
        specimen=round(specimen, 2),
        specimen_period=period,
        counted=None if is_mean else counted,
        difference_percent=round(100 * (specimen / figure.value - 1), 2),
    )


def cell(figure: Figure, dataflow: Dataflow) -> dict[str, str] | None:
    """The codes of a figure's cell, totals left out; None where the dataflow has no such cell."""
    name = DIMENSIONS.get(figure.dimension, figure.dimension)
    broken_down = {} if figure.breakdown == TOTAL else {name: _code(name, figure.breakdown)}
    codes = {**figure.codes, **broken_down}
    is_told = name == TOTAL or name in dataflow.dimension_ids
    return codes if is_told and set(codes) <= set(dataflow.dimension_ids) else None


def _code(dimension: str, breakdown: str) -> str:
    """The common code of a breakdown that the calibration tells in its source's own."""
    if dimension == "ref_area":
        return f"MA-{breakdown}"
    if dimension == "reason":
        rows = correspondence("reason", "dgsn").select("source_code", "code").iter_rows()
        return str(dict(rows)[breakdown])
    return breakdown


def _less(figure: Figure) -> dict[str, tuple[str, ...]]:
    """The codes that the figure's total leaves out, by dimension."""
    is_less = figure.less and figure.breakdown == TOTAL
    return {figure.dimension: figure.less} if is_less else {}


def _value(
    dataflow: Dataflow,
    period: str,
    codes: Mapping[str, str],
    less: Mapping[str, tuple[str, ...]],
    observed: Observed,
) -> float | None:
    """The value of a cell less other cells; None where one of them is withheld.

    A cell to be taken away that is not observed had nobody in it.
    """

    def at(held: Mapping[str, str]) -> tuple[str, ...]:
        return (period, *(held.get(d, TOTAL) for d in dataflow.dimension_ids))

    whole = observed.get(at(codes))
    taken = [observed.get(at({**codes, d: c}), 0.0) for d, cs in less.items() for c in cs]
    known = [value for value in taken if value is not None]
    if whole is None or len(known) < len(taken):
        return None
    return whole - sum(known)
