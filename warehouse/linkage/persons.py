"""Person keys: what a cluster of records is called, and what becomes of the persons before.

A new person is named by its first record; one that is known keeps its key. Where two known
persons turn out to be one, the one whose first record is the earliest stays (merge); where one
turns out to be two, the part with the earliest record keeps the key (split).
"""

import polars as pl

from warehouse.linkage.clustering import REVIEWED
from warehouse.pseudonym import PSEUDONYM_HEX_DIGITS, secret


def with_keys(people: pl.DataFrame) -> pl.DataFrame:
    """The people (unique_id in order of arrival, cluster, earlier_key) with their `person_key`."""
    candidates = (
        people.filter(pl.col("earlier_key").is_not_null())
        .group_by("cluster", "earlier_key")
        .agg(pl.col("unique_id").min().alias("first"))
    )
    # The earliest part of a person keeps its key; the earliest person of a cluster gives its own.
    keeps = candidates.sort("first").unique("earlier_key", keep="first", maintain_order=True)
    named = keeps.unique("cluster", keep="first", maintain_order=True).select(
        "cluster", pl.col("earlier_key").alias("kept_key")
    )
    told = people.join(named, on="cluster", how="left").join(
        _new_keys(people, named), on="cluster", how="left"
    )
    return told.with_columns(pl.coalesce("kept_key", "new_key").alias("person_key")).drop(
        "kept_key", "new_key"
    )


def _new_keys(people: pl.DataFrame, named: pl.DataFrame) -> pl.DataFrame:
    """A key for each cluster that has none: a keyed hash of its first record."""
    import polars_hash  # noqa: F401  (registers the chash namespace)

    taken = people["earlier_key"].drop_nulls().unique()
    first = (
        people.join(named, on="cluster", how="anti")
        .sort("unique_id")
        .unique("cluster", keep="first", maintain_order=True)
    )
    founder = pl.concat_str(["contract", "record_id"], separator="|")
    keyed = first.select("cluster", _key(founder).alias("new_key"), founder.alias("founder"))
    # The first record of a part that has split off may have founded the person it left.
    again = _key(pl.concat_str([pl.col("founder"), pl.lit("|2")]))
    return keyed.select(
        "cluster",
        pl.when(pl.col("new_key").is_in(taken.implode()))
        .then(again)
        .otherwise("new_key")
        .alias("new_key"),
    )


def _key(text: pl.Expr) -> pl.Expr:
    keyed: pl.Expr = text.chash.hmac_sha256(key=secret("person"))  # type: ignore[attr-defined]
    return keyed.str.slice(0, PSEUDONYM_HEX_DIGITS)


def changes(told: pl.DataFrame) -> pl.DataFrame:
    """The merges and splits: kind, person_key (before), other_key (after), reason, record_count.

    The reason is the link that brought it about, or that the person was taken up for an answer.
    A merge empties the person before; a split leaves records behind with the key.
    """
    moved = told.filter(
        pl.col("earlier_key").is_not_null() & (pl.col("earlier_key") != pl.col("person_key"))
    )
    left = told.filter(pl.col("earlier_key") == pl.col("person_key"))["earlier_key"].unique()
    reasons = pl.col("method").filter(pl.col("method") != "single").sort().first()
    return (
        moved.group_by("earlier_key", "person_key")
        .agg(
            reasons.alias("link"),
            pl.col("is_reviewed").any(),
            pl.len().alias("record_count"),
        )
        .select(
            pl.when(pl.col("earlier_key").is_in(left.implode()))
            .then(pl.lit("split"))
            .otherwise(pl.lit("merge"))
            .alias("kind"),
            pl.col("earlier_key").alias("person_key"),
            pl.col("person_key").alias("other_key"),
            pl.when("is_reviewed")
            .then(pl.lit(REVIEWED))
            .otherwise(pl.col("link").fill_null("link fell"))
            .alias("reason"),
            "record_count",
        )
        .sort("kind", "person_key", "other_key")
    )
