"""A document as a Word file, to be edited and quoted from."""

import io
from typing import TYPE_CHECKING, Any

from warehouse.documents.document import WATERMARK, Document, Picture, Section, Table
from warehouse.report.marked import Marked, bare
from warehouse.report.words import DIRECTIONS, word

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

PAGE_CM, MARGIN_CM = (21.0, 29.7), 2.0
WIDTH_CM = PAGE_CM[0] - 2 * MARGIN_CM
PICTURE_SCALE = 2
FONT, FONT_SIZE, TABLE_FONT_SIZE = "Noto Sans", 10, 8
TABLE_STYLE = "Light Grid Accent 1"
RIGHT_TO_LEFT = "rtl"


def word_file(document: Document) -> bytes:
    """The document as DOCX; Arabic runs from right to left."""
    import docx
    from docx.shared import Cm, Pt

    made = docx.Document()
    page = made.sections[0]
    page.page_width, page.page_height = (Cm(side) for side in PAGE_CM)
    page.left_margin = page.right_margin = Cm(MARGIN_CM)
    made.styles["Normal"].font.name = FONT
    made.styles["Normal"].font.size = Pt(FONT_SIZE)
    made.core_properties.title = bare(Marked(document.title))
    made.core_properties.author = bare(word("organisation", document.lang))
    made.add_heading(bare(Marked(document.title)), 0)
    made.add_paragraph(bare(document.subject))
    if document.is_specimen:
        made.add_paragraph(f"{WATERMARK}. {bare(word('specimen_notice', document.lang))}")
    for section in document.sections:
        _section(made, section)
    if DIRECTIONS[document.lang] == RIGHT_TO_LEFT:
        _turn(made)
    content = io.BytesIO()
    made.save(content)
    return content.getvalue()


def _section(made: "WordDocument", section: Section) -> None:
    made.add_heading(bare(Marked(section.title)), 1)
    for text in section.text:
        made.add_paragraph(bare(text))
    for fact in section.facts:
        paragraph = made.add_paragraph()
        paragraph.add_run(f"{bare(Marked(fact.label))} : ").bold = True
        paragraph.add_run(bare(fact.value))
    for item in section.items:
        made.add_paragraph(bare(item), "List Bullet")
    for picture in section.pictures:
        _picture(made, picture)
    for table in section.tables:
        _table(made, table)


def _picture(made: "WordDocument", picture: Picture) -> None:
    import vl_convert
    from docx.shared import Cm

    png = vl_convert.svg_to_png(picture.svg, scale=PICTURE_SCALE)
    made.add_picture(io.BytesIO(png), Cm(WIDTH_CM))
    made.add_paragraph(bare(Marked(picture.caption)), "Caption")


def _table(made: "WordDocument", table: Table) -> None:
    """A table under its caption; columns of figures stand on the right, headings on each page."""
    from docx.oxml import OxmlElement
    from docx.shared import Cm

    if table.caption:
        made.add_paragraph(bare(Marked(table.caption)), "Caption")
    grid = made.add_table(rows=1, cols=len(table.headings), style=TABLE_STYLE)
    grid.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for place, heading in enumerate(table.headings):
        _write(grid.rows[0].cells[place], Marked(heading), is_number=place in table.numbers)
    for row in table.rows:
        for place, (cell, value) in enumerate(zip(grid.add_row().cells, row, strict=True)):
            _write(cell, value, is_number=place in table.numbers)
    for column, width in zip(grid.columns, table.widths, strict=True):
        for cell in column.cells:
            cell.width = Cm(WIDTH_CM * width / sum(table.widths))
    made.add_paragraph()


def _write(cell: Any, value: Marked, is_number: bool) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    paragraph = cell.paragraphs[0]
    paragraph.add_run(bare(value)).font.size = Pt(TABLE_FONT_SIZE)
    if is_number:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _turn(made: "WordDocument") -> None:
    """Set paragraphs, runs and tables from right to left."""
    from docx.oxml import OxmlElement

    body = made.element.body
    for paragraph in body.iter("{*}p"):
        paragraph.get_or_add_pPr().append(OxmlElement("w:bidi"))
    for run in body.iter("{*}r"):
        run.get_or_add_rPr().append(OxmlElement("w:rtl"))
    for table in body.iter("{*}tbl"):
        table.tblPr.append(OxmlElement("w:bidiVisual"))
