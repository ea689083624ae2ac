"""Clerical review: which pairs a run puts before reviewers, and what their answers do to pairs.

Pure: pairs, records and answers in, pairs out. Pairs are drawn by a keyed hash, so that the same
records give the same sample, and nobody who sends a file can foresee it.
"""

import polars as pl

from warehouse.identity import IDENTIFIERS
from warehouse.linkage.clustering import APART, REVIEWED
from warehouse.linkage.rules import Rules
from warehouse.pseudonym import secret

PAIR = ("contract_l", "record_id_l", "contract_r", "record_id_r")
WAITING = (*PAIR, "match_weight", "match_probability", "kind")


def with_answers(pairs: pl.DataFrame, people: pl.DataFrame, answers: pl.DataFrame) -> pl.DataFrame:
    """The judged pairs, those answered as reviewers say: 'reviewed' joins, 'apart' keeps apart.

    A number in common stands above an answer.

    `answers` has contract and record_id of both sides and the answer, yes or no. A pair that was
    not compared again comes without a weight.
    """
    ids = people.select("contract", "record_id", "unique_id")
    found = answers
    for side in ("l", "r"):
        named = ids.select(pl.all().name.suffix(f"_{side}"))
        found = found.join(named, on=[f"contract_{side}", f"record_id_{side}"])
    low, high = (f("unique_id_l", "unique_id_r") for f in (pl.min_horizontal, pl.max_horizontal))
    answered = found.select(
        low.alias("unique_id_l"),
        high.alias("unique_id_r"),
        pl.when(pl.col("answer") == "yes")
        .then(pl.lit(REVIEWED))
        .otherwise(pl.lit(APART))
        .alias("answered_method"),
    )
    told = pairs.join(answered, on=["unique_id_l", "unique_id_r"], how="full", coalesce=True)
    by_number = pl.col("method").is_in(IDENTIFIERS)
    return told.with_columns(
        pl.when(by_number.fill_null(False))
        .then("method")
        .otherwise(pl.coalesce("answered_method", "method"))
        .alias("method")
    ).drop("answered_method")


def waiting(
    pairs: pl.DataFrame, people: pl.DataFrame, clusters: pl.DataFrame, decided: Rules
) -> pl.DataFrame:
    """The pairs for reviewers (columns of WAITING), in an order that tells nothing of them.

    Those nearest to the threshold (near; ambiguous where two records of a register fit alike),
    and samples of the links by names (accepted) and of the pairs below the review line (rejected).
    """
    told = _with_records(_with_kind(pairs, clusters, decided), people)
    distance = (pl.col("match_weight") - decided.link_from_weight).abs()
    open_kinds = pl.col("kind").is_in(["near", "ambiguous"])
    nearest = told.filter(open_kinds).sort(distance, "drawn").head(decided.review_pairs_max)
    audits = [
        told.filter(kind=kind).sort("drawn").head(decided.audit_pairs)
        for kind in ("accepted", "rejected")
    ]
    return pl.concat([nearest, *audits]).sort("drawn").select(WAITING)


def _with_kind(pairs: pl.DataFrame, clusters: pl.DataFrame, decided: Rules) -> pl.DataFrame:
    """The pairs that are a matter of names, with their kind."""
    cluster = clusters.select("unique_id", "cluster")
    sides = pairs.join(cluster, left_on="unique_id_l", right_on="unique_id").join(
        cluster, left_on="unique_id_r", right_on="unique_id", suffix="_r"
    )
    is_one = pl.col("cluster") == pl.col("cluster_r")
    is_high = pl.col("match_weight") >= decided.link_from_weight
    method = pl.col("method")
    kind = (
        pl.when(is_one & (method == "names"))
        .then(pl.lit("accepted"))
        .when(~is_one & (method == "review") & is_high)
        .then(pl.lit("ambiguous"))
        .when(~is_one & (method == "review"))
        .then(pl.lit("near"))
        .when(~is_one & method.is_null())
        .then(pl.lit("rejected"))
    )
    return sides.with_columns(kind.alias("kind")).filter(pl.col("kind").is_not_null())


def _with_records(pairs: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """The pairs with both records, in the order of their names, and what they are drawn by."""
    import polars_hash  # noqa: F401  (registers the chash namespace)

    ids = people.select("unique_id", pl.concat_str("contract", "record_id", separator="|"))
    told = pairs.join(ids, left_on="unique_id_l", right_on="unique_id").join(
        ids, left_on="unique_id_r", right_on="unique_id", suffix="_r"
    )
    # A pair is one pair, in whatever order its records come again.
    both = (("l", pl.min_horizontal), ("r", pl.max_horizontal))
    sides = told.select(
        *(
            of_both("contract", "contract_r")
            .str.split_exact("|", 1)
            .struct.rename_fields([f"contract_{side}", f"record_id_{side}"])
            .alias(side)
            for side, of_both in both
        ),
        "match_weight",
        "match_probability",
        "kind",
    ).unnest("l", "r")
    keyed = pl.concat_str(PAIR, separator="|").chash.hmac_sha256(key=secret("review"))  # type: ignore[attr-defined]
    return sides.with_columns(keyed.alias("drawn"))


def band_sizes(pairs: pl.DataFrame, decided: Rules) -> dict[str, int]:
    """How many pairs names would link from each weight on (rounded down), by the weight."""
    is_linked = pl.col("method") == "names"
    is_below = (pl.col("method").is_null() | (pl.col("method") == "review")) & (
        pl.col("match_weight") < decided.link_from_weight
    )
    counted = (
        pairs.filter(is_linked | is_below)
        .group_by(pl.col("match_weight").floor().cast(pl.Int64).alias("band"))
        .len()
        .sort("band")
    )
    return {str(band): count for band, count in counted.iter_rows()}
