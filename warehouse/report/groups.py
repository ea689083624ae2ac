"""Findings in words, those of one rule in one column together.

A million equal errors are one group: its true count, what is wrong, what to do, first lines.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from warehouse.contracts.contract import Contract
from warehouse.findings import Finding, FindingCount, Report, Severity
from warehouse.messages import Message, catalogue, message
from warehouse.report.columns import (
    choice,
    columns_named,
    contract_of,
    expectations_of,
    labels_of,
    rules_over,
)
from warehouse.report.figures import number, percent
from warehouse.report.marked import Marked, isolated, quoted
from warehouse.report.words import word

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "information")
VARYING = ("value", "line", "expected", "example", "count", "share", "bound", "message")
VARIES = Marked("…")
CHOICE_SEPARATOR = " | "

NUMBERS = frozenset({"count", "bound"})
NUMBER_EXPECTED = frozenset(
    {"below_minimum", "above_maximum", "too_short", "too_long", "duplicate_key"}
)
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,6})?")
_PERCENTAGE = re.compile(r"\d{1,3}(\.\d{1,6})?%")


@dataclass(frozen=True)
class DescribedFinding:
    """One listed finding, its sentences in one language; `place` is its part or archive member."""

    finding: Finding
    place: str
    message: Marked
    hint: Marked


@dataclass(frozen=True)
class Group:
    """All findings of one rule in one column, such as CHK-001 in salaire_reel.

    `count` is the true total; `findings` are those listed, in the order of the file; what varies
    between them stands as … in `message` and `hint`.
    """

    rule: str
    code: str
    severity: Severity
    column: str | None
    label: Marked | None
    column_named: Marked | None
    count: int
    message: Marked
    hint: Marked
    findings: tuple[DescribedFinding, ...]

    @property
    def hint_varies(self) -> bool:
        """Whether some finding has a hint of its own."""
        return any(described.hint != self.hint for described in self.findings)


def groups_of(report: Report, lang: str) -> tuple[Group, ...]:
    """The findings of `report` by rule and column: errors first, the most frequent first."""
    listed: defaultdict[FindingCount, list[Finding]] = defaultdict(list)
    counts = {(count.rule, count.column, count.severity): count for count in report.counts}
    for finding in report.findings:
        listed[counts[finding.rule, finding.column, finding.severity]].append(finding)
    groups = (_group(count, listed[count], report, lang) for count in report.counts)
    return tuple(sorted(groups, key=_urgency))


def _urgency(group: Group) -> tuple[int, int, str, str]:
    return SEVERITIES.index(group.severity), -group.count, group.code, group.column or ""


def _group(count: FindingCount, findings: Sequence[Finding], report: Report, lang: str) -> Group:
    contract = contract_of(report.contract)
    places = {part.part: part.label for part in report.parts if part.part}
    general = _general_values(contract, count, report.period, lang)
    values = [general | _own_values(contract, finding, lang) for finding in findings]
    common = dict.fromkeys(VARYING, VARIES) | general | _shared(values)
    text, hint = _sentences(count.rule, common, lang)
    return Group(
        rule=count.rule,
        code=_message(count.rule, lang, {}).code,
        severity=count.severity,
        column=count.column,
        label=labels_of(contract, count.column, lang) if count.column else None,
        column_named=columns_named(contract, count.column, lang) if count.column else None,
        count=count.count,
        message=text,
        hint=hint,
        findings=tuple(
            DescribedFinding(
                finding,
                finding.member or places.get(finding.part, ""),
                *_sentences(finding.rule, own, lang),
            )
            for finding, own in zip(findings, values, strict=True)
        ),
    )


def _shared(values: Sequence[Mapping[str, Marked]]) -> dict[str, Marked]:
    """The values that all findings of a group have in common; … for the others."""
    names = {name for own in values for name in own}
    distinct = {name: {own.get(name, VARIES) for own in values} for name in names}
    return {name: found.pop() if len(found) == 1 else VARIES for name, found in distinct.items()}


def _general_values(
    contract: Contract | None, count: FindingCount, period: str, lang: str
) -> dict[str, Marked]:
    """What the messages of a group may say whatever the line."""
    values = {"period": isolated(period)}
    if not count.column:
        return values
    values["column"] = quoted(count.column)
    values["label"] = labels_of(contract, count.column, lang)
    values["columns"] = values["label"]
    sentences = {rule.message[lang] for rule in rules_over(contract, count.column)}
    if len(sentences) == 1:
        values["message"] = Marked(sentences.pop())
    return values | expectations_of(contract, count.rule, count.column, lang)


def _own_values(contract: Contract | None, finding: Finding, lang: str) -> dict[str, Marked]:
    """What the message of one finding may say: its line, its value, the values it came with."""
    own = {"value": word("empty_value", lang) if not finding.value else quoted(finding.value)}
    if finding.line is not None:
        own["line"] = isolated(number(finding.line, lang))
    for name, value in finding.values.items():
        # An empty value says that the contract knows better.
        if value:
            own[name] = _written(finding.rule, name, value, lang)
    for rule in contract.rules if contract else ():
        if finding.rule == "cross_field" and rule.name == finding.values.get("name"):
            own["message"] = Marked(rule.message[lang])
    return own


def _written(rule: str, name: str, value: str, lang: str) -> Marked:
    """A value of a finding as the language writes it."""
    if _PERCENTAGE.fullmatch(value):
        return isolated(percent(float(value[:-1]) / 100, lang))
    is_number = name in NUMBERS or (name == "expected" and rule in NUMBER_EXPECTED)
    if is_number and _NUMBER.fullmatch(value):
        return isolated(number(float(value), lang))
    return choice(value.split(CHOICE_SEPARATOR), lang)


def _sentences(rule: str, values: Mapping[str, Marked], lang: str) -> tuple[Marked, Marked]:
    found = _message(rule, lang, values)
    return Marked(found.text), Marked(found.hint)


def _message(rule: str, lang: str, values: Mapping[str, Marked]) -> Message:
    """The message of `rule`; a report outlives the catalogue: an unknown key stands for itself."""
    return message(rule, lang, **values) if rule in catalogue() else Message(rule, rule, "")
