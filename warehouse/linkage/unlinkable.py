"""Records that nothing can link: no number, and too little else even to match themselves.

In Splink's words the unlinkables: a record that tells all alike to itself weighs the most that it
can in any pair.
"""

import math

import polars as pl

from warehouse.identity import IDENTIFIERS
from warehouse.linkage.model import LEVELS, Model, with_terms
from warehouse.linkage.rules import rules

DESCRIPTION = ("family", "given", "birth_date")


def unlinkable(people: pl.DataFrame, model: Model) -> pl.DataFrame:
    """The people (contract, record_id) with has_number, has_description and is_unlinkable.

    A record is unlinkable that has no number, and whose weight beside itself stays below the
    threshold even with the source where a match is likeliest.
    """
    has_number = pl.any_horizontal(pl.col(name).is_not_null() for name in IDENTIFIERS)
    has_description = pl.all_horizontal(pl.col(name).is_not_null() for name in DESCRIPTION)
    told = people.select(
        "contract",
        "record_id",
        has_number.alias("has_number"),
        has_description.alias("has_description"),
    ).with_columns(self_weight(people, model))
    is_light = pl.col("self_weight") < rules().link_from_weight
    return told.with_columns((~pl.col("has_number") & is_light).alias("is_unlinkable")).drop(
        "self_weight"
    )


def self_weight(people: pl.DataFrame, model: Model) -> pl.Series:
    """The match weight of each record with itself."""
    told = with_terms(people)
    for term, shares in model.frequencies.items():
        told = told.join(shares, on=term, how="left", maintain_order="left")
    prior = pl.col("contract").replace_strict(
        _best_priors(model), default=_log_odds(model.prior), return_dtype=pl.Float64
    )
    parts = [_weight(name, model) for name in LEVELS]
    return told.select((prior + pl.sum_horizontal(parts)).alias("self_weight")).to_series()


def _weight(name: str, model: Model) -> pl.Expr:
    """What a value equal to itself weighs; 0 where there is none."""
    levels = model.levels[name]
    weight = _level_weight(name, levels["exact"].m, levels["exact"].u, model)
    term = f"{name}_term"
    if "exact_in_group" in levels:
        in_group = levels["exact_in_group"]
        weight = (
            pl.when(pl.col(term).is_not_null())
            .then(_level_weight(term, in_group.m, in_group.u, model))
            .otherwise(weight)
        )
    return pl.when(pl.col(name).is_not_null()).then(weight).otherwise(0.0)


def _level_weight(term: str, m: float, u: float, model: Model) -> pl.Expr:
    chance = pl.lit(u)
    if term in model.frequencies:
        chance = pl.col(f"tf_{term}").fill_null(u)
    return (pl.lit(m) / chance).log(2)


def _best_priors(model: Model) -> dict[str, float]:
    best: dict[str, float] = {}
    for pair, prior in model.priors.items():
        for contract in pair.split("|"):
            best[contract] = max(best.get(contract, -math.inf), _log_odds(prior))
    return best


def _log_odds(prior: float) -> float:
    return math.log2(prior / (1 - prior))
