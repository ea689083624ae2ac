"""The annual figures of a release that ILO's tables are filled from."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import psycopg
from psycopg.rows import dict_row

from warehouse.errors import SimimoError
from warehouse.ilms.filling import ReleasedYear
from warehouse.ilms.questionnaire import Table
from warehouse.indicator import Labels
from warehouse.observation import (
    FREQ,
    PublishedDataflow,
    Selection,
    published_dataflows,
    select_observations,
)
from warehouse.releasing.published import Release, published_release

ANNUAL = "A"


class NoFigureOfYear(SimimoError):
    """The release has no annual figure of the year for any table."""

    key = "ilms_no_figure_of_year"
    http_status = 404


def released_year(
    session: psycopg.Connection[Any],
    tables: Iterable[Table],
    year: int,
    number: int | None = None,
    as_of: datetime | None = None,
) -> tuple[Release, Mapping[str, ReleasedYear]]:
    """A release (that of an instant, or now), and what it says of `year` for the `tables`.

    Raises UnknownRelease, or NoFigureOfYear where it says nothing of them.
    """
    release = published_release(session, number, as_of)
    asked = {source.dataflow for table in tables for source in table.sources}
    published = [p for p in published_dataflows(session, release.number) if p.id in asked]
    found = {
        p.id: ReleasedYear(p.definition, _annual(session, p, year), _labels(p)) for p in published
    }
    if not any(one.observations for one in found.values()):
        raise NoFigureOfYear(year=year, release=release.number)
    return release, found


def _annual(
    session: psycopg.Connection[Any], published: PublishedDataflow, year: int
) -> list[dict[str, Any]]:
    if ANNUAL not in published.definition.frequencies:
        return []
    query = select_observations(published, Selection({FREQ: (ANNUAL,)}, str(year), str(year)))
    with session.cursor(row_factory=dict_row) as rows:
        return rows.execute(query).fetchall()


def _labels(published: PublishedDataflow) -> dict[str, dict[str, Labels]]:
    return {
        d.id: {code.code: code.label for code in published.code_lists[d.code_list]}
        for d in published.definition.dimensions
    }
