"""A cursor: the place after which a long answer goes on, in the order of cells.

It names its release, so that the pages of one answer never mix two.
"""

import base64
import binascii
import json
from typing import NamedTuple

from warehouse.errors import InvalidFilter


class InvalidCursor(InvalidFilter):
    """A cursor that no page of this answer gave."""

    key = "invalid_cursor"


class Place(NamedTuple):
    """The cell that a page ends with: its release, dataflow, series and period."""

    release: int
    dataflow: str
    series_key: str
    time_period: str


def cursor_at(place: Place) -> str:
    """The cursor of the page after `place`."""
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def cursor_release(cursor: str) -> int:
    """The release whose pages `cursor` walks through; raises InvalidCursor."""
    return read_cursor(cursor, "").release


def place_after(cursor: str, release: int, dataflow: str) -> tuple[str, str]:
    """The series and period that `cursor` names within one dataflow; raises InvalidCursor."""
    place = read_cursor(cursor, dataflow)
    if (place.release, place.dataflow) != (release, dataflow):
        raise InvalidCursor(dataflow=dataflow)
    return place.series_key, place.time_period


def read_cursor(cursor: str, dataflow: str) -> Place:
    """The place that `cursor` names; raises InvalidCursor, which tells of `dataflow`."""
    try:
        steps = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        release, *texts = steps
    except (binascii.Error, ValueError, TypeError) as error:
        raise InvalidCursor(dataflow=dataflow) from error
    if type(release) is not int or [type(text) for text in texts] != [str, str, str]:
        raise InvalidCursor(dataflow=dataflow)
    return Place(release, *texts)
