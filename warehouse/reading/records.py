"""Where the records of a delimited block begin and end, seen in its bytes alone.

Quotes open where a field begins and close where it ends; newlines and delimiters between them
belong to the value. All is vectorised over the bytes: a block has some 200,000 records.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from warehouse.errors import Unreadable

QUOTE, NEWLINE, BLANK = ord('"'), ord("\n"), ord(" ")
RECORD_MAX = 32 * 1024 * 1024
"""Bytes without a line end, past which they are no table."""
PADDING = b" \t\r\x1a"
"""What may stand on a line that is no record; 0x1A ends the files of DOS programs."""
WIDE_BLANKS = (b"\xc2\xa0", b"\xe2\x80", b"\xe2\x81", b"\xe3\x80\x80", b"\xef\xbb\xbf")
"""Beginnings of the UTF-8 forms of blanks and direction marks past ASCII."""

Bytes = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]
Positions = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Shape:
    """The structure of one block of whole records.

    `line_numbers` has the physical first line of each record. `is_regular` is False when quotes
    stand where RFC 4180 has none; nothing else is known then.
    """

    is_regular: bool
    line_numbers: Positions
    has_quotes: bool = False
    has_outer_blanks: bool = False


IRREGULAR = Shape(is_regular=False, line_numbers=np.empty(0, np.int64))


def end_of_records(data: bytes) -> int:
    """Where the last whole record of `data` ends; 0 when none does.

    b'1;2\\n3;"a\\nb' -> 4: the second newline is inside quotes.
    """
    open_quotes = data.count(b'"') % 2
    end = len(data)
    while (newline := data.rfind(b"\n", 0, end)) >= 0:
        open_quotes = (open_quotes + data.count(b'"', newline, end)) % 2
        if not open_quotes:
            return newline + 1
        end = newline
    if len(data) > RECORD_MAX and b"\n" not in data:
        raise Unreadable("not_text")
    return 0


def newline_count(data: bytes) -> int:
    """The newlines of `data`; for one byte that stands often, numpy counts faster than bytes."""
    return int(np.count_nonzero(np.frombuffer(data, np.uint8) == NEWLINE))


def shape(data: bytes, delimiter: str, width: int, first_line: int) -> Shape:
    """The structure of `data`, whole records of `width` fields, the first at `first_line`.

    Raises ragged_line with the line of the first record of another width.
    """
    codes: Bytes = np.frombuffer(data, np.uint8)
    newlines: Mask = codes == NEWLINE
    delimiters: Mask = codes == ord(delimiter)
    has_quotes = b'"' in data
    outer_blanks = _has_outer_blanks(data, codes, newlines | delimiters, delimiter)
    if has_quotes:
        quotes: Mask = codes == QUOTE
        if not _quotes_are_regular(codes, quotes, delimiter):
            return IRREGULAR
        outside: Mask = (np.cumsum(quotes, dtype=np.uint8) & 1) == 0
        breaks, delimiters = newlines & outside, delimiters & outside
    else:
        breaks = newlines
    ends = _ends(breaks, len(data))
    if np.count_nonzero(delimiters) != len(ends) * (width - 1):
        _require_even(data, ends, np.flatnonzero(delimiters), width, first_line)
    if has_quotes and np.count_nonzero(breaks) != np.count_nonzero(newlines):
        starts = np.concatenate(([0], ends[:-1] + 1))
        line_numbers = first_line + np.searchsorted(np.flatnonzero(newlines), starts)
    else:
        line_numbers = np.arange(first_line, first_line + len(ends), dtype=np.int64)
    return Shape(True, line_numbers.astype(np.int64), has_quotes, outer_blanks)


def _ends(breaks: Mask, size: int) -> Positions:
    """Where each record ends; the last may lack its newline."""
    ends = np.flatnonzero(breaks)
    if size and not breaks[-1]:
        ends = np.append(ends, size)
    return ends


def _quotes_are_regular(codes: Bytes, quotes: Mask, delimiter: str) -> bool:
    """Whether every quote opens or closes a field, or is one of two that stand for one."""
    places = np.flatnonzero(quotes)
    if len(places) % 2:
        return False
    neighbours = np.array([ord(delimiter), NEWLINE, QUOTE], np.uint8)
    opening, closing = places[0::2], places[1::2]
    before = codes[opening[opening > 0] - 1]
    after = codes[closing[closing < len(codes) - 1] + 1]
    return bool(np.isin(before, neighbours).all() and np.isin(after, neighbours).all())


def _has_outer_blanks(data: bytes, codes: Bytes, edges: Mask, delimiter: str) -> bool:
    """Whether a blank may stand at the edge of a field; never False when one does."""
    if any(
        sign in data for sign in (b"\t", b"\r", b"\v", b"\f", b"\x1a") if sign != delimiter.encode()
    ):
        return True
    if not data.isascii() and any(sign in data for sign in WIDE_BLANKS):
        return True
    if b" " not in data:
        return False
    blanks: Mask = codes == BLANK
    if b'"' in data:
        edges = edges | (codes == QUOTE)
    touches = (blanks[1:] & edges[:-1]).any() or (blanks[:-1] & edges[1:]).any()
    return bool(touches or blanks[0] or blanks[-1])


def _require_even(
    data: bytes, ends: Positions, delimiters: Positions, width: int, first_line: int
) -> None:
    """Raise ragged_line at the first record that has not `width` fields.

    Blank lines pass, and so do empty fields past the last heading.
    """
    counts = np.diff(np.searchsorted(delimiters, ends), prepend=0)
    for record in np.flatnonzero(counts != width - 1):
        start = 0 if record == 0 else int(ends[record - 1]) + 1
        line = data[start : int(ends[record])].rstrip(PADDING)
        surplus = int(counts[record]) - (width - 1)
        if not line or (surplus > 0 and _ends_empty(line, delimiters, start, surplus)):
            continue
        raise Unreadable(
            "ragged_line",
            line=str(first_line + data.count(b"\n", 0, start)),
            found=str(int(counts[record]) + 1),
            expected=str(width),
        )


def _ends_empty(line: bytes, delimiters: Positions, start: int, surplus: int) -> bool:
    """Whether the last `surplus` fields of the record are empty."""
    place = int(delimiters[np.searchsorted(delimiters, start + len(line)) - surplus]) - start
    return not line[place:].strip(PADDING + b";,|")
