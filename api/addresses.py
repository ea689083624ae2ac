"""Where the pages of the API are found."""

from collections.abc import Mapping
from urllib.parse import urlencode


def page_address(dataflow_id: str, release: int, key: Mapping[str, str], period: str) -> str:
    """Where a number is explained, its release pinned; totals need not be named."""
    asked = {dimension: code for dimension, code in key.items() if code != "_T"}
    pinned = {**asked, "period": period, "release": str(release)}
    return f"/explain/{dataflow_id}?{urlencode(pinned)}"
