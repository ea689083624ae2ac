"""GET /v1/data/{id}/revisions: the revision triangle, each cell as each release told it."""

import csv
import io
import json
from dataclasses import astuple
from typing import Any

from fastapi import APIRouter
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response

from api import parameters
from api.answer import JSON, Answer, make_answer
from api.change_models import Revised
from api.citation import citation
from api.data import CSV, file_name, next_address
from api.description import describe
from api.encoding import instant
from api.library import Library, cache_control
from warehouse.observation import PublishedDataflow, Selection
from warehouse.observation_file import number_text
from warehouse.release_views import SPECIMEN
from warehouse.releasing.revisions import SAID, Triangle, Vintage
from warehouse.releasing.revisions import Revised as Cell


def router(library: Library) -> APIRouter:
    """The address of the revisions."""
    addresses = APIRouter()

    @addresses.get(
        "/v1/data/{dataflow_id}/revisions", **describe("revisions", Revised, parameters.OF_DATA)
    )
    async def revisions(dataflow_id: str, request: Request) -> Response:
        return await library.answer(
            request, lambda: _answer(library, dataflow_id, request.query_params)
        )

    return addresses


def _answer(library: Library, dataflow_id: str, query: QueryParams) -> Answer:
    release = library.release(*parameters.read_release(query))
    published = library.dataflow(dataflow_id, release.number)
    values = parameters.read_parameters(query, parameters.OF_DATA, published.dimension_ids)
    selection = Selection(
        parameters.read_codes(query, published.dimension_ids),
        values.get("startPeriod"),
        values.get("endPeriod"),
    )
    found = _found(library, published, selection, values)
    path = f"/v1/data/{published.id}/revisions"
    following = next_address(path, published, selection, values, found.next_cursor)
    headers = {"Link": f'<{following}>; rel="next"'} if following else {}
    is_csv = values.get("format") == "csv"
    if is_csv:
        name = file_name(published).replace(published.id, f"{published.id}_revisions")
        headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return make_answer(
        _csv(found) if is_csv else _json(found, following),
        CSV if is_csv else JSON,
        cache_control=cache_control(values, is_specimen=published.is_specimen),
        last_modified=published.released_at,
        headers=headers,
    )


def _found(
    library: Library, published: PublishedDataflow, selection: Selection, values: dict[str, Any]
) -> Triangle:
    """A page of the triangle; all of it for CSV without limit."""
    limit = values.get("limit", parameters.DEFAULT_LIMIT)
    if values.get("format") != "csv" or values.keys() & {"limit", "cursor"}:
        return library.triangle(published, selection, values.get("cursor"), limit)
    cells: list[Cell] = []
    cursor = None
    while True:
        page = library.triangle(published, selection, cursor, parameters.MAX_LIMIT)
        cells += page.cells
        cursor = page.next_cursor
        if cursor is None:
            return Triangle(published, page.releases, cells, None)


def _json(found: Triangle, following: str | None) -> bytes:
    published = found.published
    head = json.dumps(
        {
            "count": len(found.cells),
            "next": following,
            "citation": citation(published),
            "specimen": published.is_specimen,
            "dataflow": published.id,
            "title": published.definition.title,
            "release": published.release,
            "released_at": instant(published.released_at),
            "unit_measure": published.definition.unit_measure,
            "decimals": published.definition.decimals,
            "dimensions": published.dimension_ids,
            "releases": [
                {"release": r.number, "released_at": instant(r.released_at), "notice": r.notice}
                for r in found.releases
            ],
        },
        ensure_ascii=False,
    )
    rows = ",\n".join(map(_json_cell, found.cells))
    cursor = json.dumps(found.next_cursor)
    return f'{head[:-1]}, "revisions": [\n{rows}\n], "next_cursor": {cursor}}}\n'.encode()


def _json_cell(cell: Cell) -> str:
    head = json.dumps({**cell.codes, "time_period": cell.time_period})[:-1]
    vintages = ", ".join(map(_json_vintage, cell.vintages))
    return f'{head}, "vintages": [{vintages}]}}'


def _json_vintage(vintage: Vintage) -> str:
    """What one release said; the value is written as the decimal text it is."""
    status = json.dumps({"obs_status": vintage.obs_status, "conf_status": vintage.conf_status})
    value = number_text(vintage.obs_value)
    return f'{{"release": {vintage.release}, "obs_value": {value}, {status[1:]}'


def _csv(found: Triangle) -> bytes:
    """One row for each cell and release that told it."""
    released = {r.number: instant(r.released_at) for r in found.releases}
    mark = [SPECIMEN] if found.published.is_specimen else []
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(
        [
            *found.published.dimension_ids,
            *("time_period", "release", "released_at", *SAID),
            *(["specimen"] if mark else []),
        ]
    )
    for cell in found.cells:
        for vintage in cell.vintages:
            number, *said = astuple(vintage)
            key = [*cell.codes.values(), cell.time_period]
            writer.writerow([*key, number, released[number], *said, *mark])
    return file.getvalue().encode()
