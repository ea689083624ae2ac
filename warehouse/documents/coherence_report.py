"""The report that sets sources side by side: for the steward, from released figures alone."""

from collections.abc import Sequence
from typing import Any

from warehouse.coherence.comparison import Comparison, Published
from warehouse.coherence.judging import DRIFT, REVISION, Judged
from warehouse.documents.document import Document, Fact, Section, Table
from warehouse.messages import words
from warehouse.releasing.published import Release
from warehouse.report.figures import day, number, percent, period_name
from warehouse.report.marked import Marked, apart, isolated

NONE = Marked("–")
WIDTHS = (3.2, 1.4, 2.2, 0.9, 1.3, 1.6)
STATUSES = {"P": "provisional", "E": "estimated"}
LARGE = 100
"""From here on a figure is told without decimals."""

Row = tuple[Comparison, Sequence[Judged]]


def coherence_report(rows: Sequence[Row], release: Release, lang: str) -> Document:
    """The report of judged comparisons on `release`, in `lang`."""
    return Document(
        lang,
        said("title", lang),
        said(
            "subject",
            lang,
            release=isolated(str(release.number)),
            day=isolated(day(release.released_at.date(), lang)),
        ),
        (_summary(rows, release, lang), *(_section(c, judged, lang) for c, judged in rows)),
        release.is_specimen,
    )


def said(key: str, lang: str, **values: Any) -> Marked:
    """The words `key` of messages/words/coherence.yml, filled with `values`."""
    return apart(str(words("coherence")[key][lang]).format_map(values))


def _summary(rows: Sequence[Row], release: Release, lang: str) -> Section:
    figures = [figure for _, judged in rows for figure in judged]
    counts = {
        "comparisons": len(rows),
        "unexpected_count": sum(f.verdict == "unexpected" for f in figures),
        "moved_count": sum(f.has_moved for f in figures),
        "absent_count": sum(f.verdict == "absent" for f in figures),
    }
    notes = ["note", "specimen_note"] if release.is_specimen else ["note"]
    return Section(
        said("section_summary", lang),
        text=tuple(said(note, lang) for note in notes),
        facts=tuple(
            Fact(said(key, lang), isolated(number(count, lang))) for key, count in counts.items()
        ),
    )


def _section(comparison: Comparison, judged: Sequence[Judged], lang: str) -> Section:
    table = Table(
        tuple(
            said(key, lang)
            for key in ("figure", "value", "period", "ratio", "expected_range", "verdict")
        ),
        tuple(_row(figure, lang) for figure in judged),
        WIDTHS,
        numbers=(1, 3, 4),
        caption=comparison.unit[lang],
    )
    return Section(
        comparison.title[lang],
        text=(apart(comparison.concept[lang]),),
        tables=(table,),
        items=tuple(item for figure in judged for item in _reasons(figure, lang)),
    )


def _row(figure: Judged, lang: str) -> tuple[Marked, ...]:
    label = apart(figure.compared.label[lang])
    verdict = said(f"verdict_{figure.verdict}", lang)
    if figure.has_moved:
        verdict = said("moved", lang, verdict=verdict)
    return (label, _value(figure, lang), _period(figure, lang), *_ratio(figure, lang), verdict)


def _value(figure: Judged, lang: str) -> Marked:
    if figure.value is None:
        return NONE
    value = figure.value.value
    return isolated(number(round(value) if abs(value) >= LARGE else round(value, 1), lang))


def _period(figure: Judged, lang: str) -> Marked:
    if figure.value is None:
        return NONE
    period = isolated(period_name(figure.value.period, lang) or figure.value.period)
    origin = figure.compared.origin
    if isinstance(origin, Published):
        return said("published_by", lang, period=period, source=isolated(origin.source[lang]))
    status = STATUSES.get(figure.value.status)
    return said(status, lang, period=period) if status else period


def _ratio(figure: Judged, lang: str) -> tuple[Marked, Marked]:
    expected = figure.compared.expected
    if expected is None:
        return NONE, NONE
    low, high = (isolated(number(end, lang)) for end in (expected.low, expected.high))
    told = figure.ratio is not None and figure.verdict != "specimen"
    ratio = isolated(number(round(figure.ratio or 0, 2), lang)) if told else NONE
    return ratio, said("range", lang, low=low, high=high)


def _reasons(figure: Judged, lang: str) -> list[Marked]:
    """Why the figure is not the reference's, and how it has moved."""
    source = isolated(figure.compared.label[lang])
    found = []
    if figure.compared.why:
        found.append(said("why", lang, source=source, why=figure.compared.why[lang]))
    changes = (("revised", figure.revision, REVISION), ("drifted", figure.drift, DRIFT))
    for key, change, bound in changes:
        if change is not None and abs(change) > bound:
            share = isolated(percent(abs(change), lang))
            found.append(said(key, lang, source=source, share=share))
    return found
