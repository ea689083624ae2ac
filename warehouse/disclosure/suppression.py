"""From marked observations to a problem of secondary suppression, and back with its pattern."""

from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any

from warehouse.disclosure.audit import audit
from warehouse.disclosure.counts import sums_of, totals
from warehouse.disclosure.joint import Shared, joined, same_cells
from warehouse.disclosure.primary import (
    DOMINATED,
    FEW_LEFT,
    FREE,
    NOT_FOR_PUBLICATION,
    PRIMARY,
    SECONDARY,
    dominance_excess,
    p_percent_excess,
    total_amount,
)
from warehouse.disclosure.problem import Problem
from warehouse.disclosure.rest import rests_between, with_rests
from warehouse.disclosure.rules import InvalidRules, Rules
from warehouse.disclosure.secondary import secondary
from warehouse.disclosure.system import MEASURE, System, counted, system
from warehouse.indicator import Dataflow

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    from warehouse.disclosure.problem import Flags, Numbers

WORTH = {0: 100.0, 1: 5.0}
"""By how much the grand total, and the figures by one dimension alone, are dearer than others."""

NOTHING_ADDS = {"cells": 0, "equations": 0, "disclosed": 0}
"""The audit of medians and quartiles: no equation ties one to another."""


@dataclass(frozen=True)
class Given:
    """The observations of a dataflow, the rules that they are under, and what is known of them.

    `parents` holds the parent of each code, by code list; `earlier` what the last release said
    (dimensions, time_period, obs_value, conf_status): what it published unchanged stays so, what
    it withheld stays withheld.
    """

    rows: "pl.DataFrame"
    dataflow: Dataflow
    rules: Rules
    parents: "Mapping[str, Mapping[str, str | None]]" = field(default_factory=dict)
    earlier: "pl.DataFrame | None" = None

    def __post_init__(self) -> None:
        if self.rules.adds == "means" and self.dataflow.time_aggregation == "mean":
            # The sum behind a mean of means is not that of the sums behind its months.
            raise InvalidRules(
                dataflow=self.dataflow.id,
                problem="adds means, yet a quarter is a mean of its months",
            )


def suppressed(
    tables: "Sequence[Given]", known: "Sequence[Shared]" = ()
) -> "list[tuple[pl.DataFrame, dict[str, Any]]]":
    """Marked observations with D where a primary one could be found, and what the audit saw.

    Several `tables` are of dataflows that share cells as `known` says: they are protected and
    audited as one system. Raises a ReleaseRefused.
    """
    import numpy as np
    import polars as pl

    if tables[0].rules.adds == "nothing":
        return [(table.rows, dict(NOTHING_ADDS)) for table in tables]
    laid = [_sorted(table) for table in tables]
    every, linked = linked_system(laid, known)
    problem = problem_of(every, linked)
    pattern = secondary(problem)
    as_told = problem.unmark(pattern.unmarked)
    seen = audit(as_told, pattern.withheld, pattern.moves).to_json()
    if len(tables) > 1:
        seen["together"] = [table.dataflow.id for table in tables]
    # A small total bears D, and so does what A would give away: counts.py.
    hidden = np.append(pattern.withheld, False)[linked.cell]
    silent = np.append(np.isinf(as_told.upper), False)[linked.cell]
    ends = np.cumsum([0, *(table.rows.height for table in laid)])
    found = []
    for given, table, start, end in zip(tables, laid, ends, ends[1:], strict=False):
        status = pl.col("conf_status")
        is_silent = pl.Series(silent[start:end])
        says_too_much = (status == PRIMARY) & is_silent & (table.rules.adds == "counts")
        marked = table.rows.with_columns(
            conf_status=pl.when(((status == FREE) & pl.Series(hidden[start:end])) | says_too_much)
            .then(pl.lit(SECONDARY))
            .otherwise(status)
        )
        told = _tied(
            marked.filter(pl.col("given_as") < given.rows.height), table.dataflow, table.rules
        )
        found.append((told.sort("given_as").drop("given_as"), dict(seen)))
    return found


def _sorted(table: Given) -> Given:
    """The table with the rests of its codes, in an order that no database chose."""
    key = [
        c for c in ("freq", *table.dataflow.dimension_ids, "time_period") if c in table.rows.columns
    ]
    rows = with_rests(table.rows, table.rules, table.dataflow.dimension_ids)
    return replace(table, rows=rows.with_row_index("given_as").sort(key))


def linked_system(
    tables: "Sequence[Given]", known: "Sequence[Shared]" = ()
) -> "tuple[list[Given], System]":
    """The system of all cells of `tables`, those that they share as one cell.

    Beside it the tables whose rows it numbers: after `tables` those of what cells hold beyond cells
    of another one, which nobody publishes.
    """
    import numpy as np

    systems = [
        system(
            *(table.rows, table.dataflow, table.rules.summed, table.parents, table.rules.within),
            is_checked=table.rules.adds != "means",
        )
        for table in tables
    ]
    place = {table.dataflow.id: number for number, table in enumerate(tables)}
    by_id = {t.dataflow.id: (t.rows, t.dataflow, s) for t, s in zip(tables, systems, strict=True)}
    every, same = list(tables), []
    for share in known:
        one, other = share.dataflows
        if one not in place or other not in place:
            continue
        here, there = same_cells(share, by_id)
        same.append((place[one], here, place[other], there))
        if share.lies_in:
            outer = tables[place[other]]
            rests, of_rests = rests_between(share, by_id, outer.rules)
            inner_cells, outer_cells = np.arange(2 * rests.height).reshape(2, -1)
            same.append((place[one], rests["cell"].to_numpy(), len(systems), inner_cells))
            same.append((place[other], rests["cell_other"].to_numpy(), len(systems), outer_cells))
            systems.append(of_rests)
            every.append(Given(rests, outer.dataflow, outer.rules))
    return every, joined(systems, same)


def _tied(marked: "pl.DataFrame", dataflow: Dataflow, rules: Rules) -> "pl.DataFrame":
    """The other rows of a cell, rates or estimates, are withheld with any of its counts.

    Each would tell the other. Statistics rest on the same respondents, unlike measures: where N
    bears D, another letter beside it would tell how many these are.
    """
    import polars as pl

    if rules.summed is None:
        return marked
    cell = [*(d for d in dataflow.dimension_ids if d != rules.summed.dimension), "time_period"]
    is_count, status = counted(rules.summed), pl.col("conf_status")
    is_hidden = ((status != FREE) & is_count).any().over(cell)
    is_silent = ((status == SECONDARY) & is_count).any().over(cell)
    is_silent &= pl.lit(rules.summed.dimension != MEASURE)
    return marked.with_columns(
        conf_status=pl.when(~is_count & (is_silent | (is_hidden & (status == FREE))))
        .then(pl.lit(SECONDARY))
        .otherwise(pl.col("conf_status"))
    )


def problem_of(tables: "Sequence[Given]", linked: System) -> Problem:
    """The problem of the marked observations of `tables` in their linked system."""
    import numpy as np

    letters = np.concatenate([table.rows["conf_status"].to_numpy() for table in tables])
    primary = _any(linked, ~np.isin(letters, (FREE, SECONDARY)))
    said = _said(tables, linked)
    common: dict[str, Any] = {
        "equations": linked.equations,
        "kept": said.kept & ~primary,
        "held": (said.held & ~primary) | _any(linked, letters == SECONDARY),
        "names": linked.names,
        "spans": linked.spans,
    }
    if tables[0].rules.adds == "counts":
        return _counts(tables, linked, letters, said, common)
    few = _any(linked, letters == PRIMARY)
    # Means and amounts share no cell with other dataflows.
    marked, rules = tables[0].rows, tables[0].rules
    if rules.adds == "means":
        return _means(marked, linked, rules, letters, common)
    return _amounts(marked, linked, rules, few, primary, common)


def _worth(linked: System) -> "Numbers":
    """How much dearer a cell is than its figure: the totals that everybody reads come last."""
    import numpy as np

    return np.select([linked.depth == depth for depth in WORTH], list(WORTH.values()), 1.0)


def _any(linked: System, flags: "NDArray[np.bool_]") -> "Flags":
    """The cells of which any row is flagged."""
    import numpy as np

    found = np.zeros(len(linked.value), dtype=bool)
    inside = (linked.cell >= 0) & flags
    found[linked.cell[inside]] = True
    return found


def _counts(
    tables: "Sequence[Given]",
    linked: System,
    letters: "NDArray[Any]",
    said: "Earlier",
    common: "dict[str, Any]",
) -> Problem:
    """Of counts the attacker knows what A and D say of them (counts.py), N says nothing.

    The letter that a withheld cell bore in the last release stays: it was read.
    """
    import numpy as np

    codes = (PRIMARY, NOT_FOR_PUBLICATION, FEW_LEFT)
    few, group, left = (_any(linked, letters == code) for code in codes)
    value, n = linked.value, linked.periods
    most, width = np.full(len(value), np.inf), np.zeros(len(value))
    start = 0
    for table in tables:
        own = np.zeros(len(letters), dtype=bool)
        own[start : start + table.rows.height] = True
        start += table.rows.height
        own_few = _any(linked, own & (letters == PRIMARY))
        most = np.where(own_few, np.minimum(most, _most(table, n)), most)
        hides = own_few | _any(linked, own & (letters == FEW_LEFT))
        width = np.where(hides, np.maximum(width, table.rules.protection), width)
    marked = few & (value <= most) & ~totals(linked.equations) & ~said.silent
    zero = (value == 0) & ~few & ~group
    kept = common["kept"] | zero
    # Mean counts under the threshold, of months that were published: that is too late to hide.
    is_known = few & ~group & ~left & sums_of(linked.equations, kept)
    is_somebody = (value >= 1) & ~group & ~left
    return Problem(
        value=value,
        cost=np.maximum(value / n, 1.0) * _worth(linked),
        lower=np.where(is_somebody, 1.0, 0.0),
        upper=np.where(zero, 0.0, np.where(marked, most, np.inf)),
        below=np.where(group & (value >= 1), 1.0, 0.0),
        above=np.zeros(len(value)),
        width=np.where(is_known, 0.0, width),
        is_whole=bool((value == value.round()).all()),
        marked=marked & ~said.marked,
        **{**common, "kept": kept, "held": common["held"] | is_known},
    )


def _most(table: Given, periods: "Numbers") -> "Numbers":
    """What a count marked A comes to at most, over so many base periods.

    A mean of three months is withheld below threshold - 0.5, before it is rounded: its sum of
    months below three times that.
    """
    import numpy as np

    threshold, is_rounded = table.rules.threshold, table.dataflow.decimals == 0
    rounded = threshold - 0.5 if is_rounded else threshold - 1.0
    return np.where(periods == 1, threshold - 1.0, np.ceil(periods * rounded) - is_rounded)


def _amounts(
    marked: "pl.DataFrame",
    linked: System,
    rules: Rules,
    few: "Flags",
    primary: "Flags",
    common: "dict[str, Any]",
) -> Problem:
    """Of amounts nothing is known but that none is negative."""
    import numpy as np

    value = linked.value
    excess = np.zeros(len(value))
    if rules.looks_at_contributions:
        told = marked.select(_excess(marked, rules).alias("need"))["need"].to_numpy()
        inside = linked.cell >= 0
        np.maximum.at(excess, linked.cell[inside], told[inside])
    share = np.where(primary, rules.protection / 100 * np.maximum(value, 1.0), 0.0)
    zero = (value == 0) & ~primary
    return Problem(
        value=value,
        cost=np.maximum(value, 1.0) * _worth(linked),
        lower=np.zeros(len(value)),
        upper=np.where(zero, 0.0, np.inf),
        below=np.where(few, np.minimum(share, value), 0.0),
        above=np.maximum(share, np.where(primary, excess, 0.0)),
        width=np.zeros(len(value)),
        is_whole=False,
        **{**common, "kept": common["kept"] | zero},
    )


def _means(
    marked: "pl.DataFrame",
    linked: System,
    rules: Rules,
    letters: "NDArray[Any]",
    common: "dict[str, Any]",
) -> Problem:
    """Of means and shares the sums behind them add up, unknown as they are.

    Who finds the contributors elsewhere multiplies and has a table. So no withheld sum may follow
    from the others, whatever their values: each must lie on a move that has any length at all. One
    that is dominated must be able to rise until it is not, while none falls below zero.
    """
    import numpy as np

    size = len(linked.value)
    weight, amount, excess = np.ones(size), np.zeros(size), np.zeros(size)
    inside = linked.cell >= 0
    told = marked["obs_count"].fill_null(1).to_numpy().astype(float)
    np.maximum.at(weight, linked.cell[inside], told[inside])
    primary = _any(linked, ~np.isin(letters, (FREE, SECONDARY)))
    dominated = _any(linked, np.isin(letters, DOMINATED))
    if dominated.any():
        amounts, needs = (
            marked.select(found.fill_null(0.0).alias("found"))["found"].to_numpy()
            for found in (total_amount(marked, rules), _excess(marked, rules))
        )
        np.maximum.at(amount, linked.cell[inside], amounts[inside])
        np.maximum.at(excess, linked.cell[inside], needs[inside])
    return Problem(
        value=np.zeros(size),
        cost=weight * _worth(linked),
        lower=-np.maximum(amount, 1.0),
        upper=np.full(size, np.inf) if dominated.any() else np.ones(size),
        below=np.zeros(size),
        above=np.where(dominated, excess, 0.0),
        width=np.where(primary, 1.0, 0.0),
        is_whole=False,
        is_symmetric=not dominated.any(),
        **common,
    )


def _excess(marked: "pl.DataFrame", rules: Rules) -> "pl.Expr":
    """By how much a sum would have to be larger to be dominated no more."""
    import polars as pl

    return pl.max_horizontal(dominance_excess(marked, rules), p_percent_excess(marked, rules))


@dataclass(frozen=True)
class Earlier:
    """What the last release said of each cell: published as it is now, withheld, with A, or D."""

    kept: "Flags"
    held: "Flags"
    marked: "Flags"
    silent: "Flags"


def _said(tables: "Sequence[Given]", linked: System) -> Earlier:
    """What the last release said of the cells of `tables`; of a shared one, what any did."""
    import polars as pl

    told = pl.concat([_earlier(table) for table in tables])
    kept, *withheld = (_any(linked, told[name].to_numpy()) for name in told.columns)
    return Earlier(kept & ~withheld[0], *withheld)


def _earlier(table: Given) -> "pl.DataFrame":
    """For each row what the last release said of it."""
    import polars as pl

    names = [each.name for each in fields(Earlier)]
    if table.earlier is None or table.earlier.height == 0:
        return table.rows.with_columns(pl.lit(False).alias(name) for name in names).select(names)
    key = [*table.dataflow.dimension_ids, "time_period"]
    was = table.earlier.select(*key, was="obs_value", conf="conf_status")
    now = table.rows.select(*key, "obs_value").join(was, on=key, how="left", maintain_order="left")
    same = pl.col("was").cast(pl.Float64) == pl.col("obs_value").cast(pl.Float64)
    conf = pl.col("conf")
    return now.select(
        kept=((conf == FREE) & same).fill_null(False),
        held=(conf != FREE).fill_null(False),
        marked=(conf == PRIMARY).fill_null(False),
        silent=(conf == SECONDARY).fill_null(False),
    )
