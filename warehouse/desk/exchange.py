"""Whole correspondences as files: out of the seeds and the decisions, and in as decisions."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path

from warehouse.codes import ANY_PROVIDER
from warehouse.desk.code_list import codes, list_of
from warehouse.desk.correspondence import COLUMNS, Correspondence, Fault, Line
from warehouse.desk.decision import Recorded, record, steward
from warehouse.desk.errors import CorrespondenceRefused, FileNotUnderstood, UnknownVariable
from warehouse.errors import FileNotReadable
from warehouse.settings import settings
from warehouse.source_code import matched

SKOS_QUALITIES = {
    "skos:exactMatch": "exact",
    "skos:closeMatch": "close",
    "skos:broadMatch": "broad",
    "skos:narrowMatch": "narrow",
}
"""The matches of SKOS, in which many correspondences are published."""
REQUIRED = ("source_code", "code")
DELIMITERS = ",;|\t"


def correspondence_of(variable: str) -> list[Correspondence]:
    """The rows of a variable: those that ship, and the decisions in force before them."""
    if not codes(list_of(variable)):
        raise UnknownVariable(variable=variable)
    decided = {_key(row): row for row in _decided(variable)}
    shipped = [row for row in _shipped(variable) if _key(row) not in decided]
    return sorted(
        [*shipped, *decided.values()],
        key=lambda r: (r.provider, r.source_code, *r.interval, r.code, r.quality),
    )


def written_csv(rows: Iterable[Correspondence]) -> str:
    """The rows as CSV with the columns of the seeds."""
    written = io.StringIO()
    writer = csv.DictWriter(written, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: asdict(row)[name] for name in COLUMNS} for row in rows)
    return written.getvalue()


def import_file(
    path: Path,
    variable: str,
    author: str,
    note: str,
    columns: Mapping[str, str],
    provider: str = ANY_PROVIDER,
) -> Recorded:
    """Record every row of a CSV or SDMX file as a decision, or refuse the file whole.

    `columns` says which column of the file is which of a correspondence, where they are called
    otherwise; `provider` is that of a file that names none.
    """
    return record(variable, lines_of(path, variable, columns, provider), author, note)


def lines_of(
    path: Path, variable: str, columns: Mapping[str, str], provider: str = ANY_PROVIDER
) -> list[Line]:
    """The rows of a file with their lines; raises what refuses it."""
    try:
        content = path.read_bytes()
    except OSError:
        raise FileNotReadable(file=path) from None
    first = content.lstrip(b"\xef\xbb\xbf \r\n")[:1]
    if first in (b"<", b"{"):
        from warehouse.desk.structure_map import read_structure_map

        return list(enumerate(read_structure_map(path, variable, provider), start=1))
    try:
        return _csv_lines(content.decode("utf-8-sig"), columns, provider, path.name)
    except UnicodeDecodeError:
        raise FileNotUnderstood(file=path.name, expected="UTF-8") from None


def _csv_lines(text: str, columns: Mapping[str, str], provider: str, file_name: str) -> list[Line]:
    heading = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=heading.count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    called = {name: columns.get(name, name) for name in COLUMNS}
    missing = [
        told
        for name, told in called.items()
        if told not in (reader.fieldnames or ()) and (name in REQUIRED or name in columns)
    ]
    if missing:
        raise FileNotUnderstood(file=file_name, expected=", ".join(missing))
    lines: list[Line] = []
    found: list[Fault] = []
    for record_read in reader:
        cells = {name: (record_read.get(told) or "").strip() for name, told in called.items()}
        days = {name: _day(cells[name]) for name in ("valid_from", "valid_to")}
        found += [
            Fault(reader.line_num, name, "no_such_day", cells[name])
            for name, day in days.items()
            if day is None and cells[name]
        ]
        lines.append((reader.line_num, _row(cells, days, provider, file_name)))
    if found:
        raise CorrespondenceRefused(found)
    return lines


def _row(
    cells: Mapping[str, str], days: Mapping[str, date | None], provider: str, file_name: str
) -> Correspondence:
    quality = cells["quality"] or "exact"
    return Correspondence(
        provider=cells["provider"] or provider,
        source_code=cells["source_code"],
        code=cells["code"],
        quality=SKOS_QUALITIES.get(quality, quality),
        source_label=cells["source_label"],
        valid_from=days["valid_from"],
        valid_to=days["valid_to"],
        source=cells["source"] or file_name,
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _key(row: Correspondence) -> tuple[str, str, date, date]:
    return row.provider, matched(row.source_code), *row.interval


def _shipped(variable: str) -> Iterator[Correspondence]:
    path = settings().dbt_dir / "seeds" / "correspondences" / f"{variable}.csv"
    if path.exists():
        text = path.read_text("utf-8")
        yield from (row for _, row in _csv_lines(text, {}, ANY_PROVIDER, path.name))


def _decided(variable: str) -> list[Correspondence]:
    """The decisions in force, the oldest first."""
    with steward() as session:
        rows = session.execute(
            """
            select
                provider, source_code, code, quality, coalesce(source_label, ''), valid_from,
                valid_to, coalesce(source, '')
            from codes.decision_in_force where variable = %s order by id
            """,
            [variable],
        ).fetchall()
    return [Correspondence(*row) for row in rows]
