"""How the records of a survey were drawn, and what must be right before anything is estimated."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from warehouse.errors import SimimoError
from warehouse.findings import Finding
from warehouse.messages import message
from warehouse.survey.settings import LonelyUnit, settings

if TYPE_CHECKING:
    from svy import Sample

SINGLETON = {"fail": None, "certainty": "skip", "adjust": "center", "average": "scale"}
"""The rules of estimates.yml, in svy's words."""
RECORD_NUMBER = "record_number"
"""The primary unit of a design without any: each record stands for itself."""


@dataclass(frozen=True)
class Design:
    """The columns that tell how records were drawn.

    `primary_unit` and `secondary_unit` are the units of the two stages (e.g. commune, household);
    without them every record is a unit. `primary_count` and `secondary_count` are how many units
    there are to draw from, in the stratum and in the primary unit: with them variances take the
    finite-population correction of their stage, without them units count as drawn with
    replacement, as is usual where chances are proportional to size.
    """

    weight: str
    stratum: str | None = None
    primary_unit: str | None = None
    secondary_unit: str | None = None
    primary_count: str | None = None
    secondary_count: str | None = None
    lonely_unit: LonelyUnit | None = None


class DesignRefused(SimimoError):
    """The records cannot be estimated from as their design stands; `findings` say why."""

    key = "design_refused"
    http_status = 422

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        self.findings = findings
        super().__init__(self.detail_in("en"), count=len(findings))

    def detail_in(self, lang: str) -> str:
        """Each finding in words."""
        return " ".join(message(f.rule, lang, **f.values).text for f in self.findings)


def design_findings(records: pl.DataFrame, design: Design) -> tuple[Finding, ...]:
    """What keeps `records` from being estimated from, under `design`."""
    return (*_missing(records, design), *_weights(records, design), *_lonely(records, design))


def _missing(records: pl.DataFrame, design: Design) -> Iterator[Finding]:
    """A record without stratum or unit belongs nowhere."""
    for name in (design.stratum, design.primary_unit, design.secondary_unit):
        if name and (count := records[name].null_count()):
            yield _finding("survey_unit_missing", name, count=count)


def _weights(records: pl.DataFrame, design: Design) -> Iterator[Finding]:
    weight = records[design.weight].cast(pl.Float64)
    if missing := int(weight.is_null().sum()) + int(weight.is_nan().sum()):
        yield _finding("survey_weight_missing", design.weight, count=missing)
    if wrong := int((weight <= 0).sum()):
        yield _finding("survey_weight_not_positive", design.weight, count=wrong)


def _lonely(records: pl.DataFrame, design: Design) -> Iterator[Finding]:
    """Strata with one primary unit where the rule is to fail."""
    if _rule(design) != "fail" or design.stratum is None:
        return
    unit = pl.col(design.primary_unit).n_unique() if design.primary_unit else pl.len()
    known = records.drop_nulls(design.stratum).group_by(design.stratum).agg(unit.alias("units"))
    for (stratum,) in (
        known.filter(pl.col("units") == 1).sort(design.stratum).select(design.stratum).iter_rows()
    ):
        yield _finding("survey_stratum_lonely", design.stratum, stratum=str(stratum))


def _rule(design: Design) -> LonelyUnit:
    return design.lonely_unit or settings().lonely_unit


def _finding(rule: str, column: str, **values: object) -> Finding:
    told = {"column": column} | {name: str(value) for name, value in values.items()}
    return Finding(rule, "error", column=column, values=told)


def sample(records: pl.DataFrame, design: Design) -> "Sample":
    """The records bound to their design, as svy estimates from them.

    Raises DesignRefused where a weight or a unit is missing, or a stratum has one primary unit
    and the rule is to fail.
    """
    if findings := design_findings(records, design):
        raise DesignRefused(findings)
    import svy

    if design.primary_unit is None:
        records = records.with_row_index(RECORD_NUMBER)

    count: str | svy.PopSize | None = design.primary_count
    if design.primary_count and design.secondary_count:
        count = svy.PopSize(design.primary_count, design.secondary_count)
    return svy.Sample(
        records,
        svy.Design(
            stratum=design.stratum,
            psu=design.primary_unit or RECORD_NUMBER,
            ssu=design.secondary_unit if design.secondary_count else None,
            wgt=design.weight,
            pop_size=count,
            singleton=SINGLETON[_rule(design)],  # type: ignore[arg-type]
        ),
    )


def records_of(drawn: "Sample") -> pl.DataFrame:
    """The records of a sample, with the columns that weighting has added."""
    data = drawn.data
    return data.collect() if isinstance(data, pl.LazyFrame) else data
