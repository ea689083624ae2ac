"""Codes the titles that the extracts hold, and keeps each coding for the harmonised models.

Only distinct titles are looked at; what is kept of a title are the words of known ones.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
from psycopg.sql import SQL, Identifier

from warehouse.coding.coder import Coder, Coding
from warehouse.coding.known import known_titles
from warehouse.contracts.contract import Contract, contracts

CODED_AS = "occupation"


@dataclass(frozen=True)
class Met:
    """A title that an extract holds, in capitals, with the hash by which models find its code."""

    title_hash: str
    title: str


def code_titles(session: psycopg.Connection) -> int:
    """Code the titles of marked periods that have no code yet; their number.

    Where known titles or the method changed, all titles are coded anew, and the periods that hold
    a title with another code now are marked.
    """
    known = Coder(known_titles(session))
    before = _codes(session)
    anew = _version(session) != known.version
    met = {found.title_hash: found for found in _met(session, everywhere=anew)}
    waiting = [found for found in met.values() if anew or found.title_hash not in before]
    codings = known.code([found.title for found in waiting])
    if anew:
        session.execute("delete from codes.coded_title")
    for found, coding in zip(waiting, codings, strict=True):
        _keep(session, found, coding, known)
    changed = [
        found.title_hash
        for found, coding in zip(waiting, codings, strict=True)
        if before.get(found.title_hash, coding.code) != coding.code
    ]
    _mark(session, changed)
    session.commit()
    return len(waiting)


def coder() -> Coder:
    """The coder of what the warehouse knows now."""
    from warehouse.database import connect

    with connect("simimo_pipeline") as session:
        return Coder(known_titles(session))


def _codes(session: psycopg.Connection) -> dict[str, str]:
    return dict(session.execute("select title_hash, code from codes.coded_title").fetchall())


def _version(session: psycopg.Connection) -> str | None:
    """The version behind the codings kept; None where there are none."""
    row = session.execute("select max(model_version) from codes.coded_title").fetchone()
    return row[0] if row else None


def _met(session: psycopg.Connection, everywhere: bool) -> Iterator[Met]:
    for contract, column in _title_columns():
        if submissions := _submissions(session, contract, everywhere):
            yield from _titles(session, contract, column, submissions)


def _title_columns() -> Iterator[tuple[Contract, str]]:
    """The columns of job titles in words, of all contracts."""
    for contract in contracts().values():
        for column in contract.columns:
            if column.coded_as == CODED_AS:
                yield contract, column.name


def _submissions(session: psycopg.Connection, contract: Contract, everywhere: bool) -> list[int]:
    """The current submissions of a contract: all, or those of its marked periods."""
    rows = session.execute(
        """
        select distinct c.submission_id from submission.current_submission as c
        where
            c.contract = %(contract)s
            and (
                %(everywhere)s
                or exists (
                    select 1 from submission.affected_period as a
                    where
                        a.contract = c.contract
                        and (a.period = c.period or %(cumulative)s)
                )
            )
        """,
        {
            "contract": contract.id,
            "everywhere": everywhere,
            "cumulative": contract.coverage == "cumulative",
        },
    )
    return [row[0] for row in rows.fetchall()]


def _titles(
    session: psycopg.Connection, contract: Contract, column: str, submissions: list[int]
) -> list[Met]:
    statement = SQL(
        """
        select md5(upper(trim({column}))), upper(trim({column}))
        from {table}
        where submission_id = any(%s) and trim({column}) <> ''
        group by upper(trim({column}))
        """
    ).format(column=Identifier(column), table=Identifier("raw", contract.id))
    return [Met(*row) for row in session.execute(statement, [submissions]).fetchall()]


def _mark(session: psycopg.Connection, title_hashes: list[str]) -> None:
    """Mark the periods whose records hold one of these titles."""
    if not title_hashes:
        return
    for contract, column in _title_columns():
        statement = SQL(
            """
            insert into submission.affected_period (contract, period, reason)
            select distinct c.contract, c.period, 'a title has another code'
            from {table} as r
            inner join submission.current_submission as c
                on r.submission_id = c.submission_id and c.contract = %s
            where md5(upper(trim(r.{column}))) = any(%s)
            """
        ).format(column=Identifier(column), table=Identifier("raw", contract.id))
        session.execute(statement, [contract.id, title_hashes])


def _keep(session: psycopg.Connection, found: Met, coding: Coding, known: Coder) -> None:
    session.execute(
        """
        insert into codes.coded_title (title_hash, title, code, score, method, model_version)
        values (%s, %s, %s, %s, %s, %s)
        """,
        [
            found.title_hash,
            known.shown(found.title),
            coding.code,
            coding.score,
            coding.method,
            known.version,
        ],
    )
