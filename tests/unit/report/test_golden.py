"""Rendered reports, reviewed as diffs; SIMIMO_UPDATE_GOLDEN=1 writes them anew."""

import os
from pathlib import Path

import pytest

from warehouse.findings import Report
from warehouse.messages import LANGUAGES
from warehouse.report import FORMATS, SubmissionDiff, receipt_text, render, render_diff

GOLDEN = Path(__file__).parents[2] / "golden" / "report"
EXTENSIONS = {"text": "txt", "json": "json", "csv": "csv", "html": "html"}


def assert_golden(name: str, rendered: str) -> None:
    path = GOLDEN / name
    if os.environ.get("SIMIMO_UPDATE_GOLDEN"):
        path.write_bytes(rendered.encode())
    assert path.read_bytes().decode() == rendered


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("format", FORMATS)
def test_a_report_in_each_form_and_language(report: Report, format: str, lang: str) -> None:
    rendered = render(report, format, lang)  # type: ignore[arg-type]
    assert_golden(f"report.{lang}.{EXTENSIONS[format]}", rendered)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("format", FORMATS)
def test_a_difference_in_each_form_and_language(
    diff: SubmissionDiff, format: str, lang: str
) -> None:
    rendered = render_diff(diff, format, lang)  # type: ignore[arg-type]
    assert_golden(f"diff.{lang}.{EXTENSIONS[format]}", rendered)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_receipt_in_each_language(report: Report, lang: str) -> None:
    assert_golden(f"receipt.{lang}.txt", receipt_text(report, lang))
