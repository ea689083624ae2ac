"""The shape of fixed-width records: their length, their code, their place among the others."""

import re

import polars as pl

from warehouse.contracts.layout import Layout, Record
from warehouse.findings import Finding
from warehouse.reading.reporting import Row, report
from warehouse.reading.sequences import Plan

CODE = re.compile(r"[A-Z]\d\d")
HIDDEN = "•••"


def measured(lines: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """`lines` with `size` and `is_faulty`: of no known record, or too long or short for its own.

    Blanks at the end count for nothing: editors and programs trim them, or add some.
    """
    least = {record.code: _least(record, plan) for record in plan.layout.records}
    size = pl.col("text").str.len_chars().cast(pl.Int64)
    bounds = pl.col("code").replace_strict(least, default=None, return_dtype=pl.Int64)
    is_unknown = pl.col("rank").is_null()
    return (
        realigned(lines, plan.layout)
        .with_columns(size=size, least=bounds)
        .with_columns(
            is_faulty=is_unknown
            | (pl.col("size") > plan.layout.width)
            | (pl.col("size") < pl.col("least"))
        )
    )


def check_shapes(lines: pl.DataFrame, plan: Plan, findings: list[Finding]) -> None:
    """Report records that are unknown, of a wrong length, or out of order."""
    unknown = lines.filter(pl.col("rank").is_null())
    report(findings, unknown, "unknown_record", values=lambda row: {"record": _shown(row["code"])})

    def lengths(row: Row) -> dict[str, str]:
        expected = str(plan.layout.width)
        return {"record": row["code"], "found": str(row["size"]), "expected": expected}

    misshapen = lines.filter(pl.col("is_faulty") & pl.col("rank").is_not_null())
    report(findings, misshapen, "wrong_record_length", values=lengths)
    once = [plan.ranks[record.code] for record in plan.layout.records if not record.repeats]
    rank, prior = pl.col("rank"), pl.col("prior")
    repeated = (rank == prior) & rank.is_in(once)
    disordered = lines.filter(~pl.col("starts") & ((rank < prior) | repeated))
    codes = [record.code for record in plan.layout.records]
    report(
        findings,
        disordered,
        "record_order",
        values=lambda row: {"record": row["code"], "after": codes[row["prior"]]},
    )


def realigned(lines: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """`lines` with the records that a program filled by bytes, not characters, set right.

    Such a line has as many bytes as the layout has characters, so that an accent in a name moves
    every later field to the left.
    """
    line = pl.col("line").str.strip_chars_end("\r")
    has_moved = (line.str.len_bytes() == layout.width) & (line.str.len_chars() < layout.width)
    moved = lines.select(has_moved).to_series()
    if not moved.any():
        return lines
    records = {record.code: record for record in layout.records}
    texts = [
        _realigned(text, records[code], layout) if is_moved and code in records else text
        for text, code, is_moved in zip(lines["text"], lines["code"], moved, strict=True)
    ]
    return lines.with_columns(pl.Series("text", texts, pl.String))


def _realigned(text: str, record: Record, layout: Layout) -> str:
    data = text.encode()
    cells = [" "] * layout.width
    code = slice(layout.record_start - 1, layout.record_start - 1 + layout.record_width)
    cells[code] = text[code]
    for field in record.fields:
        place = slice(field.start - 1, field.start - 1 + field.width)
        cells[place] = data[place].decode("utf-8", "ignore").ljust(field.width)
    return "".join(cells).rstrip()


def _least(record: Record, plan: Plan) -> int:
    """The characters that a record has at least: up to the end of its last number."""
    fields = plan.numbers(record) or record.fields
    code_end = plan.layout.record_start + plan.layout.record_width - 1
    return max([code_end, *(f.start + f.width - 1 for f in fields)])


def _shown(code: str | None) -> str:
    """A record code as a finding may show it: any other text could be a piece of a name."""
    return code if code and CODE.fullmatch(code) else HIDDEN
