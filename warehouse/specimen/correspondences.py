"""The sources' own codes, read back from the correspondences that decode them.

The correspondence seeds of the dbt project say which source code means which common code; the
specimen writes the source code, so the same table is the only copy of both directions.
"""

from functools import cache
from pathlib import Path

import polars as pl

from warehouse.specimen.names import without_accents

CORRESPONDENCES = Path(__file__).parents[2] / "dbt_project" / "seeds" / "correspondences"


@cache
def correspondence(variable: str, provider: str) -> pl.DataFrame:
    """One provider's rows for one variable: source_code, source_label, code, source."""
    table = pl.read_csv(CORRESPONDENCES / f"{variable}.csv", infer_schema=False)
    return table.filter(pl.col("provider") == provider)


@cache
def source_codes(variable: str, provider: str) -> dict[str, str]:
    """The first code a provider has for each common code (area, cnss: FR -> '250')."""
    rows = correspondence(variable, provider).unique("code", keep="first", maintain_order=True)
    return dict(rows.select("code", "source_code").iter_rows())


@cache
def adjectives() -> dict[str, str]:
    """DGSN's nationalities by area: the feminine adjective in capitals (FR -> 'FRANCAISE')."""
    rows = correspondence("area", "dgsn")
    return capitals_of_labels(rows)


@cache
def country_names() -> dict[str, str]:
    """French country names by area, in capitals without accents (SN -> 'SENEGAL')."""
    rows = correspondence("area", "*")
    return capitals_of_labels(rows.filter(pl.col("source").str.ends_with(", fr")))


@cache
def alpha3() -> dict[str, str]:
    """ISO alpha-3 codes by area (SN -> 'SEN')."""
    rows = correspondence("area", "*").filter(pl.col("source").str.ends_with("alpha-3"))
    return dict(rows.select("code", "source_code").iter_rows())


@cache
def province_names() -> dict[str, tuple[str, ...]]:
    """How DGSN spells each province, by HCP's code RR.PPP (06.141 -> ('CASABLANCA', ...))."""
    rows = pl.concat([correspondence("region", "*"), correspondence("region", "dgsn")])
    named = rows.filter(
        pl.col("code").str.contains(r"^\d\d\.\d{3}$"),
        pl.col("source_code").str.contains(r"^[A-Z][A-Z' -]+$"),
    )
    grouped = named.group_by("code", maintain_order=True).agg("source_code")
    return {code: tuple(names) for code, names in grouped.iter_rows()}


@cache
def places() -> dict[str, str]:
    """A province's name in capitals as any provider may write it (06.141 -> 'CASABLANCA')."""
    named = correspondence("region", "*").filter(
        pl.col("code").str.contains(r"^\d\d\.\d{3}$"),
        pl.col("source_code").str.contains(r"^[A-Z][A-Z' -]+$"),
    )
    first = named.unique("code", keep="first", maintain_order=True)
    return dict(first.select("code", "source_code").iter_rows())


@cache
def agencies() -> dict[str, tuple[str, ...]]:
    """ANAPEC's agencies by HCP's code of the region ('06' -> ('CAS01', ...))."""
    rows = correspondence("region", "anapec")
    numbered = rows.filter(pl.col("source_code").str.contains(r"^[A-Z]{3}\d\d$"))
    grouped = numbered.group_by("code", maintain_order=True).agg("source_code")
    return {code.removeprefix("MA-"): tuple(names) for code, names in grouped.iter_rows()}


def capitals_of_labels(rows: pl.DataFrame) -> dict[str, str]:
    """Per common code the source code that is its label in plain capitals."""
    return {
        code: source
        for code, source, label in rows.select("code", "source_code", "source_label").iter_rows()
        if source == without_accents(label.replace("’", "'"))
    }
