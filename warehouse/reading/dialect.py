"""The dialect of a delimited text: its delimiter, where its heading line stands, its headings."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass

from warehouse.contracts.contract import Contract
from warehouse.errors import Unreadable
from warehouse.findings import Finding
from warehouse.reading.headings import Headings, Vocabulary, resolve, vocabulary

DELIMITERS = (";", ",", "\t", "|")
HEADER_LINES = 30
"""Records searched for the headings: titles and notes may stand above them."""
HEAD = 256 * 1024
"""Bytes of the file's start that the headings are searched in."""


@dataclass(frozen=True)
class Dialect:
    """How a delimited text is cut: `lines_above` physical lines end with the heading record."""

    delimiter: str
    headings: Headings
    lines_above: int


@dataclass(frozen=True)
class _Candidate:
    matches: int
    delimiter: str
    cells: Sequence[str]
    last_line: int


def find_dialect(text: str, contract: Contract) -> tuple[Dialect, list[Finding]]:
    """The dialect of the file that starts with `text`, and findings on its headings.

    Raises Unreadable when no line holds headings of the contract.
    """
    words = vocabulary(contract)
    candidates = [
        candidate
        for delimiter in DELIMITERS
        if (candidate := _best_record(text[:HEAD], delimiter, words)) is not None
    ]
    if not candidates:
        raise Unreadable("no_header", contract=contract.id)
    best = max(candidates, key=lambda c: (c.matches, len(c.cells)))
    headings, findings = resolve(contract, best.cells)
    return Dialect(best.delimiter, headings, best.last_line), findings


def lenient_reader(lines: object, delimiter: str) -> "csv._reader":  # type: ignore[name-defined]
    """Python's own reader, which forgives blanks around quotes and quotes inside a cell."""
    return csv.reader(lines, delimiter=delimiter, skipinitialspace=True)  # type: ignore[arg-type]


def _best_record(text: str, delimiter: str, words: Vocabulary) -> _Candidate | None:
    """Of the first records cut at `delimiter`, the one that names most columns; else the first."""
    best: _Candidate | None = None
    reader = lenient_reader(text.split("\n"), delimiter)
    try:
        for _ in range(HEADER_LINES):
            cells = next(reader)
            names = len(set(words.matched(cells).values()))
            filled = any(cell.strip() for cell in cells)
            if filled and (best is None or names > best.matches):
                best = _Candidate(names, delimiter, cells, reader.line_num)
    except (StopIteration, csv.Error):
        return best
    return best
