"""What dbt knows of the contracts, of the code lists and of the definitions."""

import re

import pytest
import yaml

from warehouse.contracts.contract import contracts
from warehouse.indicator import dataflows
from warehouse.settings import settings
from warehouse.sources import sources_yaml, staging_models_macro

DBT = settings().dbt_dir


def test_the_generated_files_are_those_of_the_contracts() -> None:
    """`simimo build` rewrites them; a contract is committed with them."""
    sources = (DBT / "models" / "staging" / "sources.yml").read_text("utf-8")
    macro = (DBT / "macros" / "staging_models.sql").read_text("utf-8")
    assert sources == sources_yaml(contracts())
    assert macro == staging_models_macro(contracts())


def test_every_contract_has_one_staging_model() -> None:
    staged = {path.stem for path in DBT.glob("models/staging/*/stg_*.sql")}
    wanted = {f"stg_{contract_id}" for contract_id in contracts()}
    assert wanted - staged == set(), "contracts without a staging model"
    assert staged - wanted == set(), "staging models without a contract"


def test_a_staging_model_stands_in_its_providers_folder() -> None:
    for contract in contracts().values():
        assert (DBT / "models" / "staging" / contract.provider / f"stg_{contract.id}.sql").exists()


def test_a_job_title_in_staging_is_one_that_its_contract_has_coded() -> None:
    """The staging model's occupation_text is the column that the contract codes."""
    staged = {
        path.stem.removeprefix("stg_"): found[1]
        for path in DBT.glob("models/staging/*/stg_*.sql")
        if (found := re.search(r"(\w+) as occupation_text", path.read_text("utf-8")))
    }
    coded = {
        contract.id: column.name
        for contract in contracts().values()
        for column in contract.columns
        if column.coded_as == "occupation"
    }
    assert staged == coded


@pytest.mark.parametrize("folder", ["codelists", "correspondences"])
def test_every_code_variable_has_its_seeds(folder: str) -> None:
    """A variable is called as its correspondences, and as its list without the prefix cl_."""
    prefix = "cl_" if folder == "codelists" else ""
    seeds = {path.stem for path in (DBT / "seeds" / folder).glob("*.csv")}
    columns = [c for contract in contracts().values() for c in contract.columns if c.variable]
    assert {f"{prefix}{c.variable}" for c in columns} - seeds == set()
    assert {c.code_list for c in columns if c.code_list != f"cl_{c.variable}"} == set()


def declared_facts() -> set[str]:
    """The facts of every file of macros/facts, each file one that macros/facts.sql brings in."""
    whole = (DBT / "macros" / "facts.sql").read_text("utf-8")
    found: set[str] = set()
    for path in (DBT / "macros" / "facts").glob("*.sql"):
        assert f"{path.stem}_facts()," in whole, path.name
        found |= set(re.findall(r'^    "(\w+)": \{$', path.read_text("utf-8"), re.MULTILINE))
    return found


def test_every_fact_of_a_contract_is_declared() -> None:
    """The files of macros/facts name the columns of each, and a model of that name holds it."""
    declared = declared_facts()
    facts = {contract.fact for contract in contracts().values()}
    held = {path.stem for path in (DBT / "models" / "harmonised").glob("*.sql")}
    assert facts - declared == set(), "facts that no file of macros/facts declares"
    assert declared - held == set(), "facts without a harmonised model"


def test_every_dataflow_has_its_model_and_its_lists() -> None:
    lists = {path.stem for path in (DBT / "seeds" / "codelists").glob("*.csv")}
    for dataflow in dataflows().values():
        assert (DBT / "models" / "indicators" / f"{dataflow.model}.sql").exists()
        assert dataflow.model == dataflow.id.lower()
        assert {d.code_list for d in dataflow.dimensions} - lists == set()


def test_every_column_of_a_model_is_described_once() -> None:
    """The properties files point at the blocks of models/columns.md, and each block is used."""
    named = re.findall(r"{% docs (\w+) %}", (DBT / "models" / "columns.md").read_text("utf-8"))
    blocks = set(named)
    assert sorted(named) == sorted(blocks), "columns that two blocks describe"
    texts = [path.read_text("utf-8") for path in DBT.glob("models/**/*.yml")]
    used = {name for text in texts for name in re.findall(r'doc\("(\w+)"\)', text)}
    assert used - blocks == set(), "columns that no block describes"
    assert blocks - used == set(), "blocks that no column uses"


def test_every_harmonised_fact_is_tested_to_lose_no_record_and_to_leave_no_code_empty() -> None:
    facts = declared_facts()
    told = [yaml.safe_load(p.read_text("utf-8")) for p in DBT.glob("models/harmonised/*.yml")]
    tests = {m["name"]: str(m.get("data_tests")) for t in told for m in t.get("models", [])}
    assert facts == {contract.fact for contract in contracts().values()}
    for test in ("keeps_every_record", "codes_are_listed"):
        assert {fact for fact in facts if test not in tests[fact]} == set()
