import numpy as np
import polars as pl
import pytest

from tests.unit.specimen import ebds_parser
from tests.unit.specimen.conftest import Specimen
from warehouse.specimen import is_specimen_identifier, specimen_expression
from warehouse.specimen.identifiers import NATIONAL_PATTERNS, cins, insured_numbers

COLUMNS = {
    "numero_assure": "cnss_number",
    "numero_affilie": "affiliate",
    "numero_cin": "cin",
    "numero_passeport": "passport",
    "numero_titre_sejour": "residence_title",
    "numero_titre": "residence_title",
    "numero_inscription": "anapec_number",
    "numero_placement": "anapec_number",
    "ice": "ice",
}


@pytest.mark.parametrize(
    ("identifier_type", "value", "expected"),
    [
        ("cin", "ZZ012345", True),
        ("cin", "zz 012345", True),
        ("cin", "Z000123Z", True),
        ("cin", "BE012345", False),
        ("passport", "ZZ0001234", True),
        ("passport", "AB0001234", False),
        ("residence_title", "Z000123Z", True),
        ("residence_title", "A000123Z", False),
        ("cnss_number", "000123456", True),
        ("cnss_number", "001234567", False),
        ("cnss_number", "100123456", False),
        ("affiliate", "0001234", True),
        ("affiliate", "1001234", False),
        ("ice", "000123456000078", True),
        ("ice", "001123456000078", False),
        ("anapec_number", "000000123", True),
        ("cin", "", False),
        ("cin", " z-z 012345", True),
    ],
)
def test_text_and_expression_agree(identifier_type: str, value: str, expected: bool) -> None:
    assert is_specimen_identifier(identifier_type, value) is expected
    frame = pl.DataFrame({"id": [value]}).select(specimen_expression(identifier_type, "id"))
    assert frame.item() is expected


def test_two_zeros_pass_only_in_a_declared_national_specimen() -> None:
    assert is_specimen_identifier("cnss_number", "001234567", national=True)
    assert insured_numbers(np.array([1, 4_100_000])).to_list() == ["000000001", "004100000"]
    assert set(NATIONAL_PATTERNS) == set(COLUMNS.values())


def test_cards_go_on_into_other_series_in_a_declared_national_specimen_alone() -> None:
    serial = np.array([0, 999_999, 1_000_000, 1_099_999, 1_100_000, 10_999_999])
    cards = ["ZZ000000", "ZZ999999", "ZZ00000", "ZZ99999", "ZY000000", "ZP99999"]
    assert cins(serial).to_list() == cards
    assert is_specimen_identifier("cin", "ZY000000", national=True)
    assert not is_specimen_identifier("cin", "ZY000000")
    assert not is_specimen_identifier("cin", "ZT000000", national=True)


def test_no_file_holds_an_identifier_that_could_be_issued(year: Specimen) -> None:
    for file in year.files:
        if file.path.suffix == ".csv":
            text = pl.read_csv(
                file.path.read_bytes().decode("utf-8-sig", "replace").encode(),
                separator=";" if file.contract.split("_")[0] != "anapec" else ",",
                infer_schema=False,
            )
            for column in set(COLUMNS) & set(text.columns):
                kind = COLUMNS[column]
                found = text.select(specimen_expression(kind, column)).to_series()
                assert found.all(), (file.path.name, column)


def test_no_declaration_holds_an_identifier_that_could_be_issued(year: Specimen) -> None:
    rows = ebds_parser.records(year.path("cnss_declarations", "2025-12"))
    assert all(is_specimen_identifier("cnss_number", str(row["insured"])) for row in rows)
    assert all(is_specimen_identifier("affiliate", str(row["affiliate"])) for row in rows)
    cards = [str(row["cin"]) for row in rows if row.get("cin")]
    assert cards
    assert all(is_specimen_identifier("cin", card) for card in cards)
