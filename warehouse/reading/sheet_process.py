"""Run as a program: one sheet of a workbook to standard output, as an Arrow stream of text.

    python sheet_process.py WORKBOOK SHEET BATCH_ROWS MEMORY_BYTES

calamine ends the whole process when a sheet asks for more memory than there is, so a large
sheet is opened here, where only this process can end. It imports nothing of the warehouse, to
start quickly. Row 1 of the sheet is the first row of the first batch.
"""

import resource
import sys

DAMAGED = 3
"""Exit code: calamine does not understand the workbook."""


def main(path: str, sheet_name: str, batch_rows: int, memory: int) -> int:
    """Write the sheet and give the exit code."""
    import fastexcel
    import pyarrow as pa

    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        sheet = fastexcel.read_excel(path).load_sheet(
            sheet_name, header_row=None, skip_rows=0, dtypes="string", eager=True
        )
    except fastexcel.FastExcelError:
        return DAMAGED
    with pa.ipc.new_stream(sys.stdout.buffer, sheet.schema) as target:
        for start in range(0, sheet.num_rows, batch_rows):
            target.write_batch(sheet.slice(start, batch_rows))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
