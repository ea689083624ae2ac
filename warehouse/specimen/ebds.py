"""e-BDS files: one employer's declaration of a month as fixed-width records of 260 characters.

Records of an employer, in order: B00, B01, B02 per known worker, B03 (their totals), B04 per
entrant or one blank B04, B05 (their totals), B06 (grand totals). Amounts are centimes,
right-justified and zero-filled. Positions are those of the published layout, from 1.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from warehouse.specimen.declared import SITUATIONS
from warehouse.specimen.employment import Ints

Bytes = NDArray[np.uint8]

WIDTH = 260
LINE = WIDTH + 2  # with CRLF
CHUNK_LINES = 100_000
FOUR_DIGITS = np.array([list(b"%04d" % number) for number in range(10_000)], dtype=np.uint8)


@dataclass(frozen=True)
class Records:
    """Declared workers as columns, in order of employer; one row is one B02 or B04 record.

    Amounts in centimes; `situation` is a position in SITUATIONS; names are 30 bytes of ASCII,
    `cin` 8 bytes (B04 only).
    """

    affiliate: Ints
    insured: Ints
    family: NDArray[np.bytes_]
    given: NDArray[np.bytes_]
    cin: NDArray[np.bytes_]
    children: Ints
    allowance: Ints
    allowance_deducted: Ints
    allowance_returned: Ints
    days: Ints
    wage: Ints
    capped_wage: Ints
    situation: Ints
    is_entrant: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.affiliate)

    def at(self, rows: Ints | NDArray[np.bool_] | slice) -> "Records":
        """The records at some positions."""
        return Records(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})


@dataclass(frozen=True)
class Declaration:
    """One employer's e-BDS: its affiliation number and its lines, CRLF included."""

    affiliate: int
    content: bytes


def declarations(records: Records, period: str) -> Iterator[Declaration]:
    """The e-BDS of each employer of `records` (in order of employer) for a month."""
    for chunk in chunks(records):
        affiliates, content, first_lines = encoded(chunk, period)
        ends = [*first_lines[1:].tolist(), len(content)]
        for affiliate, start, end in zip(affiliates, first_lines.tolist(), ends, strict=True):
            yield Declaration(int(affiliate), content[start:end].tobytes())


def long_file(records: Records, period: str) -> Iterator[bytes]:
    """The e-BDS of all employers one after the other, in pieces of some megabytes."""
    for chunk in chunks(records):
        yield encoded(chunk, period)[1].tobytes()


def chunks(records: Records) -> Iterator[Records]:
    """Runs of whole employers, about CHUNK_LINES records each."""
    starts = employer_starts(records.affiliate)
    cut = np.unique(
        starts[
            np.searchsorted(starts, np.arange(0, len(records), CHUNK_LINES)).clip(
                max=len(starts) - 1
            )
        ]
    )
    for start, end in zip(cut.tolist(), [*cut[1:].tolist(), len(records)], strict=True):
        yield records.at(slice(start, end))


def employer_starts(affiliate: Ints) -> Ints:
    """Where each employer's rows begin."""
    changes = np.flatnonzero(np.diff(affiliate, prepend=-1))
    return changes.astype(np.int64)


def encoded(records: Records, period: str) -> tuple[Ints, Bytes, Ints]:
    """Affiliation numbers, lines (n x 262 bytes), and the first line of each employer."""
    starts = employer_starts(records.affiliate)
    affiliates = records.affiliate[starts]
    employer = np.repeat(np.arange(len(starts)), np.diff(starts, append=len(records)))
    entrants = np.bincount(employer[records.is_entrant], minlength=len(starts))
    known = np.bincount(employer[~records.is_entrant], minlength=len(starts))
    size = 5 + known + np.maximum(entrants, 1)
    first = np.concatenate([[0], np.cumsum(size)[:-1]])
    lines = np.full((int(size.sum()), LINE), ord(" "), dtype=np.uint8)
    lines[:, WIDTH:] = (13, 10)
    put_header(lines, first, affiliates, period)
    b02, b04 = records.at(~records.is_entrant), records.at(records.is_entrant)
    at_b02 = first[employer[~records.is_entrant]] + 2 + rank(employer[~records.is_entrant])
    after_b02 = first + 2 + known
    at_b04 = after_b02[employer[records.is_entrant]] + 1 + rank(employer[records.is_entrant])
    lines[at_b02] = b02_lines(b02, period)
    lines[at_b04] = b04_lines(b04, period)
    none = entrants == 0
    lines[after_b02[none] + 1] = blank_b04(affiliates[none], period)
    totals_b02 = totals(b02, check_sums(b02), employer[~records.is_entrant], len(starts))
    entrant_sums = b04.insured + b04.days + b04.wage + b04.capped_wage
    totals_b04 = totals(b04, entrant_sums, employer[records.is_entrant], len(starts))
    grand = {name: totals_b02[name] + totals_b04[name] for name in totals_b02}
    lines[after_b02] = b03_lines(affiliates, period, totals_b02)
    lines[first + size - 2] = total_lines(b"B05", affiliates, period, totals_b04)
    lines[first + size - 1] = total_lines(b"B06", affiliates, period, grand)
    return affiliates, lines, first


def check_sums(records: Records) -> Ints:
    """S_Ctr of B02 records; an SO counts 1, a DE 2, ... an MP 8, no situation 0."""
    return (
        records.insured
        + records.allowance_returned
        + records.days
        + records.wage
        + records.capped_wage
        + records.situation
    )


def rank(employer: Ints) -> Ints:
    """The position of each row among its employer's rows, from 0."""
    starts = employer_starts(employer)
    return np.arange(len(employer)) - np.repeat(starts, np.diff(starts, append=len(employer)))


def totals(records: Records, check_sum: Ints, employer: Ints, count: int) -> dict[str, Ints]:
    """Sums over each employer's records, by column name."""
    bounds = np.searchsorted(employer, np.arange(count + 1))
    columns = {
        "workers": np.ones(len(records), dtype=np.int64),
        "children": records.children,
        "allowance": records.allowance,
        "allowance_deducted": records.allowance_deducted,
        "allowance_net": records.allowance - records.allowance_deducted,
        "insured": records.insured,
        "allowance_returned": records.allowance_returned,
        "days": records.days,
        "wage": records.wage,
        "capped_wage": records.capped_wage,
        "check_sum": check_sum,
    }
    running = {name: np.concatenate([[0], np.cumsum(values)]) for name, values in columns.items()}
    return {name: sums[bounds[1:]] - sums[bounds[:-1]] for name, sums in running.items()}


def put_header(lines: Bytes, first: Ints, affiliates: Ints, period: str) -> None:
    """Write each employer's B00 and B01 records into `lines`."""
    put(lines, first, 1, text(b"B00", len(first), 3))
    put(lines, first, 4, digits(affiliates, 14))
    put(lines, first, 18, text(b"B0", len(first), 2))
    b01 = opened(b"B01", affiliates, period)
    b01[:, 16:56] = text(b"SPECIMEN SOCIETE", len(first), 40)
    b01[:, 33:40] = digits(affiliates, 7)
    b01[:, 56:96] = text(b"SPECIMEN ACTIVITE", len(first), 40)
    b01[:, 96:216] = text(b"SPECIMEN ADRESSE", len(first), 120)
    b01[:, 216:236] = text(b"SPECIMEN VILLE", len(first), 20)
    b01[:, 236:244] = ord("0")
    b01[:, 244:260] = text(2 * (period.replace("-", "") + "10").encode(), len(first), 16)
    put(lines, first + 1, 1, b01)


def opened(code: bytes, affiliates: Ints, period: str) -> Bytes:
    """Lines with the record code, the affiliation number and the month in columns 1 to 16."""
    lines = np.full((len(affiliates), WIDTH), ord(" "), dtype=np.uint8)
    lines[:, 0:3] = list(code)
    lines[:, 3:10] = digits(affiliates, 7)
    lines[:, 10:16] = list(period.replace("-", "").encode())
    return lines


def b02_lines(records: Records, period: str) -> Bytes:
    """B02 records: workers the employer already had."""
    lines = opened(b"B02", records.affiliate, period)
    lines[:, 16:25] = digits(records.insured, 9)
    lines[:, 25:55] = padded(records.family, 30)
    lines[:, 55:85] = padded(records.given, 30)
    lines[:, 85:87] = digits(records.children, 2)
    lines[:, 87:93] = digits(records.allowance, 6)
    lines[:, 93:99] = digits(records.allowance_deducted, 6)
    lines[:, 99:105] = digits(records.allowance - records.allowance_deducted, 6)
    lines[:, 105:111] = digits(records.allowance_returned, 6)
    lines[:, 111:113] = digits(records.days, 2)
    lines[:, 113:126] = digits(records.wage, 13)
    lines[:, 126:135] = digits(records.capped_wage, 9)
    lines[:, 135:137] = padded(SITUATIONS[records.situation], 2)
    lines[:, 137:156] = digits(check_sums(records), 19)
    return with_line_ends(lines)


def b04_lines(records: Records, period: str) -> Bytes:
    """B04 records: entrants of the month."""
    lines = opened(b"B04", records.affiliate, period)
    lines[:, 16:25] = digits(records.insured, 9)
    lines[:, 25:55] = padded(records.family, 30)
    lines[:, 55:85] = padded(records.given, 30)
    lines[:, 85:93] = padded(records.cin, 8)
    lines[:, 93:95] = digits(records.days, 2)
    lines[:, 95:108] = digits(records.wage, 13)
    lines[:, 108:117] = digits(records.capped_wage, 9)
    check_sum = records.insured + records.days + records.wage + records.capped_wage
    lines[:, 117:136] = digits(check_sum, 19)
    return with_line_ends(lines)


def blank_b04(affiliates: Ints, period: str) -> Bytes:
    """The one B04 of an employer without entrants: blanks and zeros."""
    lines = opened(b"B04", affiliates, period)
    lines[:, 16:25] = ord("0")
    lines[:, 93:136] = ord("0")
    return with_line_ends(lines)


def b03_lines(affiliates: Ints, period: str, total: dict[str, Ints]) -> Bytes:
    """B03 records: totals over the B02 records."""
    lines = opened(b"B03", affiliates, period)
    widths = {
        "workers": 6, "children": 6, "allowance": 12, "allowance_deducted": 12,
        "allowance_net": 12, "insured": 15, "allowance_returned": 12, "days": 6, "wage": 15,
        "capped_wage": 13, "check_sum": 19,
    }  # fmt: skip
    return with_line_ends(put_in_row(lines, total, widths))


def total_lines(code: bytes, affiliates: Ints, period: str, total: dict[str, Ints]) -> Bytes:
    """B05 records (totals over B04) or B06 records (over both)."""
    lines = opened(code, affiliates, period)
    widths = {"workers": 6, "insured": 15, "days": 6, "wage": 15, "capped_wage": 13,
              "check_sum": 19}  # fmt: skip
    return with_line_ends(put_in_row(lines, total, widths))


def put_in_row(lines: Bytes, total: dict[str, Ints], widths: dict[str, int]) -> Bytes:
    """The lines with totals one after the other from column 17 on."""
    start = 16
    for name, width in widths.items():
        lines[:, start : start + width] = digits(total[name], width)
        start += width
    return lines


def with_line_ends(lines: Bytes) -> Bytes:
    """The lines with CRLF."""
    ends = np.tile(np.array([13, 10], dtype=np.uint8), (len(lines), 1))
    return np.hstack([lines, ends])


def put(lines: Bytes, rows: Ints, column: int, block: Bytes) -> None:
    """Write a block of characters into some lines from a column (from 1) on."""
    lines[rows, column - 1 : column - 1 + block.shape[1]] = block


def text(value: bytes, count: int, width: int) -> Bytes:
    """The same left-justified text on every line."""
    return np.tile(np.frombuffer(value.ljust(width), dtype=np.uint8), (count, 1))


def padded(values: NDArray[np.bytes_], width: int) -> Bytes:
    """Left-justified text of each row, filled with spaces."""
    block = values.astype(f"S{width}").view(np.uint8).reshape(len(values), width)
    return np.where(block == 0, np.uint8(ord(" ")), block)


def digits(values: Ints, width: int) -> Bytes:
    """Zero-filled decimal digits of each row, four digits at a time."""
    groups = -(-width // 4)
    block = np.empty((len(values), groups * 4), dtype=np.uint8)
    rest = values
    for group in range(groups - 1, -1, -1):
        rest, four = np.divmod(rest, 10_000)
        block[:, group * 4 : group * 4 + 4] = FOUR_DIGITS[four]
    return block[:, groups * 4 - width :]
