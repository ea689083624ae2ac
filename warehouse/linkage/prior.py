"""How likely two records match before they are compared: one prior for each pair of extracts.

Among 350 candidates for a certificate and 720 job seekers an equal name and birth date is no
chance; among 400,000 insured and 500,000 registered abroad it often is.
"""

import math
from collections.abc import Mapping

import polars as pl

ROUNDS = 30
"""Of expectation-maximisation; the priors stand still after about ten."""
LEAST_MATCHES = 0.5
"""Where none of the pairs match, as if half a pair did: no prior is zero."""

Priors = Mapping[str, float]


def pair_of(one: str, other: str) -> str:
    """The name of a pair of extracts, whatever their order (e.g. a|b)."""
    return "|".join(sorted((one, other)))


def priors(pairs: pl.DataFrame, people: pl.DataFrame, start: float) -> Priors:
    """The prior of each pair of extracts, by expectation-maximisation over the scored pairs.

    The share of all pairs of records that match is the mean of their probabilities; a pair that
    is not among the scored ones has a probability of about nothing.
    """
    sizes = people["contract"].value_counts()
    size = dict(zip(sizes["contract"], sizes["count"].to_list(), strict=True))
    told = _with_extracts(pairs, people).select(
        "extracts", (pl.col("match_weight") - _odds(start)).alias("evidence")
    )
    counts = {
        name: size[one] * (size[one] - 1) / 2 if one == other else size[one] * size[other]
        for name, one, other in (
            (name, *name.split("|")) for name in told["extracts"].unique().sort()
        )
    }
    known = dict.fromkeys(counts, start)
    for _ in range(ROUNDS):
        sums = (
            told.with_columns(
                pl.col("extracts").replace_strict(_weights(known)).alias("prior_weight")
            )
            .select(
                "extracts",
                (
                    1 / (1 + (-(pl.col("evidence") + pl.col("prior_weight")) * math.log(2)).exp())
                ).alias("probability"),
            )
            .group_by("extracts")
            .agg(pl.col("probability").sum())
        )
        known = {name: max(total, LEAST_MATCHES) / counts[name] for name, total in sums.iter_rows()}
        known = {name: min(prior, 0.5) for name, prior in known.items()}
    return dict(sorted(known.items()))


def with_priors(
    pairs: pl.DataFrame, people: pl.DataFrame, known: Priors, start: float
) -> pl.DataFrame:
    """The pairs with the weight and the probability that follow from their extracts' own prior."""
    weights = _weights(known)
    told = _with_extracts(pairs, people)
    own = pl.col("extracts").replace_strict(weights, default=_odds(start), return_dtype=pl.Float64)
    weight = pl.col("match_weight") - _odds(start) + own
    return (
        told.with_columns(weight.alias("match_weight"))
        .with_columns(
            (1 / (1 + (-pl.col("match_weight") * math.log(2)).exp())).alias("match_probability")
        )
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


def _odds(prior: float) -> float:
    return math.log2(prior / (1 - prior))


def _weights(known: Priors) -> dict[str, float]:
    return {name: _odds(prior) for name, prior in known.items()}
