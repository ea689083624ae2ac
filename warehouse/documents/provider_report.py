"""The synthesis report of an institution: how well its extracts come, and what would help.

Timeliness, completeness, versions, rejects, kinds of errors, unknown codes, coherence with other
sources, twelve months' trend. It goes back to the institution: nothing in it is of a person.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date

from warehouse.contracts.contract import Contract
from warehouse.documents.document import Document, Fact, Picture, Section, Table
from warehouse.documents.drawing import Series, line_picture
from warehouse.documents.facts import said
from warehouse.documents.provider_figures import ProviderFigures, Sent
from warehouse.messages import word
from warehouse.periods import last_day
from warehouse.report.columns import label_of
from warehouse.report.figures import day, number, percent
from warehouse.report.groups import groups_of
from warehouse.report.marked import Marked, apart, isolated
from warehouse.report.words import listed, period_named
from warehouse.status import StatusRow

LISTED_KINDS = 15
"""Kinds of findings that the report tells, the most frequent first."""
LISTED_GATES = 20


def provider_report(figures: ProviderFigures, lang: str) -> Document:
    """The report of `figures` in `lang`."""
    title = figures.contracts[0].provider_title[lang]
    sections = [
        _synthesis(figures, lang),
        _timeliness(figures, lang),
        _files(figures, lang),
        _kinds(figures, lang),
        _codes(figures, lang),
        _coherence(figures, lang),
        _trend(figures, lang),
    ]
    return Document(
        lang,
        said("report_title", lang),
        Marked(f"{title} · {period_named(figures.period, lang)}"),
        tuple(section for section in sections if section is not None),
        figures.is_specimen,
    )


def _synthesis(figures: ProviderFigures, lang: str) -> Section:
    due = _due(figures)
    came = [row for row in due if row.received_at]
    on_time = [row for row in came if row.on_time]
    rows = sum(one.report.rows for one in figures.sent)
    erroneous = sum(one.report.total("error") for one in figures.sent)
    facts = {
        "window": said(
            "from_to", lang, since=day(figures.since, lang), until=day(figures.until, lang)
        ),
        "extracts": isolated(number(len(figures.contracts), lang)),
        "received": _of(len(came), len(due), lang),
        "on_time": _of(len(on_time), len(due), lang),
        "late": isolated(number(sum(row.is_late for row in due), lang)),
        "files": isolated(number(len(figures.sent), lang)),
        "corrected": isolated(number(sum(one.version > 1 for one in figures.sent), lang)),
        "rejected": isolated(number(sum(one.state == "rejected" for one in figures.sent), lang)),
        "rows_read": isolated(number(rows, lang)),
        "errors_per_thousand": isolated(number(round(1000 * erroneous / rows, 2), lang))
        if rows
        else "",
        "unmapped": _unmapped_share(figures, lang),
    }
    return Section(said("section_synthesis", lang), facts=_facts(facts, lang))


def _due(figures: ProviderFigures) -> list[StatusRow]:
    """What should have come: all but what is still expected."""
    return [row for row in figures.expected if row.state != "expected"]


def _of(count: int, total: int, lang: str) -> str:
    shown = isolated(number(count, lang)), isolated(number(total, lang))
    share = isolated(percent(count / total, lang)) if total else ""
    return said("count_of", lang, count=shown[0], total=shown[1], share=share) if total else ""


def _unmapped_share(figures: ProviderFigures, lang: str) -> str:
    given = sum(c.row_count - c.missing_count for c in figures.coverage)
    unmapped = sum(c.unmapped_count for c in figures.coverage)
    return isolated(percent(unmapped / given, lang)) if given else ""


def _facts(facts: Mapping[str, str], lang: str) -> tuple[Fact, ...]:
    return tuple(Fact(said(key, lang), Marked(value)) for key, value in facts.items() if value)


def _timeliness(figures: ProviderFigures, lang: str) -> Section:
    """One row an extract that was expected: the reported period, and how the year went."""
    told = {row.contract for row in figures.expected}
    expected = [found for found in figures.contracts if found.id in told]
    text = tuple(part for part in (_not_due(figures, told, lang),) if part)
    if not expected:
        return Section(said("section_timeliness", lang), text=text)
    rows = tuple(_timeliness_row(figures, found, lang) for found in expected)
    headings = ("extract", "period", "due_date", "received_on", "state", "on_time", "received")
    table = Table(
        tuple(said(key, lang) for key in headings), rows, (2.4, 1.3, 1.4, 1.4, 1.2, 1.1, 1.1)
    )
    return Section(
        said("section_timeliness", lang),
        text=(said("timeliness_note", lang), *text),
        tables=(table,),
    )


def _not_due(figures: ProviderFigures, told: set[str], lang: str) -> Marked | None:
    """How many extracts agreed were not due in the twelve months, and which."""
    titles = [Marked(found.title[lang]) for found in figures.contracts if found.id not in told]
    if not titles:
        return None
    return said(
        "not_due", lang, count=isolated(number(len(titles), lang)), titles=listed(titles, lang)
    )


def _timeliness_row(figures: ProviderFigures, found: Contract, lang: str) -> tuple[Marked, ...]:
    last = figures.of_period(found)
    rows = [row for row in _due(figures) if row.contract == found.id]
    came = [row for row in rows if row.received_at]
    reported = next(
        (r for r in figures.expected if (r.contract, r.period) == (found.id, last)), None
    )
    shown = [Marked("–")] * 4
    if reported is not None and last is not None:
        shown = [
            isolated(last),
            _day(reported.due),
            _day(reported.received_at),
            Marked(word(f"state_{reported.state}", lang)),
        ]
    counts = (sum(bool(row.on_time) for row in came), len(came))
    return (
        Marked(found.title[lang]),
        *shown,
        *(isolated(f"{count} / {len(rows)}") if rows else Marked("–") for count in counts),
    )


def _day(instant: str | None) -> Marked:
    """The day of an instant; a dash for none: a campaign has no due date."""
    if instant is None:
        return Marked("–")
    return isolated(date.fromisoformat(instant[:10]).strftime("%d/%m/%Y"))


def _files(figures: ProviderFigures, lang: str) -> Section | None:
    """The files of the reported period, with every version."""
    reported = {found.id: figures.of_period(found) for found in figures.contracts}
    files = [one for one in figures.sent if reported.get(one.contract) == one.period]
    if not files:
        return None
    headings = (
        "submission", "extract", "period", "version", "state", "rows_read", "errors", "warnings",
    )  # fmt: skip
    table = Table(
        tuple(said(key, lang) for key in headings),
        tuple(_file_row(figures, one, lang) for one in files),
        (0.8, 2.6, 1.2, 0.9, 1.3, 1.2, 1.0, 1.3),
        numbers=(0, 3, 5, 6, 7),
    )
    return Section(said("section_files", lang), tables=(table,))


def _file_row(figures: ProviderFigures, one: Sent, lang: str) -> tuple[Marked, ...]:
    found = next(c for c in figures.contracts if c.id == one.contract)
    counts = (one.report.rows, one.report.total("error"), one.report.total("warning"))
    return (
        isolated(str(one.number)),
        Marked(found.title[lang]),
        isolated(one.period),
        isolated(str(one.version)),
        Marked(word(f"state_{one.state}", lang)),
        *(isolated(number(count, lang)) for count in counts),
    )


def _kinds(figures: ProviderFigures, lang: str) -> Section | None:
    """The kinds of findings of the twelve months, the most frequent first."""
    counts: Counter[tuple[str, str, str, Marked, Marked]] = Counter()
    for one in figures.sent:
        for group in groups_of(one.report, lang):
            if group.severity != "information":
                key = (
                    one.contract,
                    group.severity,
                    group.code,
                    group.label or Marked(""),
                    group.message,
                )
                counts[key] += group.count
    if not counts:
        return None
    titles = {c.id: c.title[lang] for c in figures.contracts}
    rows = tuple(
        (
            isolated(code),
            Marked(titles[contract_id]),
            label,
            message,
            said(f"severity_{severity}", lang),
            isolated(number(count, lang)),
        )
        for (contract_id, severity, code, label, message), count in counts.most_common(LISTED_KINDS)
    )
    headings = ("rule", "extract", "column", "finding", "severity", "count")
    table = Table(
        tuple(said(key, lang) for key in headings), rows, (0.9, 1.6, 1.5, 3.2, 1.1, 0.9), (5,)
    )
    return Section(said("section_kinds", lang), tables=(table,))


def _codes(figures: ProviderFigures, lang: str) -> Section | None:
    """How far the codes are known of each column that leaves some unknown or not given."""
    if not figures.coverage:
        return None
    wanting = [one for one in figures.coverage if one.unmapped_count or one.missing_count]
    whole = said(
        "codes_known",
        lang,
        count=isolated(number(len(figures.coverage) - len(wanting), lang)),
        total=isolated(number(len(figures.coverage), lang)),
    )
    if not wanting:
        return Section(said("section_unmapped", lang), text=(whole,))
    agreed = {c.id: c for c in figures.contracts}
    rows = tuple(
        (
            Marked(agreed[one.contract].title[lang]),
            Marked(label_of(agreed[one.contract], one.column, lang)),
            isolated(number(one.row_count, lang)),
            isolated(percent(one.missing_count / one.row_count, lang))
            if one.row_count
            else Marked(""),
            isolated(number(one.unmapped_count, lang)),
            isolated(percent(one.unmapped_share, lang)),
        )
        for one in sorted(wanting, key=lambda c: -c.unmapped_share)
    )
    headings = ("extract", "variable", "rows_read", "not_given", "unmapped_rows", "unmapped")
    table = Table(
        tuple(said(key, lang) for key in headings),
        rows,
        (2.2, 2.3, 0.9, 1.1, 1.1, 1.1),
        (2, 3, 4, 5),
    )
    return Section(
        said("section_unmapped", lang),
        text=(said("unmapped_note", lang), whole),
        tables=(table,),
    )


def _coherence(figures: ProviderFigures, lang: str) -> Section | None:
    """What plausibility found, failures first; coherence with other sources is among it."""
    failed = [
        (verdict, result)
        for verdict in figures.gates
        for result in verdict.results
        if not result.success and result.severity != "information"
    ]
    judged = sum(len(verdict.results) for verdict in figures.gates)
    if not judged:
        return None
    text = said(
        "coherence_summary",
        lang,
        judged=isolated(number(judged, lang)),
        failed=isolated(number(len(failed), lang)),
    )
    titles = {c.id: c.title[lang] for c in figures.contracts}
    newest = sorted(failed, key=lambda pair: last_day(pair[0].period), reverse=True)
    rows = tuple(
        (
            Marked(titles[verdict.contract]),
            isolated(verdict.period),
            apart(result.message[lang]),
        )
        for verdict, result in newest[:LISTED_GATES]
    )
    headings = tuple(said(key, lang) for key in ("extract", "period", "finding"))
    tables = (Table(headings, rows, (1.6, 0.9, 4.5)),) if rows else ()
    return Section(said("section_coherence", lang), text=(text,), tables=tables)


def _trend(figures: ProviderFigures, lang: str) -> Section | None:
    """Rows and errors of each period, drawn and told."""
    counted = list(_counted(figures))
    if not counted:
        return None
    by_rows = [Series(found.title[lang], rows) for found, rows, _ in counted]
    by_errors = [Series(found.title[lang], errors) for found, _, errors in counted]
    pictures = [Picture(line_picture(by_rows, lang), said("picture_rows", lang))]
    has_errors = any(share for series in by_errors for _, share in series.values)
    if has_errors:
        drawn = line_picture(by_errors, lang, as_share=True)
        pictures.append(Picture(drawn, said("picture_errors", lang)))
    rows = tuple(
        (Marked(found.title[lang]), isolated(period), isolated(number(count or 0, lang)),
         isolated(percent(share or 0.0, lang)))
        for found, counts, shares in counted
        for (period, count), (_, share) in zip(counts, shares, strict=True)
        if count or share
    )  # fmt: skip
    headings = ("extract", "period", "rows_read", "error_share")
    table = Table(tuple(said(key, lang) for key in headings), rows, (3, 1.2, 1.2, 1.2), (2, 3))
    text = () if has_errors else (said("no_errors", lang),)
    return Section(
        said("section_trend", lang), text=text, pictures=tuple(pictures), tables=(table,)
    )


Points = list[tuple[str, float | None]]


def _counted(figures: ProviderFigures) -> Iterator[tuple[Contract, Points, Points]]:
    """For each extract, the rows that count today, and the errors by row of all files that came."""
    for found in figures.contracts:
        came = [
            row for row in figures.expected if row.contract == found.id and row.rows is not None
        ]
        if came:
            rows: Points = [(row.period, row.rows) for row in came]
            shares: Points = [
                (row.period, _error_share(figures, found, row.period)) for row in came
            ]
            yield found, rows, shares


def _error_share(figures: ProviderFigures, found: Contract, period: str) -> float | None:
    files = [one.report for one in figures.sent if (one.contract, one.period) == (found.id, period)]
    read = sum(report.rows for report in files)
    return sum(report.total("error") for report in files) / read if read else None
