"""How a data officer is told what is wrong with a file: text, JSON, CSV or one HTML page."""

from typing import Literal, get_args

from warehouse.findings import Report
from warehouse.report.columns import label_of
from warehouse.report.diff import SubmissionDiff, render_diff
from warehouse.report.receipt import receipt_text

Format = Literal["text", "json", "csv", "html"]
FORMATS: tuple[str, ...] = get_args(Format)

__all__ = [
    "FORMATS",
    "Format",
    "SubmissionDiff",
    "label_of",
    "receipt_text",
    "render",
    "render_diff",
]


def render(report: Report, format: Format, lang: str = "fr") -> str:
    """`report` in one format and language (fr, ar or en); values from the file are made inert."""
    match format:
        case "text":
            from warehouse.report.text import report_text

            return report_text(report, lang)
        case "json":
            from warehouse.report.json import report_json

            return report_json(report, lang)
        case "csv":
            from warehouse.report.csv import report_csv

            return report_csv(report, lang)
        case "html":
            from warehouse.report.html import report_html

            return report_html(report, lang)
