"""GET /v1/data/{id}: the observations asked for, as JSON or CSV."""

import csv
import io
import json
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response

from api import parameters
from api.answer import JSON, Answer, make_answer
from api.citation import citation
from api.description import describe
from api.library import Library, cache_control
from api.models import Data
from warehouse.observation import Page, PublishedDataflow, Selection
from warehouse.observation_file import json_document
from warehouse.release_views import SPECIMEN

CSV = "text/csv; charset=utf-8"
PINNING = ("release", "asOf", "cursor")
"""What the address of a following page says anew."""


def router(library: Library) -> APIRouter:
    """The address of the observations."""
    addresses = APIRouter()

    @addresses.get("/v1/data/{dataflow_id}", **describe("data", Data, parameters.OF_DATA))
    async def data(dataflow_id: str, request: Request) -> Response:
        return await library.answer(
            request, lambda: _answer(library, dataflow_id, request.query_params)
        )

    return addresses


def _answer(library: Library, dataflow_id: str, query: QueryParams) -> Answer:
    release = library.release(*parameters.read_release(query))
    published = library.dataflow(dataflow_id, release.number)
    dimensions = published.dimension_ids
    values = parameters.read_parameters(query, parameters.OF_DATA, dimensions)
    selection = Selection(
        parameters.read_codes(query, dimensions), values.get("startPeriod"), values.get("endPeriod")
    )
    if values.get("format") == "csv":
        return _csv_answer(library, published, selection, values)
    return _json_answer(library, published, selection, values)


def _json_answer(
    library: Library, published: PublishedDataflow, selection: Selection, values: dict[str, Any]
) -> Answer:
    page = _page(library, published, selection, values)
    following = _following(page, selection, values)
    ahead = {
        "count": len(page.observations),
        "next": following,
        "citation": citation(published),
    }
    # `simimo get` writes the same document: ours only adds where the answer goes on.
    body = json.dumps(ahead, ensure_ascii=False)[:-1].encode() + b", " + json_document(page)[1:]
    return _sent(published, values, body, JSON, _link(following))


def _csv_answer(
    library: Library, published: PublishedDataflow, selection: Selection, values: dict[str, Any]
) -> Answer:
    saved_as = {"Content-Disposition": f'attachment; filename="{file_name(published)}"'}
    if not values.keys() & {"limit", "cursor"}:
        body = library.released.csv(published, selection)
        return _sent(published, values, body, CSV, saved_as)
    page = _page(library, published, selection, values)
    following = _following(page, selection, values)
    return _sent(published, values, csv_page(page), CSV, saved_as | _link(following))


def _page(
    library: Library, published: PublishedDataflow, selection: Selection, values: dict[str, Any]
) -> Page:
    limit = values.get("limit", parameters.DEFAULT_LIMIT)
    return library.page(published, selection, values.get("cursor"), limit)


def _following(page: Page, selection: Selection, values: dict[str, Any]) -> str | None:
    path = f"/v1/data/{page.published.id}"
    return next_address(path, page.published, selection, values, page.next_cursor)


def _sent(
    published: PublishedDataflow,
    values: dict[str, Any],
    body: bytes,
    media_type: str,
    headers: dict[str, str],
) -> Answer:
    return make_answer(
        body,
        media_type,
        cache_control=cache_control(values, is_specimen=published.is_specimen),
        last_modified=published.released_at,
        headers=headers,
    )


def csv_page(page: Page) -> bytes:
    """One page as CSV, in the same columns and quoting as the whole file."""
    published = page.published
    mark = {"specimen": SPECIMEN} if published.is_specimen else {}
    file = io.StringIO()
    writer = csv.DictWriter(file, [*published.columns, *mark], lineterminator="\n")
    writer.writeheader()
    writer.writerows({**observation, **mark} for observation in page.observations)
    return file.getvalue().encode()


def next_address(
    path: str,
    published: PublishedDataflow,
    selection: Selection,
    values: dict[str, Any],
    cursor: str | None,
) -> str | None:
    """Where the answer goes on, if it does; pins the release, so that no answer mixes two.

    However the release was named, the address is the same: an answer of then is what it was.
    """
    if cursor is None:
        return None
    asked = {dimension: ",".join(codes) for dimension, codes in selection.filters.items()}
    kept = {name: value for name, value in values.items() if name not in PINNING}
    pinned = {"release": published.release, "cursor": cursor}
    return f"{path}?{urlencode(asked | kept | pinned, safe=',')}"


def file_name(published: PublishedDataflow) -> str:
    """The name under which a CSV answer is saved, such as DF_POPULATION_release1.csv."""
    warning = f"{SPECIMEN}_" if published.is_specimen else ""
    return f"{warning}{published.id}_release{published.release}.csv"


def _link(following: str | None) -> dict[str, str]:
    return {"Link": f'<{following}>; rel="next"'} if following else {}
