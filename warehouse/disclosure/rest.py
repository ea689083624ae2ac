"""What a code holds beyond the codes that lie in it: a figure that anybody may subtract.

Returnees of five years less those of twelve months came back before; nobody publishes how many, yet
where they are few they are found as easily as if somebody did. So it is with what a cell holds
beyond one of another dataflow: workers less those whose earnings are known.
"""

from typing import TYPE_CHECKING

from warehouse.disclosure.joint import Shared, side_by_side
from warehouse.disclosure.primary import FEW_LEFT, SECONDARY
from warehouse.disclosure.problem import TOLERANCE, NotAdditive
from warehouse.disclosure.rules import LESS, InvalidRules, Nesting, Rules
from warehouse.disclosure.system import System, counted, in_cells

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl

    from warehouse.indicator import Dataflow


def with_rests(
    marked: "pl.DataFrame", dataflow_rules: Rules, dimensions: "Sequence[str]"
) -> "pl.DataFrame":
    """The marked observations with the rest of each code that others lie in.

    A rest is never published: R where it is one of few, which nobody may find, else D. It has no
    row where it is zero, or all that the code holds. Raises InvalidRules, and NotAdditive where
    codes hold more than the one that they lie in.

        duration     value conf        duration       value conf
        _T           12    F           _T             12    F
        Y_LT5        9     F      ->   Y_LT5          9     F
                                       _T-LESS-Y_LT5  3     R
    """
    import polars as pl

    line = [d for d in ("freq", *dimensions, "time_period") if d in marked.columns]
    counts = marked.filter(counted(dataflow_rules.summed))
    every = [marked]
    for nesting in dataflow_rules.within:
        for dimension in (nesting.dimension, *nesting.cells):
            if dimension not in dimensions:
                raise InvalidRules(dataflow="", problem=f"within names {dimension!r}")
        rests = _rests(counts, nesting, line)
        wrong = rests.filter(pl.col("rest") < -TOLERANCE)
        if wrong.height:
            names = wrong.select(pl.concat_str(line, separator="/")).to_series().sort()
            raise NotAdditive(cells=", ".join(names[:4]), count=wrong.height)
        told = rests.filter(pl.col("rest") > TOLERANCE).with_columns(
            pl.col(nesting.dimension).replace(nesting.rests),
            obs_value=pl.col("rest").cast(pl.Int64).cast(pl.String),
            obs_count=pl.col("rest").cast(pl.Int64),
            conf_status=_letter(pl.col("rest"), dataflow_rules),
        )
        every.append(told.select(marked.columns))
    return pl.concat(every)


def _rests(counts: "pl.DataFrame", nesting: Nesting, line: list[str]) -> "pl.DataFrame":
    """The rows of the codes that others lie in, with their `rest`."""
    import polars as pl

    value = pl.col("obs_value").cast(pl.Float64)
    code = pl.col(nesting.dimension)
    inner = counts.filter(in_cells(nesting), code.is_in(list(nesting.codes)))
    held = inner.group_by(
        *(d for d in line if d != nesting.dimension), code.replace(nesting.codes)
    ).agg(held=value.sum())
    outer = counts.filter(code.is_in(list(nesting.rests)))
    return outer.join(held, on=line).with_columns(rest=value - pl.col("held"))


def rests_between(
    share: Shared,
    tables: "Mapping[str, tuple[pl.DataFrame, Dataflow, System]]",
    outer_rules: Rules,
) -> "tuple[pl.DataFrame, System]":
    """What the cells of a dataflow hold beyond those of another one that lie in them.

    One row for each rest, R or D, with the inner `cell` and the outer `cell_other`; in the system
    stand these first, n inner ones and n outer ones, and then the rests: inner + rest = outer.
    Raises NotAdditive where a cell holds less than what lies in it.
    """
    import numpy as np
    import polars as pl
    from scipy.sparse import eye_array, hstack

    inner, outer = share.dataflows
    both = side_by_side(share, tables)
    wrong = both.filter("told", pl.col("beyond") < -TOLERANCE)
    if wrong.height:
        raise NotAdditive(cells=", ".join(wrong["name"][:4]), count=wrong.height)
    # Of a stock a quarter is its last month: two cells have one rest.
    rows = (
        both.filter(pl.col("beyond") > TOLERANCE)
        .drop_nulls(["cell", "cell_other"])
        .unique(["cell", "cell_other"], keep="first", maintain_order=True)
        .with_columns(
            name=pl.lit(f"{outer}{LESS}{inner}/") + pl.col("name"),
            conf_status=_letter(pl.col("beyond"), outer_rules),
        )
    )
    (_, _, within), (_, _, around) = (tables[dataflow] for dataflow in share.dataflows)
    here, there = rows["cell"].to_numpy(), rows["cell_other"].to_numpy()
    one = eye_array(rows.height, format="csr")
    system = System(
        equations=hstack([one, -one, one], format="csr"),
        value=np.concatenate([within.value[here], around.value[there], rows["beyond"].to_numpy()]),
        periods=np.ones(3 * rows.height),
        cell=np.arange(2 * rows.height, 3 * rows.height),
        names=tuple(3 * rows["name"].to_list()),
        spans=np.concatenate([within.spans[here], around.spans[there], around.spans[there]]),
        depth=np.concatenate([within.depth[here], around.depth[there], around.depth[there]]),
    )
    return rows, system


def _letter(rest: "pl.Expr", dataflow_rules: Rules) -> "pl.Expr":
    import polars as pl

    few = rest < dataflow_rules.threshold
    return pl.when(few).then(pl.lit(FEW_LEFT)).otherwise(pl.lit(SECONDARY))
