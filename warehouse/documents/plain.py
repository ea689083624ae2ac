"""A document as plain text, for a terminal: its sentences in 80 columns, its figures aligned."""

import textwrap
from collections.abc import Iterator

from warehouse.documents.document import Document, Fact, Section, Table
from warehouse.report.marked import Marked, plain
from warehouse.report.text import WIDTH, heading, joined, paragraph, specimen_lines

INDENT = "    "
TABLE_WIDTH = 110


def document_text(document: Document) -> str:
    """The document as text.

    A table of figures is aligned under its headings; a row of another one is told as a paragraph,
    its first cell before it.
    """
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
            yield _aligned(table, lang)
        else:
            for row in table.rows:
                yield _row_lines(row, lang)


def _fact_lines(fact: Fact, lang: str) -> list[str]:
    return [plain(Marked(fact.label), lang), *_indented(plain(fact.value, lang))]


def _aligned(table: Table, lang: str) -> list[str]:
    """The table under its headings, wider than the sentences where it has to be."""
    from rich.console import Console
    from rich.table import Table as Aligned

    aligned = Aligned(box=None, pad_edge=False, show_edge=False)
    for place, name in enumerate(table.headings):
        is_number = place in table.numbers
        aligned.add_column(
            plain(Marked(name), lang), justify="right" if is_number else "left", no_wrap=is_number
        )
    for row in table.rows:
        aligned.add_row(*(plain(cell, lang) for cell in row))
    console = Console(width=TABLE_WIDTH, color_system=None, force_terminal=False)
    with console.capture() as captured:
        console.print(aligned)
    return [line.rstrip() for line in captured.get().splitlines()]


def _row_lines(row: tuple[Marked, ...], lang: str) -> list[str]:
    first, second, *others = row
    rest = " · ".join(plain(cell, lang) for cell in others if cell)
    named = f"{plain(first, lang)}  {plain(second, lang)}"
    return [*textwrap.wrap(named, WIDTH, break_on_hyphens=False), *_indented(rest)]


def _indented(text: str) -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent=INDENT, subsequent_indent=INDENT, break_on_hyphens=False
    )
