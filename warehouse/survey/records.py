"""An export of the form as records to estimate from: persons who answered, with their weights.

ODK Central writes one CSV a repeat, joined by KEY and PARENT_KEY, with headings such as
roster-sex; a heading is known here by the question's name, its last part.
"""

import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from warehouse.errors import SimimoError
from warehouse.findings import Finding, Severity
from warehouse.survey.exchange import DAY_FORMAT, in_dirhams
from warehouse.survey.population import age_band
from warehouse.survey.recruitment_cost import MEASURED, measured
from warehouse.survey.weighting import (
    RESPONDENT,
    cell_findings,
    response_status,
    response_weights,
)

VISIT, PERSON, WORKER, RETURNEE, RECRUITMENT = (
    "simimo_survey", "person", "worker", "returnee", "recruitment"
)  # fmt: skip
WANTED = (VISIT, PERSON, RECRUITMENT)
"""The files without which nothing can be estimated; repeats that nobody opened may be absent."""
RESPONSE_WEIGHT = "response_weight"
RECRUITED = (
    "indicator_scope", "corridor", "channel", "migration_rank", "job_occupation", "job_activity",
    *MEASURED,
)  # fmt: skip
"""What persons take from their answers on recruitment."""
DAY = "today"
"""The day of the visit, at whose rate monthly earnings are brought to dirhams."""
EARNED = ("earnings", "earnings_currency")


class ExportIncomplete(SimimoError):
    """A file of the export, or of the list of the sample, is not there."""

    key = "survey_export_incomplete"


@dataclass(frozen=True)
class Answers:
    """The households drawn with their response, the persons who answered, and what was found."""

    households: pl.DataFrame
    persons: pl.DataFrame
    findings: tuple[Finding, ...]


def read_export(path: Path) -> dict[str, pl.DataFrame]:
    """The files of an export, a folder or a ZIP, by the name of their repeat."""
    return {_repeat(name): _questions(pl.read_csv(content, infer_schema=False))
            for name, content in _files(path)}  # fmt: skip


def _files(path: Path) -> Iterator[tuple[str, bytes]]:
    if path.is_dir():
        for file in sorted(path.glob("*.csv")):
            yield file.stem, file.read_bytes()
        return
    with zipfile.ZipFile(path) as archive:
        for name in sorted(archive.namelist()):
            if name.endswith(".csv"):
                yield Path(name).stem, archive.read(name)


def _repeat(stem: str) -> str:
    """simimo_survey-person-recruitment and simimo_survey-recruitment are both recruitment."""
    return stem.rsplit("-", 1)[-1]


def _questions(rows: pl.DataFrame) -> pl.DataFrame:
    """The columns by their question's name, without that of the group; empty text is null."""
    short = {name: name.replace("/", "-").rsplit("-", 1)[-1] for name in rows.columns}
    return rows.rename(short).with_columns(pl.all().replace("", None))


def answers(export: Mapping[str, pl.DataFrame], listed: pl.DataFrame, cell: str) -> Answers:
    """Persons of the households that answered, with weights adjusted for those that did not.

    `listed` is the list of the sample, one row a household drawn, with household_id and
    base_weight; `cell` its column of response cells.
    """
    if missing := [name for name in WANTED if name not in export]:
        raise ExportIncomplete(files=", ".join(missing))
    visits = export[VISIT].unique("household_id", keep="last", maintain_order=True)
    households = listed.join(
        visits.select("household_id", "KEY", "visit_result", *({DAY} & {*visits.columns})),
        on="household_id",
        how="left",
    ).with_columns(response_status())
    if DAY in households.columns:
        day = pl.col(DAY).str.slice(0, len("2027-03-02"))
        households = households.with_columns(day.str.to_date(DAY_FORMAT, strict=False))
    weighted = households.with_columns(
        response_weights(households, "base_weight", cell).alias(RESPONSE_WEIGHT)
    )
    costs, cost_findings = measured(_typed(export[RECRUITMENT]))
    persons = _persons(export, weighted, costs)
    found = (
        *_visit_findings(export[VISIT], listed),
        *cell_findings(households, cell),
        *_person_findings(export[PERSON]),
        *_earnings_findings(persons),
        *cost_findings,
    )
    return Answers(weighted, persons, found)


def _typed(recruitment: pl.DataFrame) -> pl.DataFrame:
    """Years and months as numbers; amounts are cast where they are used."""
    return recruitment.with_columns(
        pl.col("job_start_year", "job_start_month").cast(pl.Int32, strict=False)
    )


def _persons(
    export: Mapping[str, pl.DataFrame], households: pl.DataFrame, costs: pl.DataFrame
) -> pl.DataFrame:
    """Persons with their household's design and weight, and what they paid and earned."""
    # The occupation and activity told are those of the job recruited for, not of the present one.
    everybody = export[PERSON].drop("occupation", "activity", strict=False)
    people = everybody.unique("person_id", keep="first", maintain_order=True)
    answering = households.filter(pl.col("response_status") == RESPONDENT)
    design = answering.drop("visit_result", "response_status")
    recruited = costs.select(pl.col("PARENT_KEY").alias("KEY"), *RECRUITED).unique("KEY")
    joined = (
        people.join(design.rename({"KEY": "PARENT_KEY"}), on="PARENT_KEY")
        .join(recruited, on="KEY", how="left")
        .with_columns(age_band(), pl.col("stratum").str.slice(0, 5).alias("region"))
        .rename({"job_occupation": "occupation", "job_activity": "activity"})
    )
    joined = joined.with_columns(_monthly_earnings(joined).alias("monthly_earnings"))
    if RETURNEE in export:
        abroad = export[RETURNEE].select(pl.col("PARENT_KEY").alias("KEY"), "abroad_country")
        joined = joined.join(abroad.unique("KEY"), on="KEY", how="left")
    return joined


def _monthly_earnings(persons: pl.DataFrame) -> pl.Series:
    """What each person earns in a month in the present job, in dirhams; null where unknown."""
    if not {DAY, *EARNED} <= {*persons.columns}:
        return pl.Series([None] * persons.height, dtype=pl.Float64)
    known = in_dirhams(persons, *EARNED, DAY)
    return pl.select(pl.when(known > 0).then(known).alias("known"))["known"]


def _earnings_findings(persons: pl.DataFrame) -> Iterator[Finding]:
    """Monthly earnings of zero or less, without currency, or in one that has no rate."""
    if not {DAY, *EARNED} <= {*persons.columns}:
        return
    earned, currency = EARNED
    told = pl.col(earned).cast(pl.Float64)
    if count := persons.filter(told <= 0).height:
        yield _finding("survey_monthly_not_positive", "warning", earned, count)
    positive = persons.filter(told > 0)
    if count := positive[currency].null_count():
        yield _finding("survey_currency_missing", "warning", currency, count)
    lost = positive.filter(pl.col(currency).is_not_null() & pl.col("monthly_earnings").is_null())
    for code, period, count in (
        lost.group_by(currency, pl.col(DAY).dt.year()).len().sort(currency, DAY).rows()
    ):
        values = {"column": earned, "currency": code, "period": str(period), "count": str(count)}
        yield Finding("survey_rate_unknown", "warning", column=earned, values=values)


def _visit_findings(visits: pl.DataFrame, listed: pl.DataFrame) -> Iterator[Finding]:
    ids = listed["household_id"].implode()
    if count := visits.filter(~pl.col("household_id").is_in(ids)).height:
        yield _finding("survey_household_not_drawn", "warning", "household_id", count)
    if count := visits.height - visits["household_id"].n_unique():
        yield _finding("survey_household_twice", "warning", "household_id", count)
    if count := listed.join(visits, on="household_id", how="anti").height:
        yield _finding("survey_household_without_form", "warning", "household_id", count)


def _person_findings(persons: pl.DataFrame) -> Iterator[Finding]:
    """A person in two households counts once, in the first of them."""
    if count := persons.height - persons["person_id"].n_unique():
        yield _finding("survey_person_twice", "warning", "person_id", count)


def _finding(rule: str, severity: Severity, column: str, count: int) -> Finding:
    return Finding(rule, severity, column=column, values={"column": column, "count": str(count)})
