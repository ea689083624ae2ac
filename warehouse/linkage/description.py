"""From identity records to what is compared: names by core and sound, common codes, dates.

before  CNSS  nom='EL ALAMI'  sexe='H'  nationalite='504'
after   family='ALAMI'  family_sound='ALM'  sex='M'  citizenship='MA'
"""

from collections.abc import Callable

import polars as pl

from warehouse.contracts.contract import contracts
from warehouse.linkage.names import core, sound
from warehouse.linkage.rules import rules
from warehouse.source_code import matched_codes

CODED = {"sex": "sex", "citizenship": "area", "birth_country": "area", "province": "region"}
"""The variable of the code lists behind each role of identity."""
REGION_DIGITS = 2
COMPARED = (
    "family",
    "given",
    "family_sound",
    "given_sound",
    "birth_date",
    "sex",
    "citizenship",
    "region",
    "employer",
)
"""The columns that the model compares or blocks on, beside the identifiers."""


def described(records: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """The records with the columns of COMPARED in place of names and source codes.

    `records` has contract, the sealed roles in clear and the described ones as sources write
    them; `known` the correspondences: variable, provider, source_code, code, preference.
    """
    home = pl.col("contract").is_in(list(rules().nationals_only))
    coded = [
        _decoded(records, role, known.filter(variable=variable)) for role, variable in CODED.items()
    ]
    told = records.with_columns(
        _each(records["family_name"], core).alias("family"),
        _each(records["given_name"], core).alias("given"),
        _each(records["family_name"], sound).alias("family_sound"),
        _each(records["given_name"], sound).alias("given_sound"),
        *coded,
    )
    return told.with_columns(
        pl.when(home).then(pl.lit("MA")).otherwise("citizenship").alias("citizenship"),
        pl.col("province").str.slice(0, REGION_DIGITS).alias("region"),
    ).drop("family_name", "given_name", "province")


def _each(values: pl.Series, rewritten: Callable[[str], str]) -> pl.Series:
    """Each distinct value rewritten once; null where nothing is left."""
    distinct = values.drop_nulls().unique()
    new = pl.Series([rewritten(value) or None for value in distinct], dtype=pl.String)
    return values.replace_strict(distinct, new, default=None, return_dtype=pl.String)


def _decoded(records: pl.DataFrame, role: str, known: pl.DataFrame) -> pl.Series:
    """The common code of a role, null where none is known or it says unknown.

    A provider's own row comes before the row of all; of several of one preference, none differs
    enough to matter to a comparison.
    """
    provider_of = {name: contract.provider for name, contract in contracts().items()}
    asked = pl.DataFrame(
        {
            "source_code": matched_codes(records[role]),
            "provider": records["contract"].replace_strict(provider_of),
        }
    )
    distinct = asked.unique().filter(pl.col("source_code").is_not_null())
    own = distinct.join(known, on=["provider", "source_code"])
    shared = distinct.join(known.filter(provider="*").drop("provider"), on="source_code")
    best = (
        pl.concat([own, shared.select(own.columns)])
        .sort("preference", "code")
        .unique(["provider", "source_code"], keep="first", maintain_order=True)
        .filter(pl.col("code") != "_U")
    )
    found = asked.join(best, on=["provider", "source_code"], how="left", maintain_order="left")
    return found["code"].alias(role)
