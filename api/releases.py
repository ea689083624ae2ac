"""GET /v1/releases and /v1/releases/{number}: what was published when, from which files."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import parameters
from api.answer import JSON, UNTIL_NEXT_RELEASE, Answer, make_answer
from api.description import describe
from api.encoding import instant, json_bytes
from api.library import Library, cache_control
from api.models import ReleaseDetail, ReleaseList
from warehouse.releasing.published import NothingReleased, Release


def router(library: Library) -> APIRouter:
    """The addresses of the releases."""
    addresses = APIRouter()

    @addresses.get("/v1/releases", **describe("releases", ReleaseList, parameters.OF_A_RELEASE))
    async def releases(request: Request) -> Response:
        return await library.answer(request, lambda: _list(library, request))

    @addresses.get(
        "/v1/releases/{number}", **describe("release", ReleaseDetail, parameters.OF_AN_INSTANT)
    )
    async def release(number: int, request: Request) -> Response:
        return await library.answer(request, lambda: _detail(library, number, request))

    return addresses


def release_summary(release: Release) -> dict[str, object]:
    """One release in short."""
    return {
        "number": release.number,
        "released_at": instant(release.released_at),
        "specimen": release.is_specimen,
        "content_hash": release.content_hash,
        "notice": release.notice,
        "url": f"/v1/releases/{release.number}",
        "changes": f"/v1/releases/{release.number}/changes",
    }


def newest_of(library: Library, values: dict[str, object]) -> Release | None:
    """The release that the parameters name, else the newest; None before the first one."""
    named = {
        key: values[name]
        for key, name in (("number", "release"), ("as_of", "asOf"))
        if name in values
    }
    try:
        return library.release(**named)  # type: ignore[arg-type]
    except NothingReleased:
        if named:
            raise
        return None


def _list(library: Library, request: Request) -> Answer:
    values = parameters.read_parameters(request.query_params, parameters.OF_A_RELEASE)
    newest = newest_of(library, values)
    known = library.releases_until(newest) if newest else []
    is_specimen = any(release.is_specimen for release in known)
    return make_answer(
        json_bytes({"count": len(known), "releases": [release_summary(r) for r in known]}),
        JSON,
        cache_control=cache_control(values, is_specimen=is_specimen)
        if known
        else UNTIL_NEXT_RELEASE,
        last_modified=newest.released_at if newest else None,
    )


def _detail(library: Library, number: int, request: Request) -> Answer:
    values = parameters.read_parameters(request.query_params, parameters.OF_AN_INSTANT)
    release = library.release_known_at(number, values.get("asOf"))
    said = {**release_summary(release), "manifest": library.manifest(number)}
    return make_answer(
        json_bytes(said),
        JSON,
        cache_control=cache_control({"release": number}, is_specimen=release.is_specimen),
        last_modified=release.released_at,
    )
