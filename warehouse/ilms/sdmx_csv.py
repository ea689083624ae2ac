"""A filled table as SDMX-CSV 2.0, in ILO's structure and codes."""

import csv
import io
from collections.abc import Iterator

from warehouse.ilms.correspondence import REFERENCE_AREA
from warehouse.ilms.filling import Cell, Filled
from warehouse.ilms.questionnaire import AGENCY, SEX

STRUCTURE = "dataflow"
VERSION = "1.0"
ACTION = "I"
"""Information: the receiver decides what becomes of the figures that it holds."""

ANNUAL = "A"
ATTRIBUTES = (
    "OBS_STATUS",
    "CONF_STATUS",
    "UNIT_MEASURE",
    "UNIT_MULT",
    "SOURCE",
    "NOTE_INDICATOR",
    "DECIMALS",
)
"""As ILOSTAT's own SDMX-CSV has them; its codes of notes are not known, so notes are sentences."""

NOTE_LANGUAGE = "en"


def sdmx_csv(filled: Filled, year: int) -> bytes:
    """The cells of a table of `year` as SDMX-CSV 2.0 in UTF-8.

    STRUCTURE,STRUCTURE_ID,ACTION,REF_AREA,FREQ,MEASURE,SEX,ECO,CCT,TIME_PERIOD,OBS_VALUE,...
    dataflow,ILO:DF_MST_TEMP_SEX_ECO_CCT_NB(1.0),I,MAR,A,MST_TEMP_NB,SEX_F,ECO_ISIC4_A,...
    """
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\r\n")
    rows.writerow(_header(filled))
    rows.writerows(_rows(filled, year))
    return text.getvalue().encode()


def _header(filled: Filled) -> list[str]:
    dimensions = ["REF_AREA", "FREQ", "MEASURE", SEX, *filled.table.classifications]
    return [
        *("STRUCTURE", "STRUCTURE_ID", "ACTION"),
        *dimensions,
        "TIME_PERIOD",
        "OBS_VALUE",
        *ATTRIBUTES,
    ]


def _rows(filled: Filled, year: int) -> Iterator[list[object]]:
    table = filled.table
    structure = f"{AGENCY}:{table.dataflow}({VERSION})"
    note = " ".join(said[NOTE_LANGUAGE] for said in filled.remarks)
    for cell in filled.cells:
        value = "" if cell.value is None else format(cell.value, "f")
        yield [
            *(STRUCTURE, structure, ACTION, REFERENCE_AREA, ANNUAL, table.measure),
            *cell.codes,
            *(year, value, cell.obs_status, cell.conf_status),
            *(filled.unit_measure, 0, filled.source_in(NOTE_LANGUAGE), note, decimals(cell)),
        ]


def decimals(cell: Cell) -> int | str:
    """The decimals of a cell's value; nothing where it has none."""
    if cell.value is None:
        return ""
    exponent = cell.value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else ""
