"""The extracts of the ministry and of ANAPEC are valid, and say what calibration.yml says."""

from pathlib import Path

import polars as pl
import pytest

from tests.unit.specimen.conftest import Specimen
from tests.unit.specimen.test_calibration import close
from tests.unit.specimen.test_generation import read, truth
from warehouse.checks import CellChecks
from warehouse.codes import known_codes
from warehouse.contracts.contract import contract
from warehouse.reading import open_extract
from warehouse.specimen import SpecimenFile, generate

CONTRACTS = [
    "miepeec_contract_visas",
    "anapec_journeys",
    "anapec_placements_morocco",
    "anapec_seasonal_workers",
    "anapec_reintegration",
    "anapec_associations",
]


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


def test_the_smallest_specimen_is_valid_and_has_what_it_shows(tmp_path: Path) -> None:
    """A placement in Morocco, the record that a correction is for, and no file without a row."""
    made = generate(tmp_path, months=2, scale=0.0005)
    assert {file.path.name: errors(file) for file in made if errors(file)} == {}
    assert "anapec_placements_morocco" in {file.contract for file in made}
    (register,) = [f.path for f in made if f.path.name.endswith("immatriculations_2025-12.csv")]
    assert "999" in read(register)["nationalite"]


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


def test_seasonal_workers_are_the_placements_in_spain(year: Specimen) -> None:
    register = read(year.path("anapec_seasonal_workers", "2025-Q4"))
    placed = all_rows(year, "anapec_placements_abroad")
    spain = placed.filter(pl.col("pays_destination") == "Espagne")
    assert set(register["numero_placement"]) == set(spain["numero_placement"])
    assert (register["sexe"] == "2").mean() > 0.95  # type: ignore[operator]


def test_four_fifths_of_the_seasons_are_repeated(december: Specimen) -> None:
    register = read(december.path("anapec_seasonal_workers", "2025-Q4"))
    repeated = register["type_saison"].is_in(["REPETITRICE", "RÉPÉTITRICE"]).mean()
    assert repeated == pytest.approx(14_525 / 17_830, abs=0.15)


def test_a_return_is_not_known_before_it_happens(year: Specimen) -> None:
    for period, last_day in (("2025-Q1", "2025-03-31"), ("2025-Q2", "2025-06-30")):
        register = read(year.path("anapec_seasonal_workers", period))
        returned = register["date_retour"].drop_nulls().str.to_date("%d/%m/%Y")
        assert (returned <= pl.Series([last_day]).str.to_date()[0]).all()


def test_beneficiaries_were_seasonal_workers(year: Specimen) -> None:
    helped = set(truth(year, "anapec_reintegration")["person_id"])
    assert helped
    assert helped <= set(truth(year, "anapec_seasonal_workers")["person_id"])


def test_a_journey_begins_with_the_registration_of_a_seeker(year: Specimen) -> None:
    steps = all_rows(year, "anapec_journeys")
    seekers = {
        number
        for file in year.files
        if file.contract == "anapec_job_seekers" and file.period != "2025-03"
        for number in read(file.path)["numero_inscription"]
    }
    assert seekers <= set(steps["numero_inscription"])
    first = steps.filter(pl.col("rang_etape") == "1")
    assert set(first["etape"]) == {"INSCRIPTION"}
    assert first["numero_inscription"].is_unique().all()


def test_a_placement_is_the_hiring_at_the_end_of_a_journey(year: Specimen) -> None:
    hired = all_rows(year, "anapec_journeys").filter(pl.col("etape") == "EMBAUCHE")
    placed = all_rows(year, "anapec_placements_morocco")
    assert placed.height == hired.height > 0
    assert set(placed["numero_inscription"].drop_nulls()) <= set(hired["numero_inscription"])


def test_the_directory_lists_an_association_once(year: Specimen) -> None:
    directory = read(year.path("anapec_associations", "2025"))
    assert directory["numero_association"].is_unique().all()
    assert directory["services"].str.contains(";").any()


def test_the_corrected_month_of_visas_has_the_true_wages(year: Specimen) -> None:
    files = [
        read(f.path)
        for f in year.files
        if (f.contract, f.period) == ("miepeec_contract_visas", "2025-08")
    ]
    first, second = (rows["salaire_mensuel"].cast(pl.Int64).to_list() for rows in files)
    assert len(first) == len(second)
    assert all(a in (b, 10 * b) for a, b in zip(first, second, strict=True))
