"""Cell rules, compiled from a contract to Polars expressions and run on the file in one pass.

Offline and online the same: `CellChecks(contract, period, known).check(batch)` counts what is
broken, lists the first findings, and says how many errors each row has.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
import polars as pl

from warehouse.codes import Known, compared, resembles
from warehouse.contracts.contract import Column, Contract
from warehouse.findings import Finding, FindingLog, Severity
from warehouse.masking import IDENTIFIER, hidden, shown, words_of
from warehouse.periods import first_day, last_day
from warehouse.typed import tolerant, typed

TEXT = "{}|text"
"""Name of a column's verbatim text beside its typed value."""

FORMULA = r"^[=@]|^[+\-].*[(|!]"
"""What a spreadsheet would run: =..., @..., or a sign followed by a call."""

ERRORS = {"part": pl.String, "errors": pl.UInt32}
"""Errors by part: the empty part stands for the whole file."""

NAMES = ("family_name", "given_name")
KEPT_BACK = ("unknown_code", "unlike_code", "identifier_in_text")
"""Rules whose values do not pass the door in clear."""


@dataclass(frozen=True)
class CellRule:
    """One rule over one column, or several: `broken` is true where a row breaks it."""

    rule: str
    severity: Severity
    column: Column | None
    broken: pl.Expr
    values: Mapping[str, str] = field(default_factory=dict)
    columns: tuple[str, ...] = ()
    finer: tuple["CellRule", ...] = ()
    """The rules that a row which breaks this one is told by; costly, so looked at there alone."""

    @property
    def place(self) -> str:
        """The column, or columns, that the rule looks at (e.g. 'date_retour, date_depart')."""
        return self.column.name if self.column else ", ".join(self.columns)


def cell_rules(
    contract: Contract, period: str, known: Known, is_specimen: bool
) -> tuple[CellRule, ...]:
    """Every cell rule that the contract implies for one period."""
    rules: list[CellRule] = []
    for column in contract.columns:
        rules += _type_rules(column)
        rules += _value_rules(column, period)
        rules += _code_rules(contract, column, known)
        if column.is_free_text and contract.kind != "public":
            rules.append(_text_rule(contract, column))
        if column.identifier_type:
            rules += _identifier_rules(contract, column, is_specimen)
    rules += _period_rules(contract, period)
    rules += _cross_field_rules(contract)
    return tuple(rules)


def _text(column: Column) -> pl.Expr:
    return pl.col(TEXT.format(column.name))


def _value(column: Column) -> pl.Expr:
    return pl.col(column.name)


def _type_rules(column: Column) -> Iterator[CellRule]:
    if column.required:
        yield CellRule("required", "error", column, _text(column).is_null())
    if column.type in ("integer", "decimal", "date", "month"):
        expected = " | ".join(date(1990, 12, 31).strftime(f) for f in column.date_formats)
        yield CellRule(
            f"type_{column.type}",
            "error",
            column,
            _value(column).is_null() & _text(column).is_not_null(),
            {"expected": expected if column.type == "date" else ""},
        )
    if column.type == "text" and not column.pattern:
        yield CellRule("formula_in_cell", "error", column, _text(column).str.contains(FORMULA))


def _value_rules(column: Column, period: str) -> Iterator[CellRule]:
    def rule(name: str, broken: pl.Expr, expected: object) -> CellRule:
        return CellRule(name, "error", column, broken, {"expected": str(expected)})

    if column.minimum is not None:
        yield rule("below_minimum", _value(column) < _bound(column, column.minimum), column.minimum)
    if column.maximum is not None:
        yield rule("above_maximum", _value(column) > _bound(column, column.maximum), column.maximum)
    if column.min_length is not None:
        yield rule(
            "too_short", _text(column).str.len_chars() < column.min_length, column.min_length
        )
    if column.max_length is not None:
        yield rule("too_long", _text(column).str.len_chars() > column.max_length, column.max_length)
    if column.pattern:
        yield rule("pattern", ~_text(column).str.contains(column.pattern), column.pattern)
    if column.values:
        yield rule(
            "not_in_list", ~_text(column).is_in(list(column.values)), ", ".join(column.values)
        )
    if column.identity_role == "birth_date":
        yield rule("future_date", _value(column) > last_day(period), last_day(period).isoformat())


def _bound(column: Column, bound: float | date) -> pl.Expr:
    return pl.lit(date.fromisoformat(str(bound)) if column.type == "date" else bound)


def _code_rules(contract: Contract, column: Column, known: Known) -> Iterator[CellRule]:
    if column.variable:
        known_codes = known[column.variable]
        codes = pl.Series(sorted(known_codes), dtype=pl.String).implode()

        def unknown_to(text: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
            code = compared(column, text)
            return ~code.is_in(codes), resembles(code, known_codes)

        unknown, possible = unknown_to(_text(column))
        if column.separator:
            one_unknown, one_possible = unknown_to(pl.element())
            items = _text(column).str.split(column.separator)
            unknown = items.list.eval(one_unknown).list.any()
            possible = items.list.eval(~one_unknown | one_possible).list.all()
        # Shifted columns put a name, a number or a date where a code belongs.
        possible &= ~_names_somebody(contract, _text(column))
        yield CellRule(
            "unknown_code",
            "warning",
            column,
            unknown,
            finer=(
                CellRule("unknown_code", "warning", column, possible),
                CellRule("unlike_code", "error", column, ~possible),
            ),
        )


def _text_rule(contract: Contract, column: Column) -> CellRule:
    """Free text that holds a number of somebody, or both names of the record's own person."""
    names = [_text(c).str.to_uppercase() for c in contract.columns if c.identity_role in NAMES]
    upper = _text(column).str.to_uppercase()
    named = [upper.str.contains(name, literal=True) for name in names]
    broken = _text(column).str.contains(IDENTIFIER)
    if named:
        broken |= pl.all_horizontal(named).fill_null(value=False)
    return CellRule("identifier_in_text", "warning", column, broken)


def _names_somebody(contract: Contract, text: pl.Expr) -> pl.Expr:
    """Whether a text has a word in common with a direct identifier of its row, such as a name."""
    direct = [words_of(_text(c)) for c in contract.columns if c.is_direct_identifier]
    if not direct:
        return pl.lit(value=False)
    return pl.concat_list(direct).list.set_intersection(words_of(text)).list.len() > 0


def _identifier_rules(contract: Contract, column: Column, is_specimen: bool) -> Iterator[CellRule]:
    from warehouse.specimen.identifiers import specimen_expression

    if contract.kind != "records":
        return
    unissuable = specimen_expression(
        column.identifier_type or "", TEXT.format(column.name), national=is_specimen
    )
    broken = ~unissuable if is_specimen else unissuable
    if column.placeholders:
        broken &= ~_text(column).is_in(list(column.placeholders))
    rule = "issuable_identifier" if is_specimen else "unissuable_identifier"
    yield CellRule(rule, "error", column, broken)


def _period_rules(contract: Contract, period: str) -> Iterator[CellRule]:
    if contract.period_column:
        column = contract.column(contract.period_column)
        inside = _value(column).is_between(first_day(period), last_day(period))
        yield CellRule("period_mismatch", "error", column, ~inside, {"expected": period})


def _cross_field_rules(contract: Contract) -> Iterator[CellRule]:
    for rule in contract.rules:
        broken = ~pl.sql_expr(rule.expression)
        # The sentence is the contract's own; the report looks it up by the rule's name.
        yield CellRule(
            "cross_field", rule.severity, None, broken, {"name": rule.name}, rule.columns
        )


class CellChecks:
    """The cell rules of one contract and period, and what they found so far."""

    def __init__(self, contract: Contract, period: str, known: Known, is_specimen: bool = False):
        self.contract = contract
        self.log = FindingLog()
        self._rules = cell_rules(contract, period, known, is_specimen)
        self._keys: list[pl.DataFrame] = []
        self._filled: dict[str, int] = {}
        self._unknown: dict[str, int] = {}
        self.kept_back: dict[tuple[str, str], pl.Series] = {}
        """Rows of the last batch whose values may not be kept as they are, by rule and column."""

    def check(self, batch: pl.DataFrame) -> pl.Series:
        """Count and list what `batch` breaks; the number of errors of each row."""
        values = self._typed(batch)
        rules = [rule for rule in self._rules if _applies(rule, batch)]
        counts = values.lazy().select(
            rule.broken.sum().alias(str(i)) for i, rule in enumerate(rules)
        )
        found = counts.collect().row(0)
        broken = [
            told
            for rule, n in zip(rules, found, strict=True)
            if n
            for told in (_told_finer(rule, values) if rule.finer else [(rule, int(n))])
        ]
        for rule, count in broken:
            self._record(rule, count, values)
        self.kept_back = {
            (rule.rule, rule.place): values.select(rule.broken.fill_null(value=False)).to_series()
            for rule, _ in broken
            if rule.rule in KEPT_BACK
        }
        self._count_codes(batch, broken)
        self._remember_keys(batch)
        return _errors_per_row(values, [r for r, _ in broken if r.severity == "error"])

    def finish(self) -> pl.DataFrame:
        """Whole-file findings, doubled keys and shares: errors by part (part, errors)."""
        return pl.concat([self._check_code_shares(), self._check_keys()], how="vertical_relaxed")

    def _typed(self, batch: pl.DataFrame) -> pl.DataFrame:
        values = _read(batch, self.contract.columns, lambda text: text)
        failed = [c for c in self.contract.columns if _unreadable(values, c)]
        if failed:
            # Only a batch that a strict reading refuses pays for the tolerant one.
            values = values.with_columns(
                typed(c, tolerant(c, _text(c))).alias(c.name) for c in failed
            )
        return values

    def _record(self, rule: CellRule, count: int, values: pl.DataFrame) -> None:
        self.log.count(rule.rule, rule.place, rule.severity, count)
        if not self.log.room:
            return
        text = [_text(rule.column).alias("value")] if rule.column else []
        rows = values.lazy().filter(rule.broken).head(self.log.room)
        for row in rows.select("line_number", "part", "member", *text).collect().to_dicts():
            self.log.list_counted(
                Finding(
                    rule=rule.rule,
                    severity=rule.severity,
                    part=row["part"],
                    line=row["line_number"],
                    column=rule.place,
                    value=hidden(row["value"])
                    if rule.rule == "unlike_code"
                    else shown(rule.column, row.get("value")),
                    values=rule.values,
                    member=row["member"],
                )
            )

    def _count_codes(self, batch: pl.DataFrame, broken: list[tuple[CellRule, int]]) -> None:
        for column in self.contract.columns:
            if column.variable:
                filled = batch.height - batch[column.name].null_count()
                self._filled[column.name] = self._filled.get(column.name, 0) + filled
        for rule, count in broken:
            if rule.rule == "unknown_code" and rule.column:
                name = rule.column.name
                self._unknown[name] = self._unknown.get(name, 0) + count

    def _check_code_shares(self) -> pl.DataFrame:
        bound = self.contract.unknown_code_share_max
        passed = 0
        for name, unknown in self._unknown.items():
            share = unknown / self._filled[name]
            if share > bound:
                values = {"share": f"{share:.1%}", "bound": f"{bound:.1%}", "count": str(unknown)}
                self.log.add(Finding("unknown_code_share", "error", column=name, values=values))
                passed += 1
        return pl.DataFrame(
            {"part": [""] * bool(passed), "errors": [passed] * bool(passed)}, ERRORS
        )

    def _remember_keys(self, batch: pl.DataFrame) -> None:
        keys = self.contract.primary_key
        if keys:
            # A missing number, or one that stands for none, is nobody's twin.
            whole = [_is_whole(self.contract.column(name)) for name in keys]
            self._keys.append(
                batch.filter(whole).select(
                    pl.struct("part", *keys).hash(seed=2025).alias("key"),
                    # Sixteen bytes a row: a gigabyte of text has ten million.
                    pl.col("line_number").cast(pl.UInt32),
                    pl.col("part").cast(pl.Categorical),
                )
            )

    def _check_keys(self) -> pl.DataFrame:
        nothing = pl.DataFrame(schema=ERRORS)
        if not self._keys:
            return nothing
        # Sorted in place, ten million keys take eighty megabytes once, not twice.
        ordered = np.concatenate([batch["key"].to_numpy() for batch in self._keys])
        ordered.sort()
        if not (ordered[1:] == ordered[:-1]).any():
            return nothing
        keys = pl.concat(self._keys)
        repeated = (
            keys.with_columns(first=pl.col("line_number").first().over("key"))
            .filter(~pl.col("key").is_first_distinct())
            .sort("line_number")
        )
        column = ", ".join(self.contract.primary_key)
        self.log.count("duplicate_key", column, "error", repeated.height)
        for row in repeated.head(self.log.room).to_dicts():
            self.log.list_counted(
                Finding(
                    "duplicate_key",
                    "error",
                    part=row["part"],
                    line=row["line_number"],
                    column=column,
                    values={"expected": str(row["first"])},
                )
            )
        return repeated.group_by(pl.col("part").cast(pl.String)).agg(pl.len().alias("errors"))


def _applies(rule: CellRule, batch: pl.DataFrame) -> bool:
    """Whether `batch` has a value that the rule could find fault with."""
    if rule.column is None or rule.rule == "required":
        return True
    return batch[rule.column.name].null_count() < batch.height


def _is_whole(column: Column) -> pl.Expr:
    value = pl.col(column.name)
    if not column.placeholders:
        return value.is_not_null()
    return value.is_not_null() & ~value.is_in(list(column.placeholders))


def _read(
    batch: pl.DataFrame, columns: tuple[Column, ...], prepared: Callable[[pl.Expr], pl.Expr]
) -> pl.DataFrame:
    return (
        batch.lazy()
        .select(
            "line_number",
            "part",
            "member",
            *(pl.col(c.name).alias(TEXT.format(c.name)) for c in columns),
            *(typed(c, prepared(pl.col(c.name))).alias(c.name) for c in columns),
        )
        .collect()
    )


def _unreadable(values: pl.DataFrame, column: Column) -> bool:
    return values[column.name].null_count() > values[TEXT.format(column.name)].null_count()


def _told_finer(rule: CellRule, values: pl.DataFrame) -> list[tuple[CellRule, int]]:
    """The finer rules that the rows breaking `rule` break, with their counts."""
    coarse = values.select(rule.broken.fill_null(value=False)).to_series()
    rows = values.filter(coarse)
    told = []
    for finer in rule.finer:
        found = rows.select(finer.broken.fill_null(value=False)).to_series()
        if count := int(found.sum()):
            mask = coarse.clone().scatter(coarse.arg_true(), found)
            told.append((replace(finer, broken=pl.lit(mask)), count))
    return told


def _errors_per_row(values: pl.DataFrame, rules: list[CellRule]) -> pl.Series:
    if not rules:
        return pl.zeros(values.height, dtype=pl.Int32, eager=True)
    masks = [rule.broken.fill_null(False).cast(pl.Int32) for rule in rules]
    return values.select(pl.sum_horizontal(masks).alias("errors"))["errors"]
