"""The specimen survey as files: the export, the list of the sample, margins of its census."""

from pathlib import Path

import numpy as np
import polars as pl

from warehouse.survey.specimen.answers import answered
from warehouse.survey.specimen.drawing import Plan
from warehouse.survey.specimen.population import Population, population


def write_specimen(folder: Path, seed: int) -> list[Path]:
    """Draw a sample of the specimen population, have it answered and write it; what was written."""
    whole = population()
    random = np.random.default_rng(seed)
    files = answered(Plan(whole).draw(random), whole, random)
    (folder / "export").mkdir(parents=True, exist_ok=True)
    written = []
    for name, rows in files.items():
        path = folder / "sample.csv" if name == "sample" else folder / "export" / f"{name}.csv"
        rows.write_csv(path)
        written.append(path)
    margins(whole).write_csv(folder / "margins.csv")
    return [*written, folder / "margins.csv"]


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
