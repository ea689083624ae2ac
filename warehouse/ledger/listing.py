"""The ledger for people and for programs: text, lines of JSON, CSV; what a verification said."""

import csv
import io
import json
from collections.abc import Iterable
from typing import Literal

from warehouse.ledger.entry import Anchor, Entry, Fault
from warehouse.ledger.reading import COLUMNS, Verified, exported
from warehouse.messages import counted, message, words

Format = Literal["text", "jsonl", "csv"]


def written(entries: Iterable[Entry], format: Format, lang: str) -> str:
    """The entries in one of the formats; lines of JSON can be verified without the database."""
    if format == "jsonl":
        return "".join(json.dumps(exported(e), ensure_ascii=False) + "\n" for e in entries)
    if format == "csv":
        return _csv(entries)
    lines = [_line(entry, lang) for entry in entries]
    return "\n".join(lines) if lines else words("ledger")["empty"][lang]


def _csv(entries: Iterable[Entry]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for entry in entries:
        told = {name: getattr(entry, name) for name in COLUMNS}
        told["recorded_at"] = entry.recorded_at.isoformat()
        writer.writerow(told.values())
    return text.getvalue()


def _line(entry: Entry, lang: str) -> str:
    """One entry in a line: number, instant, actor, act, subject and the start of its hash."""
    said = words("ledger")["actions"].get(entry.action, {}).get(lang, entry.action)
    at = f"{entry.recorded_at:%Y-%m-%d %H:%M:%S}"
    return f"{entry.number:>6}  {at}  {entry.hash[:12]}  {entry.actor}  {entry.subject}  {said}"


def verified_text(found: Verified, lang: str) -> str:
    """What the verification found: one sentence, then a line for each fault."""
    values = {
        "entries": counted("ledger_entries", found.entries, lang),
        "anchors": counted("ledger_anchors", found.anchors, lang),
        "faults": counted("ledger_faults", len(found.faults), lang),
        "head": anchor_text(found.head) if found.head else "–",
    }
    said = message("ledger_faulty" if found.faults else "ledger_sound", lang, **values)
    return "\n".join([said.text, *(_fault(f, lang) for f in found.faults), said.hint])


def _fault(fault: Fault, lang: str) -> str:
    template: str = words("ledger")["faults"][fault.kind][lang]
    return "  " + template.format(number=fault.number, place=fault.place)


def anchor_text(anchor: Anchor) -> str:
    """The anchor as `simimo ledger verify --anchor` takes it."""
    return f"{anchor.number}:{anchor.hash}"
