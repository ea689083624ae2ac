"""How likely two records match before they are compared: one prior for each pair of extracts.

Among 350 candidates for a certificate and 720 job seekers an equal name and birth date is no
chance; among 400,000 insured and 500,000 registered abroad it often is.
"""

import math
from collections.abc import Iterable, Mapping

import polars as pl

ROUNDS = 30
"""Of expectation-maximisation; the priors stand still after about ten."""
LEAST_MATCHES = 0.5
"""Where none of the pairs match, as if half a pair did: no prior is zero."""
HIGHEST = 0.5

Priors = Mapping[str, float]


def pair_of(one: str, other: str) -> str:
    """The name of a pair of extracts, whatever their order (e.g. a|b)."""
    return "|".join(sorted((one, other)))


def priors(
    pairs: pl.DataFrame, people: pl.DataFrame, linked: Mapping[str, int], start: float
) -> Priors:
    """The prior of each pair of extracts, by expectation-maximisation over the scored pairs.

    The share of all pairs of records that match is the mean of their probabilities; a pair that
    is not among the scored ones has a probability of about nothing. `linked` counts the earlier
    records of each extract, with which the fresh ones make pairs.
    """
    if pairs.is_empty():
        return {}
    told = _with_extracts(pairs, people).select(
        "extracts", (pl.col("match_weight") - _odds(start)).alias("evidence")
    )
    counts = _pair_counts(told["extracts"].unique().sort(), people, linked)
    known = dict.fromkeys(counts, start)
    for _ in range(ROUNDS):
        weight = pl.col("evidence") + pl.col("extracts").replace_strict(_weights(known))
        sums = told.group_by("extracts").agg(_probability(weight).sum())
        known = {
            name: min(max(total, LEAST_MATCHES) / counts[name], HIGHEST)
            for name, total in sums.iter_rows()
        }
    return dict(sorted(known.items()))


def _pair_counts(
    extracts: Iterable[str], people: pl.DataFrame, linked: Mapping[str, int]
) -> dict[str, float]:
    """How many pairs of records there are, with a fresh one in each."""
    sizes = people.filter("is_fresh")["contract"].value_counts()
    fresh = dict(zip(sizes["contract"], sizes["count"].to_list(), strict=True))
    counts = {}
    for name in extracts:
        one, other = name.split("|")
        new, more = fresh.get(one, 0), fresh.get(other, 0)
        old, older = linked.get(one, 0), linked.get(other, 0)
        if one == other:
            counts[name] = new * (new - 1) / 2 + new * old
        else:
            counts[name] = new * (more + older) + old * more
    return {name: max(count, 1.0) for name, count in counts.items()}


def with_priors(
    pairs: pl.DataFrame, people: pl.DataFrame, known: Priors, start: float
) -> pl.DataFrame:
    """The pairs with the weight and the probability that follow from their extracts' own prior."""
    if pairs.is_empty():
        return pairs
    weights = _weights(known)
    told = _with_extracts(pairs, people)
    own = pl.col("extracts").replace_strict(weights, default=_odds(start), return_dtype=pl.Float64)
    weight = pl.col("match_weight") - _odds(start) + own
    return (
        told.with_columns(weight.alias("match_weight"))
        .with_columns(_probability(pl.col("match_weight")).alias("match_probability"))
        .drop("extracts")
    )


def _with_extracts(pairs: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    names = people.select("unique_id", "contract")
    sides = pairs.join(
        names, left_on="unique_id_l", right_on="unique_id", maintain_order="left"
    ).join(names, left_on="unique_id_r", right_on="unique_id", suffix="_r", maintain_order="left")
    low = pl.min_horizontal("contract", "contract_r")
    high = pl.max_horizontal("contract", "contract_r")
    return sides.with_columns(pl.concat_str([low, high], separator="|").alias("extracts")).drop(
        "contract", "contract_r"
    )


def _probability(weight: pl.Expr) -> pl.Expr:
    """The probability of a match weight, which is log2 of its odds."""
    return 1 / (1 + (-weight * math.log(2)).exp())


def _odds(prior: float) -> float:
    return math.log2(prior / (1 - prior))


def _weights(known: Priors) -> dict[str, float]:
    return {name: _odds(prior) for name, prior in known.items()}
