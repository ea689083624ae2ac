"""A document as plain text of 80 columns, for a terminal."""

import textwrap
from collections.abc import Iterator

from warehouse.documents.document import Document, Fact, Section, Table
from warehouse.report.marked import Marked, plain
from warehouse.report.text import WIDTH, heading, joined, paragraph, specimen_lines

INDENT = "    "


def document_text(document: Document) -> str:
    """The document as text; a row of a table is told as a paragraph, its first cell before it."""
    lang = document.lang
    head = [*heading(Marked(document.title), lang), *paragraph(document.subject, lang)]
    blocks = [specimen_lines(document.is_specimen, lang), head]
    for section in document.sections:
        blocks += _section_blocks(section, lang)
    return joined(blocks, lang)


def _section_blocks(section: Section, lang: str) -> Iterator[list[str]]:
    yield heading(Marked(section.title), lang)
    for said in section.text:
        yield paragraph(said, lang)
    for fact in section.facts:
        yield _fact_lines(fact, lang)
    for said in section.items:
        yield paragraph(Marked(f"- {said}"), lang)
    for table in section.tables:
        if table.numbers:
            # Figures in a row mean nothing without the headings of their columns.
            yield _row_lines(table, tuple(map(Marked, table.headings)), lang)
        for row in table.rows:
            yield _row_lines(table, row, lang)


def _fact_lines(fact: Fact, lang: str) -> list[str]:
    return [plain(Marked(fact.label), lang), *_indented(plain(fact.value, lang))]


def _row_lines(table: Table, row: tuple[Marked, ...], lang: str) -> list[str]:
    first, second, *others = row
    rest = " · ".join(plain(cell, lang) for cell in others if cell)
    named = f"{plain(first, lang)}  {plain(second, lang)}"
    return [*textwrap.wrap(named, WIDTH, break_on_hyphens=False), *_indented(rest)]


def _indented(text: str) -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent=INDENT, subsequent_indent=INDENT, break_on_hyphens=False
    )
