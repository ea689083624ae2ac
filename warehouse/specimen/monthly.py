"""Extracts cut month by month from one table of all months: what is sent when, in which form."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from warehouse.specimen import truth, writing
from warehouse.specimen.delivery import Delivery
from warehouse.specimen.window import Window

INNER = ("person", "month")
"""Columns that the table has and the files do not."""

Change = Callable[[pl.DataFrame], pl.DataFrame]


@dataclass(frozen=True)
class Monthly:
    """One extract of all months: its rows with `month`, and `person` where a row is of one.

    `key` are the columns that name a row; `sent` the months with a file. A cumulative extract
    tells in each file all rows up to its month. `late` is the month whose file comes after the
    next one; of the `corrected` month a file changed by `hasty` comes first, the true one later.
    `frequency` says what period a file tells: its month, quarter (Q) or year (A).
    """

    contract: str
    frame: pl.DataFrame
    key: tuple[str, ...]
    sent: frozenset[int]
    delimiter: str = ","
    encoding: str = "utf-8"
    frequency: str = "M"
    is_cumulative: bool = False
    late: int | None = None
    corrected: int | None = None
    hasty: Change = field(default=lambda rows: rows)
    as_known: Callable[[pl.DataFrame, int], pl.DataFrame] = field(default=lambda rows, _month: rows)

    def period(self, window: Window, month: int) -> str:
        """The period that the file of a month tells (e.g. 2025-03, 2025-Q1, 2025)."""
        year, number = window.period(month).split("-")
        quarter = (int(number) + 2) // 3
        return {"M": f"{year}-{number}", "Q": f"{year}-Q{quarter}", "A": year}[self.frequency]

    def rows(self, month: int) -> pl.DataFrame:
        """The rows of a month's file, as they are known then."""
        upto = pl.col("month") <= month if self.is_cumulative else pl.col("month") == month
        return self.as_known(self.frame.filter(upto), month)

    def write(self, path: Path, month: int, is_first: bool) -> None:
        """Write a month's file: the hasty one where it is the first of two."""
        rows = self.rows(month).drop(INNER, strict=False)
        sent = self.hasty(rows) if is_first and month == self.corrected else rows
        writing.write_csv(sent, path, self.delimiter, self.encoding)

    def write_truth(self, folder: Path, window: Window, month: int) -> None:
        """Who is behind each row of a month's file, where a row is of a person."""
        rows = self.rows(month)
        if "person" in rows.columns:
            keys = rows.select(pl.concat_str(*self.key, separator="|")).to_series()
            period = self.period(window, month)
            truth.write_records(folder, self.contract, period, rows["person"], keys)

    def deliveries(self, folder: Path, window: Window, month: int) -> Iterator[Delivery]:
        """The file of a month, unless it is empty, and the corrected one where there are two."""

        def write_first(path: Path) -> None:
            self.write_truth(folder, window, month)
            self.write(path, month, is_first=True)

        def write_corrected(path: Path) -> None:
            self.write(path, month, is_first=False)

        if month not in self.sent or self.rows(month).is_empty():
            return
        told = self.period(window, month)
        is_late = month == self.late
        yield Delivery(self.contract, month, "", "csv", write_first, told, is_late)
        if month == self.corrected:
            yield Delivery(self.contract, month, "_corrected", "csv", write_corrected, told)


def quarter_ends(window: Window) -> frozenset[int]:
    """The months of the window that end a quarter."""
    return frozenset(m for m in range(window.months) if int(window.period(m)[-2:]) % 3 == 0)
