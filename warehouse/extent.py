"""How much a release holds of each dataflow, in which frequencies, from when to when."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import psycopg


@dataclass(frozen=True)
class Extent:
    """What a release holds of one dataflow in one frequency: how much, from when to when."""

    observations: int
    first_period: str
    last_period: str


def extents(session: psycopg.Connection[Any], number: int) -> Mapping[str, Mapping[str, Extent]]:
    """The extent of each dataflow in release `number`, by dataflow and frequency."""
    found = session.execute(
        """
        select dataflow, freq, count(*), min(time_period), max(time_period)
        from release.observation
        where valid_from_release <= %(number)s
            and (valid_to_release is null or valid_to_release > %(number)s)
        group by dataflow, freq
        """,
        {"number": number},
    )
    known: dict[str, dict[str, Extent]] = {}
    for dataflow, freq, *rest in found:
        known.setdefault(dataflow, {})[freq] = Extent(*rest)
    return known
