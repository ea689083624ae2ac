"""One reading room for all addresses: which release is the newest, and every answer made so far."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from math import inf
from time import monotonic
from typing import Any

from fastapi.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from api.answer import IMMUTABLE, UNTIL_NEXT_RELEASE, Answer, KeptAnswers, send
from api.released import Released
from warehouse.errors import DatabaseUnavailable, UnknownRelease
from warehouse.extent import Extent
from warehouse.observation import Page, PublishedDataflow, Selection
from warehouse.releasing.changes import ChangePage
from warehouse.releasing.published import Look, Release, chosen
from warehouse.releasing.revisions import Triangle

SECONDS_BETWEEN_LOOKS = 2.0
"""How long a new release may stay unseen by a running server."""

KEPT_DEFINITIONS = 256


class Library:
    """The published releases with the answers drawn from them, shared by all requests."""

    def __init__(self, released: Released, answers: KeptAnswers | None = None) -> None:
        self.released = released
        self.answers = answers or KeptAnswers()
        self._seen = Look((), datetime.min.replace(tzinfo=UTC))
        self._looked_at = self._changes_at = float("-inf")
        # Releases never change, so what was read of one need not be read again.
        self._dataflow = lru_cache(KEPT_DEFINITIONS)(released.dataflow)
        self._dataflows = lru_cache(8)(released.dataflows)
        self._extents = lru_cache(8)(released.extents)
        self._manifest = lru_cache(8)(released.manifest)

    def releases(self) -> Sequence[Release]:
        """Every release that can be read, the newest first, as seen at most two seconds ago.

        An embargo that ends is seen at its instant. While the database is away, what was seen
        before stands: it can have no newer release.
        """
        if self._must_look():
            self._look_again()
        return self._seen.releases

    def release(self, number: int | None = None, as_of: datetime | None = None) -> Release:
        """The release called `number`, standing at `as_of`, or the newest.

        Raises UnknownRelease and its children, InstantToCome.
        """
        known = self.releases()
        if as_of is not None and as_of > self._seen.now:
            self._look_again()
            known = self._seen.releases
        return chosen(known, self._seen.now, number, as_of)

    def release_known_at(self, number: int, as_of: datetime | None) -> Release:
        """The release called `number`, unless it came after `as_of`; raises UnknownRelease."""
        found = self.release(number)
        if as_of is None:
            return found
        standing = self.release(as_of=as_of)
        if found.number > standing.number:
            raise UnknownRelease(release=number, latest=standing.number)
        return found

    def releases_until(self, last: Release) -> Sequence[Release]:
        """The releases up to `last`, the newest first, as they were listed then."""
        return [one for one in self.releases() if one.number <= last.number]

    def manifest(self, number: int) -> Mapping[str, Any]:
        """What a release was made from; raises UnknownRelease."""
        return self._manifest(self.release(number).number)

    def released_as(self, published: PublishedDataflow) -> Mapping[str, Any]:
        """What the manifest says of a dataflow: its disclosure rules, its quality."""
        found: Mapping[str, Any] = self.manifest(published.release)["dataflows"][published.id]
        return found

    def dataflows(self, number: int | None = None) -> Sequence[PublishedDataflow]:
        """The dataflows of a release, by id."""
        return self._dataflows(self.release(number).number)

    def dataflow(self, dataflow: str, number: int | None = None) -> PublishedDataflow:
        """One dataflow of a release; raises UnknownDataflow."""
        return self._dataflow(dataflow, self.release(number).number)

    def extents(self, published: PublishedDataflow) -> Mapping[str, Extent]:
        """How many observations a dataflow has and from when to when, the finest frequency first.

        A frequency without any observation is absent.
        """
        found = self._extents(published.release).get(published.id, {})
        return {freq: found[freq] for freq in published.definition.frequencies if freq in found}

    def extent(self, published: PublishedDataflow) -> Extent | None:
        """The extent of a dataflow in its finest frequency; None without any observation."""
        return self.extents(published).get(published.definition.freq)

    def page(
        self,
        published: PublishedDataflow,
        selection: Selection,
        cursor: str | None = None,
        limit: int = 10_000,
    ) -> Page:
        """At most `limit` observations after `cursor`; raises InvalidFilter."""
        return self.released.page(published, selection, cursor, limit)

    def changes(
        self, number: int, dataflow: str | None, cursor: str | None, limit: int
    ) -> ChangePage:
        """At most `limit` changed cells of a release after `cursor`; raises InvalidFilter."""
        return self.released.changes(number, dataflow, cursor, limit)

    def triangle(
        self, published: PublishedDataflow, selection: Selection, cursor: str | None, limit: int
    ) -> Triangle:
        """At most `limit` cells of a dataflow as each release told them; raises InvalidFilter."""
        return self.released.triangle(published, self.releases(), selection, cursor, limit)

    async def answer(
        self, request: Request, make: Callable[[], Answer], lang: str | None = None
    ) -> Response:
        """The response to `request`: the bytes kept under its address, or made now by `make`.

        `lang` is given where the answer is written in one language.
        """
        newest = await self._newest()
        address = (request.scope["path"], request.scope["query_string"])
        return send(request, await self.answers.get((*address, newest, lang), make))

    async def _newest(self) -> int:
        """The number of the newest release, 0 when there is none."""
        if self._must_look():
            await run_in_threadpool(self.releases)
        known = self._seen.releases
        return known[0].number if known else 0

    def _must_look(self) -> bool:
        now = monotonic()
        return now - self._looked_at > SECONDS_BETWEEN_LOOKS or now >= self._changes_at

    def _look_again(self) -> None:
        now = monotonic()
        try:
            self._seen = seen = self.released.look()
        except DatabaseUnavailable:
            if not self._seen.releases:
                raise
            self._changes_at = inf
        else:
            wait = (seen.changes_at - seen.now).total_seconds() if seen.changes_at else inf
            self._changes_at = now + wait
        self._looked_at = now


def cache_control(values: Mapping[str, Any], *, is_specimen: bool) -> str:
    """How long an answer may be kept: for ever once its address names a release or an instant.

    A specimen is asked for again: a demonstration made anew has a release 1 of its own.
    """
    is_lasting = bool(values.keys() & {"release", "asOf"}) and not is_specimen
    return IMMUTABLE if is_lasting else UNTIL_NEXT_RELEASE
