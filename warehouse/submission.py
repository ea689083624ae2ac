"""The submission stage: receive a file, decide, withdraw. A submission is atomic, never edited.

    keep the original ─▶ check and load (one transaction, detached partition) ─▶ gate ─▶ decide

Whatever is killed at whatever moment, the warehouse holds the old state or the new one: the
rows and the record of a submission are committed together, and the decision attaches them
in the transaction that records it. Sending the same bytes again resumes, or gives the receipt.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import psycopg
from psycopg.rows import dict_row
from psycopg.sql import SQL

from warehouse import affected, identity, raw, vault, versions
from warehouse.contracts.contract import contract
from warehouse.database import connect, locked
from warehouse.errors import DecisionRefused, ReasonMissing, UnknownSubmission
from warehouse.examination import require_readable
from warehouse.findings import Receipt, Report, State
from warehouse.ledger.acts import SIMIMO, Action, append, text_sha256
from warehouse.ledger.reading import entry_of
from warehouse.loading import Sending, load
from warehouse.periods import require_period


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
            again = _report_from(session, earlier, already_received=True)
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
                _enter(session, row, "withdrawn", reason, withdrawn_by)
            session.commit()
            return report(session, submission_id)


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise ReasonMissing


def report(session: psycopg.Connection, submission_id: int) -> Report:
    """The report of a submission as it stands, with its receipt."""
    return _report_from(session, _require(session, submission_id))


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
    _enter(session, row, "held", reason, SIMIMO)


def _accept(
    session: psycopg.Connection, row: dict[str, Any], reason: str | None, decided_by: str
) -> None:
    """Attach the rows, let the parts replace their earlier versions, mark what to rebuild."""
    found = contract(row["contract"])
    raw.attach_partition(session, "raw", found.id, row["id"])
    if identity.has_identity(found):
        raw.attach_partition(session, "identity", "person_record", row["id"])
    session.execute(SQL("analyze {}").format(raw.partition_name("raw", found.id, row["id"])))
    before = affected.current_register(session, found)
    _set_parts(session, row, "accepted", row["state"])
    _set_state(session, row, "accepted", reason, decided_by)
    if found.on_new == "replace":
        versions.supersede(session, row["contract"], row["period"], row["id"])
    affected.mark(session, found, row["period"], f"submission {row['id']} accepted")
    affected.mark_enriched(session, found, before)
    _enter(session, row, "accepted", reason, decided_by)


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
    _enter(session, row, state, reason, decided_by)


_ACTIONS: Mapping[str, Action] = {
    "held": "submission_held",
    "accepted": "submission_accepted",
    "rejected": "submission_rejected",
    "withdrawn": "submission_withdrawn",
}


def _enter(
    session: psycopg.Connection,
    row: dict[str, Any],
    state: State,
    reason: str | None,
    decided_by: str,
) -> None:
    """Enter a decision in the ledger, last before the commit; its reason as a hash."""
    told = {name: row[name] for name in ("contract", "period", "version")}
    append(
        session,
        _ACTIONS[state],
        f"submission/{row['id']}",
        {**told, "reason_sha256": text_sha256(reason)},
        decided_by,
    )


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


def _report_from(
    session: psycopg.Connection, row: dict[str, Any], already_received: bool = False
) -> Report:
    written = Report.from_dict(row["report"])
    entered = entry_of(session, f"submission/{row['id']}", "submission_received")
    receipt = Receipt(
        submission_id=row["id"],
        version=row["version"],
        received_at=row["received_at"].isoformat(timespec="seconds"),
        already_received=already_received,
        reason=row["decision_reason"] or "",
        entry_number=entered.number if entered else None,
        entry_hash=entered.hash if entered else "",
    )
    counts = dict(written.part_counts)
    if row["state"] in ("held", "withdrawn") and "accepted" in counts:
        counts[row["state"]] = counts.pop("accepted")
    parts = tuple(
        replace(p, state=row["state"]) if p.state == "accepted" else p for p in written.parts
    )
    return replace(written, state=row["state"], part_counts=counts, parts=parts, receipt=receipt)
