"""A template that its officer fills as the example shows, and sends back, passes."""

from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from warehouse.contracts.contract import Contract, contract, contracts
from warehouse.documents.choices import choices
from warehouse.documents.example import example_period, example_row
from warehouse.documents.template import (
    CODES,
    EXAMPLE,
    FIRST_ROW,
    NAME_ROW,
    NoTemplate,
    sheet_name,
    template,
)
from warehouse.examination import check_file
from warehouse.findings import Report

FILLED_IN = [c.id for c in contracts().values() if "xlsx" in c.formats and c.kind != "public"]


def opened(found: Contract) -> Workbook:
    return load_workbook(BytesIO(template(found)))


def fill(sheet: Worksheet, row: int, values: dict[str, str]) -> None:
    names = [cell.value for cell in sheet[NAME_ROW + 1]]
    for place, name in enumerate(names, 1):
        sheet.cell(row, place).value = values[str(name)] or None


def sent(book: Workbook, found: Contract, folder: Path) -> Report:
    path = folder / "filled.xlsx"
    book.save(path)
    return check_file(path, found.id, example_period(found), is_specimen=found.kind == "records")


@pytest.mark.parametrize("contract_id", FILLED_IN)
def test_a_template_filled_like_its_example_passes(contract_id: str, tmp_path: Path) -> None:
    found = contract(contract_id)
    book = opened(found)
    fill(book[sheet_name(found)], FIRST_ROW + 1, example_row(found))
    report = sent(book, found, tmp_path)
    assert report.counts == ()
    assert (report.state, report.rows) == ("accepted", 1)


@pytest.mark.parametrize("contract_id", FILLED_IN)
def test_every_code_that_a_list_offers_is_known(contract_id: str, tmp_path: Path) -> None:
    found = contract(contract_id)
    book = opened(found)
    sheet = book[sheet_name(found)]
    lists = {
        c.name: [choice.source_code for choice in choices(found, c, _today())]
        for c in found.columns
        if c.variable
    }
    for number in range(max(map(len, lists.values()), default=0)):
        codes = {name: offered[number % len(offered)] for name, offered in lists.items() if offered}
        fill(sheet, FIRST_ROW + 1 + number, example_row(found) | codes)
    told = {count.rule for count in sent(book, found, tmp_path).counts}
    assert not told & {"unknown_code", "unlike_code", "not_in_list"}


def test_an_empty_template_is_no_file(tmp_path: Path) -> None:
    found = contract("dgsn_residence_titles")
    report = sent(opened(found), found, tmp_path)
    assert [count.rule for count in report.counts] == ["no_rows"]


def test_the_example_is_never_read(tmp_path: Path) -> None:
    found = contract("dgsn_residence_titles")
    book = opened(found)
    assert book[EXAMPLE].cell(FIRST_ROW + 1, 1).value == example_row(found)["numero_titre"]
    assert sent(book, found, tmp_path).rows == 0


def test_headings_come_in_three_languages_and_notes_tell_each_column() -> None:
    found = contract("dgsn_residence_titles")
    sheet = opened(found)[sheet_name(found)]
    place = [c.name for c in found.columns].index("date_naissance") + 1
    labels = [sheet.cell(row, place).value for row in range(2, NAME_ROW + 1)]
    assert labels == [found.column("date_naissance").labels[lang] for lang in ("fr", "ar", "en")]
    note = sheet.cell(2, place).comment.text
    assert "Obligatoire : oui" in note
    assert "année" in note


def test_zeros_in_front_of_a_number_stay() -> None:
    found = contract("cnss_immatriculations")
    sheet = opened(found)[sheet_name(found)]
    assert sheet.column_dimensions["A"].width > 10
    offered = {rule.sqref: rule for rule in sheet.data_validations.dataValidation}
    assert offered
    example = opened(found)[EXAMPLE]
    assert example.cell(FIRST_ROW + 1, 1).value.startswith("000")
    assert example.cell(FIRST_ROW + 1, 1).number_format == "@"


def test_code_columns_have_a_list_to_choose_from() -> None:
    found = contract("dgsn_residence_titles")
    book = opened(found)
    lists = [
        rule.formula1
        for rule in book[sheet_name(found)].data_validations.dataValidation
        if rule.type == "list"
    ]
    assert len(lists) == sum(bool(c.variable) for c in found.columns)
    assert all(str(formula).startswith(CODES) for formula in lists)


def test_the_same_contract_gives_the_same_workbook() -> None:
    found = contract("anapec_placements_abroad")
    assert template(found, _today()) == template(found, _today())


def test_a_public_extract_has_no_template() -> None:
    with pytest.raises(NoTemplate):
        template(contract("oecd_df_mig"))


def _today():  # type: ignore[no-untyped-def]
    from datetime import date

    return date(2026, 3, 31)
