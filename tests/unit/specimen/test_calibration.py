"""The specimen is held to calibration.yml, read back from the files as the warehouse would."""

import polars as pl
import pytest

from tests.unit.specimen import ebds_parser
from tests.unit.specimen.conftest import Specimen
from tests.unit.specimen.test_generation import read
from warehouse.specimen.anapec import UNKNOWN_EDUCATION
from warehouse.specimen.calibration import allocate, calibration, with_rest
from warehouse.specimen.cnss import UNKNOWN_ACTIVITY, UNKNOWN_COUNTRY
from warehouse.specimen.correspondences import adjectives, correspondence, source_codes
from warehouse.specimen.dgsn import UNKNOWN_ADJECTIVE, UNKNOWN_PROVINCE


def close(found: float, expected: float) -> bool:
    """Within 2 %, or two persons where 2 % is less (wrong codes and rounding at small scale)."""
    return abs(found - expected) <= max(0.02 * expected, 2)


@pytest.fixture(scope="module")
def workers(december: Specimen) -> pl.DataFrame:
    """One row a worker of December 2025: wage, sex, citizenship, section of the main employer."""
    rows = pl.DataFrame(
        ebds_parser.records(december.path("cnss_declarations", "2025-12")),
        infer_schema_length=None,
    ).filter(pl.col("days") > 0)
    register = read(december.path("cnss_immatriculations", "2025-12"))
    employers = read(december.path("cnss_employers", "2025-12"))
    section = {
        code: name
        for name, row in calibration().assumptions["activities"].items()
        for code in row["codes"]
    }
    area = {code: name for name, code in source_codes("area", "cnss").items()}
    by_employer = rows.group_by("insured", "affiliate").agg(pl.col("wage").sum())
    return (
        by_employer.sort("wage", descending=True)
        .group_by("insured", maintain_order=True)
        .agg(pl.col("wage").sum(), pl.col("affiliate").first())
        .join(register, left_on="insured", right_on="numero_assure", how="left")
        .join(employers, left_on="affiliate", right_on="numero_affilie", how="left")
        .with_columns(
            pl.col("nationalite").replace_strict(area, default=None).alias("citizenship"),
            pl.col("activite").replace_strict(section, default=None).alias("section"),
        )
    )


@pytest.fixture(scope="module")
def stock(december: Specimen) -> pl.DataFrame:
    """Titles valid on 31 December 2025: the latest decision of each title, if it holds."""
    files = [f.path for f in december.files if f.contract == "dgsn_residence_titles"]
    decisions = pl.concat([read(path) for path in files]).with_columns(
        pl.col("date_decision", "date_expiration", "date_entree").str.to_date("%d/%m/%Y")
    )
    latest = decisions.sort("date_decision").group_by("numero_titre").last()
    return latest.filter(
        pl.col("statut") != "ANNULATION", pl.col("date_expiration") > pl.date(2025, 12, 31)
    )


def test_all_declared_employees(workers: pl.DataFrame, december: Specimen) -> None:
    assert close(workers.height, 3_540_000 * december.scale)


@pytest.mark.parametrize(("sex", "code"), [("M", "H"), ("F", "F")])
def test_mean_wages(workers: pl.DataFrame, sex: str, code: str) -> None:
    expected = calibration().values("mean_wage")
    of_sex = workers.filter(pl.col("sexe") == code)
    assert of_sex["wage"].mean() / 100 == pytest.approx(expected[sex], rel=0.01)  # type: ignore[operator]
    assert workers["wage"].mean() / 100 == pytest.approx(expected["_T"], rel=0.01)  # type: ignore[operator]


def test_foreign_workers(workers: pl.DataFrame, december: Specimen) -> None:
    foreign = workers.filter(~pl.col("citizenship").is_in(["MA", "_U"]))
    for area, value in calibration().values("foreign_workers").items():
        found = foreign if area == "_T" else foreign.filter(pl.col("citizenship") == area)
        assert close(found.height, value * december.scale), area


def test_foreign_workers_activities(workers: pl.DataFrame, december: Specimen) -> None:
    foreign = workers.filter(~pl.col("citizenship").is_in(["MA", "_U"]))
    groups = calibration().assumptions["activity_groups"]
    for group, value in calibration().values("foreign_workers_activity").items():
        found = foreign.filter(pl.col("section").is_in(groups[group]))
        assert close(found.height, value * december.scale), group


def test_foreign_workers_above_10000_dirhams(workers: pl.DataFrame, december: Specimen) -> None:
    found = workers.filter(~pl.col("citizenship").is_in(["MA", "_U"]), pl.col("wage") > 1_000_000)
    assert close(found.height, 10_138 * december.scale)


def test_residents_hold_the_census(stock: pl.DataFrame, december: Specimen) -> None:
    total = 148_152 * december.scale
    assert close(stock.height, total)
    for area, share in calibration().values("residents_citizenship").items():
        found = stock.filter(pl.col("nationalite") == adjectives()[area])
        assert close(found.height, share * total / 100), area
    for reason, share in calibration().values("residents_reason").items():
        assert close(stock.filter(pl.col("motif") == reason).height, share * total / 100), reason
    recent = stock.filter(pl.col("date_entree").dt.year() >= 2022).height
    known = stock["date_entree"].is_not_null().sum()
    assert recent / known == pytest.approx(0.553, abs=0.02)
    assert (stock["sexe"] == "M").mean() == pytest.approx(47_484 / 84_001, rel=0.02)


def test_residents_regions(stock: pl.DataFrame, december: Specimen) -> None:
    provinces = pl.concat([correspondence("region", "*"), correspondence("region", "dgsn")])
    region = dict(provinces.select("source_code", pl.col("code").str.slice(0, 2)).iter_rows())
    found = stock["province"].replace_strict(region, default=None)
    for code, value in calibration().values("residents_region").items():
        assert close(int((found == code).sum()), value * december.scale), code


def test_placements_of_the_year(year: Specimen) -> None:
    rows = pl.concat([read(f.path) for f in year.files if f.contract == "anapec_placements_abroad"])
    assert close(rows.height, 14_915 * year.scale)
    spain = rows.filter(pl.col("pays_destination") == "Espagne")
    assert close(spain.height, 14_618 * year.scale)
    assert (spain["sexe"] == "2").mean() > 0.95  # type: ignore[operator]
    assert set(spain["type_contrat"]) == {"SAISONNIER"}


def test_shares_are_completed_to_the_total() -> None:
    assert with_rest({"SN": 20.0}, 100.0, {"ML": 1, "CD": 3}) == {"SN": 20, "ML": 20, "CD": 60}


def test_parts_add_up() -> None:
    assert allocate(7, {"a": 1, "b": 1, "c": 1}) == {"a": 3, "b": 2, "c": 2}
    assert allocate(0, {"a": 1, "b": 2}) == {"a": 0, "b": 0}


def test_the_unknown_codes_are_unknown() -> None:
    for variable, provider, code in [
        ("area", "cnss", UNKNOWN_COUNTRY),
        ("area", "dgsn", UNKNOWN_ADJECTIVE),
        ("region", "dgsn", UNKNOWN_PROVINCE),
        ("education", "anapec", UNKNOWN_EDUCATION),
        ("activity", "cnss", UNKNOWN_ACTIVITY),
    ]:
        for known in (provider, "*"):
            assert code not in set(correspondence(variable, known)["source_code"])
