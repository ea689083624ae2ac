"""The yearly delivery to ILO: one workbook for people, one SDMX-CSV file for each filled table."""

from datetime import datetime
from pathlib import Path

from warehouse.database import connect
from warehouse.errors import SimimoError
from warehouse.ilms.filling import Filled, filled_tables
from warehouse.ilms.questionnaire import tables
from warehouse.ilms.released import released_year
from warehouse.ilms.sdmx_csv import sdmx_csv
from warehouse.ilms.workbook import workbook
from warehouse.messages import words
from warehouse.report.figures import number


class FolderNotWritable(SimimoError):
    """The folder of the delivery cannot be written to."""

    key = "ilms_folder_not_writable"


def deliver(
    year: int,
    folder: Path,
    release: int | None = None,
    lang: str = "fr",
    as_of: datetime | None = None,
) -> str:
    """Write the tables of `year` as of a release or an instant (now) into `folder`; what was
    written.

    Raises UnknownRelease, NoFigureOfYear, UnknownArea, FolderNotWritable.
    """
    with connect("simimo_analyst") as session:
        chosen, found = released_year(session, tables().values(), year, release, as_of)
    filled = filled_tables(tables(), found, year)
    names = {one.table.code: f"{one.table.dataflow}_{year}.csv" for one in filled}
    files = {names[one.table.code]: sdmx_csv(one, year) for one in filled if one.cells}
    files[f"ILMS_MAR_{year}_{lang}.xlsx"] = workbook(filled, chosen, year, lang)
    _write(folder, files, set(names.values()))
    return _written(filled, folder, lang)


def _write(folder: Path, files: dict[str, bytes], named: set[str]) -> None:
    """Write the files; the file of a table that an earlier delivery filled does not stay."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in named - set(files):
            (folder / name).unlink(missing_ok=True)
        for name, content in files.items():
            (folder / name).write_bytes(content)
    except OSError:
        raise FolderNotWritable(folder=folder) from None


def _written(filled: list[Filled], folder: Path, lang: str) -> str:
    missing = sum(one.state == "missing" for one in filled)
    said: str = words("ilms")["written"][lang]
    return said.format(
        given=number(sum(one.given for one in filled), lang),
        tables=len(filled) - missing,
        missing=missing,
        folder=folder,
    )
