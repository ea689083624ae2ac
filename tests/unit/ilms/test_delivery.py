"""What reaches ILO: a workbook for people, SDMX-CSV for programs."""

import json
import os
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from pysdmx.io.csv.sdmx20.reader import read

from tests.unit.ilms.figures import released
from warehouse.ilms import delivery
from warehouse.ilms.delivery import FolderNotWritable, deliver
from warehouse.ilms.filling import Filled, filled_tables
from warehouse.ilms.questionnaire import tables
from warehouse.ilms.sdmx_csv import sdmx_csv
from warehouse.ilms.workbook import workbook
from warehouse.releasing.published import Release

YEAR = 2025
RELEASE = Release(4, datetime(2026, 3, 2, 9, tzinfo=UTC), "a" * 64, is_specimen=True)
GOLDEN = Path(__file__).parents[2] / "golden" / "ilms" / "workbook.json"
DECLARED = """
    citizenship  citizenship_group  sex  activity  value
    _T           _T                 _T   _T        1000 P
    MA           _T                 _T   _T        900 P
    _U           _T                 _T   _T        withheld
    SN           _T                 _T   _T        60
    CI           _T                 _T   _T        25
    FR           _T                 _T   _T        withheld
    _T           _T                 F    _T        400
    MA           _T                 F    _T        390
    SN           _T                 F    _T        withheld
    _T           MA                 _T   _T        900 P
    _T           _U                 _T   _T        withheld
    _T           MA                 F    _T        390
    _T           _T                 _T   C         300
    _T           MA                 _T   C         280
"""
DECLARED_TABLES = [["citizenship", "sex"], ["citizenship_group", "sex", "activity"]]
CNSS = {"unit_measure": "PS", "credit": "CNSS"}
PLACED = """
    destination  sex  activity  occupation  value
    _T           _T   _T        _T          50
    FR           _T   _T        _T          30
    _T           F    _T        _T          45
    _T           _T   A         _T          48
    _T           _T   _T        9           47
"""


@pytest.fixture(scope="module")
def filled() -> list[Filled]:
    found = (
        released("DF_EMP_DECLARED", "mean", DECLARED, tables=DECLARED_TABLES, **CNSS),
        released("DF_PLACEMENT_ABROAD", "sum", PLACED, tables=[["destination", "sex"]]),
    )
    return filled_tables(tables(), {f.definition.id: f for f in found}, YEAR)


def opened(filled: list[Filled], lang: str = "fr") -> dict[str, Worksheet]:
    book = openpyxl.load_workbook(BytesIO(workbook(filled, RELEASE, YEAR, lang)))
    return {sheet.title: sheet for sheet in book.worksheets}


def test_the_workbook_has_a_summary_a_sheet_for_each_filled_table_and_notes(filled) -> None:
    assert list(opened(filled)) == [
        "Sommaire",
        "MST_TEMP_SEX_ECO_CCT_NB",
        "MST_TEMP_SEX_STE_CCT_NB",
        "MST_NCTE_SEX_CCT_NB",
        "MNA_OEMP_SEX_CDS_NB",
        "Notes",
    ]


def test_the_workbook_says_what_it_said(filled) -> None:
    """Every sheet by its rows; the cells of a row stand apart by a bar."""
    shown = {
        name: [" | ".join(str(c) for c in row if c is not None) for row in sheet.values]
        for name, sheet in opened(filled).items()
    }
    written = json.dumps(shown, ensure_ascii=False, indent=1) + "\n"
    if os.environ.get("SIMIMO_UPDATE_GOLDEN"):
        GOLDEN.parent.mkdir(exist_ok=True)
        GOLDEN.write_text(written, "utf-8")
    assert written == GOLDEN.read_text("utf-8")


def test_the_summary_has_a_line_for_each_table_with_its_state(filled) -> None:
    sheet = opened(filled, "en")["Summary"]
    lines = {row[0]: row for row in sheet.iter_rows(min_row=6, values_only=True)}
    assert list(lines) == list(tables())
    assert lines["MST_TEMP_SEX_ECO_CCT_NB"][2:5] == ("In part", 9, 1)
    assert lines["MST_TEMP_SEX_AGE_CCT_NB"][2] == "Not available"
    assert "not released by age band" in lines["MST_TEMP_SEX_AGE_CCT_NB"][6]
    assert lines["MST_TUNE_SEX_AGE_CCT_NB"][7] == "National employment survey, migration module"
    assert sheet["A8"].hyperlink is None
    assert sheet.freeze_panes == "B6"


def test_numbers_are_numbers_and_what_is_withheld_is_empty(filled) -> None:
    sheet = opened(filled)["MST_NCTE_SEX_CCT_NB"]
    found = {row[-1]: row[1:5] for row in sheet.iter_rows(min_row=7, values_only=True)}
    assert found["CCT_TOTAL"] == (100, "W", 10, "A")
    assert found["CCT_SEN"] == (60, "A", None, "Q")
    assert found["CCT_FRA"] == (None, "Q", None, None)


def test_the_arabic_workbook_reads_from_the_right(filled) -> None:
    sheets = opened(filled, "ar")
    assert all(sheet.sheet_view.rightToLeft for sheet in sheets.values())
    title = sheets["MST_NCTE_SEX_CCT_NB"]["A1"].value
    assert title == "المشتغلون الأجانب حسب الجنس والجنسية: المغرب، 2025"
    assert not opened(filled)["Sommaire"].sheet_view.rightToLeft


def test_a_specimen_says_so_on_every_sheet_of_figures(filled) -> None:
    for name, sheet in opened(filled).items():
        if name != "Notes":
            said = [c.value for row in sheet.iter_rows(max_row=5) for c in row]
            assert "SPECIMEN : données fictives, à ne pas transmettre" in said


def test_sdmx_csv_is_read_back_with_ilos_structure_and_codes(filled) -> None:
    table = next(f for f in filled if f.table.code == "MST_TEMP_SEX_ECO_CCT_NB")
    [dataset] = read(sdmx_csv(table, YEAR).decode())
    assert dataset.short_urn == "Dataflow=ILO:DF_MST_TEMP_SEX_ECO_CCT_NB(1.0)"
    rows = dataset.data.set_index(["SEX", "ECO", "CCT"])
    assert set(rows["REF_AREA"] + rows["FREQ"] + rows["MEASURE"]) == {"MARAMST_TEMP_NB"}
    whole = rows.loc[("SEX_T", "ECO_ISIC4_TOTAL", "CCT_CIT_NONCIT")]
    assert (whole["OBS_VALUE"], whole["OBS_STATUS"], whole["CONF_STATUS"]) == ("100", "W", "F")
    hidden = rows.loc[("SEX_T", "ECO_ISIC4_TOTAL", "CCT_CIT_X")]
    assert (hidden["OBS_VALUE"], hidden["OBS_STATUS"], hidden["CONF_STATUS"]) == ("", "Q", "A")


def test_the_columns_stand_in_the_order_of_the_key(filled) -> None:
    table = next(f for f in filled if f.table.code == "MST_TEMP_SEX_ECO_CCT_NB")
    header, *_ = sdmx_csv(table, YEAR).decode().splitlines()
    assert header.startswith(
        "STRUCTURE,STRUCTURE_ID,ACTION,REF_AREA,FREQ,MEASURE,SEX,ECO,CCT,TIME_PERIOD,OBS_VALUE,"
        "OBS_STATUS,CONF_STATUS,"
    )


@pytest.fixture
def found(filled, monkeypatch):
    """The release as if it stood in a database."""

    class Session:
        def __enter__(self):
            return self

        def __exit__(self, *_):
            return None

    monkeypatch.setattr(delivery, "connect", lambda _role: Session())
    monkeypatch.setattr(delivery, "released_year", lambda *_: (RELEASE, {}))
    monkeypatch.setattr(delivery, "filled_tables", lambda *_: filled)


def test_a_delivery_is_a_workbook_and_a_file_for_each_filled_table(found, tmp_path) -> None:
    said = deliver(YEAR, tmp_path / "new" / "ilms", lang="en")
    assert said.startswith("28 cells in 4 tables, 61 not available")
    assert sorted(path.name for path in (tmp_path / "new" / "ilms").iterdir()) == [
        "DF_MNA_OEMP_SEX_CDS_NB_2025.csv",
        "DF_MST_NCTE_SEX_CCT_NB_2025.csv",
        "DF_MST_TEMP_SEX_ECO_CCT_NB_2025.csv",
        "DF_MST_TEMP_SEX_STE_CCT_NB_2025.csv",
        "ILMS_MAR_2025_en.xlsx",
    ]


def test_a_table_that_is_filled_no_longer_leaves_no_file_behind(found, tmp_path) -> None:
    old, other = tmp_path / "DF_MFL_NCIT_SEX_CCT_NB_2025.csv", tmp_path / "notes.txt"
    old.write_text("of an earlier release")
    other.write_text("of a person")
    deliver(YEAR, tmp_path)
    assert not old.exists()
    assert other.exists()


def test_a_folder_that_cannot_be_written_is_refused(found, tmp_path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("a file")
    with pytest.raises(FolderNotWritable) as refused:
        deliver(YEAR, taken)
    assert str(taken) in refused.value.text("fr")
