"""The acts that the ledger holds, and how each is entered: in the transaction of the act itself.

An entry tells no personal value: numbers of things, codes, counts and hashes. What people write
in words, such as a reason, stays where it can be corrected or erased; its hash stands here.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

import psycopg

from warehouse.ledger.entry import Anchor, Content, canonical_content

SIMIMO = "simimo"
"""The actor where no person decides."""

Action = Literal[
    "submission_received",
    "submission_accepted",
    "submission_held",
    "submission_rejected",
    "submission_withdrawn",
    "codes_decided",
    "code_approved",
    "code_revoked",
    "persons_linked",
    "identities_read",
    "pairs_shown",
    "pairs_exported",
    "pairs_answered",
    "pairs_imported",
    "names_purged",
    "original_opened",
    "original_not_opened",
    "release_drafted",
    "release_approved",
    "release_published",
    "release_embargo_moved",
    "release_withdrawn",
    "table_asked",
]

_DECIDED = ("contract", "period", "version", "reason_sha256")
CONTENT: Mapping[Action, tuple[str, ...]] = {
    "submission_received": (
        *("contract", "contract_version", "provider", "period", "version", "sha256"),
        *("size_bytes", "row_count", "error_count", "warning_count", "state", "is_specimen"),
    ),
    "submission_accepted": _DECIDED,
    "submission_held": _DECIDED,
    "submission_rejected": _DECIDED,
    "submission_withdrawn": _DECIDED,
    "codes_decided": ("variable", "status", "decisions", "rows_sha256", "note_sha256"),
    "code_approved": ("variable", "row_sha256"),
    "code_revoked": ("variable", "row_sha256", "note_sha256"),
    "persons_linked": (
        *("records", "persons", "merges", "splits", "answers", "waiting"),
        *("submissions_came", "submissions_went"),
    ),
    "identities_read": ("records",),
    "pairs_shown": ("pairs",),
    "pairs_exported": ("pairs",),
    "pairs_answered": ("pairs",),
    "pairs_imported": ("pairs",),
    "names_purged": ("contract", "period", "kept_until", "records"),
    "original_opened": ("contract", "period", "sha256"),
    "original_not_opened": ("contract", "period", "sha256"),
    "release_drafted": ("content_hash", "observations", "withheld", "notice_sha256"),
    "release_approved": ("content_hash",),
    "release_published": (
        *("content_hash", "observations", "withheld", "is_specimen", "released_at", "is_one_step"),
    ),
    "release_embargo_moved": ("content_hash", "released_at", "released_at_before"),
    "release_withdrawn": ("content_hash", "state", "reason_sha256"),
    "table_asked": (*("period", "by", "filters", "distance", "variance", "cells", "rows_sha256"),),
}
"""What an entry of each act tells: these members, and no others."""


def append(
    session: psycopg.Connection[Any],
    action: Action,
    subject: str,
    content: Content,
    actor: str | None = None,
) -> Anchor:
    """Enter an act, last in its transaction: other acts wait from here to the commit.

    `actor` is the account that runs the program unless given; `subject` such as submission/42.
    """
    if content.keys() != set(CONTENT[action]):
        raise ValueError(f"an entry of {action} tells {', '.join(CONTENT[action])}")
    row = session.execute(
        "select number, hash from ledger.append(%s, %s, %s, %s)",
        [actor or account_name(), action, subject, canonical_content(content)],
    ).fetchone()
    assert row is not None
    return Anchor(*row)


def account_name() -> str:
    """The account of the machine that runs the program; its number where it has no name."""
    import getpass
    import os

    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.geteuid()}"


def text_sha256(text: str | None) -> str | None:
    """The hash of what was written in words; None where nothing was."""
    return hashlib.sha256(text.encode()).hexdigest() if text else None


def rows_sha256(rows: Iterable[Sequence[str | None]]) -> str:
    """The hash of rows in their order, as a canonical JSON array of arrays."""
    text = json.dumps([list(row) for row in rows], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
