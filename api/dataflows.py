"""GET /v1/dataflows and /v1/dataflows/{id}: what is published, its definition and its codes."""

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import parameters
from api.answer import JSON, Answer, make_answer
from api.citation import citation
from api.description import describe
from api.encoding import instant, json_bytes
from api.library import Library, cache_control
from api.models import DataflowDetail, DataflowList
from warehouse.catalogue import described
from warehouse.observation import PublishedDataflow


def router(library: Library) -> APIRouter:
    """The addresses of the dataflows."""
    addresses = APIRouter()

    @addresses.get("/v1/dataflows", **describe("dataflows", DataflowList, parameters.OF_A_RELEASE))
    async def dataflows(request: Request) -> Response:
        return await library.answer(request, lambda: _list(library, request))

    @addresses.get(
        "/v1/dataflows/{dataflow_id}",
        **describe("dataflow", DataflowDetail, parameters.OF_A_RELEASE),
    )
    async def dataflow(dataflow_id: str, request: Request) -> Response:
        return await library.answer(request, lambda: _detail(library, dataflow_id, request))

    return addresses


def _list(library: Library, request: Request) -> Answer:
    values = parameters.read_parameters(request.query_params, parameters.OF_A_RELEASE)
    release = library.release(values.get("release"), values.get("asOf"))
    known = library.dataflows(release.number)
    said = {
        "release": release.number,
        "released_at": instant(release.released_at),
        "count": len(known),
        "dataflows": [_summary(library, published) for published in known],
    }
    return make_answer(
        json_bytes(said),
        JSON,
        cache_control=cache_control(values, is_specimen=release.is_specimen),
        last_modified=release.released_at,
    )


def _detail(library: Library, dataflow_id: str, request: Request) -> Answer:
    values = parameters.read_parameters(request.query_params, parameters.OF_A_RELEASE)
    release = library.release(values.get("release"), values.get("asOf"))
    published = library.dataflow(dataflow_id, release.number)
    told = library.released_as(published)
    said = {
        **_summary(library, published),
        "release": published.release,
        "released_at": instant(published.released_at),
        **described(
            published.definition,
            published.code_lists_as_json(),
            told["disclosure"],
            told.get("quality"),
            published.shown,
        ),
        "citation": citation(published),
    }
    return make_answer(
        json_bytes(said),
        JSON,
        cache_control=cache_control(values, is_specimen=published.is_specimen),
        last_modified=published.released_at,
    )


def _summary(library: Library, published: PublishedDataflow) -> dict[str, Any]:
    extent = library.extent(published)
    return {
        "id": published.id,
        "title": published.definition.title,
        "unit_measure": published.definition.unit_measure,
        "freq": published.definition.freq,
        "frequencies": [
            {"freq": freq, **asdict(held)} for freq, held in library.extents(published).items()
        ],
        "kind": published.definition.kind,
        "specimen": published.is_specimen,
        "observations": extent.observations if extent else 0,
        "first_period": extent.first_period if extent else None,
        "last_period": extent.last_period if extent else None,
        "last_updated": instant(published.last_updated),
        "links": links(published),
    }


def links(published: PublishedDataflow, freq: str | None = None) -> dict[str, str]:
    """Where the dataflow is found, each address pinned to its release; data in `freq` (finest)."""
    pinned = f"release={published.release}"
    data = f"{pinned}&freq={freq}" if freq and freq != published.definition.freq else pinned
    return {
        "definition": f"/v1/dataflows/{published.id}?{pinned}",
        "data_json": f"/v1/data/{published.id}?{data}",
        "data_csv": f"/v1/data/{published.id}?{data}&format=csv",
        "page": f"/dataflows/{published.id}",
    }
