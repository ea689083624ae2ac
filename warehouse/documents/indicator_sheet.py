"""The catalogue as documents: the list of all indicators by theme, and the sheet of one of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from warehouse.catalogue import (
    Codes,
    Facts,
    coherence_rows,
    coherence_said,
    definition_facts,
    dimension_rows,
    frequencies_said,
    providers_said,
    quality_facts,
    word,
)
from warehouse.documents.document import Document, Fact, Section, Table
from warehouse.indicator import Dataflow
from warehouse.releasing.shown import Shown, shown_now, under_headings
from warehouse.report.figures import period_name
from warehouse.report.marked import Marked, apart, isolated

CODES_SHOWN = 12
"""Labels of a code list that the sheet shows; the JSON form has them all."""
LIST_WIDTHS = (2.6, 4.0, 0.9, 2.0, 1.4, 2.6)
DIMENSION_WIDTHS = (1.6, 2.2, 5.0)
COHERENCE_WIDTHS = (3.4, 2.6, 1.2, 1.6, 1.0)


@dataclass(frozen=True)
class Entry:
    """One indicator of the catalogue: its definition, and what a release says of it.

    `quality` and `last_period` are None of an indicator that was never released.
    """

    definition: Dataflow
    disclosure: Mapping[str, Any]
    quality: Mapping[str, Any] | None = None
    last_period: str | None = None
    is_specimen: bool = False
    frozen: Shown | None = None
    frozen_codes: Codes | None = None

    @property
    def shown(self) -> Shown:
        """What is shown beside the definition: as the release froze it, else today's files."""
        return self.frozen or shown_now(self.definition)

    @property
    def id(self) -> str:
        """The dataflow's id, such as DF_EMP_DECLARED."""
        return self.definition.id


def indicator_list(entries: Sequence[Entry], lang: str) -> Document:
    """Every indicator under the heading of its theme."""
    headings = ("id", "title", "stock_flow", "frequencies", "last_period", "sources")
    sections = tuple(
        Section(
            heading[lang],
            tables=(
                Table(
                    headings=tuple(word(key, lang) for key in headings),
                    rows=tuple(_listed(entry, lang) for entry in group),
                    widths=LIST_WIDTHS,
                ),
            ),
        )
        for heading, group in under_headings(entries)
    )
    is_specimen = any(entry.is_specimen for entry in entries)
    subject = Marked(word("catalogue_subject", lang))
    return Document(lang, word("catalogue_title", lang), subject, sections, is_specimen)


def _listed(entry: Entry, lang: str) -> tuple[Marked, ...]:
    definition = entry.definition
    return (
        isolated(definition.id),
        apart(definition.title[lang]),
        Marked(word(definition.stock_flow, lang)),
        Marked(frequencies_said(definition, entry.shown, lang)),
        _period(entry.last_period, lang),
        Marked(providers_said(entry.shown, lang)),
    )


def _period(period: str | None, lang: str) -> Marked:
    return Marked((period_name(period, lang) or period) if period else "–")


def indicator_sheet(entry: Entry, codes: Codes, lang: str) -> Document:
    """One indicator whole: definition, dimensions with their codes, quality."""
    definition = entry.definition
    told = _facts(definition_facts(definition, entry.disclosure, entry.shown, lang))
    providers = Fact(word("sources", lang), Marked(providers_said(entry.shown, lang)))
    last = Fact(word("last_period", lang), _period(entry.last_period, lang))
    headings = ("dimension", "code_list", "codes")
    rows = dimension_rows(definition.dimensions, codes, lang, CODES_SHOWN)
    table = Table(
        headings=tuple(word(key, lang) for key in headings),
        rows=tuple((Marked(name), isolated(ids), Marked(shown)) for name, ids, shown in rows),
        widths=DIMENSION_WIDTHS,
    )
    sections = (
        Section(
            word("section_definition", lang),
            text=(apart(definition.definition[lang]),),
            facts=(providers, last, *told),
        ),
        Section(word("section_dimensions", lang), tables=(table,)),
        _quality(entry, lang),
        *_coherence(entry, codes, lang),
    )
    subject = Marked(f"{isolated(definition.id)} · {entry.shown.theme[lang]}")
    return Document(lang, definition.title[lang], subject, sections, entry.is_specimen)


def _quality(entry: Entry, lang: str) -> Section:
    if entry.quality is None:
        return Section(word("section_quality", lang), text=(Marked(word("not_measured", lang)),))
    caution = (Marked(word("quality_of_specimen", lang)),) if entry.is_specimen else ()
    facts = _facts(quality_facts(entry.definition, entry.quality, lang))
    return Section(word("section_quality", lang), text=caution, facts=facts)


def _coherence(entry: Entry, codes: Codes, lang: str) -> tuple[Section, ...]:
    """The figures that a specimen is calibrated to; no section where none is told."""
    told = (entry.quality or {}).get("coherence")
    if not told or not told["figures"]:
        return ()
    headings = (
        *("published_figure", "published_source"),
        *("published_value", "specimen_value", "difference"),
    )
    table = Table(
        headings=tuple(word(key, lang) for key in headings),
        rows=tuple(
            (apart(what), isolated(source), *map(isolated, figures))
            for what, source, *figures in coherence_rows(entry.definition, told, codes, lang)
        ),
        widths=COHERENCE_WIDTHS,
        numbers=(2, 3, 4),
    )
    said = (apart(coherence_said(told, lang)),)
    return (Section(word("section_coherence", lang), text=said, tables=(table,)),)


def _facts(facts: Facts) -> tuple[Fact, ...]:
    return tuple(Fact(label, apart(value)) for label, value in facts)
