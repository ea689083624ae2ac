"""The one door to folders elsewhere (fsspec): what lies there, and its bytes."""

import posixpath
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit

from warehouse.errors import SimimoError
from warehouse.pull.place import Place
from warehouse.reading.container import ONE_MIB

CHUNK = 4 * ONE_MIB
EXTRAS = {"sftp": "sftp", "s3": "s3", "http": "http", "https": "http"}
"""What to install beside for each protocol."""
MARKS = ("ETag", "etag", "Last-Modified", "LastModified", "mtime")
"""How the protocols tell that a file changed."""

REFUSALS = ("AuthenticationException", "NoCredentialsError", "PermissionError")
"""What the protocols' libraries raise where an account is not let in."""
HTTP_REFUSALS = (401, 403)

Result = TypeVar("Result")


class PlaceUnreachable(SimimoError):
    """A place, or a file in it, cannot be read."""

    key = "place_unreachable"
    exit_code = 3


class PlaceDenied(PlaceUnreachable):
    """The server, or the folder, does not let the account in."""

    key = "place_denied"


class PlaceMissing(PlaceUnreachable):
    """There is no such folder, bucket or file."""

    key = "place_missing"


class ExtraMissing(SimimoError):
    """The library that a place's protocol needs is not installed."""

    key = "extra_missing"
    exit_code = 3


class FetchedTooLarge(SimimoError):
    """A file is larger than its place allows."""

    key = "fetched_too_large"


def too_large(place: Place) -> FetchedTooLarge:
    """The refusal of a file larger than `place` allows."""
    return FetchedTooLarge(place=place.name, bound=place.max_bytes // ONE_MIB)


@dataclass(frozen=True)
class RemoteFile:
    """A file in a place: its path there, its name, and what tells whether it changed."""

    path: str
    name: str
    size: int | None
    stamp: str


class Remote:
    """An open place; whatever its protocol raises becomes a PlaceUnreachable."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._files: Any = _guarded(place, lambda: _opened(place))

    def files(self) -> list[RemoteFile]:
        """The files of the place, by name; no folder, no link."""
        return _guarded(self._place, lambda: sorted(self._listed(), key=lambda f: f.path))

    def again(self, file: RemoteFile) -> RemoteFile | None:
        """The same file at a second look; None where it is a file no longer."""
        return _guarded(self._place, lambda: self._look(file.path, file.name))

    def download(self, file: RemoteFile, target: Path) -> None:
        """Write the bytes of `file` to `target`; raises FetchedTooLarge past the place's bound."""
        _guarded(self._place, lambda: self._copy(file, target))

    def close(self) -> None:
        """Leave the place."""
        client = getattr(self._files, "client", None)
        if client is not None:
            client.close()

    def _listed(self) -> Iterator[RemoteFile]:
        self._files.invalidate_cache()
        if not self._place.has_wildcard:
            path = self._files._strip_protocol(self._place.url)
            name = _name_of(self._place, path)
            yield from self._seen(path, name)
            return
        # Of a name in it, since some protocols give a root no path of its own.
        folder = posixpath.dirname(self._files._strip_protocol(f"{self._place.folder}/name"))
        # An HTTP index is asked for with its slash; elsewhere it says nothing.
        asked = f"{folder}/" if self._place.protocol in ("http", "https") else folder
        for entry in self._entries(asked):
            path = str(entry["name"])
            name = _name_of(self._place, path)
            # Only what lies in the folder itself: a listing may name anything.
            is_inside = posixpath.dirname(path) == folder and name not in ("", "..")
            if is_inside and self._place.takes(name):
                yield from self._seen(path, name)

    def _entries(self, folder: str) -> list[dict[str, Any]]:
        try:
            return list(self._files.ls(folder, detail=True))
        except FileNotFoundError:
            # S3 knows no folder without files: an emptied one is as one that never was.
            if self._place.protocol == "s3" and self._files.exists(folder.partition("/")[0]):
                return []
            raise

    def _seen(self, path: str, name: str) -> Iterator[RemoteFile]:
        try:
            found = self._look(path, name)
        except FileNotFoundError:
            # What is listed and cannot be read is told of that file, and stops no other.
            found = RemoteFile(path, name, None, "")
        if found is not None:
            yield found

    def _look(self, path: str, name: str) -> RemoteFile | None:
        self._files.invalidate_cache()
        info = self._files.info(path)
        # A link may point at any file that this account reads, be it a key.
        if info.get("type") != "file" or info.get("islink"):
            return None
        size = info.get("size")
        marks = [str(info[mark]) for mark in MARKS if info.get(mark)]
        return RemoteFile(path, name, size, " ".join([str(size), *marks]))

    def _copy(self, file: RemoteFile, target: Path) -> None:
        # A server may answer ranges wrongly: over HTTP a file is read in one stream.
        streamed = {"block_size": 0} if self._place.protocol in ("http", "https") else {}
        written = 0
        with self._files.open(file.path, "rb", **streamed) as source, target.open("xb") as copy:
            while chunk := source.read(CHUNK):
                written += len(chunk)
                if written > self._place.max_bytes:
                    raise too_large(self._place)
                copy.write(chunk)


@contextmanager
def opened(place: Place) -> Iterator[Remote]:
    """The place while it is open; raises ExtraMissing, SecretMissing or PlaceUnreachable."""
    remote = Remote(place)
    try:
        yield remote
    finally:
        remote.close()


def _opened(place: Place) -> Any:
    from fsspec.core import url_to_fs

    options = place.secrets()
    try:
        if place.protocol == "sftp":
            options["host_key_policy"] = _pinned(str(place.host_key))
        return url_to_fs(place.url, skip_instance_cache=True, **options)[0]
    except ImportError:
        raise ExtraMissing(place=place.name, extra=EXTRAS[place.protocol]) from None


def _pinned(fingerprint: str) -> Any:
    """A policy that lets in the one server whose key was agreed."""
    from paramiko import MissingHostKeyPolicy, SSHException

    class Pinned(MissingHostKeyPolicy):  # type: ignore[misc]  # paramiko has no types
        def missing_host_key(self, client: Any, hostname: str, key: Any) -> None:
            if key.fingerprint != fingerprint:
                raise SSHException("host key")

    return Pinned()


def _guarded(place: Place, step: Callable[[], Result]) -> Result:
    try:
        return step()
    except SimimoError:
        raise
    except Exception as error:
        # Each protocol has its own errors; their texts may hold addresses and secrets.
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise _kind(error)(detail=str(reason), place=place.name) from None


def _kind(error: Exception) -> type[PlaceUnreachable]:
    """What an error of a protocol's library comes to: who to ask, and for what."""
    names = {each.__name__ for each in type(error).__mro__}
    if names & {*REFUSALS} or getattr(error, "status", None) in HTTP_REFUSALS:
        return PlaceDenied
    return PlaceMissing if isinstance(error, FileNotFoundError) else PlaceUnreachable


def _name_of(place: Place, path: str) -> str:
    """The last word of a path; over HTTP without its escapes, and without a query."""
    if place.protocol not in ("http", "https"):
        return posixpath.basename(path)
    return posixpath.basename(unquote(urlsplit(path).path))
