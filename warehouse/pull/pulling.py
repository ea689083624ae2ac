"""Fetch and receive what is new in each place: once each, never half of a file."""

import re
import shutil
import tempfile
import time
from collections.abc import Callable
from itertools import takewhile
from pathlib import Path

import psycopg

from warehouse.database import answering, connect, locked
from warehouse.errors import SimimoError
from warehouse.findings import Report
from warehouse.masking import masked_name
from warehouse.pull import fetched
from warehouse.pull.place import Place, places
from warehouse.pull.remote import Remote, RemoteFile, opened, too_large
from warehouse.pull.stopping import Stop
from warehouse.pull.summary import PulledFile, Summary
from warehouse.settings import settings
from warehouse.submission import receive_file

UNFINISHED = re.compile(r"^[.~]|\.(part|partial|tmp|temp|filepart|crdownload|swp)$", re.IGNORECASE)
"""Names that programs give to a file while they write it, and hidden ones."""
LONGEST_NAME = 60
LONGEST_ENDING = 10

Wait = Callable[[float], None]


def pull(provider: str | None = None, wait: Wait = time.sleep, stop: Stop | None = None) -> Summary:
    """Receive each new file of the places of `provider`, or of all; one that fails stops no other.

    Once `stop` was asked for, the file at hand is the last. Raises NoPlaces or InvalidPlaces.
    """
    asked = stop or Stop()
    _sweep_forgotten()
    pulled: list[PulledFile] = []
    for place in takewhile(asked.is_not_asked, places(provider)):
        with (
            answering(),
            connect("simimo_pipeline") as session,
            locked(session, "pull", place.name),
        ):
            pulled += _pull_place(session, place, wait, asked)
    return Summary(tuple(pulled))


def _pull_place(
    session: psycopg.Connection, place: Place, wait: Wait, stop: Stop
) -> list[PulledFile]:
    """What became of each new file of `place`; or why it cannot be read."""
    pulled: list[PulledFile] = []
    _sweep(place)
    try:
        with opened(place) as remote:
            for file in takewhile(stop.is_not_asked, _new(session, place, remote, wait)):
                pulled.append(_pulled(session, place, remote, file))
    except SimimoError as error:
        pulled.append(PulledFile(place, error=error))
    return pulled


def _folder(place: Place) -> Path:
    return settings().pull_dir / place.name


def _sweep(place: Place) -> None:
    """Drop what a killed pull of `place` left; its lock tells that none is at work there."""
    shutil.rmtree(_folder(place), ignore_errors=True)


def _sweep_forgotten() -> None:
    """Drop what killed pulls left of places that are agreed no longer."""
    agreed = {place.name for place in places()}
    for folder in settings().pull_dir.glob("*"):
        if folder.name not in agreed:
            shutil.rmtree(folder, ignore_errors=True)


def _new(session: psycopg.Connection, place: Place, remote: Remote, wait: Wait) -> list[RemoteFile]:
    """The files not fetched yet, after the pause that tells whether they still grow."""
    known = fetched.known(session, place)
    session.commit()
    new = [file for file in remote.files() if fetched.key(file) not in known]
    if any(not UNFINISHED.search(file.name) for file in new):
        wait(place.settle_seconds)
    return new


def _pulled(
    session: psycopg.Connection, place: Place, remote: Remote, file: RemoteFile
) -> PulledFile:
    """What became of one file; without report and error it waits to be whole."""
    name = masked_name(file.name)
    try:
        if UNFINISHED.search(file.name) or remote.again(file) != file:
            return PulledFile(place, name)
        period = place.period_of(file.name)
        if (file.size or 0) > place.max_bytes:
            raise too_large(place)
        return PulledFile(place, name, _received(session, place, remote, file, period))
    except SimimoError as error:
        return PulledFile(place, name, error=error)


def _received(
    session: psycopg.Connection, place: Place, remote: Remote, file: RemoteFile, period: str
) -> Report | None:
    """The report of a file once received; None where it changed while it was fetched."""
    # The folders are this account's alone (0700); each goes with the file that it holds.
    settings().pull_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    _folder(place).mkdir(mode=0o700, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=_folder(place)) as folder:
        path = Path(folder) / local_name(file.name)
        remote.download(file, path)
        if file.size not in (None, path.stat().st_size) or remote.again(file) != file:
            return None
        received = receive_file(path, place.contract.id, period, place.is_specimen)
    if received.receipt is not None:
        number = received.receipt.submission_id
        fetched.remember(session, place, file, received.sha256, number)
    return received


def local_name(name: str) -> str:
    """A file's name with nothing in it that a path or a terminal would obey.

    >>> local_name("../titres 2026-03.csv")
    'titres_2026-03.csv'
    """
    plain = re.sub(r"[^\w.-]", "_", name).lstrip("._-")
    stem, dot, ending = plain.rpartition(".")
    if not stem:
        return plain[:LONGEST_NAME] or "extract"
    return f"{stem[:LONGEST_NAME]}{dot}{ending[:LONGEST_ENDING]}"
