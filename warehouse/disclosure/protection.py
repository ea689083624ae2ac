"""Observations protected: the one way from an indicator into a release."""

import os
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING, Any

from warehouse.disclosure.joint import groups, lying_in
from warehouse.disclosure.primary import (
    AMOUNT,
    CONTRIBUTIONS,
    FREE,
    SUPPRESSED,
    primary,
    stated,
    with_full_groups,
)
from warehouse.disclosure.rules import Rules
from warehouse.disclosure.ties import with_ties
from warehouse.indicator import Dataflow, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import polars as pl

    from warehouse.disclosure.joint import Shared
    from warehouse.disclosure.suppression import Given

CONFIDENTIAL_AT_SOURCE = "C"


@dataclass(frozen=True)
class Protected:
    """Observations that passed disclosure control; all that may be written into release.

    Columns as given to `protect`, without obs_count and contributions, with conf_status. `audit`
    is what the audit of the whole system saw; None where nothing is held against it (`protect`
    without a dataflow, figures of others).
    """

    rows: "pl.DataFrame"
    audit: "Mapping[str, Any] | None" = field(default=None, compare=False)

    def __post_init__(self) -> None:
        import polars as pl

        withheld = pl.col("conf_status") != FREE
        broken = self.rows.filter(
            (withheld & pl.col("obs_value").is_not_null())
            | (withheld != (pl.col("obs_status") == SUPPRESSED))
            | pl.col("conf_status").is_null()
            | pl.col("obs_status").is_null()
        )
        if broken.height or {"obs_count", *CONTRIBUTIONS, AMOUNT} & set(self.rows.columns):
            raise ValueError(f"{broken.height} observations are not protected")

    @property
    def withheld(self) -> dict[str, int]:
        """How many observations are withheld, by conf_status, such as {"A": 12, "D": 30}."""
        held = self.rows.filter(self.rows["obs_status"] == SUPPRESSED)
        return dict(sorted(held["conf_status"].value_counts().iter_rows()))


def protect(
    observations: "pl.DataFrame",
    kind: Kind,
    dataflow_rules: Rules | None,
    dataflow: Dataflow | None = None,
    parents: "Mapping[str, Mapping[str, str | None]] | None" = None,
    earlier: "pl.DataFrame | None" = None,
) -> Protected:
    """The observations of one dataflow, withheld where its rules say so.

    `observations` have at least obs_value (decimal text), obs_status and, when national,
    obs_count (records behind the figure). Public figures pass as published. With the `dataflow`
    the whole system of its tables is protected and audited; without, each row for itself. `parents`
    holds the parent of each code by code list, `earlier` what the last release said (system.py).

        before  obs_value 3     obs_count 3   obs_status A
        after   obs_value null  obs_status Q  conf_status A
    """
    if kind == "public":
        return Protected(as_published(observations).drop("obs_count", strict=False))
    if dataflow_rules is None:
        raise ValueError("national observations need disclosure rules")
    if dataflow is None:
        return _protected(primary(observations, dataflow_rules))
    from warehouse.disclosure.suppression import Given

    given = Given(observations, dataflow, dataflow_rules, parents or {}, earlier)
    return _protect_group([given], {}, ())[dataflow.id]


def protect_together(
    given: "Sequence[Given]", known: "Sequence[Shared]"
) -> "Iterator[tuple[str, Protected]]":
    """National dataflows, each with its id, as soon as it is protected.

    Those that share cells, as `known` says, or whose cells lie in each other are one system; one
    that is tied to another comes after it. Whatever else there is to protect is protected at the
    same time.
    """
    by_id = {table.dataflow.id: table for table in given}
    known = [*known, *lying_in(given)]
    waiting = TopologicalSorter[tuple[str, ...]]()
    group_of: dict[str, tuple[str, ...]] = {}
    for group in groups([d for d, t in by_id.items() if t.rules.secondary], known):
        group_of |= dict.fromkeys(group, group)
    for dataflow, table in by_id.items():
        group = group_of.setdefault(dataflow, (dataflow,))
        ties = {tie.dataflow for tie in table.rules.tied_to} & set(by_id)
        waiting.add(group, *(group_of.get(tie, (tie,)) for tie in sorted(ties)))
    waiting.prepare()
    done: dict[str, tuple[Dataflow, Protected]] = {}
    running: dict[Future[dict[str, Protected]], tuple[str, ...]] = {}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        while waiting.is_active():
            for group in waiting.get_ready():
                tables = [by_id[dataflow] for dataflow in group]
                running[pool.submit(_protect_group, tables, dict(done), known)] = group
            ended, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in ended:
                found = future.result()
                done |= {name: (by_id[name].dataflow, rows) for name, rows in found.items()}
                yield from found.items()
                waiting.done(running.pop(future))


def _protect_group(
    tables: "Sequence[Given]",
    done: "Mapping[str, tuple[Dataflow, Protected]]",
    known: "Sequence[Shared]",
) -> "dict[str, Protected]":
    """Dataflows that are protected as one; `done` are those to which they may be tied."""
    from warehouse.disclosure.suppression import suppressed

    marked = [replace(table, rows=_marked(table, done)) for table in tables]
    if not marked[0].rules.secondary:
        return {table.dataflow.id: _protected(table.rows) for table in marked}
    found = suppressed(marked, known)
    return {
        table.dataflow.id: _protected(rows, audited)
        for table, (rows, audited) in zip(marked, found, strict=True)
    }


def _marked(table: "Given", done: "Mapping[str, tuple[Dataflow, Protected]]") -> "pl.DataFrame":
    marked = primary(table.rows, table.rules)
    marked = with_full_groups(marked, table.rules, table.dataflow.dimension_ids)
    others = {name: (flow, protected.rows) for name, (flow, protected) in done.items()}
    return with_ties(marked, table, others)


def _protected(marked: "pl.DataFrame", audited: "Mapping[str, Any] | None" = None) -> Protected:
    unsaid = ("obs_count", *CONTRIBUTIONS, AMOUNT)
    return Protected(withhold(marked).drop(unsaid, strict=False), audited)


def withhold(marked: "pl.DataFrame") -> "pl.DataFrame":
    """The marked observations without the values that conf_status withholds: null, status Q."""
    import polars as pl

    free = pl.col("conf_status") == FREE
    return marked.with_columns(
        obs_value=pl.when(free).then(pl.col("obs_value")),
        obs_status=pl.when(free).then(pl.col("obs_status")).otherwise(pl.lit(SUPPRESSED)),
    )


def as_published(observations: "pl.DataFrame") -> "pl.DataFrame":
    """Figures of others with their own status; what its publisher suppressed stays so (C)."""
    import polars as pl

    held_back = (pl.col("obs_status") == SUPPRESSED).fill_null(False)
    conf_status = pl.when(held_back).then(pl.lit(CONFIDENTIAL_AT_SOURCE)).otherwise(pl.lit(FREE))
    marked = observations.with_columns(conf_status=conf_status, obs_status=stated())
    return withhold(marked)
