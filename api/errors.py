"""What the API refuses, and the one shape in which it says so.

Whatever goes wrong, the body is ``{"code", "message", "detail", "hint"}`` in the reader's
language: the same four fields as the command line's errors.
"""

import json
import logging
import secrets
from collections.abc import Awaitable, Callable, Sequence

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from api.language import language_of
from api.security import SECURITY_HEADERS
from warehouse.errors import SimimoError

logger = logging.getLogger("simimo.api")

Handler = Callable[[Request, Exception], Awaitable[Response]]
ErrorPage = Callable[[Request, SimimoError, str], bytes]

ALLOWED_METHODS = "GET, HEAD"


class UnknownPath(SimimoError):
    """Nothing stands at this address."""

    key = "api_unknown_path"
    http_status = 404


class MethodNotAllowed(SimimoError):
    """The address is read by GET or HEAD, and by nothing else."""

    key = "api_method_not_allowed"
    http_status = 405


class UnknownParameter(SimimoError):
    """A query parameter that the address does not know; never ignored silently."""

    key = "api_unknown_parameter"
    http_status = 422


class InvalidParameter(SimimoError):
    """A query parameter whose value cannot be read."""

    key = "api_invalid_parameter"
    http_status = 422


class RepeatedParameter(SimimoError):
    """A query parameter given more than once, where only one value makes sense."""

    key = "api_repeated_parameter"
    http_status = 422


class InternalError(SimimoError):
    """A fault of ours: the reader gets a reference, the log gets the trace."""

    key = "api_internal"
    http_status = 500


class RequestRefused(SimimoError):
    """A request that the server framework refuses before any of our rules applies."""

    key = "api_refused"


def install(app: FastAPI, page: ErrorPage, addresses: Sequence[str]) -> None:
    """Give every failure of `app` the one shape; `page` draws it for a browser.

    `addresses` are those that answer, such as /v1/data/{dataflow_id}.
    """

    async def handle(request: Request, error: Exception) -> Response:
        ours = as_simimo_error(request, error, addresses)
        allow = {"Allow": ALLOWED_METHODS} if isinstance(ours, MethodNotAllowed) else {}
        return _error_answer(request, ours, page, allow)

    for kind in (SimimoError, HTTPException, RequestValidationError, Exception):
        app.add_exception_handler(kind, handle)


def as_simimo_error(request: Request, error: Exception, addresses: Sequence[str]) -> SimimoError:
    """`error` as one of ours; an unforeseen one is logged and becomes InternalError."""
    path = request.url.path
    if isinstance(error, SimimoError):
        return error
    if isinstance(error, RequestValidationError):
        return _invalid(error)
    if isinstance(error, HTTPException) and error.status_code == 404:
        return UnknownPath(path=path, known=", ".join(addresses))
    if isinstance(error, HTTPException) and error.status_code == 405:
        return MethodNotAllowed(method=request.method, path=path, allowed=ALLOWED_METHODS)
    if isinstance(error, HTTPException):
        refused = RequestRefused(detail=error.detail, status=error.status_code)
        refused.http_status = error.status_code  # type: ignore[misc]
        return refused
    reference = secrets.token_hex(4)
    logger.error("reference %s: %s", reference, path, exc_info=error)
    return InternalError(reference=reference)


def _invalid(error: RequestValidationError) -> InvalidParameter:
    """Of our addresses the framework itself reads only /v1/releases/{number}."""
    first = error.errors()[0]
    return InvalidParameter(
        parameter=first["loc"][-1],
        value=first.get("input"),
        expected="1, 2, 3…",
        example="/v1/releases/1",
    )


def _error_answer(
    request: Request, error: SimimoError, page: ErrorPage, headers: dict[str, str]
) -> Response:
    lang = language_of(request)
    if _wants_page(request):
        body, media_type = page(request, error, lang), "text/html; charset=utf-8"
    else:
        body = json.dumps(error.body(lang), ensure_ascii=False).encode()
        media_type = "application/json"
    return Response(
        body,
        status_code=error.http_status,
        media_type=media_type,
        headers={
            **SECURITY_HEADERS,
            **headers,
            "Cache-Control": "no-store",
            "Content-Language": lang,
            "Vary": "Accept, Accept-Language",
        },
    )


def _wants_page(request: Request) -> bool:
    """Whether the reader is a browser at one of the pages; /v1 and /health always answer JSON."""
    is_page = not request.url.path.startswith(("/v1", "/health", "/openapi.json"))
    return is_page and "text/html" in request.headers.get("accept", "")
