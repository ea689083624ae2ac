"""The steps of a release: drafted, approved by a second person, published or embargoed, withdrawn.

Every step is one transaction under the lock of releases, with its entry in the ledger: killed, it
leaves the step before.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from psycopg.rows import class_row

from warehouse.database import connect, locked
from warehouse.errors import ReasonMissing
from warehouse.indicator import Labels
from warehouse.ledger.acts import append, text_sha256
from warehouse.release_views import refresh_views
from warehouse.releasing.difference import kept_difference, merge
from warehouse.releasing.drafting import last_release
from warehouse.releasing.errors import (
    DraftApprovalRefused,
    DraftOutdated,
    DraftRestsOnWithdrawn,
    DraftSettled,
    EmbargoStands,
    InstantPassed,
    UnknownDraft,
)
from warehouse.releasing.instant import instant_text
from warehouse.releasing.publication import move_embargo, put_out, wait_until_readable

SHORTEST_EMBARGO = timedelta(minutes=1)
"""An embargo is set, moved or lifted at least so long before it ends: a step takes time itself."""


@dataclass(frozen=True)
class Step:
    """Where a release stands: its row, without what it says.

    `is_readable` tells whether its instant has come, `is_last` whether nothing follows it, and
    `is_outdated` whether it was made on top of a release that is no longer the last.
    """

    number: int
    status: str
    base: int | None
    notice: Labels | None
    is_one_step: bool
    content_hash: str
    drafted_by: str | None
    drafted_at: datetime | None
    approved_by: str | None
    approved_at: datetime | None
    published_by: str | None
    released_at: datetime | None
    withdrawn_by: str | None
    withdrawn_at: datetime | None
    withdrawn_reason: str | None
    is_specimen: bool
    is_readable: bool
    is_last: bool
    is_outdated: bool

    @property
    def state(self) -> str:
        """What it is to a person: draft, approved, outdated, embargoed, published or withdrawn."""
        if self.withdrawn_at:
            return "withdrawn"
        if self.status == "published":
            return "published" if self.is_readable else "embargoed"
        return "outdated" if self.is_outdated else self.status

    def to_json(self) -> dict[str, Any]:
        """The step as JSON values, instants in UTC."""
        shown = {
            name: instant_text(value) if isinstance(value, datetime) else value
            for name, value in asdict(self).items()
        }
        return {"number": shown.pop("number"), "state": self.state, **shown}


_STEPS = """
    with chain as (select max(number) as last from release.release where status = 'published')

    select r.number, r.status, r.base, r.notice, r.is_one_step, r.content_hash, r.drafted_by,
        r.drafted_at, r.approved_by, r.approved_at, r.published_by, r.released_at,
        r.withdrawn_by, r.withdrawn_at, r.withdrawn_reason,
        coalesce(cast(r.manifest ->> 'is_specimen' as boolean), false) as is_specimen,
        r.status = 'published' and r.number <= coalesce(release.latest(), 0) as is_readable,
        r.number = coalesce(chain.last, 0) as is_last,
        r.status <> 'published' and r.base is distinct from chain.last as is_outdated
    from release.release as r cross join chain
"""


def steps() -> list[Step]:
    """Every draft and release, the newest first."""
    with _stewarding() as session, session.cursor(row_factory=class_row(Step)) as cursor:
        return cursor.execute(f"{_STEPS} order by r.number desc").fetchall()


def approve(number: int, author: str) -> Step:
    """Let the draft of somebody else be published; raises DraftApprovalRefused for its author."""
    with _stewarding() as session:
        found = _open_draft(session, number, "draft")
        if found.drafted_by == author:
            raise DraftApprovalRefused(number=number, author=author)
        session.execute(
            """
            update release.release
            set status = 'approved', approved_by = %s, approved_at = clock_timestamp()
            where number = %s
            """,
            [author, number],
        )
        content = {"content_hash": found.content_hash}
        append(session, "release_approved", f"release/{number}", content, author)
        return step(session, number)


def publish_draft(number: int, author: str, at: datetime | None = None) -> Step:
    """Publish an approved draft now, or let it be readable from `at` on.

    An embargo that still runs gets another instant. Raises DraftSettled, DraftOutdated,
    InstantPassed, ClockBehind, EmbargoStands, DraftRestsOnWithdrawn.
    """
    with _stewarding() as session:
        _require_to_come(session, at)
        if step(session, number).state == "embargoed":
            _require_movable(session, number)
            move_embargo(session, number, at, author)
        else:
            _open_draft(session, number, "approved")
            _refuse_withdrawn(session, number)
            merge(session, number, kept_difference(number))
            session.execute("delete from release.draft_observation where number = %s", [number])
            put_out(session, number, at, author)
        published = step(session, number)
    if at is None:
        with connect("simimo_pipeline") as session:
            wait_until_readable(session, number)
            return step(session, number)
    return published


def withdraw(number: int, author: str, reason: str) -> Step:
    """Drop a draft, or a release whose embargo still runs; what can be read stays.

    Raises ReasonMissing, DraftSettled, EmbargoStands, InstantPassed.
    """
    if not reason.strip():
        raise ReasonMissing
    with _stewarding() as session:
        found = step(session, number)
        if found.state in ("published", "withdrawn"):
            raise DraftSettled(number=number, state=found.state)
        if found.state == "embargoed":
            _require_movable(session, number)
            session.execute("select release.lift_embargo(%s)", [number])
        session.execute("delete from release.draft_observation where number = %s", [number])
        session.execute(
            """
            update release.release
            set withdrawn_by = %s, withdrawn_at = clock_timestamp(), withdrawn_reason = %s
            where number = %s
            """,
            [author, reason, number],
        )
        content = {
            "content_hash": found.content_hash,
            "state": found.state,
            "reason_sha256": text_sha256(reason),
        }
        append(session, "release_withdrawn", f"release/{number}", content, author)
        return step(session, number)


def step(session: psycopg.Connection[Any], number: int) -> Step:
    """Where a draft or release stands; raises UnknownDraft."""
    with session.cursor(row_factory=class_row(Step)) as cursor:
        found = cursor.execute(f"{_STEPS} where r.number = %s", [number]).fetchone()
    if found is None:
        raise UnknownDraft(number=number)
    return found


@contextmanager
def _stewarding() -> Iterator[psycopg.Connection[Any]]:
    """One transaction of the pipeline, while no other step of a release runs."""
    with connect("simimo_pipeline") as session, locked(session, "release"), session.transaction():
        refresh_views(session)
        yield session


def _open_draft(session: psycopg.Connection[Any], number: int, expected: str) -> Step:
    """A draft in the state expected, made on top of what is the last release still."""
    found = step(session, number)
    if found.state == "outdated":
        last = last_release(session)
        raise DraftOutdated(number=number, base=found.base or 0, last=last.number if last else 0)
    if found.state != expected:
        raise DraftSettled(number=number, state=found.state)
    return found


def _require_to_come(session: psycopg.Connection[Any], at: datetime | None) -> None:
    if at is not None and at < _now(session) + SHORTEST_EMBARGO:
        raise InstantPassed(instant=instant_text(at))


def _require_movable(session: psycopg.Connection[Any], number: int) -> None:
    """Refuse to touch an embargo that ends within the minute, or that another release follows."""
    found = step(session, number)
    if not found.is_last:
        last = last_release(session)
        raise EmbargoStands(number=number, last=last.number if last else 0)
    if found.released_at and found.released_at < _now(session) + SHORTEST_EMBARGO:
        raise InstantPassed(instant=instant_text(found.released_at))


def _refuse_withdrawn(session: psycopg.Connection[Any], number: int) -> None:
    """Raise DraftRestsOnWithdrawn where a provider took back a file that the draft rests on."""
    found = session.execute(
        """
        select s.id, s.contract, s.period from release.release as r
        cross join jsonb_array_elements(r.manifest -> 'submissions') as told
        inner join submission.submission as s on s.id = cast(told ->> 'id' as bigint)
        where r.number = %s and s.state in ('withdrawn', 'rejected') order by s.id limit 1
        """,
        [number],
    ).fetchone()
    if found:
        submission, contract, period = found
        raise DraftRestsOnWithdrawn(
            number=number, submission=submission, contract=contract, period=period
        )


def _now(session: psycopg.Connection[Any]) -> datetime:
    found = session.execute("select clock_timestamp()").fetchone()
    assert found is not None
    now: datetime = found[0]
    return now.astimezone(UTC)
