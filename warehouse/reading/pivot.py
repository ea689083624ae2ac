"""Wide tables made long: a column for each country or quarter becomes a row for each."""

import polars as pl

from warehouse.contracts.contract import Contract
from warehouse.reading.headings import Headings


def unpivoted(frame: pl.DataFrame, headings: Headings, contract: Contract) -> pl.DataFrame:
    """`frame` with one row for each filled cell of a pivoted column; unchanged without a pivot.

    country  Morocco  Senegal        country  origin   persons
    France   20       5         ->   France   Morocco  20
    Spain    12                      France   Senegal  5
                                     Spain    Morocco  12

    The rows keep the line of the cell. Notes below the table have no cell there, and give none.
    """
    pivot = contract.pivot
    if pivot is None:
        return frame
    long = frame.unpivot(
        on=list(headings.pivoted),
        index=["line_number", *headings.positions],
        variable_name=pivot.name,
        value_name=pivot.value,
    )
    told = pl.col(pivot.value).is_not_null() & ~pl.col(pivot.value).is_in(list(pivot.missing))
    return long.filter(told).sort("line_number", maintain_order=True)
