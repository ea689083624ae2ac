"""Publishing: a draft's difference becomes the rows of a release, readable from its instant on.

No process has to run at the instant: reading compares it with the clock.
"""

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg

from warehouse.errors import ReleaseRefused
from warehouse.ledger.acts import append
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

    Its manifest keeps the place of this act in the ledger. Gives its instant; raises ClockBehind.
    """
    instant, said = _dated(session, number, at)
    entry = append(
        session,
        "release_published",
        f"release/{number}",
        {
            "content_hash": said["content_hash"],
            "observations": sum(d["observations"] for d in said["dataflows"].values()),
            "withheld": sum(sum(d["withheld"].values()) for d in said["dataflows"].values()),
            "is_specimen": said["is_specimen"],
            "released_at": instant_text(instant),
            "is_one_step": _is_one_step(session, number),
        },
        author,
    )
    _publish(session, number, said | {"ledger": entry.to_json()}, author)
    refresh_views(session)
    return instant


def move_embargo(
    session: psycopg.Connection[Any], number: int, at: datetime | None, author: str
) -> datetime:
    """Change the instant of an embargo that still runs; gives the new one, raises ClockBehind."""
    before = session.execute(
        "select released_at from release.release where number = %s", [number]
    ).fetchone()
    assert before is not None
    instant, said = _dated(session, number, at)
    content = {
        "content_hash": said["content_hash"],
        "released_at": instant_text(instant),
        "released_at_before": instant_text(before[0]),
    }
    append(session, "release_embargo_moved", f"release/{number}", content, author)
    _publish(session, number, said, author)
    return instant


def _dated(
    session: psycopg.Connection[Any], number: int, at: datetime | None
) -> tuple[datetime, dict[str, Any]]:
    """The instant of release `number`, put into its row, and its manifest with what follows."""
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
    days = days_to_release(session, number)
    for name, told in manifest["dataflows"].items():
        told["quality"]["days_to_release"] = days[name]
    return instant, {**manifest, "released_at": instant.isoformat()}


def _publish(
    session: psycopg.Connection[Any], number: int, said: dict[str, Any], author: str
) -> None:
    # From this update on nothing of the release can change: it comes last.
    session.execute(
        """
        update release.release
        set status = 'published', published_by = %s, manifest = %s where number = %s
        """,
        [author, json.dumps(said, ensure_ascii=False), number],
    )


def _is_one_step(session: psycopg.Connection[Any], number: int) -> bool:
    found = session.execute(
        "select is_one_step from release.release where number = %s", [number]
    ).fetchone()
    assert found is not None
    return bool(found[0])


def _next_second(instant: datetime) -> datetime:
    """The instant, a whole second: it is typed by people, and an HTTP date has no parts of it."""
    return instant if not instant.microsecond else instant.replace(microsecond=0) + ONE_SECOND


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
