"""XLSX workbooks to frames, by calamine; the sheet's XML is looked through before.

calamine holds a sheet as a full rectangle, from its first cell to its last: one cell at the far
corner would take 500 GB. And it tells neither formulas nor error cells, which the scan finds.
"""

import re
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from html import unescape
from itertools import chain
from pathlib import Path

import polars as pl

from warehouse.contracts.contract import Contract
from warehouse.errors import Unreadable
from warehouse.findings import Finding
from warehouse.reading import container
from warehouse.reading.delimited import complete, stripped
from warehouse.reading.dialect import HEADER_LINES
from warehouse.reading.extract import Extract
from warehouse.reading.headings import Headings, normalised, resolve, vocabulary
from warehouse.reading.pivot import unpivoted
from warehouse.reading.sheet_frames import large_sheet, small_sheet
from warehouse.reading.sheet_scan import SheetScan, column_letters, reach_of, scan_sheet

SMALL_WORKBOOK = 2 * container.ONE_MIB
"""Bytes of a workbook, inflated, whose reach is measured exactly; a larger one gets a process."""
MAX_CELLS = 30_000_000
"""Cells of the rectangle that a sheet spans; calamine takes 32 bytes for each, filled or not."""
TIME_ZERO = " 00:00:00"
"""What calamine writes behind a date without time: 2026-03-14 00:00:00."""
DATE_LENGTH = 10
RELATION = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")
SHEET = re.compile(rb"<(?:\w+:)?sheet\b[^>]*>")
ATTRIBUTE = re.compile(rb'([\w:]+)="([^"]*)"')


def open_workbook(path: Path, archive: zipfile.ZipFile, contract: Contract) -> Extract:
    """The extract in a sheet of the workbook: the one named like the contract, or the first filled.

    Raises Unreadable: too_many_rows, sheet_too_wide, no_header and its kin.
    """
    sheet = _chosen_sheet(archive, contract)
    _inflate_all(archive)
    opened = sheet.open(path, archive)
    first = next(opened, None)
    if first is None:
        raise Unreadable("empty_file")
    header_row, headings, findings = _find_headings(first, contract)
    columns = {sheet.scan.first_column + i: name for name, i in headings.positions.items()}
    if contract.pivot:
        pivoted = (sheet.scan.first_column + i for i in headings.pivoted.values())
        columns |= dict.fromkeys(pivoted, contract.pivot.value)
    frames = _frames(chain([first], opened), header_row, headings, contract)
    # The totals of a published table may be formulas; their results are stored beside them.
    odd = _Cells(sheet.scan, columns, reads_formulas=contract.kind == "public")
    read = partial(_with_cells, frames, odd, findings)
    return Extract(contract, "xlsx", findings, read)


def open_inner_workbook(
    path: Path, archive: zipfile.ZipFile, member: zipfile.ZipInfo, contract: Contract
) -> Extract:
    """The extract in a workbook that is the only file of an archive."""
    with tempfile.TemporaryDirectory(prefix="simimo-") as folder:
        inner = Path(folder) / "workbook.xlsx"
        with container.opened(archive, member) as stream, inner.open("wb") as target:
            while piece := stream.read(container.ONE_MIB):
                target.write(piece)
        with container.open_archive(inner) as opened:
            if not container.is_workbook(opened, contract):
                raise Unreadable("nested_archive")
            return open_workbook(inner, opened, contract)


@dataclass(frozen=True)
class _Sheet:
    """A sheet of the workbook: its name, the member that holds it, what its XML holds."""

    name: str
    member: zipfile.ZipInfo
    scan: SheetScan

    def open(self, path: Path, archive: zipfile.ZipFile) -> Iterator[pl.DataFrame]:
        """Its rows as frames of text, from row 1 of the sheet on."""
        if sum(member.file_size for member in archive.infolist()) > SMALL_WORKBOOK:
            return large_sheet(path, self.name)
        if reach_of(container.read_head(archive, self.member, SMALL_WORKBOOK)) > MAX_CELLS:
            raise Unreadable("sheet_too_wide")
        return small_sheet(path, self.name)


def _chosen_sheet(archive: zipfile.ZipFile, contract: Contract) -> _Sheet:
    """The sheet to read; raises empty_file when none holds a row."""
    names = (contract.id, contract.dataset, *contract.title.values(), contract.sheet or "")
    wanted = {normalised(name) for name in names if name}
    sheets = _sheets(archive)
    named = [(name, member) for name, member in sheets if normalised(name) in wanted]
    for name, member in named or sheets:
        with container.opened(archive, member) as stream:
            scan = scan_sheet(stream)
        if scan.rows:
            return _Sheet(name, member, scan)
    raise Unreadable("empty_file")


def _sheets(archive: zipfile.ZipFile) -> list[tuple[str, zipfile.ZipInfo]]:
    """Name and member of each sheet, in the workbook's order."""
    book = container.read_head(archive, archive.getinfo("xl/workbook.xml"), container.ONE_MIB)
    try:
        relations = archive.getinfo("xl/_rels/workbook.xml.rels")
    except KeyError as error:
        raise Unreadable("truncated_archive") from error
    links = container.read_head(archive, relations, container.ONE_MIB)
    targets = {
        attributes[b"Id"]: attributes[b"Target"].decode("utf-8", "replace")
        for tag in RELATION.findall(links)
        if {b"Id", b"Target"} <= (attributes := dict(ATTRIBUTE.findall(tag))).keys()
    }
    members = {member.filename: member for member in archive.infolist()}
    found = []
    for tag in SHEET.findall(book):
        attributes = dict(ATTRIBUTE.findall(tag))
        link = next((v for k, v in attributes.items() if k.endswith(b":id")), b"")
        member = "xl/" + targets.get(link, "").removeprefix("/xl/").removeprefix("xl/")
        if member in members:
            name = attributes.get(b"name", b"").decode("utf-8", "replace")
            found.append((unescape(name), members[member]))
    return found


def _inflate_all(archive: zipfile.ZipFile) -> None:
    """Inflate every member once: calamine would not stop at the size that the archive states."""
    for member in archive.infolist():
        with container.opened(archive, member) as stream:
            while stream.read(container.ONE_MIB):
                pass


def _find_headings(first: pl.DataFrame, contract: Contract) -> tuple[int, Headings, list[Finding]]:
    """The row of the headings (from 1): the contract's, else the one that names most columns.

    Headings in several languages may stand one below the other: the last of them is meant.
    """
    rows = [[cell or "" for cell in row] for row in first.head(HEADER_LINES).rows()]
    if contract.header_rows:
        return contract.header_rows[-1], *resolve(contract, _joined(rows, contract.header_rows))
    filled = [i for i, row in enumerate(rows) if any(cell.strip() for cell in row)]
    if not filled:
        raise Unreadable("no_header", contract=contract.id)
    words = vocabulary(contract)
    best = max(filled, key=lambda i: len(set(words.matched(rows[i]).values())))
    named = words.matched(rows[best])
    while best + 1 < len(rows) and words.matched(rows[best + 1]) == named:
        best += 1
    headings, findings = resolve(contract, rows[best])
    return best + 1, headings, findings


def _joined(rows: list[list[str]], numbers: tuple[int, ...]) -> list[str]:
    """The headings that stand in several rows (from 1): of each column, the lowest filled cell."""
    chosen = [rows[number - 1] for number in numbers if number <= len(rows)]
    return [
        next((c for c in reversed(cells) if c.strip()), "") for cells in zip(*chosen, strict=True)
    ]


@dataclass(frozen=True)
class _Cells:
    """The odd cells of a sheet, and the contract's column at each column number of the sheet."""

    scan: SheetScan
    columns: Mapping[int, str]
    reads_formulas: bool = False

    def findings(self, rows: pl.Series) -> Iterator[Finding]:
        """Formulas and calculation errors in these rows, in the columns of the contract."""
        first, last = int(rows[0]), int(rows[-1])
        odd = {"formula_in_cell": self.scan.formulas, "error_cell": self.scan.errors}
        if self.reads_formulas:
            del odd["formula_in_cell"]
        for rule, cells in odd.items():
            for row, column in cells.between(first, last):
                if column in self.columns:
                    cell = f"{column_letters(column)}{row}"
                    values = {"cell": cell}
                    yield Finding(rule, "error", "", row, self.columns[column], values=values)


def _with_cells(
    frames: Iterator[pl.DataFrame], cells: _Cells, findings: list[Finding]
) -> Iterator[pl.DataFrame]:
    """The frames, with the findings on their odd cells: all at once could fill the memory."""
    any_rows = False
    for frame in frames:
        any_rows = True
        findings.extend(cells.findings(frame["line_number"]))
        yield frame
    if not any_rows:
        raise Unreadable("no_rows")


def _frames(
    sheet: Iterable[pl.DataFrame], header_row: int, headings: Headings, contract: Contract
) -> Iterator[pl.DataFrame]:
    """The rows below the headings as frames of the contract."""
    row = 1
    for frame in sheet:
        numbers = pl.int_range(row, row + frame.height, dtype=pl.Int64, eager=True)
        columns = {name: frame.to_series(i) for name, i in headings.columns.items()}
        text = _with_plain_dates(stripped(pl.DataFrame(columns)))
        below = text.with_columns(line_number=numbers)[max(0, header_row + 1 - row) :]
        whole = complete(unpivoted(below, headings, contract), contract)
        row += frame.height
        if whole.height:
            yield whole


def _with_plain_dates(frame: pl.DataFrame) -> pl.DataFrame:
    """A date cell without time is its ISO date: 2026-03-14 00:00:00 -> 2026-03-14."""
    text = pl.col(pl.String)
    return frame.with_columns(
        pl.when(text.str.ends_with(TIME_ZERO)).then(text.str.head(DATE_LENGTH)).otherwise(text)
    )
