"""The changed cells of a release or draft: what was said before, what is said now, and why.

Reads schema release alone. Of a release the base is what readers saw until its instant.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.rows import dict_row
from psycopg.sql import SQL, Composable, Composed, Identifier, Literal

from warehouse.indicator import DIMENSIONS, NOT_APPLICABLE
from warehouse.releasing.causes import GONE, Cause, cause_from, reasons
from warehouse.releasing.cursor import InvalidCursor, Place, cursor_at, read_cursor
from warehouse.releasing.difference import same_key

PAGE_LIMIT = 10_000
"""Changes in a page unless the caller says otherwise."""

CONTENT = ("obs_value", "obs_status", "conf_status")
"""What is told of a cell on each side."""


@dataclass(frozen=True)
class Said:
    """What a release says of a cell: exact decimal text, none where withheld or missing."""

    obs_value: str | None
    obs_status: str
    conf_status: str


@dataclass(frozen=True)
class Change:
    """One cell that is new, says something else, or is no longer told.

    `key` has the codes of the dimensions that the cell uses: {"citizenship": "SN", "sex": "F"}.
    """

    dataflow: str
    freq: str
    key: Mapping[str, str]
    time_period: str
    old: Said | None
    new: Said | None
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class ChangePage:
    """Changes in stable order, and the cursor of the page after, if there is one."""

    changes: Sequence[Change]
    next_cursor: str | None


def changes(
    session: psycopg.Connection[Any],
    number: int,
    dataflow: str | None = None,
    cursor: str | None = None,
    limit: int = PAGE_LIMIT,
) -> ChangePage:
    """At most `limit` changes of release `number` after `cursor`; raises InvalidCursor."""
    return _page(session, number, _of_release(number), dataflow, cursor, limit)


def draft_changes(
    session: psycopg.Connection[Any],
    number: int,
    dataflow: str | None = None,
    cursor: str | None = None,
    limit: int = PAGE_LIMIT,
) -> ChangePage:
    """At most `limit` changes that draft `number` would make; raises InvalidCursor."""
    return _page(session, number, _of_draft(number), dataflow, cursor, limit)


def _columns() -> Composed:
    """Key and both sides of a changed cell; n is what is said now, o what was said."""
    key = [
        SQL("coalesce(n.{0}, o.{0}) as {0}").format(Identifier(c))
        for c in ("dataflow", "series_key", "freq", *DIMENSIONS, "time_period")
    ]
    sides = [
        SQL("{0}.{1} as {2}").format(SQL(side), Identifier(c), Identifier(f"{side}_{c}"))
        for side in ("o", "n")
        for c in CONTENT
    ]
    return SQL(", ").join([*key, *sides])


def changed_cells(number: int, *, is_draft: bool) -> Composed:
    """The query for the changed cells of a release or draft: key, o_ and n_ columns."""
    return _of_draft(number) if is_draft else _of_release(number)


def _of_release(number: int) -> Composed:
    """Nothing before its instant: a closed row would tell which cells an embargo changes."""
    return SQL("""
        select {columns}
        from (select * from release.observation where valid_from_release = {number}) as n
        full join (select * from release.observation where valid_to_release = {number}) as o
            on {same_key}
        where exists (select from release.published as p where p.number = {number})
    """).format(columns=_columns(), same_key=same_key("n", "o"), number=Literal(number))


def _of_draft(number: int) -> Composed:
    return SQL("""
        select {columns}
        from release.draft_observation as n
        inner join release.release as r on n.number = r.number
        left join release.observation as o
            on {same_key} and o.valid_from_release <= r.base
                and (o.valid_to_release is null or o.valid_to_release > r.base)
        where n.number = {number}
    """).format(columns=_columns(), same_key=same_key("n", "o"), number=Literal(number))


def _page(
    session: psycopg.Connection[Any],
    number: int,
    select: Composed,
    dataflow: str | None,
    cursor: str | None,
    limit: int,
) -> ChangePage:
    found = _rows(session, number, select, dataflow, cursor, limit + 1)
    causes = _causes(session, number)
    page = [_change(row, causes) for row in found[:limit]]
    if len(found) <= limit or not page:
        return ChangePage(page, None)
    last = found[limit - 1]
    place = Place(number, last["dataflow"], last["series_key"], last["time_period"])
    return ChangePage(page, cursor_at(place))


def _rows(
    session: psycopg.Connection[Any],
    number: int,
    select: Composed,
    dataflow: str | None,
    cursor: str | None,
    limit: int,
) -> list[dict[str, Any]]:
    conditions: list[Composable] = [SQL("true")]
    if dataflow is not None:
        conditions.append(SQL("c.dataflow = {}").format(Literal(dataflow)))
    if cursor is not None:
        place = read_cursor(cursor, dataflow or "")
        if place.release != number:
            raise InvalidCursor(dataflow=dataflow or "")
        after = SQL(", ").join(map(Literal, place[1:]))
        conditions.append(SQL("(c.dataflow, c.series_key, c.time_period) > ({})").format(after))
    query = SQL("""
        select * from ({select}) as c where {conditions}
        order by c.dataflow, c.series_key, c.time_period limit {limit}
    """).format(
        select=select,
        conditions=SQL(" and ").join(conditions),
        limit=Literal(limit),
    )
    with session.cursor(row_factory=dict_row) as rows:
        return rows.execute(query).fetchall()


def _causes(session: psycopg.Connection[Any], number: int) -> dict[str, list[Cause]]:
    """The causes by dataflow, as the manifest of the release records them."""
    found = session.execute(
        "select manifest -> 'dataflows' from release.release where number = %s", [number]
    ).fetchone()
    told = found[0] if found else {}
    return {name: [cause_from(c) for c in one.get("causes", [])] for name, one in told.items()}


def _change(row: Mapping[str, Any], causes: Mapping[str, Sequence[Cause]]) -> Change:
    old, new = (_said(row, side) for side in ("o", "n"))
    return Change(
        dataflow=row["dataflow"],
        freq=row["freq"],
        key={d: row[d] for d in DIMENSIONS if row[d] != NOT_APPLICABLE},
        time_period=row["time_period"],
        old=old,
        new=new,
        reasons=reasons(row["time_period"], old is None, causes.get(row["dataflow"], GONE)),
    )


def _said(row: Mapping[str, Any], side: str) -> Said | None:
    if row[f"{side}_obs_status"] is None:
        return None
    value = row[f"{side}_obs_value"]
    return Said(
        obs_value=None if value is None else str(value),
        obs_status=row[f"{side}_obs_status"],
        conf_status=row[f"{side}_conf_status"],
    )
