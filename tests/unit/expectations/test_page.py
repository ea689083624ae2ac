"""The results page: offline, in three languages, readable without colours or a mouse."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from expectations.page import results_page
from expectations.results import ExpectationResult, GateResult
from expectations.trend import HEIGHT, chart
from expectations.wording import figure, number
from warehouse.findings import Severity

LABEL = {"fr": "Lignes", "ar": "الأسطر", "en": "Rows"}


def result(
    name: str = "rows_against_earlier",
    success: bool = True,
    severity: Severity = "error",
    **observed: Any,
) -> ExpectationResult:
    found = {
        "measure": "rows", "form": "count", "label": LABEL, "reason": LABEL, "unit": None,
        "value": 600.0, "low": 800.0, "high": 1250.0, "expected": 1000.0,
        "compared_with": ["2025-01"], "history": [["2025-01", 1000.0], ["2025-02", 600.0]],
        "codes": [],
    }  # fmt: skip
    message = {"fr": "600 <lignes>", "ar": "600 سطر", "en": "600 rows"}
    run_at = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
    return ExpectationResult(
        7, "s", name, None, severity, success, {**found, **observed}, message, run_at
    )


def verdict(*results: ExpectationResult, is_specimen: bool = True) -> GateResult:
    return GateResult(7, "cnss_declarations", "2025-02", is_specimen, results)


@pytest.mark.parametrize("lang", ["fr", "ar", "en"])
def test_the_page_needs_no_network(lang: str) -> None:
    page = results_page([verdict(result(success=False))], lang)
    assert not re.search(r"(?:src|href)\s*=\s*\"(?!#)|url\(|@import|<script|https?://", page)


def test_arabic_reads_from_right_to_left() -> None:
    assert '<html lang="ar" dir="rtl">' in results_page([], "ar")
    assert '<html lang="fr" dir="ltr">' in results_page([], "fr")


def test_a_specimen_says_so() -> None:
    assert "SPECIMEN" in results_page([verdict(result())], "en")
    assert "SPECIMEN" not in results_page([verdict(result(), is_specimen=False)], "en")


def test_texts_are_escaped() -> None:
    assert "600 &lt;lignes&gt;" in results_page([verdict(result(success=False))], "fr")


@pytest.mark.parametrize(
    ("found", "word"),
    [
        (result(), "Plausible"),
        (result(success=False), "Held"),
        (result(success=False, severity="warning"), "Plausible, with warnings"),
    ],
)
def test_the_verdict_is_a_word(found: ExpectationResult, word: str) -> None:
    page = results_page([verdict(found)], "en")
    assert re.search(rf"</span> {word}</td>", page)


def test_a_waived_failure_shows_owner_reason_and_end() -> None:
    told = {"reason": {"fr": "Grève", "ar": "إضراب", "en": "Strike"}, "owner": "DS",
            "ends_on": "2026-08-31"}  # fmt: skip
    page = results_page([verdict(result(success=False, waiver=told))], "en")
    assert "Waived until 2026-08-31 by DS: Strike" in page
    assert "</span> Held" not in page


def test_the_chart_is_told_in_words() -> None:
    page = results_page([verdict(result())], "en")
    assert 'role="img" aria-label="Rows from 2025-01 to 2025-02: 1,000; 600"' in page


def test_held_submissions_come_first() -> None:
    calm = GateResult(1, "a", "2025-01", True, (result(),))
    held = GateResult(2, "z", "2025-01", True, (result(success=False),))
    page = results_page([calm, held], "en")
    assert page.index('href="#s2"') < page.index('href="#s1"')


def test_one_value_makes_no_trend() -> None:
    assert chart([1.0], None, None) is None


def test_the_chart_keeps_its_values_and_its_band_inside() -> None:
    drawn = chart([1, 1, 5], 2, 10)
    assert drawn is not None
    assert all(0 <= y <= HEIGHT for _, y in drawn["points"])
    assert 0 <= drawn["band_top"] <= drawn["band_top"] + drawn["band_height"] <= HEIGHT


def test_numbers_read_as_in_their_language() -> None:
    assert number(85000.5, "en", 1) == "85,000.5"
    assert number(85000.5, "fr", 1) == "85\N{NARROW NO-BREAK SPACE}000,5"
    assert figure(0.456, "en", is_share=True) == "45.6%"
    assert number(85000.5, "ar", 1) == "85.000,5"
    amount = figure(5152.0, "fr", is_share=False, unit="MAD")
    assert amount == "5\N{NARROW NO-BREAK SPACE}152\N{NO-BREAK SPACE}MAD"
