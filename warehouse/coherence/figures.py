"""The values of comparisons: from a release, from the one before it, and from what is published."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from psycopg.rows import dict_row

from warehouse.coherence.comparison import Compared, Comparison, Published, Released
from warehouse.indicator import TOTAL, Dataflow
from warehouse.observation import (
    FREQ,
    PublishedDataflow,
    Selection,
    published_dataflows,
    select_observations,
)
from warehouse.periods import first_day
from warehouse.releasing.published import Release, published_release

MULTIPLE = frozenset({"measure", "provider", "vintage", "amount"})
"""Dimensions without a total: a comparison has to name a code of each."""


@dataclass(frozen=True)
class Value:
    """A figure and its period; the same figure in the release before, and a year before."""

    value: float
    period: str
    status: str
    before_release: float | None
    year_before: float | None


@dataclass(frozen=True)
class Side:
    """What is read of one release."""

    release: Release
    before: int | None
    flows: Mapping[str, PublishedDataflow]
    flows_before: Mapping[str, PublishedDataflow]


def side_of(
    session: psycopg.Connection[Any], release: int | None = None, as_of: datetime | None = None
) -> Side:
    """A release (that of an instant, or now) with the one before it; raises UnknownRelease."""
    chosen = published_release(session, release, as_of)
    before = chosen.base
    return Side(
        chosen,
        before,
        {p.id: p for p in published_dataflows(session, chosen.number)},
        {} if before is None else {p.id: p for p in published_dataflows(session, before)},
    )


def values_of(
    session: psycopg.Connection[Any], comparison: Comparison, side: Side
) -> list[Value | None]:
    """The value of each figure; None where the release does not tell it, or withholds it."""
    return [_value(session, compared, side) for compared in comparison.figures]


def _value(session: psycopg.Connection[Any], compared: Compared, side: Side) -> Value | None:
    origin = compared.origin
    if isinstance(origin, Published):
        return Value(origin.value * origin.factor, origin.period, "A", None, None)
    told = _series(session, origin, side.flows)
    if not told:
        return None
    period = max(told, key=first_day)
    value, status = told[period]
    before = _series(session, origin, side.flows_before).get(period)
    year_before = told.get(_year_before(period))
    return Value(
        value,
        period,
        status,
        before[0] if before else None,
        year_before[0] if year_before else None,
    )


def _series(
    session: psycopg.Connection[Any], origin: Released, flows: Mapping[str, PublishedDataflow]
) -> dict[str, tuple[float, str]]:
    """The values of the figure by period, with their status; empty where nothing is released."""
    published = flows.get(origin.dataflow)
    if published is None or not _is_told(published.definition, origin):
        return {}
    told = _cell(session, published, origin, origin.codes)
    parts = [_cell(session, published, origin, {**origin.codes, **p}) for p in origin.less]
    series = {}
    for period, (whole, status) in told.items():
        # No row is nobody; a row without a value is withheld, and so is what it is taken from.
        taken = [part.get(period, (0.0, status))[0] for part in parts]
        known = [value for value in (whole, *taken) if value is not None]
        if whole is not None and len(known) == len(taken) + 1:
            series[period] = ((whole - sum(known[1:])) * origin.factor, status)
    return series


def _is_told(definition: Dataflow, origin: Released) -> bool:
    named = {*origin.codes, *(d for part in origin.less for d in part)}
    return named <= set(definition.dimension_ids)


def _cell(
    session: psycopg.Connection[Any],
    published: PublishedDataflow,
    origin: Released,
    codes: Mapping[str, str],
) -> dict[str, tuple[float | None, str]]:
    """The released values of one cell by period, with their status; None where withheld."""
    asked = {d: [codes.get(d, TOTAL)] for d in published.definition.dimension_ids}
    known = {d: {c.code for c in published.codes(d)} for d in asked}
    if any(not set(chosen) <= known[d] for d, chosen in asked.items()):
        return {}
    if origin.freq not in published.definition.frequencies:
        return {}
    query = select_observations(published, Selection({**asked, FREQ: [origin.freq]}))
    with session.cursor(row_factory=dict_row) as rows:
        found = rows.execute(query).fetchall()
    return {
        row["time_period"]: (
            None if row["obs_value"] is None else float(row["obs_value"]),
            row["obs_status"],
        )
        for row in found
    }


def _year_before(period: str) -> str:
    """The same period of the year before (2026-03: 2025-03)."""
    return f"{int(period[:4]) - 1}{period[4:]}"
