"""One reading room for all addresses: which release is the newest, and every answer made so far."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
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
from warehouse.releasing.published import NothingReleased, Release

SECONDS_BETWEEN_LOOKS = 2.0
"""How long a new release may stay unseen by a running server."""

KEPT_DEFINITIONS = 256


class Library:
    """The published releases with the answers drawn from them, shared by all requests."""

    def __init__(self, released: Released, answers: KeptAnswers | None = None) -> None:
        self.released = released
        self.answers = answers or KeptAnswers()
        self._releases: tuple[Release, ...] = ()
        self._looked_at = float("-inf")
        # Releases never change, so what was read of one need not be read again.
        self._dataflow = lru_cache(KEPT_DEFINITIONS)(released.dataflow)
        self._dataflows = lru_cache(8)(released.dataflows)
        self._extents = lru_cache(8)(released.extents)
        self._manifest = lru_cache(8)(released.manifest)

    def releases(self) -> tuple[Release, ...]:
        """Every published release, the newest first, as seen at most two seconds ago.

        While the database is away, what was seen before stands: it can have no newer release.
        """
        now = monotonic()
        if now - self._looked_at > SECONDS_BETWEEN_LOOKS:
            try:
                self._releases = tuple(self.released.releases())
            except DatabaseUnavailable:
                if not self._releases:
                    raise
            self._looked_at = now
        return self._releases

    def release(self, number: int | None = None) -> Release:
        """The release called `number`, or the newest; raises UnknownRelease, NothingReleased."""
        known = self.releases()
        if not known:
            raise NothingReleased
        if number is None:
            return known[0]
        found = next((r for r in known if r.number == number), None)
        if found is None:
            raise UnknownRelease(release=number, latest=known[0].number)
        return found

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
        if monotonic() - self._looked_at > SECONDS_BETWEEN_LOOKS:
            await run_in_threadpool(self.releases)
        return self._releases[0].number if self._releases else 0


def cache_control(named_release: int | None, *, is_specimen: bool) -> str:
    """How long an answer may be kept: for ever once its address names the release.

    A specimen is asked for again: a demonstration made anew has a release 1 of its own.
    """
    is_lasting = named_release is not None and not is_specimen
    return IMMUTABLE if is_lasting else UNTIL_NEXT_RELEASE
