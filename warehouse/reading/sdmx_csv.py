"""SDMX-CSV 1.0 and 2.x: which columns are structure, which actions may stand in a row."""

import re
from collections.abc import Callable
from dataclasses import replace

import polars as pl

from warehouse.contracts.contract import Contract
from warehouse.errors import Unreadable
from warehouse.findings import Finding
from warehouse.reading.dialect import Dialect, find_dialect

STRUCTURE = re.compile(r"^(DATAFLOW|STRUCTURE_ID)(\[.\])?$")
ACTION = "ACTION"
ACTIONS = ("I", "A", "R", "M")
"""Information, append, replace, merge: the row is an observation."""
STRUCTURE_KEY, ACTION_KEY = "@structure", "@action"


def find_sdmx_dialect(text: str, contract: Contract) -> tuple[Dialect, list[Finding]]:
    """The dialect of an SDMX-CSV text, its structural columns under @ names.

    Raises wrong_format when the heading line names no dataflow.
    """
    dialect, findings = find_dialect(text, contract)
    cells = [cell.strip() for cell in dialect.headings.cells]
    structure = [i for i, cell in enumerate(cells) if STRUCTURE.match(cell)]
    if not structure:
        raise Unreadable("wrong_format", found="CSV", expected="SDMX-CSV")
    positions = {**dialect.headings.positions, STRUCTURE_KEY: structure[0]}
    if ACTION in cells:
        positions[ACTION_KEY] = cells.index(ACTION)
    headings = replace(dialect.headings, positions=positions)
    return replace(dialect, headings=headings), findings


def inspector(findings: list[Finding]) -> Callable[[pl.DataFrame], pl.DataFrame]:
    """A check of each frame: one structure throughout, and no row that deletes."""
    first: list[str | None] = []

    def inspect(frame: pl.DataFrame) -> pl.DataFrame:
        if frame.height and not first:
            first.append(frame[STRUCTURE_KEY][0])
        if frame.height:
            _check_structure(frame, first[0], findings)
        return _without_deletions(frame, findings)

    return inspect


def _check_structure(frame: pl.DataFrame, expected: str | None, findings: list[Finding]) -> None:
    other = frame.filter(pl.col(STRUCTURE_KEY).ne_missing(expected))
    for line, found in other.select("line_number", STRUCTURE_KEY).iter_rows():
        values = {"expected": expected or "", "found": found or ""}
        findings.append(Finding("other_structure", "error", line=line, value=found, values=values))


def _without_deletions(frame: pl.DataFrame, findings: list[Finding]) -> pl.DataFrame:
    if ACTION_KEY not in frame.columns:
        return frame
    is_kept = pl.col(ACTION_KEY).is_null() | pl.col(ACTION_KEY).is_in(ACTIONS)
    for line, action in frame.filter(~is_kept).select("line_number", ACTION_KEY).iter_rows():
        values = {"found": action, "expected": ", ".join(ACTIONS)}
        findings.append(
            Finding("other_action", "error", line=line, column=ACTION, value=action, values=values)
        )
    return frame.filter(is_kept)
