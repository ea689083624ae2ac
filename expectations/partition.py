"""Where the rows lie that a gate measures: a detached partition, current ones, a register."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from expectations.bounds import year_before
from expectations.measure import Rows
from expectations.suite import Suite
from warehouse.contracts.contract import contract

if TYPE_CHECKING:
    from psycopg import Connection

PERIODS_SHOWN = 12


@dataclass(frozen=True)
class Gated:
    """One submission beside the gate: to be judged, just passed, or current and attached."""

    submission_id: int
    contract: str
    period: str
    is_specimen: bool
    is_attached: bool = False


def subjects(session: "Connection", submission_ids: Sequence[int]) -> list[Gated]:
    """The submissions to judge."""
    found = session.execute(
        "select id, contract, period, is_specimen from submission.submission where id = any(%s)",
        [list(submission_ids)],
    )
    return [Gated(*row) for row in found]


def _accepted(session: "Connection", contract_id: str, subject: Gated) -> list[Gated]:
    """The accepted submissions of a contract; specimens are compared with specimens alone."""
    found = session.execute(
        "select id, contract, period, is_specimen, true from submission.submission"
        " where contract = %s and is_specimen = %s and state = 'accepted' order by period, id",
        [contract_id, subject.is_specimen],
    )
    return [Gated(*row) for row in found]


def _standing(
    session: "Connection", contract_id: str, subject: Gated, passed: Sequence[Gated]
) -> list[Gated]:
    """What stands for a contract: its accepted submissions and those that this call let pass."""
    known = {g.submission_id: g for g in _accepted(session, contract_id, subject)}
    for g in passed:
        if (g.contract, g.is_specimen) == (contract_id, subject.is_specimen):
            known.setdefault(g.submission_id, g)
    known.pop(subject.submission_id, None)
    return list(known.values())


def history_of(
    session: "Connection", subject: Gated, passed: Sequence[Gated], breaks: Sequence[str]
) -> list[Gated]:
    """One submission for each earlier period that serves as history, the newest of the period.

    A cumulative extract has the version that it replaces as history too.
    """
    newest = {g.period: g for g in _standing(session, subject.contract, subject, passed)}
    started = max((b for b in breaks if b <= subject.period), default="")
    before = sorted(p for p in newest if started <= p < subject.period)
    wanted = {*before[-PERIODS_SHOWN:], year_before(subject.period)} & set(before)
    if contract(subject.contract).coverage == "cumulative" and subject.period in newest:
        wanted.add(subject.period)
    return [newest[p] for p in sorted(wanted)]


def registers(
    session: "Connection", suite: Suite, subject: Gated, passed: Sequence[Gated]
) -> dict[str, Rows]:
    """The newest register of each contract that the suite looks keys up in; none yet, none."""
    found = {}
    for register in {m.register for m in suite.measures if m.register}:
        standing = _standing(session, register.contract, subject, passed)
        if standing:
            newest = max(standing, key=lambda g: (g.period, g.submission_id))
            columns = sorted(
                {m.register.column for m in suite.measures
                 if m.register and m.register.contract == register.contract}
            )  # fmt: skip
            found[register.contract] = Rows(_select(newest, columns))
    return found


def period_rows(
    session: "Connection", suite: Suite, subject: Gated, passed: Sequence[Gated]
) -> Rows:
    """The rows of the subject's period as they stand once it is accepted.

    Where a contract comes in parts, that is the submission and the parts that others of the
    period hold and that it does not replace.
    """
    columns = sorted({c for m in suite.measures for c in m.columns})
    agreed = contract(subject.contract)
    own = _select(subject, columns)
    if agreed.part_column is None and agreed.on_new == "replace":
        return Rows(own)
    selects = [own]
    for other in _standing(session, subject.contract, subject, passed):
        if other.period == subject.period:
            rows = _select(other, columns)
            if agreed.on_new == "replace" and not subject.is_attached:
                rows += f" and part not in ({_parts_of(subject)})"
            selects.append(rows)
    return Rows(" union all ".join(selects))


def replaced_rows(
    session: "Connection", suite: Suite, subject: Gated, passed: Sequence[Gated]
) -> Rows | None:
    """The rows in force of the parts that the subject would replace; None where none stand."""
    if contract(subject.contract).on_new != "replace":
        return None
    columns = sorted({c for m in suite.measures if m.form == "retained" for c in m.columns})
    selects = [
        f"{_select(other, columns)} and part in ({_parts_of(subject)})"
        for other in _standing(session, subject.contract, subject, passed)
        if columns and other.period == subject.period
    ]
    return Rows(" union all ".join(selects)) if selects else None


def _parts_of(subject: Gated) -> str:
    """The parts that the subject brings; an employer that declares nobody is one without rows."""
    return (
        "select part from submission.part"
        f" where submission_id = {subject.submission_id} and state <> 'rejected'"
    )


def _select(gated: Gated, columns: Sequence[str]) -> str:
    names = ", ".join(["part", *(f'"{c}"' for c in columns)])
    detached = f"raw.{gated.contract}_s{gated.submission_id}"
    if not gated.is_attached:
        return f"select {names} from {detached} where submission_id = {gated.submission_id}"
    # The id stands as a literal, so that only the one partition is scanned.
    return (
        f"select {names} from raw.{gated.contract} where submission_id = {gated.submission_id}"
        f" and part in (select part from submission.part"
        f" where submission_id = {gated.submission_id} and state = 'accepted')"
    )


def is_one_part(session: "Connection", subject: Gated, earlier_periods: Sequence[str]) -> bool:
    """Whether the submission is one employer's own file, where a period usually has many."""
    if contract(subject.contract).part_column is None:
        return False
    own = session.execute(
        f"select count(*) from (select part from ({_select(subject, [])}) as own"
        " group by part limit 2) as parts"
    ).fetchone()
    if own is None or own[0] > 1:
        return False
    found = session.execute(
        "select count(distinct p.part) from submission.part as p"
        " inner join submission.submission as s on p.submission_id = s.id"
        " where s.contract = %s and s.is_specimen = %s and s.period = any(%s)"
        " and p.state = 'accepted' group by s.period",
        [subject.contract, subject.is_specimen, list(earlier_periods)],
    ).fetchall()
    return not found or median(row[0] for row in found) > 1
