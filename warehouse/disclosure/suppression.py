"""From marked observations to a problem of secondary suppression, and back with its pattern."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from warehouse.disclosure.audit import audit
from warehouse.disclosure.counts import totals
from warehouse.disclosure.primary import (
    FREE,
    NOT_FOR_PUBLICATION,
    PRIMARY,
    SECONDARY,
    dominance_excess,
    p_percent_excess,
)
from warehouse.disclosure.problem import Problem
from warehouse.disclosure.rest import with_rests
from warehouse.disclosure.rules import Rules
from warehouse.disclosure.secondary import secondary
from warehouse.disclosure.system import MEASURE, System, counted, system
from warehouse.indicator import Dataflow

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    from warehouse.disclosure.problem import Flags, Numbers

WORTH = {0: 100.0, 1: 5.0}
"""By how much the grand total, and the figures by one dimension alone, are dearer than others."""

NOTHING_ADDS = {"cells": 0, "equations": 0, "disclosed": 0}
"""The audit of medians and quartiles: no equation ties one to another."""


def suppressed(
    marked: "pl.DataFrame",
    dataflow: Dataflow,
    rules: Rules,
    parents: "Mapping[str, Mapping[str, str | None]]",
    earlier: "pl.DataFrame | None" = None,
) -> "tuple[pl.DataFrame, dict[str, Any]]":
    """The marked observations with D where a primary one could be found, and what the audit saw.

    `earlier` holds what the last release said (dimensions, time_period, obs_value, conf_status):
    what it published unchanged stays so, what it withheld stays withheld. Raises a
    ReleaseRefused.
    """
    import numpy as np
    import polars as pl

    if rules.adds == "nothing":
        return marked, dict(NOTHING_ADDS)
    # In whatever order a database gives its rows, the pattern is the same.
    key = [c for c in ("freq", *dataflow.dimension_ids, "time_period") if c in marked.columns]
    given = marked.height
    marked = with_rests(marked, rules, dataflow.dimension_ids).with_row_index("given_as").sort(key)
    means = rules.adds == "means"
    linked = system(*(marked, dataflow, rules.summed, parents, rules.within), is_checked=not means)
    problem = problem_of(marked, linked, dataflow, rules, earlier)
    pattern = secondary(problem)
    as_told = problem.unmark(pattern.unmarked)
    seen = audit(as_told, pattern.withheld, pattern.moves)
    hidden = pl.Series(np.append(pattern.withheld, False)[linked.cell])
    status = pl.col("conf_status")
    # A small total bears D, and so does what A would give away: counts.py.
    silent = pl.Series(np.append(np.isinf(as_told.upper), False)[linked.cell])
    says_too_much = (status == PRIMARY) & silent if rules.adds == "counts" else pl.lit(False)
    marked = marked.with_columns(
        conf_status=pl.when(((status == FREE) & hidden) | says_too_much)
        .then(pl.lit(SECONDARY))
        .otherwise(pl.col("conf_status"))
    )
    told = _tied(marked.filter(pl.col("given_as") < given), dataflow, rules)
    return told.sort("given_as").drop("given_as"), seen.to_json()


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


def problem_of(
    marked: "pl.DataFrame",
    linked: System,
    dataflow: Dataflow,
    rules: Rules,
    earlier: "pl.DataFrame | None" = None,
) -> Problem:
    """The problem of the marked observations in their linked system."""
    size = len(linked.value)
    status = {
        code: _any(linked, (marked["conf_status"] == code).to_numpy(), size)
        for code in marked["conf_status"].unique()
    }
    none = _any(linked, (marked["conf_status"] == "").to_numpy(), size)
    primary = ~status.get(FREE, none)
    said = _earlier(marked, linked, dataflow, earlier)
    unpublished = status.get(SECONDARY, none)
    common: dict[str, Any] = {
        "equations": linked.equations,
        "kept": said.kept & ~primary,
        "held": (said.held & ~primary) | unpublished,
        "names": linked.names,
        "spans": linked.spans,
    }
    whole_group = status.get(NOT_FOR_PUBLICATION, none)
    if rules.adds == "means":
        return _means(marked, linked, primary, common)
    if rules.adds == "amounts":
        return _amounts(marked, linked, rules, status.get(PRIMARY, none), primary, common)
    few = status.get(PRIMARY, none)
    return _counts(linked, dataflow, rules, few, whole_group, said, common)


def _worth(linked: System) -> "Numbers":
    """How much dearer a cell is than its figure: the totals that everybody reads come last."""
    import numpy as np

    return np.select([linked.depth == depth for depth in WORTH], list(WORTH.values()), 1.0)


def _any(linked: System, flags: "NDArray[np.bool_]", size: int) -> "Flags":
    import numpy as np

    found = np.zeros(size, dtype=bool)
    inside = (linked.cell >= 0) & flags
    found[linked.cell[inside]] = True
    return found


def _counts(
    linked: System,
    dataflow: Dataflow,
    rules: Rules,
    few: "Flags",
    group: "Flags",
    said: "Earlier",
    common: "dict[str, Any]",
) -> Problem:
    """Of counts the attacker knows what A and D say of them (counts.py), N says nothing.

    The letter that a withheld cell bore in the last release stays: it was read.

    A mean of three months is withheld below threshold - 0.5, before it is rounded: its sum of
    months below three times that.
    """
    import numpy as np

    value, n = linked.value, linked.periods
    is_whole = bool((value == value.round()).all())
    rounded = (rules.threshold - 0.5) if dataflow.decimals == 0 else float(rules.threshold - 1)
    most = np.where(n == 1, rules.threshold - 1, np.ceil(n * rounded) - (dataflow.decimals == 0))
    marked = few & (value <= most) & ~totals(linked.equations) & ~said.silent
    zero = (value == 0) & ~few & ~group
    return Problem(
        value=value,
        cost=np.maximum(value / n, 1.0) * _worth(linked),
        lower=np.where((value >= 1) & ~group, 1.0, 0.0),
        upper=np.where(zero, 0.0, np.where(marked, most, np.inf)),
        below=np.where(group & (value >= 1), 1.0, 0.0),
        above=np.zeros(len(value)),
        width=np.where(few, float(rules.protection), 0.0),
        is_whole=is_whole,
        marked=marked & ~said.marked,
        **{**common, "kept": common["kept"] | zero},
    )


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
    import polars as pl

    value = linked.value
    excess = np.zeros(len(value))
    if rules.looks_at_contributions:
        need = pl.max_horizontal(dominance_excess(rules), p_percent_excess(rules))
        told = marked.select(need.alias("need"))["need"].to_numpy()
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
    marked: "pl.DataFrame", linked: System, primary: "Flags", common: "dict[str, Any]"
) -> Problem:
    """Of means and shares the sums behind them add up, unknown as they are.

    Who finds the contributors elsewhere multiplies and has a table. So no withheld sum may follow
    from the others, whatever their values: each must lie on a move that has any length at all.
    """
    import numpy as np

    size = len(linked.value)
    weight = np.ones(size)
    inside = linked.cell >= 0
    told = marked["obs_count"].fill_null(1).to_numpy().astype(float)
    np.maximum.at(weight, linked.cell[inside], told[inside])
    return Problem(
        value=np.zeros(size),
        cost=weight * _worth(linked),
        lower=np.full(size, -1.0),
        upper=np.ones(size),
        below=np.zeros(size),
        above=np.zeros(size),
        width=np.where(primary, 1.0, 0.0),
        is_whole=False,
        is_symmetric=True,
        **common,
    )


@dataclass(frozen=True)
class Earlier:
    """What the last release said of each cell: published as it is now, withheld, with A, or D."""

    kept: "Flags"
    held: "Flags"
    marked: "Flags"
    silent: "Flags"


def _earlier(
    marked: "pl.DataFrame",
    linked: System,
    dataflow: Dataflow,
    earlier: "pl.DataFrame | None",
) -> Earlier:
    import numpy as np
    import polars as pl

    size = len(linked.value)
    if earlier is None or earlier.height == 0:
        return Earlier(*np.zeros((4, size), dtype=bool))
    key = [*dataflow.dimension_ids, "time_period"]
    was = earlier.select(*key, was="obs_value", conf="conf_status")
    now = marked.select(*key, "obs_value").join(was, on=key, how="left", maintain_order="left")
    same = pl.col("was").cast(pl.Float64) == pl.col("obs_value").cast(pl.Float64)
    conf = pl.col("conf")
    told = now.select(
        kept=((conf == FREE) & same).fill_null(False),
        held=(conf != FREE).fill_null(False),
        marked=(conf == PRIMARY).fill_null(False),
        silent=(conf == SECONDARY).fill_null(False),
    )
    kept, *withheld = (_any(linked, told[name].to_numpy(), size) for name in told.columns)
    return Earlier(kept & ~withheld[0], *withheld)
