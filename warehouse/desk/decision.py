"""Decisions on codes: recorded, approved by a second person where required, revoked, listed.

All act as simimo_steward; an analyst reads decisions and takes none.
"""

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path

import psycopg
from psycopg.rows import class_row

from warehouse.database import connect
from warehouse.desk.code_list import codes, list_of
from warehouse.desk.correspondence import Correspondence, Line, faults
from warehouse.desk.errors import (
    ApprovalRefused,
    CorrespondenceRefused,
    DecisionSettled,
    NotAuthorised,
    UnknownDecision,
    UnknownVariable,
)
from warehouse.errors import ReasonMissing
from warehouse.ledger.acts import append, rows_sha256, text_sha256
from warehouse.source_code import matched


@dataclass(frozen=True)
class Decision:
    """A row of codes.decision: who decided what of a source code, when and why."""

    id: int
    variable: str
    provider: str
    source_code: str
    code: str
    quality: str
    valid_from: date | None
    valid_to: date | None
    status: str
    decided_by: str
    decided_at: datetime
    approved_by: str | None
    revoked_by: str | None
    note: str | None
    source: str | None


@dataclass(frozen=True)
class Recorded:
    """What recording did: rows decided anew, rows that were in force already, and their status."""

    numbers: tuple[int, ...]
    unchanged: int
    status: str


def decide(variable: str, row: Correspondence, author: str, note: str) -> Recorded:
    """Record the decision on one source code; raises CorrespondenceRefused."""
    return record(variable, [(1, row)], author, note)


def record(variable: str, rows: Sequence[Line], author: str, note: str) -> Recorded:
    """Record decisions on source codes of a variable, all of them or none.

    A row that is in force as it stands is not decided again. The newest decision on a source code
    counts, so recording is also how a decision is replaced.
    """
    if not codes(list_of(variable)):
        raise UnknownVariable(variable=variable)
    if not note.strip():
        raise ReasonMissing
    found = faults(variable, rows)
    if found:
        raise CorrespondenceRefused(found)
    status = "proposed" if variable in second_person() else "approved"
    with steward() as session:
        known = _newest(session, variable)
        # A published file may say the same of one source code in many rows: it is decided once.
        listed = {_key(row): row for _, row in rows}.values()
        fresh = [row for row in listed if known.get(_key(row)) != _meaning(row)]
        numbers = _insert(session, variable, fresh, (author, note, status))
        if numbers:
            append(
                session,
                "codes_decided",
                f"decision/{numbers[0]}",
                {
                    "variable": variable,
                    "status": status,
                    "decisions": len(numbers),
                    "rows_sha256": rows_sha256(map(_told, fresh)),
                    "note_sha256": text_sha256(note),
                },
                author,
            )
    return Recorded(numbers, len(listed) - len(fresh), status)


def approve(number: int, author: str) -> Decision:
    """Let a proposed decision apply; raises ApprovalRefused for who decided it."""
    with steward() as session:
        found = _locked(session, number)
        if found.status != "proposed":
            raise DecisionSettled(number=number, status=found.status, expected="proposed")
        if found.decided_by == author:
            raise ApprovalRefused(number=number, author=author)
        session.execute(
            """
            update codes.decision set status = 'approved', approved_by = %s, approved_at = now()
            where id = %s
            """,
            [author, number],
        )
        content = {"variable": found.variable, "row_sha256": rows_sha256([_told(found)])}
        append(session, "code_approved", f"decision/{number}", content, author)
        return _locked(session, number)


def revoke(number: int, author: str, note: str) -> Decision:
    """Take a decision back: what it had replaced counts again."""
    if not note.strip():
        raise ReasonMissing
    with steward() as session:
        found = _locked(session, number)
        if found.status == "revoked":
            raise DecisionSettled(number=number, status=found.status, expected="proposed, approved")
        session.execute(
            """
            update codes.decision
            set
                status = 'revoked', revoked_by = %s, revoked_at = now(), revoked_note = %s,
                is_built = false
            where id = %s
            """,
            [author, note, number],
        )
        content = {
            "variable": found.variable,
            "row_sha256": rows_sha256([_told(found)]),
            "note_sha256": text_sha256(note),
        }
        append(session, "code_revoked", f"decision/{number}", content, author)
        return _locked(session, number)


def decisions(variable: str | None = None, status: str | None = None) -> list[Decision]:
    """The decisions, the newest first."""
    with steward() as session, session.cursor(row_factory=class_row(Decision)) as cursor:
        return cursor.execute(
            f"""
            select {_COLUMNS} from codes.decision
            where (%(variable)s::text is null or variable = %(variable)s)
                and (%(status)s::text is null or status = %(status)s)
            order by id desc
            """,
            {"variable": variable, "status": status},
        ).fetchall()


@cache
def second_person() -> frozenset[str]:
    """The variables whose decisions a second person approves (approval.yml)."""
    import yaml

    rules = yaml.safe_load(Path(__file__).with_name("approval.yml").read_text("utf-8"))
    return frozenset(rules or {})


@contextlib.contextmanager
def steward() -> Iterator[psycopg.Connection]:
    """A transaction of the steward; raises NotAuthorised for an account that may not be one."""
    try:
        with connect("simimo_steward") as session:
            yield session
    except psycopg.errors.InsufficientPrivilege:
        raise NotAuthorised from None


_COLUMNS = ", ".join(Decision.__dataclass_fields__)


def _key(row: Correspondence) -> tuple[str, str, date | None, date | None]:
    return row.provider, matched(row.source_code), row.valid_from, row.valid_to


def _told(row: Correspondence | Decision) -> tuple[str | None, ...]:
    """What a decision says, as the ledger hashes it and codes.decision holds it."""
    days = (row.valid_from, row.valid_to)
    return (
        row.provider,
        row.source_code.strip(),
        row.code,
        row.quality,
        *(day.isoformat() if day else None for day in days),
        row.source or None,
    )


def _meaning(row: Correspondence) -> tuple[str, str, str, str]:
    return row.code, row.quality, row.source_label, row.source


def _newest(
    session: psycopg.Connection, variable: str
) -> dict[tuple[str, str, date | None, date | None], tuple[str, str, str, str]]:
    """What the newest decision says that is proposed or approved, by code and validity."""
    rows = session.execute(
        """
        select
            provider, source_code, code, quality, coalesce(source_label, ''), valid_from,
            valid_to, coalesce(source, '')
        from codes.decision where variable = %s and status <> 'revoked' order by id
        """,
        [variable],
    )
    listed = (Correspondence(*row) for row in rows)
    return {_key(row): _meaning(row) for row in listed}


def _insert(
    session: psycopg.Connection,
    variable: str,
    rows: Iterable[Correspondence],
    said: tuple[str, str, str],
) -> tuple[int, ...]:
    """Add the rows in one statement; their numbers."""
    columns = list(
        zip(
            *(
                (
                    r.provider,
                    r.source_code.strip(),
                    r.source_label or None,
                    r.code,
                    r.quality,
                    r.valid_from,
                    r.valid_to,
                    r.source or None,
                )
                for r in rows
            ),
            strict=True,
        )
    )
    if not columns:
        return ()
    author, note, status = said
    inserted = session.execute(
        """
        insert into codes.decision (
            variable, provider, source_code, source_label, code, quality, valid_from, valid_to,
            source, decided_by, note, status
        )
        select
            %s, d.provider, d.source_code, d.source_label, d.code, d.quality, d.valid_from,
            d.valid_to, d.source, %s, %s, %s
        from unnest(
            %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::date[], %s::date[],
            %s::text[]
        ) with ordinality as d (
            provider, source_code, source_label, code, quality, valid_from, valid_to, source,
            position
        )
        order by d.position
        returning id
        """,
        [variable, author, note, status, *map(list, columns)],
    ).fetchall()
    return tuple(number for (number,) in inserted)


def _locked(session: psycopg.Connection, number: int) -> Decision:
    """The decision with this number, kept from changing to the end of the transaction."""
    with session.cursor(row_factory=class_row(Decision)) as cursor:
        found = cursor.execute(
            f"select {_COLUMNS} from codes.decision where id = %s for update", [number]
        ).fetchone()
    if found is None:
        raise UnknownDecision(number=number)
    return found
