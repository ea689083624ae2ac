import hashlib
import itertools
from pathlib import Path

import polars as pl
import pytest

from tests.unit.specimen import ebds_parser
from tests.unit.specimen.conftest import Specimen
from warehouse.specimen import generate

CONTRACTS = {
    "cnss_declarations",
    "cnss_immatriculations",
    "cnss_employers",
    "dgsn_residence_titles",
    "dgsn_border_crossings",
    "anapec_job_seekers",
    "anapec_placements_abroad",
    "miepeec_contract_visas",
    "office_des_changes_remittances",
    "unhcr_persons_of_concern",
    "bra_refugees",
    "anapec_journeys",
    "maecamre_consular_registrations",
}
WITHOUT_PERSONS = {
    "cnss_employers",
    "dgsn_border_crossings",
    "office_des_changes_remittances",
    "unhcr_persons_of_concern",
    "bra_refugees",
}


def digest(directory: Path) -> dict[str, str]:
    return {
        str(path.relative_to(directory)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(directory.rglob("*"))
        if path.is_file()
    }


def read(path: Path) -> pl.DataFrame:
    separator = "," if path.parent.name == "anapec" else ";"
    codec = "windows-1252" if path.parent.name in ("cnss", "miepeec") else "utf-8-sig"
    return pl.read_csv(
        path.read_bytes().decode(codec).encode(), separator=separator, infer_schema=False
    )


def truth(specimen: Specimen, contract: str) -> pl.DataFrame:
    return pl.read_parquet(specimen.directory / "truth" / contract / "*.parquet")


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        generate(tmp_path / name, months=3, scale=0.001, seed=seed)
    a, b, c = (digest(tmp_path / name) for name in "abc")
    assert a == b
    # A month without a single row has no file, and that is a matter of the seed.
    assert any(a[name] != c[name] for name in a.keys() & c.keys())


def test_every_contract_has_a_file_each_month(year: Specimen) -> None:
    months = {f"2025-{month:02d}" for month in range(1, 13)}
    for contract in CONTRACTS:
        periods = {f.period for f in year.files if f.contract == contract}
        assert months <= periods
        assert periods <= months | {"2024-12"}
    for file in year.files:
        assert file.path.name.startswith(f"SPECIMEN_{file.contract}_{file.period}")
        assert file.path.parent.name == file.contract.split("_")[0]


def test_files_arrive_in_order_but_for_the_late_and_the_corrected(year: Specimen) -> None:
    order = [(f.contract, f.period) for f in year.files]
    late = ("anapec_placements_abroad", "2025-07")
    assert order.index(late) > order.index(("anapec_placements_abroad", "2025-08"))
    twice = sorted({item for item in order if order.count(item) == 2})
    assert twice == [
        ("anapec_associations", "2025"),
        ("cnss_declarations", "2025-05"),
        ("dgsn_residence_titles", "2025-06"),
        ("miepeec_contract_visas", "2025-08"),
        ("office_des_changes_remittances", "2025-03"),
    ]
    for contract, period in twice:
        first = order.index((contract, period))
        second = len(order) - 1 - order[::-1].index((contract, period))
        assert "cnss_employers" in {other for other, _ in order[first:second]}


def test_progress_is_told_to_the_end(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    generate(tmp_path, 1, "2025-12", 0.001, 2025, lambda *step: told.append(step))
    assert told[0][1] == 0
    assert told[-1][1] == told[-1][2] == len(told) - 1


def test_the_truth_knows_every_declared_record(year: Specimen) -> None:
    known = truth(year, "cnss_declarations").filter(pl.col("period") == "2025-12")
    rows = ebds_parser.records(year.path("cnss_declarations", "2025-12"))
    keys = {
        f"{row['affiliate']}|{row['insured']}|{row['kind']}"
        for row in rows
        if str(row["name"]).startswith("DS_")
    }
    assert keys <= set(known["record_key"])


@pytest.mark.parametrize(
    ("contract", "columns"),
    [
        ("cnss_immatriculations", ["numero_assure"]),
        ("dgsn_residence_titles", ["numero_titre", "date_decision"]),
        ("anapec_job_seekers", ["numero_inscription"]),
        ("anapec_placements_abroad", ["numero_placement"]),
        ("miepeec_contract_visas", ["numero_dossier"]),
        ("anapec_journeys", ["numero_inscription", "rang_etape"]),
    ],
)
def test_the_truth_knows_every_other_record(
    year: Specimen, contract: str, columns: list[str]
) -> None:
    rows = read(year.path(contract, "2025-12"))
    if "date_decision" in rows.columns:
        rows = rows.with_columns(pl.col("date_decision").str.to_date("%d/%m/%Y").cast(pl.String))
    keys = rows.select(pl.concat_str(columns, separator="|")).to_series()
    known = truth(year, contract)
    assert set(keys) <= set(known["record_key"])
    persons = pl.read_parquet(year.directory / "truth" / "persons.parquet")
    assert set(known["person_id"]) <= set(persons["person_id"])


def test_the_same_person_is_seen_by_several_institutions(year: Specimen) -> None:
    seen = {
        contract: set(truth(year, contract)["person_id"])
        for contract in CONTRACTS - WITHOUT_PERSONS
    }
    titled = seen["dgsn_residence_titles"]
    assert titled & seen["cnss_declarations"]
    assert titled & seen["anapec_job_seekers"]
    assert seen["anapec_placements_abroad"] & seen["cnss_immatriculations"]


def test_sources_spell_some_names_differently(december: Specimen) -> None:
    titles = read(december.path("dgsn_residence_titles", "2025-11")).rename({"numero_titre": "id"})
    register = read(december.path("cnss_immatriculations", "2025-12")).rename(
        {"numero_titre_sejour": "id"}
    )
    both = titles.join(register, on="id", how="inner")
    agreement = (both["nom"] == both["nom_right"]).mean()
    assert both.height > 100
    assert 0.6 < agreement < 0.9  # type: ignore[operator]


def test_the_register_grows_and_keeps_who_was_in_it(year: Specimen) -> None:
    first = set(read(year.path("cnss_immatriculations", "2025-01"))["numero_assure"])
    last = set(read(year.path("cnss_immatriculations", "2025-12"))["numero_assure"])
    assert first < last


def test_one_month_of_job_seekers_is_in_arabic_script(year: Specimen) -> None:
    text = year.path("anapec_job_seekers", "2025-03").read_bytes().decode("windows-1256")
    assert any("\u0600" <= letter <= "\u06ff" for letter in text)


def test_declared_workers_change_little_from_month_to_month(year: Specimen) -> None:
    counts = [
        len(ebds_parser.records(f.path))
        for f in year.files
        if f.contract == "cnss_declarations" and "corrected" not in f.path.name
    ]
    assert all(abs(b / a - 1) < 0.02 for a, b in itertools.pairwise(counts))


def test_the_stock_of_titles_is_taken_over_before_the_first_month(year: Specimen) -> None:
    stock = read(year.path("dgsn_residence_titles", "2024-12"))
    assert set(stock["date_decision"]) == {"31/12/2024"}
    assert stock["numero_titre"].is_unique().all()
    first = read(year.path("dgsn_residence_titles", "2025-01"))
    assert stock.height > 5 * first.height
