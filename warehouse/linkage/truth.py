"""The truth of a specimen by source record: whose record it is, under the id that staging gives."""

from pathlib import Path

import polars as pl

from warehouse.contracts.contract import Contract, contracts
from warehouse.identity import has_identity, record_ids

KEY_SEPARATOR = "|"


def truth(directory: Path) -> pl.DataFrame:
    """The person behind each record: contract, record_id, person_id.

    `directory` is the folder truth of a specimen: <contract>/<period>.parquet with person_id and
    record_key, the contract's primary key in clear.
    """
    found = [
        _of_file(contract, path)
        for contract in contracts().values()
        if has_identity(contract)
        for path in sorted((directory / contract.id).glob("*.parquet"))
    ]
    schema = {"contract": pl.String, "record_id": pl.String, "person_id": pl.String}
    return pl.concat([pl.DataFrame(schema=schema), *found]).unique(
        ["contract", "record_id"], keep="first", maintain_order=True
    )


def _of_file(contract: Contract, path: Path) -> pl.DataFrame:
    told = pl.read_parquet(path, columns=["person_id", "record_key"])
    names = contract.primary_key
    keys = told["record_key"].str.splitn(KEY_SEPARATOR, len(names)).struct.unnest()
    keys.columns = list(names)
    return pl.concat(
        pl.DataFrame(
            {
                "record_id": record_ids(batch, contract, path.stem),
                "person_id": told["person_id"].cast(pl.String),
            }
        ).select(pl.lit(contract.id).alias("contract"), "record_id", "person_id")
        for batch in _written(keys, contract)
    )


def _written(keys: pl.DataFrame, contract: Contract) -> list[pl.DataFrame]:
    """The keys as batches of the contract, once in each form that it allows for their dates.

    A record's id comes from its key as the file wrote it, and the truth has ISO dates.
    """
    dates = [c for c in contract.columns if c.name in contract.primary_key and c.type == "date"]
    forms = dates[0].date_formats if dates else ("",)
    blank = [
        pl.lit(None, dtype=pl.String).alias(c.name)
        for c in contract.columns
        if c.name not in keys.columns
    ]
    return [
        keys.with_columns(
            *(pl.col(c.name).str.to_date("%Y-%m-%d").dt.strftime(form) for c in dates),
            *blank,
            pl.lit("").alias("part"),
            pl.lit(0).alias("line_number"),
        )
        for form in forms
    ]
