"""The rows of a sheet as frames of text, opened in this process or in one of its own.

Row 1 of the sheet is the first row of the first frame, column 0 its first filled column.
"""

import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import IO

import polars as pl

from warehouse.errors import Unreadable
from warehouse.reading.container import ONE_GIB
from warehouse.reading.sheet_process import DAMAGED, LENGTH_BYTES

FRAME_ROWS = 50_000
"""Rows of one frame; every cell of them may bring a finding."""
PROCESS_MEMORY = 4 * ONE_GIB
"""Address space of the process that opens a large sheet; it uses some 1.3 GB of it."""
PROGRAM = Path(__file__).with_name("sheet_process.py")


def small_sheet(path: Path, name: str) -> Iterator[pl.DataFrame]:
    """The frames of a sheet whose reach is known to be harmless."""
    import fastexcel

    try:
        sheet = fastexcel.read_excel(path).load_sheet(
            name, header_row=None, skip_rows=0, dtypes="string"
        )
    except fastexcel.FastExcelError as error:
        raise Unreadable("damaged_workbook", type(error).__name__) from error
    yield from pl.DataFrame(sheet).iter_slices(FRAME_ROWS)


def large_sheet(path: Path, name: str) -> Iterator[pl.DataFrame]:
    """The frames of a sheet that a process of its own opens.

    Raises damaged_workbook, and sheet_too_wide where the process ran out of memory.
    """
    command = [sys.executable, "-I", str(PROGRAM), str(path), name]
    command += [str(FRAME_ROWS), str(PROCESS_MEMORY)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        try:
            if process.stdout is not None:
                yield from _frames(process.stdout)
            ended = process.wait()
        finally:
            process.kill()
    if ended:
        raise Unreadable("damaged_workbook" if ended == DAMAGED else "sheet_too_wide")


def _frames(stream: IO[bytes]) -> Iterator[pl.DataFrame]:
    while length := stream.read(LENGTH_BYTES):
        size = int.from_bytes(length, "big")
        data = stream.read(size)
        if len(data) < size:
            return
        yield pl.read_ipc_stream(BytesIO(data))
