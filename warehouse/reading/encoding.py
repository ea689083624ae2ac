"""Which encoding a text file is written in, and its bytes as UTF-8.

A byte-order mark decides; then strict UTF-8; then the plausibility of the letters: Arabic in
windows-1256 or ISO-8859-6, French in windows-1252 or the older code page 850. Only these can come
from our providers; a detector of every encoding would have more ways to be wrong.
"""

import codecs
import re
from collections.abc import Iterator

from warehouse.errors import Unreadable
from warehouse.reading.stream import ByteStream

CHUNK = 8 * 1024 * 1024
"""Bytes read at a time: some 100,000 lines of a CSV extract."""
SAMPLE = 4 * 1024 * 1024
"""Bytes looked at to tell the encoding."""
ASCII = "ascii"
UTF8 = "utf-8"

MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, UTF8),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
WIDE = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x19\x1b-\x1f\x7f]")
CONTROL_SHARE_MAX = 0.001
"""Control bytes in a text; binary files hold some per cent."""
HIGH_RUN = re.compile(rb"[\x80-\xff]+")
ARABIC_RUN = 3
"""High bytes in a row that French never writes: Arabic words are such runs."""
ARABIC_SHARE = 0.1
ARABIC_ENCODINGS = ("windows-1256", "iso-8859-6")
LATIN_ENCODINGS = ("windows-1252", "cp850")
LATIN_LETTERS = frozenset("éèêëàâäçîïôöùûüÿæœÉÈÊËÀÂÄÇÎÏÔÖÙÛÜŒÆáíóúñÁÍÓÚÑßãõ°²€’‘“”«»–—…ºª ")
ARABIC_FREQUENCY = dict(zip("اليمنوربتعدسهكفةحقجخشصطزأضغثذءىئإظآؤ", range(36, 0, -1), strict=True))
"""Arabic letters, the commonest weighing most (ranks in running text and names)."""
PLAUSIBLE_SHARE = 0.5
"""Share of the characters past ASCII that must be letters of the language found."""


def byte_order_mark(head: bytes) -> tuple[str | None, int]:
    """The encoding that a byte-order mark at the start of `head` names, and the mark's length."""
    for mark, encoding in MARKS:
        if head.startswith(mark):
            return encoding, len(mark)
    return None, 0


def sniff(sample: bytes) -> str:
    """The encoding of `sample`, from its first bytes and letters ('ascii' if nothing tells).

    Raises Unreadable not_text for binary bytes, unreadable_encoding when no encoding makes
    plausible text of them.
    """
    if wide := wide_encoding(sample):
        return wide
    if sample.startswith(codecs.BOM_UTF8):
        return UTF8
    if len(CONTROLS.findall(sample)) > CONTROL_SHARE_MAX * len(sample):
        raise Unreadable("not_text")
    if sample.isascii():
        return ASCII
    if _is_utf8(sample, is_whole=False):
        return UTF8
    return eight_bit(sample)


def wide_encoding(sample: bytes) -> str | None:
    """The encoding of two or four bytes a character that `sample` is in (e.g. utf-16-le), if any.

    Without its mark UTF-16 shows in the zeros: every second byte of digits and separators.
    """
    marked, _ = byte_order_mark(sample)
    if marked in WIDE:
        return marked
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    many = len(sample) // 2 // 5
    if odd > many and even <= odd // 50:
        return "utf-16-le"
    if even > many and odd <= even // 50:
        return "utf-16-be"
    return None


def eight_bit(data: bytes) -> str:
    """The one-byte encoding that makes plausible letters of the high bytes of `data`."""
    runs = HIGH_RUN.findall(data)
    arabic = sum(len(run) for run in runs if len(run) >= ARABIC_RUN)
    is_arabic = arabic > ARABIC_SHARE * sum(map(len, runs))
    high = b"\n".join(runs[:200_000])
    if is_arabic:
        scores = {name: _arabic_score(high, name) for name in ARABIC_ENCODINGS}
    else:
        scores = {name: _latin_score(high, name) for name in LATIN_ENCODINGS}
    best = max(scores, key=lambda name: scores[name])
    if scores[best] < PLAUSIBLE_SHARE:
        raise Unreadable("unreadable_encoding", line="1")
    return best


def chunks(stream: ByteStream, encoding: str, size: int = CHUNK) -> Iterator[bytes]:
    """The bytes of `stream` in pieces, without its mark, wide encodings as UTF-8."""
    if encoding not in WIDE:
        first = True
        while data := stream.read(size):
            yield data.removeprefix(codecs.BOM_UTF8) if first else data
            first = False
        return
    decoder = codecs.getincrementaldecoder(encoding)()
    first = True
    try:
        while data := stream.read(size):
            text = decoder.decode(data)
            yield (text.removeprefix("\ufeff") if first else text).encode("utf-8", "strict")
            first = False
        yield decoder.decode(b"", final=True).encode()
    except UnicodeError as error:
        raise Unreadable("unreadable_encoding", line="?") from error


class Utf8Blocks:
    """Turns blocks of whole lines into UTF-8; the first high bytes decide the encoding.

    `encoding` starts as what the sample told; 'ascii' may still become any other.
    """

    def __init__(self, encoding: str) -> None:
        self.encoding = UTF8 if encoding in WIDE else encoding

    def convert(self, block: bytes, first_line: int) -> bytes:
        """`block` as UTF-8; raises unreadable_encoding with the line of the first bad byte."""
        if block.isascii():
            return block
        if self.encoding == ASCII:
            self.encoding = UTF8 if _is_utf8(block, is_whole=True) else eight_bit(block)
        try:
            text = block.decode(self.encoding)
        except UnicodeDecodeError as error:
            line = first_line + block.count(b"\n", 0, error.start)
            raise Unreadable("unreadable_encoding", line=str(line)) from error
        return block if self.encoding == UTF8 else text.encode()


def decode_lines(data: bytes, fallback: str) -> bytes:
    """`data` as UTF-8, each line by itself: a long file is many programs' files in a row.

    b"NOM\\xc9E" -> b"NOM\\xc3\\x89E" with fallback windows-1252.
    """
    if _is_utf8(data, is_whole=True):
        return data
    return b"\n".join(
        line if _is_utf8(line, is_whole=True) else line.decode(fallback, "replace").encode()
        for line in data.split(b"\n")
    )


def _is_utf8(data: bytes, is_whole: bool) -> bool:
    """Whether `data` is UTF-8; where it is not whole, its last character may be cut."""
    if data.isascii():
        return True
    try:
        codecs.getincrementaldecoder(UTF8)().decode(data, is_whole)
    except UnicodeDecodeError:
        return False
    return True


def _arabic_score(high: bytes, encoding: str) -> float:
    text = high.decode(encoding, "replace").replace("\n", "")
    letters = sum(ARABIC_FREQUENCY.get(c, 0) for c in text)
    return letters / (len(text) * 20)


def _latin_score(high: bytes, encoding: str) -> float:
    text = high.decode(encoding, "replace").replace("\n", "")
    return sum(c in LATIN_LETTERS for c in text) / len(text)
