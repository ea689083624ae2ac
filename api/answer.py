"""An answer is bytes made once: kept, compressed, tagged, and sent again as they are.

What a release says never changes, so nothing is encoded twice: an answer is built at the first
request, kept in a store bounded in bytes, and afterwards only compared (ETag) and sent.
"""

import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from threading import Lock

from fastapi.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

ONE_MIB = 2**20
MAX_KEPT_BYTES = 256 * ONE_MIB
MIN_COMPRESSED_BYTES = 500
ONE_YEAR_SECONDS = 31_536_000

IMMUTABLE = f"public, max-age={ONE_YEAR_SECONDS}, immutable"
"""For an answer whose address names its release: it can never differ."""
UNTIL_NEXT_RELEASE = "public, max-age=60, must-revalidate"
"""For an answer that follows the newest release: asked again each minute, cheaply (304)."""

JSON = "application/json"

RawHeaders = list[tuple[bytes, bytes]]


@dataclass(frozen=True)
class Answer:
    """One representation, ready to send: its bytes, the same compressed, and its headers.

    `last_modified` is the instant of the release it was made from.
    """

    plain: bytes
    compressed: bytes | None
    etag: str
    last_modified: datetime | None
    plain_headers: RawHeaders
    compressed_headers: RawHeaders
    unchanged_headers: RawHeaders

    @property
    def size(self) -> int:
        """The bytes that keeping it costs, headers left out."""
        return len(self.plain) + len(self.compressed or b"")


def make_answer(
    body: bytes,
    media_type: str,
    *,
    cache_control: str,
    last_modified: datetime | None = None,
    headers: dict[str, str] | None = None,
) -> Answer:
    """The answer that says `body`, with a strong ETag drawn from its bytes."""
    tag = hashlib.sha256(body).hexdigest()[:32]
    compressed = _compressed(body)
    told = {"Cache-Control": cache_control, "Vary": "Accept-Encoding", **(headers or {})}
    if last_modified:
        told["Last-Modified"] = format_datetime(last_modified.astimezone(UTC), usegmt=True)
    sent = {**told, "Content-Type": media_type}
    return Answer(
        plain=body,
        compressed=compressed,
        etag=tag,
        last_modified=last_modified,
        plain_headers=_raw(sent | {"ETag": f'"{tag}"', "Content-Length": str(len(body))}),
        # Two encodings are two representations: each has its own strong tag (RFC 9110, 8.8.3).
        compressed_headers=_raw(
            sent
            | {
                "ETag": f'"{tag}-gzip"',
                "Content-Encoding": "gzip",
                "Content-Length": str(len(compressed or b"")),
            }
        ),
        unchanged_headers=_raw(told | {"ETag": f'"{tag}"'}),
    )


def send(request: Request, answer: Answer) -> Response:
    """The response to `request`: 304 when the reader has it, else the bytes it can decode."""
    if _is_known(request, answer):
        return _response(304, b"", answer.unchanged_headers)
    if answer.compressed is not None and _takes_gzip(request.headers.get("accept-encoding", "")):
        return _response(200, answer.compressed, answer.compressed_headers)
    return _response(200, answer.plain, answer.plain_headers)


class KeptAnswers:
    """The answers made so far, the least recently sent given up first; bounded in bytes."""

    def __init__(self, max_bytes: int = MAX_KEPT_BYTES) -> None:
        self.max_bytes = max_bytes
        self.kept_bytes = 0
        self._answers: OrderedDict[Hashable, Answer] = OrderedDict()
        self._lock = Lock()

    async def get(self, key: Hashable, make: Callable[[], Answer]) -> Answer:
        """The answer kept under `key`, made in a thread the first time."""
        found = self.find(key)
        if found is None:
            found = await run_in_threadpool(make)
            self.keep(key, found)
        return found

    def find(self, key: Hashable) -> Answer | None:
        """The answer kept under `key`, if it still is."""
        with self._lock:
            found = self._answers.get(key)
            if found is not None:
                self._answers.move_to_end(key)
            return found

    def keep(self, key: Hashable, answer: Answer) -> None:
        """Keep `answer`, unless it alone would fill a quarter of the store."""
        if answer.size > self.max_bytes // 4:
            return
        with self._lock:
            earlier = self._answers.pop(key, None)
            self.kept_bytes += answer.size - (earlier.size if earlier else 0)
            self._answers[key] = answer
            while self.kept_bytes > self.max_bytes:
                _, given_up = self._answers.popitem(last=False)
                self.kept_bytes -= given_up.size


def _compressed(body: bytes) -> bytes | None:
    """`body` in gzip where that is worth it; mtime 0, so that equal bytes stay equal."""
    if len(body) < MIN_COMPRESSED_BYTES:
        return None
    return gzip.compress(body, compresslevel=6, mtime=0)


def _raw(headers: dict[str, str]) -> RawHeaders:
    return [(name.lower().encode("latin-1"), v.encode("latin-1")) for name, v in headers.items()]


def _response(status: int, body: bytes, headers: RawHeaders) -> Response:
    response = Response(status_code=status)
    response.body = body
    response.raw_headers = list(headers)
    return response


def _is_known(request: Request, answer: Answer) -> bool:
    """Whether the reader already holds `answer`; If-None-Match outranks If-Modified-Since."""
    if (tags := request.headers.get("if-none-match")) is not None:
        named = {tag.strip().removeprefix("W/").strip('"') for tag in tags.split(",")}
        return bool(named & {"*", answer.etag, f"{answer.etag}-gzip"})
    since = request.headers.get("if-modified-since")
    if since is None or answer.last_modified is None:
        return False
    try:
        return answer.last_modified.replace(microsecond=0) <= parsedate_to_datetime(since)
    except (TypeError, ValueError):
        return False


def _takes_gzip(accepted: str) -> bool:
    """Whether an Accept-Encoding header, such as ``gzip, br;q=0.5``, allows gzip."""
    for item in accepted.split(","):
        name, _, quality = item.strip().partition(";")
        if name.strip().lower() in {"gzip", "*"}:
            return quality.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False
