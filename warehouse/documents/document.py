"""A document to read on a screen or on paper: sections of sentences, facts, tables and pictures.

What it says is put together once; `html` and `pdf` set it, in any of the three languages.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from warehouse.report.marked import Marked, bare

Format = Literal["html", "pdf"]

LAYOUT = Path(__file__).parent / "templates" / "document.typ"
WATERMARK = "SPECIMEN"


@dataclass(frozen=True)
class Fact:
    """One thing said, under its label."""

    label: str
    value: Marked


@dataclass(frozen=True)
class Table:
    """Rows of cells under headings; `widths` are shares of the page, `numbers` the places of
    columns of figures."""

    headings: tuple[str, ...]
    rows: tuple[tuple[Marked, ...], ...]
    widths: tuple[float, ...]
    numbers: tuple[int, ...] = ()
    caption: str = ""


@dataclass(frozen=True)
class Picture:
    """A drawing as SVG, and in words what it shows; a tall one is given more of the page."""

    svg: str
    caption: str
    is_tall: bool = False


@dataclass(frozen=True)
class Section:
    """A heading and what stands below it, in this order."""

    title: str
    text: tuple[Marked, ...] = ()
    facts: tuple[Fact, ...] = ()
    items: tuple[Marked, ...] = ()
    pictures: tuple[Picture, ...] = ()
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True)
class Document:
    """All that a document says, in one language."""

    lang: str
    title: str
    subject: Marked
    sections: tuple[Section, ...]
    is_specimen: bool = False


def rendered(document: Document, format: Format) -> bytes:
    """The document as one self-contained page, or as PDF."""
    return pdf(document) if format == "pdf" else html(document).encode()


def html(document: Document) -> str:
    """The document as one self-contained page."""
    from warehouse.report.html import page

    return page(
        "document.html.j2",
        document.lang,
        is_specimen=document.is_specimen,
        title=Marked(document.title),
        subject=document.subject,
        sections=document.sections,
    )


def pdf(document: Document) -> bytes:
    """The document as PDF on A4; the same document gives the same bytes."""
    import fontpkg_noto_sans
    import fontpkg_noto_sans_arabic
    import typst

    from warehouse.report.words import DIRECTIONS, word

    content = asdict(document) | {
        "direction": DIRECTIONS[document.lang],
        "organisation": bare(word("organisation", document.lang)),
        "specimen_notice": bare(word("specimen_notice", document.lang)),
        "watermark": WATERMARK,
    }
    made: bytes = typst.compile(
        str(LAYOUT),
        format="pdf",
        font_paths=[str(fontpkg_noto_sans.ROOT), str(fontpkg_noto_sans_arabic.ROOT)],
        ignore_system_fonts=True,
        sys_inputs={"content": json.dumps(content, ensure_ascii=False)},
        timestamp=0,
    )
    return made
