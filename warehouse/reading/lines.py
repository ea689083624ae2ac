"""The lines of fixed-width text, from one file or many members, as frames."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO

import numpy as np
import polars as pl

from warehouse.reading.encoding import ASCII, chunks, decode_lines, wide_encoding
from warehouse.reading.stream import ByteStream, OpenStream

FRAME_BYTES = 6 * 1024 * 1024
"""Bytes of text in one frame: some 24,000 lines of 260 characters."""
SNIFFED = 64 * 1024
"""Bytes of each source that its encoding is told from."""


@dataclass(frozen=True)
class Source:
    """One text to read: the member's file name ('' outside an archive) and how to open it."""

    member: str
    open: OpenStream


@dataclass(frozen=True)
class _Segment:
    """Whole lines of one source, the last ended like the others."""

    member: str
    first_line: int
    text: bytes
    lines: int


def line_frames(sources: Iterable[Source], width: int, encoding: str) -> Iterator[pl.DataFrame]:
    """Frames of member, line_number (from 1 in each member) and line (text without its end).

    `encoding` is what lines that are not UTF-8 are read in. A file without any line end is cut
    every `width` bytes.
    """
    waiting: list[_Segment] = []
    size = 0
    for source in sources:
        line = 1
        for text in _texts(source, width, encoding):
            segment = _Segment(source.member, line, text, text.count(b"\n"))
            waiting.append(segment)
            line += segment.lines
            size += len(text)
            if size >= FRAME_BYTES:
                yield _frame(waiting)
                waiting, size = [], 0
    if waiting:
        yield _frame(waiting)


def _texts(source: Source, width: int, encoding: str) -> Iterator[bytes]:
    """Whole lines of a source in UTF-8 with LF, some 6 MB at a time."""
    rest = b""
    with source.open() as stream:
        head = stream.read(SNIFFED)
        wide = wide_encoding(head) or ASCII
        for piece in chunks(_Rejoined(head, stream), wide, FRAME_BYTES):
            data = _with_lf(rest + piece, width)
            cut = data.rfind(b"\n") + 1
            rest = data[cut:]
            if cut:
                yield _text(data[:cut], encoding)
    if rest:
        yield _text(rest, encoding) + b"\n"


def _text(data: bytes, encoding: str) -> bytes:
    """Whole lines as UTF-8; programs written in C fill with zero bytes what should be blank."""
    return decode_lines(data, encoding).replace(b"\0", b" ")


class _Rejoined:
    """A stream with its first bytes, already read, put back."""

    def __init__(self, head: bytes, stream: ByteStream) -> None:
        self.head = head
        self.stream = stream

    def read(self, size: int) -> bytes:
        """Up to `size` bytes, the first ones from the head."""
        head, self.head = self.head[:size], self.head[size:]
        return head + self.stream.read(size - len(head))


def _with_lf(data: bytes, width: int) -> bytes:
    """Line ends as LF; without any, the text is cut every `width` bytes."""
    if b"\n" in data:
        return data
    if b"\r" in data:
        return data.replace(b"\r", b"\n")
    if len(data) <= 2 * width:
        return data
    whole = len(data) // width * width
    records = np.frombuffer(data[:whole], np.uint8).reshape(-1, width)
    cut = np.hstack([records, np.full((len(records), 1), ord("\n"), np.uint8)])
    return cut.tobytes() + data[whole:]


def _frame(segments: list[_Segment]) -> pl.DataFrame:
    sizes = [s.lines for s in segments]
    numbers = [np.arange(s.first_line, s.first_line + s.lines) for s in segments]
    members = pl.Series("member", [s.member for s in segments], pl.String)
    lines = pl.read_lines(BytesIO(b"".join(s.text for s in segments)))
    return pl.DataFrame(
        [
            members.gather(np.repeat(np.arange(len(segments)), sizes)),
            pl.Series("line_number", np.concatenate(numbers), pl.Int64),
            lines.to_series().alias("line"),
        ]
    )
