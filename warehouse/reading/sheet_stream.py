"""The rows of a sheet as Arrow batches of text, from this process or one of its own."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from warehouse.errors import Unreadable
from warehouse.reading.container import ONE_GIB
from warehouse.reading.sheet_process import DAMAGED

BATCH_ROWS = 50_000
"""Rows of one batch; every cell of them may bring a finding."""
PROCESS_MEMORY = 4 * ONE_GIB
"""Address space of the process that opens a large sheet; some 1.2 GB of it are used at most."""
PROGRAM = Path(__file__).with_name("sheet_process.py")


def small_sheet(path: Path, name: str) -> Iterator[Any]:
    """The batches of a sheet whose reach is known to be harmless."""
    import fastexcel

    try:
        sheet = fastexcel.read_excel(path).load_sheet(
            name, header_row=None, skip_rows=0, dtypes="string", eager=True
        )
    except fastexcel.FastExcelError as error:
        raise Unreadable("damaged_workbook", type(error).__name__) from error
    for start in range(0, sheet.num_rows, BATCH_ROWS):
        yield sheet.slice(start, BATCH_ROWS)


def large_sheet(path: Path, name: str) -> Iterator[Any]:
    """The batches of a sheet that a process of its own opens.

    Raises damaged_workbook, and sheet_too_wide where the process ran out of memory.
    """
    import pyarrow as pa

    command = [sys.executable, "-I", str(PROGRAM), str(path), name]
    command += [str(BATCH_ROWS), str(PROCESS_MEMORY)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        try:
            yield from pa.ipc.open_stream(process.stdout)
        except pa.ArrowInvalid as error:
            rule = "damaged_workbook" if process.wait() == DAMAGED else "sheet_too_wide"
            raise Unreadable(rule) from error
        finally:
            process.kill()
