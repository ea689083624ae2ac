"""SDMX-CSV 1.0 and 2.0: structural columns, label columns, actions."""

import os
from pathlib import Path

import polars as pl
import pytest

from tests.conftest import REAL_DATA_REASON
from tests.unit.reading.reads import fault_of, read_bytes, read_file
from warehouse.contracts.contract import contract

OECD, ISTAT = contract("oecd_df_mig"), contract("istat_permits")
CODES = {
    "REF_AREA": "ITA",
    "CITIZENSHIP": "MAR",
    "FREQ": "A",
    "MEASURE": "B11",
    "SEX": "_T",
    "BIRTH_PLACE": "_Z",
    "EDUCATION_LEV": "_Z",
    "UNIT_MEASURE": "PS",
    "TIME_PERIOD": "2020",
    "OBS_VALUE": "17",
    "OBS_STATUS": "A",
    "UNIT_MULT": "0",
    "DECIMALS": "0",
}
FLOW = "OECD.ELS.IMD:DSD_MIG@DF_MIG(1.0)"


def two(*rows: tuple[str, str], labels: bool = True) -> bytes:
    """SDMX-CSV 2.0 with a row for each (structure id, action)."""
    headings = ["STRUCTURE", "STRUCTURE_ID", *(["STRUCTURE_NAME"] if labels else []), "ACTION"]
    lines = [headings + _beside(list(CODES), [k.title() for k in CODES], labels)]
    for structure, action in rows:
        start = ["DATAFLOW", structure, *(["A flow"] if labels else []), action]
        lines.append(start + _beside(list(CODES.values()), ["a label"] * len(CODES), labels))
    return "\n".join(",".join(line) for line in lines).encode()


def _beside(codes: list[str], labels: list[str], with_labels: bool) -> list[str]:
    return [x for pair in zip(codes, labels, strict=True) for x in pair] if with_labels else codes


@pytest.mark.parametrize("labels", [True, False])
def test_codes_are_read_and_label_columns_left_out_silently(tmp_path: Path, labels: bool) -> None:
    read = read_bytes(tmp_path, two((FLOW, "I"), (FLOW, "A"), labels=labels), OECD)
    assert (read.format, read.findings) == ("sdmx_csv", ())
    assert read.rows.select(list(CODES)).rows() == [tuple(CODES.values())] * 2


def test_a_row_that_deletes_is_named_and_left_out(tmp_path: Path) -> None:
    read = read_bytes(tmp_path, two((FLOW, "I"), (FLOW, "D"), (FLOW, "M")), OECD)
    assert read.column("line_number") == [2, 4]
    assert [(f.rule, f.severity, f.line, f.value) for f in read.findings] == [
        ("other_action", "error", 3, "D")
    ]


def test_a_second_structure_in_the_file_is_an_error(tmp_path: Path) -> None:
    read = read_bytes(tmp_path, two((FLOW, "I"), ("OECD:OTHER(1.0)", "I")), OECD)
    assert [(f.rule, f.line) for f in read.findings] == [("other_structure", 3)]


def test_a_plain_csv_is_no_sdmx_csv(tmp_path: Path) -> None:
    data = "\n".join([",".join(CODES), ",".join(CODES.values())]).encode()
    assert fault_of(tmp_path, data, OECD).rule == "wrong_format"


def test_version_one_names_the_dataflow_only(tmp_path: Path) -> None:
    names = [c.name for c in ISTAT.columns]
    data = "\n".join(
        [",".join(["DATAFLOW", *names]), ",".join(["IT1:X(1.0)", *("v" for _ in names)])]
    )
    assert read_bytes(tmp_path, data.encode(), ISTAT).rows.height == 1


REAL = os.environ.get("SIMIMO_REAL_DATA")


@pytest.mark.skipif(REAL is None, reason=REAL_DATA_REASON)
@pytest.mark.parametrize(
    ("file", "contract_id", "rows"),
    [
        ("oecd_istat/oecd_df_mig_italy_inflows.csv", "oecd_df_mig", 9065),
        ("oecd_istat/istat_permits_by_citizenship.csv", "istat_permits", 3607),
        ("uk_cos/Work_ByNationality.csv", "uk_cos_nationality", 22229),
        ("uk_cos/Work_ByIndustry.csv", "uk_cos_industry", 3640),
    ],
)
def test_the_published_files_are_read_whole(file: str, contract_id: str, rows: int) -> None:
    read = read_file(Path(str(REAL)) / file, contract(contract_id))
    assert (read.rows.height, read.findings) == (rows, ())
    if "Applications" in read.rows.columns:
        assert read.rows["Applications"].str.replace_all(",", "").cast(pl.Int64).sum() == 2_061_443
