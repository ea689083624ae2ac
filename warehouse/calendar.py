"""What is due and what is late: the due dates of every regular extract, for an officer's agenda."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Literal

from warehouse.contracts.contract import Contract, contracts
from warehouse.errors import UnknownProvider
from warehouse.messages import counted, word
from warehouse.periods import agreed_day, due_date, due_periods, is_regular, period_of
from warehouse.status import StatusRow
from warehouse.working_days import holiday_on, is_estimated, working_days_between

CalendarFormat = Literal["text", "json", "csv", "ics"]

AHEAD = timedelta(days=92)
"""How far the calendar looks ahead; what is due next is told however far it is."""
LONGEST_MOVE = timedelta(days=14)
"""No days off follow each other for longer."""
RECEIVED_STATES = ("checked", "held", "accepted", "superseded")
"""States in which a provider has done its part; what was rejected or withdrawn is due again."""
SENT_IN_VAIN = ("rejected", "withdrawn")
"""States of a file that came and leaves its extract due."""


@dataclass(frozen=True)
class DueRow:
    """One extract due: late, expected or received, and by when.

    `agreed` is the day that the contract names; `due` is later where that is a day off, and
    estimated where a feast decides whose day is not announced yet. `submission_state` tells of a
    file that came and does not count (rejected or withdrawn).
    """

    provider: str
    contract: str
    period: str
    state: Literal["late", "expected", "received"]
    due: date
    agreed: date
    is_estimated: bool
    working_days_late: int
    submission_state: str | None = None


def calendar(
    received: Iterable[StatusRow], today: date, provider: str | None = None, year: int | None = None
) -> list[DueRow]:
    """The late extracts, most late first, then those due; of one `year` also those received.

    Raises UnknownProvider.
    """
    wanted = [c for c in _of_provider(provider) if is_regular(c)]
    known = {(row.contract, row.period): row for row in received}
    rows = [row for c in wanted for row in _rows(c, known, today, year)]
    return sorted(rows, key=lambda r: (r.state != "late", r.due, r.provider, r.contract))


def _of_provider(provider: str | None) -> list[Contract]:
    if provider is None or provider == "*":
        return list(contracts().values())
    found = [c for c in contracts().values() if c.provider.lower() == provider.lower()]
    if not found:
        names = sorted({c.provider for c in contracts().values()})
        raise UnknownProvider(provider=provider, known=", ".join(names))
    return found


def _rows(
    contract: Contract, known: Mapping[tuple[str, str], StatusRow], today: date, year: int | None
) -> Iterator[DueRow]:
    told = {period: row for (c, period), row in known.items() if c == contract.id}
    periods = set(_due_in(contract, year)) if year else {*told, *_coming(contract, told, today)}
    for period in periods:
        row = _row(contract, period, told.get(period), today)
        if row and (year or row.state != "received"):
            yield row


def _due_in(contract: Contract, year: int) -> Iterator[str]:
    """The periods whose due date lies in `year`."""
    for period, due in _due_from(contract, date(year, 1, 1)):
        if due.year > year:
            return
        yield period


def _coming(contract: Contract, told: Mapping[str, StatusRow], today: date) -> Iterator[str]:
    """The periods not received that are due in the months ahead; the next one in any case."""
    is_next = True
    for period, due in _due_from(contract, today):
        if not is_next and due > today + AHEAD:
            return
        if not _is_received(told.get(period)):
            yield period
            is_next = False


def _due_from(contract: Contract, since: date) -> Iterator[tuple[str, date]]:
    """The periods with their due dates, from `since` on, without end."""
    earliest = since - timedelta(days=contract.due_days) - LONGEST_MOVE
    for period in due_periods(contract, period_of(earliest, contract.frequency)):
        due = due_date(contract, period)
        if due and due >= since:
            yield period, due


def _is_received(told: StatusRow | None) -> bool:
    return told is not None and told.state in RECEIVED_STATES


def _row(contract: Contract, period: str, told: StatusRow | None, today: date) -> DueRow | None:
    """What stands of one period; None of one past, before the extract began to come."""
    due, agreed = due_date(contract, period), agreed_day(contract, period)
    if due is None or (told is None and due < today):
        return None
    is_received = _is_received(told)
    is_late = not is_received and due < today
    return DueRow(
        contract.provider,
        contract.id,
        period,
        "received" if is_received else "late" if is_late else "expected",
        due,
        agreed,
        is_estimated(agreed, due),
        working_days_between(due, today) if is_late else 0,
        told.state if told and told.state in SENT_IN_VAIN else None,
    )


def render(rows: list[DueRow], format: CalendarFormat, lang: str, today: date) -> str:
    """The calendar as text, JSON, CSV or iCalendar."""
    if format == "ics":
        return _agenda(rows, lang, today)
    if format == "json":
        return json.dumps([asdict(r) for r in rows], ensure_ascii=False, indent=1, default=str)
    if format == "csv":
        buffer = io.StringIO()
        writer = csv.DictWriter(buffer, list(DueRow.__dataclass_fields__), lineterminator="\n")
        writer.writeheader()
        writer.writerows(asdict(row) for row in rows)
        return buffer.getvalue()
    return "\n".join(_lines(rows, lang)) if rows else word("calendar_empty", lang)


def _lines(rows: list[DueRow], lang: str) -> Iterator[str]:
    for is_late, grouped in groupby(rows, key=lambda row: row.state == "late"):
        yield word("calendar_late" if is_late else "calendar_due", lang)
        for row in grouped:
            remarks = [_lateness(row, lang), *_remarks(row, lang)]
            said = "  ".join(remark for remark in remarks if remark)
            yield f"  {row.due}  {row.contract:<32} {row.period:<8}  {said}".rstrip()


def _lateness(row: DueRow, lang: str) -> str:
    if row.state == "late":
        return counted("working_days_late", row.working_days_late, lang)
    return word("state_received", lang) if row.state == "received" else ""


def _remarks(row: DueRow, lang: str) -> Iterator[str]:
    """What came in vain, why the due date is not the day agreed, and whether it may still move."""
    if row.submission_state:
        yield word("sent_in_vain", lang, state=word(f"state_{row.submission_state}", lang))
    if row.due != row.agreed:
        off = [row.agreed + timedelta(days=n) for n in range((row.due - row.agreed).days)]
        reasons = dict.fromkeys(_reason(day, lang) for day in off)
        reason = word("and_then", lang).join(reasons)
        yield word("instead_of", lang, day=row.agreed, reason=reason)
    if row.is_estimated:
        yield word("estimated_feast", lang)


def _reason(day: date, lang: str) -> str:
    holiday = holiday_on(day)
    return holiday.names[lang] if holiday else word("week_end", lang)


def _agenda(rows: list[DueRow], lang: str, today: date) -> str:
    """One event a due date, all day, taking no one's time (RFC 5545)."""
    from icalendar import Calendar, Event

    titles = contracts()
    agenda = Calendar()
    agenda.add("version", "2.0")
    agenda.add("prodid", f"-//HCP//SIMIMO//{lang.upper()}")
    agenda.add("x-wr-calname", word("calendar_name", lang))
    stamp = datetime(today.year, today.month, today.day, tzinfo=UTC)
    for row in rows:
        event = Event()
        # The same extract keeps its event when the calendar is read again.
        event.add("uid", f"{row.contract}.{row.period}@simimo")
        event.add("dtstamp", stamp)
        event.add("dtstart", row.due)
        event.add("summary", f"{row.provider} · {titles[row.contract].title[lang]} · {row.period}")
        said = [row.contract, _lateness(row, lang), *_remarks(row, lang)]
        event.add("description", "\n".join(line for line in said if line))
        event.add("transp", "TRANSPARENT")
        agenda.add_component(event)
    return str(agenda.to_ical(), "utf-8")
