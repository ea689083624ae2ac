"""XLSX workbooks: sheets, dates and numbers, formulas, sheets that reach too far."""

import datetime
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from tests.unit.reading.reads import EMPLOYERS, HEADINGS, ROW, Read, fault_of, read_bytes, read_file
from warehouse.contracts.contract import contract
from warehouse.reading import container, sheet_frames, sheet_scan, workbook

Fill = Callable[[Any, Any], None]


def book(folder: Path, fill: Fill, name: str = "envoi.xlsx") -> Path:
    """A workbook that `fill(workbook, first_sheet)` wrote."""
    path = folder / name
    with xlsxwriter.Workbook(path) as target:
        fill(target, target.add_worksheet())
    return path


def rows_in(*rows: list[Any], top: int = 0, left: int = 0) -> Fill:
    def fill(_book: Any, sheet: Any) -> None:
        for i, row in enumerate(rows):
            sheet.write_row(top + i, left, row)

    return fill


def rewritten(path: Path, member: str, change: Callable[[bytes], bytes]) -> Path:
    """The workbook with one of its parts changed."""
    target = path.with_name("changed.xlsx")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, change(data) if name == member else data)
    return target


def test_a_sheet_is_read_like_a_csv(tmp_path: Path) -> None:
    read = read_file(book(tmp_path, rows_in(HEADINGS, ROW, [], ROW)))
    assert (read.format, read.findings) == ("xlsx", ())
    assert read.rows.row(1) == (4, "", "", *ROW)


def test_titles_above_and_columns_to_the_left_may_be_empty(tmp_path: Path) -> None:
    def fill(made: Any, sheet: Any) -> None:
        sheet.write(0, 3, "CNSS")
        rows_in(HEADINGS, ROW, top=3, left=2)(made, sheet)
        sheet.write_formula(5, 2 + 5, "=1+1", None, 2)

    read = read_file(book(tmp_path, fill))
    assert read.rows.row(0)[0] == 5
    assert [(f.rule, f.column, f.line, f.values) for f in read.findings] == [
        ("formula_in_cell", "effectif", 6, {"cell": "H6"})
    ]


def test_numbers_dates_and_text_become_plain_text(tmp_path: Path) -> None:
    def fill(made: Any, sheet: Any) -> None:
        day = made.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write_row(0, 0, HEADINGS)
        sheet.write_row(1, 0, ["0001234", 123456789012345, " A ", 47.5, 6, 25])
        sheet.write_datetime(1, 6, datetime.date(2015, 1, 12), day)
        sheet.write_row(2, 0, [1234, "000123456000078", True, 0.1 + 0.2, "06", 1e-7, "12/01/2015"])

    read = read_file(book(tmp_path, fill))
    assert read.rows.rows()[0][3:] == (
        "0001234", "123456789012345", "A", "47.5", "6", "25", "2015-01-12",
    )  # fmt: skip
    assert read.rows.rows()[1][3:] == (
        "1234", "000123456000078", "true", "0.3", "06", "0.0000001", "12/01/2015",
    )  # fmt: skip


def test_the_sheet_named_like_the_contract_goes_first_else_the_first_filled(tmp_path: Path) -> None:
    def fill(made: Any, sheet: Any) -> None:
        notes, named = made.add_worksheet("Notes"), made.add_worksheet("CNSS employers")
        notes.write_row(0, 0, HEADINGS)
        notes.write_row(1, 0, ["0009999", *ROW[1:]])
        rows_in(HEADINGS, ROW)(made, named)

    path = book(tmp_path, fill)
    assert read_file(path).column("numero_affilie") == [ROW[0]]
    renamed = rewritten(path, "xl/workbook.xml", lambda x: x.replace(b"CNSS employers", b"Feuille"))
    assert read_file(renamed).column("numero_affilie") == ["0009999"]


def test_formulas_and_errors_are_found_cell_by_cell(tmp_path: Path) -> None:
    def fill(made: Any, sheet: Any) -> None:
        rows_in(HEADINGS, ROW, ROW, ROW)(made, sheet)
        sheet.write_formula(1, 3, "=A1", None, "4711")
        sheet.write_formula(2, 3, "=1/0", None, "#DIV/0!")
        sheet.write_formula(2, 9, "=1", None, 1)

    read = read_file(book(tmp_path, fill))
    assert [(f.rule, f.column, f.line) for f in read.findings] == [
        ("formula_in_cell", "activite", 2),
        ("formula_in_cell", "activite", 3),
        ("error_cell", "activite", 3),
    ]


@pytest.mark.parametrize("piece", [200, 1000, 4000])
def test_where_a_scanned_piece_ends_makes_no_difference(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, piece: int
) -> None:
    def fill(made: Any, sheet: Any) -> None:
        rows_in(HEADINGS, *[ROW] * 30)(made, sheet)
        for row in range(1, 31):
            sheet.write_formula(row, 3, "=A1", None, "4711")

    path = book(tmp_path, fill)
    monkeypatch.setattr(sheet_scan, "PIECE", piece)
    assert [f.line for f in read_file(path).findings] == list(range(2, 32))


def _empty(_book: Any, _sheet: Any) -> None:
    pass


@pytest.mark.parametrize(
    ("fill", "rule"),
    [
        (_empty, "empty_file"),
        (rows_in(HEADINGS), "no_rows"),
        (rows_in(["a", "b"], ["c", "d"]), "no_header"),
        (rows_in(HEADINGS[1:], ROW[1:]), "missing_column"),
        (rows_in([*HEADINGS, "Ice"], [*ROW, "1"]), "doubled_column"),
    ],
)
def test_workbooks_that_are_no_extract(tmp_path: Path, fill: Fill, rule: str) -> None:
    assert fault_of(tmp_path, book(tmp_path, fill).read_bytes()).rule == rule


@pytest.mark.parametrize(("row", "rule"), [(1_048_576, None), (1_048_577, "too_many_rows")])
def test_a_sheet_has_as_many_rows_as_excel_allows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, row: int, rule: str | None
) -> None:
    def last_row(sheet: bytes) -> bytes:
        moved = re.sub(rb'(<row|<c) r="([A-Z]?)3"', rb'\1 r="\g<2>%d"' % row, sheet)
        return re.sub(rb'r="([A-Z])3"', rb'r="\g<1>%d"' % row, moved)

    path = rewritten(
        book(tmp_path, rows_in(HEADINGS, ROW, ROW)), "xl/worksheets/sheet1.xml", last_row
    )
    if rule is None:
        assert read_file(path).column("line_number") == [2, row]
    else:
        assert fault_of(tmp_path, path.read_bytes()).rule == rule


def test_a_stray_cell_far_away_does_not_fill_the_memory(tmp_path: Path) -> None:
    path = book(tmp_path, rows_in(HEADINGS, ROW, [""] * 16_383 + ["x"], top=0))
    far = rewritten(
        path, "xl/worksheets/sheet1.xml", lambda x: x.replace(b'r="3"', b'r="900000"')
        .replace(b'r="XFD3"', b'r="XFD900000"')
    )  # fmt: skip
    assert fault_of(tmp_path, far.read_bytes()).rule == "sheet_too_wide"


def test_a_large_sheet_is_opened_by_a_process_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = book(tmp_path, rows_in(HEADINGS, *[ROW] * 50))
    small = read_file(path)
    monkeypatch.setattr(workbook, "SMALL_WORKBOOK", 0)
    monkeypatch.setattr(sheet_frames, "FRAME_ROWS", 7)
    assert read_file(path).rows.equals(small.rows)


@pytest.mark.parametrize(
    ("found", "put", "rule"),
    [
        (b'r="A3"', b'r="XFD900000"', "sheet_too_wide"),
        (b"</sheetData>", b"<<<>", "damaged_workbook"),
    ],
)
def test_a_process_that_ends_is_a_fault_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, found: bytes, put: bytes, rule: str
) -> None:
    path = book(tmp_path, rows_in(HEADINGS, ROW, ROW))
    changed = rewritten(path, "xl/worksheets/sheet1.xml", lambda x: x.replace(found, put))
    monkeypatch.setattr(workbook, "SMALL_WORKBOOK", 0)
    assert fault_of(tmp_path, changed.read_bytes()).rule == rule


def test_a_damaged_workbook(tmp_path: Path) -> None:
    path = book(tmp_path, rows_in(HEADINGS, ROW))
    broken = rewritten(path, "xl/worksheets/sheet1.xml", lambda x: x[: len(x) // 2] + b"<<<>")
    assert fault_of(tmp_path, broken.read_bytes()).rule == "damaged_workbook"
    assert fault_of(tmp_path, path.read_bytes()[:-40]).rule == "truncated_archive"


def test_a_workbook_that_would_inflate_too_far(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = book(tmp_path, rows_in(HEADINGS, ROW))
    monkeypatch.setattr(container, "MAX_INFLATED_WORKBOOK", 3000)
    assert fault_of(tmp_path, path.read_bytes()).rule == "archive_bomb"


def test_a_workbook_is_refused_where_the_contract_has_no_xlsx(tmp_path: Path) -> None:
    path = book(tmp_path, rows_in(HEADINGS, ROW))
    fault = fault_of(tmp_path, path.read_bytes(), contract("oecd_df_mig"))
    assert (fault.rule, fault.values["found"]) == ("wrong_format", "XLSX")


def test_a_workbook_alone_in_an_archive(tmp_path: Path) -> None:
    path = book(tmp_path, rows_in(HEADINGS, ROW))
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as target:
        target.write(path, "envoi.xlsx")
    assert read_file(tmp_path / "a.zip").rows.height == 1


def test_batches_hold_every_row_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_frames, "FRAME_ROWS", 7)
    read: Read = read_file(book(tmp_path, rows_in(HEADINGS, *[ROW] * 50)), EMPLOYERS)
    assert read.column("line_number") == list(range(2, 52))
    assert read_bytes(tmp_path, (tmp_path / "envoi.xlsx").read_bytes()).rows.equals(read.rows)
