"""Unknown codes on their way to a decision: what the steward reads, and the tokens now known.

`codes.unknown_value` has the clear value, for the pipeline and the steward, until a list knows it;
`codes.token` then says which code a token in raw stands for, so that the rows take it at the
next build by themselves.
"""

import csv

import polars as pl
import psycopg
from psycopg.sql import Identifier

from warehouse import raw
from warehouse.codes import every_code
from warehouse.door import tokens_of
from warehouse.settings import settings

WAITING_MONTHS = 12
"""Months for which a value waits to be read; afterwards the sealed original alone has it."""


def note(session: psycopg.Connection, submission_id: int, unknown: pl.DataFrame) -> None:
    """Write down the unknown codes of a submission (rows as `Door.unknown` gives them)."""
    if not unknown.is_empty():
        noted = unknown.with_columns(submission_id=pl.lit(submission_id))
        raw.copy_frame(session, Identifier("codes", "unknown_value"), noted)


def settle(session: psycopg.Connection) -> None:
    """Tell which tokens are known by now, and forget the values that need wait no longer."""
    pending: dict[str, set[str]] = {}
    for variable, token in _pending(session):
        pending.setdefault(variable, set()).add(token)
    corrected = _corrected()
    for variable, waiting in pending.items():
        told = [*_decided(session, variable), *corrected]
        known = tokens_of(variable, every_code(variable, told))
        with session.cursor() as cursor:
            cursor.executemany(
                "insert into codes.token (variable, token, source_code) values (%s, %s, %s)",
                [(variable, token, known[token]) for token in sorted(waiting & set(known))],
            )
    session.execute(
        """
        update codes.unknown_value as u set value = null
        from submission.submission as s
        where u.submission_id = s.id and u.value is not null and (
            s.state = 'withdrawn'
            or s.received_at < now() - make_interval(months => %s)
            or exists (
                select 1 from codes.token as t
                where t.variable = u.variable and t.token = u.token
            )
        )
        """,
        [WAITING_MONTHS],
    )
    session.commit()


def _pending(session: psycopg.Connection) -> list[tuple[str, str]]:
    return session.execute(
        """
        select variable, token from codes.unknown_value
        except
        select variable, token from codes.token
        """
    ).fetchall()


def _decided(session: psycopg.Connection, variable: str) -> list[str]:
    rows = session.execute(
        "select distinct source_code from codes.decision_in_force where variable = %s", [variable]
    )
    return [source_code for (source_code,) in rows]


def _corrected() -> list[str]:
    """The wrong values that corrections name: in clear there, so that they may be in clear here.

    Of any variable: a value makes known only those tokens that are its own.
    """
    path = settings().dbt_dir / "seeds" / "corrections" / "correction.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return [row["source_value"] for row in csv.DictReader(file)]
