"""Why figures of a release differ from those before it, told from the two manifests.

Pure functions. A cause concerns a dataflow from one period to another; a changed cell has every
cause that reaches it, the nearest first.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from warehouse.contracts.contract import contracts
from warehouse.indicator import Dataflow
from warehouse.periods import first_day, last_day

NEAREST_FIRST = ("resubmission", "withdrawal", "code_decision", "correction", "new_month")
"""The reasons that come from inputs, in the order in which a cell tells them."""

REASONS = ("first", *NEAREST_FIRST, "method", "derived")
"""Every reason of a changed cell."""


@dataclass(frozen=True)
class Cause:
    """One thing that differs between two releases, and the periods of figures that it reaches.

    Without `first` it reaches every period before `last`, without `last` every one after `first`.
    `facts` say what it is: a contract with its period, submission and version; a decision; ...
    """

    reason: str
    first: str | None = None
    last: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)

    def reaches(self, period: str) -> bool:
        """Whether it may have changed a figure of `period`."""
        is_late = self.first is None or last_day(period) >= first_day(self.first)
        is_early = self.last is None or first_day(period) <= last_day(self.last)
        return is_late and is_early

    def to_json(self) -> dict[str, Any]:
        """The cause as a manifest records it."""
        return asdict(self)


def cause_from(recorded: Mapping[str, Any]) -> Cause:
    """The cause that a manifest records."""
    return Cause(**recorded)


@dataclass(frozen=True)
class Inputs:
    """What a release rests on besides its submissions: decisions on codes, and corrections.

    A decision is its number; a correction {"contract", "period", "column", "mark"}, where the mark
    tells one content from another.
    """

    decisions: Sequence[int] = ()
    corrections: Sequence[Mapping[str, Any]] = ()

    def to_json(self) -> dict[str, Any]:
        """The inputs as a manifest records them."""
        return asdict(self)


GONE = (Cause("method", facts={"changed": ["definition"]}),)
"""Why a dataflow went: its definition did."""


Decided = Mapping[int, Mapping[str, Any]]
"""Decisions on codes by number: {7: {"variable": "area", "provider": "*", "valid_from": None}}."""


def causes(
    dataflow: Dataflow,
    now: Mapping[str, Any],
    before: Mapping[str, Any] | None,
    decided: Decided,
) -> list[Cause]:
    """What differs for `dataflow` between two manifests; before the first release there is none.

    `decided` says what every decision is that one of the manifests names.
    """
    told = (before or {}).get("dataflows", {})
    if before is None or dataflow.id not in told:
        return [Cause("first")]
    return [
        *_of_submissions(dataflow, now, before),
        *_of_decisions(dataflow, now, before, decided),
        *_of_corrections(dataflow, now, before),
        *_of_method(dataflow, now, before),
    ]


def reasons(period: str, is_new: bool, found: Iterable[Cause]) -> tuple[str, ...]:
    """The reasons of one changed cell of `period`, the nearest first; `is_new`: not told before.

    What a new month alone can tell is new by it. A cell that nothing reaches follows from other
    figures: persons linked anew, or a cell withheld so that another cannot be found.
    """
    causes = list(found)
    if any(cause.reason == "first" for cause in causes):
        return ("first",)
    if is_new and any(_begins(cause, period) for cause in causes):
        return ("new_month",)
    reached = {cause.reason for cause in causes if cause.reaches(period)}
    told = [reason for reason in (*NEAREST_FIRST, "method") if reason in reached]
    return tuple(told) or ("derived",)


def _begins(cause: Cause, period: str) -> bool:
    """Whether a new extract tells `period` for the first time."""
    told = cause.facts.get("period")
    return cause.reason == "new_month" and bool(told) and last_day(period) >= first_day(str(told))


def _of_submissions(
    dataflow: Dataflow, now: Mapping[str, Any], before: Mapping[str, Any]
) -> Iterator[Cause]:
    fresh, former = _submissions(dataflow, now), _submissions(dataflow, before)
    known = {(s["contract"], s["period"]): s for s in former.values()}
    told = {(s["contract"], s["period"]) for s in fresh.values()}
    for number in sorted(fresh.keys() - former.keys()):
        sent = fresh[number]
        earlier = known.get((sent["contract"], sent["period"]))
        if earlier is None:
            # A newest month also confirms or revises what was provisional before it.
            yield Cause("new_month", facts=_facts(sent))
        elif sent["version"] < earlier["version"]:
            # A later version was taken back: the one before it counts again.
            yield _of_extract("withdrawal", dataflow, earlier)
        else:
            yield _of_extract("resubmission", dataflow, sent)
    for number in sorted(former.keys() - fresh.keys()):
        gone = former[number]
        is_replaced = (gone["contract"], gone["period"]) in told
        if not is_replaced and not _is_cumulative(gone["contract"]):
            yield _of_extract("withdrawal", dataflow, gone)


def _submissions(dataflow: Dataflow, manifest: Mapping[str, Any]) -> dict[int, Mapping[str, Any]]:
    used = set(manifest["dataflows"][dataflow.id]["submissions"])
    return {s["id"]: s for s in manifest["submissions"] if s["id"] in used}


def _of_extract(reason: str, dataflow: Dataflow, sent: Mapping[str, Any]) -> Cause:
    """A flow is touched in the extract's own period, a stock from there on."""
    if _is_cumulative(sent["contract"]):
        return Cause(reason, facts=_facts(sent))
    last = sent["period"] if dataflow.stock_flow == "flow" else None
    return Cause(reason, sent["period"], last, _facts(sent))


def _facts(sent: Mapping[str, Any]) -> dict[str, Any]:
    named = ("contract", "period", "id", "version")
    return {"submission" if name == "id" else name: sent[name] for name in named}


def _is_cumulative(contract_id: str) -> bool:
    """Whether a file of the extract tells every period; so does one whose contract has gone."""
    found = contracts().get(contract_id)
    return found is None or found.coverage != "period"


def _of_decisions(
    dataflow: Dataflow, now: Mapping[str, Any], before: Mapping[str, Any], decided: Decided
) -> Iterator[Cause]:
    for number in _differing("decisions", now, before):
        variable, provider = decided[number]["variable"], decided[number]["provider"]
        if _has_variable(dataflow, variable, provider):
            facts = {"id": number, "variable": variable, "provider": provider}
            yield Cause("code_decision", decided[number]["valid_from"], None, facts)


def _has_variable(dataflow: Dataflow, variable: str, provider: str) -> bool:
    """Whether an extract behind the dataflow has a column of `variable`, of that provider."""
    behind = (contracts()[c] for c in dataflow.contracts if c in contracts())
    return any(
        provider in ("*", contract.provider)
        and any(column.variable == variable for column in contract.columns)
        for contract in behind
    )


def _of_corrections(
    dataflow: Dataflow, now: Mapping[str, Any], before: Mapping[str, Any]
) -> Iterator[Cause]:
    for correction in _differing("corrections", now, before):
        if correction["contract"] in dataflow.contracts:
            facts = {name: correction[name] for name in ("contract", "period", "column")}
            last = correction["period"] if dataflow.stock_flow == "flow" else None
            yield Cause("correction", correction["period"], last, facts)


def _differing(kind: str, now: Mapping[str, Any], before: Mapping[str, Any]) -> list[Any]:
    """What stands in one of two manifests; nothing where the earlier one did not record it."""
    if "inputs" not in before:
        return []
    fresh, former = ({_mark(d): d for d in told["inputs"][kind]} for told in (now, before))
    return [d for mark, d in (fresh | former).items() if (mark in fresh) != (mark in former)]


def _mark(given: Any) -> str:
    """What tells one input from another, in whatever order a database gives its names."""
    if isinstance(given, int):
        return str(given)
    return "|".join(str(given[name]) for name in sorted(given))


def _of_method(
    dataflow: Dataflow, now: Mapping[str, Any], before: Mapping[str, Any]
) -> Iterator[Cause]:
    """Models, program, definition or disclosure rules; a changed label changes no figure."""
    code, code_before = now["code_version"], before["code_version"]
    told, told_before = (m["dataflows"][dataflow.id] for m in (now, before))
    changed = {
        "models": code["models_hash"] != code_before["models_hash"],
        "program": code["package"] != code_before["package"],
        "definition": _plain_hash(told) != _plain_hash(told_before),
        "disclosure": _rules(told["disclosure"]) != _rules(told_before["disclosure"]),
    }
    if any(changed.values()):
        yield Cause("method", facts={"changed": [name for name, is_so in changed.items() if is_so]})


def _plain_hash(told: Mapping[str, Any]) -> str:
    """The hash of a definition alone; before what is shown was frozen with it, that of both."""
    found: str = told.get("plain_hash", told["definition_hash"])
    return found


def _rules(disclosure: Mapping[str, Any]) -> dict[str, Any]:
    """The rules of disclosure control alone: what the audit counted follows from the figures."""
    return {name: value for name, value in disclosure.items() if name != "audit"}
