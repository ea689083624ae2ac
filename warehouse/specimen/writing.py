"""Frames and e-BDS written as the files that institutions send."""

import datetime
import io
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import polars as pl
import xlsxwriter

SLICE_ROWS = 200_000
DATE_FORMAT = "%d/%m/%Y"
# A fixed date in archives and workbooks: the same seed gives the same bytes.
STAMP = datetime.datetime(2025, 1, 1)


def write_csv(frame: pl.DataFrame, path: Path, delimiter: str, encoding: str) -> None:
    """Write a delimited text file, a slice at a time, dates as day/month/year."""
    with path.open("wb") as file:
        for number, rows in enumerate(frame.iter_slices(SLICE_ROWS)):
            buffer = io.BytesIO()
            rows.write_csv(
                buffer,
                separator=delimiter,
                date_format=DATE_FORMAT,
                line_terminator="\r\n",
                include_header=number == 0,
            )
            codec = encoding if number == 0 else encoding.removesuffix("-sig")
            utf8 = buffer.getvalue()
            file.write(utf8 if codec == "utf-8" else utf8.decode().encode(codec))


def write_xlsx(frame: pl.DataFrame, path: Path) -> None:
    """Write a workbook of one sheet, dates as Excel's dates."""
    workbook = xlsxwriter.Workbook(path, {"default_date_format": "dd/mm/yyyy"})
    workbook.set_properties({"title": "SPECIMEN", "created": STAMP})
    sheet = workbook.add_worksheet("SPECIMEN")
    sheet.write_row(0, 0, frame.columns)
    for number, row in enumerate(frame.iter_rows(), start=1):
        sheet.write_row(number, 0, row)
    workbook.close()


def write_archive(members: Iterable[tuple[str, bytes]], path: Path) -> None:
    """Write a ZIP of named members."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members:
            member = zipfile.ZipInfo(name, STAMP.timetuple()[:6])
            archive.writestr(member, content, zipfile.ZIP_DEFLATED, compresslevel=1)


def write_pieces(pieces: Iterator[bytes], path: Path) -> None:
    """Write bytes one piece after the other."""
    with path.open("wb") as file:
        file.writelines(pieces)
