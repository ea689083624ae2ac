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
from warehouse.releasing.published import Release


def router(library: Library) -> APIRouter:
    """The addresses of the releases."""
    addresses = APIRouter()

    @addresses.get("/v1/releases", **describe("releases", ReleaseList, parameters.PLAIN))
    async def releases(request: Request) -> Response:
        return await library.answer(request, lambda: _list(library, request))

    @addresses.get("/v1/releases/{number}", **describe("release", ReleaseDetail, parameters.PLAIN))
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
        "url": f"/v1/releases/{release.number}",
    }


def _list(library: Library, request: Request) -> Answer:
    parameters.read_parameters(request.query_params, parameters.PLAIN)
    known = library.releases()
    return make_answer(
        json_bytes({"count": len(known), "releases": [release_summary(r) for r in known]}),
        JSON,
        cache_control=UNTIL_NEXT_RELEASE,
        last_modified=known[0].released_at if known else None,
    )


def _detail(library: Library, number: int, request: Request) -> Answer:
    parameters.read_parameters(request.query_params, parameters.PLAIN)
    release = library.release(number)
    said = {**release_summary(release), "manifest": library.manifest(number)}
    return make_answer(
        json_bytes(said),
        JSON,
        cache_control=cache_control(number, is_specimen=release.is_specimen),
        last_modified=release.released_at,
    )
