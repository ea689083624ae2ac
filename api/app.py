"""The application: every address, its one error shape, and the headers that all answers carry."""

from importlib.metadata import version
from pathlib import Path

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.staticfiles import StaticFiles

from api import (
    changes,
    data,
    dataflows,
    documentation,
    errors,
    explain,
    pages,
    releases,
    revisions,
    service,
)
from api.answer import KeptAnswers
from api.library import Library
from api.released import Released, Warehouse
from api.security import SecureAnswers

STATIC = Path(__file__).with_name("static")


def create_app(released: Released | None = None, answers: KeptAnswers | None = None) -> FastAPI:
    """The API and its pages over `released`: the warehouse's published releases unless given."""
    library = Library(released or Warehouse(), answers)
    app = FastAPI(
        title="SIMIMO",
        version=version("simimo"),
        # Our own description and pages: the framework's would load scripts from the web.
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        telemetry={"tracing": False, "metrics": False, "logs": False, "operation_spans": False},
        middleware=[Middleware(SecureAnswers)],
    )
    modules = (service, dataflows, data, revisions, explain, releases, changes, pages)
    routers = [module.router(library) for module in modules]
    routers.append(documentation.router(app, library))
    for router in routers:
        app.include_router(router)
    known = sorted(route.path for router in routers for route in router.routes)
    errors.install(app, pages.error_page, known)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    return app
