"""Fixed-width text of several record types, such as CNSS's e-BDS, to frames of details.

Everything particular to one institution is in the contract's layout.
"""

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import polars as pl

from warehouse.contracts.contract import Contract, contracts
from warehouse.contracts.layout import Layout
from warehouse.errors import Unreadable
from warehouse.findings import Finding
from warehouse.reading import container
from warehouse.reading.details import Details
from warehouse.reading.encoding import byte_order_mark, wide_encoding
from warehouse.reading.extract import Extract, NamedPart
from warehouse.reading.lines import SNIFFED, Source, line_frames
from warehouse.reading.sequences import Parts, Plan, Sequencer
from warehouse.reading.shapes import check_shapes, measured
from warehouse.reading.stream import OpenStream
from warehouse.reading.totals import Totals

FOREIGN_RECORD = re.compile(r"[A-Z]\d\d\d{7}")
"""A line that begins like a record of some layout (e.g. A01 and an affiliate)."""
FIRST_LINES = 50
HEAD = 4096
"""Bytes of a member looked at to tell whether it is fixed width."""
DELIMITERS = frozenset(',;\t|"')


def is_fixed_width(head: bytes, contract: Contract) -> bool:
    """Whether a text that starts with `head` has records of the contract's layout.

    Raises wrong_layout when its lines are records, but none of this layout.
    """
    if contract.layout is None:
        return False
    lines = _first_lines(head, contract.layout)
    if _has_records(lines, contract.layout):
        return True
    if lines and all(FOREIGN_RECORD.match(line) for line in lines[:2]):
        expected = ", ".join(record.code for record in contract.layout.records)
        raise Unreadable("wrong_layout", found=_code(lines[0], contract.layout), expected=expected)
    return False


def contract_of_layout(head: bytes) -> str | None:
    """The contract whose layout a text that starts with `head` has, if any."""
    for contract in contracts().values():
        layout = contract.layout
        if layout is not None and _has_records(_first_lines(head, layout), layout):
            return contract.id
    return None


def names_part(name: str, contract: Contract) -> bool:
    """Whether a member's file name is that of a part (e.g. DS_0001234_202603.txt)."""
    return contract.layout is not None and bool(re.match(contract.layout.member_pattern, name))


def open_text(open_stream: OpenStream, name: str, contract: Contract) -> Extract:
    """The extract in one fixed-width file, of one part or many."""
    findings: list[Finding] = []
    _require_named(name, contract, findings)
    member = name if names_part(name, contract) else ""
    return _extract(contract, findings, [Source(member, open_stream)])


def _require_named(name: str, contract: Contract, findings: list[Finding]) -> None:
    """A supplement under another name would take the place of the main declaration."""
    mark = contract.layout.supplement_mark if contract.layout else ""
    if mark and mark in name.upper() and not names_part(name, contract):
        findings.append(Finding("unnamed_supplement", "error", member=name))


def open_archive(path: Path, members: Sequence[zipfile.ZipInfo], contract: Contract) -> Extract:
    """The extract in an archive of fixed-width files; other files are left out, and named."""
    findings: list[Finding] = []
    return _extract(contract, findings, _archive_sources(path, members, contract, findings))


def _archive_sources(
    path: Path, members: Sequence[zipfile.ZipInfo], contract: Contract, findings: list[Finding]
) -> Iterator[Source]:
    with container.open_archive(path) as archive:
        for member in members:
            name = container.member_name(member)
            if _is_record_file(archive, member, contract):
                _require_named(name, contract, findings)
                yield Source(name, partial(container.opened, archive, member))
            else:
                findings.append(Finding("skipped_member", "warning", member=name))


def _is_record_file(archive: zipfile.ZipFile, member: zipfile.ZipInfo, contract: Contract) -> bool:
    if names_part(container.member_name(member), contract):
        return True
    try:
        return is_fixed_width(container.read_head(archive, member, HEAD), contract)
    except Unreadable:
        return False


def _has_records(lines: Sequence[str], layout: Layout) -> bool:
    """Whether most of the first lines begin with a record code that no delimiter follows."""
    codes = {record.code for record in layout.records}
    end = layout.record_start - 1 + layout.record_width
    records = [
        line
        for line in lines
        if _code(line, layout) in codes and line[end : end + 1] not in DELIMITERS
    ]
    return len(records) * 2 > len(lines)


def _first_lines(head: bytes, layout: Layout) -> list[str]:
    """The first lines that are not blank; past ASCII their letters do not matter."""
    encoding = wide_encoding(head[:SNIFFED]) or "latin-1"
    _, mark = byte_order_mark(head)
    start = head[mark : mark + FIRST_LINES * (layout.width + 2)]
    text = start.decode(encoding, "replace")
    lines = text.replace("\r", "\n").split("\n")
    return [line for line in lines if line.strip()][:FIRST_LINES]


def _code(line: str, layout: Layout) -> str:
    start = layout.record_start - 1
    return line[start : start + layout.record_width].upper()


def _extract(contract: Contract, findings: list[Finding], sources: Iterable[Source]) -> Extract:
    parts: list[NamedPart] = []
    read = partial(_read, contract, findings, parts, sources)
    return Extract(contract, "fixed_width", findings, read, parts)


def _read(
    contract: Contract,
    findings: list[Finding],
    parts: list[NamedPart],
    sources: Iterable[Source],
) -> Iterator[pl.DataFrame]:
    if contract.layout is None:
        expected = container.format_names(contract.formats)
        raise Unreadable("wrong_format", found="TXT", expected=expected)
    reader = _Reader(contract, contract.layout, findings, parts)
    for frame in line_frames(sources, contract.layout.width, contract.layout.encoding):
        yield reader.take(frame)
    yield reader.close()
    if not parts:
        raise Unreadable("no_rows")


@dataclass
class _Reader:
    """Turns frames of lines into frames of details, and checks the structure on the way."""

    contract: Contract
    layout: Layout
    findings: list[Finding]
    parts: list[NamedPart]
    plan: Plan = field(init=False)
    sequencer: Sequencer = field(init=False)
    details: Details = field(init=False)
    totals: Totals = field(init=False)

    def __post_init__(self) -> None:
        self.plan = Plan(self.layout)
        self.sequencer = Sequencer(self.plan, Parts(self.plan, self.findings, self.parts))
        self.details = Details(self.plan, self.contract, self.findings)
        self.totals = Totals(self.plan, self.contract, self.findings)

    def take(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The details of one frame of lines as rows of the contract."""
        return self._rows(self.sequencer.take(frame))

    def close(self) -> pl.DataFrame:
        """The rows of what was held back; the last sequence is checked."""
        rows = self._rows(self.sequencer.close())
        self.totals.close()
        return rows

    def _rows(self, placed: pl.DataFrame) -> pl.DataFrame:
        lines = measured(placed, self.plan).drop("line")
        check_shapes(lines, self.plan, self.findings)
        cut = {
            record.code: self.details.cut(lines, record)
            for record in self.layout.records
            if record.role in ("detail", "total", "grand_total")
        }
        if lines.height:
            self.totals.take(lines, cut)
        return self.details.rows({r.code: cut[r.code] for r in self.layout.with_role("detail")})
