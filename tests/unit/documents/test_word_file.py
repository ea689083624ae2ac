"""A document as DOCX: headings, tables with figures to the right, Arabic from right to left."""

import io

import docx
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH

from warehouse.documents.document import Document, Fact, Picture, Section, Table
from warehouse.documents.word_file import word_file
from warehouse.report.marked import Marked, isolated

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10"><circle r="4"/></svg>'


def document(lang: str) -> Document:
    table = Table(("Mesure", "n"), ((Marked("Coût"), isolated("12")),), (2, 1), (1,), "Tableau")
    section = Section(
        "Résultats",
        text=(Marked("Une phrase."),),
        facts=(Fact("Ménages", isolated("3")),),
        items=(Marked("Un point."),),
        pictures=(Picture(SVG, "Une image"),),
        tables=(table,),
    )
    return Document(lang, "Rapport", Marked("Sujet"), (section,), is_specimen=True)


@pytest.fixture(scope="module")
def opened() -> docx.document.Document:
    return docx.Document(io.BytesIO(word_file(document("fr"))))


def test_everything_that_the_document_says_is_in_it(opened: docx.document.Document) -> None:
    text = "\n".join(paragraph.text for paragraph in opened.paragraphs)
    for said in ("Rapport", "Sujet", "SPECIMEN", "Résultats", "Une phrase.", "Un point.", "3"):
        assert said in text
    assert [cell.text for row in opened.tables[0].rows for cell in row.cells] == [
        "Mesure", "n", "Coût", "12",
    ]  # fmt: skip
    assert len(opened.inline_shapes) == 1


def test_figures_stand_on_the_right(opened: docx.document.Document) -> None:
    name, figure = opened.tables[0].rows[1].cells
    assert figure.paragraphs[0].alignment == WD_ALIGN_PARAGRAPH.RIGHT
    assert name.paragraphs[0].alignment is None


def test_no_invisible_mark_is_left_in_the_text(opened: docx.document.Document) -> None:
    text = "".join(paragraph.text for paragraph in opened.paragraphs)
    assert not set(text) & {"\u2068", "\u2069"}


def test_arabic_runs_from_right_to_left() -> None:
    turned = docx.Document(io.BytesIO(word_file(document("ar"))))
    body = turned.element.body
    assert all(p.find("{*}pPr/{*}bidi") is not None for p in body.iter("{*}p"))
    assert body.find(".//{*}tblPr/{*}bidiVisual") is not None
