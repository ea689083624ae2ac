"""A report as plain text of 80 columns, for a terminal and for a log."""

import textwrap
from collections.abc import Iterable, Iterator

from warehouse.findings import PartResult, Report
from warehouse.report.figures import number
from warehouse.report.groups import DescribedFinding, Group, groups_of
from warehouse.report.marked import RIGHT_TO_LEFT_MARK, Marked, isolated, plain, quoted
from warehouse.report.outline import (
    Fact,
    cap_note,
    facts_of,
    first_lines,
    parts_not_accepted,
    parts_summary,
    received_before,
    totals_of,
    verdict_of,
)
from warehouse.report.words import counted, listed, pair, word

WIDTH = 80
FACT_LABEL_WIDTH = 16
SHOWN_LINES = 10
SHOWN_PARTS = 20
LINE_BY_LINE_FORMATS = "html, csv, json"


def report_text(report: Report, lang: str) -> str:
    """The report of one file as text: verdict, facts, findings by rule and column, parts."""
    verdict = verdict_of(report, lang)
    blocks = [
        specimen_lines(report.is_specimen, lang),
        [
            *paragraph(verdict.sentence, lang),
            *paragraph(verdict.next_step, lang),
            *_already_received(report, lang),
        ],
        fact_lines(facts_of(report, lang), lang),
        list(_finding_lines(report, lang)),
        list(_part_lines(report, lang)),
    ]
    return joined(blocks, lang)


def joined(blocks: Iterable[list[str]], lang: str) -> str:
    """Blocks of lines with an empty line between; Arabic lines begin from the right."""
    mark = RIGHT_TO_LEFT_MARK if lang == "ar" else ""
    lines = "\n\n".join("\n".join(block) for block in blocks if block).split("\n")
    return "\n".join(mark + line if line else line for line in lines) + "\n"


def specimen_lines(is_specimen: bool, lang: str) -> list[str]:
    """The notice that a text about a specimen begins with."""
    if not is_specimen:
        return []
    return paragraph(
        Marked(f"*** {word('specimen', lang)} *** {word('specimen_notice', lang)}"), lang
    )


def paragraph(text: Marked, lang: str, indent: int = 0) -> list[str]:
    """`text` in lines of at most WIDTH characters; a value too long for one is cut in two."""
    margin = " " * indent
    return textwrap.wrap(
        plain(text, lang),
        WIDTH,
        initial_indent=margin,
        subsequent_indent=margin,
        break_on_hyphens=False,
    )


def fact_lines(facts: Iterable[Fact], lang: str) -> list[str]:
    """Facts one a line, their values under each other."""
    return [line for fact in facts for line in _fact_lines(fact, lang)]


def _fact_lines(fact: Fact, lang: str) -> list[str]:
    return textwrap.wrap(
        plain(fact.value, lang),
        WIDTH,
        initial_indent=plain(fact.label, lang).ljust(FACT_LABEL_WIDTH),
        subsequent_indent=" " * FACT_LABEL_WIDTH,
        break_on_hyphens=False,
    )


def _already_received(report: Report, lang: str) -> list[str]:
    return [line for said in received_before(report, lang) for line in paragraph(said, lang)]


def _finding_lines(report: Report, lang: str) -> Iterator[str]:
    groups = groups_of(report, lang)
    if not groups:
        yield from paragraph(word("no_findings", lang), lang)
        return
    yield from heading(pair(word("totals", lang), totals_of(report, lang), lang), lang)
    if note := cap_note(report, lang):
        yield from paragraph(note, lang)
    for group in groups:
        yield ""
        yield from _group_lines(group, lang)
    yield ""
    formats = isolated(LINE_BY_LINE_FORMATS)
    yield from paragraph(word("more_in", lang, formats=formats), lang)


def heading(text: Marked, lang: str) -> list[str]:
    """A heading with a rule under it."""
    lines = paragraph(text, lang)
    return [*lines, "-" * max(len(line) for line in lines)]


def _group_lines(group: Group, lang: str) -> Iterator[str]:
    severity = plain(word(f"severity_{group.severity}", lang), lang).upper()
    where = group.column_named or word("whole_file", lang)
    count = counted("times", group.count, lang)
    code = isolated(group.code)
    yield from paragraph(listed([Marked(f"{severity} {code} · {where}"), count], lang), lang)
    yield from paragraph(group.message, lang, indent=2)
    if group.hint:
        yield from paragraph(Marked(f"> {group.hint}"), lang, indent=2)
    yield from _place_lines(group, lang)


def _place_lines(group: Group, lang: str) -> Iterator[str]:
    """Where the first findings are: line numbers, or lines with their parts and values."""
    shown = group.findings[:SHOWN_LINES]
    if any(d.place or d.finding.value for d in shown):
        for described in shown:
            yield from paragraph(_place(described, lang), lang, indent=4)
        if group.count > len(shown):
            yield "    …"
    elif lines := first_lines(group, SHOWN_LINES, lang):
        key = "one_line" if group.count == 1 else "lines"
        yield from paragraph(word(key, lang, lines=lines), lang, indent=4)


def _place(described: DescribedFinding, lang: str) -> Marked:
    finding = described.finding
    pieces = [quoted(described.place)] if described.place else []
    if finding.line is not None:
        lines = isolated(number(finding.line, lang))
        pieces.append(word("one_line", lang, lines=lines))
    where = listed(pieces, lang)
    return pair(where, quoted(finding.value), lang) if finding.value else where


def _part_lines(report: Report, lang: str) -> Iterator[str]:
    summary = parts_summary(report, lang)
    if not summary:
        return
    yield from heading(pair(word("parts", lang), summary, lang), lang)
    parts = parts_not_accepted(report)
    for part in parts[:SHOWN_PARTS]:
        yield from paragraph(_part(part, lang), lang, indent=2)
    if len(parts) > SHOWN_PARTS:
        yield "  …"


def _part(part: PartResult, lang: str) -> Marked:
    state = word(f"state_{part.state}", lang)
    counts = [
        counted("rows", part.rows, lang),
        counted("errors", part.errors, lang),
    ]
    return pair(Marked(f"{quoted(part.label)} · {state}"), listed(counts, lang), lang)
