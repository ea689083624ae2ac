"""The revision triangle of a dataflow: each cell and period, as each release told it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.rows import dict_row
from psycopg.sql import SQL, Composable, Identifier, Literal

from warehouse.observation import PLACE, PublishedDataflow, Selection, selected_cells
from warehouse.releasing.cursor import Place, cursor_at, place_after
from warehouse.releasing.published import Release

SAID = ("obs_value", "obs_status", "conf_status")


@dataclass(frozen=True)
class Vintage:
    """What one release says of a cell and period; the value exact decimal text."""

    release: int
    obs_value: str | None
    obs_status: str
    conf_status: str


@dataclass(frozen=True)
class Revised:
    """One cell and period with its vintages, the earliest release first.

    A release without a vintage here does not tell the cell.
    """

    codes: Mapping[str, str]
    time_period: str
    vintages: tuple[Vintage, ...]


@dataclass(frozen=True)
class Triangle:
    """Cells in stable order, over the releases that told the dataflow, and the next cursor."""

    published: PublishedDataflow
    releases: Sequence[Release]
    cells: Sequence[Revised]
    next_cursor: str | None


def triangle(
    session: psycopg.Connection[Any],
    published: PublishedDataflow,
    releases: Sequence[Release],
    selection: Selection,
    cursor: str | None,
    limit: int,
) -> Triangle:
    """At most `limit` cells and periods after `cursor`, in every release up to `published`.

    `releases` are those that can be read, in any order. Raises InvalidFilter, InvalidCursor.
    """
    told = _telling(session, published, releases)
    rows = _rows(session, published, selection, cursor, limit + 1)
    said: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for row in rows:
        said.setdefault((row["series_key"], row["time_period"]), []).append(row)
    places = list(said)
    cells = [_revised(published, told, said[place]) for place in places[:limit]]
    following = None
    if len(places) > limit:
        following = cursor_at(Place(published.release, published.id, *places[limit - 1]))
    return Triangle(published, told, cells, following)


def _telling(
    session: psycopg.Connection[Any], published: PublishedDataflow, releases: Sequence[Release]
) -> list[Release]:
    """The releases up to that of `published` that hold the dataflow, the earliest first."""
    found = session.execute(
        "select number from release.frozen_dataflow where dataflow = %s and number <= %s",
        [published.id, published.release],
    )
    holding = {number for (number,) in found}
    return sorted((r for r in releases if r.number in holding), key=lambda r: r.number)


def _rows(
    session: psycopg.Connection[Any],
    published: PublishedDataflow,
    selection: Selection,
    cursor: str | None,
    limit: int,
) -> list[dict[str, Any]]:
    """Everything that was ever said of the first `limit` cells and periods after `cursor`."""
    conditions: list[Composable] = [
        SQL("o.valid_from_release <= {}").format(Literal(published.release)),
        *selected_cells(published, selection),
    ]
    if cursor is not None:
        place = place_after(cursor, published.release, published.id)
        after = SQL(", ").join(map(Literal, place))
        conditions.append(SQL("({}) > ({})").format(PLACE, after))
    codes = SQL(", ").join(SQL("o.{}").format(Identifier(d)) for d in published.dimension_ids)
    query = SQL("""
        with cell as (
            select distinct o.series_key, o.time_period from release.observation as o
            where {conditions} order by o.series_key, o.time_period limit {limit}
        )

        select {codes}, o.series_key, o.time_period, cast(o.obs_value as text) as obs_value,
            o.obs_status, o.conf_status, o.valid_from_release, o.valid_to_release
        from release.observation as o
        inner join cell as c on o.series_key = c.series_key and o.time_period = c.time_period
        where o.dataflow = {dataflow} and o.valid_from_release <= {release}
        order by o.series_key, o.time_period, o.valid_from_release
    """).format(
        codes=codes,
        conditions=SQL(" and ").join(conditions),
        limit=Literal(limit),
        dataflow=Literal(published.id),
        release=Literal(published.release),
    )
    with session.cursor(row_factory=dict_row) as rows:
        return rows.execute(query).fetchall()


def _revised(
    published: PublishedDataflow, releases: Sequence[Release], said: Sequence[Mapping[str, Any]]
) -> Revised:
    vintages = tuple(
        Vintage(release.number, *(row[name] for name in SAID))
        for release in releases
        for row in said
        if row["valid_from_release"] <= release.number
        and (row["valid_to_release"] is None or release.number < row["valid_to_release"])
    )
    codes = {d: str(said[0][d]) for d in published.dimension_ids}
    return Revised(codes, said[0]["time_period"], vintages)
