"""Primary suppression: the figures that are withheld for what they are themselves."""

from typing import TYPE_CHECKING

from warehouse.disclosure.rules import InvalidRules, Rules
from warehouse.indicator import TOTAL

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

FREE = "F"
PRIMARY = "A"
SECONDARY = "D"
ONE_DOMINATES = "O"
TWO_DOMINATE = "T"
ONE_OR_TWO_DOMINATE = "G"
DOMINATED = (ONE_DOMINATES, TWO_DOMINATE, ONE_OR_TWO_DOMINATE)
NOT_FOR_PUBLICATION = "N"
FEW_LEFT = "R"
"""Of a rest, which has no row in a release (rest.py); so nobody reads this letter."""
NORMAL = "A"
MISSING = "O"
SUPPRESSED = "Q"

CONTRIBUTIONS = ("obs_largest", "obs_second")
"""Columns of the largest contribution and the next, to an amount or to the sum behind a mean."""
AMOUNT = "obs_amount"
"""Column of the sum of all contributions, where the figure does not tell it: the foreigners' wages
behind a gap."""


def primary(observations: "pl.DataFrame", dataflow_rules: Rules) -> "pl.DataFrame":
    """The observations with conf_status: A where too few contributors stand behind, else F.

    O, T or G where one or two of them dominate. A figure whose contributors are not told
    (obs_count is null, or obs_largest where a rule looks at it) counts as unprotected: A. N where
    its model withholds it already (Q), as an estimate too uncertain to be told. Raises
    InvalidRules where a rule needs the largest contributions and the rows do not tell them.
    """
    import polars as pl

    lowest = 1 if dataflow_rules.zero == "published" else 0
    few = _few(pl.col("obs_count"), lowest, dataflow_rules.threshold)
    if dataflow_rules.counted == "value_and_records":
        # A value between 0 and 1 is an estimate of few persons, not a zero.
        value = pl.col("obs_value").cast(pl.Float64).ceil()
        few = few | _few(value, lowest, dataflow_rules.threshold)
    is_withheld = (pl.col("obs_status") == SUPPRESSED).fill_null(False)
    dominated = _dominated(observations, dataflow_rules)
    untold = pl.col("obs_value").is_not_null() & pl.col("obs_count").is_null()
    if dataflow_rules.looks_at_contributions:
        amount = total_amount(observations, dataflow_rules)
        untold |= (amount > 0) & pl.col(CONTRIBUTIONS[0]).is_null()
    return observations.with_columns(
        conf_status=pl.when(few | untold)
        .then(pl.lit(PRIMARY))
        .when(is_withheld)
        .then(pl.lit(NOT_FOR_PUBLICATION))
        .otherwise(dominated),
        obs_status=stated(),
    )


def _few(contributors: "pl.Expr", lowest: int, threshold: int) -> "pl.Expr":
    return ((contributors >= lowest) & (contributors < threshold)).fill_null(False)


def _dominated(observations: "pl.DataFrame", dataflow_rules: Rules) -> "pl.Expr":
    import polars as pl

    if not dataflow_rules.looks_at_contributions:
        return pl.lit(FREE)
    if missing := [c for c in CONTRIBUTIONS if c not in observations.columns]:
        raise InvalidRules(
            dataflow="", problem=f"dominance needs the columns {', '.join(missing)} of the model"
        )
    status = pl.lit(FREE)
    if dataflow_rules.p_percent is not None:
        status = (
            pl.when(p_percent_excess(observations, dataflow_rules) > 0)
            .then(pl.lit(ONE_OR_TWO_DOMINATE))
            .otherwise(status)
        )
    if dataflow_rules.dominance is not None:
        named = ONE_DOMINATES if dataflow_rules.dominance[0] == 1 else TWO_DOMINATE
        excess = dominance_excess(observations, dataflow_rules)
        status = pl.when(excess > 0).then(pl.lit(named)).otherwise(status)
    return status


def total_amount(observations: "pl.DataFrame", dataflow_rules: Rules) -> "pl.Expr":
    """What a cell's contributions come to: the figure, the sum behind a mean, or AMOUNT if told."""
    import polars as pl

    if AMOUNT in observations.columns:
        return pl.col(AMOUNT).cast(pl.Float64)
    value = pl.col("obs_value").cast(pl.Float64)
    return value * pl.col("obs_count") if dataflow_rules.adds == "means" else value


def dominance_excess(observations: "pl.DataFrame", dataflow_rules: Rules) -> "pl.Expr":
    """By how much a cell would have to be larger for its n largest to hold k per cent of it."""
    import polars as pl

    if dataflow_rules.dominance is None:
        return pl.lit(0.0)
    n, k = dataflow_rules.dominance
    largest = pl.sum_horizontal(pl.col(c).cast(pl.Float64) for c in CONTRIBUTIONS[:n])
    return (largest * 100 / k - total_amount(observations, dataflow_rules)).fill_null(0.0)


def p_percent_excess(observations: "pl.DataFrame", dataflow_rules: Rules) -> "pl.Expr":
    """By how much a cell would have to be larger to hide the largest from the second largest."""
    import polars as pl

    if dataflow_rules.p_percent is None:
        return pl.lit(0.0)
    largest, second = (pl.col(c).cast(pl.Float64).fill_null(0.0) for c in CONTRIBUTIONS)
    remainder = total_amount(observations, dataflow_rules) - largest - second
    return (largest * dataflow_rules.p_percent / 100 - remainder).fill_null(0.0)


def with_full_groups(
    marked: "pl.DataFrame", dataflow_rules: Rules, dimensions: "Sequence[str]"
) -> "pl.DataFrame":
    """The marked observations with N on every line of which one code holds the whole group.

    The empty codes of such a line become rows of zero, withheld too: as long as they are known
    to be empty, the group is known to be in the other one.

        ages     refused granted _T        refused granted _T
        0-14           6       . 6    ->   N       N       6
    """
    import polars as pl

    for dimension in dataflow_rules.full_group:
        if dimension not in dimensions:
            raise InvalidRules(dataflow="", problem=f"full_group names {dimension!r}")
        key = [d for d in ("freq", *dimensions, "time_period") if d in marked.columns]
        line = [d for d in key if d != dimension]
        held = total_amount(marked, dataflow_rules) > 0
        parts = marked.filter((pl.col(dimension) != TOTAL) & held)
        full = parts.filter(pl.len().over(line) == 1)
        if full.height == 0:
            continue
        codes = parts.select(dimension).unique()
        told = ("obs_value", "obs_count", "conf_status", *CONTRIBUTIONS, AMOUNT)
        lines = full.drop(dimension, *told, strict=False)
        every = lines.join(codes, how="cross")
        known = marked.select(*key, "obs_value", "obs_count", "conf_status")
        zeros = every.join(known, on=key, how="anti").with_columns(
            obs_value=pl.lit("0"),
            obs_count=pl.lit(0, dtype=pl.Int64),
            conf_status=pl.lit(NOT_FOR_PUBLICATION),
        )
        hit = marked.join(every.select(key), on=key, how="semi").select(key)
        is_hit = marked.join(hit.with_columns(hit=True), on=key, how="left", maintain_order="left")
        free = pl.col("conf_status") == FREE
        marked = pl.concat(
            [
                is_hit.with_columns(
                    conf_status=pl.when(pl.col("hit").fill_null(False) & free)
                    .then(pl.lit(NOT_FOR_PUBLICATION))
                    .otherwise(pl.col("conf_status"))
                ).drop("hit"),
                zeros,
            ],
            how="diagonal",
        )
    return marked


def stated() -> "pl.Expr":
    """The status given; a figure without one is normal, a missing figure never is."""
    import polars as pl

    given = pl.col("obs_status").fill_null(NORMAL)
    missing = pl.col("obs_value").is_null() & (given == NORMAL)
    return pl.when(missing).then(pl.lit(MISSING)).otherwise(given)
