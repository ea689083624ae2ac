"""The limits of memory: a gigabyte of text, a full sheet; each in a process of its own."""

import string
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import xlsxwriter

from bench.load import write_declarations
from tests.unit.reading.ebds import Declaration, Worker
from tests.unit.reading.reads import DECLARATIONS

ONE_GIB = 1024**3
TEXT_MEMORY, SHEET_MEMORY = 512, 2048
"""MiB resident that reading may take, Python and its libraries counted."""

pytestmark = pytest.mark.slow

READ = """
import resource, sys
from pathlib import Path
from warehouse.contracts.contract import contract
from warehouse.reading import open_extract
rows = 0
for batch in open_extract(Path(sys.argv[1]), contract("cnss_declarations")).batches():
    rows += batch.height
both = resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN
print(rows, sum(resource.getrusage(who).ru_maxrss for who in both) // 1024)
"""


def rows_and_memory(path: Path) -> tuple[int, int]:
    """The rows read of a file, and the peak of the memory in MiB, child processes included."""
    told = subprocess.run(
        [sys.executable, "-c", READ, str(path)], check=True, capture_output=True, text=True
    )
    rows, memory = told.stdout.split()
    return int(rows), int(memory)


def _cells(number: int) -> list[str]:
    known = {"record_type": "B02", "numero_affilie": "0001234", "nom": "BENAÏSSA"}
    return [known.get(c.name, f"{number:09d}") for c in DECLARATIONS.columns]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "cp1252"])
def test_a_gigabyte_of_csv(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "big.csv"
    head = ";".join(c.name for c in DECLARATIONS.columns) + "\n"
    block = (";".join(_cells(7)) + "\n") * 50_000
    rows = 0
    with path.open("wb") as target:
        target.write(head.encode(encoding))
        while target.tell() < ONE_GIB:
            target.write(block.encode(encoding))
            rows += 50_000
    read, memory = rows_and_memory(path)
    assert read == rows
    assert memory < TEXT_MEMORY


def test_a_gigabyte_of_ebds(tmp_path: Path) -> None:
    path = tmp_path / "long.txt"
    workers = [Worker(number=number) for number in range(1, 200)]
    with path.open("w", encoding="utf-8") as target:
        for employer in range(20_000):
            target.write(Declaration(workers, affiliate=f"{employer:07d}").text())
    read, memory = rows_and_memory(path)
    assert read == 20_000 * 199
    assert memory < TEXT_MEMORY


def test_a_full_sheet(tmp_path: Path) -> None:
    path = full_sheet(tmp_path, rows=1_048_576)
    read, memory = rows_and_memory(path)
    assert read == 1_048_575
    assert memory < SHEET_MEMORY


def full_sheet(folder: Path, rows: int) -> Path:
    """A workbook as Excel writes it: every name once among the shared strings.

    xlsxwriter would take minutes for so many rows, so it makes the frame of the workbook only.
    """
    small, path = folder / "small.xlsx", folder / "full.xlsx"
    with xlsxwriter.Workbook(small) as book:
        book.add_worksheet().write(0, 0, "x")
    with (
        zipfile.ZipFile(small) as old,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        for name in old.namelist():
            if name not in PARTS:
                new.writestr(name, old.read(name))
        for name, write in PARTS.items():
            with new.open(name, "w", force_zip64=True) as target:
                for piece in write(rows):
                    target.write(piece.encode())
    return path


def _strings(rows: int) -> Iterator[str]:
    yield f'<sst xmlns="{NAMESPACE}">'
    yield "".join(f"<si><t>{heading}</t></si>" for heading in HEADINGS)
    for row in range(rows):
        yield f"<si><t>NOM INVENTÉ {row}</t></si>"
    yield "</sst>"


def _cells_of(rows: int) -> Iterator[str]:
    yield f'<worksheet xmlns="{NAMESPACE}"><sheetData><row r="1">'
    yield "".join(f'<c r="{LETTERS[i]}1" t="s"><v>{i}</v></c>' for i in range(len(HEADINGS)))
    yield "</row>"
    for row in range(2, rows + 1):
        name = f'<c r="A{row}" t="s"><v>{len(HEADINGS) + row - 2}</v></c>'
        numbers = (f'<c r="{letter}{row}"><v>{row}</v></c>' for letter in LETTERS[1:14])
        yield f'<row r="{row}">{name}{"".join(numbers)}</row>'
    yield "</sheetData></worksheet>"


HEADINGS = [c.name for c in DECLARATIONS.columns][::-1]
LETTERS = string.ascii_uppercase
NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PARTS = {"xl/sharedStrings.xml": _strings, "xl/worksheets/sheet1.xml": _cells_of}


CHECK = """
import re, sys
from pathlib import Path
from warehouse.examination import check_file
report = check_file(Path(sys.argv[1]), "cnss_declarations", "2026-03", True)
peak = re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())
print(report.rows, report.total("error"), len(report.findings), int(peak[1]) // 1024)
"""


def checked(path: Path) -> list[int]:
    """Rows, errors, findings listed and the peak of the memory in MiB of a whole check."""
    told = subprocess.run(
        [sys.executable, "-c", CHECK, str(path)], check=True, capture_output=True, text=True
    )
    return [int(word) for word in told.stdout.split()]


def test_a_gigabyte_is_checked_in_the_same_memory(tmp_path: Path) -> None:
    path = tmp_path / "big.csv"
    write_declarations(path, 10_500_000)
    assert path.stat().st_size > ONE_GIB
    rows, errors, _, memory = checked(path)
    assert (rows, errors) == (10_500_000, 0)
    assert memory < TEXT_MEMORY


def test_a_million_errors_are_counted_and_ten_thousand_listed(tmp_path: Path) -> None:
    path = tmp_path / "wrong.csv"
    write_declarations(path, 1_000_000)
    path.write_bytes(path.read_bytes().replace(b",202603,", b",202602,"))
    rows, errors, listed, _ = checked(path)
    assert (rows, errors, listed) == (1_000_000, 1_000_000, 10_000)
