"""Observations protected: the one way from an indicator into a release."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from warehouse.disclosure.primary import (
    CONTRIBUTIONS,
    FREE,
    SUPPRESSED,
    primary,
    stated,
    with_full_groups,
)
from warehouse.disclosure.rules import Rules
from warehouse.indicator import Dataflow, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

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
        if broken.height or {"obs_count", *CONTRIBUTIONS} & set(self.rows.columns):
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
    marked = primary(observations, dataflow_rules)
    audited = None
    if dataflow is not None:
        marked = with_full_groups(marked, dataflow_rules, dataflow.dimension_ids)
    if dataflow is not None and dataflow_rules.secondary:
        from warehouse.disclosure.suppression import suppressed

        marked, audited = suppressed(marked, dataflow, dataflow_rules, parents or {}, earlier)
    return Protected(withhold(marked).drop("obs_count", *CONTRIBUTIONS, strict=False), audited)


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
