"""The desk's lists as text, CSV or JSON."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import Any

from warehouse.desk.decision import Decision
from warehouse.desk.search import FoundCode
from warehouse.desk.unmapped import UnmappedCode
from warehouse.messages import counted, word
from warehouse.report.csv import inert


def unmapped_listing(rows: Sequence[UnmappedCode], format: str, lang: str) -> str:
    """The unknown codes with their suggestions; in CSV, one suggestion a row."""
    if format == "csv":
        return _csv(flat for row in rows for flat in _flat(row))
    if format == "json":
        return _json(rows)
    if not rows:
        return word("no_unmapped_code", lang)
    return "\n".join(line for row in rows for line in _unmapped_lines(row, lang))


def decision_listing(rows: Sequence[Decision], format: str, lang: str) -> str:
    """The decisions."""
    if format == "csv":
        return _csv(map(asdict, rows))
    if format == "json":
        return _json(rows)
    if not rows:
        return word("no_decision", lang)
    return "\n".join(_decision_line(row, lang) for row in rows)


def code_listing(rows: Sequence[FoundCode], format: str, lang: str) -> str:
    """Codes found, with their labels in the three languages."""
    if format == "csv":
        return _csv(map(asdict, rows))
    if format == "json":
        return _json(rows)
    if not rows:
        return word("no_code_found", lang)
    return "\n".join(
        f"{r.code_list:<24} {r.code:<8} {r.label_fr} · {r.label_ar} · {r.label_en}" for r in rows
    )


def _unmapped_lines(row: UnmappedCode, lang: str) -> Iterator[str]:
    periods = " … ".join(dict.fromkeys((row.first_period, row.last_period)))
    said = counted("unmapped_rows", row.row_count, lang)
    told = " / ".join(row.labels)
    value = "" if told == row.source_code else f"  « {told} »"
    state = "" if row.state == "accepted" else f"  {word(f'unmapped_in_{row.state}', lang)}"
    yield f"{row.provider}  {row.variable}  {row.source_code}{value}  {said}  {periods}{state}"
    for s in row.suggestions:
        why = word(f"suggested_{s.reason}", lang, about=s.about)
        yield f"    {s.code:<8} {s.score:.2f}  {why}"


def _decision_line(row: Decision, lang: str) -> str:
    status = word(f"decision_is_{row.status}", lang)
    people = " + ".join(name for name in (row.decided_by, row.approved_by) if name)
    days = " … ".join(str(day or "") for day in (row.valid_from, row.valid_to))
    validity = f"  {days}" if row.valid_from or row.valid_to else ""
    return (
        f"{row.id:>6}  {row.decided_at:%Y-%m-%d}  {status:<10}  {row.variable}  {row.provider}  "
        f"{row.source_code} → {row.code} ({row.quality}){validity}  {people}  {row.note or ''}"
    )


def _flat(row: UnmappedCode) -> Iterator[dict[str, Any]]:
    told = {k: v for k, v in asdict(row).items() if k not in ("labels", "suggestions")}
    told["labels"] = " / ".join(row.labels)
    for found in row.suggestions:
        yield {
            **told,
            "suggestion": found.code,
            "score": found.score,
            "reason": found.reason,
            "about": found.about,
        }
    if not row.suggestions:
        yield {**told, "suggestion": "", "score": "", "reason": "", "about": ""}


def _csv(rows: Iterable[dict[str, Any]]) -> str:
    """The rows with their names as heading; no cell can act as a formula."""
    listed = list(rows)
    written = io.StringIO()
    if listed:
        writer = csv.DictWriter(written, list(listed[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(
            {k: inert(v) if isinstance(v, str) else v for k, v in row.items()} for row in listed
        )
    return written.getvalue()


def _json(rows: Iterable[Any]) -> str:
    return json.dumps([asdict(row) for row in rows], ensure_ascii=False, indent=1, default=str)
