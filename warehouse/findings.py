"""What a check says of an extract: findings, one result a part, one report a file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Severity = Literal["error", "warning", "information"]
State = Literal["received", "checked", "held", "accepted", "rejected", "superseded", "withdrawn"]

LISTED_FINDINGS = 10_000
"""Findings listed one by one in a report; the counts go on past it."""


@dataclass(frozen=True)
class Finding:
    """One broken rule at one place of an extract.

    `rule` is a key of warehouse/messages (e.g. required); `value` is masked where its column
    identifies; `values` fill the message's template and hold no personal value.
    """

    rule: str
    severity: Severity
    part: str = ""
    line: int | None = None
    column: str | None = None
    value: str | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    member: str = ""


@dataclass(frozen=True)
class FindingCount:
    """How many findings one rule made in one column, past the cap of listed ones too."""

    rule: str
    column: str | None
    severity: Severity
    count: int


@dataclass(frozen=True)
class PartResult:
    """The outcome of one part: the whole file ('' part) or one employer of an e-BDS archive.

    `part` tells it in this report, `label` to a reader; both are masked.
    """

    part: str
    label: str
    state: State
    rows: int
    errors: int


@dataclass(frozen=True)
class Receipt:
    """What the sender keeps: submission number, version and instant of receipt (ISO 8601).

    `reason` is why a person or the gate decided as they did; empty where no one had to.
    `superseded_by` is the submission and the version that count in its place. The entry of the
    ledger that records the receipt lets the sender check later that nothing was rewritten.
    """

    submission_id: int
    version: int
    received_at: str
    already_received: bool = False
    reason: str = ""
    superseded_by: tuple[int, int] | None = None
    entry_number: int | None = None
    entry_hash: str = ""

    @property
    def anchor(self) -> str:
        """The entry as `simimo ledger verify --anchor` takes it; empty for an older receipt."""
        return f"{self.entry_number}:{self.entry_hash}" if self.entry_number else ""


@dataclass(frozen=True)
class Report:
    """Everything that checking one file found.

    `counts` are the true totals; `findings` lists the first LISTED_FINDINGS of them.
    `part_counts` tells how many parts ended in each state; `parts` names those that were not
    accepted, and the whole file where the file is the part.
    """

    contract: str
    contract_version: str
    provider: str
    period: str
    file_name: str
    sha256: str
    size_bytes: int
    rows: int
    is_specimen: bool
    state: State
    part_counts: Mapping[str, int]
    parts: tuple[PartResult, ...]
    findings: tuple[Finding, ...]
    counts: tuple[FindingCount, ...]
    receipt: Receipt | None = None

    def total(self, severity: Severity) -> int:
        """The true number of findings of `severity`."""
        return sum(c.count for c in self.counts if c.severity == severity)

    def to_dict(self) -> dict[str, Any]:
        """The report as plain JSON values."""
        from dataclasses import asdict

        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Report":
        """The report that `to_dict` wrote."""
        values = dict(data)
        values["parts"] = tuple(PartResult(**p) for p in values["parts"])
        values["findings"] = tuple(Finding(**f) for f in values["findings"])
        values["counts"] = tuple(FindingCount(**c) for c in values["counts"])
        values["receipt"] = Receipt(**values["receipt"]) if values.get("receipt") else None
        return cls(**values)


class FindingLog:
    """Findings as they come: all are counted, the first LISTED_FINDINGS are kept."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str | None, Severity], int] = {}
        self._listed: list[Finding] = []

    @property
    def room(self) -> int:
        """How many findings may still be listed."""
        return LISTED_FINDINGS - len(self._listed)

    def add(self, finding: Finding) -> None:
        """Count one finding, and list it while there is room."""
        self.count(finding.rule, finding.column, finding.severity, 1)
        self.list_counted(finding)

    def count(self, rule: str, column: str | None, severity: Severity, number: int) -> None:
        """Count `number` findings of one rule in one column."""
        key = (rule, column, severity)
        self._counts[key] = self._counts.get(key, 0) + number

    def list_counted(self, finding: Finding) -> None:
        """List a finding that is counted already, while there is room."""
        if self.room > 0:
            self._listed.append(finding)

    def total(self, severity: Severity) -> int:
        """The true number of findings of `severity`."""
        return sum(n for (_, _, kind), n in self._counts.items() if kind == severity)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings listed, in the order of the file."""
        order = {"error": 0, "warning": 1, "information": 2}
        return tuple(sorted(self._listed, key=lambda f: (f.member, f.line or 0, order[f.severity])))

    @property
    def counts(self) -> tuple[FindingCount, ...]:
        """The true counts, the largest first."""
        rows = (FindingCount(*key, n) for key, n in self._counts.items())
        return tuple(sorted(rows, key=lambda c: (-c.count, c.rule, c.column or "")))
