"""The checks past the single cell: counts past the cap, keys, masks."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import batch, many
from warehouse.checks import CellChecks
from warehouse.codes import known_codes
from warehouse.contracts.contract import Column, contract, contracts
from warehouse.findings import LISTED_FINDINGS
from warehouse.masking import shown


def _checks(contract_id="cnss_declarations", period="2026-03", is_specimen=True):
    found = contract(contract_id)
    return CellChecks(found, period, known_codes(found), is_specimen)


def test_findings_past_the_cap_are_counted_and_not_listed():
    checks = _checks()
    bad = batch("cnss_declarations", {"jours_declares": "99"})
    wrong = pl.concat([bad] * (LISTED_FINDINGS + 500))
    errors = checks.check(wrong)
    assert errors.sum() == wrong.height
    assert checks.log.total("error") == LISTED_FINDINGS + 500
    assert len(checks.log.findings) == LISTED_FINDINGS


def test_a_key_seen_twice_names_the_first_line_even_across_batches():
    checks = _checks()
    first = batch("cnss_declarations", *many(3, numero_assure="000{:06d}"))
    checks.check(first)
    checks.check(first[1:2].with_columns(line_number=pl.lit(5, pl.Int64)))
    errors = checks.finish()
    (finding,) = checks.log.findings
    assert (finding.rule, finding.line, finding.values["expected"]) == ("duplicate_key", 5, "3")
    assert errors.to_dicts() == [{"part": "", "errors": 1}]


def test_the_same_worker_in_a_main_and_a_complementary_declaration_is_no_duplicate():
    checks = _checks()
    declared = batch("cnss_declarations").with_columns(part=pl.lit("0001234"))
    checks.check(declared)
    checks.check(declared.with_columns(part=pl.lit("0001234/DSC1")))
    assert checks.finish().is_empty()


def test_workers_without_a_number_are_not_each_others_twins():
    checks = _checks()
    nobody = [{"numero_assure": number} for number in ("999999999", "999999999", "000000000")]
    without = [{"numero_assure": None, "numero_cin": f"ZZ00000{n}"} for n in range(2)]
    checks.check(batch("cnss_declarations", *nobody, *without))
    assert checks.finish().is_empty()
    assert checks.log.total("error") == 0


def test_a_share_of_unknown_codes_within_the_bound_only_warns():
    checks = _checks()
    known = [{"numero_assure": f"000{n:06d}", "situation": "IT"} for n in range(20)]
    unknown = {"numero_assure": "000999999", "situation": "??"}
    checks.check(batch("cnss_declarations", *known, unknown))
    assert checks.finish().is_empty()
    assert (checks.log.total("warning"), checks.log.total("error")) == (1, 0)


def test_a_real_file_with_a_specimen_identifier_is_an_error():
    checks = _checks(is_specimen=False)
    checks.check(batch("cnss_declarations"))
    rules = {(c.rule, c.column) for c in checks.log.counts}
    assert ("unissuable_identifier", "numero_assure") in rules


@given(st.text(min_size=1))
def test_a_direct_identifier_never_shows_more_than_two_characters(value):
    names = Column("nom", {}, "text", classification="direct_identifier")
    assert set(shown(names, value)) <= {"•"}
    numbers = Column("cin", {}, "text", classification="direct_identifier", identifier_type="cin")
    assert shown(numbers, value).count("•") >= len(value) - 2 or len(value) <= 2


PERSONAL = ("ZZ123456", "000123456", "AB 123 4567", "DIALLO AMINATA", "12 03 1985", "AB1234567")


@pytest.mark.parametrize("contract_id", sorted(contracts()))
def test_shifted_columns_show_nobody(contract_id):
    """Names, numbers and births are put into every column in turn; no report repeats them."""
    found = contract(contract_id)
    blank = dict.fromkeys((c.name for c in found.columns), None)
    rows = [{**blank, c.name: value} for c in found.columns for value in PERSONAL]
    frame = pl.DataFrame(rows, schema=dict.fromkeys(blank, pl.String)).select(
        pl.lit(2, pl.Int64).alias("line_number"),
        pl.lit("").alias("part"),
        pl.lit("").alias("member"),
        *blank,
    )
    period = {"M": "2026-03", "Q": "2026-Q1", "A": "2026"}[found.frequency]
    checks = _checks(contract_id, period)
    checks.check(frame)
    said = {f.value for f in checks.log.findings} - {None}
    assert not {value for value in PERSONAL if any(value in text for text in said)}
