"""Run as a program: one sheet of a workbook to standard output, in frames of text.

    python sheet_process.py WORKBOOK SHEET FRAME_ROWS MEMORY_BYTES

calamine ends the whole process when a sheet asks for more memory than there is, so a large
sheet is opened here, where only this process can end. It imports nothing of the warehouse, to
start quickly. Before each frame, an Arrow IPC stream, stands its length in LENGTH_BYTES.
"""

import resource
import sys
from io import BytesIO

DAMAGED = 3
"""Exit code: calamine does not understand the workbook."""
LENGTH_BYTES = 8


def main(path: str, sheet_name: str, frame_rows: int, memory: int) -> int:
    """Write the sheet and give the exit code."""
    import fastexcel
    import polars as pl

    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        sheet = fastexcel.read_excel(path).load_sheet(
            sheet_name, header_row=None, skip_rows=0, dtypes="string"
        )
    except fastexcel.FastExcelError:
        return DAMAGED
    for frame in pl.DataFrame(sheet).iter_slices(frame_rows):
        stream = BytesIO()
        frame.write_ipc_stream(stream)
        sys.stdout.buffer.write(len(stream.getbuffer()).to_bytes(LENGTH_BYTES, "big"))
        sys.stdout.buffer.write(stream.getbuffer())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
