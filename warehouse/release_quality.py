"""What the quality of a release is told from: arrivals, first publications, revisions, linkage.

Arrivals are read in the snapshot of what is released, the rest once its observations are merged.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import psycopg
from psycopg.sql import SQL, Identifier

from warehouse.indicator import Dataflow
from warehouse.quality import (
    Arrival,
    Coherence,
    Extract,
    LinkageError,
    Quality,
    Response,
    Revisions,
    median_days,
    quality,
    rests_on_linked,
)
from warehouse.release_gate import Submission, behind

SURVEYED = "hcp_survey_households"
"""The extract of the households drawn: a dataflow that rests on it has a response rate."""
NEVER_REVISED = Revisions(releases=0, compared=0, mean_absolute_percent=None)


def qualities(
    session: psycopg.Connection[Any],
    number: int,
    at: datetime,
    unknown: Mapping[str, tuple[Dataflow, Mapping[str, float | None]]],
    submissions: Sequence[Submission],
    arrived: Mapping[Extract, Arrival],
) -> dict[str, Quality]:
    """The quality of every dataflow of release `number`; `unknown` has its shares of _U."""
    base = {name: flow.freq for name, (flow, _) in unknown.items()}
    first = _first_published(session, base)
    revised = _revisions(session, number, base)
    current = {(s.contract, s.period) for s in submissions}
    is_linked = any(rests_on_linked(flow) for flow, _ in unknown.values())
    linkage = _linkage_error() if is_linked else None
    coherent = _coherence(session, [flow for flow, _ in unknown.values()], submissions)
    response = _response(session)
    return {
        name: quality(
            flow,
            first.get(name, {}),
            arrived,
            current,
            shares,
            revised.get(name, NEVER_REVISED),
            linkage if rests_on_linked(flow) else None,
            at.date(),
            coherent.get(name),
            response if SURVEYED in flow.sources else None,
        )
        for name, (flow, shares) in unknown.items()
    }


def arrivals(session: psycopg.Connection[Any]) -> dict[Extract, Arrival]:
    """When each extract was first received, and when first accepted."""
    found = session.execute("""
        select contract, period,
            min(received_at) filter (where state not in ('rejected', 'withdrawn')),
            min(coalesce(decided_at, received_at)) filter (
                where state in ('accepted', 'superseded')
            )
        from submission.submission group by contract, period
    """)
    return {
        (contract, period): Arrival(received.date(), accepted.date() if accepted else None)
        for contract, period, received, accepted in found
        if received
    }


def days_to_release(session: psycopg.Connection[Any], number: int) -> dict[str, float | None]:
    """The median days from the end of a base period to its release, by dataflow of a release."""
    found = session.execute(
        "select dataflow, definition ->> 'freq' from release.dataflow where number = %s", [number]
    ).fetchall()
    first = _first_published(session, dict(found))
    return {name: median_days(list(first.get(name, {}).items())) for name, _ in found}


def _first_published(
    session: psycopg.Connection[Any], base: Mapping[str, str]
) -> dict[str, dict[str, date]]:
    """The day on which each base period of each dataflow was first published."""
    found = session.execute(
        """
        select o.dataflow, o.time_period, min(r.released_at)
        from release.observation as o
        inner join release.release as r on o.valid_from_release = r.number
        where (o.dataflow, o.freq) in (select * from unnest(%s::text[], %s::text[]))
        group by o.dataflow, o.time_period
        """,
        [list(base), list(base.values())],
    )
    first: dict[str, dict[str, date]] = {}
    for dataflow, period, released_at in found:
        first.setdefault(dataflow, {})[period] = released_at.date()
    return first


def _revisions(
    session: psycopg.Connection[Any], number: int, base: Mapping[str, str]
) -> dict[str, Revisions]:
    """How far the observations of the base frequency moved since they were first published."""
    releases = dict(
        session.execute(
            """
            select f.dataflow, count(*) from release.frozen_dataflow as f
            inner join release.release as r on f.number = r.number
            where r.number = %(number)s or r.status = 'published' and r.number < %(number)s
            group by f.dataflow
            """,
            {"number": number},
        ).fetchall()
    )
    found = session.execute(
        """
        with first_value as (
            select distinct on (o.dataflow, o.series_key, o.time_period)
                o.dataflow, o.series_key, o.time_period, o.obs_value
            from release.observation as o
            where o.valid_to_release is not null and o.obs_value is not null
            order by o.dataflow, o.series_key, o.time_period, o.valid_from_release
        ),

        -- Of a first value of zero no percentage can be taken.
        compared as (
            select o.dataflow,
                100 * abs(o.obs_value / nullif(coalesce(f.obs_value, o.obs_value), 0) - 1)
                    as revision
            from release.observation as o
            left join first_value as f using (dataflow, series_key, time_period)
            where o.valid_to_release is null and o.obs_value is not null
                and (f.obs_value is not null or o.valid_from_release < %s)
                and (o.dataflow, o.freq) in (select * from unnest(%s::text[], %s::text[]))
        )

        select dataflow, count(revision), round(avg(revision), 3)
        from compared group by dataflow
        """,
        [number, list(base), list(base.values())],
    ).fetchall()
    told = {name: Revisions(count, 0, None) for name, count in releases.items()}
    for name, compared, mean in found:
        percent = None if mean is None else float(mean)
        told[name] = replace(told[name], compared=compared, mean_absolute_percent=percent)
    return told


def _response(session: psycopg.Connection[Any]) -> Response | None:
    """The response to the newest round that was estimated."""
    row = session.execute(
        "select period, drawn, respondent,"
        " cast(round(cast(100 * response_rate as numeric), 1) as double precision)"
        " from survey.response"
        " where stratum = '_T' order by period desc limit 1"
    ).fetchone()
    return Response(*row) if row else None


def _linkage_error() -> LinkageError | None:
    """Precision and recall of the links in force; None before any linkage."""
    from warehouse.errors import NothingLinked, NoTruth
    from warehouse.linkage.quality_figures import linkage_error

    try:
        return linkage_error()
    except (NothingLinked, NoTruth):
        return None


def _coherence(
    session: psycopg.Connection[Any], flows: Sequence[Dataflow], submissions: Sequence[Submission]
) -> dict[str, Coherence]:
    """Dataflows of nothing but a specimen beside the figures that it is calibrated to.

    Nothing is told where the specimen's truth is not found or does not tell its scale.
    """
    from warehouse.settings import settings
    from warehouse.specimen.agreement import coherence, wanted_periods
    from warehouse.specimen.calibration import calibration
    from warehouse.specimen.truth import newest_truth, read_made

    folder = newest_truth(settings().specimen_dir)
    made = read_made(folder) if folder else None
    calibrated = {figure.dataflow for figure in calibration().figures}
    if made is None:
        return {}
    periods = list(wanted_periods(made).values())
    return {
        flow.id: coherence(flow, made, _observed(session, flow, periods))
        for flow in flows
        if flow.id in calibrated and {s.is_specimen for s in behind(flow, submissions)} == {True}
    }


def _observed(
    session: psycopg.Connection[Any], dataflow: Dataflow, periods: Sequence[str]
) -> dict[tuple[str, ...], float | None]:
    """The released observations of these periods: the period, then a code a dimension."""
    found = session.execute(
        SQL(
            "select time_period, {}, obs_value from release.observation where dataflow = %s"
            " and valid_to_release is null and time_period = any(%s)"
        ).format(SQL(", ").join(map(Identifier, dataflow.dimension_ids))),
        [dataflow.id, list(periods)],
    )
    return {tuple(key): None if value is None else float(value) for *key, value in found}
