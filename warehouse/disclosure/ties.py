"""Ties: a figure that would tell a withheld one of another dataflow is withheld with it.

A share times its denominator is a numerator: where DF_TITLE_HOLDER withholds either, the share in
DF_TITLE_COVERAGE goes too. So no published figure of one dataflow says anything of what another
one withholds, and each can be audited for itself.
"""

from typing import TYPE_CHECKING

from warehouse.disclosure.primary import FREE, SECONDARY
from warehouse.disclosure.rules import InvalidRules
from warehouse.disclosure.system import MEASURE
from warehouse.indicator import TOTAL

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from warehouse.disclosure.rules import Tie
    from warehouse.disclosure.suppression import Given
    from warehouse.indicator import Dataflow


def with_ties(
    marked: "pl.DataFrame",
    table: "Given",
    protected: "Mapping[str, tuple[Dataflow, pl.DataFrame]]",
) -> "pl.DataFrame":
    """The marked observations with D where a figure that they are tied to is withheld.

    `protected` has other dataflows by id with their observations; what is released without them is
    tied to nothing.
    """
    import polars as pl

    for tie in table.rules.tied_to:
        if tie.dataflow not in protected:
            continue
        rows, key = _withheld(*protected[tie.dataflow], tie, table.dataflow.dimension_ids)
        own = marked.with_row_index("row").filter(
            *(pl.col(d) == code for d, code in tie.own.items()),
            *(pl.col(d) == TOTAL for d in _untold(table.dataflow.dimension_ids, tie, key)),
        )
        for dimension, codes in tie.codes.items():
            own = own.filter(pl.col(dimension).is_in(list(codes))).with_columns(
                pl.col(dimension).replace_strict(codes, default=None, return_dtype=pl.String)
            )
        hit = own.join(rows, on=key, how="semi")["row"]
        is_hit = pl.int_range(pl.len()).is_in(hit.cast(pl.Int64).implode())
        marked = marked.with_columns(
            conf_status=pl.when(is_hit & (pl.col("conf_status") == FREE))
            .then(pl.lit(SECONDARY))
            .otherwise(pl.col("conf_status"))
        )
    return marked


def _withheld(
    other: "Dataflow", rows: "pl.DataFrame", tie: "Tie", own: tuple[str, ...]
) -> "tuple[pl.DataFrame, list[str]]":
    """The keys of the withheld figures of another dataflow, and the columns that both have."""
    import polars as pl

    dimensions = other.dimension_ids
    shared = [d for d in dimensions if d in own and d not in tie.cells and d not in tie.own]
    rest = [d for d in dimensions if d not in (*shared, *tie.cells, MEASURE)]
    if unknown := (set(tie.cells) - set(dimensions)) | (set(tie.codes) - set(shared)):
        problem = f"tied_to names {', '.join(sorted(unknown))}"
        raise InvalidRules(dataflow=tie.dataflow, problem=problem)
    found = rows.filter(
        pl.col("conf_status") != FREE,
        *(pl.col(d) == code for d, code in tie.cells.items()),
        *(pl.col(d) == TOTAL for d in rest),
    )
    key = [*shared, "time_period"]
    return found.select(key).unique(), key


def _untold(dimensions: tuple[str, ...], tie: "Tie", key: list[str]) -> list[str]:
    """The own dimensions that the other dataflow does not tell."""
    return [d for d in dimensions if d not in (*key, *tie.own, MEASURE)]
