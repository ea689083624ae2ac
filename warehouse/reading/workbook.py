"""XLSX workbooks to frames, by calamine; the sheet's XML is looked through before.

calamine holds a sheet as a full rectangle and gives the cached values of formulas, so the scan
finds what would fill the memory, and what calamine does not tell: formulas and error cells.
"""

import re
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from html import unescape
from pathlib import Path
from typing import Any

import polars as pl

from warehouse.contracts.contract import Contract
from warehouse.errors import Unreadable
from warehouse.findings import Finding
from warehouse.reading import container
from warehouse.reading.delimited import complete, stripped
from warehouse.reading.dialect import HEADER_LINES
from warehouse.reading.extract import Extract
from warehouse.reading.headings import Headings, normalised, resolve, vocabulary
from warehouse.reading.sheet_scan import SheetScan, column_letters, scan_sheet

BATCH_ROWS = 50_000
"""Rows of one frame; every cell of them may bring a finding."""
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
    name, scan = _chosen_sheet(archive, contract)
    _inflate_all(archive)
    sheet = _load(path, name)
    header_row, headings, findings = _find_headings(sheet, contract)
    read = partial(_batches, sheet, header_row, headings, contract)
    columns = {scan.first_column + i: name for name, i in headings.positions.items()}
    return Extract(
        contract, "xlsx", findings, partial(_with_cells, read, _Cells(scan, columns), findings)
    )


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


def _chosen_sheet(archive: zipfile.ZipFile, contract: Contract) -> tuple[str, SheetScan]:
    """The name of the sheet to read, and what its XML holds."""
    wanted = {normalised(t) for t in (contract.id, contract.dataset, *contract.title.values())}
    sheets = _sheets(archive)
    named = [sheet for sheet in sheets if normalised(sheet[0]) in wanted]
    for name, member in named or sheets:
        scan = scan_sheet(partial(container.opened, archive, archive.getinfo(member)))
        if scan.rows:
            return name, scan
    raise Unreadable("empty_file")


def _sheets(archive: zipfile.ZipFile) -> list[tuple[str, str]]:
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
    found = []
    for tag in SHEET.findall(book):
        attributes = dict(ATTRIBUTE.findall(tag))
        link = next((v for k, v in attributes.items() if k.endswith(b":id")), b"")
        member = "xl/" + targets.get(link, "").removeprefix("/xl/").removeprefix("xl/")
        if member in archive.namelist():
            found.append(
                (unescape(attributes.get(b"name", b"").decode("utf-8", "replace")), member)
            )
    return found


def _inflate_all(archive: zipfile.ZipFile) -> None:
    """Inflate every member once: calamine would not stop at the size that the archive states."""
    for member in archive.infolist():
        with container.opened(archive, member) as stream:
            while stream.read(container.ONE_MIB):
                pass


def _load(path: Path, name: str) -> Any:
    """The sheet as an Arrow record batch of text; row 1 of the sheet is its first row."""
    import fastexcel

    try:
        return fastexcel.read_excel(path).load_sheet(
            name, header_row=None, skip_rows=0, dtypes="string", eager=True
        )
    except fastexcel.FastExcelError as error:
        raise Unreadable("damaged_workbook", type(error).__name__) from error


def _find_headings(sheet: Any, contract: Contract) -> tuple[int, Headings, list[Finding]]:
    """The row of the headings (from 1): of the first rows, the one that names most columns."""
    top = _frame(sheet.slice(0, HEADER_LINES))
    rows = [[cell or "" for cell in row] for row in top.rows()]
    filled = [i for i, row in enumerate(rows) if any(cell.strip() for cell in row)]
    if not filled:
        raise Unreadable("no_header", contract=contract.id)
    words = vocabulary(contract)
    best = max(filled, key=lambda i: len(set(words.matched(rows[i]).values())))
    headings, findings = resolve(contract, rows[best])
    return best + 1, headings, findings


@dataclass(frozen=True)
class _Cells:
    """The odd cells of a sheet, and the contract's column at each column number of the sheet."""

    scan: SheetScan
    columns: Mapping[int, str]

    def findings(self, rows: pl.Series) -> Iterator[Finding]:
        """Formulas and calculation errors in these rows, in the columns of the contract."""
        first, last = int(rows[0]), int(rows[-1])
        for rule, cells in (
            ("formula_in_cell", self.scan.formulas),
            ("error_cell", self.scan.errors),
        ):
            for row, column in cells.between(first, last):
                if column in self.columns:
                    cell = f"{column_letters(column)}{row}"
                    values = {"cell": cell}
                    yield Finding(rule, "error", "", row, self.columns[column], values=values)


def _with_cells(
    read: Callable[[], Iterator[pl.DataFrame]], cells: _Cells, findings: list[Finding]
) -> Iterator[pl.DataFrame]:
    """The batches, with the findings on their odd cells: at once they could fill the memory."""
    for batch in read():
        findings.extend(cells.findings(batch["line_number"]))
        yield batch


def _batches(
    sheet: Any, header_row: int, headings: Headings, contract: Contract
) -> Iterator[pl.DataFrame]:
    any_rows = False
    for start in range(header_row, sheet.num_rows, BATCH_ROWS):
        frame = _frame(sheet.slice(start, BATCH_ROWS))
        numbers = pl.int_range(start + 1, start + 1 + frame.height, dtype=pl.Int64, eager=True)
        columns = {name: frame.to_series(i) for name, i in headings.positions.items()}
        whole = complete(
            _with_plain_dates(stripped(pl.DataFrame(columns))).with_columns(line_number=numbers),
            contract,
        )
        if whole.height:
            any_rows = True
            yield whole
    if not any_rows:
        raise Unreadable("no_rows")


def _frame(batch: Any) -> pl.DataFrame:
    frame = pl.from_arrow(batch)
    if not isinstance(frame, pl.DataFrame):
        raise TypeError("a record batch makes a frame")
    return frame.cast(pl.String)


def _with_plain_dates(frame: pl.DataFrame) -> pl.DataFrame:
    """A date cell without time is its ISO date: 2026-03-14 00:00:00 -> 2026-03-14."""
    text = pl.col(pl.String)
    return frame.with_columns(
        pl.when(text.str.ends_with(TIME_ZERO)).then(text.str.head(DATE_LENGTH)).otherwise(text)
    )
