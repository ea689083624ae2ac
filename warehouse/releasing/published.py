"""Which releases can be read, and which one stood at an instant.

A release is readable from its instant on, by the database's clock; what was found readable once
stays so, whatever the clock is set to. Nothing here tells that others wait.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg

from warehouse.errors import UnknownRelease
from warehouse.indicator import Labels
from warehouse.messages import LANGUAGES
from warehouse.releasing.instant import InstantToCome, instant_text


class NothingReleased(UnknownRelease):
    """There is no published release yet."""

    key = "nothing_released"


class NothingReleasedThen(UnknownRelease):
    """No release stood yet at the instant asked for."""

    key = "nothing_released_then"


class ReleaseAndInstant(UnknownRelease):
    """Both a release and an instant are named: one of them tells which release is meant."""

    key = "release_and_instant"
    http_status = 422


@dataclass(frozen=True)
class Release:
    """One published release: its number, its instant, the hash of all that it says.

    `notice` is what readers are told of it, such as what it corrects; `base` the release before.
    """

    number: int
    released_at: datetime
    content_hash: str
    is_specimen: bool
    notice: Labels | None = None
    base: int | None = None


@dataclass(frozen=True)
class Look:
    """What can be read at `now`, the newest first, and when that changes next by itself.

    `changes_at` is for the reader's own clock alone; nobody is told of it.
    """

    releases: Sequence[Release]
    now: datetime
    changes_at: datetime | None = None


def look(session: psycopg.Connection[Any]) -> Look:
    """What a reader finds now; acts as simimo_api."""
    open_due(session)
    found = session.execute("select release.next_instant()").fetchone()
    return Look(releases(session), clock(session), found[0] if found else None)


def open_due(session: psycopg.Connection[Any]) -> None:
    """Note the releases whose instant has come, so that none of them can become unreadable."""
    session.execute("select release.open_due()")


def releases(session: psycopg.Connection[Any]) -> list[Release]:
    """The releases that can be read, the newest first."""
    found = session.execute("""
        select number, released_at, content_hash,
            coalesce(cast(manifest ->> 'is_specimen' as boolean), false), notice, base
        from release.published order by number desc
    """)
    return [
        Release(number, at, content_hash, is_specimen, in_order(notice), base)
        for number, at, content_hash, is_specimen, notice, base in found
    ]


def in_order(notice: Labels | None) -> Labels | None:
    """A notice with French first; the database keeps the languages in an order of its own."""
    return {lang: notice[lang] for lang in LANGUAGES} if notice else None


def clock(session: psycopg.Connection[Any]) -> datetime:
    """The database's instant; never before the newest release found readable."""
    found = session.execute("select release.instant()").fetchone()
    assert found is not None
    now: datetime = found[0]
    return now


def chosen(
    known: Sequence[Release], now: datetime, release: int | None, as_of: datetime | None
) -> Release:
    """The release called `release`, else the one that stood at `as_of`, else the newest.

    `known` has the newest first. Raises UnknownRelease and its children, InstantToCome.
    """
    if not known:
        raise NothingReleased
    if release is not None and as_of is not None:
        raise ReleaseAndInstant(release=release, instant=instant_text(as_of))
    if as_of is not None:
        return _standing(known, now, as_of)
    if release is None:
        return known[0]
    found = next((one for one in known if one.number == release), None)
    if found is None:
        raise UnknownRelease(release=release, latest=known[0].number)
    return found


def _standing(known: Sequence[Release], now: datetime, as_of: datetime) -> Release:
    if as_of > now:
        raise InstantToCome(instant=instant_text(as_of))
    found = next((one for one in known if one.released_at <= as_of), None)
    if found is None:
        first = instant_text(known[-1].released_at)
        raise NothingReleasedThen(instant=instant_text(as_of), first=first)
    return found


def published_release(
    session: psycopg.Connection[Any], release: int | None = None, as_of: datetime | None = None
) -> Release:
    """The release called `release`, standing at `as_of`, or the newest; raises UnknownRelease."""
    open_due(session)
    return chosen(releases(session), clock(session), release, as_of)


def published_number(
    session: psycopg.Connection[Any], release: int | None = None, as_of: datetime | None = None
) -> int:
    """The number of the release called `release`, standing at `as_of`, or of the newest.

    Raises UnknownRelease and its children, InstantToCome.
    """
    return published_release(session, release, as_of).number


def release_manifest(session: psycopg.Connection[Any], number: int) -> Mapping[str, Any]:
    """The manifest of a release that can be read; raises UnknownRelease."""
    found = session.execute(
        "select manifest from release.published where number = %s",
        [published_number(session, number)],
    ).fetchone()
    assert found is not None
    manifest: Mapping[str, Any] = found[0]
    return manifest
