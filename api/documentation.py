"""/openapi.json and /docs: the description of the API, for programs and for people.

The page is made here from the same description, without any script: it works with no network,
every example is a link, and it can be read in three languages.
"""

from functools import partial

from fastapi import APIRouter, FastAPI
from starlette.requests import Request
from starlette.responses import Response

from api import parameters
from api.answer import JSON, UNTIL_NEXT_RELEASE, Answer, make_answer
from api.description import example, openapi_document
from api.encoding import json_bytes
from api.language import language_of
from api.library import Library
from api.pages import page_answer
from api.templating import render


def router(app: FastAPI, library: Library) -> APIRouter:
    """The addresses of the description."""
    addresses = APIRouter(include_in_schema=False)

    @addresses.get("/openapi.json")
    async def openapi(request: Request) -> Response:
        lang = language_of(request)
        return await library.answer(request, partial(_document, app, request, lang), lang)

    @addresses.get("/docs")
    async def docs(request: Request) -> Response:
        lang = language_of(request)
        return await library.answer(request, partial(_page, app, library, request, lang), lang)

    return addresses


def _document(app: FastAPI, request: Request, lang: str) -> Answer:
    parameters.read_parameters(request.query_params, parameters.PLAIN)
    return make_answer(
        json_bytes(openapi_document(app, lang)),
        JSON,
        cache_control=UNTIL_NEXT_RELEASE,
        headers={"Content-Language": lang, "Vary": "Accept-Encoding, Accept-Language"},
    )


def _page(app: FastAPI, library: Library, request: Request, lang: str) -> Answer:
    parameters.read_parameters(request.query_params, parameters.PLAIN)
    known = library.releases()
    body = render(
        "docs.html",
        lang,
        address="/docs",
        release=known[0] if known else None,
        is_specimen=False,
        paths=openapi_document(app, lang)["paths"],
        expected=parameters.expected,
        limits=parameters.limits_text(lang),
        error=example("error"),
    )
    return page_answer(body, lang, None)
