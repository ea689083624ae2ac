"""The extracts of the ministry and of ANAPEC are valid, and say what calibration.yml says."""

import polars as pl
import pytest

from tests.unit.specimen.conftest import Specimen
from tests.unit.specimen.test_calibration import close
from tests.unit.specimen.test_generation import read, truth
from warehouse.checks import CellChecks
from warehouse.codes import known_codes
from warehouse.contracts.contract import contract
from warehouse.reading import open_extract
from warehouse.specimen import SpecimenFile

CONTRACTS = ["miepeec_contract_visas"]


def errors(file: SpecimenFile) -> set[str]:
    """The rules that a file breaks with an error, each with its column."""
    found = contract(file.contract)
    checks = CellChecks(found, file.period, known_codes(found), is_specimen=True)
    for batch in open_extract(file.path, found).batches():
        checks.check(batch)
    checks.finish()
    return {f"{c.rule} {c.column}" for c in checks.log.counts if c.severity == "error"}


@pytest.mark.parametrize("contract_id", CONTRACTS)
def test_every_file_is_valid(year: Specimen, contract_id: str) -> None:
    files = [file for file in year.files if file.contract == contract_id]
    assert files
    assert {file.path.name: errors(file) for file in files if errors(file)} == {}


def all_rows(specimen: Specimen, contract_id: str) -> pl.DataFrame:
    """Every row of a contract's months, corrected months as corrected."""
    periods = sorted({f.period for f in specimen.files if f.contract == contract_id})
    return pl.concat([read(specimen.path(contract_id, period)) for period in periods])


def test_granted_visas_of_the_year(year: Specimen) -> None:
    rows = all_rows(year, "miepeec_contract_visas")
    granted = rows.filter(pl.col("decision").is_in(["ACCORDE", "VISE"]))
    assert close(granted.height, 6_011 * year.scale)
    assert granted.height < rows.height


def test_a_visa_is_of_a_foreigner_who_lives_here_to_work(year: Specimen) -> None:
    persons = pl.read_parquet(year.directory / "truth" / "persons.parquet")
    holders = truth(year, "miepeec_contract_visas").join(persons, on="person_id")
    assert holders.height > 0
    assert set(holders["reason"]) == {"TRAVAIL"}
    assert "MA" not in set(holders["citizenship"])


def test_the_corrected_month_of_visas_has_the_true_wages(year: Specimen) -> None:
    files = [
        read(f.path)
        for f in year.files
        if (f.contract, f.period) == ("miepeec_contract_visas", "2025-08")
    ]
    first, second = (rows["salaire_mensuel"].cast(pl.Int64).to_list() for rows in files)
    assert len(first) == len(second)
    assert all(a in (b, 10 * b) for a, b in zip(first, second, strict=True))
