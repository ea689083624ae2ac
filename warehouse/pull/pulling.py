"""Fetch and receive what is new in each place: once each, never half of a file."""

import re
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psycopg

from warehouse.database import connect, locked
from warehouse.findings import Report
from warehouse.masking import masked_name
from warehouse.pull import fetched
from warehouse.pull.place import PeriodNotNamed, Place, SecretMissing, places
from warehouse.pull.remote import (
    ExtraMissing,
    FetchedTooLarge,
    PlaceUnreachable,
    Remote,
    RemoteFile,
    opened,
    too_large,
)
from warehouse.pull.summary import PulledFile, Summary
from warehouse.submission import receive_file

UNFINISHED = re.compile(r"^[.~]|\.(part|partial|tmp|temp|filepart|crdownload|swp)$", re.IGNORECASE)
"""Names that programs give to a file while they write it, and hidden ones."""
LONGEST_NAME = 60
LONGEST_ENDING = 10

Wait = Callable[[float], None]


def pull(provider: str | None = None, wait: Wait = time.sleep) -> Summary:
    """Receive each new file of the places of `provider`, or of all; one that fails stops no other.

    Raises NoPlaces or InvalidPlaces.
    """
    pulled = []
    for place in places(provider):
        with connect("simimo_pipeline") as session, locked(session, "pull", place.name):
            try:
                with opened(place) as remote:
                    pulled += _pull_place(session, place, remote, wait)
            except (PlaceUnreachable, ExtraMissing, SecretMissing) as error:
                pulled.append(PulledFile(place, error=error))
    return Summary(tuple(pulled))


def _pull_place(
    session: psycopg.Connection, place: Place, remote: Remote, wait: Wait
) -> list[PulledFile]:
    known = fetched.known(session, place)
    session.commit()
    new = [file for file in remote.files() if fetched.key(file) not in known]
    if any(not UNFINISHED.search(file.name) for file in new):
        wait(place.settle_seconds)
    return [_pulled(session, place, remote, file) for file in new]


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
    except (PeriodNotNamed, FetchedTooLarge, PlaceUnreachable) as error:
        return PulledFile(place, name, error=error)


def _received(
    session: psycopg.Connection, place: Place, remote: Remote, file: RemoteFile, period: str
) -> Report | None:
    """The report of a file once received; None where it changed while it was fetched."""
    # The folder is this account's alone (0700), and goes with all that it holds.
    with tempfile.TemporaryDirectory(prefix="simimo-pull-") as folder:
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
