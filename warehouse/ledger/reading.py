"""Reading the ledger, from the database or from an export, and holding it to what others know."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import class_row

from warehouse.errors import FileNotReadable, SimimoError
from warehouse.ledger.entry import Anchor, Entry, Fault, canonical_content, faults
from warehouse.ledger.kept import kept_faults

BATCH = 5_000
"""Entries read from the database at a time."""

COLUMNS = tuple(Entry.__dataclass_fields__)


class InvalidLedgerFile(SimimoError):
    """A line of an exported ledger cannot be read as an entry."""

    key = "invalid_ledger_file"


@dataclass(frozen=True)
class Verified:
    """What a verification read: how many entries, the last one, the anchors held, the faults."""

    entries: int
    head: Anchor | None
    anchors: int
    faults: tuple[Fault, ...]


def entries(
    session: psycopg.Connection[Any], action: str | None = None, first: int = 1
) -> Iterator[Entry]:
    """The entries from number `first` on, those of `action` alone where it is given."""
    with session.cursor(name="ledger", row_factory=class_row(Entry)) as rows:
        rows.itersize = BATCH
        yield from rows.execute(
            f"select {', '.join(COLUMNS)} from ledger.entry "
            "where number >= %(first)s and (%(action)s::text is null or action = %(action)s) "
            "order by number",
            {"first": first, "action": action},
        )


def entry_of(session: psycopg.Connection[Any], subject: str, action: str) -> Anchor | None:
    """Where the first entry of an act on `subject` stands; None where the act is older."""
    row = session.execute(
        "select number, hash from ledger.entry where subject = %s and action = %s "
        "order by number limit 1",
        [subject, action],
    ).fetchone()
    return Anchor(*row) if row else None


def released_anchors(session: psycopg.Connection[Any]) -> list[Anchor]:
    """The anchors that the manifests of the releases hold."""
    rows = session.execute(
        "select number, manifest -> 'ledger' from release.release "
        "where manifest ? 'ledger' order by number"
    )
    return [
        Anchor(int(told["number"]), str(told["hash"]), f"release {release}")
        for release, told in rows
    ]


def verify(session: psycopg.Connection[Any], anchors: Sequence[Anchor] = ()) -> Verified:
    """Recompute the ledger, hold it to `anchors` and those of the releases, and the tables to it.

    `session` acts as simimo_pipeline.
    """
    held = [*released_anchors(session), *anchors]
    found = verified(entries(session), held)
    if any(fault.kind in ("changed", "uncanonical") for fault in found.faults):
        # What the tables should say is not to be read of an entry that was changed.
        return found
    return replace(found, faults=(*found.faults, *kept_faults(session)))


def verified(found: Iterable[Entry], anchors: Sequence[Anchor]) -> Verified:
    """What a chain of entries betrays, with how far it goes."""
    seen: list[Anchor] = []
    count = 0

    def counting() -> Iterator[Entry]:
        nonlocal count
        for entry in found:
            count += 1
            seen[:] = [entry.anchor]
            yield entry

    told = tuple(faults(counting(), anchors))
    return Verified(count, seen[0] if seen else None, len(anchors), told)


def exported(entry: Entry) -> Mapping[str, Any]:
    """An entry as a line of JSON tells it, its content as an object."""
    told = {name: getattr(entry, name) for name in COLUMNS}
    return told | {
        "recorded_at": entry.recorded_at.isoformat(),
        "content": _object_or_text(entry.content),
    }


def _object_or_text(content: str) -> Any:
    try:
        return json.loads(content)
    except ValueError:
        return content


def read_file(path: Path) -> Iterator[Entry]:
    """The entries of an export in lines of JSON; raises FileNotReadable, InvalidLedgerFile."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise FileNotReadable(file=path) from None
    for number, line in enumerate(lines, start=1):
        try:
            yield _imported(json.loads(line))
        except (ValueError, TypeError, KeyError):
            raise InvalidLedgerFile(file=path.name, line=number) from None


def _imported(told: Mapping[str, Any]) -> Entry:
    content = told["content"]
    given = {name: told[name] for name in COLUMNS}
    return Entry(
        **given
        | {
            "number": int(told["number"]),
            "recorded_at": datetime.fromisoformat(told["recorded_at"]),
            "content": content if isinstance(content, str) else canonical_content(content),
        }
    )
