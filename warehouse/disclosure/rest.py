"""What a code holds beyond the codes that lie in it: a figure that anybody may subtract.

Returnees of five years less those of twelve months came back before; nobody publishes how many, yet
where they are few they are found as easily as if somebody did.
"""

from typing import TYPE_CHECKING

from warehouse.disclosure.primary import NOT_FOR_PUBLICATION, SECONDARY
from warehouse.disclosure.problem import TOLERANCE, NotAdditive
from warehouse.disclosure.rules import InvalidRules, Rules
from warehouse.disclosure.system import REST, counted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl


def with_rests(
    marked: "pl.DataFrame", dataflow_rules: Rules, dimensions: "Sequence[str]"
) -> "pl.DataFrame":
    """The marked observations with the rest of each code that others lie in.

    A rest is never published: N where it is one of few, which nobody may find, else D. It has no
    row where it is zero, or all that the code holds. Raises InvalidRules, and NotAdditive where
    codes hold more than the one that they lie in.

        duration     value conf        duration     value conf
        _T           12    F           _T           12    F
        Y_LT5        9     F      ->   Y_LT5        9     F
                                       _T-REST      3     N
    """
    import polars as pl

    for dimension, above in dataflow_rules.within.items():
        if dimension not in dimensions:
            raise InvalidRules(dataflow="", problem=f"within names {dimension!r}")
        line = [d for d in ("freq", *dimensions, "time_period") if d in marked.columns]
        rests = _rests(marked.filter(counted(dataflow_rules.summed)), dimension, above, line)
        wrong = rests.filter(pl.col("rest") < -TOLERANCE)
        if wrong.height:
            names = wrong.select(pl.concat_str(line, separator="/")).to_series().sort()
            raise NotAdditive(cells=", ".join(names[:4]), count=wrong.height)
        few = pl.col("rest") < dataflow_rules.threshold
        told = rests.filter(pl.col("rest") > TOLERANCE).with_columns(
            pl.col(dimension) + REST,
            obs_value=pl.col("rest").cast(pl.Int64).cast(pl.String),
            obs_count=pl.col("rest").cast(pl.Int64),
            conf_status=pl.when(few).then(pl.lit(NOT_FOR_PUBLICATION)).otherwise(pl.lit(SECONDARY)),
        )
        marked = pl.concat([marked, told.select(marked.columns)])
    return marked


def _rests(
    counts: "pl.DataFrame", dimension: str, above: "Mapping[str, str]", line: list[str]
) -> "pl.DataFrame":
    """The rows of the codes that others lie in, with their `rest`."""
    import polars as pl

    value = pl.col("obs_value").cast(pl.Float64)
    inner = counts.filter(pl.col(dimension).is_in(list(above)))
    held = inner.group_by(
        *(d for d in line if d != dimension), pl.col(dimension).replace(above)
    ).agg(held=value.sum())
    outer = counts.filter(pl.col(dimension).is_in(list(above.values())))
    return outer.join(held, on=line).with_columns(rest=value - pl.col("held"))
