"""What the total records of a sequence say, against the records they total."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

import polars as pl

from warehouse.contracts.contract import Contract
from warehouse.contracts.layout import Record, Total
from warehouse.findings import Finding, Severity
from warehouse.reading.amounts import number
from warehouse.reading.reporting import Row, report
from warehouse.reading.sequences import COUNT, Plan
from warehouse.reading.shapes import HIDDEN

FIRST = ("part", "member", "line_number", "chain")


def rows_of(code: str) -> str:
    """The column that counts the records of `code`."""
    return f"{code}.rows"


def blanks_of(code: str) -> str:
    """The column that counts the details of `code` that declare nobody."""
    return f"{code}.blanks"


def unread_of(code: str) -> str:
    """The column that counts the details of `code` with a field that is no number."""
    return f"{code}.unread"


def line_of(code: str) -> str:
    """The column that holds the line of the total record of `code`."""
    return f"{code}.line"


def sum_of(code: str, field: str) -> str:
    """The column that holds the sum, or the value in a total record, of a field."""
    return f"{code}.{field}"


@dataclass
class Totals:
    """Sums over each sequence, carried from frame to frame until the sequence ends."""

    plan: Plan
    contract: Contract
    findings: list[Finding]
    open: pl.DataFrame | None = None

    def take(self, lines: pl.DataFrame, cut: Mapping[str, pl.DataFrame]) -> None:
        """Add the lines of one frame, cut by record type; check every sequence that is complete."""
        sums = self._joined_to_open(self._sums(lines, cut))
        last = pl.col("sequence") == pl.col("sequence").max()
        self.open = sums.filter(last)
        self._check(sums.filter(~last))

    def close(self) -> None:
        """Check the sequence that the file ends with."""
        if self.open is not None:
            self._check(self.open)

    def _sums(self, lines: pl.DataFrame, cut: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
        """One row a sequence: faults, counts of records, sums of details, values of totals."""
        chains = {rank: self.plan.chain_of(rank) for rank in self.plan.ranks.values()}
        sums = lines.group_by("sequence", maintain_order=True).agg(
            pl.col("part").first(),
            pl.col("member").first(),
            pl.col("line_number").first(),
            pl.col("rank").drop_nulls().first().replace_strict(chains, default=0).alias("chain"),
            pl.col("is_faulty").sum().cast(pl.Int128).alias("faults"),
            *(
                (pl.col("code") == code).sum().cast(pl.Int128).alias(rows_of(code))
                for code in self.plan.codes("header", "part", "total", "grand_total")
            ),
        )
        frames = [self._detail_sums(r, cut[r.code]) for r in self._records("detail")]
        frames += [_total_values(r, cut[r.code]) for r in self._records("total", "grand_total")]
        return reduce(lambda a, b: a.join(b, on="sequence", how="left"), frames, sums)

    def _records(self, *roles: str) -> list[Record]:
        return [record for record in self.plan.layout.records if record.role in roles]

    def _detail_sums(self, record: Record, rows: pl.DataFrame) -> pl.DataFrame:
        summed = self.plan.summed(record)
        return rows.group_by("sequence").agg(
            (~pl.col("is_blank")).sum().cast(pl.Int128).alias(rows_of(record.code)),
            pl.col("is_blank").sum().cast(pl.Int128).alias(blanks_of(record.code)),
            _any_null(summed).sum().cast(pl.Int128).alias(unread_of(record.code)),
            *(
                pl.col(number(f)).cast(pl.Int128).sum().alias(sum_of(record.code, f))
                for f in summed
            ),
        )

    def _joined_to_open(self, sums: pl.DataFrame) -> pl.DataFrame:
        """The open sequence of the frame before, added to its continuation here."""
        if self.open is None:
            return sums
        both = pl.concat([self.open, sums.select(self.open.columns)], how="vertical_relaxed")
        values = [
            sum_of(r.code, t.field) for r in self._records("total", "grand_total") for t in r.totals
        ] + [line_of(r.code) for r in self._records("total", "grand_total")]
        added = [c for c in sums.columns if c not in {*FIRST, "sequence", *values}]
        return (
            both.group_by("sequence", maintain_order=True)
            .agg(
                *(pl.col(c).first() for c in FIRST),
                *(pl.col(c).drop_nulls().first() for c in values),
                *(pl.col(c).sum() for c in added),
            )
            .select(sums.columns)
        )

    def _check(self, complete: pl.DataFrame) -> None:
        if complete.is_empty():
            return
        for index, chain in enumerate(self.plan.chains):
            own = complete.filter(pl.col("chain") == index)
            for record in chain:
                self._check_presence(own, record)
                if record.totals:
                    self._check_totals(own, record)

    def _check_presence(self, sequences: pl.DataFrame, record: Record) -> None:
        """A part or total record that is absent is an error; an absent header harms nothing."""
        if record.role == "detail":
            return
        severity: Severity = "warning" if record.role == "header" else "error"
        absent = sequences.filter(pl.col(rows_of(record.code)) == 0)
        report(
            self.findings,
            absent,
            "missing_record",
            severity=severity,
            values=lambda _: {"record": record.code},
        )

    def _check_totals(self, sequences: pl.DataFrame, record: Record) -> None:
        """Sequences with unreadable records are left out: their sums say nothing."""
        unread = [pl.col(unread_of(code)).fill_null(0) for code in record.over]
        sound = sequences.filter(
            pl.col(rows_of(record.code)) > 0,
            pl.col("faults") == 0,
            pl.sum_horizontal(*unread) == 0,
        ).with_columns(line_number=pl.col(line_of(record.code)))
        for total in record.totals:
            self._check_total(sound, record, total)

    def _check_total(self, sound: pl.DataFrame, record: Record, total: Total) -> None:
        found, zero = pl.col(sum_of(record.code, total.field)), pl.lit(0, pl.Int128)
        expected = pl.sum_horizontal(
            pl.col(rows_of(code) if total.of == COUNT else sum_of(code, total.of)).fill_null(zero)
            for code in record.over
        )
        # A sum too long for its field keeps its last digits, as programs write it.
        agrees = found == expected % 10 ** record.field(total.field).width
        if total.of == COUNT:
            # Some programs count the record that declares nobody.
            blanks = pl.sum_horizontal(pl.col(blanks_of(c)).fill_null(zero) for c in record.over)
            agrees = agrees | (found == expected + blanks)
        broken = sound.with_columns(found=found, expected=expected).filter(
            ~agrees.fill_null(value=False)
        )
        hidden = self._is_hidden(total)

        def values(row: Row) -> dict[str, str]:
            shown = {
                key: HIDDEN if hidden or row[key] is None else str(row[key])
                for key in ("found", "expected")
            }
            return {"record": record.code, "field": total.field, **shown}

        column = None if total.of == COUNT else total.of
        report(self.findings, broken, "total_mismatch", column=column, values=values)

    def _is_hidden(self, total: Total) -> bool:
        """Whether the total adds up identifiers: over one person it is the identifier."""
        return any(c.name == total.of and c.is_masked for c in self.contract.columns)


def _any_null(fields: Sequence[str]) -> pl.Expr:
    if not fields:
        return pl.repeat(value=False, n=pl.len())
    return pl.any_horizontal(pl.col(number(f)).is_null() for f in fields)


def _total_values(record: Record, rows: pl.DataFrame) -> pl.DataFrame:
    return rows.group_by("sequence").agg(
        pl.col("line_number").first().alias(line_of(record.code)),
        *(
            pl.col(number(t.field)).first().cast(pl.Int128).alias(sum_of(record.code, t.field))
            for t in record.totals
        ),
    )
