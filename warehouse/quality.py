"""The quality of a dataflow at its release, in figures, in the order of SIMS (ESS).

Accuracy (coverage, unknown codes, linkage error, revisions), timeliness and punctuality: from what
the release was made of. They stand in its manifest, outside the content hash: equal content stays
equal. docs/quality.md tells the rule of each figure.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from itertools import takewhile
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, Literal

from warehouse.contracts.contract import contracts
from warehouse.indicator import ESTIMATE, MEASURES, TOTAL, Dataflow, Labels
from warehouse.periods import due_date, due_periods, first_day, is_regular, last_day, period_of
from warehouse.settings import settings

if TYPE_CHECKING:
    import polars as pl

UNKNOWN = "_U"
REF = re.compile(r"""ref\(\s*["'](\w+)["']""")

Extract = tuple[str, str]
"""One extract: a contract and its period."""


@dataclass(frozen=True)
class Arrival:
    """When an extract first came, and when a version of it was first accepted."""

    received: date
    accepted: date | None


@dataclass(frozen=True)
class Revisions:
    """Observations published before, and how far they have moved since they first were.

    `mean_absolute_percent` is None where none was published before.
    """

    releases: int
    compared: int
    mean_absolute_percent: float | None


@dataclass(frozen=True)
class LinkageError:
    """Precision and recall of the links between sources, in percent.

    `basis` tells from what: the truth of a specimen, or the answers of reviewers (review).
    """

    precision: float | None
    recall: float | None
    basis: str


@dataclass(frozen=True)
class Difference:
    """A published figure beside the specimen's released one, brought to scale 1.

    `codes` name the cell, all others at their total; `less` codes are taken from that total.
    `counted` is the count behind it at the specimen's own scale, None of a mean.
    """

    id: str
    codes: Mapping[str, str]
    less: Mapping[str, Sequence[str]]
    published: float
    published_period: str
    source: Labels
    unit: str
    specimen: float
    specimen_period: str
    counted: float | None
    difference_percent: float


@dataclass(frozen=True)
class Coherence:
    """The figures that a specimen is calibrated to; `left_out` have no published cell with them."""

    scale: float
    figures: Sequence[Difference]
    left_out: int


@dataclass(frozen=True)
class Response:
    """Households of a survey's newest round that answered; `rate` is in percent of the eligible."""

    period: str
    drawn: int
    respondent: int
    rate: float | None


@dataclass(frozen=True)
class Quality:
    """The quality of one dataflow: a figure is None where there is nothing that it could tell.

    `due` extracts, those of them `accepted` and `on_time`; `unknown_percent` by dimension, in the
    latest period; days are medians, from the end of a period.
    """

    latest_period: str | None
    due: int
    accepted: int
    on_time: int
    unknown_percent: Mapping[str, float | None]
    days_to_acceptance: float | None
    days_to_release: float | None
    revisions: Revisions
    linkage: LinkageError | None
    coherence: Coherence | None = None
    response: Response | None = None

    def to_json(self) -> dict[str, Any]:
        """The figures as a manifest records them."""
        return asdict(self)


def quality(
    dataflow: Dataflow,
    released: Mapping[str, date],
    arrivals: Mapping[Extract, Arrival],
    current: Collection[Extract],
    unknown_percent: Mapping[str, float | None],
    revisions: Revisions,
    linkage: LinkageError | None,
    today: date,
    coherence: Coherence | None = None,
    response: Response | None = None,
) -> Quality:
    """The quality of `dataflow` on the day of its release.

    `released` gives its base periods with the day on which each was first published, `current`
    the extracts whose rows count.
    """
    periods = sorted(released)
    due = due_extracts(dataflow, periods, current, today)
    behind = [e for e in current if e[0] in dataflow.sources and _is_within(e[1], periods)]
    accepted = [(e, arrivals[e].accepted) for e in behind if e in arrivals]
    return Quality(
        latest_period=periods[-1] if periods else None,
        due=len(due),
        accepted=len(due & set(current)),
        on_time=sum(_is_on_time(extract, arrivals) for extract in due),
        unknown_percent=unknown_percent,
        days_to_acceptance=median_days([(e[1], day) for e, day in accepted if day]),
        days_to_release=median_days(list(released.items())),
        revisions=revisions,
        linkage=linkage,
        coherence=coherence,
        response=response,
    )


def due_extracts(
    dataflow: Dataflow, periods: Sequence[str], current: Collection[Extract], today: date
) -> set[Extract]:
    """The extracts of its sources that were due by `today` for its base `periods`.

    One that came before its due date is due too; of a cumulative one the newest alone. Campaigns
    and what others publish never are.
    """
    if not periods:
        return set()
    return {
        (source, period)
        for source in dataflow.sources
        for period in _periods_of(source, periods)
        if _is_past(source, period, today) or (source, period) in current
    }


def _periods_of(source: str, periods: Sequence[str]) -> list[str]:
    contract = contracts()[source]
    if not is_regular(contract):
        return []
    first = period_of(first_day(periods[0]), contract.frequency)
    ends = last_day(periods[-1])
    found = takewhile(lambda period: last_day(period) <= ends, due_periods(contract, first))
    within = [period for period in found if _is_within(period, periods)]
    # The newest cumulative extract tells all that the ones before told.
    return within[-1:] if contract.coverage == "cumulative" else within


def _is_within(period: str, periods: Sequence[str]) -> bool:
    if not periods:
        return False
    return first_day(periods[0]) <= last_day(period) <= last_day(periods[-1])


def _is_past(source: str, period: str, today: date) -> bool:
    due = due_date(contracts()[source], period)
    return due is not None and due < today


def _is_on_time(extract: Extract, arrivals: Mapping[Extract, Arrival]) -> bool:
    due = due_date(contracts()[extract[0]], extract[1])
    return extract in arrivals and due is not None and arrivals[extract].received <= due


def median_days(days: Sequence[tuple[str, date]]) -> float | None:
    """The median days from the end of each period to its day; None without any."""
    counted = [(day - last_day(period)).days for period, day in days]
    return median(counted) if counted else None


def unknown_percent(rows: "pl.DataFrame", dataflow: Dataflow) -> dict[str, float | None]:
    """The share of the unknown (_U) by dimension in the latest base period, in percent.

    From protected observations: None where a withheld figure would be needed. A dimension whose
    parts exceed their total is left out: means, medians and shares do not add up.
    """
    import polars as pl

    base = rows.filter(pl.col("freq") == dataflow.freq)
    if base.is_empty():
        return {}
    latest = base.filter(pl.col("time_period") == pl.col("time_period").max()).with_columns(
        pl.col("obs_value").cast(pl.Float64)
    )
    found = {}
    for dimension in dataflow.dimension_ids:
        if dimension not in MEASURES:
            share = _unknown_of(_at_totals(latest, dataflow, dimension), dimension)
            if share is not False:
                found[dimension] = share
    return found


def _at_totals(latest: "pl.DataFrame", dataflow: Dataflow, dimension: str) -> "pl.DataFrame":
    """The rows with every other dimension at its total; of several measures the first.

    Of an estimate the figure itself, not its error.
    """
    import polars as pl

    for other in dataflow.dimension_ids:
        codes = latest[other].unique()
        if other in MEASURES:
            first = ESTIMATE if ESTIMATE in codes else codes.min()
            latest = latest.filter(pl.col(other) == first)
        elif other != dimension and TOTAL in codes:
            latest = latest.filter(pl.col(other) == TOTAL)
    return latest


def _unknown_of(rows: "pl.DataFrame", dimension: str) -> float | Literal[False] | None:
    import polars as pl

    parts = rows.filter(pl.col(dimension) != TOTAL)
    whole = rows.filter(pl.col(dimension) == TOTAL)
    unknown = parts.filter(pl.col(dimension) == UNKNOWN)["obs_value"]
    total = (whole if whole.height else parts)["obs_value"]
    if float(parts["obs_value"].sum()) > float(total.sum()) * (1 + 1e-9) and not total.null_count():
        return False
    if parts.is_empty() or unknown.null_count() or total.null_count() or not total.sum():
        return None
    return round(100 * float(unknown.sum()) / float(total.sum()), 2)


def rests_on_linked(dataflow: Dataflow) -> bool:
    """Whether a model of the stage linked stands behind the figures."""
    return "linked" in _stages_behind(dataflow.model, settings().dbt_dir / "models")


@cache
def _stages_behind(model: str, folder: Path) -> frozenset[str]:
    """The stages of dbt's `model` and of all that it reads, such as linked."""
    found = next(folder.rglob(f"{model}.sql"), None)
    if found is None:
        return frozenset()
    stage = found.relative_to(folder).parts[0]
    read = REF.findall(found.read_text("utf-8"))
    return frozenset({stage}).union(*(_stages_behind(name, folder) for name in read))
