"""Wide tables: columns that are a variable become rows."""

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from warehouse.contracts.contract import Pivot, contract
from warehouse.errors import Unreadable
from warehouse.examination import check_file
from warehouse.reading import open_extract

PRICES = contract("wb_remittance_prices")
MATRIX = contract("wb_bilateral_remittances")
STOCK = contract("undesa_migrant_stock")
CORRIDOR = "Sending Countries Code,Receiving Countries  Code,Series Code"


def read(path: Path, found=PRICES) -> pl.DataFrame:
    return pl.concat(open_extract(path, found).batches())


def written(path: Path, rows: list[list[object]], sheet: str) -> Path:
    """A workbook with `rows` from the top; a text that begins with = is a formula."""
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet(sheet)
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
    return path


def test_a_column_for_each_quarter_becomes_a_row_for_each(tmp_path: Path) -> None:
    path = tmp_path / "prices.csv"
    path.write_text(
        f"{CORRIDOR},2019Q4 [YR2019Q4],2020Q1 [YR2020Q1]\n"
        "FRA,MAR,ATCR.CORR,5.5,..\n"
        "ESP,MAR,ATCR.CORR,,4.25\n"
        ",,,,\n"
        "Last Updated: 2020,,,,\n"
    )
    long = read(path).select("line_number", "sending_code", "quarter", "cost")
    assert long.rows() == [
        (2, "FRA", "2019Q4 [YR2019Q4]", "5.5"),
        (3, "ESP", "2020Q1 [YR2020Q1]", "4.25"),
    ]


def test_only_headings_of_the_pattern_are_pivoted(tmp_path: Path) -> None:
    path = tmp_path / "prices.csv"
    path.write_text(f"{CORRIDOR},2020Q1,Remark\nFRA,MAR,ATCR.CORR,5.5,seen\n")
    extract = open_extract(path, PRICES)
    assert pl.concat(extract.batches())["quarter"].to_list() == ["2020Q1"]
    assert [f.column for f in extract.findings if f.rule == "surplus_column"] == ["Remark"]


@pytest.mark.parametrize(
    ("headings", "rule"), [(CORRIDOR, "missing_column"), (f"{CORRIDOR},2020Q1,2020Q1", "doubled")]
)
def test_a_table_without_such_headings_or_with_one_twice_is_refused(
    tmp_path: Path, headings: str, rule: str
) -> None:
    path = tmp_path / "prices.csv"
    path.write_text(f"{headings}\n{'FRA,MAR,ATCR.CORR,1,2'[: 19 + 2 * headings.count('Q1')]}\n")
    with pytest.raises(Unreadable) as refused:
        read(path)
    assert refused.value.rule.startswith(rule)


def test_headings_in_two_rows_below_titles(tmp_path: Path) -> None:
    above: list[list[object]] = [["", "Invented table"]] + [[""]] * 13
    columns = ["Sort\norder", "Destination", "Notes", "Country code", "Type of data (a)"]
    rows = [
        [*columns, "Country of origin"],
        ["", "", "", "", "", "Total", "Morocco"],
        [1, "France", "", 250, "B", 30, 20],
        [2, "Spain", "", 724, "B", 12, ""],
    ]
    path = written(tmp_path / "stock.xlsx", [*above, *rows], "Table 16")
    long = read(path, STOCK).select("line_number", "destination", "origin", "migrants")
    assert long.rows() == [
        (17, "France", "Total", "30"),
        (17, "France", "Morocco", "20"),
        (18, "Spain", "Total", "12"),
    ]


def test_formulas_of_a_published_table_are_read_by_their_results(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["Invented estimates"],
        ["receiving (across) / sending (down)", "Morocco", "Senegal"],
        ["France", 7, 3],
        ["Spain", 5, "-"],
        ["WORLD", "=B3+B4", 3],
    ]
    path = written(tmp_path / "matrix.xlsx", rows, "Bilateral_Remittances_2017")
    report = check_file(path, MATRIX.id, "2017")
    assert (report.state, report.rows, report.counts) == ("accepted", 5, ())
    national = replace(MATRIX, kind="aggregates")
    extract = open_extract(path, national)
    assert list(extract.batches())
    assert [(f.rule, f.column) for f in extract.findings] == [("formula_in_cell", "amount")]


def test_a_pivot_names_columns_of_its_contract() -> None:
    assert PRICES.pivot == Pivot("quarter", "cost", "^[0-9]{4}Q[1-4]", ("..",))
    assert {c.name for c in PRICES.columns} - {c.name for c in PRICES.headed_columns} == {
        "quarter",
        "cost",
    }


def test_the_real_tables_are_read_whole(real_data: Path) -> None:
    folder = real_data / "mirror"
    files = {
        MATRIX: ("WB_Bilateral_Remittance_Estimates_2017.xlsx", "2017"),
        STOCK: ("UN_MigrantStockByOriginAndDestination_2015.xlsx", "2015"),
        PRICES: ("WB_remittance_prices_corridors.csv", "2020-Q3"),
    }
    for found, (name, period) in files.items():
        report = check_file(folder / name, found.id, period)
        assert (report.state, report.total("error")) == ("accepted", 0), name
    matrix = read(folder / files[MATRIX][0], MATRIX)
    received = matrix.filter(pl.col("receiving_country") == "Morocco").with_columns(
        pl.col("amount").cast(pl.Float64)
    )
    world = received.filter(pl.col("sending_country") == "WORLD")["amount"].item()
    assert round(world) == 7467
    parts = received.filter(pl.col("sending_country") != "WORLD")["amount"].sum()
    assert parts == pytest.approx(world)
