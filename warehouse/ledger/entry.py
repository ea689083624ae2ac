"""An entry of the ledger, its canonical bytes, and what a chain of entries betrays.

The hash of an entry is SHA-256 over its canonical bytes, in which the hash of the entry before
stands: who changes one entry has to change every later one, and the anchors that others hold.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from warehouse.errors import SimimoError

FIRST_PREVIOUS = "0" * 64
"""What stands for the hash before the first entry."""

Value = str | int | bool | None
Content = Mapping[str, Value]
"""What was done, in words and numbers that tell of no person."""

Kind = Literal[
    "changed",
    "uncanonical",
    "unlinked",
    "missing",
    "disordered",
    "cut",
    "rewritten",
    "unentered",
    "lost",
    "differs",
]


class InvalidAnchor(SimimoError):
    """An anchor is written NUMBER:HASH."""

    key = "invalid_anchor"


@dataclass(frozen=True)
class Anchor:
    """A place of the ledger that is known elsewhere: the number of an entry and its hash.

    It stands in receipts and in the manifests of releases; `place` says where (e.g. release 3).
    """

    number: int
    hash: str
    place: str = ""

    def to_json(self) -> dict[str, int | str]:
        """The anchor as a receipt or a manifest tells it."""
        return {"number": self.number, "hash": self.hash}

    @classmethod
    def parsed(cls, text: str) -> "Anchor":
        """The anchor written as 12:4f0c…; raises InvalidAnchor."""
        found = re.fullmatch(r"([1-9][0-9]*):([0-9a-f]{64})", text.strip())
        if found is None:
            raise InvalidAnchor(anchor=text)
        return cls(int(found[1]), found[2], text.strip()[:16])


@dataclass(frozen=True)
class Entry:
    """One act: who did what to which subject and when.

    `content` is canonical JSON; `account` is that of the database, `actor` that of the person or
    of the program.
    """

    number: int
    recorded_at: datetime
    account: str
    actor: str
    action: str
    subject: str
    content: str
    previous_hash: str
    hash: str

    @property
    def anchor(self) -> Anchor:
        """The entry's own place."""
        return Anchor(self.number, self.hash)


@dataclass(frozen=True)
class Fault:
    """What is wrong with the entry `number`, with the anchor that `place` holds of it, or with the
    act on `place`."""

    kind: Kind
    number: int
    place: str = ""


def canonical_content(content: Content) -> str:
    """The content as JSON, keys sorted, no blanks.

    >>> canonical_content({"period": "2026-03", "is_specimen": True})
    '{"is_specimen":true,"period":"2026-03"}'
    """
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def instant(at: datetime) -> str:
    """An instant as it stands in the canonical bytes, such as 2026-03-02T08:15:00.000000Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def canonical_bytes(entry: Entry) -> bytes:
    """What the hash is computed of: a JSON array of all but the hash, without blanks, in UTF-8."""
    quoted = [
        json.dumps(text, ensure_ascii=False)
        for text in (
            instant(entry.recorded_at),
            entry.account,
            entry.actor,
            entry.action,
            entry.subject,
        )
    ]
    previous = json.dumps(entry.previous_hash)
    return f"[{entry.number},{','.join(quoted)},{entry.content},{previous}]".encode()


def hash_of(entry: Entry) -> str:
    """SHA-256 of the canonical bytes, hexadecimal."""
    return hashlib.sha256(canonical_bytes(entry)).hexdigest()


def faults(entries: Iterable[Entry], anchors: Sequence[Anchor] = ()) -> Iterator[Fault]:
    """Every place where the chain, in the order given, is not what was once appended.

    Without anchors a tail that was cut off, or a chain computed anew, is not seen.
    """
    held: dict[int, list[Anchor]] = {}
    for anchor in anchors:
        held.setdefault(anchor.number, []).append(anchor)
    number, last = 0, FIRST_PREVIOUS
    for entry in entries:
        yield from _faults_of(entry, number, last)
        for anchor in held.pop(entry.number, ()):
            if anchor.hash != entry.hash:
                yield Fault("rewritten", entry.number, anchor.place)
        number, last = entry.number, entry.hash
    for lost in sorted(held):
        # A gap is told where it is found; only what lies past the end was cut.
        yield from (Fault("cut", lost, anchor.place) for anchor in held[lost] if lost > number)


def _faults_of(entry: Entry, number: int, last: str) -> Iterator[Fault]:
    """What is wrong with an entry that follows the one of `number` and hash `last`."""
    if hash_of(entry) != entry.hash:
        yield Fault("changed", entry.number)
    elif not _is_canonical(entry.content):
        yield Fault("uncanonical", entry.number)
    if entry.number <= number:
        yield Fault("disordered", entry.number)
    elif entry.number > number + 1:
        yield Fault("missing", number + 1)
    if entry.previous_hash != last:
        yield Fault("unlinked", entry.number)


def _is_canonical(content: str) -> bool:
    try:
        return canonical_content(json.loads(content)) == content
    except ValueError:
        return False
