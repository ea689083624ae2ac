"""What was fetched already: place, path and stamp, with the submission that came of it."""

import hashlib

import psycopg

from warehouse.masking import masked_name
from warehouse.pull.place import Place
from warehouse.pull.remote import RemoteFile


def known(session: psycopg.Connection, place: Place) -> set[tuple[str, str]]:
    """The files of `place` fetched so far: hash of the path, and stamp."""
    found = session.execute(
        "select path_sha256, stamp from submission.fetched where place = %s", [place.name]
    )
    return {(path, stamp) for path, stamp in found}


def key(file: RemoteFile) -> tuple[str, str]:
    """What tells a file in a place from all others and from its own later bytes.

    The path is hashed: a name may carry an employer's number.
    """
    return hashlib.sha256(file.path.encode("utf-8", "surrogatepass")).hexdigest(), file.stamp


def remember(
    session: psycopg.Connection, place: Place, file: RemoteFile, sha256: str, submission_id: int
) -> None:
    """Note that `file` was fetched and received."""
    path, stamp = key(file)
    session.execute(
        """
        insert into submission.fetched (
            place, path_sha256, stamp, file_name, sha256, submission_id
        ) values (%s, %s, %s, %s, %s, %s)
        on conflict do nothing
        """,
        [place.name, path, stamp, masked_name(file.name), sha256, submission_id],
    )
    session.commit()
