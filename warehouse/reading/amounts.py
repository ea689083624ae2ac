"""Numbers in fixed-width fields: zero-filled as they should be, or padded otherwise.

| field    | read as | finding                                        |
| 000123   | 123     |                                                |
| (blank)  | 0       |                                                |
| ␣␣␣123   | 123     | padding_blank, a warning: nothing else can be meant |
| 123␣␣␣   | nothing | padding, an error: 123 or 123000?              |
"""

from collections.abc import Iterable

import polars as pl

from warehouse.contracts.layout import Field

LONG = 18
"""Digits that a 64-bit integer always holds; wider fields are read in 128 bits."""
DIGITS = r"^\d+$"


def number(name: str) -> str:
    """The column that holds the field `name` as a number."""
    return f"#{name}"


def parsed(frame: pl.DataFrame, fields: Iterable[Field]) -> pl.DataFrame:
    """`frame` with a number column beside each of `fields`, columns of raw text.

    A number is null when the text is none; `padding` lists the fields padded by doubtful blanks,
    `padding_blank` those whose blanks were read as zeros (and are now written so).
    """
    frame = frame.with_columns(
        *(pl.col(f.name).cast(_integer(f), strict=False).alias(number(f.name)) for f in fields),
        padding=pl.lit(None, pl.String),
        padding_blank=pl.lit(None, pl.String),
    )
    for field in fields:
        if frame[number(field.name)].null_count():
            frame = _with_blanks(frame, field)
    return frame


def _integer(field: Field) -> type[pl.DataType]:
    return pl.Int128 if field.width > LONG else pl.Int64


def _with_blanks(frame: pl.DataFrame, field: Field) -> pl.DataFrame:
    """The field read again where plain digits were not found."""
    raw = pl.col(field.name).str.pad_end(field.width)
    bare = raw.str.strip_chars(" ")
    unread = pl.col(number(field.name)).is_null()
    digits = unread & bare.str.contains(DIGITS)
    filled_left = digits & ~raw.str.ends_with(" ")
    filled_right = digits & ~filled_left
    return frame.with_columns(
        pl.when(filled_left | (bare == ""))
        .then(
            pl.when(bare == "")
            .then(pl.lit("0"))
            .otherwise(bare)
            .cast(_integer(field), strict=False)
        )
        .otherwise(pl.col(number(field.name)))
        .alias(number(field.name)),
        pl.when(filled_left)
        .then(bare.str.zfill(field.width))
        .otherwise(pl.col(field.name))
        .alias(field.name),
        pl.when(filled_right)
        .then(pl.lit(field.name))
        .otherwise(pl.col("padding"))
        .alias("padding"),
        pl.when(filled_left)
        .then(pl.lit(field.name))
        .otherwise(pl.col("padding_blank"))
        .alias("padding_blank"),
    )
