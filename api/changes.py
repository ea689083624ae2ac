"""GET /v1/releases/{number}/changes: every changed cell of a release, and why it changed."""

import json
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import parameters
from api.answer import JSON, Answer, make_answer
from api.change_models import Changes
from api.data import CSV, PINNING
from api.description import describe
from api.encoding import instant
from api.library import Library, cache_control
from warehouse.release_views import SPECIMEN
from warehouse.releasing.change_file import changes_csv, changes_json
from warehouse.releasing.changes import Change, ChangePage
from warehouse.releasing.published import Release


def router(library: Library) -> APIRouter:
    """The address of the changes."""
    addresses = APIRouter()

    @addresses.get(
        "/v1/releases/{number}/changes", **describe("changes", Changes, parameters.OF_CHANGES)
    )
    async def changes(number: int, request: Request) -> Response:
        return await library.answer(request, lambda: _answer(library, number, request))

    return addresses


def _answer(library: Library, number: int, request: Request) -> Answer:
    values = parameters.read_parameters(request.query_params, parameters.OF_CHANGES)
    release = library.release_known_at(number, values.get("asOf"))
    if "dataflow" in values:
        _require_dataflow(library, release, values["dataflow"])
    is_csv = values.get("format") == "csv"
    is_whole = is_csv and not values.keys() & {"limit", "cursor"}
    page = _whole(library, number, values) if is_whole else _page(library, number, values)
    following = _next_address(release, values, page.next_cursor)
    headers = {"Link": f'<{following}>; rel="next"'} if following else {}
    if is_csv:
        mark = f"{SPECIMEN}_" if release.is_specimen else ""
        saved_as = f'attachment; filename="{mark}changes_release{number}.csv"'
        headers["Content-Disposition"] = saved_as
    return make_answer(
        changes_csv(page, release.is_specimen) if is_csv else _json(release, page, following),
        CSV if is_csv else JSON,
        cache_control=cache_control({"release": number}, is_specimen=release.is_specimen),
        last_modified=release.released_at,
        headers=headers,
    )


def _require_dataflow(library: Library, release: Release, dataflow: str) -> None:
    """Raise UnknownDataflow, unless the release or the one before it holds the dataflow."""
    former = library.dataflows(release.base) if release.base else []
    if dataflow not in {published.id for published in former}:
        library.dataflow(dataflow, release.number)


def _page(library: Library, number: int, values: dict[str, Any]) -> ChangePage:
    limit = values.get("limit", parameters.DEFAULT_LIMIT)
    return library.changes(number, values.get("dataflow"), values.get("cursor"), limit)


def _whole(library: Library, number: int, values: dict[str, Any]) -> ChangePage:
    """Every change, read page by page."""
    found: list[Change] = []
    cursor = None
    while True:
        page = library.changes(number, values.get("dataflow"), cursor, parameters.MAX_LIMIT)
        found += page.changes
        cursor = page.next_cursor
        if cursor is None:
            return ChangePage(found, None)


def _next_address(release: Release, values: dict[str, Any], cursor: str | None) -> str | None:
    if cursor is None:
        return None
    kept = {name: value for name, value in values.items() if name not in PINNING}
    return f"/v1/releases/{release.number}/changes?{urlencode(kept | {'cursor': cursor})}"


def _json(release: Release, page: ChangePage, following: str | None) -> bytes:
    ahead = {
        "count": len(page.changes),
        "next": following,
        "release": release.number,
        "released_at": instant(release.released_at),
        "base": release.base,
        "notice": release.notice,
    }
    # `simimo release changes` writes the same document: ours only adds what it is part of.
    body = changes_json(page, release.is_specimen)
    return json.dumps(ahead, ensure_ascii=False)[:-1].encode() + b", " + body[1:]
