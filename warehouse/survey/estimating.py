"""From the answers of a round to its figures: read, weight, calibrate, estimate."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from warehouse.survey.calibration import CALIBRATED, Margins, Method, calibrated
from warehouse.survey.design import Design, DesignRefused, records_of, sample
from warehouse.survey.estimate import replicated
from warehouse.survey.figures import (
    earnings_figures,
    prepared,
    recruitment_figures,
    table,
    worker_figures,
)
from warehouse.survey.harmonised import export_of, margins_of, plan_of
from warehouse.survey.records import RESPONSE_WEIGHT, VISIT, Answers, answers, read_export
from warehouse.survey.sample_list import by_plan, sample_list, with_columns

if TYPE_CHECKING:
    import psycopg

CELL = "stratum"
"""Response cells: region and milieu, which both make households easier or harder to reach."""
STAGES = ("variance_household", "variance_unit_count", "variance_household_count")
"""What the list may tell: with these both stages take their finite-population correction."""
MARGINS = ("variable", "code", "persons")


@dataclass(frozen=True)
class Survey:
    """A survey estimated: its answers, the figures, and the weight that they rest on."""

    answers: Answers
    figures: pl.DataFrame
    persons: pl.DataFrame
    weight: str


def estimated(
    export: Path, listed: Path, margins: Path | None = None, method: Method = "raking"
) -> Survey:
    """The figures of an export, by the list of its sample and margins of the census if given.

    `listed` is a list of the households drawn, or units.csv of the sampling plan. Raises
    DesignRefused where a cell has no respondent, or where weights or units are not whole.
    """
    told = read_export(export)
    drawn = sample_list(listed, told.get(VISIT, pl.DataFrame()))
    return _estimated(told, drawn, read_margins(margins) if margins else None, method)


def estimated_round(
    session: "psycopg.Connection[Any]", period: str, method: Method = "raking"
) -> Survey:
    """The figures of a round that the warehouse holds, by its plan and the newest census there.

    Raises RoundUnknown; DesignRefused as `estimated`, and where the plan is not there.
    """
    told = export_of(session, period)
    units = plan_of(session, period)
    return _estimated(told, by_plan(told[VISIT], units), margins_of(session), method)


def _estimated(
    told: dict[str, pl.DataFrame], listed: pl.DataFrame, margins: Margins | None, method: Method
) -> Survey:
    found = answers(told, listed, CELL)
    if errors := tuple(one for one in found.findings if one.severity == "error"):
        raise DesignRefused(errors)
    drawn = replicated(sample(prepared(found.persons), design(found.persons)))
    if margins is not None:
        drawn = calibrated(drawn, margins, method)
    figures = table([*worker_figures(drawn), *earnings_figures(drawn), *recruitment_figures(drawn)])
    weight = RESPONSE_WEIGHT if margins is None else CALIBRATED
    return Survey(found, figures, records_of(drawn), weight)


def design(persons: pl.DataFrame) -> Design:
    """How the persons were drawn, by the columns that the list of the sample has."""
    with_stages = STAGES if set(STAGES) <= set(persons.columns) else (None, None, None)
    return Design(RESPONSE_WEIGHT, "variance_stratum", "variance_unit", *with_stages)


def read_margins(path: Path) -> Margins:
    """Census counts of persons: a row a code, with the column of the form that it is a code of."""
    rows = with_columns(pl.read_csv(path, schema_overrides={"code": pl.String}), MARGINS, path.name)
    told: dict[str, dict[str, float]] = {}
    for variable, code, persons in rows.select(MARGINS).iter_rows():
        told.setdefault(variable, {})[code] = float(persons)
    return told
