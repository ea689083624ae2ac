"""The extracts of the other institutions: valid against their contracts, and as calibrated."""

import polars as pl
import pytest

from tests.unit.specimen.conftest import Specimen
from warehouse.contracts.contract import contract
from warehouse.examination import check_file
from warehouse.reading import open_extract
from warehouse.specimen.calibration import calibration
from warehouse.specimen.correspondences import alpha3

ORIGIN = "country_of_origin"
INSTITUTIONS = [
    "dgsn_border_crossings",
    "office_des_changes_remittances",
    "enssup_foreign_students",
    "ofppt_foreign_trainees",
    "unhcr_persons_of_concern",
    "bra_refugees",
    "prosecution_cases",
    "hcp_rgph_foreigners",
    "maecamre_consular_registrations",
    "interior_regularisation",
    "ofppt_prior_learning",
]


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


def test_refugees_and_asylum_seekers_are_the_published_ones(year: Specimen) -> None:
    known = calibration()
    told = rows(year, "unhcr_persons_of_concern", "2025-02")
    everyone = known.values("persons_of_concern")["_T"] * year.scale
    assert total(told, "individuals") == pytest.approx(everyone, abs=1)
    refugees = told.filter(pl.col("population_type") == "REF")
    for area, value in known.values("refugees").items():
        found = refugees if area == "_T" else refugees.filter(pl.col(ORIGIN) == alpha3()[area])
        assert total(found, "individuals") == pytest.approx(value * year.scale, abs=1), area


def test_the_two_counts_of_refugees_differ_by_design(year: Specimen) -> None:
    told = total(rows(year, "unhcr_persons_of_concern", "2025-06"), "individuals")
    heard = total(rows(year, "bra_refugees", "2025-06"), "effectif")
    assert 0 < heard < told / 2


def test_remittances_of_a_year_are_those_published(year: Specimen) -> None:
    newest = rows(year, "office_des_changes_remittances", "2025-12")
    for when, bn_mad in calibration().values("remittances").items():
        told = newest.filter(pl.col("mois").str.starts_with(when))
        if told.height:
            amount = bn_mad * 1e9 * year.scale
            assert total(told, "montant") == pytest.approx(amount, rel=0.01), when
    france = newest.filter(pl.col("pays") == "FRANCE")
    assert total(france, "montant") / total(newest, "montant") == pytest.approx(0.322, abs=0.005)


def test_the_censuses_foreigners_are_the_published_ones(year: Specimen) -> None:
    told = rows(year, "hcp_rgph_foreigners").group_by("recensement")
    found = dict(told.agg(pl.col("effectif").cast(pl.Int64).sum()).iter_rows())
    assert found == {"2014": round(84_001 * year.scale), "2024": round(148_152 * year.scale)}


def test_foreign_students_are_the_last_published(year: Specimen) -> None:
    told = rows(year, "enssup_foreign_students")
    assert total(told, "effectif") == pytest.approx(20_500 * year.scale, abs=1)


def test_the_consular_register_is_the_published_one(year: Specimen) -> None:
    told = rows(year, "maecamre_consular_registrations")
    assert told.height == pytest.approx(5_300_000 * year.scale, rel=0.02)
    assert told["numero_immatriculation"].is_unique().all()


def test_some_registered_abroad_were_insured_in_morocco(year: Specimen) -> None:
    register = rows(year, "maecamre_consular_registrations")["numero_cin"].drop_nulls()
    persons = pl.read_parquet(year.directory / "truth" / "persons.parquet")
    insured = persons.filter(pl.col("cnss_number").is_not_null())["cin"].drop_nulls()
    assert 0.005 < register.is_in(insured.implode()).mean() < 0.5  # type: ignore[operator]


@pytest.mark.parametrize(("campaign", "group"), [("2014", "2014"), ("2016-2017", "2016")])
def test_requests_of_a_campaign_are_hcps(year: Specimen, campaign: str, group: str) -> None:
    published = calibration().values(f"regularisation_{group}")
    told = rows(year, "interior_regularisation", campaign)
    assert told.height == round(published["requests"] * year.scale)
    assert any("terms of reference" in name for name in published), "the other source is kept"


def test_returnees_have_their_skills_recognised(year: Specimen) -> None:
    told = rows(year, "ofppt_prior_learning")
    abroad = told.filter(pl.col("nationalite") == "MAR", pl.col("pays_experience") != "MAR")
    assert 0 < abroad.height < told.height
