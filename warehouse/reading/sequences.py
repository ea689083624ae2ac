"""The order of records: which lines make one declaration, and whose it is.

A sequence is the run of records that one employer declares: B00 B01 B02* B03 B04* B05 B06. It
begins at a header record, and also where another member, a second part record or a record after
the last one shows that the header was left out. A layout may hold several chains, each from a
header to its grand total; those after the first supplement it (E00 to E06), and their details
take the codes of the first chain's records at the same place.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import polars as pl

from warehouse.contracts.layout import Field, Layout, Record
from warehouse.findings import Finding
from warehouse.reading.extract import NamedPart

COUNT = "count"
"""What a total is of when it counts the records."""
LINE_ENDS = " \t\r\x1a"
"""What may follow the last character of a record."""
LINE_SCHEMA = {"member": pl.String, "line_number": pl.Int64, "line": pl.String}


@dataclass(frozen=True)
class Plan:
    """What a layout says, arranged for reading."""

    layout: Layout

    @cached_property
    def ranks(self) -> dict[str, int]:
        """The place of each record code in the file: {"B00": 0, ...}."""
        return {record.code: rank for rank, record in enumerate(self.layout.records)}

    @cached_property
    def chains(self) -> tuple[tuple[Record, ...], ...]:
        """The records of each chain, cut at the headers."""
        starts = [i for i, r in enumerate(self.layout.records) if i == 0 or r.role == "header"]
        ends = [*starts[1:], len(self.layout.records)]
        return tuple(self.layout.records[a:b] for a, b in zip(starts, ends, strict=True))

    def chain_of(self, rank: int) -> int:
        """The chain that the record of this rank belongs to."""
        code = self.layout.records[rank].code
        return next(i for i, c in enumerate(self.chains) if code in {r.code for r in c})

    def main_code(self, record: Record) -> str:
        """The code that rows of `record` carry: that of the same place in the first chain."""
        chain = self.chains[self.chain_of(self.ranks[record.code])]
        place = chain.index(record)
        main = self.chains[0]
        return main[place].code if place < len(main) else record.code

    @cached_property
    def keys(self) -> tuple[Field, ...]:
        """The fields of the part record that every record repeats: affiliate, month."""
        parts = self.layout.with_role("part")
        return parts[0].fields if parts else ()

    def summed(self, record: Record) -> tuple[str, ...]:
        """The fields of a detail record that some total adds up."""
        names = [
            total.of
            for other in self.layout.records
            if record.code in other.over
            for total in other.totals
            if total.of != COUNT
        ]
        return tuple(dict.fromkeys(names))

    def numbers(self, record: Record) -> list[Field]:
        """The fields of a record that are added up somewhere, or are a sum."""
        names = {total.field for total in record.totals} | set(self.summed(record))
        if record.check_sum is not None:
            names |= {record.check_sum.field, *record.check_sum.sum} - set(record.check_sum.codes)
        return [f for f in record.fields if f.name in names]

    @cached_property
    def last_codes(self) -> tuple[str, ...]:
        """The records that end a chain."""
        return tuple(chain[-1].code for chain in self.chains)

    def codes(self, *roles: str) -> tuple[str, ...]:
        """The codes of the records that play one of `roles`."""
        return tuple(r.code for r in self.layout.records if r.role in roles)


@dataclass
class Parts:
    """Names the part of every sequence, and remembers those seen (for doubled_part)."""

    plan: Plan
    findings: list[Finding]
    named: list[NamedPart]
    seen: set[str] = field(default_factory=set)

    def name(self, head: Mapping[str, Any]) -> str:
        """The part of a sequence: its affiliate, with its supplement (e.g. 0001234/DSC1)."""
        member = re.match(self.plan.layout.member_pattern, head["member"] or "")
        groups = member.groupdict() if member else {}
        key = self.plan.keys[0] if self.plan.keys else None
        own = head[f"key_{key.name}"] if key else None
        base = _filled(own or groups.get("part") or "", key)
        part = base + self._supplement(head, member, base)
        if part in self.seen:
            self._add("doubled_part", part, head)
        self.seen.add(part)
        self.named.append(NamedPart(part, head["line_number"], head["member"] or ""))
        self._compare_with_name(part, head, base, groups)
        return part

    def _supplement(
        self, head: Mapping[str, Any], member: "re.Match[str] | None", base: str
    ) -> str:
        if member and member.groupdict().get("supplement"):
            return "/" + member.string[: member.end("supplement")].upper()
        if head["rank"] is None or not self.plan.chain_of(head["rank"]):
            return ""
        code = self.plan.chains[self.plan.chain_of(head["rank"])][0].code
        if base not in self.seen:
            # Alone in its file, nothing would tell a second supplement from a corrected first.
            self._add("unnamed_supplement", base, head)
        number = sum(name.startswith(f"{base}/{code}.") for name in self.seen) + 1
        return f"/{code}.{number}"

    def _compare_with_name(
        self, part: str, head: Mapping[str, Any], base: str, groups: Mapping[str, str | None]
    ) -> None:
        """The member's name says the same affiliate and month (AAAAMM, or MMAAAA as some do)."""
        keys = self.plan.keys
        if groups.get("part") and base and groups["part"] != base:
            self._add("affiliate_mismatch", part, head, keys[0].name)
        month, own = groups.get("period"), head[f"key_{keys[-1].name}"] if len(keys) > 1 else None
        if month and own and own not in (month, month[2:] + month[:2]):
            self._add("affiliate_mismatch", part, head, keys[-1].name)

    def _add(
        self,
        rule: str,
        part: str,
        head: Mapping[str, Any],
        column: str | None = None,
    ) -> None:
        self.findings.append(
            Finding(
                rule,
                "error",
                part,
                head["line_number"],
                column,
                values={"column": column or ""},
                member=head["member"],
            )
        )


def _filled(value: str, key: Field | None) -> str:
    """An affiliate with its zeros: '1234' -> '0001234'."""
    return value.zfill(key.width) if key and value.isdigit() else value


@dataclass
class Sequencer:
    """Numbers the sequences over the frames of a file; keeps what is open at a frame's end."""

    plan: Plan
    parts: Parts
    sequence: int = 0
    rank: int | None = None
    member: str | None = None
    head: dict[str, Any] | None = None
    held: pl.DataFrame | None = None

    def take(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The lines of `frame` with text, code, rank, prior rank, sequence, part and keys.

        A header at the frame's end waits for the next frame, where its part record stands.
        """
        if self.held is not None:
            frame = pl.concat([self.held, frame])
        coded = self._coded(frame)
        cut = coded.height
        while cut and coded["code"][cut - 1] in self.plan.codes("header"):
            cut -= 1
        self.held = coded[cut:].select(frame.columns)
        return self._placed(coded[:cut])

    def close(self) -> pl.DataFrame:
        """The headers that nothing followed."""
        held = pl.DataFrame(schema=LINE_SCHEMA) if self.held is None else self.held
        return self._placed(self._coded(held))

    def _placed(self, coded: pl.DataFrame) -> pl.DataFrame:
        lines = self._numbered(coded)
        heads = self._heads(lines)
        keys = [f"key_{key.name}" for key in self.plan.keys]
        placed = lines.join(heads.select("sequence", "part", *keys), on="sequence", how="left")
        if lines.is_empty():
            return placed
        self.sequence = int(lines["sequence"][-1])
        self.member = lines["member"][-1]
        ranks = lines["rank"].drop_nulls()
        self.rank = int(ranks[-1]) if len(ranks) else self.rank
        self.head = heads.row(-1, named=True)
        return placed

    def _coded(self, frame: pl.DataFrame) -> pl.DataFrame:
        layout = self.plan.layout
        text = pl.col("line").str.strip_chars_end(LINE_ENDS)
        code = text.str.slice(layout.record_start - 1, layout.record_width).str.to_uppercase()
        return (
            frame.with_columns(text=text, code=code)
            .filter(pl.col("text") != "")
            .with_columns(
                rank=pl.col("code").replace_strict(
                    self.plan.ranks, default=None, return_dtype=pl.Int64
                )
            )
        )

    def _numbered(self, lines: pl.DataFrame) -> pl.DataFrame:
        plan = self.plan
        prior = pl.col("rank").forward_fill().shift(1)
        prior = pl.coalesce(prior, pl.lit(self.rank, pl.Int64))
        records = plan.layout.records
        headers = [plan.ranks[code] for code in plan.codes("header")]
        parts = [plan.ranks[code] for code in plan.codes("part")]
        lasts = [plan.ranks[code] for code in plan.last_codes]
        other_member = pl.col("member").ne_missing(
            pl.col("member").shift(1, fill_value=pl.lit(self.member, pl.String))
        )
        known = pl.col("rank").is_not_null()
        starts = (
            other_member
            | (known & pl.col("rank").is_in(headers))
            | (known & pl.col("rank").is_in(parts) & ~pl.col("prior").is_in(headers))
            | (known & pl.col("prior").is_in(lasts) & (len(records) > 1))
        ).fill_null(value=False)
        return (
            lines.with_columns(prior=prior)
            .with_columns(starts=starts)
            .with_columns(sequence=pl.col("starts").cast(pl.Int64).cum_sum() + self.sequence)
        )

    def _heads(self, lines: pl.DataFrame) -> pl.DataFrame:
        """One row a sequence: its part and the keys that its records must repeat."""
        firsts = self._first_keys(lines)
        rows = []
        for head in firsts.iter_rows(named=True):
            open_head = self.head if head["sequence"] == self.sequence else None
            rows.append(open_head or {**head, "part": self.parts.name(head)})
        return pl.DataFrame(rows, schema={**firsts.schema, "part": pl.String})

    def _first_keys(self, lines: pl.DataFrame) -> pl.DataFrame:
        """The keys of each sequence: of its part record, else of its first record with any."""
        part_codes, others = (
            self.plan.codes("part"),
            self.plan.codes("detail", "total", "grand_total"),
        )
        values = [
            pl.col("text").str.slice(k.start - 1, k.width).str.strip_chars(" ").alias(k.name)
            for k in self.plan.keys
        ]
        keyed = lines.with_columns(*values).with_columns(
            pl.when(pl.col(k.name) != "").then(pl.col(k.name)) for k in self.plan.keys
        )
        is_part, is_other = pl.col("code").is_in(part_codes), pl.col("code").is_in(others)
        return keyed.group_by("sequence", maintain_order=True).agg(
            pl.col("member").first(),
            pl.col("line_number").first(),
            pl.col("rank").drop_nulls().first(),
            *(
                pl.coalesce(
                    pl.col(k.name).filter(is_part).first(),
                    pl.col(k.name).filter(is_other).drop_nulls().first(),
                ).alias(f"key_{k.name}")
                for k in self.plan.keys
            ),
        )
