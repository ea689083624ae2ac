"""The files that dbt reads of the contracts."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from warehouse import sources
from warehouse.contracts.contract import Contract, contracts
from warehouse.sources import sources_yaml, staging_models_macro, write_generated


@pytest.fixture
def register() -> Contract:
    return contracts()["cnss_immatriculations"]


def test_a_contract_is_one_table_with_its_columns_described(register: Contract) -> None:
    read = yaml.safe_load(sources_yaml({register.id: register}))
    [table] = read["sources"][0]["tables"]
    described = {column["name"]: column["description"] for column in table["columns"]}
    assert table["name"] == "cnss_immatriculations"
    assert described["numero_assure"] == "Insured person's number, as a pseudonym"
    assert described["date_naissance"] == "Date of birth, cut to year and month"
    assert "nom" not in described, "a name is no column of raw"


def test_quotes_in_a_label_are_kept(register: Contract) -> None:
    titled = replace(register, title={**register.title, "en": 'The "register": all of it'})
    read = yaml.safe_load(sources_yaml({titled.id: titled}))
    assert read["sources"][0]["tables"][0]["description"] == 'The "register": all of it'


def test_the_macro_tells_what_models_need(register: Contract) -> None:
    text = staging_models_macro({register.id: register})
    assert '"cnss_immatriculations": {' in text
    assert '"provider": "cnss",' in text
    assert '"coverage": "cumulative",' in text
    assert '"key": ["numero_assure"],' in text
    assert '"variables": ["area", "sex"],' in text
    formats = json.dumps({"date_immatriculation": ["%d/%m/%Y", "%Y-%m-%d"]})[1:-1]
    assert formats in text


def test_contracts_stand_in_alphabetical_order() -> None:
    backwards = dict(sorted(contracts().items(), reverse=True))
    assert staging_models_macro(backwards) == staging_models_macro(contracts())
    assert sources_yaml(backwards) == sources_yaml(contracts())


def test_files_are_written_only_where_they_differ(tmp_path: Path) -> None:
    (tmp_path / "models" / "staging").mkdir(parents=True)
    (tmp_path / "models" / "indicators").mkdir()
    (tmp_path / "macros").mkdir()
    assert write_generated(tmp_path)
    assert not write_generated(tmp_path)
    (tmp_path / "macros" / "staging_models.sql").write_text("edited by hand", "utf-8")
    assert write_generated(tmp_path)
    assert sources.GENERATED in (tmp_path / "macros" / "staging_models.sql").read_text("utf-8")
