"""An instant as a person types it: date, time and offset, such as 2026-05-01T00:00:00Z."""

import re
from datetime import UTC, datetime

from warehouse.errors import SimimoError

PATTERN = r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)"
"""Without an offset nobody could tell which instant is meant: Morocco's own changes in Ramadan."""

EXAMPLE = "2026-05-01T00:00:00Z"


class InvalidInstant(SimimoError):
    """The text is no instant with an offset."""

    key = "invalid_instant"
    http_status = 422


class InstantToCome(SimimoError):
    """The instant is still to come: nobody knows what will stand then."""

    key = "instant_to_come"
    http_status = 422


def read_instant(text: str) -> datetime:
    """The instant that `text` names; raises InvalidInstant.

    In an address a plus sign comes as a blank: 2026-05-01T00:00:00 01:00 is understood.
    """
    written = re.sub(r" (?=\d\d:\d\d$)", "+", text.strip())
    if not re.fullmatch(PATTERN, written, re.ASCII):
        raise InvalidInstant(value=text, example=EXAMPLE)
    try:
        return datetime.fromisoformat(written).astimezone(UTC)
    except (ValueError, OverflowError):
        raise InvalidInstant(value=text, example=EXAMPLE) from None


def instant_text(value: datetime) -> str:
    """An instant in UTC as it is typed, such as 2026-05-01T00:00:00Z."""
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
