"""A look through a sheet's XML, without parsing it: how far it reaches, and its odd cells."""

import re
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field

from warehouse.errors import Unreadable
from warehouse.reading.stream import ByteStream

EXCEL_ROWS = 1_048_576
"""Rows of a sheet in Excel."""
MAX_CELLS = 40_000_000
"""Cells of the rectangle that a sheet spans; calamine takes 32 bytes for each, filled or not."""
NARROW = 26
"""Columns A to Z: what a sheet without longer column names has at most."""
PIECE = 4 * 1024 * 1024
TAIL = 64 * 1024
"""Bytes kept for the next piece when a row has no beginning in this one."""
ROW = re.compile(rb'<(?:\w+:)?row\b[^>]*?\br="(\d{1,9})"')
WIDE_CELL = re.compile(rb'\br="([A-Z]{2,3})\d+"[^<>/]*>')
FIRST_CELL = re.compile(rb'\br="A\d+"[^<>/]*>')
FILLED_CELL = re.compile(rb'\br="([A-Z]{1,3})\d+"[^<>/]*>')
FORMULA = re.compile(rb"<(?:\w+:)?c\b([^<>]*)>\s*<(?:\w+:)?f[\s/>]")
ERROR = re.compile(rb'<(?:\w+:)?c\b([^<>]*\bt="e"[^<>]*)>')
REFERENCE = re.compile(rb'\br="([A-Z]{1,3})(\d{1,9})"')
LETTERS = 26
WIDTH = LETTERS**3 * 2
"""More than any column number: packs a row and a column into one integer."""


@dataclass
class Cells:
    """Places of cells in the order of the rows, packed: a sheet may have millions of formulas."""

    packed: "array[int]" = field(default_factory=lambda: array("q"))

    def add(self, attributes: bytes) -> None:
        """Note the cell whose opening tag has these attributes."""
        if found := REFERENCE.search(attributes):
            self.packed.append(int(found.group(2)) * WIDTH + column_number(found.group(1)))

    def between(self, first_row: int, last_row: int) -> Iterator[tuple[int, int]]:
        """Row and column number of each cell in these rows, such as (12, 3) for C12."""
        start = bisect_left(self.packed, first_row * WIDTH)
        end = bisect_left(self.packed, (last_row + 1) * WIDTH)
        return (divmod(self.packed[i], WIDTH) for i in range(start, end))


@dataclass
class SheetScan:
    """How far the filled cells of a sheet reach, and its odd ones.

    `rows` is the number of the last row, 0 for an empty sheet; `columns` at least that of the
    last column; `first_column` that of the first one.
    """

    rows: int = 0
    columns: int = NARROW
    first_column: int = WIDTH
    formulas: Cells = field(default_factory=Cells)
    errors: Cells = field(default_factory=Cells)


def scan_sheet(stream: ByteStream) -> SheetScan:
    """What the sheet's XML holds; raises too_many_rows and sheet_too_wide."""
    scan = SheetScan()
    rest = b""
    while piece := stream.read(PIECE):
        data = rest + piece
        cut = data.rfind(b"<row", 1)
        cut = cut if cut > 0 else max(0, len(data) - TAIL)
        _scan_piece(data[:cut], scan)
        rest = data[cut:]
    _scan_piece(rest, scan)
    if scan.rows * scan.columns > MAX_CELLS:
        raise Unreadable("sheet_too_wide", found=f"{scan.rows} x {scan.columns}")
    return scan


def column_number(letters: bytes) -> int:
    """A column's number from 1: b"A" -> 1, b"AB" -> 28."""
    number = 0
    for letter in letters:
        number = number * LETTERS + letter - ord("A") + 1
    return number


def column_letters(number: int) -> str:
    """A column's letters: 28 -> "AB"."""
    letters = ""
    while number:
        number, letter = divmod(number - 1, LETTERS)
        letters = chr(ord("A") + letter) + letters
    return letters


def _scan_piece(data: bytes, scan: SheetScan) -> None:
    scan.rows = max(scan.rows, _last_row(data, scan.rows))
    if scan.rows > EXCEL_ROWS:
        raise Unreadable("too_many_rows", found=str(scan.rows), limit=str(EXCEL_ROWS))
    for wide in WIDE_CELL.finditer(data):
        scan.columns = max(scan.columns, column_number(wide.group(1)))
    if scan.first_column > 1:
        _look_left(data, scan)
    # The search for a tag is fast, the expression is not: most sheets have no such cell.
    if b"<f>" in data or b"<f " in data or b"<f/" in data or b":f" in data:
        for formula in FORMULA.finditer(data):
            scan.formulas.add(formula.group(1))
    if b't="e"' in data:
        for error in ERROR.finditer(data):
            scan.errors.add(error.group(1))


def _look_left(data: bytes, scan: SheetScan) -> None:
    """Find the first column that holds a value; nearly always the first cell is in column A."""
    if FIRST_CELL.search(data):
        scan.first_column = 1
        return
    for cell in FILLED_CELL.finditer(data):
        scan.first_column = min(scan.first_column, column_number(cell.group(1)))


def _last_row(data: bytes, rows_before: int) -> int:
    """The number of the last row that begins in `data`; rows without number are counted."""
    start = data.rfind(b"<row")
    if start < 0 and b":row" not in data:
        return rows_before
    numbered = ROW.match(data, start) if start >= 0 else None
    if numbered:
        return int(numbered.group(1))
    numbers = ROW.findall(data)
    return int(numbers[-1]) if numbers else rows_before + data.count(b"<row")
