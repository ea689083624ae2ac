"""Publishing: a draft's difference becomes the rows of a release, readable from its instant on.

No process has to run at the instant: reading compares it with the clock.
"""

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg

from warehouse.errors import ReleaseRefused
from warehouse.release_quality import days_to_release
from warehouse.release_views import refresh_views
from warehouse.releasing.instant import instant_text

LEAD = timedelta(seconds=3)
"""How long after the last step of publishing a release becomes readable.

Running servers look every two seconds: all of them know the instant before it comes, and what
they serve changes at that instant, not at the end of a transaction.
"""


ONE_SECOND = timedelta(seconds=1)


class ClockBehind(ReleaseRefused):
    """The instant of a release is not after that of the release before it."""

    key = "clock_behind"


def put_out(
    session: psycopg.Connection[Any], number: int, at: datetime | None, author: str
) -> datetime:
    """Make the merged draft `number` the last release, readable from `at`, or in a moment.

    Gives its instant; raises ClockBehind.
    """
    instant = set_instant(session, number, at, author)
    refresh_views(session)
    return instant


def set_instant(
    session: psycopg.Connection[Any], number: int, at: datetime | None, author: str
) -> datetime:
    """Date release `number`, or change the instant of its embargo; raises ClockBehind."""
    found = session.execute(
        """
        select r.manifest, b.released_at, clock_timestamp() from release.release as r
        left join release.release as b on r.base = b.number
        where r.number = %s
        """,
        [number],
    ).fetchone()
    assert found is not None
    manifest, before, now = found
    instant = (at or _next_second(now + (LEAD if before else timedelta()))).astimezone(UTC)
    if before and instant <= before:
        raise ClockBehind(instant=instant_text(instant), last=instant_text(before))
    session.execute(
        "update release.release set released_at = %s where number = %s", [instant, number]
    )
    # From this update on nothing of the release can change: it comes last.
    session.execute(
        """
        update release.release
        set status = 'published', published_by = %s, manifest = %s where number = %s
        """,
        [author, _dated(session, number, manifest, instant), number],
    )
    return instant


def _next_second(instant: datetime) -> datetime:
    """The instant, a whole second: it is typed by people, and an HTTP date has no parts of it."""
    return instant if not instant.microsecond else instant.replace(microsecond=0) + ONE_SECOND


def _dated(
    session: psycopg.Connection[Any], number: int, manifest: dict[str, Any], at: datetime
) -> str:
    """The manifest with the instant, and the quality that follows from it, as JSON."""
    days = days_to_release(session, number)
    for name, told in manifest["dataflows"].items():
        told["quality"]["days_to_release"] = days[name]
    manifest["released_at"] = at.isoformat()
    return json.dumps(manifest, ensure_ascii=False)


def wait_until_readable(session: psycopg.Connection[Any], number: int) -> None:
    """Wait the moment until a release published now is readable, and make its views."""
    found = session.execute(
        "select extract(epoch from released_at - clock_timestamp()) from release.release"
        " where number = %s",
        [number],
    ).fetchone()
    session.rollback()
    assert found is not None
    time.sleep(max(0.0, float(found[0])))
    with session.transaction():
        refresh_views(session)
