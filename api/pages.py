"""The pages for a reader: the start page, one page a dataflow, and errors as pages."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import parameters
from api.answer import UNTIL_NEXT_RELEASE, Answer, make_answer
from api.chart import line_chart
from api.citation import citation
from api.dataflows import links
from api.figures import Figures, figures_of
from api.language import language_of
from api.library import Library
from api.releases import newest_of
from api.templating import render
from api.texts import typeset
from warehouse import catalogue
from warehouse.errors import SimimoError
from warehouse.observation import PublishedDataflow
from warehouse.releasing.published import Release
from warehouse.releasing.shown import featured, under_headings

HTML = "text/html; charset=utf-8"
BARS_ON_START_PAGE = 8
BARS_ON_PAGE = 12
KEPT = ("freq", "release")
"""Parameters that stay when a reader changes the language; not the instant: a page as of then is
the page of then, byte for byte."""


def router(library: Library) -> APIRouter:
    """The addresses of the pages."""
    addresses = APIRouter(include_in_schema=False)

    @addresses.get("/")
    async def start(request: Request) -> Response:
        lang = language_of(request)
        return await library.answer(request, partial(_start, library, request, lang), lang)

    @addresses.get("/dataflows/{dataflow_id}")
    async def dataflow(dataflow_id: str, request: Request) -> Response:
        lang = language_of(request)
        make = partial(_dataflow, library, dataflow_id, request, lang)
        return await library.answer(request, make, lang)

    return addresses


def error_page(request: Request, error: SimimoError, lang: str) -> bytes:
    """A failure told to a person at a browser, in the same four fields as everywhere."""
    return render(
        "error.html",
        lang,
        address=request.url.path,
        release=None,
        is_specimen=False,
        error={name: typeset(said, lang) for name, said in error.body(lang).items()},
    )


def page_answer(body: bytes, lang: str, release: Release | None) -> Answer:
    """A page ready to send."""
    return make_answer(
        body,
        HTML,
        cache_control=UNTIL_NEXT_RELEASE,
        last_modified=release.released_at if release else None,
        headers={"Content-Language": lang, "Vary": "Accept-Encoding, Accept-Language"},
    )


def _start(library: Library, request: Request, lang: str) -> Answer:
    values = parameters.read_parameters(request.query_params, parameters.OF_A_RELEASE)
    release = newest_of(library, values)
    known = library.dataflows(release.number) if release else []
    drawn = featured(known)
    figures = figures_of(library, drawn) if drawn else None
    body = render(
        "start.html",
        lang,
        address="/",
        kept={name: values[name] for name in KEPT if name in values},
        pinned=_pinned(values),
        release=release,
        is_specimen=any(published.is_specimen for published in known),
        is_all_specimen=all(published.is_specimen for published in known),
        themes=under_headings(known),
        links=links,
        extent=library.extent,
        featured=drawn,
        figures=figures,
        chart=_chart(figures),
        bars=BARS_ON_START_PAGE,
        codes_of=codes_of,
    )
    return page_answer(body, lang, release)


def _dataflow(library: Library, dataflow_id: str, request: Request, lang: str) -> Answer:
    values = parameters.read_parameters(request.query_params, parameters.OF_A_PAGE)
    release = library.release(values.get("release"), values.get("asOf"))
    published = library.dataflow(dataflow_id, release.number)
    freq = values.get("freq", published.definition.freq)
    figures = figures_of(library, published, freq)
    told = library.released_as(published)
    quality = told.get("quality")
    body = render(
        "dataflow.html",
        lang,
        address=f"/dataflows/{dataflow_id}",
        kept={name: values[name] for name in KEPT if name in values},
        pinned=_pinned(values),
        release=release,
        is_specimen=published.is_specimen,
        published=published,
        freq=freq,
        frequencies=list(library.extents(published)),
        facts=catalogue.definition_facts(
            published.definition, told["disclosure"], published.shown, lang
        ),
        quality=catalogue.quality_facts(published.definition, quality, lang) if quality else [],
        coherence=quality.get("coherence") if quality else None,
        sources=published.shown.sources,
        codes=published.code_lists_as_json(),
        citation=citation(published),
        links=links(published, freq),
        figures=figures,
        chart=_chart(figures),
        bars=BARS_ON_PAGE,
        codes_of=codes_of,
    )
    return page_answer(body, lang, release)


def _pinned(values: Mapping[str, Any]) -> str:
    """What keeps a reader in the release that the address names."""
    return f"&release={values['release']}" if "release" in values else ""


def _chart(figures: Figures | None) -> object:
    return line_chart([(f.key, f.value) for f in figures.series]) if figures else None


def codes_of(published: PublishedDataflow, dimension: str, lang: str) -> dict[str, str]:
    """The labels of a dimension's codes, by code."""
    return {code.code: code.label[lang] for code in published.codes(dimension)}
