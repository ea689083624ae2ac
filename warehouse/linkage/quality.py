"""How right the persons are: precision and recall of their links, and how far sources overlap.

Two records are a linked pair where they have one person key, a true pair where they are of one
person. Pairs are counted from the sizes of groups; no pair is ever made.
"""

from dataclasses import dataclass

import polars as pl

from warehouse.linkage.shares import Share, counted_share

GROUP_RECORDS_MIN = 500
"""A group of fewer records is told together with the other small ones."""
SMALL, UNKNOWN = "_O", "_U"
FIRST = "first"
"""The method of a record that was alone when it came, and that others have joined since."""


@dataclass(frozen=True)
class Agreement:
    """Of the linked pairs, those that are true (precision); of the true ones, those linked."""

    precision: Share
    recall: Share


def with_truth(links: pl.DataFrame, truth: pl.DataFrame) -> pl.DataFrame:
    """The linked records with their true `person_id`.

    A record that the truth does not know is a person of its own: it is of nobody in another
    source.
    """
    own = pl.concat_str("contract", "record_id", separator="|")
    told = links.join(truth, on=["contract", "record_id"], how="left", maintain_order="left")
    return told.with_columns(
        pl.col("person_id").is_not_null().alias("is_known"),
        pl.coalesce(pl.col("person_id").cast(pl.String), own).alias("person_id"),
    )


def agreement(records: pl.DataFrame, between_sources: bool = True) -> Agreement:
    """Precision and recall over all `records` (contract, person_key, person_id)."""
    linked, true, both = (
        sum(_pairs(records, keys, [], between_sources).values())
        for keys in (["person_key"], ["person_id"], ["person_key", "person_id"])
    )
    return Agreement(counted_share(both, linked), counted_share(both, true))


def agreement_by(
    records: pl.DataFrame, column: str, least: int = GROUP_RECORDS_MIN
) -> dict[str, Agreement]:
    """Precision and recall of pairs between sources by `column`, such as sex.

    A person is of the group that most of its records tell: of a linked person for precision, of
    a true one for recall. Groups of less than `least` records are one.
    """
    both = ["person_key", "person_id"]
    grouped = _with_group(
        _with_group(records, "person_key", column, "linked_group", least),
        *("person_id", column, "true_group", least),
    )
    linked = _pairs(grouped, ["person_key"], ["linked_group"])
    true = _pairs(grouped, ["person_id"], ["true_group"])
    right = _pairs(grouped, both, ["linked_group"])
    found = _pairs(grouped, both, ["true_group"])
    return {
        group: Agreement(
            counted_share(right.get(group, 0), linked.get(group, 0)),
            counted_share(found.get(group, 0), true.get(group, 0)),
        )
        for group in _ordered(records, {**linked, **true}, column)
        if linked.get(group) or true.get(group)
    }


def _with_group(
    records: pl.DataFrame, key: str, column: str, name: str, least: int
) -> pl.DataFrame:
    """The records with the group `name` of their person: the value that most records tell."""
    commonest = (
        records.filter(pl.col(column).is_not_null())
        .group_by(key, column)
        .len()
        .sort(["len", column], descending=[True, False])
        .unique(key, keep="first", maintain_order=True)
        .select(key, pl.col(column).alias(name))
    )
    told = records.join(commonest, on=key, how="left").with_columns(pl.col(name).fill_null(UNKNOWN))
    sizes = told[name].value_counts()
    small = sizes.filter((pl.col("count") < least) & (pl.col(name) != UNKNOWN))[name]
    return told.with_columns(
        pl.when(pl.col(name).is_in(small.implode())).then(pl.lit(SMALL)).otherwise(name).alias(name)
    )


def _ordered(records: pl.DataFrame, groups: dict[str, int], column: str) -> list[str]:
    """The groups by their records, the rest and the unknown last."""
    sizes = dict(records[column].value_counts().iter_rows())
    return sorted(groups, key=lambda g: (g in (SMALL, UNKNOWN), -sizes.get(g, 0), g))


def _pairs(
    records: pl.DataFrame, keys: list[str], by: list[str], between_sources: bool = True
) -> dict[str, int]:
    """How many pairs of records have the same `keys`, by group."""
    counts = _within(records, keys, by)
    if between_sources:
        inside = _within(records, [*keys, "contract"], by)
        counts = {group: pairs - inside[group] for group, pairs in counts.items()}
    return counts


def _within(records: pl.DataFrame, keys: list[str], by: list[str]) -> dict[str, int]:
    # The length of a group is of 32 bits, and its square is not.
    size = pl.col("size")
    sizes = records.group_by(*keys, *by).agg(pl.len().cast(pl.Int64).alias("size"))
    group = pl.col(by[0]) if by else pl.lit("")
    counted = sizes.group_by(group.alias("group")).agg((size * (size - 1) // 2).sum())
    return dict(counted.iter_rows())


def agreement_by_sources(records: pl.DataFrame) -> dict[tuple[str, str], Agreement]:
    """Precision and recall of each pair of sources that have a linked or a true pair."""
    linked = _pairs_of_sources(records, ["person_key"])
    true = _pairs_of_sources(records, ["person_id"])
    both = _pairs_of_sources(records, ["person_key", "person_id"])
    return {
        pair: Agreement(
            counted_share(both.get(pair, 0), linked.get(pair, 0)),
            counted_share(both.get(pair, 0), true.get(pair, 0)),
        )
        for pair in sorted({**linked, **true}, key=lambda p: (-true.get(p, 0), p))
    }


def _pairs_of_sources(records: pl.DataFrame, keys: list[str]) -> dict[tuple[str, str], int]:
    sizes = records.group_by(*keys, "contract").agg(pl.len().cast(pl.Int64).alias("size"))
    shared = sizes.filter(pl.len().over(keys) > 1)
    pairs = shared.join(shared, on=keys, suffix="_r").filter(
        pl.col("contract") < pl.col("contract_r")
    )
    counted = pairs.group_by("contract", "contract_r").agg(
        (pl.col("size") * pl.col("size_r")).sum()
    )
    return {(one, other): count for one, other, count in counted.iter_rows()}


def overlap(links: pl.DataFrame) -> dict[tuple[str, str], int]:
    """How many persons of a source are also in another; of a source and itself, all of its own."""
    present = links.select("person_key", "contract").unique()
    together = present.join(present, on="person_key", suffix="_r")
    counted = together.group_by("contract", "contract_r").agg(pl.len().cast(pl.Int64))
    return {(one, other): count for one, other, count in counted.iter_rows()}


def methods(links: pl.DataFrame) -> dict[str, int]:
    """How many records each method linked, the commonest first.

    A record that was alone when it came, and to which others have been linked, counts as FIRST.
    """
    is_joined = (pl.col("method") == "single") & (pl.len().over("person_key") > 1)
    told = pl.when(is_joined).then(pl.lit(FIRST)).otherwise("method").alias("method")
    counted = (
        links.with_columns(told)["method"]
        .value_counts()
        .sort(["count", "method"], descending=[True, False])
    )
    return dict(counted.iter_rows())


def shared_persons(links: pl.DataFrame) -> dict[str, int]:
    """How many persons of each source are also in another."""
    elsewhere = pl.col("contract").n_unique().over("person_key") > 1
    counted = links.filter(elsewhere).group_by("contract").agg(pl.col("person_key").n_unique())
    return dict(counted.iter_rows())
