"""A look through a sheet's XML, without parsing it: how far it reaches, and its odd cells.

calamine holds a sheet as a full rectangle from its first cell to its last: one cell at the far
corner would take 500 GB. So the rectangle is measured before, by the cells' references.
"""

import re
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from warehouse.errors import Unreadable
from warehouse.reading.stream import ByteStream, OpenStream

EXCEL_ROWS = 1_048_576
"""Rows of a sheet in Excel."""
MAX_CELLS = 40_000_000
"""Cells of the rectangle that a sheet spans; calamine takes 32 bytes for each, filled or not."""
NARROW = 26
"""Columns A to Z: what a sheet without longer column names has at most."""
PIECE = 4 * 1024 * 1024
TAIL = 64 * 1024
"""Bytes kept for the next piece when no row begins in this one."""
QUOTE = ord('"')
LETTERS = 26
WIDTH = LETTERS**3 * 2
"""More than any column number: packs a row and a column into one integer."""

TAG = rb"<(?:\w+:)?"
ROW = re.compile(TAG + rb"row\b[^<>]*?\br\s*=\s*[\"'](\d{1,9})[\"']")
ANY_ROW = re.compile(TAG + rb"row[\s>/]")
REFERENCE = re.compile(rb"\br\s*=\s*[\"']([A-Za-z]+)(\d{1,9})[\"']")
WIDE_REFERENCE = re.compile(rb"\br\s*=\s*[\"']([A-Za-z]{2,})\d+[\"'](?![^<>]*/>)")
UNPLACED_CELL = re.compile(TAG + rb"c(?=[\s>/])(?![^<>]*\br\s*=)")
FIRST_CELL = re.compile(rb"\br=\"A\d+\"[^<>/]*>")
FILLED_CELL = re.compile(rb"\br=\"([A-Z]{1,3})\d+\"[^<>/]*>")
FORMULA = re.compile(TAG + rb"c\b([^<>]*)>\s*" + TAG + rb"f[\s>/]")
ERROR = re.compile(TAG + rb"c\b([^<>]*\bt=\"e\"[^<>]*)>")


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
    last column; `unplaced` the most cells of one row without a reference; `first_column` the
    number of the first column.
    """

    rows: int = 0
    columns: int = NARROW
    unplaced: int = 0
    first_column: int = WIDTH
    formulas: Cells = field(default_factory=Cells)
    errors: Cells = field(default_factory=Cells)

    @property
    def reach(self) -> int:
        """Cells that the rectangle has at most: references are known by their digits only."""
        return min(10 ** len(str(self.rows)), EXCEL_ROWS) * (self.columns + self.unplaced)


def scan_sheet(open_stream: OpenStream) -> SheetScan:
    """What the sheet's XML holds; raises too_many_rows and sheet_too_wide."""
    scan = SheetScan()
    with open_stream() as stream:
        for piece in _pieces(stream):
            _scan_piece(piece, scan)
    if scan.reach > MAX_CELLS:
        _require_narrow(open_stream, scan)
    return scan


def column_number(letters: bytes) -> int:
    """A column's number from 1: b"A" -> 1, b"AB" -> 28."""
    number = 0
    for letter in letters.upper():
        number = number * LETTERS + letter - ord("A") + 1
    return number


def column_letters(number: int) -> str:
    """A column's letters: 28 -> "AB"."""
    letters = ""
    while number:
        number, letter = divmod(number - 1, LETTERS)
        letters = chr(ord("A") + letter) + letters
    return letters


def _pieces(stream: ByteStream) -> Iterator[bytes]:
    """The XML in pieces that end before a row begins."""
    rest = b""
    while piece := stream.read(PIECE):
        data = rest + piece
        cut = data.rfind(b"<row", 1)
        cut = cut if cut > 0 else max(0, len(data) - TAIL)
        yield data[:cut]
        rest = data[cut:]
    yield rest


def _require_narrow(open_stream: OpenStream, scan: SheetScan) -> None:
    """Measure the rectangle by every reference, which takes a microsecond a cell."""
    rows, columns = 1, 1
    with open_stream() as stream:
        for piece in _pieces(stream):
            for reference in FILLED_CELL.finditer(piece) if not scan.unplaced else ():
                columns = max(columns, column_number(reference.group(1)))
            for reference in REFERENCE.finditer(piece):
                rows = max(rows, int(reference.group(2)))
    columns = max(columns, scan.columns + scan.unplaced if scan.unplaced else 0)
    if max(rows, scan.rows) * columns > MAX_CELLS:
        raise Unreadable("sheet_too_wide", found=f"{max(rows, scan.rows)} x {columns}")


def _scan_piece(data: bytes, scan: SheetScan) -> None:
    scan.rows = max(scan.rows, _last_row(data, scan.rows))
    # Regular expressions over every cell take many seconds, and most sheets need none.
    if not _is_plain(data, len(str(scan.rows))):
        _measure(data, scan)
    if scan.rows > EXCEL_ROWS:
        raise Unreadable("too_many_rows", found=str(scan.rows), limit=str(EXCEL_ROWS))
    if scan.first_column > 1:
        _look_left(data, scan)
    if b"<f>" in data or b"<f " in data or b"<f/" in data or b":f" in data:
        for formula in FORMULA.finditer(data):
            scan.formulas.add(formula.group(1))
    if b't="e"' in data:
        for error in ERROR.finditer(data):
            scan.errors.add(error.group(1))


def _is_plain(data: bytes, digits: int) -> bool:
    """Whether every cell has a reference of one letter and at most `digits` digits.

    False also where the XML is written in an unusual way.
    """
    if any(sign in data for sign in (b" =", b"= ", b"='", b":c", b"<c>", b"<c\t", b"<c\n", b"<c/")):
        return False
    if data.count(b"<c ") != data.count(b'<c r="'):
        return False
    codes = np.frombuffer(data + b'"' * 16, np.uint8)
    is_reference = (codes[:-18] == ord("r")) & (codes[1:-17] == ord("=")) & (codes[2:-16] == QUOTE)
    starts = np.flatnonzero(is_reference) + 3
    cells = starts[codes[starts] >= ord("A")]
    if (codes[cells + 1] >= ord("A")).any():
        return False
    ends = np.zeros(len(cells), np.bool_)
    for length in range(2, digits + 2):
        ends |= codes[cells + length] == QUOTE
    return bool(ends.all())


def _measure(data: bytes, scan: SheetScan) -> None:
    """How far the cells of a piece reach, by their references and, without one, their number."""
    longer = re.compile(rb"\br\s*=\s*[\"'][A-Za-z]+(\d{%d,9})[\"']" % (len(str(scan.rows)) + 1))
    scan.rows = max(scan.rows, *(int(found.group(1)) for found in longer.finditer(data)), 0)
    for wide in WIDE_REFERENCE.finditer(data):
        scan.columns = max(scan.columns, column_number(wide.group(1)))
    if UNPLACED_CELL.search(data):
        rows = ANY_ROW.split(data)
        scan.unplaced = max(scan.unplaced, *(len(UNPLACED_CELL.findall(row)) for row in rows))


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
    numbered = ROW.match(data, start) if start >= 0 else None
    if numbered:
        return int(numbered.group(1))
    if start < 0 and b":row" not in data:
        return rows_before
    numbers = ROW.findall(data)
    return int(numbers[-1]) if numbers else rows_before + len(ANY_ROW.findall(data))
