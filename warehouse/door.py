"""The door to raw: what no list knows passes as a token, what names somebody not at all.

A cell of a code column may hold anything that an officer pasted. Only a code that a
correspondence knows passes as it is written; any other becomes a token, a keyed hash such as
?3F9A51C204BB7E60, from raw to harmonised. What was written waits for the steward, and for
nobody else, in codes.unknown_value, until a list knows it.
"""

from collections import defaultdict
from collections.abc import Mapping

import polars as pl

from warehouse.codes import Known, compared
from warehouse.contracts.contract import Column, Contract
from warehouse.pseudonym import pseudonyms
from warehouse.source_code import matched

TOKEN_MARK = "?"
TOKEN_HEX_DIGITS = 16
"""64 bits: two of 10,000 unknown codes agree with a chance of 3e-12."""
VALUES_KEPT = 200
"""Unknown codes of one column that a steward may read; more are no codes but a wrong column."""

UNKNOWN = {
    "column_name": pl.String,
    "variable": pl.String,
    "token": pl.String,
    "value": pl.String,
    "row_count": pl.Int64,
}


def tokens(variable: str, source_codes: pl.Series) -> pl.Series:
    """The tokens of source codes, the same for every spelling that compares alike.

    A code of one variable has another token as a code of a second one.
    """
    # In hexadecimal, so that letters of every script count.
    spelled = (variable + ":" + source_codes).str.encode("hex").str.to_uppercase()
    hashed = pseudonyms(spelled, "unknown_code").str.slice(0, TOKEN_HEX_DIGITS)
    return (TOKEN_MARK + hashed.str.to_uppercase()).alias("token")


def tokens_of(variable: str, source_codes: frozenset[str]) -> dict[str, str]:
    """Tokens to the source codes that they stand for."""
    spelled = pl.Series(sorted(map(matched, source_codes)), dtype=pl.String)
    return dict(zip(tokens(variable, spelled), spelled, strict=True))


class Door:
    """Lets the batches of one file into raw, and remembers the unknown codes it met."""

    def __init__(self, contract: Contract, known: Known) -> None:
        self._contract = contract
        self._known = known
        self._met: dict[str, list[pl.DataFrame]] = defaultdict(list)

    def admitted(
        self, batch: pl.DataFrame, kept_back: Mapping[tuple[str, str], pl.Series]
    ) -> pl.DataFrame:
        """The batch as raw may hold it; `kept_back` has its doubtful rows by rule and column."""
        if self._contract.kind == "public":
            return batch
        for (rule, name), rows in kept_back.items():
            told: pl.Series | None = None
            if rule == "unknown_code":
                told = self._told(batch[name], self._contract.column(name), rows)
            batch = batch.with_columns(pl.when(rows).then(told).otherwise(pl.col(name)).alias(name))
        return batch

    def unknown(self) -> pl.DataFrame:
        """The unknown codes met (column_name, variable, token, value, row_count).

        The most frequent of each column have their value; the others their token alone.
        """
        counted = [
            pl.concat(met)
            .group_by("column_name", "variable", "token")
            .agg(pl.col("value").first(), pl.col("row_count").sum())
            .sort("row_count", "value", descending=[True, False])
            .with_columns(value=pl.when(pl.int_range(pl.len()) < VALUES_KEPT).then(pl.col("value")))
            for met in self._met.values()
        ]
        return pl.concat([pl.DataFrame(schema=UNKNOWN), *counted])

    def _told(self, cells: pl.Series, column: Column, rows: pl.Series) -> pl.Series:
        """The cells of the rows chosen with tokens for their unknown codes; null elsewhere."""
        chosen = pl.DataFrame({"cell": cells}).with_row_index("row").filter(rows)
        separator = column.separator or ""
        if separator:
            chosen = chosen.with_columns(pl.col("cell").str.split(separator)).explode("cell")
        items = chosen.with_columns(value=compared(column, pl.col("cell")))
        counts = self._counted(items["value"], column)
        told = (
            items.join(counts.select("value", "token"), "value", "left", maintain_order="left")
            .with_columns(item=pl.coalesce("token", "cell"))
            .group_by("row", maintain_order=True)
            .agg(pl.col("item").str.join(separator))
        )
        every = pl.int_range(cells.len(), dtype=pl.UInt32, eager=True).alias("row").to_frame()
        return every.join(told, on="row", how="left", maintain_order="left")["item"]

    def _counted(self, values: pl.Series, column: Column) -> pl.DataFrame:
        """The unknown ones of these values, with their tokens and numbers; they are remembered."""
        variable = column.variable or ""
        known = pl.Series(sorted(self._known[variable]), dtype=pl.String)
        unknown = values.filter(~values.is_in(known.implode())).rename("value").to_frame()
        counts = unknown.group_by("value").agg(row_count=pl.len().cast(pl.Int64))
        counts = counts.select(
            column_name=pl.lit(column.name),
            variable=pl.lit(variable),
            token=tokens(variable, counts["value"]),
            value="value",
            row_count="row_count",
        )
        self._met[column.name].append(counts)
        return counts
