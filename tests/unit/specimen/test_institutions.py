"""The extracts of the other institutions: valid against their contracts, and as calibrated."""

import polars as pl
import pytest

from tests.unit.specimen.conftest import Specimen
from warehouse.contracts.contract import contract
from warehouse.examination import check_file
from warehouse.reading import open_extract
from warehouse.specimen.calibration import calibration

INSTITUTIONS = ["dgsn_border_crossings"]


def rows(specimen: Specimen, contract_id: str, period: str | None = None) -> pl.DataFrame:
    """The rows of a contract's files, by the reader alone; of one period or of all."""
    read = [
        batch.with_columns(period=pl.lit(file.period))
        for file in specimen.files
        if file.contract == contract_id and period in (None, file.period)
        for batch in open_extract(file.path, contract(contract_id)).batches()
    ]
    return pl.concat(read)


def total(frame: pl.DataFrame, column: str = "nombre") -> float:
    """The sum of a column of numbers."""
    return float(frame[column].cast(pl.Float64).sum())


@pytest.mark.parametrize("contract_id", INSTITUTIONS)
def test_every_file_is_valid_against_its_contract(year: Specimen, contract_id: str) -> None:
    files = [f for f in year.files if f.contract == contract_id]
    assert files
    for file in files:
        report = check_file(file.path, file.contract, file.period, is_specimen=True)
        assert (report.state, report.total("error")) == ("accepted", 0), file.path.name


def test_a_years_crossings_are_those_assumed(year: Specimen) -> None:
    told = rows(year, "dgsn_border_crossings")
    expected = calibration().rate("crossings_a_year") * year.scale
    assert total(told) == pytest.approx(expected, rel=0.02)
    entries = total(told.filter(pl.col("sens") == "E"))
    assert entries / total(told) == pytest.approx(0.5, abs=0.02)


def test_who_comes_to_retire_has_crossed_the_border(year: Specimen) -> None:
    """No visitor gives that reason, so the entries are the simulated persons and no other."""
    persons = pl.read_parquet(year.directory / "truth" / "persons.parquet")
    came = persons.filter(
        pl.col("arrival_date").dt.year() == 2025, pl.col("reason") == "RETRAITE"
    ).height
    entries = rows(year, "dgsn_border_crossings").filter(
        pl.col("sens") == "E", pl.col("motif") == "RETRAITE"
    )
    assert total(entries) == came > 0
