"""Archives: harmless ones are opened, the others refused before anything is inflated."""

import struct
import zipfile
from pathlib import Path

import pytest

from tests.unit.reading.reads import HEADINGS, ROW, csv_bytes, fault_of, read_bytes
from warehouse.reading import container

CSV = csv_bytes(HEADINGS, ROW)


def zipped(folder: Path, members: dict[str, bytes]) -> bytes:
    path = folder / "made.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in members.items():
            target.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return path.read_bytes()


def test_an_archive_of_one_csv_is_that_csv(tmp_path: Path) -> None:
    data = zipped(tmp_path, {"export/": b"", "export/affilies.csv": CSV, "__MACOSX/._a": b"x"})
    assert read_bytes(tmp_path, data).rows.height == 1


@pytest.mark.parametrize(
    ("members", "rule"),
    [
        ({"a.csv": CSV, "b.csv": CSV}, "several_files"),
        ({"inner.zip": CSV}, "nested_archive"),
        ({"../a.csv": CSV}, "hostile_name"),
        ({"/etc/a.csv": CSV}, "hostile_name"),
        ({"C:\\a.csv": CSV}, "hostile_name"),
        ({"a\x1b[2J.csv": CSV}, "hostile_name"),
        ({}, "empty_file"),
        ({"a.csv": b""}, "empty_file"),
        ({"word/document.xml": b"<w/>"}, "wrong_format"),
        ({"xl/workbook.bin": b"x"}, "wrong_format"),
        ({"content.xml": b"<o/>"}, "wrong_format"),
        ({"a.pdf": b"%PDF-1.4"}, "wrong_format"),
        ({"a.csv": b"\x00\x01\x02" * 900}, "not_text"),
    ],
)
def test_archives_that_are_refused(tmp_path: Path, members: dict[str, bytes], rule: str) -> None:
    assert fault_of(tmp_path, zipped(tmp_path, members)).rule == rule


@pytest.mark.parametrize("share", [0.3, 0.6, 0.97])
def test_an_archive_cut_short(tmp_path: Path, share: float) -> None:
    data = zipped(tmp_path, {"a.csv": csv_bytes(HEADINGS, *[ROW] * 500)})
    assert fault_of(tmp_path, data[: int(len(data) * share)]).rule == "truncated_archive"


def test_a_member_whose_bytes_changed_on_the_way(tmp_path: Path) -> None:
    data = bytearray(zipped(tmp_path, {"a.csv": csv_bytes(HEADINGS, *[ROW] * 5000)}))
    data[200:210] = b"0123456789"
    assert fault_of(tmp_path, bytes(data)).rule == "truncated_archive"


def test_an_archive_under_a_password(tmp_path: Path) -> None:
    data = bytearray(zipped(tmp_path, {"a.csv": CSV}))
    entry = data.index(b"PK\x01\x02")
    data[6] |= 1
    data[entry + 8] |= 1
    assert fault_of(tmp_path, bytes(data)).rule == "encrypted_archive"


def test_a_compression_that_is_not_read(tmp_path: Path) -> None:
    data = bytearray(zipped(tmp_path, {"a.csv": CSV}))
    entry = data.index(b"PK\x01\x02")
    struct.pack_into("<H", data, 8, 9)
    struct.pack_into("<H", data, entry + 10, 9)
    assert fault_of(tmp_path, bytes(data)).rule == "unknown_compression"


@pytest.mark.parametrize(
    ("limit", "value"), [("MAX_INFLATED", 1000), ("MAX_MEMBERS", 0), ("RATIO_FREE", 1000)]
)
def test_a_bomb_is_not_inflated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, value: int
) -> None:
    monkeypatch.setattr(container, limit, value)
    monkeypatch.setattr(container, "MAX_RATIO", 50)
    data = zipped(tmp_path, {"a.csv": CSV + b"\n" * 100_000})
    fault = fault_of(tmp_path, data)
    assert fault.rule == "archive_bomb"
    assert fault.values["limit"]


def test_a_member_that_hides_its_size_inflates_no_further(tmp_path: Path) -> None:
    data = bytearray(zipped(tmp_path, {"a.csv": CSV + b"\n" * 100_000}))
    entry = data.index(b"PK\x01\x02")
    struct.pack_into("<L", data, entry + 24, 200)
    assert fault_of(tmp_path, bytes(data)).rule == "truncated_archive"
