"""The annual figures of a release that ILO's tables are filled from."""

from collections.abc import Iterable, Mapping
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
from warehouse.releasing.published import Release, published_number, releases

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
) -> tuple[Release, Mapping[str, ReleasedYear]]:
    """A release (the latest), and what it says of `year` in the dataflows that `tables` name.

    Raises UnknownRelease, or NoFigureOfYear where it says nothing of them.
    """
    chosen = published_number(session, number)
    asked = {source.dataflow for table in tables for source in table.sources}
    published = [p for p in published_dataflows(session, chosen) if p.id in asked]
    found = {
        p.id: ReleasedYear(p.definition, _annual(session, p, year), _labels(p)) for p in published
    }
    if not any(one.observations for one in found.values()):
        raise NoFigureOfYear(year=year, release=chosen)
    return next(r for r in releases(session) if r.number == chosen), found


def _annual(
    session: psycopg.Connection[Any], published: PublishedDataflow, year: int
) -> list[dict[str, Any]]:
    if ANNUAL not in published.definition.frequencies:
        return []
    query = select_observations(published, Selection({FREQ: ANNUAL}, str(year), str(year)))
    with session.cursor(row_factory=dict_row) as rows:
        return rows.execute(query).fetchall()


def _labels(published: PublishedDataflow) -> dict[str, dict[str, Labels]]:
    return {
        d.id: {code.code: code.label for code in published.code_lists[d.code_list]}
        for d in published.definition.dimensions
    }
