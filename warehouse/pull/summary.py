"""What a pull brought: a receipt a file, what waits, what was refused, what cannot be reached."""

import json
from dataclasses import asdict, dataclass
from typing import Any, Literal

from warehouse.errors import SimimoError
from warehouse.findings import Report
from warehouse.messages import counted, word
from warehouse.pull.place import Place
from warehouse.report import receipt_text

Outcome = Literal["received", "waiting", "refused", "unreachable"]
REFUSED, UNREACHABLE, HELD = 1, 3, 5
"""Exit codes, as those of the verbs that meet the same."""


@dataclass(frozen=True)
class PulledFile:
    """One file of a place, its name masked; without a name, the place itself.

    It was received (its report has the receipt), refused or not reached (`error`), or it waits:
    it is still being written.
    """

    place: Place
    name: str = ""
    report: Report | None = None
    error: SimimoError | None = None

    @property
    def outcome(self) -> Outcome:
        """What became of it."""
        if self.report is not None:
            return "received"
        if self.error is None:
            return "waiting"
        return "unreachable" if self.error.exit_code == UNREACHABLE else "refused"

    @property
    def state(self) -> str:
        """The state of its submission; its outcome where it has none."""
        return self.report.state if self.report is not None else self.outcome

    def to_dict(self, lang: str) -> dict[str, Any]:
        """The file as plain JSON values, what went wrong in `lang`."""
        told: dict[str, Any] = {
            "place": self.place.name,
            "provider": self.place.contract.provider,
            "contract": self.place.contract.id,
            "file": self.name or None,
            "state": self.state,
        }
        if self.report is not None:
            told |= {
                "period": self.report.period,
                "sha256": self.report.sha256,
                "rows": self.report.rows,
                "errors": self.report.total("error"),
                "warnings": self.report.total("warning"),
                "receipt": asdict(self.report.receipt) if self.report.receipt else None,
            }
        return told | {"error": self.error.body(lang) if self.error else None}


@dataclass(frozen=True)
class Summary:
    """All that one pull met."""

    files: tuple[PulledFile, ...]

    @property
    def exit_code(self) -> int:
        """0, or 1 where something was refused, else 3 where unreachable, else 5 where held."""
        states = {file.state for file in self.files}
        if states & {"refused", "rejected"}:
            return REFUSED
        return UNREACHABLE if "unreachable" in states else HELD if "held" in states else 0


def render(summary: Summary, format: Literal["text", "json"], lang: str) -> str:
    """The summary as text with every receipt, or as JSON."""
    if format == "json":
        files = [file.to_dict(lang) for file in summary.files]
        return json.dumps(files, ensure_ascii=False, indent=1)
    received = sum(file.outcome == "received" for file in summary.files)
    told = [_told(file, lang) for file in summary.files]
    return "\n\n".join([*told, counted("files_received", received, lang) + "."])


def _told(file: PulledFile, lang: str) -> str:
    where = f"{file.place.name}  {file.name}".rstrip()
    if file.report is not None:
        return f"{where}\n{receipt_text(file.report, lang).rstrip()}"
    if file.error is None:
        return f"{where}  {word('still_written', lang)}"
    detail = f" ({file.error.detail})" if file.error.detail else ""
    said = f"{file.error.code}  {file.error.text(lang)}{detail}"
    return f"{where}\n  {said}\n  → {file.error.hint(lang)}"
