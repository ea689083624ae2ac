"""The submission stage: receive a file, decide, withdraw. A submission is atomic, never edited.

    keep the original ─▶ check and load (one transaction, detached partition) ─▶ gate ─▶ decide

Whatever is killed at whatever moment, the warehouse holds the old state or the new one: the
rows and the record of a submission are committed together, and the decision attaches them
in the transaction that records it. Sending the same bytes again resumes, or gives the receipt.
"""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import polars as pl
import psycopg
from psycopg.rows import dict_row
from psycopg.sql import SQL, Identifier
from psycopg.types.json import Jsonb

from warehouse import affected, raw, unknown, vault, versions
from warehouse.codes import decided_codes, known_codes
from warehouse.contracts.contract import Contract, contract
from warehouse.database import connect, locked
from warehouse.errors import DecisionRefused, ReasonMissing, UnknownSubmission
from warehouse.examination import (
    Examination,
    examine,
    part_label,
    report_of,
    require_readable,
)
from warehouse.findings import Receipt, Report, State
from warehouse.periods import require_period

SIMIMO = "simimo"
"""Who decides when no person does."""


@dataclass(frozen=True)
class Sending:
    """One file on its way in."""

    path: Path
    contract: Contract
    period: str
    is_specimen: bool
    sha256: str


def receive_file(
    path: Path, contract_id: str, period: str, is_specimen: bool = False, gate: bool = True
) -> Report:
    """Receive one file: keep, check, load, gate, decide; the same bytes give the same receipt.

    `gate=False` leaves the plausibility gate out (first loads of a history, benchmarks).
    """
    found = contract(contract_id)
    require_period(found, period)
    require_readable(path)
    sending = Sending(path, found, period, is_specimen, vault.sha256_of(path))
    with connect("simimo_pipeline") as session, locked(session, contract_id, period):
        earlier = _earlier(session, sending)
        if earlier and earlier["state"] != "checked":
            again = _report_from(earlier, already_received=True)
            return _with_successor(session, again)
        if earlier:
            submission_id = int(earlier["id"])
        else:
            vault.keep(path, sending.sha256)
            submission_id = load(session, sending)
        gate_and_decide(session, submission_id, gate)
        return report(session, submission_id)


def decide(
    submission_id: int, decision: Literal["accept", "reject"], reason: str, decided_by: str
) -> Report:
    """End a hold: accept the submission, or reject it, with a reason."""
    _require_reason(reason)
    with connect("simimo_pipeline") as session:
        row = _require(session, submission_id)
        with locked(session, row["contract"], row["period"]):
            row = _require(session, submission_id, expected=("held",))
            if decision == "accept":
                _accept(session, row, reason, decided_by)
            else:
                _close(session, row, "rejected", reason, decided_by)
            session.commit()
            return report(session, submission_id)


def withdraw(submission_id: int, reason: str, withdrawn_by: str) -> Report:
    """Take a submission back; the version it had superseded counts again."""
    _require_reason(reason)
    with connect("simimo_pipeline") as session:
        row = _require(session, submission_id)
        with locked(session, row["contract"], row["period"]):
            states = ("accepted", "held", "checked", "superseded")
            row = _require(session, submission_id, expected=states)
            if row["state"] in ("held", "checked"):
                _close(session, row, "withdrawn", reason, withdrawn_by)
            else:
                found = contract(row["contract"])
                before = affected.current_register(session, found)
                versions.withdraw(session, row["contract"], row["period"], row["id"])
                _set_state(session, row, "withdrawn", reason, withdrawn_by)
                affected.mark(session, found, row["period"], f"submission {row['id']} withdrawn")
                affected.mark_enriched(session, found, before)
            session.commit()
            return report(session, submission_id)


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise ReasonMissing


def report(session: psycopg.Connection, submission_id: int) -> Report:
    """The report of a submission as it stands, with its receipt."""
    return _report_from(_require(session, submission_id))


def _earlier(session: psycopg.Connection, sending: Sending) -> dict[str, Any] | None:
    """The submission of the same bytes under the same contract version and period.

    One that its unknown codes rejected is examined anew: the codes may be known by now.
    """
    found = session.cursor(row_factory=dict_row).execute(
        """
        select * from submission.submission
        where sha256 = %s and contract = %s and contract_version = %s and period = %s
            and is_specimen = %s and state <> 'withdrawn'
            and not (
                state = 'rejected' and report @> '{"counts": [{"rule": "unknown_code_share"}]}'
            )
        order by id desc limit 1
        """,
        [
            sending.sha256,
            sending.contract.id,
            sending.contract.version,
            sending.period,
            sending.is_specimen,
        ],
    )
    return found.fetchone()


def load(session: psycopg.Connection, sending: Sending) -> int:
    """Check the file and load it into detached partitions, all in one transaction."""
    submission_id = _next_id(session)
    tables = {"raw": raw.create_partition(session, "raw", sending.contract.id, submission_id)}
    if raw.has_identity(sending.contract):
        tables["identity"] = raw.create_partition(
            session, "identity", "person_record", submission_id
        )
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
            load=lambda batch: _write(writer, tables, batch, sending.contract),
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
    contract: Contract,
) -> None:
    writer.write(tables["raw"], raw.raw_frame(batch, contract))
    if "identity" in tables:
        writer.write(tables["identity"], raw.identity_frame(batch, contract))


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


def gate_and_decide(session: psycopg.Connection, submission_id: int, gate: bool = True) -> None:
    """Accept a submission that is checked, or hold it where the gate does; others are left."""
    row = _require(session, submission_id)
    if row["state"] != "checked":
        return
    if gate:
        from expectations.gate import gate as run_gate
        from expectations.gate import write_results

        # The gate reads the committed partition over a connection of its own.
        result = run_gate([submission_id])[submission_id]
        write_results(session, result)
        if result.is_held:
            _hold(session, row, result.reason)
            session.commit()
            return
    _accept(session, row, reason=None, decided_by=SIMIMO)
    session.commit()


def _hold(session: psycopg.Connection, row: dict[str, Any], reason: str) -> None:
    _set_state(session, row, "held", reason, SIMIMO)
    _set_parts(session, row, "held", "checked")


def _accept(
    session: psycopg.Connection, row: dict[str, Any], reason: str | None, decided_by: str
) -> None:
    """Attach the rows, let the parts replace their earlier versions, mark what to rebuild."""
    found = contract(row["contract"])
    raw.attach_partition(session, "raw", found.id, row["id"])
    if raw.has_identity(found):
        raw.attach_partition(session, "identity", "person_record", row["id"])
    session.execute(SQL("analyze {}").format(raw.partition_name("raw", found.id, row["id"])))
    before = affected.current_register(session, found)
    _set_parts(session, row, "accepted", row["state"])
    _set_state(session, row, "accepted", reason, decided_by)
    if found.on_new == "replace":
        versions.supersede(session, row["contract"], row["period"], row["id"])
    affected.mark(session, found, row["period"], f"submission {row['id']} accepted")
    affected.mark_enriched(session, found, before)


def _close(
    session: psycopg.Connection,
    row: dict[str, Any],
    state: Literal["rejected", "withdrawn"],
    reason: str,
    decided_by: str,
) -> None:
    """End a hold without keeping the rows; the original stays in the vault."""
    raw.drop_partition(session, "raw", row["contract"], row["id"])
    raw.drop_partition(session, "identity", "person_record", row["id"])
    _set_parts(session, row, state, row["state"])
    _set_state(session, row, state, reason, decided_by)


def _set_state(
    session: psycopg.Connection,
    row: dict[str, Any],
    state: State,
    reason: str | None,
    decided_by: str,
) -> None:
    session.execute(
        """
        update submission.submission
        set state = %s, decision_reason = %s, decided_by = %s, decided_at = now() where id = %s
        """,
        [state, reason, decided_by, row["id"]],
    )


def _set_parts(
    session: psycopg.Connection, row: dict[str, Any], state: State, from_state: State
) -> None:
    session.execute(
        "update submission.part set state = %s where submission_id = %s and state = %s",
        [state, row["id"], from_state],
    )


def _require(
    session: psycopg.Connection, submission_id: int, expected: tuple[str, ...] = ()
) -> dict[str, Any]:
    """The row of a submission; raises UnknownSubmission, or DecisionRefused by its state."""
    cursor = session.cursor(row_factory=dict_row)
    row = cursor.execute(
        "select * from submission.submission where id = %s", [submission_id]
    ).fetchone()
    if row is None:
        raise UnknownSubmission(submission=submission_id)
    if expected and row["state"] not in expected:
        raise DecisionRefused(submission=submission_id, state=row["state"], expected=expected)
    return row


def _with_successor(session: psycopg.Connection, again: Report) -> Report:
    """`again` with the submission that counts in its place, where there is one."""
    receipt = again.receipt
    if receipt is None or again.state != "superseded":
        return again
    later = session.execute(
        """
        select id, version from submission.submission
        where contract = %s and period = %s and state = 'accepted' and version > %s
        order by version desc limit 1
        """,
        [again.contract, again.period, receipt.version],
    ).fetchone()
    successor = (later[0], later[1]) if later else None
    return replace(again, receipt=replace(receipt, superseded_by=successor))


def _report_from(row: dict[str, Any], already_received: bool = False) -> Report:
    written = Report.from_dict(row["report"])
    receipt = Receipt(
        submission_id=row["id"],
        version=row["version"],
        received_at=row["received_at"].isoformat(timespec="seconds"),
        already_received=already_received,
        reason=row["decision_reason"] or "",
    )
    counts = dict(written.part_counts)
    if row["state"] in ("held", "withdrawn") and "accepted" in counts:
        counts[row["state"]] = counts.pop("accepted")
    parts = tuple(
        replace(p, state=row["state"]) if p.state == "accepted" else p for p in written.parts
    )
    return replace(written, state=row["state"], part_counts=counts, parts=parts, receipt=receipt)
