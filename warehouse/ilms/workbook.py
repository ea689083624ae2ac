"""ILO's tables as a workbook for people: a summary, a sheet for each filled table, notes."""

from collections.abc import Mapping, Sequence
from datetime import UTC
from io import BytesIO
from typing import TYPE_CHECKING

from warehouse.ilms.filling import Filled
from warehouse.ilms.sheet import write_table
from warehouse.ilms.styles import Styles, fitted, styles
from warehouse.messages import words
from warehouse.releasing.published import Release
from warehouse.report.figures import day

if TYPE_CHECKING:
    import xlsxwriter
    from xlsxwriter.worksheet import Worksheet

SUMMARY_COLUMNS: Mapping[str, int] = {
    "code": 27,
    "table": 46,
    "state": 14,
    "given": 9,
    "withheld": 9,
    "source": 26,
    "remarks": 72,
    "would_fill": 34,
    "ilostat": 30,
}
"""The columns of the summary and their widths, in characters."""

HEADING_ROW = 4
LINE_HEIGHT = 15
STATUSES_TOLD = "ABDEIOPQUW"


def workbook(filled: Sequence[Filled], release: Release, year: int, lang: str) -> bytes:
    """The workbook (XLSX) of the tables of `year` in `lang`; same tables, same bytes."""
    import xlsxwriter

    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties(
        {
            "title": said("title", lang, year=year),
            "company": "HCP · SIMIMO",
            "comments": release.content_hash,
            "created": release.released_at.astimezone(UTC).replace(tzinfo=None),
        }
    )
    look = styles(book, lang)
    heading = _heading(release, year, lang)
    _summary(_sheet(book, said("sheet_summary", lang), lang), filled, heading, look, lang)
    for one in filled:
        if one.cells:
            sheet = _sheet(book, one.table.code, lang)
            title = said("table_title", lang, title=one.table.title(lang), year=year)
            write_table(sheet, one, [title, *heading[1:]], look, lang)
    _notes(_sheet(book, said("sheet_notes", lang), lang), look, lang)
    book.close()
    return buffer.getvalue()


def said(key: str, lang: str, **values: object) -> str:
    """A word of the workbook in `lang`, its template filled."""
    template: str = words("ilms")[key][lang]
    return template.format(**values)


def _sheet(book: "xlsxwriter.Workbook", name: str, lang: str) -> "Worksheet":
    sheet = book.add_worksheet(name)
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&L&A&R&P/&N")
    if lang == "ar":
        sheet.right_to_left()
    return sheet


def _heading(release: Release, year: int, lang: str) -> list[str]:
    """The lines above a sheet: its title, the release, and SPECIMEN where it is one."""
    on = day(release.released_at.astimezone(UTC).date(), lang)
    lines = [said("title", lang, year=year), said("release", lang, number=release.number, day=on)]
    return [*lines, *([said("specimen", lang)] if release.is_specimen else [])]


def _summary(
    sheet: "Worksheet", filled: Sequence[Filled], heading: Sequence[str], look: Styles, lang: str
) -> None:
    states = {s: sum(f.state == s for f in filled) for s in ("filled", "partly", "missing")}
    sheet.write(0, 0, heading[0], look.title)
    sheet.write(1, 0, f"{heading[1]} · {said('states', lang, **states)}", look.subtitle)
    if len(heading) > 2:
        sheet.write(2, 0, heading[2], look.specimen)
    for place, (column, width) in enumerate(SUMMARY_COLUMNS.items()):
        sheet.set_column(place, place, width)
        sheet.write(HEADING_ROW, place, said(column, lang), look.heading)
    for row, one in enumerate(filled, HEADING_ROW + 1):
        _summary_line(sheet, row, one, look, lang)
    sheet.set_row(HEADING_ROW, 2 * LINE_HEIGHT)
    sheet.freeze_panes(HEADING_ROW + 1, 1)
    sheet.repeat_rows(HEADING_ROW)
    sheet.autofilter(HEADING_ROW, 0, HEADING_ROW + len(filled), len(SUMMARY_COLUMNS) - 1)


def _summary_line(sheet: "Worksheet", row: int, one: Filled, look: Styles, lang: str) -> None:
    cells = _cells(one, lang)
    tallest = 1
    for place, (column, width) in enumerate(SUMMARY_COLUMNS.items()):
        text = cells[column]
        tallest = max(tallest, fitted(str(text), width - 2))
        if column == "code" and one.cells:
            sheet.write_url(row, place, f"internal:'{text}'!A1", look.link, str(text))
        elif isinstance(text, int):
            sheet.write_number(row, place, text, look.count)
        else:
            sheet.write_string(row, place, text, look.cell(column, one.state))
    sheet.set_row(row, LINE_HEIGHT * tallest)


def _cells(one: Filled, lang: str) -> dict[str, str | int]:
    table = one.table
    would_fill = "" if one.cells or not table.would_fill else table.would_fill_in(lang)
    return {
        "code": table.code,
        "table": table.title(lang),
        "state": said(f"state_{one.state}", lang),
        "given": one.given if one.cells else "",
        "withheld": one.withheld if one.cells else "",
        "source": one.source_in(lang),
        "remarks": " ".join(remark[lang] for remark in one.remarks),
        "would_fill": would_fill,
        "ilostat": table.ilostat or "",
    }


def _notes(sheet: "Worksheet", look: Styles, lang: str) -> None:
    from warehouse.desk.code_list import codes

    sheet.set_column(0, 0, 6)
    sheet.set_column(1, 1, 120)
    sheet.write(0, 0, said("notes_heading", lang), look.title)
    row = 2
    for text in words("ilms")["notes"][lang]:
        sheet.write_string(row, 1, text, look.wrapped)
        sheet.set_row(row, LINE_HEIGHT * fitted(text, 120))
        row += 1
    sheet.write(row + 1, 0, said("notes_statuses", lang), look.title)
    known = codes("cl_obs_status")
    for place, status in enumerate(STATUSES_TOLD, row + 3):
        sheet.write_string(place, 0, status, look.status)
        sheet.write_string(place, 1, known[status].label(lang), look.wrapped)
