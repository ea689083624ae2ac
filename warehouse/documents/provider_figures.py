"""How an institution's extracts came over twelve months: what its synthesis report is made of."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from warehouse.contracts.contract import Contract, contracts
from warehouse.errors import UnknownProvider
from warehouse.findings import Report
from warehouse.periods import last_day, require_any_period
from warehouse.status import StatusRow, status

if TYPE_CHECKING:
    import psycopg

    from expectations.results import GateResult

MONTHS = 12
"""Months that a report looks back, the reported period the last of them."""


@dataclass(frozen=True)
class Sent:
    """One file that came."""

    number: int
    contract: str
    period: str
    version: int
    state: str
    received_at: datetime
    report: Report


@dataclass(frozen=True)
class Coverage:
    """How far the codes of one column of one extract are known."""

    contract: str
    column: str
    row_count: int
    missing_count: int
    unmapped_count: int

    @property
    def unmapped_share(self) -> float:
        """Unknown codes among those given."""
        given = self.row_count - self.missing_count
        return self.unmapped_count / given if given else 0.0


@dataclass(frozen=True)
class ProviderFigures:
    """All figures of an institution's report; `since` and `until` are days, both included."""

    provider: str
    period: str
    since: date
    until: date
    contracts: tuple[Contract, ...]
    expected: tuple[StatusRow, ...]
    sent: tuple[Sent, ...]
    coverage: tuple[Coverage, ...]
    gates: "tuple[GateResult, ...]"

    @property
    def is_specimen(self) -> bool:
        """Whether any file told is a specimen."""
        return any(one.report.is_specimen for one in self.sent)

    def of_period(self, found: Contract) -> str | None:
        """The last period of an extract that had ended with the reported one."""
        ended = [row.period for row in self.expected if row.contract == found.id]
        return max(ended, key=last_day, default=None)


def provider_figures(provider: str, period: str, today: date | None = None) -> ProviderFigures:
    """The figures of `provider` up to `period`; raises UnknownProvider and UnknownPeriod."""
    from warehouse.database import connect

    own = tuple(c for c in contracts().values() if c.provider == provider)
    if not own:
        known = sorted({c.provider for c in contracts().values()})
        raise UnknownProvider(provider=provider, known=", ".join(known))
    until = last_day(require_any_period(period))
    since = _a_year_before(until)
    ids = [c.id for c in own]
    expected = [row for row in status(today=today) if row.contract in ids]
    with connect("simimo_pipeline") as session:
        sent = tuple(_sent(session, ids, since, until))
    return ProviderFigures(
        provider,
        period,
        since,
        until,
        own,
        tuple(row for row in expected if since <= last_day(row.period) <= until),
        sent,
        _coverage(ids, since, until),
        _gates({one.number for one in sent}),
    )


def _a_year_before(until: date) -> date:
    """The first day of the twelve months that end on `until`."""
    if until.month == MONTHS:
        return date(until.year, 1, 1)
    return date(until.year - 1, until.month + 1, 1)


def _sent(
    session: "psycopg.Connection", ids: list[str], since: date, until: date
) -> Iterable[Sent]:
    rows = session.execute(
        """
        select id, contract, period, version, state, received_at, report
        from submission.submission where contract = any(%s) order by received_at, id
        """,
        [ids],
    )
    for number, contract_id, period, version, state, received_at, report in rows:
        if since <= last_day(period) <= until:
            told = Report.from_dict(report)
            yield Sent(number, contract_id, period, version, state, received_at, told)


def _coverage(ids: list[str], since: date, until: date) -> tuple[Coverage, ...]:
    """What the last build knows of the codes; nothing before the first one."""
    from warehouse.database import connect

    with connect("simimo_analyst") as session:
        if not _is_built(session):
            return ()
        rows = session.execute(
            """
            select contract, column_name, period, row_count, missing_count, unmapped_count
            from harmonised.code_coverage where contract = any(%s)
            """,
            [ids],
        ).fetchall()
    summed: dict[tuple[str, str], list[int]] = {}
    for contract_id, column, period, *counts in rows:
        if since <= last_day(period) <= until:
            total = summed.setdefault((contract_id, column), [0, 0, 0])
            for place, count in enumerate(counts):
                total[place] += int(count)
    return tuple(Coverage(*key, *counts) for key, counts in sorted(summed.items()))


def _is_built(session: Any) -> bool:
    row = session.execute("select to_regclass('harmonised.code_coverage') is not null").fetchone()
    return bool(row and row[0])


def _gates(numbers: set[int]) -> "tuple[GateResult, ...]":
    from expectations.results import kept_results

    return tuple(verdict for verdict in kept_results() if verdict.submission_id in numbers)
