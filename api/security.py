"""What every answer says to the browser, and HEAD answered as GET without its body."""

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Pages hold no script at all, and their one style sheet is ours: nothing else may load.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    # Said to everyone, asked or not: a shared cache may serve one reader's answer to another.
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Link, Content-Disposition, Last-Modified",
}
PREFLIGHT_HEADERS = {
    "Access-Control-Allow-Methods": "GET, HEAD",
    "Access-Control-Allow-Headers": "If-None-Match, If-Modified-Since, Accept-Language",
    "Access-Control-Max-Age": "86400",
}


class SecureAnswers:
    """Adds SECURITY_HEADERS to every answer and turns HEAD into a GET whose body is dropped.

    The data are public and read without credentials, so any site may read them (CORS `*`).
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if _is_preflight(scope):
            allowed = Response(status_code=204, headers=SECURITY_HEADERS | PREFLIGHT_HEADERS)
            await allowed(scope, receive, send)
            return
        is_head = scope["method"] == "HEAD"

        async def secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=message["headers"])
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
            elif is_head:
                message = {**message, "body": b""}
            await send(message)

        asked = {**scope, "method": "GET"} if is_head else scope
        await self.app(asked, receive, secured)


def _is_preflight(scope: Scope) -> bool:
    """Whether a browser asks, for a page of another site, if it may read here."""
    asked = "access-control-request-method" in Headers(scope=scope)
    return bool(scope["method"] == "OPTIONS" and asked)
