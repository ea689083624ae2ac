"""GET /v1/releases/{number}/changes: every changed cell of a release, and why it changed."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import parameters
from api.answer import JSON, Answer, make_answer
from api.data import CSV, PINNING
from api.description import describe
from api.encoding import instant
from api.library import Library, cache_control
from api.models import Changes
from warehouse.indicator import Labels
from warehouse.messages import LANGUAGES, words
from warehouse.observation_file import number_text
from warehouse.release_views import SPECIMEN
from warehouse.releasing.causes import REASONS
from warehouse.releasing.changes import CONTENT, Change, ChangePage, Said
from warehouse.releasing.published import Release

PARTS = ", "


def router(library: Library) -> APIRouter:
    """The address of the changes."""
    addresses = APIRouter()

    @addresses.get(
        "/v1/releases/{number}/changes", **describe("changes", Changes, parameters.OF_CHANGES)
    )
    async def changes(number: int, request: Request) -> Response:
        return await library.answer(request, lambda: _answer(library, number, request))

    return addresses


def reason_labels() -> dict[str, Labels]:
    """What each reason of a change is called, in the three languages."""
    return {reason: words("releasing")[f"reason_{reason}"] for reason in REASONS}


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
    head = json.dumps(
        {
            "count": len(page.changes),
            "next": following,
            "specimen": release.is_specimen,
            "release": release.number,
            "released_at": instant(release.released_at),
            "base": release.base,
            "notice": release.notice,
            "reasons": reason_labels(),
        },
        ensure_ascii=False,
    )
    rows = ",\n".join(map(_json_change, page.changes))
    cursor = json.dumps(page.next_cursor)
    return f'{head[:-1]}, "changes": [\n{rows}\n], "next_cursor": {cursor}}}\n'.encode()


def _json_change(change: Change) -> str:
    named = {
        "dataflow": change.dataflow,
        "freq": change.freq,
        "key": change.key,
        "time_period": change.time_period,
    }
    head = json.dumps(named, ensure_ascii=False)[:-1]
    reasons = json.dumps(change.reasons)
    old, new = (_json_said(said) for said in (change.old, change.new))
    return f'{head}, "old": {old}, "new": {new}, "reasons": {reasons}}}'


def _json_said(said: Said | None) -> str:
    """One side of a change; the value is written as the decimal text it is."""
    if said is None:
        return "null"
    rest = json.dumps({"obs_status": said.obs_status, "conf_status": said.conf_status})
    return f'{{"obs_value": {number_text(said.obs_value)}, {rest[1:]}'


def changes_csv(page: ChangePage, is_specimen: bool) -> bytes:
    """The changes as CSV: the cell, what was said, what is said now, the reasons in words.

    dataflow,freq,key,time_period,old_obs_value,...,new_conf_status,reasons,reasons_fr,...
    DF_X,M,"citizenship=SN, sex=F",2025-12,12,P,F,13,A,F,new_month,nouvelle période,...
    """
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    sides = [f"{side}_{name}" for side in ("old", "new") for name in CONTENT]
    told = ["reasons", *(f"reasons_{lang}" for lang in LANGUAGES)]
    mark = [SPECIMEN] if is_specimen else []
    writer.writerow(
        ["dataflow", "freq", "key", "time_period", *sides, *told, *(["specimen"] if mark else [])]
    )
    writer.writerows([*_csv_cells(change), *mark] for change in page.changes)
    return file.getvalue().encode()


def _csv_cells(change: Change) -> Iterator[str | None]:
    yield from (change.dataflow, change.freq)
    yield PARTS.join(f"{dimension}={code}" for dimension, code in change.key.items())
    yield change.time_period
    for said in (change.old, change.new):
        yield from (getattr(said, name) if said else None for name in CONTENT)
    yield PARTS.join(change.reasons)
    labels = reason_labels()
    for lang in LANGUAGES:
        yield PARTS.join(labels[reason][lang] for reason in change.reasons)
