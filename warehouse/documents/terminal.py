"""A document for a terminal: its sentences wrapped, its tables aligned."""

from warehouse.documents.document import Document, Section, Table
from warehouse.report.marked import plain
from warehouse.report.text import heading, joined, paragraph, specimen_lines

WIDTH = 110
"""Columns of a table; its sentences are narrower."""


def text(document: Document) -> str:
    """The document as plain text."""
    lang = document.lang
    blocks = [
        specimen_lines(document.is_specimen, lang),
        [document.title, *paragraph(document.subject, lang)],
    ]
    for section in document.sections:
        blocks += _blocks(section, lang)
    return joined(blocks, lang)


def _blocks(section: Section, lang: str) -> list[list[str]]:
    sentences = [line for sentence in section.text for line in paragraph(sentence, lang)]
    facts = [
        f"{plain(fact.value, lang):>8}  {plain(fact.label, lang)}"  # type: ignore[arg-type]
        for fact in section.facts
    ]
    items = [line for item in section.items for line in paragraph(item, lang, indent=2)]
    tables = [_table_lines(table, lang) for table in section.tables]
    return [[*heading(section.title, lang), *sentences], facts, *tables, items]  # type: ignore[arg-type]


def _table_lines(table: Table, lang: str) -> list[str]:
    from rich.console import Console
    from rich.table import Table as Aligned

    aligned = Aligned(box=None, pad_edge=False, show_edge=False)
    for place, name in enumerate(table.headings):
        justify = "right" if place in table.numbers else "left"
        aligned.add_column(plain(name, lang), justify=justify)  # type: ignore[arg-type]
    for row in table.rows:
        aligned.add_row(*(plain(cell, lang) for cell in row))
    console = Console(width=WIDTH, color_system=None, force_terminal=False)
    with console.capture() as captured:
        console.print(aligned)
    return [line.rstrip() for line in captured.get().splitlines()]
