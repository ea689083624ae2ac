"""What a person has to see of a draft before it is approved: tables, secrets, changes, causes."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import psycopg
from psycopg.sql import SQL

from warehouse.database import connect
from warehouse.releasing.causes import cause_from, reasons
from warehouse.releasing.changes import Change, ChangePage, changed_cells, changes, draft_changes
from warehouse.releasing.workflow import Step, step

Kind = Literal["new", "changed", "gone"]
KINDS: tuple[Kind, ...] = ("new", "changed", "gone")
CHANGES_SHOWN = 40
"""Changed cells of a draft that its page shows; `simimo release changes` has them all."""

MOST = 1_000_000
"""More changed cells than any release has."""


@dataclass(frozen=True)
class Review:
    """A draft or release: where it stands, what it says, and what it changes.

    `counts` are changed cells by dataflow, then by kind and reasons: ("new", ("new_month",)).
    """

    step: Step
    manifest: Mapping[str, Any]
    titles: Mapping[str, Mapping[str, str]]
    counts: Mapping[str, Mapping[tuple[Kind, tuple[str, ...]], int]]
    first_changes: Sequence[Change]

    @property
    def total(self) -> int:
        """How many cells it changes."""
        return sum(n for told in self.counts.values() for n in told.values())

    def to_json(self) -> dict[str, Any]:
        """The review as JSON values; the manifest has tables, withheld cells and causes."""
        return {
            **self.step.to_json(),
            "changes": [
                {"dataflow": name, "kind": kind, "reasons": why, "cells": cells}
                for name, told in self.counts.items()
                for (kind, why), cells in sorted(told.items())
            ],
            "first_changes": [asdict(change) for change in self.first_changes],
            "manifest": self.manifest,
        }


def review(number: int) -> Review:
    """Draft or release `number` as its second person looks at it; raises UnknownDraft."""
    with connect("simimo_pipeline") as session:
        found = step(session, number)
        row = session.execute(
            "select manifest from release.release where number = %s", [number]
        ).fetchone()
        assert row is not None
        return Review(
            step=found,
            manifest=row[0],
            titles=_titles(session, number),
            counts=_counts(session, found, row[0]),
            first_changes=_changes(session, found, None, CHANGES_SHOWN).changes,
        )


def all_changes(number: int, dataflow: str | None = None) -> tuple[Step, ChangePage]:
    """Every changed cell of a draft or release; raises UnknownDraft."""
    with connect("simimo_pipeline") as session:
        found = step(session, number)
        return found, _changes(session, found, dataflow, MOST)


def _changes(
    session: psycopg.Connection[Any], found: Step, dataflow: str | None, limit: int
) -> ChangePage:
    read = changes if found.state == "published" else draft_changes
    return read(session, found.number, dataflow, limit=limit)


def _titles(session: psycopg.Connection[Any], number: int) -> dict[str, Mapping[str, str]]:
    """The title of every dataflow that the release holds, or the one before it held."""
    found = session.execute(
        """
        select d.dataflow, d.definition -> 'title' from release.dataflow as d
        inner join release.release as r on r.number = %s and d.number in (r.number, r.base)
        order by d.number
        """,
        [number],
    )
    return dict(found.fetchall())


def _counts(
    session: psycopg.Connection[Any], found: Step, manifest: Mapping[str, Any]
) -> dict[str, Mapping[tuple[Kind, tuple[str, ...]], int]]:
    query = SQL("""
        select dataflow, time_period,
            case when o_obs_status is null then 'new' when n_obs_status is null then 'gone'
                else 'changed' end,
            count(*)
        from ({}) as c group by 1, 2, 3 order by 1
    """).format(changed_cells(found.number, is_draft=found.state != "published"))
    told = manifest["dataflows"]
    causes = {n: [cause_from(c) for c in one.get("causes", [])] for n, one in told.items()}
    counts: dict[str, Counter[tuple[Kind, tuple[str, ...]]]] = {}
    for dataflow, period, kind, cells in session.execute(query):
        why = (
            reasons(period, kind == "new", causes[dataflow]) if dataflow in causes else ("method",)
        )
        counts.setdefault(dataflow, Counter())[kind, why] += cells
    return dict(counts)
