"""The pilot survey of the specimen: its sampling plan, and the form's export of its units."""

import io
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl

from warehouse.specimen.delivery import Delivery, Randomness
from warehouse.specimen.window import Window

PLAN = "hcp_survey_units"
EXPORTED = {
    "hcp_survey_households": "simimo_survey",
    "hcp_survey_persons": "simimo_survey-person",
    "hcp_survey_workers": "simimo_survey-worker",
    "hcp_survey_returnees": "simimo_survey-returnee",
    "hcp_survey_recruitment": "simimo_survey-recruitment",
}
"""The extracts that one export feeds, and the file of each within it."""
CV = 0.2
"""A small sample: some 700 households are drawn."""


def deliveries(chance: Randomness, window: Window, month: int) -> Iterator[Delivery]:
    """The plan and the export of the round, collected in the last month."""
    if month != window.last:
        return
    year, in_month = window.end.split("-")
    collected = (int(year), int(in_month))

    def write_plan(path: Path) -> None:
        path.write_text(_units(chance.seed), "utf-8")

    yield Delivery(PLAN, month, "", "csv", write_plan, year)
    for contract, member in EXPORTED.items():

        def write_export(path: Path, member: str = member) -> None:
            rows = _answers(chance.seed, collected)[member]
            with zipfile.ZipFile(path, "w") as archive:
                # A date of its own, so that the same survey gives the same bytes.
                entry = zipfile.ZipInfo(f"{member}.csv", (1980, 1, 1, 0, 0, 0))
                archive.writestr(entry, rows.write_csv(), zipfile.ZIP_DEFLATED)

        yield Delivery(contract, month, "", "zip", write_export, year)


@cache
def _units(seed: int) -> str:
    """units.csv of the plan of this seed."""
    from warehouse.survey.sampling.plan import sampling_plan
    from warehouse.survey.sampling.plan_files import csv_text, tables

    return csv_text(tables(sampling_plan(seed, CV), ())["units"])


@cache
def _answers(seed: int, collected: tuple[int, int]) -> dict[str, pl.DataFrame]:
    from warehouse.survey.specimen.writing import answered_by_plan

    units = pl.read_csv(io.StringIO(_units(seed)))
    random = np.random.default_rng(seed)
    return answered_by_plan(units, random, collected)
