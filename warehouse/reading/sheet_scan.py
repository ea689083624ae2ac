"""A look through a sheet's XML before calamine opens it: its odd cells, its last row, its reach."""

import re
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from warehouse.errors import Unreadable
from warehouse.reading.stream import ByteStream

EXCEL_ROWS = 1_048_576
"""Rows of a sheet in Excel."""
PIECE = 4 * 1024 * 1024
TAIL = 64 * 1024
"""Bytes kept for the next piece when no row begins in this one."""
LETTERS = 26
WIDTH = LETTERS**3 * 2
"""More than any column number: packs a row and a column into one integer."""

TAG = rb"<(?:\w+:)?"
ROW = re.compile(TAG + rb"row\b[^<>]*?\br=\"(\d{1,9})\"")
ANY_ROW = re.compile(TAG + rb"row[\s>/]")
REFERENCE = re.compile(rb"\br=\"([A-Z]{1,3})(\d{1,9})\"")
FIRST_CELL = re.compile(rb"\br=\"A\d+\"[^<>/]*>")
FILLED_CELL = re.compile(rb"\br=\"([A-Z]{1,3})\d+\"[^<>/]*>")
FORMULA = re.compile(TAG + rb"c\b([^<>]*)>\s*" + TAG + rb"f[\s>/]")
ERROR = re.compile(TAG + rb"c\b([^<>]*\bt=\"e\"[^<>]*)>")
LETTERS_AND_DIGITS = re.compile(r"([A-Za-z]*)(\d*)")


@dataclass
class Cells:
    """Places of cells in the order of the rows, packed: a sheet may have millions of formulas."""

    packed: "array[int]" = field(default_factory=lambda: array("q"))

    def add(self, attributes: bytes) -> None:
        """Note the cell whose opening tag has these attributes."""
        if found := REFERENCE.search(attributes):
            column = column_number(found.group(1).decode())
            self.packed.append(int(found.group(2)) * WIDTH + column)

    def between(self, first_row: int, last_row: int) -> Iterator[tuple[int, int]]:
        """Row and column number of each cell in these rows, such as (12, 3) for C12."""
        start = bisect_left(self.packed, first_row * WIDTH)
        end = bisect_left(self.packed, (last_row + 1) * WIDTH)
        return (divmod(self.packed[i], WIDTH) for i in range(start, end))


@dataclass
class SheetScan:
    """The number of a sheet's last row (0 if empty) and first column, and its odd cells."""

    rows: int = 0
    first_column: int = WIDTH
    formulas: Cells = field(default_factory=Cells)
    errors: Cells = field(default_factory=Cells)


def scan_sheet(stream: ByteStream) -> SheetScan:
    """What the sheet's XML holds; raises too_many_rows."""
    scan = SheetScan()
    rest = b""
    while piece := stream.read(PIECE):
        data = rest + piece
        cut = data.rfind(b"<row", 1)
        cut = cut if cut > 0 else max(0, len(data) - TAIL)
        _scan_piece(data[:cut], scan)
        rest = data[cut:]
    _scan_piece(rest, scan)
    return scan


@dataclass
class _Reach:
    """The corner of the cells that hold something, as the elements of the sheet come."""

    row: int = 0
    column: int = 0
    last_row: int = 0
    last_column: int = 0
    is_in_cell: bool = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take an opening tag; a cell counts once something opens inside it."""
        tag = name.rpartition(":")[2]
        if tag == "row":
            self.row = int(attributes.get("r", self.row + 1))
            self.column = 0
        elif tag == "c":
            letters, digits = _parts(attributes.get("r", ""))
            self.column = column_number(letters) if letters else self.column + 1
            self.row = int(digits) if digits else self.row
            self.is_in_cell = True
        elif self.is_in_cell:
            self.last_row = max(self.last_row, self.row)
            self.last_column = max(self.last_column, self.column)

    def end(self, name: str) -> None:
        """Take a closing tag."""
        if name.rpartition(":")[2] == "c":
            self.is_in_cell = False


def reach_of(xml: bytes) -> int:
    """The cells of the rectangle that a small sheet spans, filled or not.

    Takes some two microseconds an element. Raises damaged_workbook where the XML is none.
    """
    reach = _Reach()
    parser = expat.ParserCreate()
    parser.StartElementHandler = reach.start
    parser.EndElementHandler = reach.end
    try:
        parser.Parse(xml, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise Unreadable("damaged_workbook", type(error).__name__) from error
    return reach.last_row * reach.last_column


def column_number(letters: str) -> int:
    """A column's number from 1: "A" -> 1, "AB" -> 28."""
    number = 0
    for letter in letters.upper():
        number = number * LETTERS + ord(letter) - ord("A") + 1
    return number


def column_letters(number: int) -> str:
    """A column's letters: 28 -> "AB"."""
    letters = ""
    while number:
        number, letter = divmod(number - 1, LETTERS)
        letters = chr(ord("A") + letter) + letters
    return letters


def _parts(reference: str) -> tuple[str, str]:
    found = LETTERS_AND_DIGITS.match(reference)
    return (found.group(1), found.group(2)) if found else ("", "")


def _scan_piece(data: bytes, scan: SheetScan) -> None:
    scan.rows = max(scan.rows, _last_row(data, scan.rows))
    if scan.rows > EXCEL_ROWS:
        raise Unreadable("too_many_rows", found=str(scan.rows), limit=str(EXCEL_ROWS))
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
        scan.first_column = min(scan.first_column, column_number(cell.group(1).decode()))


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
