"""From an export of the form to the figures: read, weight, calibrate, estimate."""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from warehouse.errors import SimimoError
from warehouse.survey.calibration import CALIBRATED, Margins, Method, calibrated
from warehouse.survey.design import Design, records_of, sample
from warehouse.survey.estimate import replicated
from warehouse.survey.figures import prepared, recruitment_figures, table, worker_figures
from warehouse.survey.records import RESPONSE_WEIGHT, Answers, answers, read_export

CELL = "stratum"
"""Response cells: region and milieu, which both make households easier or harder to reach."""
LISTED = ("household_id", "stratum", "base_weight", "variance_stratum", "variance_unit")
"""What the list of the sample must tell of each household drawn."""
STAGES = ("variance_household", "variance_unit_count", "variance_household_count")
"""What it may tell: with these both stages take their finite-population correction."""
MARGINS = ("variable", "code", "persons")


class ListNotReadable(SimimoError):
    """The list of the sample or of the census margins lacks a column."""

    key = "survey_list_not_readable"


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
    """The figures of an export, by the list of its sample and margins of the census if given."""
    found = answers(read_export(export), _listed(listed), CELL)
    drawn = replicated(sample(prepared(found.persons), design(found.persons)))
    if margins is not None:
        drawn = calibrated(drawn, read_margins(margins), method)
    figures = table([*worker_figures(drawn), *recruitment_figures(drawn)])
    weight = RESPONSE_WEIGHT if margins is None else CALIBRATED
    return Survey(found, figures, records_of(drawn), weight)


def design(persons: pl.DataFrame) -> Design:
    """How the persons were drawn, by the columns that the list of the sample has."""
    with_stages = STAGES if set(STAGES) <= set(persons.columns) else (None, None, None)
    return Design(RESPONSE_WEIGHT, "variance_stratum", "variance_unit", *with_stages)


def _listed(path: Path) -> pl.DataFrame:
    return _with_columns(pl.read_csv(path, infer_schema_length=None), LISTED, path)


def read_margins(path: Path) -> Margins:
    """Census counts of persons: a row a code, with the column of the form that it is a code of."""
    rows = _with_columns(pl.read_csv(path, schema_overrides={"code": pl.String}), MARGINS, path)
    told: dict[str, dict[str, float]] = {}
    for variable, code, persons in rows.select(MARGINS).iter_rows():
        told.setdefault(variable, {})[code] = float(persons)
    return told


def _with_columns(rows: pl.DataFrame, wanted: tuple[str, ...], path: Path) -> pl.DataFrame:
    if missing := [name for name in wanted if name not in rows.columns]:
        raise ListNotReadable(file=path.name, columns=", ".join(missing))
    return rows
