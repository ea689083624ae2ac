"""A round of the survey as the warehouse holds it: harmonised tables, in the names of the form.

What is estimated of an export reads its questions; the tables hold the same answers with their
codes harmonised, so that a round is estimated alike from either.
"""

import io
from typing import Any

import polars as pl
import psycopg
from psycopg.sql import SQL, Identifier

from warehouse.errors import SimimoError
from warehouse.findings import Finding
from warehouse.survey.calibration import Margins
from warehouse.survey.design import DesignRefused
from warehouse.survey.records import PERSON, RECRUITMENT, RETURNEE, VISIT, WORKER

TABLES = {
    VISIT: "survey_household",
    PERSON: "survey_person",
    WORKER: "survey_worker",
    RETURNEE: "survey_returnee",
    RECRUITMENT: "survey_recruitment",
}
"""The harmonised table of each file of the export."""
PLAN = "survey_unit"
CODE, SOURCE_CODE = "_code", "_source_code"
NOT_TOLD = "_Z"
QUESTIONS = {
    "survey_key": "KEY",
    "survey_parent_key": "PARENT_KEY",
    "interview_date": "today",
    "country_of_birth": "birth_country",
    "recruitment_channel": "channel",
}
"""Columns that the form calls otherwise."""
JOB = {"occupation": "job_occupation", "activity": "job_activity"}
REGION = r"^MA-\d{2}$"


class RoundUnknown(SimimoError):
    """The warehouse has no round of the survey of this period."""

    key = "survey_round_unknown"
    http_status = 404


def rounds(session: psycopg.Connection[Any]) -> list[str]:
    """The periods of which the warehouse holds answers, in order."""
    if not _is_built(session, TABLES[VISIT]):
        return []
    found = session.execute("select distinct period from harmonised.survey_household order by 1")
    return [period for (period,) in found]


def export_of(session: psycopg.Connection[Any], period: str) -> dict[str, pl.DataFrame]:
    """The answers of a round by the repeat of the form; raises RoundUnknown."""
    known = rounds(session)
    if period not in known:
        raise RoundUnknown(period=period, known=", ".join(known) or "-")
    return {repeat: _answers(session, repeat, period) for repeat in TABLES}


def plan_of(session: psycopg.Connection[Any], period: str) -> pl.DataFrame:
    """The primary units of a round with their base weights; raises DesignRefused without any."""
    units = _questions(_rows(session, PLAN, period)) if _is_built(session, PLAN) else pl.DataFrame()
    if not units.height:
        lacking = Finding("survey_plan_missing", "error", values={"period": period})
        raise DesignRefused((lacking,))
    is_certain = pl.col("is_self_representing").cast(pl.Int8)
    return units.with_columns(
        pl.col("base_weight", "base_weight_others").cast(pl.Float64),
        is_certain,
        # A unit that represents itself is a stratum of its own, as units.csv has it too.
        pl.when(is_certain == 1).then("psu").otherwise("stratum").alias("variance_stratum"),
    )


def margins_of(session: psycopg.Connection[Any]) -> Margins | None:
    """Persons by region at the newest census that is there; None without any."""
    if not _is_built(session, "population"):
        return None
    rows = session.execute(
        """
        select region_code, population from harmonised.population
        where region_code ~ %s and population > 0
            and time_period = (select max(time_period) from harmonised.population)
        order by region_code
        """,
        [REGION],
    ).fetchall()
    return {"region": {code: float(persons) for code, persons in rows}} if rows else None


def is_specimen(session: psycopg.Connection[Any], period: str) -> bool:
    """Whether what counts of the round was announced as a specimen; `session` is the pipeline's."""
    row = session.execute(
        """
        select bool_or(s.is_specimen) from submission.submission as s
        inner join submission.current_submission as c on s.id = c.submission_id
        where s.contract = %s and s.period = %s
        """,
        ["hcp_survey_households", period],
    ).fetchone()
    return bool(row and row[0])


def _is_built(session: psycopg.Connection[Any], table: str) -> bool:
    row = session.execute("select to_regclass(%s) is not null", [f"harmonised.{table}"]).fetchone()
    return bool(row and row[0])


def _answers(session: psycopg.Connection[Any], repeat: str, period: str) -> pl.DataFrame:
    if not _is_built(session, TABLES[repeat]):
        return pl.DataFrame()
    told = _questions(_rows(session, TABLES[repeat], period))
    if repeat != RECRUITMENT:
        return told
    # The corridor is that of the harmonised countries, whatever the form wrote of it.
    corridor = pl.concat_str("origin_country", "job_country", separator="-")
    return told.with_columns(corridor.alias("corridor")).rename(JOB)


def _rows(session: psycopg.Connection[Any], table: str, period: str) -> pl.DataFrame:
    """The rows of one period as text, in the order of their file."""
    query = SQL(
        "copy (select * from harmonised.{} where period = {} order by submission_id, line_number)"
        " to stdout (format csv, header)"
    ).format(Identifier(table), period)
    with session.cursor() as cursor, cursor.copy(query) as copied:
        content = b"".join(bytes(part) for part in copied)
    return pl.read_csv(io.BytesIO(content), infer_schema=False)


def _questions(rows: pl.DataFrame) -> pl.DataFrame:
    """Harmonised codes under the names of their questions; what was not told is null.

    Before: sex_source_code 2, sex_code F; after: sex F.
    """
    kept = [name for name in rows.columns if not name.endswith(SOURCE_CODE)]
    plain = {name: name.removesuffix(CODE) for name in kept}
    renamed = {name: QUESTIONS.get(question, question) for name, question in plain.items()}
    return rows.select(kept).rename(renamed).with_columns(pl.all().replace(NOT_TOLD, None))
