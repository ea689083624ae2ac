"""Rows of the database as frames, and frames as temporary tables of a run of linkage."""

from io import BytesIO

import polars as pl
import psycopg
from psycopg.sql import SQL, Composable, Identifier

from warehouse.raw import copy_frame


def ids(session: psycopg.Connection, query: str, *values: object) -> set[int]:
    """The numbers that a query gives, of submissions or of pairs."""
    return {number for (number,) in session.execute(query, values or None)}


def copy_out(session: psycopg.Connection, query: Composable | str) -> pl.DataFrame:
    """The rows of a query, all as text, by one COPY."""
    text = SQL(query) if isinstance(query, str) else query
    buffer = BytesIO()
    with session.cursor().copy(
        SQL("copy ({}) to stdout (format csv, header)").format(text)
    ) as copy:
        for chunk in copy:
            buffer.write(chunk)
    buffer.seek(0)
    return pl.read_csv(buffer, infer_schema=False)


def put(session: psycopg.Connection, table: str, frame: pl.DataFrame) -> None:
    """A temporary table of the rows of `frame`, all text but the integers."""
    columns = SQL(", ").join(
        SQL("{} {}").format(Identifier(n), SQL("bigint" if t.is_integer() else "text"))
        for n, t in frame.schema.items()
    )
    session.execute(SQL("drop table if exists {}").format(Identifier(table)))
    session.execute(SQL("create temporary table {} ({})").format(Identifier(table), columns))
    copy_frame(session, Identifier(table), frame)
    session.execute(SQL("analyze {}").format(Identifier(table)))
