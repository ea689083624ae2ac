"""The row of a draft: its number, the release it follows, and a manifest that tells its causes.

A number is given to a draft and never again, so that release 8 means one thing for ever. A draft
follows the last release of the chain, be it one that waits for its instant; it is published only
while that is still the last.
"""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from psycopg.sql import SQL, Identifier, Literal

from warehouse.indicator import DIMENSIONS, NOT_APPLICABLE, TOTAL, Dataflow, Labels
from warehouse.releasing.causes import Inputs, causes
from warehouse.releasing.inputs import decided


@dataclass(frozen=True)
class Making:
    """Who makes a draft, what readers are to be told of it, and whether it is published at once."""

    author: str
    notice: Labels | None = None
    is_one_step: bool = True


@dataclass(frozen=True)
class LastRelease:
    """The last release of the chain, which may still wait for its instant."""

    number: int
    content_hash: str
    released_at: datetime
    manifest: Mapping[str, Any]


def last_release(session: psycopg.Connection[Any]) -> LastRelease | None:
    """The release that the next one follows; None before the first."""
    found = session.execute("""
        select number, content_hash, released_at, manifest from release.release
        where status = 'published' order by number desc limit 1
    """).fetchone()
    return LastRelease(*found) if found else None


def begin_draft(
    session: psycopg.Connection[Any],
    base: LastRelease | None,
    content_hash: str,
    making: Making,
) -> int:
    """Add the row of a new draft on top of `base`; gives its number."""
    notice = json.dumps(making.notice, ensure_ascii=False) if making.notice else None
    found = session.execute(
        """
        insert into release.release (
            number, status, manifest, content_hash, base, notice, is_one_step, drafted_by,
            drafted_at
        )
        select coalesce(max(number), 0) + 1, 'draft', '{}', %s, %s, %s, %s, %s, clock_timestamp()
        from release.release
        returning number
        """,
        [
            content_hash,
            base.number if base else None,
            notice,
            making.is_one_step,
            making.author,
        ],
    ).fetchone()
    assert found is not None
    return int(found[0])


def with_causes(
    session: psycopg.Connection[Any],
    said: Mapping[str, Any],
    flows: Mapping[str, tuple[Dataflow, str]],
    base: LastRelease | None,
    rested_on: Inputs,
) -> dict[str, Any]:
    """The manifest `said` with what a reader of the changes needs: inputs, tables and causes.

    `flows` gives each dataflow with the hash of its definition alone; `rested_on` the decisions and
    corrections of the snapshot that was released.
    """
    counts = _counts(session)
    told = {
        name: {
            **said["dataflows"][name],
            "plain_hash": plain_hash,
            "tables": _tables(flow, counts.get(name, Counter())),
        }
        for name, (flow, plain_hash) in flows.items()
    }
    made = {
        **said,
        "base": base.number if base else None,
        "inputs": rested_on.to_json(),
        "dataflows": told,
    }
    before, known = base.manifest if base else None, decided(session)
    for name, (flow, _) in flows.items():
        told[name]["causes"] = [cause.to_json() for cause in causes(flow, made, before, known)]
    return made


def record_manifest(session: psycopg.Connection[Any], number: int, said: Mapping[str, Any]) -> None:
    """Keep the manifest of a draft."""
    session.execute(
        "update release.release set manifest = %s where number = %s",
        [json.dumps(said, ensure_ascii=False), number],
    )


Cells = Counter[tuple[str, frozenset[str], str]]
"""How many cells, by frequency, the dimensions that they break down and their confidentiality."""


def _counts(session: psycopg.Connection[Any]) -> dict[str, Cells]:
    """The staged cells of each dataflow, read in one pass."""
    broken_down = SQL(", ").join(
        SQL("case when {0} not in ({1}, {2}) then {3} end").format(
            Identifier(d), Literal(TOTAL), Literal(NOT_APPLICABLE), Literal(d)
        )
        for d in DIMENSIONS
    )
    found = session.execute(
        SQL("""
            select dataflow, freq, concat_ws('|', {}) as broken_down, conf_status, count(*)
            from staged group by 1, 2, 3, 4
        """).format(broken_down)
    )
    counts: dict[str, Cells] = {}
    for dataflow, freq, dimensions, conf_status, count in found:
        named = frozenset(dimensions.split("|")) - {""}
        counts.setdefault(dataflow, Counter())[freq, named, conf_status] += count
    return counts


def _tables(flow: Dataflow, cells: Cells) -> list[dict[str, Any]]:
    """The declared tables with their cells, totals among them, and those withheld by reason."""
    found = []
    for table in flow.tables:
        within: Counter[str] = Counter()
        for (freq, named, conf_status), count in cells.items():
            if named <= set(table) and table in flow.tables_of(freq):
                within[conf_status] += count
        withheld = {status: n for status, n in sorted(within.items()) if status != "F"}
        found.append({"dimensions": list(table), "cells": within.total(), "withheld": withheld})
    return found
