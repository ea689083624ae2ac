"""Rows on their way into the server arrive as they were, whatever characters they hold."""

import polars as pl
import pytest
from psycopg.sql import Identifier

from warehouse import raw
from warehouse.database import connect

pytestmark = pytest.mark.path

COLUMNS = ("part", "kept")
PLAIN = [("", "Salé"), ("9f2e", None), ("", "back\\slash"), ("9f2e", "\\N"), ("", "\\.")]


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(PLAIN, id="text, null and empty"),
        pytest.param([*PLAIN, ("9f2e", "two\nlines")], id="newline"),
        pytest.param([*PLAIN, ("9f2e", "return\rhere")], id="carriage return"),
        pytest.param([*PLAIN, ("9f2e", 'a "quoted", word')], id="quotes and comma"),
        pytest.param([*PLAIN, ("9f2e", f"unit{raw.SEPARATOR}here")], id="separator"),
        pytest.param([*PLAIN, ("9f2e", f"{raw.UNUSED_QUOTE}here")], id="the unused quote"),
        pytest.param([("", ""), ("9f2e", None)], id="empty beside null"),
        pytest.param([("", None), ("9f2e", None)], id="nothing but nulls"),
        pytest.param([], id="no row"),
    ],
)
def test_rows_arrive_as_they_were(
    warehouse_database: str, rows: list[tuple[str, str | None]]
) -> None:
    frame = pl.DataFrame(rows, schema=dict.fromkeys(COLUMNS, pl.String), orient="row")
    with connect() as session:
        session.execute("create temp table arrived (part text, kept text)")
        raw.copy_frame(session, Identifier("arrived"), frame)
        arrived = session.execute("select part, kept from arrived").fetchall()
    assert sorted(arrived, key=repr) == sorted(rows, key=repr)
