"""What a code holds beyond the codes that lie in it: a figure that anybody may subtract.

Returnees of five years less those of twelve months came back before; nobody publishes how many, yet
where they are few they are found as easily as if somebody did.
"""

from typing import TYPE_CHECKING

from warehouse.disclosure.primary import FEW_LEFT, SECONDARY
from warehouse.disclosure.problem import TOLERANCE, NotAdditive
from warehouse.disclosure.rules import InvalidRules, Nesting, Rules
from warehouse.disclosure.system import counted, in_cells

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl


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
        few = pl.col("rest") < dataflow_rules.threshold
        told = rests.filter(pl.col("rest") > TOLERANCE).with_columns(
            pl.col(nesting.dimension).replace(nesting.rests),
            obs_value=pl.col("rest").cast(pl.Int64).cast(pl.String),
            obs_count=pl.col("rest").cast(pl.Int64),
            conf_status=pl.when(few).then(pl.lit(FEW_LEFT)).otherwise(pl.lit(SECONDARY)),
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
