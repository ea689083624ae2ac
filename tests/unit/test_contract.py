"""The contracts say what every other part follows."""

import pytest

from warehouse.contracts.contract import contract, contracts, read_contract
from warehouse.errors import InvalidContract, UnknownContract
from warehouse.settings import settings

ALL = sorted(contracts())


@pytest.mark.parametrize("contract_id", ALL)
def test_every_contract_keeps_to_the_rules_of_the_house(contract_id):
    found = contract(contract_id)
    assert found.id == contract_id
    assert found.columns
    assert found.purpose
    assert found.legal_basis
    for column in found.columns:
        assert all(column.labels[lang].strip() for lang in ("fr", "ar", "en")), column.name
        assert (column.variable is None) == (column.code_list is None), column.name
        if column.identity_role in ("family_name", "given_name"):
            assert not column.is_kept, f"{column.name} is a name: it may not reach raw"


@pytest.mark.parametrize("contract_id", ALL)
def test_every_code_list_named_exists(contract_id):
    seeds = settings().dbt_dir / "seeds"
    for column in contract(contract_id).columns:
        if column.variable:
            assert (seeds / "codelists" / f"{column.code_list}.csv").exists(), column.name
            assert (seeds / "correspondences" / f"{column.variable}.csv").exists(), column.name


def test_the_check_sum_of_e_bds_is_never_kept_since_it_holds_the_insured_number():
    kept = {c.name for c in contract("cnss_declarations").raw_columns}
    assert "cle_controle" not in kept
    assert "numero_assure" in kept


def test_the_layout_of_e_bds_has_no_overlap_and_fits_its_width():
    layout = contract("cnss_declarations").layout
    for record in layout.records:
        ends = 0
        for field in sorted(record.fields, key=lambda f: f.start):
            assert field.start > ends, (record.code, field.name)
            ends = field.start + field.width - 1
        assert ends <= layout.width


def test_an_unknown_contract_names_the_known_ones():
    with pytest.raises(UnknownContract) as refused:
        contract("cnss_declaration")
    assert "cnss_declarations" in refused.value.hint("fr")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("id: x\nunknownField: 1\n", "unknownField"),
        ("not yaml: [", "flow"),
    ],
)
def test_a_broken_contract_says_what_is_wrong(tmp_path, text, problem):
    path = tmp_path / "x.odcs.yaml"
    path.write_text(text)
    with pytest.raises(InvalidContract) as refused:
        read_contract(path)
    assert problem in refused.value.text("en")
