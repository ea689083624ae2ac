"""The template of an extract: a workbook to fill, made from its contract alone.

One sheet to fill, named like the contract; its headings in three languages, a note and a
drop-down list on each column; beside it a filled example, the codes, and how to fill it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

from warehouse.contracts.contract import Column, Contract, Labels
from warehouse.documents.choices import Choice, choices
from warehouse.documents.example import example_period, example_row
from warehouse.documents.facts import column_facts, said
from warehouse.errors import SimimoError
from warehouse.messages import LANGUAGES
from warehouse.report.marked import bare

if TYPE_CHECKING:
    import xlsxwriter
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

TITLE_ROW = 0
LABEL_ROWS = {"fr": 1, "ar": 2, "en": 3}
NAME_ROW = 4
"""The contract's own names: the heading that is read, whatever language the labels are in."""
FIRST_ROW = 5
ROWS_TO_FILL = 10_000
"""Rows that drop-down lists and formats reach; more may be filled."""
SHEET_NAME_LENGTH = 31
NOTE_WIDTH, NOTE_HEIGHT = 320, 190
INPUT_TITLE_LENGTH, INPUT_LENGTH = 32, 255
NARROWEST, WIDEST = 14, 34
EXAMPLE, CODES, HELP = "Exemple", "Codes", "Mode d'emploi"


class NoTemplate(SimimoError):
    """The extract is not sent as a workbook."""

    key = "no_template"
    http_status = 422


@dataclass(frozen=True)
class _Styles:
    """The formats of a workbook."""

    title: "Format"
    labels: Mapping[str, "Format"]
    name: "Format"
    required_name: "Format"
    text: "Format"
    date: "Format"
    wrapped: Mapping[str, "Format"]
    heading: "Format"


def template(contract: Contract, on: date | None = None) -> bytes:
    """The workbook (XLSX) that the institution fills; the same contract gives the same bytes.

    `on` is the day whose codes are offered, today by default. Raises NoTemplate.
    """
    import xlsxwriter

    if "xlsx" not in contract.formats:
        raise NoTemplate(contract=contract.id, formats=", ".join(contract.formats))
    buffer = BytesIO()
    workbook = xlsxwriter.Workbook(buffer, {"in_memory": True})
    workbook.set_properties(
        {
            "title": contract.title["fr"],
            "company": "HCP · SIMIMO",
            "comments": f"{contract.id} {contract.version}",
            "created": datetime(2025, 1, 1, tzinfo=UTC).replace(tzinfo=None),
        }
    )
    styles = _styles(workbook)
    offered = {c.name: choices(contract, c, on or date.today()) for c in contract.columns}
    sheet = workbook.add_worksheet(sheet_name(contract))
    _headings(sheet, contract, styles)
    _example(workbook.add_worksheet(EXAMPLE), contract, styles)
    ranges = _codes(workbook.add_worksheet(CODES), contract, offered, styles)
    _columns_to_fill(sheet, contract, styles, ranges)
    _help(workbook.add_worksheet(HELP), contract, styles)
    workbook.close()
    return buffer.getvalue()


def sheet_name(contract: Contract) -> str:
    """The name of the sheet to fill, by which the reader knows it."""
    return contract.id if len(contract.id) <= SHEET_NAME_LENGTH else contract.dataset


def _styles(workbook: "xlsxwriter.Workbook") -> _Styles:
    heading: dict[str, Any] = {"bold": True, "text_wrap": True, "valign": "vcenter"}
    heading |= {"bg_color": "#E8EEF4", "border": 1, "border_color": "#B8C4D0"}
    name = {"font_color": "#5A6672", "font_size": 9, "border": 1, "border_color": "#B8C4D0"}
    wrapped = {"text_wrap": True, "valign": "top"}
    right = {"align": "right", "reading_order": 2}
    return _Styles(
        title=workbook.add_format({"bold": True, "font_size": 13, "font_color": "#1F3A5F"}),
        labels={
            "fr": workbook.add_format(heading),
            "ar": workbook.add_format(heading | right),
            "en": workbook.add_format(heading | {"bold": False, "italic": True}),
        },
        name=workbook.add_format(name),
        required_name=workbook.add_format(name | {"bold": True, "font_color": "#9C2A1B"}),
        # Text keeps the zeros in front of a number, and a code as it is typed.
        text=workbook.add_format({"num_format": "@"}),
        date=workbook.add_format({"num_format": "dd/mm/yyyy"}),
        wrapped={
            lang: workbook.add_format(wrapped | (right if lang == "ar" else {}))
            for lang in LANGUAGES
        },
        heading=workbook.add_format(heading),
    )


def _headings(sheet: "Worksheet", contract: Contract, styles: _Styles) -> None:
    """The title, the labels in three languages, the names; a note on each label."""
    title = f"{contract.title['fr']} · {contract.title['ar']} · {contract.title['en']}"
    sheet.write(TITLE_ROW, 0, title, styles.title)
    for row in LABEL_ROWS.values():
        sheet.set_row(row, 32)
    for place, column in enumerate(contract.columns):
        for lang, row in LABEL_ROWS.items():
            sheet.write(row, place, column.labels[lang], styles.labels[lang])
            note = "\n".join(
                f"{fact.label} : {bare(fact.value)}"
                if lang == "fr"
                else f"{fact.label}: {bare(fact.value)}"
                for fact in column_facts(contract, column, lang)
            )
            sheet.write_comment(
                row, place, note, {"x_scale": NOTE_WIDTH / 128, "y_scale": NOTE_HEIGHT / 74}
            )
        style = styles.required_name if column.required else styles.name
        sheet.write(NAME_ROW, place, column.name, style)
    sheet.freeze_panes(FIRST_ROW, 0)


def _columns_to_fill(
    sheet: "Worksheet", contract: Contract, styles: _Styles, ranges: Mapping[str, str]
) -> None:
    """Width, format and what may be typed, for each column to fill."""
    for place, column in enumerate(contract.columns):
        width = min(max(len(column.labels["fr"]), len(column.name), NARROWEST), WIDEST)
        style = styles.date if column.type == "date" else styles.text
        sheet.set_column(place, place, width, style)
        rule = _accepted(column, ranges)
        facts = column_facts(contract, column, "fr")
        shown = " · ".join(f"{fact.label} : {bare(fact.value)}" for fact in facts)
        rule |= {
            "input_title": column.labels["fr"][:INPUT_TITLE_LENGTH],
            "input_message": shown[: INPUT_LENGTH - 1],
            # The check decides, and says why: a sheet must not refuse what it accepts.
            "error_type": "warning",
            "error_title": column.labels["fr"][:INPUT_TITLE_LENGTH],
            "error_message": bare(said("template_unusual", "fr"))[:INPUT_LENGTH],
        }
        sheet.data_validation(FIRST_ROW, place, FIRST_ROW + ROWS_TO_FILL - 1, place, rule)


def _accepted(column: Column, ranges: Mapping[str, str]) -> dict[str, Any]:
    """What a spreadsheet lets through without a question."""
    if column.separator:
        # A list of a spreadsheet lets one code through, not several.
        return {"validate": "any"}
    if column.name in ranges:
        return {"validate": "list", "source": ranges[column.name]}
    if column.type == "date":
        return {"validate": "date", "criteria": ">=", "value": date(1900, 1, 1)}
    if column.max_length is not None:
        return {"validate": "length", "criteria": "<=", "value": column.max_length}
    return {"validate": "any"}


def _example(sheet: "Worksheet", contract: Contract, styles: _Styles) -> None:
    """The same headings above one filled row."""
    sheet.write(
        TITLE_ROW,
        0,
        bare(said("template_example", "fr", period=example_period(contract))),
        styles.title,
    )
    row = example_row(contract)
    for place, column in enumerate(contract.columns):
        for lang, number in LABEL_ROWS.items():
            sheet.write(number, place, column.labels[lang], styles.labels[lang])
        sheet.write(NAME_ROW, place, column.name, styles.name)
        sheet.write_string(FIRST_ROW, place, row[column.name], styles.text)
        sheet.set_column(place, place, max(len(row[column.name]) + 2, NARROWEST))
    sheet.freeze_panes(FIRST_ROW, 0)


def _codes(
    sheet: "Worksheet",
    contract: Contract,
    offered: Mapping[str, tuple[Choice, ...]],
    styles: _Styles,
) -> dict[str, str]:
    """Four columns a list: the code and what it means; gives each column's range of codes."""
    ranges: dict[str, str] = {}
    written: dict[tuple[str, ...], str] = {}
    for column in contract.columns:
        found = offered[column.name]
        if not found:
            continue
        codes = tuple(choice.source_code for choice in found)
        if codes not in written:
            written[codes] = _code_block(sheet, 4 * len(written), column.labels, found, styles)
        ranges[column.name] = written[codes]
    sheet.freeze_panes(2, 0)
    return ranges


def _code_block(
    sheet: "Worksheet", left: int, labels: Labels, found: tuple[Choice, ...], styles: _Styles
) -> str:
    from xlsxwriter.utility import xl_range_abs

    sheet.write(0, left, labels["fr"], styles.heading)
    for offset, lang in enumerate(LANGUAGES, 1):
        sheet.write(0, left + offset, "", styles.heading)
        sheet.write(1, left + offset, said(f"language_{lang}", "fr"), styles.labels["en"])
    sheet.write(1, left, said("code", "fr"), styles.labels["fr"])
    for row, choice in enumerate(found, 2):
        sheet.write_string(row, left, choice.source_code, styles.text)
        for offset, lang in enumerate(LANGUAGES, 1):
            sheet.write_string(row, left + offset, choice.labels[lang])
    sheet.set_column(left, left, 18)
    sheet.set_column(left + 1, left + 3, 26)
    return f"={CODES}!{xl_range_abs(2, left, len(found) + 1, left)}"


def _help(sheet: "Worksheet", contract: Contract, styles: _Styles) -> None:
    """How to fill and send the workbook, a column a language."""
    for place, lang in enumerate(LANGUAGES):
        sheet.set_column(place, place, 60, styles.wrapped[lang])
        sheet.write(0, place, contract.title[lang], styles.labels[lang])
        steps = bare(said("template_steps", lang, contract=contract.id, sheet=sheet_name(contract)))
        for row, step in enumerate(steps.splitlines(), 1):
            sheet.write(row, place, step, styles.wrapped[lang])
