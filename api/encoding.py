"""JSON bytes and instants, the same for the same value on any machine."""

import json
from datetime import UTC, datetime
from typing import Any


def json_bytes(value: Any) -> bytes:
    """`value` as JSON in UTF-8, a line feed at its end."""
    return (json.dumps(value, ensure_ascii=False) + "\n").encode()


def instant(value: datetime) -> str:
    """An instant in UTC, such as 2026-01-05T09:00:00+00:00, whatever the server's clock says."""
    return value.astimezone(UTC).isoformat()
