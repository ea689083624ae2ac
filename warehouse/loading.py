"""Load one file: its rows into detached partitions, its record beside them, in one transaction.

The file is checked on the way; what has an error is not kept. Nothing that is loaded counts
before the decision that attaches it.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import psycopg
from psycopg.sql import SQL, Identifier
from psycopg.types.json import Jsonb

from warehouse import identity, raw, unknown
from warehouse.codes import decided_codes, known_codes
from warehouse.contracts.contract import Contract
from warehouse.examination import Examination, examine, part_label, report_of
from warehouse.findings import Report, State
from warehouse.ledger.acts import SIMIMO, append


@dataclass(frozen=True)
class Sending:
    """One file on its way in."""

    path: Path
    contract: Contract
    period: str
    is_specimen: bool
    sha256: str


def load(session: psycopg.Connection, sending: Sending) -> int:
    """Check the file and load it into detached partitions, all in one transaction."""
    submission_id = _next_id(session)
    tables = {"raw": raw.create_partition(session, "raw", sending.contract.id, submission_id)}
    if identity.has_identity(sending.contract):
        tables["identity"] = identity.create_identity_partition(session, submission_id)
    writer = raw.CopyWriter(session)
    try:
        examined = examine(
            sending.path,
            sending.contract,
            sending.period,
            known_codes(
                sending.contract,
                decided_codes(session, sending.contract.provider),
                sending.period,
            ),
            sending.is_specimen,
            load=lambda batch: _write(writer, tables, batch, sending),
        )
    finally:
        writer.close()
    _drop_rejected(session, tables, examined)
    _record(session, sending, submission_id, examined)
    session.commit()
    return submission_id


def _write(
    writer: raw.CopyWriter,
    tables: dict[str, Identifier],
    batch: pl.DataFrame,
    sending: Sending,
) -> None:
    contract, period = sending.contract, sending.period
    writer.write(tables["raw"], raw.raw_frame(batch, contract))
    if "identity" in tables:
        writer.write(tables["identity"], identity.identity_frame(batch, contract, period))


def _drop_rejected(
    session: psycopg.Connection, tables: dict[str, Identifier], examined: Examination
) -> None:
    """Keep no row of a part with an error, and no partition where nothing is left."""
    for table in tables.values():
        if not examined.is_accepted:
            session.execute(SQL("drop table {}").format(table))
        elif not examined.rejected_parts.is_empty():
            rejected = raw.part_pseudonyms(examined.rejected_parts["part"]).to_list()
            session.execute(SQL("delete from {} where part = any(%s)").format(table), [rejected])


def _next_id(session: psycopg.Connection) -> int:
    sequence = "pg_get_serial_sequence('submission.submission', 'id')"
    row = session.execute(f"select nextval({sequence})").fetchone()
    assert row is not None
    return int(row[0])


def _record(
    session: psycopg.Connection, sending: Sending, submission_id: int, examined: Examination
) -> None:
    state: State = "checked" if examined.is_accepted else "rejected"
    written = report_of(
        sending.path,
        sending.contract,
        sending.period,
        sending.is_specimen,
        examined,
        sending.sha256,
        state,
    )
    session.execute(
        """
        insert into submission.submission (
            id, contract, contract_version, provider, coverage, period, version, file_name, sha256,
            size_bytes, state, row_count, error_count, warning_count, is_specimen,
            decided_at, decided_by, report
        ) overriding system value values (
            %(id)s, %(contract)s, %(contract_version)s, %(provider)s, %(coverage)s, %(period)s,
            (
                select coalesce(max(version), 0) + 1 from submission.submission
                where contract = %(contract)s and period = %(period)s
            ),
            %(file_name)s, %(sha256)s, %(size_bytes)s, %(state)s, %(rows)s, %(errors)s,
            %(warnings)s, %(is_specimen)s,
            case when %(state)s = 'rejected' then now() end,
            case when %(state)s = 'rejected' then %(decided_by)s end,
            %(report)s
        )
        """,
        {
            "id": submission_id,
            "contract": written.contract,
            "contract_version": written.contract_version,
            "provider": written.provider,
            "coverage": sending.contract.coverage,
            "period": written.period,
            "file_name": written.file_name,
            "sha256": written.sha256,
            "size_bytes": written.size_bytes,
            "state": written.state,
            "rows": written.rows,
            "errors": written.total("error"),
            "warnings": written.total("warning"),
            "is_specimen": written.is_specimen,
            "decided_by": SIMIMO,
            "report": Jsonb(written.to_dict(), dumps=_dumps),
        },
    )
    _record_parts(session, sending, submission_id, examined.parts)
    # Without rows in raw, a token that nobody can read serves nothing.
    noted = examined.unknown if examined.is_accepted else examined.unknown.drop_nulls("value")
    unknown.note(session, submission_id, noted)
    _enter(session, submission_id, written)


def _enter(session: psycopg.Connection, submission_id: int, written: Report) -> None:
    """Enter the receipt in the ledger, last before the commit."""
    row = session.execute(
        "select version from submission.submission where id = %s", [submission_id]
    ).fetchone()
    assert row is not None
    append(
        session,
        "submission_received",
        f"submission/{submission_id}",
        {
            "contract": written.contract,
            "contract_version": written.contract_version,
            "provider": written.provider,
            "period": written.period,
            "version": row[0],
            "sha256": written.sha256,
            "size_bytes": written.size_bytes,
            "row_count": written.rows,
            "error_count": written.total("error"),
            "warning_count": written.total("warning"),
            "state": written.state,
            "is_specimen": written.is_specimen,
        },
    )


def _dumps(value: Any) -> str:
    # PostgreSQL's text holds no NUL; a binary file's findings may.
    return json.dumps(value, ensure_ascii=False).replace("\\u0000", "�")


def _record_parts(
    session: psycopg.Connection, sending: Sending, submission_id: int, parts: pl.DataFrame
) -> None:
    """One row a part, its version counted over the earlier files of the same part."""
    shown = pl.struct("part", "line", "member").map_elements(
        lambda p: part_label(p["part"], p["line"], p["member"] or ""), return_dtype=pl.String
    )
    rejected = pl.lit("rejected")
    session.execute("create temp table new_part (like submission.part) on commit drop")
    raw.copy_frame(
        session,
        Identifier("new_part"),
        parts.select(
            pl.lit(submission_id).alias("submission_id"),
            raw.part_pseudonyms(parts["part"]),
            shown.alias("label"),
            pl.when(pl.col("errors") > 0)
            .then(rejected)
            .otherwise(pl.lit("checked"))
            .alias("state"),
            pl.lit(0).alias("version"),
            pl.col("rows").alias("row_count"),
            pl.col("errors").alias("error_count"),
        ),
    )
    session.execute(
        """
        insert into submission.part
        select n.submission_id, n.part, n.label, n.state, coalesce(e.version, 0) + 1,
            n.row_count, n.error_count
        from new_part as n
        left join (
            select p.part, max(p.version) as version
            from submission.part as p
            inner join submission.submission as s on p.submission_id = s.id
            where s.contract = %s and s.period = %s
            group by p.part
        ) as e on n.part = e.part
        """,
        [sending.contract.id, sending.period],
    )
