"""Rows of a frame that break a rule, as findings."""

from collections.abc import Callable, Mapping
from typing import Any

import polars as pl

from warehouse.findings import Finding, Severity

Row = Mapping[str, Any]


def nothing(_row: Row) -> dict[str, str]:
    """No values for the message's template."""
    return {}


def report(
    findings: list[Finding],
    broken: pl.DataFrame,
    rule: str,
    *,
    severity: Severity = "error",
    column: str | None = None,
    values: Callable[[Row], dict[str, str]] = nothing,
) -> None:
    """Add a finding for each row of `broken`, which has part, member and line_number."""
    findings.extend(
        Finding(
            rule,
            severity,
            row["part"] or "",
            row["line_number"],
            column,
            values=values(row),
            member=row["member"] or "",
        )
        for row in broken.iter_rows(named=True)
    )
