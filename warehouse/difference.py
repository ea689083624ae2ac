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
        previous = _previous(session, found, period, submission_id)
        counts = _compare(session, found, submission_id, previous)
        added, gone = _parts(session, submission_id, previous)
    return SubmissionDiff(
        submission_id=submission_id,
        previous_id=previous,
        contract=contract_id,
        period=period,
        added=counts.pop("added"),
        removed=counts.pop("removed"),
        changed=counts.pop("changed"),
        unchanged=counts.pop("unchanged"),
        columns={name: n for name, n in counts.items() if n},
        parts_added=added,
        # Parts that a new file does not name stay as they were: they are not removed.
        parts_removed=() if found.part_column else gone,
        is_specimen=is_specimen,
    )


def _previous(
    session: psycopg.Connection, found: Contract, period: str, submission_id: int
) -> int | None:
    """The newest earlier submission with rows: of the period, or of the register as a whole."""
    rows = session.execute(
        """
        select id from submission.submission
        where contract = %(contract)s and id < %(id)s
            and (period = %(period)s or %(cumulative)s)
        order by period = %(period)s desc, id desc
        """,
        {
            "contract": found.id,
            "id": submission_id,
            "period": period,
            "cumulative": found.coverage == "cumulative",
        },
    ).fetchall()
    return next((row[0] for row in rows if _has_rows(session, found, row[0])), None)


def _has_rows(session: psycopg.Connection, found: Contract, submission_id: int) -> bool:
    name = f"raw.{found.id}_s{submission_id}"
    row = session.execute("select to_regclass(%s) is not null", [name]).fetchone()
    return bool(row and row[0])


def _compare(
    session: psycopg.Connection, found: Contract, submission_id: int, previous: int | None
) -> dict[str, Any]:
    """Counts of added, removed, changed and unchanged rows, and of changes by column."""
    fresh = _rows(session, found, submission_id)
    earlier = _rows(session, found, previous)
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
    within = _within_parts(found, fresh)
    statement = SQL(
        """
        with f as (select * from {fresh}),
        e as (select * from {earlier} {within})
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
        earlier=earlier,
        within=within,
        both=both,
        any=SQL(" or ").join(differs),
        counts=SQL(", ").join(counts),
        keys=keys,
    )
    row = session.execute(statement).fetchone()
    assert row is not None
    return dict(zip(("added", "removed", "changed", "unchanged", *contents), row, strict=False))


def _rows(session: psycopg.Connection, found: Contract, submission_id: int | None) -> Composable:
    if submission_id is not None and _has_rows(session, found, submission_id):
        return partition_name("raw", found.id, submission_id)
    return SQL("(select * from {} where false)").format(Identifier("raw", found.id))


def _within_parts(found: Contract, fresh: Composable) -> Composable:
    if not found.part_column:
        return SQL("")
    return SQL("where part in (select part from {})").format(fresh)


def _parts(
    session: psycopg.Connection, submission_id: int, previous: int | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The labels of the parts that only the new, and only the previous submission has."""
    statement = """
        select label from submission.part
        where submission_id = %s and part <> '' and part not in (
            select part from submission.part where submission_id = %s
        )
        order by label
    """
    here = session.execute(statement, [submission_id, previous]).fetchall()
    there = session.execute(statement, [previous, submission_id]).fetchall()
    return tuple(row[0] for row in here), tuple(row[0] for row in there)
