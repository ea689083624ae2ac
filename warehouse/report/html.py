"""A report as one self-contained page: no external asset, prints on A4, works without scripts."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from warehouse.findings import Report
from warehouse.report.figures import number
from warehouse.report.groups import Group, groups_of
from warehouse.report.marked import Marked, html, isolated, plain, quoted
from warehouse.report.outline import (
    LISTED_PARTS,
    cap_note,
    facts_of,
    first_lines,
    group_note,
    parts_not_accepted,
    parts_summary,
    received_before,
    totals_of,
    verdict_of,
)
from warehouse.report.words import DIRECTIONS, counted, word

if TYPE_CHECKING:
    from jinja2 import Environment

    from warehouse.report.diff import SubmissionDiff

TEMPLATES = Path(__file__).with_name("templates")
FIRST_LINES = 5
OPEN_GROUP_FINDINGS = 20
"""A group of at most so many findings stands open when the page is opened or printed."""


@dataclass(frozen=True)
class GroupSection:
    """What the page adds to a group: its first lines, its note, whether it stands open."""

    group: Group
    first_lines: Marked | None
    note: Marked | None

    @property
    def is_open(self) -> bool:
        """Whether the group is short enough to stand open."""
        return len(self.group.findings) <= OPEN_GROUP_FINDINGS

    @property
    def has_places(self) -> bool:
        """Whether its findings lie in parts or archive members."""
        return any(described.place for described in self.group.findings)

    @property
    def has_values(self) -> bool:
        """Whether its findings show values."""
        return any(described.finding.value for described in self.group.findings)


def report_html(report: Report, lang: str) -> str:
    """The report of one file as a page."""
    parts = parts_not_accepted(report)
    sections = [
        GroupSection(group, first_lines(group, FIRST_LINES, lang), group_note(group, lang))
        for group in groups_of(report, lang)
    ]
    return page(
        "report.html.j2",
        lang,
        is_specimen=report.is_specimen,
        title=word("report_title", lang),
        subject=quoted(report.file_name),
        verdict=verdict_of(report, lang),
        received_before=received_before(report, lang),
        facts=facts_of(report, lang),
        totals=totals_of(report, lang),
        cap_note=cap_note(report, lang),
        sections=sections,
        parts_summary=parts_summary(report, lang),
        parts=parts[:LISTED_PARTS],
        parts_note=_parts_note(len(parts), lang),
    )


def diff_html(diff: "SubmissionDiff", lang: str) -> str:
    """The differences between two submissions as a page."""
    from warehouse.report.diff import (
        RECORD_KINDS,
        column_changes,
        sentence_of,
        subject_of,
        title_of,
    )

    return page(
        "diff.html.j2",
        lang,
        is_specimen=diff.is_specimen,
        title=word("diff_title", lang),
        subject=subject_of(diff, lang),
        between=title_of(diff, lang),
        sentence=sentence_of(diff, lang),
        record_counts=[(kind, diff.record_count(kind)) for kind in RECORD_KINDS],
        changes=column_changes(diff, lang),
        parts={"parts_added": diff.parts_added, "parts_removed": diff.parts_removed},
    )


def _parts_note(count: int, lang: str) -> Marked | None:
    if count <= LISTED_PARTS:
        return None
    listed = isolated(number(LISTED_PARTS, lang))
    return word("parts_listed_of", lang, listed=listed, total=isolated(number(count, lang)))


def page(template: str, lang: str, **values: Any) -> str:
    """A template of this package filled with `values`, in `lang`."""
    return (
        _environment()
        .get_template(template)
        .render(
            lang=lang,
            dir=DIRECTIONS[lang],
            m=lambda marked: html(marked, lang),
            plain=lambda marked: plain(marked, lang),
            w=lambda key, **own: html(word(key, lang, **own), lang),
            n=lambda value: html(isolated(number(value, lang)), lang),
            q=lambda value: html(quoted(value), lang),
            counted=lambda key, count: html(counted(key, count, lang), lang),
            **values,
        )
    )


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
