"""GET /v1 and /health: the entrance of the API, and whether it can answer."""

from functools import cache
from importlib.metadata import version

from fastapi import APIRouter
from fastapi.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from api import parameters
from api.answer import JSON, UNTIL_NEXT_RELEASE, Answer, make_answer
from api.description import describe
from api.encoding import json_bytes
from api.library import Library
from api.models import Entrance, Health
from api.released import NotMigrated
from api.releases import newest_of, release_summary
from api.texts import text
from warehouse.indicator import Labels
from warehouse.messages import LANGUAGES
from warehouse.migrate import head_revision

ADDRESSES = {
    "dataflows": "/v1/dataflows",
    "dataflow": "/v1/dataflows/{dataflow_id}",
    "data": "/v1/data/{dataflow_id}",
    "revisions": "/v1/data/{dataflow_id}/revisions",
    "releases": "/v1/releases",
    "release": "/v1/releases/{number}",
    "changes": "/v1/releases/{number}/changes",
    "health": "/health",
    "description": "/openapi.json",
    "documentation": "/docs",
}


def router(library: Library) -> APIRouter:
    """The entrance and the state of the service."""
    addresses = APIRouter()

    @addresses.get("/v1", **describe("entrance", Entrance, parameters.OF_A_RELEASE))
    async def entrance(request: Request) -> Response:
        return await library.answer(request, lambda: _entrance(library, request))

    @addresses.get("/health", **describe("health", Health, parameters.PLAIN))
    async def health(request: Request) -> Response:
        parameters.read_parameters(request.query_params, parameters.PLAIN)
        body = await run_in_threadpool(_health, library)
        return Response(body, media_type=JSON, headers={"Cache-Control": "no-store"})

    return addresses


def _entrance(library: Library, request: Request) -> Answer:
    values = parameters.read_parameters(request.query_params, parameters.OF_A_RELEASE)
    newest = newest_of(library, values)
    said = {
        "name": "SIMIMO",
        "title": _labels("system_name"),
        "institution": _labels("institution"),
        "version": version("simimo"),
        "languages": LANGUAGES,
        "release": release_summary(newest) if newest else None,
        "addresses": ADDRESSES,
        "limits": {
            "default_limit": parameters.DEFAULT_LIMIT,
            "max_limit": parameters.MAX_LIMIT,
            "csv_without_limit": "whole",
            "requests_per_second": None,
            "text": {lang: parameters.limits_text(lang) for lang in LANGUAGES},
        },
        "citation": _labels("citation_rule"),
    }
    return make_answer(
        json_bytes(said),
        JSON,
        # The program's own version is told here: this answer is never kept for long.
        cache_control=UNTIL_NEXT_RELEASE,
        last_modified=newest.released_at if newest else None,
    )


def _health(library: Library) -> bytes:
    """The state of the service, asked of the database each time; raises DatabaseUnavailable."""
    current, head = library.released.revision(), _head_revision()
    if current != head:
        raise NotMigrated(found=current, expected=head)
    known = library.released.look().releases
    return json_bytes(
        {
            "status": "ok",
            "database": "reachable",
            "migration": {"current": current, "head": head},
            "release": release_summary(known[0]) if known else None,
        }
    )


@cache
def _head_revision() -> str:
    return head_revision()


def _labels(key: str) -> Labels:
    return {lang: text(key, lang) for lang in LANGUAGES}
