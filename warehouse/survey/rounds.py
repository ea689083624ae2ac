"""Rounds of the survey estimated at a build, and kept in schema survey for the models to read.

A round whose data allow no estimate holds up no other dataflow: it is kept as refused, with the
findings that say why, and nothing is published of it until they are settled.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import polars as pl
import psycopg
from psycopg.sql import SQL, Identifier

from warehouse.database import connect
from warehouse.findings import Finding
from warehouse.survey.basis import basis
from warehouse.survey.calibration import CALIBRATED, NotCalibrated
from warehouse.survey.design import DesignRefused
from warehouse.survey.estimating import CELL, Survey, estimated_round
from warehouse.survey.figures import TOTAL
from warehouse.survey.harmonised import rounds
from warehouse.survey.weighting import response_rates

CHILDREN = ("estimate", "response", "round")
ESTIMATE = (
    "period", "measure", "scope", "with_outliers", "breakdown", "code", "value",
    "standard_error", "lower", "upper", "cv", "freedom", "design_effect", "count", "quality",
)  # fmt: skip

State = Literal["estimated", "refused"]


@dataclass(frozen=True)
class Round:
    """What became of one round: its period, whether it was estimated, what was found."""

    period: str
    state: State
    findings: tuple[Finding, ...]
    survey: Survey | None = None


def estimate_rounds(periods: Iterable[str] | None = None) -> list[Round]:
    """Estimate the rounds of `periods`, or all, and keep what comes of them; in order."""
    with connect("simimo_analyst") as reader:
        known = rounds(reader)
        wanted = known if periods is None else sorted({*periods})
        made = [_round(reader, period) for period in wanted if period in known]
    with connect("simimo_pipeline") as session, session.transaction():
        _forget(session, None if periods is None else wanted)
        for one in made:
            _keep(session, one)
    return made


def kept_rounds(session: psycopg.Connection[Any]) -> list[Round]:
    """The rounds as they were estimated last, without their figures."""
    found = session.execute("select period, state, findings from survey.round order by period")
    return [
        Round(period, state, tuple(Finding(**told) for told in findings))
        for period, state, findings in found
    ]


def _round(reader: psycopg.Connection[Any], period: str) -> Round:
    try:
        survey = estimated_round(reader, period)
    except DesignRefused as refused:
        return Round(period, "refused", refused.findings)
    except NotCalibrated as refused:
        return Round(period, "refused", (Finding(refused.key, "error", values=refused.values),))
    return Round(period, "estimated", survey.answers.findings, survey)


def _forget(session: psycopg.Connection[Any], periods: Sequence[str] | None) -> None:
    """Take away what was kept of these periods, or of all."""
    for table in CHILDREN:
        where = SQL("true") if periods is None else SQL("period = any({})").format(list(periods))
        session.execute(SQL("delete from survey.{} where {}").format(Identifier(table), where))


def _keep(session: psycopg.Connection[Any], one: Round) -> None:
    is_calibrated = one.survey is not None and one.survey.weight == CALIBRATED
    findings = json.dumps([asdict(finding) for finding in one.findings])
    session.execute(
        "insert into survey.round (period, state, is_calibrated, basis, findings)"
        " values (%s, %s, %s, %s, %s)",
        [one.period, one.state, is_calibrated, basis(), findings],
    )
    if one.survey is None:
        return
    _copy(session, "response", one.period, responses(one.survey.answers.households))
    _copy(session, "estimate", one.period, one.survey.figures.select(ESTIMATE[1:]))


def responses(households: pl.DataFrame) -> pl.DataFrame:
    """Households drawn by what became of their visits, in each stratum and in all (_T)."""
    whole = households.with_columns(pl.lit(TOTAL).alias(CELL))
    told = pl.concat([response_rates(each, CELL) for each in (households, whole)])
    return told.rename({CELL: "stratum"})


def _copy(session: psycopg.Connection[Any], table: str, period: str, rows: pl.DataFrame) -> None:
    columns = SQL(", ").join(map(Identifier, ["period", *rows.columns]))
    content = rows.select(pl.lit(period).alias("period"), pl.all())
    query = SQL("copy survey.{} ({}) from stdin (format csv)").format(Identifier(table), columns)
    with session.cursor() as cursor, cursor.copy(query) as copy:
        copy.write(content.write_csv(include_header=False).encode())
