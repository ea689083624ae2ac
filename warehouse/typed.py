"""Text to values: how a contract's column types are read, in expressions over whole columns."""

import polars as pl

from warehouse.contracts.contract import Column

ANY_DIGITS = dict(
    zip("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹０１２３４５６７８９", "012345678901234567890123456789", strict=True)
)
NARROW_SPACES = {"\u00a0": "", "\u202f": "", " ": ""}
FOUR_DIGITS = r"^[0-9]{4}|^\S{1,6}[0-9]{4}"


def typed(column: Column, text: pl.Expr) -> pl.Expr:
    """The value of `text` under the column's type; null where it cannot be read.

    Integers and decimals as numbers, dates as dates, months as their first day; text and codes
    as they are. A decimal comma, a date with a time and Arabic-Indic digits are read.
    """
    if column.type == "integer":
        return _number(text, pl.Int64)
    if column.type == "decimal":
        return _number(text.str.replace(",", ".", literal=True), pl.Float64)
    if column.type == "date":
        return _date(text, column.date_formats)
    if column.type == "month":
        return _month(text)
    return text


def western(text: pl.Expr) -> pl.Expr:
    """Arabic-Indic and full-width digits as Western ones."""
    return text.str.replace_many(ANY_DIGITS)


def _number(text: pl.Expr, dtype: type[pl.DataType]) -> pl.Expr:
    return text.cast(dtype, strict=False)


def _date(text: pl.Expr, formats: tuple[str, ...]) -> pl.Expr:
    # A year has four digits: strptime alone would read 02/12/25 as the year 25.
    day = pl.when(text.str.contains(FOUR_DIGITS)).then(text.str.slice(0, 10))
    readings = [day.str.to_date(f, strict=False, exact=True) for f in formats]
    return pl.when(text.str.len_bytes() <= 19).then(pl.coalesce(readings))


def _month(text: pl.Expr) -> pl.Expr:
    first_day = pl.concat_str(text.str.replace_all(r"[-/]", ""), pl.lit("01"))
    return first_day.str.to_date("%Y%m%d", strict=False)


def tolerant(column: Column, text: pl.Expr) -> pl.Expr:
    """Text without the digit shapes and, in a number, the spaces that a strict reading refuses."""
    if column.type in ("integer", "decimal"):
        return western(text).str.replace_many(NARROW_SPACES)
    return western(text)
