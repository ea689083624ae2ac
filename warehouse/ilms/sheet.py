"""One sheet of the workbook: a table with its classifications in rows and the sexes in columns."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from warehouse.ilms.correspondence import correspondences
from warehouse.ilms.filling import WITHHELD, Cell, Filled
from warehouse.ilms.questionnaire import classification_label
from warehouse.ilms.styles import Styles
from warehouse.messages import words

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

LABEL_WIDTH, NARROW_LABEL_WIDTH, VALUE_WIDTH, STATUS_WIDTH = 46, 26, 14, 5
"""Widths of columns, in characters."""

FIRST_LINE = 2
TOTALS = ("_TOTAL", "_YGE15")
"""How the codes of totals end; their rows are bold."""


def write_table(
    sheet: "Worksheet", filled: Filled, heading: Sequence[str], look: Styles, lang: str
) -> None:
    """Write a filled table: its title, release and limits, then a row for each combination.

    `heading` is its title with the year, then the release, then SPECIMEN where it is one.
    """
    sexes = list(dict.fromkeys(cell.codes[0] for cell in filled.cells))
    rows = _rows(filled, lang)
    has_version = len({_version(codes) for codes in rows}) > 1
    top = _title(sheet, filled, heading, look, lang)
    first = _headings(sheet, top, filled, sexes, has_version, look, lang)
    by_codes = {cell.codes: cell for cell in filled.cells}
    for row, codes in enumerate(rows, top + 1):
        is_total = codes[0].endswith(TOTALS)
        for place, text in enumerate(_row_labels(filled, codes, has_version, lang)):
            sheet.write_string(row, place, text, look.total_label if is_total else look.label)
        for number, sex in enumerate(sexes):
            cell = by_codes.get((sex, *codes))
            _figure(sheet, row, first + 2 * number, cell, filled, is_total, look)
        sheet.write_string(row, first + 2 * len(sexes), " · ".join(codes), look.code)
    sheet.freeze_panes(top + 1, first)
    sheet.repeat_rows(top)


def _headings(
    sheet: "Worksheet",
    row: int,
    filled: Filled,
    sexes: Sequence[str],
    has_version: bool,
    look: Styles,
    lang: str,
) -> int:
    """Write the headings and widths of the columns; the column of the first figure."""
    said = words("ilms")
    *outer, inner = reversed(filled.table.classifications)
    labels = [classification_label(name)[lang] for name in outer]
    labels += [said["classification"][lang]] if has_version else []
    labels += [classification_label(inner)[lang]]
    width = LABEL_WIDTH if len(labels) == 1 else NARROW_LABEL_WIDTH
    for place, label in enumerate(labels):
        sheet.set_column(place, place, width)
        sheet.write(row, place, capitalised(label), look.heading)
    first = len(labels)
    for place, sex in zip(range(first, first + 2 * len(sexes), 2), sexes, strict=True):
        sheet.set_column(place, place, VALUE_WIDTH)
        sheet.write(row, place, _label(filled, sex, lang), look.number_heading)
        sheet.set_column(place + 1, place + 1, STATUS_WIDTH)
        sheet.write(row, place + 1, said["status"][lang], look.status_heading)
    last = first + 2 * len(sexes)
    sheet.set_column(last, last, LABEL_WIDTH)
    sheet.write(row, last, said["codes"][lang], look.heading)
    return first


def _title(
    sheet: "Worksheet", filled: Filled, heading: Sequence[str], look: Styles, lang: str
) -> int:
    """Write what stands above the table; the row of its column headings."""
    said = words("ilms")
    summary = said["sheet_summary"][lang]
    unit = said["unit"][lang].format(unit=_unit(filled, lang))
    sheet.write(0, 0, heading[0], look.title)
    sheet.write_url(1, 0, f"internal:'{summary}'!A1", look.back, said["back"][lang])
    lines = [f"{filled.table.code} · {filled.source_in(lang)} · {unit}", *heading[1:]]
    for row, line in enumerate(lines, FIRST_LINE):
        is_specimen = row - FIRST_LINE > 1
        sheet.write(row, 0, line, look.specimen if is_specimen else look.subtitle)
    row = FIRST_LINE + len(lines)
    for remark in filled.remarks:
        sheet.write(row, 0, remark[lang], look.subtitle)
        row += 1
    return row + 1


def _unit(filled: Filled, lang: str) -> str:
    from warehouse.desk.code_list import codes

    unit = filled.unit_measure or ""
    known = codes("cl_unit")
    return known[unit].label(lang) if unit in known else unit


def _rows(filled: Filled, lang: str) -> list[tuple[str, ...]]:
    """The combinations of codes, the last classification outermost, countries by their names."""
    found = list(dict.fromkeys(cell.codes[1:] for cell in filled.cells))
    order = {code: place for place, code in enumerate(c for codes in found for c in codes)}

    def place(codes: tuple[str, ...]) -> tuple[tuple[bool, str, int], ...]:
        return tuple(_place(filled, code, order[code], lang) for code in reversed(codes))

    return sorted(found, key=place)


def _place(filled: Filled, code: str, place: int, lang: str) -> tuple[bool, str, int]:
    if not _is_listed(code) and not code.endswith(TOTALS):
        return True, folded(_label(filled, code, lang)), place
    return False, "", place


def _is_listed(code: str) -> bool:
    return any(entry.ilo_code == code for listed in correspondences().values() for entry in listed)


def folded(label: str) -> str:
    """A label without accents, as an alphabet orders it (Égypte among the E)."""
    import unicodedata

    decomposed = unicodedata.normalize("NFD", label.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def _row_labels(filled: Filled, codes: tuple[str, ...], has_version: bool, lang: str) -> list[str]:
    *outer, first = [_label(filled, code, lang) for code in reversed(codes)]
    version = words("ilms").get(f"version_{_version(codes)}")
    return [*outer, *([version[lang] if version else ""] if has_version else []), first]


def _version(codes: tuple[str, ...]) -> str:
    return codes[0].rpartition("_")[0]


def _label(filled: Filled, code: str, lang: str) -> str:
    assert filled.labels is not None
    return filled.labels[code][lang]


def _figure(
    sheet: "Worksheet",
    row: int,
    place: int,
    cell: Cell | None,
    filled: Filled,
    is_total: bool,
    look: Styles,
) -> None:
    if cell is None:
        sheet.write_blank(row, place, None, look.label)
        sheet.write_blank(row, place + 1, None, look.status)
        return
    if cell.value is None:
        hidden = look.withheld if cell.obs_status == WITHHELD else look.label
        sheet.write_blank(row, place, None, hidden)
    else:
        sheet.write_number(row, place, float(cell.value), look.number(filled.decimals, is_total))
    sheet.write_string(row, place + 1, cell.obs_status, look.status)


def capitalised(word: str) -> str:
    """A word with its first letter a capital; Arabic has none."""
    return word[:1].upper() + word[1:]
