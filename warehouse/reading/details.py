"""Fixed-width records as fields: cut, read as numbers, compared with their check sums and keys."""

from dataclasses import dataclass

import polars as pl

from warehouse.contracts.contract import Contract
from warehouse.contracts.layout import CheckSum, Field, Record
from warehouse.findings import Finding
from warehouse.reading.amounts import number, parsed
from warehouse.reading.reporting import report
from warehouse.reading.sequences import Plan

RECORD_TYPE = "record_type"
"""The contract's column that takes the record code."""


@dataclass(frozen=True)
class Details:
    """Cuts the lines of one frame into fields; what is wrong with them goes to `findings`."""

    plan: Plan
    contract: Contract
    findings: list[Finding]

    def cut(self, lines: pl.DataFrame, record: Record) -> pl.DataFrame:
        """The sound lines of one record type, its fields as columns and its numbers read.

        `is_blank` marks a detail that declares nobody: blanks and zeros past the keys.
        """
        own = lines.filter((pl.col("code") == record.code) & ~pl.col("is_faulty"))
        keys = [f for f in record.fields if self._is_key(f)]
        past_keys = max((f.start + f.width - 1 for f in keys), default=len(record.code))
        cut = own.with_columns(
            *(pl.col("text").str.slice(f.start - 1, f.width).alias(f.name) for f in record.fields),
            is_blank=pl.col("text").str.slice(past_keys).str.strip_chars(" 0") == "",
        )
        rows = parsed(cut, self.plan.numbers(record))
        self._report_padding(rows)
        self._check_keys(rows)
        if record.check_sum is not None:
            self._check_sums(rows, record, record.check_sum)
        return rows

    def rows(self, cut: dict[str, pl.DataFrame]) -> pl.DataFrame:
        """The details of all record types, in the file's order, as rows of the contract."""
        rows = pl.concat(
            self._contract_rows(frame.filter(~pl.col("is_blank")), self.plan.layout.record(code))
            for code, frame in cut.items()
        )
        return rows.sort("sequence", "line_number").drop("sequence")

    def _is_key(self, own: Field) -> bool:
        return any(key.name == own.name for key in self.plan.keys)

    def _report_padding(self, rows: pl.DataFrame) -> None:
        for rule in ("padding", "padding_blank"):
            padded = rows.filter(pl.col(rule).is_not_null())
            for name in padded[rule].unique(maintain_order=True):
                report(
                    self.findings,
                    padded.filter(pl.col(rule) == name),
                    rule,
                    severity="error" if rule == "padding" else "warning",
                    column=name,
                )

    def _check_keys(self, rows: pl.DataFrame) -> None:
        """Every record repeats the affiliate and month of its part, or leaves them blank."""
        for key in self.plan.keys:
            if key.name not in rows.columns:
                continue
            own = pl.col(key.name).str.strip_chars(" ")
            expected = pl.col(f"key_{key.name}").str.strip_chars_start("0")
            differs = (own != "") & (own.str.strip_chars_start("0") != expected)
            report(self.findings, rows.filter(differs), "affiliate_mismatch", column=key.name)

    def _check_sums(self, rows: pl.DataFrame, record: Record, check: CheckSum) -> None:
        """The check sum of each detail that can be read whole."""
        added = pl.lit(0, pl.Int128)
        for name in check.sum:
            added = added + _term(name, check).cast(pl.Int128)
        broken = rows.filter(pl.col(number(check.field)).cast(pl.Int128) != added)
        report(
            self.findings,
            broken,
            "check_sum",
            column=check.field,
            values=lambda _: {"record": record.code},
        )

    def _contract_rows(self, rows: pl.DataFrame, record: Record) -> pl.DataFrame:
        columns = [self._column(c.name, record) for c in self.contract.columns]
        return rows.select("sequence", "line_number", "part", "member", *columns)

    def _column(self, name: str, record: Record) -> pl.Expr:
        """A column of the contract, from the record's field of that name."""
        if name not in {f.name for f in record.fields}:
            is_type = name == RECORD_TYPE
            code = self.plan.main_code(record) if is_type else None
            return pl.lit(code, pl.String).alias(name)
        text = pl.col(name).str.strip_chars()
        given: pl.Expr = pl.when(text != "").then(text)
        if any(key.name == name for key in self.plan.keys):
            given = pl.coalesce(given, pl.col(f"key_{name}"))
        return given.alias(name)


def _term(name: str, check: CheckSum) -> pl.Expr:
    """What one field adds to the check sum: its number, or the value of its code."""
    if name not in check.codes:
        return pl.col(number(name))
    values = {"": 0, **check.codes[name]}
    code = pl.col(name).str.strip_chars(" ").str.to_uppercase()
    return code.replace_strict(values, default=None, return_dtype=pl.Int64)
