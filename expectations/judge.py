"""Great Expectations at work: one context and one data source, one validation a submission.

The batch is one row of the submission's figures, read in the database by one query; the suite
holds it to the bounds that earlier periods give.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from expectations.bounds import Bounds
from expectations.suite import Expectation

if TYPE_CHECKING:
    import sqlalchemy

GX_SEVERITIES = {"error": "critical", "warning": "warning", "information": "info"}


@dataclass(frozen=True)
class Judgement:
    """What Great Expectations observed and whether it lies within the bounds."""

    observed: float
    success: bool


class Judge:
    """Judges submissions one after another; Great Expectations is imported at the first."""

    def __init__(self, address: "sqlalchemy.URL", role: str) -> None:
        options = {"options": f"-c role={role}"}
        # Great Expectations rejects an address without a host; libpq prefers the query's one.
        self._address = address.set(host=address.host or "localhost").update_query_dict(options)

    @cached_property
    def _source(self) -> Any:
        import great_expectations
        from great_expectations.data_context.types.base import ProgressBarsConfig

        context = great_expectations.get_context(mode="ephemeral")
        context.variables.progress_bars = ProgressBarsConfig(globally=False)
        return context.data_sources.add_postgres(
            "warehouse",
            connection_string=self._address.render_as_string(hide_password=False),
        )

    def judge(
        self, submission_id: int, expected: Sequence[tuple[Expectation, Bounds]]
    ) -> dict[str, Judgement]:
        """Hold the figures of a submission to `expected`; by expectation id."""
        if not expected:
            return {}
        from great_expectations import ExpectationSuite
        from great_expectations.expectations.core.expect_column_max_to_be_between import (
            ExpectColumnMaxToBeBetween,
        )
        from great_expectations.expectations.metadata_types import FailureSeverity

        name = f"submission_{submission_id}"
        query = figures_query(submission_id, expected)
        asset = self._source.add_query_asset(name=name, query=query)
        batch = asset.add_batch_definition_whole_table(name=name).get_batch()
        suite = ExpectationSuite(
            name=name,
            expectations=[
                # The batch has one row, so the column's maximum is its value.
                ExpectColumnMaxToBeBetween(
                    column=e.id,
                    min_value=within.low,
                    max_value=within.high,
                    severity=FailureSeverity(GX_SEVERITIES[e.severity]),
                )
                for e, within in expected
            ],
        )
        found = batch.validate(suite)
        # A context writes down all its assets at each change: it is kept to one.
        self._source.delete_asset(name)
        return {r.expectation_config.kwargs["column"]: _judgement(r) for r in found.results}


def _judgement(result: Any) -> Judgement:
    if result.exception_info.get("raised_exception"):
        raise RuntimeError(result.exception_info["exception_message"])
    return Judgement(float(result.result["observed_value"]), bool(result.success))


def figures_query(submission_id: int, expected: Sequence[tuple[Expectation, Bounds]]) -> str:
    """One row, one column an expectation: the figure that it judges."""
    columns = (
        f'({_distance(submission_id, expectation, within)}) as "{expectation.id}"'
        if expectation.comparison == "distance"
        else f'({_figure(submission_id, expectation)}) as "{expectation.id}"'
        for expectation, within in expected
    )
    return f"select {', '.join(columns)}"


def _figure(submission_id: int, expectation: Expectation) -> str:
    return (
        "select value from submission.measure"
        f" where submission_id = {submission_id} and measure = '{expectation.measure.id}'"
    )


def _distance(submission_id: int, expectation: Expectation, within: Bounds) -> str:
    """Half the sum of absolute differences between the shares now and their earlier mean."""
    ids = ", ".join(str(m.submission_id) for m in within.baseline)
    kept = f"from submission.measure where measure = '{expectation.measure.id}'"
    return (
        "select 0.5 * sum(abs(coalesce(now.share, 0) - coalesce(earlier.share, 0)))"
        f" from (select code, value as share {kept} and submission_id = {submission_id}) as now"
        f" full join (select code, sum(value) / {len(within.baseline)} as share"
        f" {kept} and submission_id in ({ids}) group by code) as earlier on earlier.code = now.code"
    )
