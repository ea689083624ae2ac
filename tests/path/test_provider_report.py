"""The synthesis report of an institution tells what came, what did not, and what was wrong."""

import re
from datetime import date
from html import unescape
from pathlib import Path

import pytest

from warehouse.contracts.contract import contract
from warehouse.documents.document import html, pdf
from warehouse.documents.example import example_row
from warehouse.documents.provider_figures import provider_figures
from warehouse.documents.provider_report import provider_report
from warehouse.errors import UnknownPeriod, UnknownProvider
from warehouse.submission import receive_file

pytestmark = pytest.mark.path

CONTRACT = "dgsn_border_crossings"
TODAY = date(2026, 4, 30)


@pytest.fixture
def received(warehouse_database: str, tmp_path: Path) -> None:
    """January whole, February with a bad count and then corrected, March never sent."""
    send(tmp_path, "2026-01", crossings=["1250", "310"])
    send(tmp_path, "2026-02", crossings=["-4"])
    send(tmp_path, "2026-02", crossings=["1180"])


def send(folder: Path, period: str, crossings: list[str]) -> None:
    row = example_row(contract(CONTRACT))
    month = next(c.name for c in contract(CONTRACT).columns if c.type == "month")
    counted = next(c.name for c in contract(CONTRACT).columns if c.unit == "crossings")
    mode = next(c.name for c in contract(CONTRACT).columns if c.variable == "direction")
    lines = [";".join(row)]
    for number, count in enumerate(crossings):
        values = row | {month: period.replace("-", ""), counted: count, mode: "ES"[number]}
        lines.append(";".join(values.values()))
    path = folder / f"{period}_{crossings[0]}.csv"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    receive_file(path, CONTRACT, period, gate=False)


def shown(lang: str, period: str = "2026-03") -> str:
    page = html(provider_report(provider_figures("dgsn", period, TODAY), lang))
    text = unescape(re.sub(r"<style>.*?</style>|<[^>]+>", " ", page, flags=re.S))
    return re.sub(r"\s+", " ", text)


def test_what_came_and_what_did_not(received: None) -> None:
    figures = provider_figures("dgsn", "2026-03", TODAY)
    states = {row.period: row.state for row in figures.expected if row.contract == CONTRACT}
    assert states == {"2026-01": "accepted", "2026-02": "accepted", "2026-03": "late"}
    assert (figures.since, figures.until) == (date(2025, 4, 1), date(2026, 3, 31))
    page = shown("fr")
    assert "2 sur 3" in page
    assert "En retard, non reçus 1" in page
    assert "dont rejetés 1" in page


def test_a_bad_count_is_told_with_its_rule(received: None) -> None:
    assert "CHK-009" in shown("fr")


def test_rows_are_those_that_count_today(received: None) -> None:
    rows = {
        row.period: row.rows
        for row in provider_figures("dgsn", "2026-03", TODAY).expected
        if row.contract == CONTRACT
    }
    assert rows == {"2026-01": 2, "2026-02": 1, "2026-03": None}


@pytest.mark.parametrize(("lang", "title"), [("ar", "تقرير تركيبي"), ("en", "Synthesis report")])
def test_in_each_language_on_screen_and_paper(received: None, lang: str, title: str) -> None:
    assert title in shown(lang)
    document = provider_report(provider_figures("dgsn", "2026-03", TODAY), lang)
    assert pdf(document).startswith(b"%PDF")


def test_a_december_looks_back_on_its_year(warehouse_database: str) -> None:
    figures = provider_figures("dgsn", "2025-12", TODAY)
    assert (figures.since, figures.until) == (date(2025, 1, 1), date(2025, 12, 31))


def test_what_is_not_known_is_refused(warehouse_database: str) -> None:
    with pytest.raises(UnknownProvider):
        provider_figures("nobody", "2026-03")
    with pytest.raises(UnknownPeriod):
        provider_figures("dgsn", "march")
