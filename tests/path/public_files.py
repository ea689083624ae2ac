"""Small invented files of what others publish, one a contract, each with a country nobody knows."""

from collections.abc import Callable, Sequence
from pathlib import Path

import xlsxwriter

ROWS = 25
"""So many that one unknown code stays within the contracts' bounds."""
YEARS = range(1995, 1995 + ROWS - 1)
UNKNOWN = "Atlantis"

Row = Sequence[object]


def delimited(path: Path, headings: str, *rows: Row) -> Path:
    """A comma-separated file."""
    lines = [headings, *(",".join(map(str, row)) for row in rows)]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def workbook(path: Path, sheet: str, *rows: Row) -> Path:
    """A workbook of one sheet."""
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet(sheet)
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
    return path


def by_nationality(folder: Path) -> Path:
    """Repeated cells, as the Home Office writes them."""
    headings = (
        "Year,Quarter,Type of application,Category of leave,Geographical region,"
        "Nationality,Applications"
    )
    start = ("2010", "2010 Q1", "Visa", "Worker", "Africa")
    rows = [(*start, name, 1) for name in [*["Morocco"] * (ROWS - 1), UNKNOWN]]
    return delimited(folder / "nationality.csv", headings, *rows)


def by_industry(folder: Path) -> Path:
    """The same applications by industry."""
    headings = "Year,Quarter,Type of application,Category of leave,Industry,Applications"
    start = ("2010", "2010 Q1", "Visa", "Worker")
    rows = [(*start, name, 1) for name in [*["Construction"] * (ROWS - 1), UNKNOWN]]
    return delimited(folder / "industry.csv", headings, *rows)


def inflows(folder: Path) -> Path:
    """SDMX-CSV: a series of Moroccans, and a year of nobody knows whom."""
    headings = (
        "STRUCTURE,STRUCTURE_ID,ACTION,REF_AREA,CITIZENSHIP,FREQ,MEASURE,SEX,BIRTH_PLACE,"
        "EDUCATION_LEV,UNIT_MEASURE,TIME_PERIOD,OBS_VALUE,OBS_STATUS,UNIT_MULT,DECIMALS"
    )
    flow = ("DATAFLOW", "OECD.ELS.IMD:DSD_MIG@DF_MIG(1.0)", "I", "ITA")
    series = [("MAR", year) for year in YEARS] + [("QQQ", YEARS[0])]
    rows = [
        (*flow, citizenship, "A", "B11", "_T", "_Z", "_Z", "PS", year, 17, "A", 0, 0)
        for citizenship, year in series
    ]
    return delimited(folder / "inflows.csv", headings, *rows)


def permits(folder: Path) -> Path:
    """SDMX-CSV: permits of Moroccans, and of nobody knows whom."""
    headings = (
        "DATAFLOW,FREQ,REF_AREA,DATA_TYPE,SEX,MOSTREL_CCITENSHIP,TYPE_RES_PERMIT_REASON,"
        "TYPE_RES_PERMIT,AGE,MARITAL_STATUS,TIME_PERIOD,OBS_VALUE,OBS_STATUS"
    )
    flow = ("IT1:DF(1.0)", "A", "IT", "RESPER", "9")
    series = [("MA", year) for year in YEARS] + [("QQQ", YEARS[0])]
    rows = [
        (*flow, citizenship, "ALL", "TOTAL", "TOTAL", "99", year, 12, "A")
        for citizenship, year in series
    ]
    return delimited(folder / "permits.csv", headings, *rows)


def prices(folder: Path) -> Path:
    """A column a quarter; what was not priced is no row."""
    quarters = [f"{year}Q{number}" for year in range(2014, 2020) for number in (1, 2, 3, 4)]
    headings = f"Sending Countries Code,Receiving Countries  Code,Series Code,{','.join(quarters)}"
    france = ("FRA", "MAR", "ATCR.CORR", *[5.5] * len(quarters))
    unknown = ("QQQ", "MAR", "ATCR.CORR", 4.25, *[".."] * (len(quarters) - 1))
    return delimited(folder / "prices.csv", headings, france, unknown)


COUNTRIES = (
    *("Algeria", "Belgium", "Canada", "Denmark", "Egypt", "France", "Germany", "Ghana"),
    *("Greece", "Guinea", "India", "Ireland", "Italy", "Japan", "Kenya", "Libya", "Mali"),
    *("Mexico", "Niger", "Nigeria", "Norway", "Portugal", "Senegal", "Spain"),
)


def remittances(folder: Path) -> Path:
    """The matrix below its title: senders down, receivers across."""
    title: Row = ["Invented table"]
    headings: Row = ["receiving (across) / sending (down)", "Morocco"]
    rows = [[name, 12.5] for name in [*COUNTRIES, UNKNOWN]]
    return workbook(
        folder / "matrix.xlsx", "Bilateral_Remittances_2017", title, headings, *rows, ["Chad", "-"]
    )


def stock(folder: Path) -> Path:
    """The stock below fourteen rows of titles, its headings in two rows."""
    above: list[Row] = [["Invented table"]] + [[""]] * 13
    first: Row = ["Sort\norder", "Destination", "Notes", "Country code", "Type of data (a)"]
    headings: list[Row] = [[*first, "Country of origin"], [*[""] * 5, "Morocco"]]
    rows = [[n, name, "", n, "B", 30] for n, name in enumerate([*COUNTRIES, UNKNOWN], 1)]
    return workbook(folder / "stock.xlsx", "Table 16", *above, *headings, *rows)


PUBLIC: dict[str, tuple[str, Callable[[Path], Path]]] = {
    "uk_cos_nationality": ("2010-Q1", by_nationality),
    "uk_cos_industry": ("2010-Q1", by_industry),
    "oecd_df_mig": ("2022", inflows),
    "istat_permits": ("2022", permits),
    "wb_remittance_prices": ("2020-Q3", prices),
    "wb_bilateral_remittances": ("2017", remittances),
    "undesa_migrant_stock": ("2015", stock),
}
"""The period of each contract's file, and what writes it; each has ROWS rows."""
