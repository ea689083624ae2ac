"""The purge: names and birth dates go at the end of their contract's retention.

What linkage has found stays: the pseudonyms with their person, so that a later record links by
number, no longer by name. Each purge is logged, with its reason.
"""

import calendar
from dataclasses import dataclass
from datetime import date

import psycopg
from psycopg.sql import SQL

from warehouse.contracts.contract import contracts
from warehouse.database import connect
from warehouse.identity import TABLE, has_identity
from warehouse.ledger.acts import append
from warehouse.ledger.entry import Content
from warehouse.messages import counted, message
from warehouse.periods import last_day
from warehouse.raw import partition_name

MONTHS_IN_YEAR = 12


@dataclass(frozen=True)
class Expired:
    """A submission whose names have been kept as long as its contract allows."""

    submission_id: int
    contract: str
    period: str
    kept_until: date
    retention_months: int

    @property
    def reason(self) -> str:
        """Why the names go, as the log keeps it."""
        return f"retention of {self.retention_months} months ended on {self.kept_until}"


@dataclass(frozen=True)
class PurgeSummary:
    """What a purge has taken away, or would (`is_trial`)."""

    expired: tuple[Expired, ...]
    records: int
    is_trial: bool

    def text(self, lang: str = "fr") -> str:
        """A sentence, and a line for each submission, in `lang`."""
        if not self.expired:
            return message("nothing_to_purge", lang).text
        values = {
            "submissions": counted("purged_submissions", len(self.expired), lang),
            "records": counted("purged_records", self.records, lang),
        }
        head = message("purge_trial" if self.is_trial else "purged", lang, **values).text
        lines = (
            f"  {e.submission_id}  {e.contract} {e.period}  {e.kept_until}" for e in self.expired
        )
        return "\n".join([head, *lines])


def purge(today: date, purged_by: str, is_trial: bool = False) -> PurgeSummary:
    """Take away the names whose retention has ended before `today`; a trial takes nothing."""
    records = 0
    with connect("simimo_pipeline", autocommit=True) as session:
        found = tuple(_expired(session, today))
        for submission in found:
            records += _count(session, submission)
            if not is_trial:
                _purge_one(session, submission, purged_by)
    return PurgeSummary(found, records, is_trial)


def retained_until(period: str, months: int) -> date:
    """The last day on which names of `period` are kept: so many months after its end.

    >>> retained_until("2026-03", 60), retained_until("2026-02", 12)
    (datetime.date(2031, 3, 31), datetime.date(2027, 2, 28))
    """
    end = last_day(period)
    month = end.year * MONTHS_IN_YEAR + end.month - 1 + months
    year, month = month // MONTHS_IN_YEAR, month % MONTHS_IN_YEAR + 1
    return date(year, month, calendar.monthrange(year, month)[1])


def _expired(session: psycopg.Connection, today: date) -> list[Expired]:
    names = [c.id for c in contracts().values() if has_identity(c)]
    rows = session.execute(
        "select id, contract, period from submission.submission "
        "where contract = any(%s) and state in ('accepted', 'superseded', 'held') "
        "and id not in (select submission_id from identity.purge) order by id",
        [names],
    ).fetchall()
    found = []
    for number, name, period in rows:
        months = contracts()[name].retention_months
        end = retained_until(period, months)
        if end < today:
            found.append(Expired(number, name, period, end, months))
    return found


def _count(session: psycopg.Connection, submission: Expired) -> int:
    partition = partition_name(*TABLE, submission.submission_id)
    row = session.execute(SQL("select count(sealed) from {}").format(partition)).fetchone()
    return int(row[0]) if row else 0


def _purge_one(session: psycopg.Connection, submission: Expired, purged_by: str) -> None:
    partition = partition_name(*TABLE, submission.submission_id)
    with session.transaction():
        # A blocking key is made of names, and finds nothing without them.
        session.execute(
            SQL(
                "delete from linkage.blocking_key as held using {} as gone "
                "where held.contract = gone.contract and held.record_id = gone.record_id"
            ).format(partition)
        )
        records = session.execute(
            SQL("update {} set sealed = null where sealed is not null").format(partition)
        ).rowcount
        session.execute(
            "insert into identity.purge (submission_id, contract, period, kept_until, "
            "record_count, reason, purged_by) values (%s, %s, %s, %s, %s, %s, %s)",
            [
                submission.submission_id,
                submission.contract,
                submission.period,
                submission.kept_until,
                records,
                submission.reason,
                purged_by,
            ],
        )
        content: Content = {
            "contract": submission.contract,
            "period": submission.period,
            "kept_until": submission.kept_until.isoformat(),
            "records": records,
        }
        append(
            session, "names_purged", f"submission/{submission.submission_id}", content, purged_by
        )
    # An update leaves the old rows on the disk until the table is written anew.
    session.execute(SQL("vacuum full {}").format(partition))
