"""What the demo's home holds: its extracts, its figures before any is withheld, its release."""

import re

import polars as pl

from tests.path.recomputed import Recomputed
from warehouse import observation_file
from warehouse.contracts.contract import contract
from warehouse.database import connect
from warehouse.indicator import dataflow as known
from warehouse.observation import Selection
from warehouse.reading import open_extract
from warehouse.settings import settings

LAST_MONTH = "2025-12"


def released(dataflow: str, **filters: str) -> pl.DataFrame:
    selection = Selection({name: (code,) for name, code in filters.items()}, None, None)
    content = observation_file.written(dataflow, selection, None, "csv")
    return pl.read_csv(content, infer_schema=False)


def total(dataflow: str) -> pl.DataFrame:
    """The totals of all dimensions, of every month."""
    dimensions = known(dataflow).dimension_ids
    return released(dataflow, freq="M", **dict.fromkeys(dimensions, "_T"))


def extracts(contract_id: str) -> pl.DataFrame:
    """Every row of a contract's specimen, by the reader alone; the last version of each month."""
    folder = settings().specimen_dir
    files = sorted(folder.rglob(f"SPECIMEN_{contract_id}_*"))
    read = [
        batch.with_columns(
            period=pl.lit(re.search(r"\d{4}-(\d{2}|Q\d)", path.name)[0]),
            is_corrected=pl.lit("corrected" in path.name),
        )
        for path in files
        for batch in open_extract(path, contract(contract_id)).batches()
    ]
    return pl.concat(read)


def computed(cells: Recomputed) -> dict[tuple[str, ...], float]:
    """The cells as the model holds them, unprotected."""
    flow = known(cells.dataflow)
    totalled = [d for d in flow.dimension_ids if d not in cells.keys]
    where = " and ".join(["freq = %s", *(f"{d} = '_T'" for d in totalled)])
    with connect("simimo_analyst") as session:
        rows = session.execute(
            f"select {', '.join(cells.keys)}, obs_value from indicators.{flow.model} where {where}",
            [cells.freq],
        ).fetchall()
    return {tuple(row[:-1]): float(row[-1]) for row in rows}


def figures(dataflow: str, *dimensions: str, **codes: str) -> dict[tuple[str, ...], float]:
    """The figures of the last month by these dimensions, before any is withheld."""
    own = known(dataflow)
    totals = {d: "_T" for d in own.dimension_ids if d not in dimensions} | codes
    given = " and ".join(f"{dimension} = '{code}'" for dimension, code in totals.items())
    parts = " and ".join(f"{dimension} <> '_T'" for dimension in dimensions)
    with connect("simimo_analyst") as session:
        rows = session.execute(
            f"select {', '.join(dimensions)}, obs_value from indicators.{own.model} "
            f"where time_period = '{LAST_MONTH}' and {given} and {parts}"
        ).fetchall()
    return {tuple(codes): float(value) for *codes, value in rows}


def cells(frame: pl.DataFrame, *keys: str) -> dict[tuple[str, ...], float]:
    return {
        tuple(row[k] for k in keys): float(row["obs_value"])
        for row in frame.filter(pl.col("obs_value").is_not_null()).to_dicts()
    }
