"""Delimited text to frames: blocks of whole records, parsed by Polars, lines counted.

Where quotes stand inside a value, the rest of the file goes through Python's lenient reader,
which is slower.
"""

import csv
from collections.abc import Callable, Iterable, Iterator
from itertools import chain

import polars as pl

from warehouse.contracts.contract import Contract
from warehouse.errors import Unreadable
from warehouse.reading.dialect import Dialect, lenient_reader
from warehouse.reading.encoding import CHUNK, Utf8Blocks, chunks
from warehouse.reading.pivot import unpivoted
from warehouse.reading.records import end_of_records, newline_count, shape
from warehouse.reading.stream import ByteStream, OpenStream

LENIENT_ROWS = 100_000
"""Records of one frame made by the lenient reader."""
OUTER_BLANKS = " \t\r\n\v\f\x1a\u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff" + "".join(
    chr(code) for code in (*range(0x2000, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A))
)
"""Blanks and invisible direction marks that may stand around a value."""


def read_delimited(
    open_stream: OpenStream,
    contract: Contract,
    encoding: str,
    dialect: Dialect,
    *,
    inspect: Callable[[pl.DataFrame], pl.DataFrame] = lambda frame: frame,
) -> Iterator[pl.DataFrame]:
    """The records of a delimited text as frames; raises Unreadable at a structural fault.

    `inspect` sees each frame before it is cut to the contract's columns.
    """
    any_rows = False
    with open_stream() as stream:
        for frame in _frames(stream, encoding, dialect):
            whole = complete(unpivoted(inspect(frame), dialect.headings, contract), contract)
            if whole.height:
                any_rows = True
                yield whole
    if not any_rows:
        raise Unreadable("no_rows")


def complete(frame: pl.DataFrame, contract: Contract) -> pl.DataFrame:
    """`frame` with every column of the contract, in its order, without rows that are all empty."""
    present = [c.name for c in contract.columns if c.name in frame.columns]
    if frame[present[0]].null_count():
        frame = frame.filter(pl.any_horizontal(pl.col(present).is_not_null()))
    return frame.select(
        pl.col("line_number").cast(pl.Int64),
        pl.lit("").alias("part"),
        pl.lit("").alias("member"),
        *(
            pl.col(c.name) if c.name in present else pl.lit(None, pl.String).alias(c.name)
            for c in contract.columns
        ),
    )


def stripped(frame: pl.DataFrame) -> pl.DataFrame:
    """`frame` with the outer blanks of its text off, and null for empty."""
    bare = pl.col(pl.String).str.strip_chars(OUTER_BLANKS)
    return frame.with_columns(bare).with_columns(
        pl.when(pl.col(pl.String) != "").then(pl.col(pl.String))
    )


def _frames(stream: ByteStream, encoding: str, dialect: Dialect) -> Iterator[pl.DataFrame]:
    utf8 = Utf8Blocks(encoding)
    pieces = _below_headings(_with_lf(chunks(stream, encoding)), dialect.lines_above)
    line, rest = dialect.lines_above + 1, b""
    for piece in chain(pieces, [None]):
        data = rest if piece is None else rest + piece
        cut = len(data) if piece is None else end_of_records(data)
        if not cut and (len(data) < CHUNK or b"\n" not in data):
            rest = data
            continue
        block = _plain_ends(data[:cut])
        frame = _parse(utf8.convert(block, line), dialect, line) if block else None
        if frame is None:
            later = () if piece is None else pieces
            yield from _lenient(chain([data], later), utf8, dialect, line)
            return
        yield frame
        line += newline_count(block)
        rest = data[cut:]


def _with_lf(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Lines ended by CR alone (old Macintosh programs) get LF; CRLF is left as it is."""
    only_cr: bool | None = None
    for piece in pieces:
        if only_cr is None:
            only_cr = b"\r" in piece and b"\n" not in piece
        yield piece.replace(b"\r", b"\n") if only_cr else piece


def _plain_ends(block: bytes) -> bytes:
    """The block with LF for CRLF; to look for one byte first is much faster."""
    return block.replace(b"\r\n", b"\n") if b"\r" in block else block


def _below_headings(pieces: Iterator[bytes], lines_above: int) -> Iterator[bytes]:
    """The pieces without the first `lines_above` lines, which stand in the first piece."""
    first = next(pieces, b"")
    start = 0
    for _ in range(lines_above):
        start = first.find(b"\n", start) + 1 or len(first)
    yield first[start:]
    yield from pieces


def _parse(block: bytes, dialect: Dialect, first_line: int) -> pl.DataFrame | None:
    """The records of a block in UTF-8; None when its quotes need the lenient reader."""
    if b"\0" in block:
        line = first_line + block.count(b"\n", 0, block.index(b"\0"))
        raise Unreadable("not_text", line=str(line))
    width = dialect.headings.width
    seen = shape(block, dialect.delimiter, width, first_line)
    if not seen.is_regular:
        return None
    names = [str(position) for position in range(width)]
    for name, position in dialect.headings.columns.items():
        names[position] = name
    # Polars tells the number of fields from the first line, which may be blank.
    guide = dialect.delimiter.encode() * (width - 1) + b"\n"
    try:
        frame = pl.read_csv(
            guide + block,
            separator=dialect.delimiter,
            quote_char='"' if seen.has_quotes else None,
            has_header=False,
            schema=dict.fromkeys(names, pl.String),
            columns=sorted(dialect.headings.columns.values()),
            extra_columns="ignore",
        )[1:]
    except pl.exceptions.PolarsError:
        return None
    if frame.height != len(seen.line_numbers):
        return None
    if seen.has_outer_blanks or seen.has_quotes:
        frame = stripped(frame)
    return frame.with_columns(pl.Series("line_number", seen.line_numbers))


def _lenient(
    pieces: Iterable[bytes], utf8: Utf8Blocks, dialect: Dialect, first_line: int
) -> Iterator[pl.DataFrame]:
    """The records of the rest of the file, one by one; raises at a line that cannot be cut."""
    reader = lenient_reader(_lines(pieces, utf8, first_line), dialect.delimiter)
    width = dialect.headings.width
    rows: list[list[str]] = []
    numbers: list[int] = []
    start = first_line
    unclosed_at: int | None = None
    while (cells := _next_record(reader, start)) is not None:
        end = first_line + reader.line_num
        # Only a quote that nothing closes keeps the newline before the end of the file.
        unclosed_at = start if cells and cells[-1].endswith("\n") else None
        if any(cell.strip(OUTER_BLANKS) for cell in cells):
            if len(cells) < width or any(cells[width:]):
                raise _ragged(start, end - start, len(cells), width)
            rows.append(cells[:width])
            numbers.append(start)
        start = end
        if len(rows) >= LENIENT_ROWS:
            yield _frame(rows, numbers, dialect)
            rows, numbers = [], []
    if unclosed_at is not None:
        raise Unreadable("unbalanced_quotes", line=str(unclosed_at))
    yield _frame(rows, numbers, dialect)


def _next_record(reader: Iterator[list[str]], line: int) -> list[str] | None:
    try:
        return next(reader, None)
    except csv.Error as error:
        raise Unreadable("unbalanced_quotes", line=str(line)) from error


def _ragged(line: int, lines: int, found: int, expected: int) -> Unreadable:
    """A record over several lines that does not fit has a quote that was never closed."""
    if lines > 1:
        return Unreadable("unbalanced_quotes", line=str(line))
    return Unreadable("ragged_line", line=str(line), found=str(found), expected=str(expected))


def _lines(pieces: Iterable[bytes], utf8: Utf8Blocks, first_line: int) -> Iterator[str]:
    """The lines of the pieces, each with its newline."""
    rest, line = b"", first_line
    for piece in chain(pieces, [b"\n"]):
        data = rest + piece
        cut = data.rfind(b"\n") + 1
        rest = data[cut:]
        text = utf8.convert(data[:cut].replace(b"\r\n", b"\n"), line).decode()
        for content in text.split("\n")[:-1]:
            yield content + "\n"
            line += 1


def _frame(rows: list[list[str]], numbers: list[int], dialect: Dialect) -> pl.DataFrame:
    columns = list(zip(*rows, strict=True)) or [()] * dialect.headings.width
    frame = pl.DataFrame(
        {name: columns[i] for name, i in dialect.headings.columns.items()},
        schema=dict.fromkeys(dialect.headings.columns, pl.String),
    )
    return stripped(frame).with_columns(pl.Series("line_number", numbers, pl.Int64))
