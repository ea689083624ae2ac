"""Read and check one file, batch by batch: the same for `simimo check` and `simimo receive`."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import polars as pl

from warehouse.checks import CellChecks
from warehouse.codes import Known, known_codes
from warehouse.contracts.contract import Contract, contract
from warehouse.door import Door
from warehouse.errors import FileNotReadable, Unreadable
from warehouse.findings import Finding, FindingLog, PartResult, Report, State
from warehouse.masking import masked_name
from warehouse.periods import require_period
from warehouse.vault import sha256_of

if TYPE_CHECKING:
    from warehouse.reading.extract import Extract, NamedPart

LISTED_PARTS = 1_000
"""Parts named one by one in a report; their true number stands in part_counts."""

PART_SCHEMA = {
    "part": pl.String,
    "rows": pl.UInt32,
    "errors": pl.UInt32,
    "line": pl.Int64,
    "member": pl.String,
}

Item = TypeVar("Item")
Load = Callable[[pl.DataFrame], None]


@dataclass(frozen=True)
class Examination:
    """What was read and found: `parts` has one row a part (part, rows, errors, line, member).

    `unknown` has one row an unknown code of a column, see `Door.unknown`.
    """

    rows: int
    log: FindingLog
    parts: pl.DataFrame
    unknown: pl.DataFrame

    @property
    def is_accepted(self) -> bool:
        """Whether at least one part has rows to keep and no error."""
        return not self.accepted_parts.is_empty()

    @property
    def accepted_parts(self) -> pl.DataFrame:
        """The parts without an error."""
        return self.parts.filter(pl.col("errors") == 0)

    @property
    def rejected_parts(self) -> pl.DataFrame:
        """The parts with an error."""
        return self.parts.filter(pl.col("errors") > 0)


def check_file(path: Path, contract_id: str, period: str, is_specimen: bool = False) -> Report:
    """Check a file offline: no database, nothing kept."""
    found = contract(contract_id)
    require_period(found, period)
    require_readable(path)
    examined = examine(path, found, period, known_codes(found, period=period), is_specimen)
    return report_of(path, found, period, is_specimen, examined, sha256_of(path))


def require_readable(path: Path) -> None:
    """Raise FileNotReadable where `path` is no file that can be opened."""
    try:
        with path.open("rb"):
            pass
    except OSError as error:
        raise FileNotReadable(file=masked_name(path.name)) from error


def examine(
    path: Path,
    contract: Contract,
    period: str,
    known: Known,
    is_specimen: bool,
    load: Load | None = None,
) -> Examination:
    """Read `path` under `contract` and check every row, handing what may pass to `load`."""
    from warehouse.reading import open_extract

    checks = CellChecks(contract, period, known, is_specimen)
    door = Door(contract, known)
    tally = _PartTally(checks.log)
    try:
        extract = open_extract(path, contract)
        batches = _drained(extract)
        # Only where the server works beside is a batch in hand worth its memory.
        for batch, findings in _ahead(batches) if load else batches:
            rows = _with_parts(batch, contract)
            tally.drain(findings)
            tally.add(rows, checks.check(rows))
            if load is not None:
                load(door.admitted(rows, checks.kept_back))
        tally.drain(extract.findings)
        tally.name(extract.parts)
    except Unreadable as fault:
        values = {name: str(value) for name, value in fault.values.items()}
        tally.drain([Finding(fault.rule, "error", values=values)])
    tally.errors.append(checks.finish())
    return replace(tally.result(), unknown=door.unknown())


def _drained(extract: "Extract") -> Iterator[tuple[pl.DataFrame, list[Finding]]]:
    """Each batch with the reader's findings up to it."""
    for batch in extract.batches():
        findings = extract.findings.copy()
        extract.findings.clear()
        yield batch, findings


def _ahead(items: Iterator[Item]) -> Iterator[Item]:
    """The same items, the next one being made in a second thread while one is worked on."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        end = object()
        coming = pool.submit(next, items, end)
        while (item := coming.result()) is not end:
            coming = pool.submit(next, items, end)
            yield item  # type: ignore[misc]


def _with_parts(batch: pl.DataFrame, contract: Contract) -> pl.DataFrame:
    """Name the parts of a delimited file by its part column; a layout has named them already."""
    if contract.part_column is None or (batch["part"] != "").any():
        return batch
    return batch.with_columns(part=pl.col(contract.part_column).fill_null(""))


class _PartTally:
    """Rows and errors of each part, batch by batch."""

    def __init__(self, log: FindingLog) -> None:
        self._log = log
        self._rows: list[pl.DataFrame] = []
        self.errors: list[pl.DataFrame] = []

    def drain(self, findings: list[Finding]) -> None:
        """Add the reader's own findings to the log."""
        for finding in findings:
            self._log.add(finding)
        errors = [f.part for f in findings if f.severity == "error"]
        if errors:
            self.errors.append(pl.DataFrame({"part": errors}).group_by("part").agg(_count()))

    def add(self, rows: pl.DataFrame, errors: pl.Series) -> None:
        """Count the rows of a batch and their errors."""
        counted = (
            rows.select("part", "line_number", "member", errors=errors)
            .group_by("part")
            .agg(
                pl.len().alias("rows"),
                pl.col("errors").sum().cast(pl.UInt32),
                pl.col("line_number").first().alias("line"),
                pl.col("member").first(),
            )
        )
        self._rows.append(counted)

    def name(self, parts: "list[NamedPart]") -> None:
        """Add the parts that the file names: one without a record replaces its earlier version."""
        rows = [{"part": p.part, "line": p.line, "member": p.member} for p in parts]
        zero = pl.lit(0, pl.UInt32)
        named = pl.DataFrame(rows, {n: PART_SCHEMA[n] for n in ("part", "line", "member")})
        self._rows.append(named.with_columns(rows=zero, errors=zero).select(PART_SCHEMA.keys()))

    def result(self) -> Examination:
        """All parts with their rows and errors, a file-wide error counting for each."""
        rows = pl.concat([_no_parts(), *self._rows], how="vertical_relaxed")
        errors = pl.concat([_no_errors(), *self.errors], how="vertical_relaxed")
        merged = (
            pl.concat([rows, errors], how="diagonal_relaxed")
            .group_by("part", maintain_order=True)
            .agg(
                pl.col("rows").sum(),
                pl.col("errors").sum(),
                pl.col("line").min(),
                pl.col("member").drop_nulls().first(),
            )
        )
        return Examination(int(rows["rows"].sum()), self._log, _spread(merged), pl.DataFrame())


def _count() -> pl.Expr:
    return pl.len().alias("errors")


def _no_parts() -> pl.DataFrame:
    return pl.DataFrame(schema=PART_SCHEMA)


def _no_errors() -> pl.DataFrame:
    return pl.DataFrame(schema={"part": pl.String, "errors": pl.UInt32})


def _spread(parts: pl.DataFrame) -> pl.DataFrame:
    """A file-wide error rejects every part: add it to each, and drop the empty part beside them."""
    file_wide = parts.filter(pl.col("part") == "")
    named = parts.filter(pl.col("part") != "")
    if named.is_empty() or file_wide.is_empty():
        return parts
    if file_wide["rows"].item():
        # Rows that name no part cannot be kept apart from the others.
        return pl.concat([named, file_wide]).with_columns(
            errors=pl.col("errors") + file_wide["errors"].item()
        )
    return named.with_columns(errors=pl.col("errors") + file_wide["errors"].item())


def report_of(
    path: Path,
    contract: Contract,
    period: str,
    is_specimen: bool,
    examined: Examination,
    sha256: str,
    state: State | None = None,
) -> Report:
    """The report of an examination; nothing in it identifies a person or an employer."""
    labels = _labels(examined.parts)
    decided: State = state or ("accepted" if examined.is_accepted else "rejected")
    kept = examined.accepted_parts.height
    counts = {"accepted": kept, "rejected": examined.parts.height - kept}
    return Report(
        contract=contract.id,
        contract_version=contract.version,
        provider=contract.provider,
        period=period,
        file_name=masked_name(path.name),
        sha256=sha256,
        size_bytes=path.stat().st_size,
        rows=examined.rows,
        is_specimen=is_specimen,
        state=decided,
        part_counts={name: n for name, n in counts.items() if n},
        parts=_part_results(examined, labels),
        findings=tuple(_presentable(f, labels) for f in examined.log.findings),
        counts=examined.log.counts,
    )


def _labels(parts: pl.DataFrame) -> dict[str, str]:
    rows = parts.select("part", "line", "member").iter_rows()
    return {part: part_label(part, line, member or "") for part, line, member in rows}


def part_label(part: str, line: int | None, member: str) -> str:
    """A part as a report may show it (e.g. '•••••34 · L1203'); its member file says it better."""
    if part == "":
        return ""
    if member:
        return masked_name(member)
    number, _, supplement = part.partition("/")
    shown = "•" * max(len(number) - 2, 0) + number[-2:]
    return f"{shown}{'/' + supplement if supplement else ''} · L{line}"


def _part_results(examined: Examination, labels: dict[str, str]) -> tuple[PartResult, ...]:
    parts = examined.parts
    listed = parts if parts.height == 1 else examined.rejected_parts.head(LISTED_PARTS)
    return tuple(
        PartResult(
            part=labels[row["part"]],
            label=labels[row["part"]],
            state="rejected" if row["errors"] else "accepted",
            rows=row["rows"],
            errors=row["errors"],
        )
        for row in listed.to_dicts()
    )


def _presentable(finding: Finding, labels: dict[str, str]) -> Finding:
    return replace(finding, part=labels.get(finding.part, ""), member=masked_name(finding.member))
