"""The specimen survey as files: the export, the list of the sample, margins of its census."""

from pathlib import Path

import numpy as np
import polars as pl

from warehouse.survey.specimen.answers import COLLECTED, answered
from warehouse.survey.specimen.drawing import Plan
from warehouse.survey.specimen.listing import listed_sample
from warehouse.survey.specimen.population import Population, population


def write_specimen(folder: Path, seed: int, units: Path | None = None) -> list[Path]:
    """Draw a sample of the specimen's world, have it answered and write it; what was written.

    With `units`, units.csv of a sampling plan, its units are listed and answer; the plan and the
    form then tell the weights, and the census itself the margins.
    """
    random = np.random.default_rng(seed)
    if units is not None:
        return _write_export(folder, answered_by_plan(pl.read_csv(units), random))
    whole = population()
    files = answered(Plan(whole).draw(random), whole, random)
    written = _write_export(folder, files)
    margins(whole).write_csv(folder / "margins.csv")
    return [*written, folder / "margins.csv"]


def answered_by_plan(
    units: pl.DataFrame, random: np.random.Generator, collected: tuple[int, int] = COLLECTED
) -> dict[str, pl.DataFrame]:
    """The files of the export of the units of a plan, by name."""
    drawn, everybody = listed_sample(units, random)
    return answered(drawn, everybody, random, collected)


def _write_export(folder: Path, files: dict[str, pl.DataFrame]) -> list[Path]:
    (folder / "export").mkdir(parents=True, exist_ok=True)
    written = []
    for name, rows in files.items():
        path = folder / "sample.csv" if name == "sample" else folder / "export" / f"{name}.csv"
        rows.write_csv(path)
        written.append(path)
    return written


def margins(whole: Population) -> pl.DataFrame:
    """What a census of the specimen population would count by sex and by region."""
    regions = np.array([stratum[:5] for stratum in whole.frame.strata])
    told = whole.persons.select(
        "sex", pl.Series("region", regions[whole.persons["unit"].to_numpy()])
    )
    return pl.concat(
        told.group_by(pl.col(name).alias("code"))
        .agg(pl.len().alias("persons"))
        .select(pl.lit(name).alias("variable"), "code", "persons")
        .sort("code")
        for name in ("sex", "region")
    )
