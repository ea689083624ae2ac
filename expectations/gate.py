"""The gate: is this submission plausible beside the earlier ones? It holds, it never rejects.

Figures of each submission are measured in its detached partition and committed to
submission.measure, since Great Expectations reads them on a connection of its own; the results
are returned, for the caller to write in the transaction that records the decision.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from expectations.bounds import Bounds, Measured, bounds
from expectations.judge import Judge, Judgement
from expectations.measure import keep, kept, take
from expectations.partition import (
    Gated,
    history_of,
    is_one_part,
    period_rows,
    registers,
    replaced_rows,
    subjects,
)
from expectations.results import ExpectationResult, GateResult, write_results
from expectations.suite import Expectation, Suite, suite_of
from expectations.waiver import Waiver, read_waivers, waiver_of
from expectations.wording import judged_message, shifts, unjudged_message
from warehouse import database
from warehouse.contracts.contract import contract
from warehouse.findings import Severity

if TYPE_CHECKING:
    import sqlalchemy
    from psycopg import Connection

__all__ = ["gate", "write_results"]

ROLE: database.Role = "simimo_pipeline"


def gate(submission_ids: Sequence[int], today: date | None = None) -> dict[int, GateResult]:
    """The verdict on each submission, by id; all of them must be loaded in detached partitions.

    Registers are judged first, then periods in order: a submission that passes serves at once
    as history for the later ones of the same call. `today` is the day on which waivers count.
    """
    judge = _judge_at(database.url())
    verdicts: dict[int, GateResult] = {}
    passed: list[Gated] = []
    with database.connect(ROLE, autocommit=True) as session:
        run = _Run(session, judge, read_waivers(), today or date.today(), passed)
        for subject in sorted(subjects(session, submission_ids), key=_order):
            verdict = _verdict(run, subject)
            verdicts[subject.submission_id] = verdict
            if not verdict.is_held:
                passed.append(subject)
    return verdicts


@lru_cache(maxsize=1)
def _judge_at(address: "sqlalchemy.URL") -> Judge:
    # To make one takes as long as to judge; a month's files come one after the other.
    return Judge(address, ROLE)


@dataclass(frozen=True)
class _Run:
    """What one call of the gate works with; `passed` grows as submissions pass."""

    session: "Connection"
    judge: Judge
    waivers: Sequence[Waiver]
    today: date
    passed: Sequence[Gated]


def _order(subject: Gated) -> tuple[bool, str, int]:
    needs_registers = any(m.register for m in suite_of(contract(subject.contract)).measures)
    return needs_registers, subject.period, subject.submission_id


def _verdict(run: _Run, subject: Gated) -> GateResult:
    suite = suite_of(contract(subject.contract))
    now, history = _measured(run.session, suite, subject, run.passed)
    within = {e.id: found for e in suite.expectations if (found := bounds(e, now, history))}
    judgements = run.judge.judge(
        subject.submission_id, [(e, within[e.id]) for e in suite.expectations if e.id in within]
    )
    at = _Gating(subject, suite, now, history, datetime.now(UTC))
    results = tuple(
        _judged(at, e, within[e.id], judgements[e.id]) if e.id in within else _unjudged(at, e)
        for e in suite.expectations
        # A first version retains nothing, and there is nothing to tell of it.
        if e.id in within or e.measure.form != "retained"
    )
    if is_one_part(run.session, subject, [m.period for m in history]):
        results = tuple(map(_as_partial, results))
    results = tuple(_with_waiver(r, subject.contract, run.waivers, run.today) for r in results)
    return GateResult(
        subject.submission_id, subject.contract, subject.period, subject.is_specimen, results
    )


def _measured(
    session: "Connection", suite: Suite, subject: Gated, passed: Sequence[Gated]
) -> tuple[Measured, list[Measured]]:
    """The figures of `subject`, taken and kept, and those of its earlier periods."""
    history = history_of(session, subject, passed, suite.breaks)
    lookups = registers(session, suite, subject, passed)
    replaced = replaced_rows(session, suite, subject, passed)
    rows = period_rows(session, suite, subject, passed)
    figures = take(session, suite.measures, rows, lookups, replaced)
    keep(session, subject.submission_id, suite.measures, figures)
    earlier = kept(session, suite, {g.submission_id: g.period for g in history})
    for gated in history:
        lacking = [
            m
            for m in suite.measures
            if m.form != "retained"
            and not earlier[gated.submission_id].codes(m.id)
            and (m.register is None or m.register.contract in lookups)
        ]
        if lacking:
            taken = take(session, lacking, period_rows(session, suite, gated, passed), lookups)
            keep(session, gated.submission_id, lacking, taken)
            known = earlier[gated.submission_id]
            earlier[gated.submission_id] = replace(known, figures={**known.figures, **taken})
    return Measured(subject.submission_id, subject.period, figures), list(earlier.values())


@dataclass(frozen=True)
class _Gating:
    """What the results of one submission have in common."""

    subject: Gated
    suite: Suite
    now: Measured
    history: Sequence[Measured]
    run_at: datetime

    def result(
        self,
        expectation: Expectation,
        success: bool,
        message: Mapping[str, str],
        observed: Mapping[str, Any],
    ) -> ExpectationResult:
        measure = expectation.measure
        return ExpectationResult(
            submission_id=self.subject.submission_id,
            suite=self.suite.id,
            expectation=expectation.id,
            column_name=measure.columns[0] if measure.columns else None,
            severity=expectation.severity,
            success=success,
            observed={
                "measure": measure.id,
                "form": measure.form,
                "label": dict(measure.label),
                "reason": dict(expectation.reason),
                "unit": measure.unit,
                "history": self._trend(expectation),
                **observed,
            },
            message=message,
            run_at=self.run_at,
        )

    def _trend(self, expectation: Expectation) -> list[list[Any]]:
        """The measure's value in each earlier period and now; empty for a distribution."""
        if expectation.comparison == "distance":
            return []
        shown = sorted([*self.history, self.now], key=lambda m: (m.period, m.submission_id))
        measure = expectation.measure.id
        return [[m.period, m.codes(measure)[""].value] for m in shown if m.codes(measure)]


def _judged(
    at: _Gating, expectation: Expectation, within: Bounds, judgement: Judgement
) -> ExpectationResult:
    moved = (
        shifts(expectation.measure, at.now, within.baseline)
        if expectation.comparison == "distance"
        else []
    )
    return at.result(
        expectation,
        judgement.success,
        judged_message(expectation, judgement.observed, within, moved),
        {
            "value": judgement.observed,
            "expected": within.expected,
            "low": within.low,
            "high": within.high,
            "compared_with": [m.period for m in within.baseline],
            "codes": moved,
        },
    )


def _unjudged(at: _Gating, expectation: Expectation) -> ExpectationResult:
    figure = at.now.codes(expectation.measure.id).get("")
    key = "plausibility_no_history"
    if not at.now.codes(expectation.measure.id):
        key = "plausibility_not_measured"
    value = None if figure is None else figure.value
    message = unjudged_message(key, expectation, value)
    found = at.result(expectation, True, message, {"value": value})
    return replace(found, severity="information")


def _as_partial(result: ExpectationResult) -> ExpectationResult:
    """One employer's own file says nothing of a month: its gaps warn at most.

    What it takes away from the version in force it says well.
    """
    if result.observed["form"] == "retained":
        return result
    severity: Severity = "warning" if result.severity == "error" else result.severity
    return replace(result, severity=severity, observed={**result.observed, "partial": True})


def _with_waiver(
    result: ExpectationResult, contract_id: str, waivers: Sequence[Waiver], today: date
) -> ExpectationResult:
    waiver = waiver_of(waivers, contract_id, result.expectation, today)
    if waiver is None or result.success:
        return result
    told = {
        "reason": dict(waiver.reason),
        "owner": waiver.owner,
        "ends_on": waiver.ends_on.isoformat(),
    }
    return replace(result, observed={**result.observed, "waiver": told})
