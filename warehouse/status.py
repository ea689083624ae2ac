"""What has come and what is due: provider x dataset x period, with its state and due date."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from itertools import groupby, takewhile
from typing import Any

from warehouse.contracts.contract import Contract, contracts
from warehouse.messages import word
from warehouse.periods import (
    due_date,
    due_periods,
    frequency_of,
    is_regular,
    last_day,
    require_any_period,
)

ABSENT_STATES = ("late", "expected")


@dataclass(frozen=True)
class StatusRow:
    """One period of one dataset: its newest submission, or what is missing and since when.

    `rows` are the records that count today, of all current parts; `received_at` is the first
    receipt of the period, which `on_time` compares with the due date; a campaign has none. A file
    rejected or withdrawn is no receipt: its extract is late still once the due date is past.
    """

    provider: str
    contract: str
    period: str
    state: str
    due: str | None
    submission_id: int | None = None
    version: int | None = None
    rows: int | None = None
    errors: int | None = None
    received_at: str | None = None
    on_time: bool | None = None

    @property
    def is_late(self) -> bool:
        """Whether nothing that counts came by the due date, nor since."""
        return self.state == "late" or (self.received_at is None and self.on_time is False)


def status(
    contract_id: str | None = None, since: str | None = None, today: date | None = None
) -> list[StatusRow]:
    """The state of every period of every contract, from its first submission to `today`."""
    from warehouse.contracts.contract import contract
    from warehouse.database import connect

    if since is not None:
        require_any_period(since)
    wanted = [contract(contract_id)] if contract_id else list(contracts().values())
    with connect("simimo_pipeline") as session:
        received = session.execute(
            """
            select distinct on (s.contract, s.period)
                s.contract, s.period, s.id, s.version, s.state,
                case when s.state = 'accepted' then coalesce(counting.rows, s.row_count)
                    else s.row_count end,
                s.error_count,
                min(s.received_at) filter (where s.state not in ('rejected', 'withdrawn'))
                    over (partition by s.contract, s.period)
            from submission.submission as s
            left join (
                select c.contract, c.period, sum(p.row_count)::bigint as rows
                from submission.current as c
                inner join submission.part as p
                    on c.submission_id = p.submission_id and c.part = p.part
                group by c.contract, c.period
            ) as counting on s.contract = counting.contract and s.period = counting.period
            order by
                s.contract, s.period, (s.state in ('accepted', 'held', 'checked')) desc, s.id desc
            """
        ).fetchall()
    newest = {(row[0], row[1]): row for row in received}
    rows = (row for c in wanted for row in _contract_status(c, newest, today or date.today()))
    return [row for row in rows if since is None or row.period >= since]


def _contract_status(
    contract: Contract,
    newest: Mapping[tuple[str, str], tuple[Any, ...]],
    today: date,
) -> Iterator[StatusRow]:
    for period in _periods(contract, [p for c, p in newest if c == contract.id], today):
        due = due_date(contract, period)
        due_on = due.isoformat() if due else None
        found = newest.get((contract.id, period))
        if found is None:
            state = "late" if due and due < today else "expected"
            yield StatusRow(contract.provider, contract.id, period, state, due_on)
            continue
        _, _, number, version, state, rows, errors, received_at = found
        yield StatusRow(
            contract.provider,
            contract.id,
            period,
            state,
            due_on,
            number,
            version,
            rows,
            errors,
            received_at.isoformat(timespec="seconds") if received_at else None,
            _is_on_time(received_at, due, today),
        )


def _is_on_time(received_at: datetime | None, due: date | None, today: date) -> bool | None:
    """Whether what counts came by the due date; None where that is not known, or not asked."""
    if due is None:
        return None
    if received_at is None:
        return False if due < today else None
    return received_at.date() <= due


def _periods(contract: Contract, received: list[str], today: date) -> Iterator[str]:
    """The periods received; of a regular extract also those that have ended since."""
    if not received:
        return
    if not is_regular(contract) or frequency_of(received[0]) != contract.frequency:
        yield from sorted(received)
        return
    newest = max(received)
    due = due_periods(contract, min(received))
    until_today = takewhile(lambda p: last_day(p) < today or p <= newest, due)
    yield from sorted({*received, *until_today})


def render(rows: list[StatusRow], format: str, lang: str) -> str:
    """The status as text (runs of missing periods on one line), JSON or CSV."""
    if format == "json":
        return json.dumps([asdict(row) for row in rows], ensure_ascii=False, indent=1)
    if format == "csv":
        buffer = io.StringIO()
        writer = csv.DictWriter(buffer, list(StatusRow.__dataclass_fields__), lineterminator="\n")
        writer.writeheader()
        writer.writerows(asdict(row) for row in rows)
        return buffer.getvalue()
    if not rows:
        return word("status_empty", lang)
    return "\n".join(_lines(rows, lang))


def _lines(rows: Iterable[StatusRow], lang: str) -> Iterator[str]:
    titles = contracts()
    for contract_id, of_contract in groupby(rows, key=lambda row: row.contract):
        yield f"\n{contract_id}  {titles[contract_id].title[lang]}"
        for absent, grouped in groupby(of_contract, key=_absent_state):
            run = list(grouped)
            yield from [_absent(run, lang)] if absent else (_present(row, lang) for row in run)


def _absent_state(row: StatusRow) -> str:
    return row.state if row.state in ABSENT_STATES else ""


def _absent(run: list[StatusRow], lang: str) -> str:
    first, last = run[0], run[-1]
    periods = first.period if first is last else f"{first.period} … {last.period}"
    state = word(f"state_{first.state}", lang)
    return f"  {periods:<19} {state:<14} {word('due', lang)} {first.due}"


def _present(row: StatusRow, lang: str) -> str:
    state = word(f"state_{row.state}", lang)
    shown = word("submission_line", lang, number=row.submission_id, version=row.version)
    late = "" if row.on_time is not False else f"  {word('after_due', lang)} {row.due}"
    return f"  {row.period:<19} {state:<14} {shown}  {row.rows:>10,}".replace(",", "\u202f") + late
