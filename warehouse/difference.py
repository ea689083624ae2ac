"""What a submission changed against the version before it, row by row and column by column."""

from typing import Any

import psycopg
from psycopg.sql import SQL, Composable, Identifier

from warehouse.contracts.contract import Contract, contract
from warehouse.database import connect
from warehouse.errors import UnknownSubmission
from warehouse.raw import partition_name
from warehouse.report.diff import SubmissionDiff


def difference(submission_id: int) -> SubmissionDiff:
    """How the rows of a submission differ from those of the version before, by primary key."""
    with connect("simimo_pipeline") as session:
        row = session.execute(
            "select contract, period, is_specimen from submission.submission where id = %s",
            [submission_id],
        ).fetchone()
        if row is None:
            raise UnknownSubmission(submission=submission_id)
        contract_id, period, is_specimen = row
        found = contract(contract_id)
        earlier = _earlier_parts(session, found, period, submission_id)
        counts = _compare(session, found, submission_id, earlier)
        added, gone = _parts(session, submission_id, earlier)
    return SubmissionDiff(
        submission_id=submission_id,
        previous_id=max((number for number, _ in earlier), default=None),
        contract=contract_id,
        period=period,
        added=counts.pop("added"),
        removed=counts.pop("removed"),
        changed=counts.pop("changed"),
        unchanged=counts.pop("unchanged"),
        columns={name: n for name, n in counts.items() if n},
        parts_added=added,
        # Parts that a new file does not name stay as they were: they are not removed.
        parts_removed=gone,
        is_specimen=is_specimen,
    )


def _earlier_parts(
    session: psycopg.Connection, found: Contract, period: str, submission_id: int
) -> list[tuple[int, str]]:
    """Of each part of the submission, the submission that held its version before.

    The first file of a register's period is compared with the register before it.
    """
    rows = session.execute(
        """
        select distinct on (p.part) p.submission_id, p.part
        from submission.part as p
        inner join submission.submission as s on p.submission_id = s.id
        inner join submission.part as fresh
            on p.part = fresh.part and fresh.submission_id = %(id)s
        where s.contract = %(contract)s and p.submission_id < %(id)s
            and p.state in ('accepted', 'superseded')
            and (s.period = %(period)s or %(cumulative)s)
        order by p.part, s.period = %(period)s desc, p.submission_id desc
        """,
        {
            "contract": found.id,
            "id": submission_id,
            "period": period,
            "cumulative": found.coverage == "cumulative",
        },
    )
    return [(number, part) for number, part in rows]


def _has_rows(session: psycopg.Connection, found: Contract, submission_id: int) -> bool:
    name = f"raw.{found.id}_s{submission_id}"
    row = session.execute("select to_regclass(%s) is not null", [name]).fetchone()
    return bool(row and row[0])


def _compare(
    session: psycopg.Connection,
    found: Contract,
    submission_id: int,
    earlier: list[tuple[int, str]],
) -> dict[str, Any]:
    """Counts of added, removed, changed and unchanged rows, and of changes by column."""
    fresh = _rows(session, found, submission_id)
    contents = [c.name for c in found.raw_columns if c.name not in found.primary_key]
    keys = SQL(", ").join(Identifier(name) for name in ("part", *found.primary_key))
    both = SQL("f.line_number is not null and e.line_number is not null")
    differs: list[Composable] = [
        SQL("f.{0} is distinct from e.{0}").format(Identifier(name)) for name in contents
    ]
    differs = differs or [SQL("false")]
    counts: list[Composable] = [
        SQL("count(*) filter (where {} and {})").format(both, differ) for differ in differs
    ]
    statement = SQL(
        """
        with f as (select * from {fresh}),
        e as (
            select r.* from {raw} as r
            inner join unnest(%(numbers)s::bigint[], %(parts)s::text[]) as v (number, part)
                on r.submission_id = v.number and r.part = v.part
            where r.submission_id = any(%(numbers)s)
        )
        select
            count(*) filter (where e.line_number is null),
            count(*) filter (where f.line_number is null),
            count(*) filter (where {both} and ({any})),
            count(*) filter (where {both} and not ({any})),
            {counts}
        from f full join e using ({keys})
        """
    ).format(
        fresh=fresh,
        raw=Identifier("raw", found.id),
        both=both,
        any=SQL(" or ").join(differs),
        counts=SQL(", ").join(counts),
        keys=keys,
    )
    named = {"numbers": [n for n, _ in earlier], "parts": [part for _, part in earlier]}
    row = session.execute(statement, named).fetchone()
    assert row is not None
    return dict(zip(("added", "removed", "changed", "unchanged", *contents), row, strict=False))


def _rows(session: psycopg.Connection, found: Contract, submission_id: int) -> Composable:
    if _has_rows(session, found, submission_id):
        return partition_name("raw", found.id, submission_id)
    return SQL("(select * from {} where false)").format(Identifier("raw", found.id))


def _parts(
    session: psycopg.Connection, submission_id: int, earlier: list[tuple[int, str]]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The labels of the parts that have rows and no earlier version, and of those left empty."""
    rows = session.execute(
        """
        select label, row_count, part = any(%s) from submission.part
        where submission_id = %s and part <> '' and state <> 'rejected'
        order by label
        """,
        [[part for _, part in earlier], submission_id],
    ).fetchall()
    added = tuple(label for label, _, is_known in rows if not is_known)
    emptied = tuple(label for label, count, is_known in rows if is_known and not count)
    return added, emptied
