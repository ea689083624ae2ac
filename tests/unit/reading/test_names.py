"""Names of persons and places in both scripts, from the file to what linkage and the desk read."""

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from tests.factories import rows
from tests.unit.reading.reads import read_file
from warehouse.contracts.contract import contract
from warehouse.desk.search import search
from warehouse.identity import identity_frame, opened

TITLES = contract("dgsn_residence_titles")
NAMES = [
    ("فاطمة الزهراء", "بنت الشيخ"),
    ("M'HAMED", "EL OUAZZANI"),
    ("Aïcha", "Benaïssa"),
    ("عبد الله", "الإدريسي"),
]
"""Given and family names of invented persons, as officers of the two scripts write them."""


def _cells() -> list[list[str]]:
    people = [
        {"numero_titre": f"Z{n:06d}Z", "prenom": given, "nom": family}
        for n, (given, family) in enumerate(NAMES)
    ]
    names = [column.name for column in TITLES.columns]
    return [names, *([row[name] or "" for name in names] for row in rows(TITLES.id, *people))]


def _csv(encoding: str) -> Callable[[Path], Path]:
    def written(folder: Path) -> Path:
        path = folder / "titres.csv"
        text = "".join(";".join(cells) + "\r\n" for cells in _cells())
        path.write_bytes(text.encode(encoding))
        return path

    return written


def _xlsx(folder: Path) -> Path:
    path = folder / "titres.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for number, cells in enumerate(_cells()):
            sheet.write_row(number, 0, cells)
    return path


@pytest.mark.parametrize(
    "written",
    [_csv("windows-1256"), _csv("utf-8"), _csv("utf-8-sig"), _csv("utf-16"), _xlsx],
    ids=["windows-1256", "utf-8", "utf-8-sig", "utf-16", "xlsx"],
)
def test_names_of_both_scripts_reach_linkage_as_they_are_written(
    home: Path, tmp_path: Path, written: Callable[[Path], Path]
) -> None:
    assert _linked(read_file(written(tmp_path), TITLES).rows) == NAMES


def _linked(read: pl.DataFrame) -> list[tuple[str, str]]:
    identity = identity_frame(read, TITLES, "2026-03")
    return list(opened(identity["sealed"]).select("given_name", "family_name").iter_rows())


@pytest.mark.parametrize(
    ("term", "code"),
    [
        ("الرباط", "04.421"),
        ("رباط", "04.421"),
        ("Rabat", "04.421"),
        ("RABAT", "04.421"),
        ("SALE", "04.441"),
        ("Salé", "04.441"),
        ("سلا", "04.441"),
    ],
)
@pytest.mark.parametrize("lang", ["fr", "ar", "en"])
def test_a_place_is_found_by_its_name_in_either_script(term: str, code: str, lang: str) -> None:
    assert code in {found.code for found in search(term, lang, "region")}
