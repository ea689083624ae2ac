"""Suites and waivers are data: each fits its contract, says why, and names its columns."""

import re
from pathlib import Path

import pytest

from expectations.suite import SUITES_DIR, InvalidSuite, Suite, read_suite, suite_of
from warehouse.contracts.contract import Contract, contract, contracts

OWN = [c for c in contracts().values() if (SUITES_DIR / f"{c.id}.yml").exists()]
FILES = sorted(SUITES_DIR.glob("*.yml"))


def test_every_suite_has_its_contract() -> None:
    defaults = {"default_period", "default_cumulative"}
    assert {path.stem for path in FILES} - defaults <= set(contracts())


@pytest.mark.parametrize("found", contracts().values(), ids=lambda c: c.id)
def test_every_contract_has_a_suite(found: Contract) -> None:
    assert suite_of(found).expectations


@pytest.mark.parametrize("found", OWN, ids=lambda c: c.id)
def test_measures_name_columns_that_raw_keeps(found: Contract) -> None:
    kept = {column.name for column in found.raw_columns}
    for measure in suite_of(found).measures:
        assert set(measure.columns) <= kept, f"{measure.id}: {set(measure.columns) - kept}"


@pytest.mark.parametrize("found", OWN, ids=lambda c: c.id)
def test_measures_use_the_columns_that_they_name(found: Contract) -> None:
    for measure in suite_of(found).measures:
        written = {*re.findall(r"\w+", f"{measure.sql} {measure.where or ''}")}
        used = written & {column.name for column in found.columns}
        assert used == set(measure.columns), measure.id


@pytest.mark.parametrize("found", OWN, ids=lambda c: c.id)
def test_distributions_are_of_codes_never_of_identifiers(found: Contract) -> None:
    for measure in suite_of(found).measures:
        if measure.form == "distribution":
            for name in measure.columns:
                column = found.column(name)
                assert column.type == "code", f"{name} is {column.type}"
                assert column.identifier_type is None
                assert column.identity_role not in {"family_name", "given_name", "birth_date"}


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_every_suite_counts_rows_and_uses_every_measure(path: Path) -> None:
    suite = read_suite(path)
    assert "rows" in {m.id for m in suite.measures}
    assert {m.id for m in suite.measures} == {e.measure.id for e in suite.expectations}


def test_registers_exist_and_hold_the_key() -> None:
    for found in OWN:
        for measure in suite_of(found).measures:
            if measure.register:
                looked_in = contract(measure.register.contract)
                key = looked_in.column(measure.register.column)
                assert key.identifier_type == found.column(measure.sql).identifier_type


def test_a_contract_without_a_suite_is_judged_by_the_default_of_its_coverage() -> None:
    from dataclasses import replace

    declared = replace(contract("cnss_declarations"), id="ofppt_trainees")
    register = replace(contract("cnss_employers"), id="other_register")
    assert suite_of(declared).id == "default_period"
    assert suite_of(register).id == "default_cumulative"


VALID = """
measures:
  rows: {label: {fr: a, ar: b, en: c}, count: "*"}
  codes: {label: {fr: a, ar: b, en: c}, distribution: statut, columns: [statut]}
expectations:
  rows_grow: {measure: rows, compare: ratio, against: previous, at_least: 1, severity: error,
    reason: {fr: a, ar: b, en: c}}
"""


def suite_from(tmp_path: Path, text: str) -> Suite:
    path = tmp_path / "written.yml"
    path.write_text(text, "utf-8")
    read_suite.cache_clear()
    return read_suite(path)


def test_a_valid_suite_is_read(tmp_path: Path) -> None:
    (read,) = suite_from(tmp_path, VALID).expectations
    assert (read.at_least, read.at_most, read.periods, read.chance) == (1.0, None, 6, 3.0)


def test_breaks_are_periods_with_a_reason(tmp_path: Path) -> None:
    assert suite_from(tmp_path, VALID + "breaks: {2019-Q4: rupture, 2020: rupture}").breaks == (
        "2019-Q4",
        "2020",
    )


@pytest.mark.parametrize(
    ("written", "instead", "fault"),
    [
        ("severity: error", "severity: fatal", "fatal"),
        ("compare: ratio", "compare: guess", "guess"),
        ("at_least: 1,", "", "at_least or at_most"),
        ("against: previous", "against: none", "baseline"),
        ("measure: rows", "measure: codes", "distance"),
        ("measure: rows", "measure: wages", "wages"),
        ("fr: a, ar: b, en: c}}", "fr: a, en: c}}", "no text in ar"),
        ('count: "*"', 'counts: "*"', "exactly one of"),
        ("rows_grow", "Rows-grow", "lower-case"),
        ("columns: [statut]", "column: statut", "unknown words column"),
    ],
)
def test_a_fault_is_named(tmp_path: Path, written: str, instead: str, fault: str) -> None:
    with pytest.raises(InvalidSuite) as refused:
        suite_from(tmp_path, VALID.replace(written, instead, 1))
    assert fault in str(refused.value.values["problem"])
    assert refused.value.values["file"] == "written.yml"
