"""GET /v1/explain/{id} and /explain/{id}: what stands behind one number, for program and reader.

Made of the release alone: no count of records, nothing of a file but what its manifest tells.
"""

from functools import partial
from typing import Any

from fastapi import APIRouter
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response

from api import parameters
from api.addresses import page_address
from api.answer import JSON, Answer, make_answer
from api.citation import citation
from api.description import describe
from api.encoding import instant, json_bytes
from api.errors import InvalidParameter
from api.language import language_of
from api.library import Library, cache_control
from api.models import Explained
from api.pages import page_answer
from api.templating import render
from warehouse.documents.explanation_sheet import explanation_sheet
from warehouse.explanation import Explanation, public
from warehouse.lineage import InvalidKey
from warehouse.report.marked import Marked, html

NOT_KEPT = ("lang", "asOf")
"""Parameters that go when a reader changes the language: a page of then has no instant."""


def router(library: Library) -> APIRouter:
    """The addresses of the explanations."""
    addresses = APIRouter()

    @addresses.get(
        "/v1/explain/{dataflow_id}", **describe("explain", Explained, parameters.OF_A_NUMBER)
    )
    async def explain(dataflow_id: str, request: Request) -> Response:
        return await library.answer(
            request, lambda: _answer(library, dataflow_id, request.query_params)
        )

    @addresses.get("/explain/{dataflow_id}", include_in_schema=False)
    async def page(dataflow_id: str, request: Request) -> Response:
        lang = language_of(request)
        make = partial(_page, library, dataflow_id, request, lang)
        return await library.answer(request, make, lang)

    return addresses


def _answer(library: Library, dataflow_id: str, query: QueryParams) -> Answer:
    found, values = _explained(library, dataflow_id, query)
    published = found.published
    said = {
        **found.to_json(),
        "released_at": instant(published.released_at),
        "citation": citation(published),
        "page": page_address(published.id, published.release, found.key, found.period),
    }
    return make_answer(
        json_bytes(said),
        JSON,
        cache_control=cache_control(values, is_specimen=published.is_specimen),
        last_modified=published.released_at,
    )


def _explained(
    library: Library, dataflow_id: str, query: QueryParams
) -> tuple[Explanation, dict[str, Any]]:
    """The explanation of the number asked for, with the parameters as read."""
    release = library.release(*parameters.read_release(query))
    published = library.dataflow(dataflow_id, release.number)
    dimensions = published.definition.dimension_ids
    values = parameters.read_parameters(query, parameters.OF_A_NUMBER, dimensions)
    if "period" not in values:
        period = parameters.PERIOD_ASKED
        raise InvalidParameter(
            parameter=period.name, value="", expected=period.expected, example=period.example
        )
    codes = {}
    for dimension, asked in parameters.read_codes(query, dimensions).items():
        if len(asked) > 1:
            raise InvalidKey(given=f"{dimension}={','.join(asked)}")
        codes[dimension] = asked[0]
    found = public(
        published,
        library.manifest(published.release),
        codes,
        values["period"],
        lambda selection: library.page(published, selection).observations,
    )
    return found, values


def _page(library: Library, dataflow_id: str, request: Request, lang: str) -> Answer:
    query = request.query_params
    found, _ = _explained(library, dataflow_id, query)
    published = found.published
    release = library.release(published.release)
    document = explanation_sheet(found, lang)
    body = render(
        "explanation.html",
        lang,
        address=f"/explain/{dataflow_id}",
        kept={name: value for name, value in query.items() if name not in NOT_KEPT},
        release=release,
        is_specimen=published.is_specimen,
        document=document,
        published=published,
        citation=citation(published),
        marked=partial(_html, lang=lang),
        json_address=f"/v1{page_address(published.id, published.release, found.key, found.period)}",
    )
    return page_answer(body, lang, release)


def _html(said: Marked, lang: str) -> str:
    return html(said, lang)
