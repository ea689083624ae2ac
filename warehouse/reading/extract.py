"""An extract being read: its format, its batches of records, the structural findings on the way."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import polars as pl

from warehouse.contracts.contract import Contract
from warehouse.findings import Finding


@dataclass(frozen=True)
class NamedPart:
    """One part as the file names it, even one without a record (e.g. an employer without staff)."""

    part: str
    line: int
    member: str


@dataclass(frozen=True)
class Extract:
    """One file of a contract, opened: `format` is csv, xlsx, fixed_width or sdmx_csv.

    `findings` holds the structural findings known so far; they grow while the batches are taken,
    and whoever takes the batches may empty the list between two of them. `parts` names the parts
    of a fixed-width file as they are met.
    """

    contract: Contract
    format: str
    findings: list[Finding]
    read: Callable[[], Iterator[pl.DataFrame]]
    parts: list[NamedPart] = field(default_factory=list)

    def batches(self) -> Iterator[pl.DataFrame]:
        """The records once, as frames of some 100,000 rows.

        Columns: line_number (Int64, physical, from 1), part, member, then every column of the
        contract as text, outer blanks stripped, empty as null. Raises Unreadable at a fault that
        stops reading.
        """
        return self.read()
