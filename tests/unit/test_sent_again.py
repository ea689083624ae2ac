"""Every institution's extract as life sends it: rejected with a hint, corrected, sent again.

A file of the officer's own template stands for the extract; the template's sheet saved as CSV, with
its headings in three languages, reads the same.
"""

import csv
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from warehouse.cli import app
from warehouse.contracts.contract import Column, Contract, contract, contracts
from warehouse.documents.example import example_period, example_row
from warehouse.documents.template import FIRST_ROW, sheet_name, template
from warehouse.errors import FileNotReadable
from warehouse.examination import check_file
from warehouse.findings import Report
from warehouse.messages import message
from warehouse.report import render

NATIONAL = [c.id for c in contracts().values() if c.kind != "public"]
LANGUAGES = ("fr", "ar", "en")
ANOTHER_PERIOD = {"A": "2019", "Q": "2019-Q1", "M": "2019-01"}

Table = list[list[str]]


def table(found: Contract) -> Table:
    """Headings and one filled row."""
    row = example_row(found)
    return [list(row), list(row.values())]


def sent(found: Contract, rows: Table, folder: Path, period: str = "") -> Report:
    path = folder / "fichier.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows(rows)
    asked = period or example_period(found)
    return check_file(path, found.id, asked, is_specimen=found.kind == "records")


def first(found: Contract, is_wanted: Callable[[Column], bool]) -> int | None:
    """The place of the first column like that, if the contract has one."""
    return next((i for i, c in enumerate(found.columns) if is_wanted(c)), None)


def spoiled(found: Contract, place: int, value: str) -> Table:
    heading, row = table(found)
    return [heading, [*row[:place], value, *row[place + 1 :]]]


def broken(found: Contract) -> Iterator[tuple[Table, set[str]]]:
    """Files that are wrong in one way each, and the rules of which one must say so."""
    heading, row = table(found)
    required = first(found, lambda c: c.required)
    assert required is not None
    cut = [[*line[:required], *line[required + 1 :]] for line in (heading, row)]
    yield cut, {"missing_column", "wrong_contract"}
    yield [], {"empty_file"}
    yield [heading], {"no_rows"}
    yield spoiled(found, required, ""), {"required"}
    dated = first(found, lambda c: c.type in ("date", "month"))
    if dated is not None:
        yield spoiled(found, dated, "31/02/2026"), {"type_date", "type_month"}
    coded = first(found, lambda c: bool(c.variable) and c.variable != "occupation_title")
    if coded is not None:
        yield spoiled(found, coded, "QQ"), {"unknown_code_share", "unlike_code"}


@pytest.mark.parametrize("contract_id", NATIONAL)
def test_a_broken_file_is_rejected_with_what_to_do_and_passes_once_corrected(
    contract_id: str, tmp_path: Path
) -> None:
    found = contract(contract_id)
    for rows, rules in broken(found):
        report = sent(found, rows, tmp_path)
        told = {count.rule for count in report.counts if count.severity == "error"}
        assert report.state == "rejected", rules
        assert told & rules, (told, rules)
        for lang in LANGUAGES:
            assert render(report, "text", lang).count(">") >= len(told)
            assert all(message(rule, lang).hint for rule in told)
    corrected = sent(found, table(found), tmp_path)
    assert (corrected.state, corrected.rows, corrected.counts) == ("accepted", 1, ())


@pytest.mark.parametrize("contract_id", NATIONAL)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_headings_in_any_language_are_read(contract_id: str, lang: str, tmp_path: Path) -> None:
    found = contract(contract_id)
    _, row = table(found)
    report = sent(found, [[c.labels[lang] for c in found.columns], row], tmp_path)
    assert (report.state, report.rows, report.counts) == ("accepted", 1, ())


@pytest.mark.parametrize(
    "contract_id",
    [c for c in NATIONAL if contract(c).period_column and contract(c).coverage == "period"],
)
def test_a_file_of_another_period_is_rejected(contract_id: str, tmp_path: Path) -> None:
    found = contract(contract_id)
    report = sent(found, table(found), tmp_path, ANOTHER_PERIOD[found.frequency])
    assert report.state == "rejected"
    assert "period_mismatch" in {count.rule for count in report.counts}


@pytest.mark.parametrize("contract_id", [c for c in NATIONAL if "xlsx" in contract(c).formats])
@pytest.mark.parametrize("encoding", ["utf-8", "windows-1252"])
def test_a_filled_template_saved_as_csv_passes(
    contract_id: str, encoding: str, tmp_path: Path
) -> None:
    """With the title and the headings in three languages above, Arabic lost where it must be."""
    found = contract(contract_id)
    sheet = load_workbook(BytesIO(template(found)))[sheet_name(found)]
    above = [[str(cell or "") for cell in row] for row in sheet.iter_rows(values_only=True)]
    path = tmp_path / "fichier.csv"
    with path.open("w", encoding=encoding, errors="replace", newline="") as file:
        rows = [*above[:FIRST_ROW], list(example_row(found).values())]
        csv.writer(file, delimiter=";").writerows(rows)
    report = check_file(path, found.id, example_period(found), found.kind == "records")
    assert (report.state, report.rows, report.counts) == ("accepted", 1, ())


def test_the_sender_reads_the_name_of_the_file_as_it_was_typed(tmp_path: Path) -> None:
    """On the screen alone: what a report keeps, or hands on, has the name masked."""
    path = tmp_path / "bad.csv"
    path.write_bytes(b"")
    asked = ["check", str(path), "-c", "dgsn_residence_titles", "-p", "2026-03"]
    assert "bad.csv" in CliRunner().invoke(app, asked).output
    assert "bad.csv" not in CliRunner().invoke(app, [*asked, "--format", "json"]).output
    kept = tmp_path / "report.txt"
    CliRunner().invoke(app, [*asked, "--output", str(kept)])
    assert "bad.csv" not in kept.read_text()
    path.unlink()
    refused = CliRunner().invoke(app, asked)
    assert isinstance(refused.exception, FileNotReadable)
    assert "bad.csv" in refused.exception.text("en")
