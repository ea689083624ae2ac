"""What a gate finds: one result an expectation, one verdict a submission, and where both are kept.

Results hold counts, shares, means and codes of content columns; never a pseudonym or a name.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from warehouse.findings import Severity

if TYPE_CHECKING:
    from psycopg import Connection


KEPT_RESULTS = """
    select
        s.id, s.contract, s.period, s.is_specimen, s.state,
        r.suite, r.expectation, r.column_name, r.severity, r.success, r.observed, r.message,
        r.run_at
    from submission.expectation_result as r
    inner join submission.submission as s on r.submission_id = s.id
    where
        (cast(%(id)s as bigint) is null or s.id = %(id)s)
        and r.run_at = (
            select max(latest.run_at) from submission.expectation_result as latest
            where latest.submission_id = r.submission_id
        )
    order by s.contract, s.period, s.id, r.id
"""


@dataclass(frozen=True)
class ExpectationResult:
    """One expectation judged for one submission.

    `observed` is plain JSON: value, expected, low, high, history, codes, label, reason, unit and,
    where one is in force, the waiver. `message` says it in fr, ar and en.
    """

    submission_id: int
    suite: str
    expectation: str
    column_name: str | None
    severity: Severity
    success: bool
    observed: Mapping[str, Any]
    message: Mapping[str, str]
    run_at: datetime

    @property
    def is_waived(self) -> bool:
        """Whether a waiver was in force when the expectation failed."""
        return not self.success and self.observed.get("waiver") is not None

    @property
    def holds(self) -> bool:
        """Whether this result holds the submission for a steward's decision."""
        return not self.success and self.severity == "error" and not self.is_waived


@dataclass(frozen=True)
class GateResult:
    """The verdict on one submission: held when a failed error-severity expectation holds it.

    `state` is that of the submission today, which a decision may have changed since.
    """

    submission_id: int
    contract: str
    period: str
    is_specimen: bool
    results: tuple[ExpectationResult, ...]
    state: str = "checked"

    @property
    def is_held(self) -> bool:
        """Whether the submission waits for a steward's decision."""
        return any(result.holds for result in self.results)

    @property
    def reason(self) -> str:
        """Why the submission is held, in French; empty when it is not."""
        return " ".join(self.reasons("fr"))

    def reasons(self, lang: str = "fr") -> tuple[str, ...]:
        """Why the submission is held, one sentence an expectation, in `lang`."""
        return tuple(result.message[lang] for result in self.results if result.holds)


def write_results(session: "Connection", verdict: GateResult) -> None:
    """Add a verdict to submission.expectation_result in the caller's transaction."""
    from psycopg.types.json import Jsonb

    with session.cursor() as cursor:
        cursor.executemany(
            "insert into submission.expectation_result (submission_id, suite, expectation,"
            " column_name, severity, success, observed, message, run_at)"
            " values (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                (r.submission_id, r.suite, r.expectation, r.column_name, r.severity, r.success,
                 Jsonb(r.observed), Jsonb(r.message), r.run_at)
                for r in verdict.results
            ],
        )  # fmt: skip


def kept_results(submission_id: int | None = None) -> list[GateResult]:
    """The last kept verdict on one submission, or on all, by contract and period."""
    from warehouse import database

    with database.connect("simimo_pipeline") as session:
        found = session.execute(KEPT_RESULTS, {"id": submission_id}).fetchall()
    verdicts: dict[int, GateResult] = {}
    for number, contract, period, is_specimen, state, *values in found:
        known = verdicts.get(number, GateResult(number, contract, period, is_specimen, (), state))
        result = ExpectationResult(number, *values)
        verdicts[number] = replace(known, results=(*known.results, result))
    return list(verdicts.values())
