"""What a new version of a submission changed, in the same forms as a report."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from warehouse.report.columns import columns_named, contract_of, label_of
from warehouse.report.figures import number, percent
from warehouse.report.marked import Marked, bare, isolated, plain, quoted, visible
from warehouse.report.words import counted, pair, period_named, word

if TYPE_CHECKING:
    from warehouse.report import Format

SCHEMA_VERSION = "1.0"
"""Of the JSON form; raised like a report's."""

SHOWN_PARTS = 20
CSV_HEADINGS = ("kind", "name", "column_name", "count")
RECORD_KINDS = ("added", "removed", "changed", "unchanged")


@dataclass(frozen=True)
class SubmissionDiff:
    """How the rows of a submission differ from those it replaces, matched by primary key.

    `columns` counts the changed rows by column; `parts_added` and `parts_removed` are masked
    labels; `previous_id` is None for the first submission of its period.
    """

    submission_id: int
    previous_id: int | None
    contract: str
    period: str
    added: int
    removed: int
    changed: int
    unchanged: int
    columns: Mapping[str, int]
    parts_added: tuple[str, ...] = ()
    parts_removed: tuple[str, ...] = ()
    is_specimen: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether the two submissions hold the same rows."""
        return not (self.added or self.removed or self.changed)

    def record_count(self, kind: str) -> int:
        """The number of rows that are added, removed, changed or unchanged."""
        counts = {
            "added": self.added,
            "removed": self.removed,
            "changed": self.changed,
            "unchanged": self.unchanged,
        }
        return counts[kind]


def render_diff(diff: SubmissionDiff, format: "Format", lang: str = "fr") -> str:
    """`diff` in one format and language (fr, ar or en)."""
    match format:
        case "text":
            return _text(diff, lang)
        case "json":
            return _json(diff, lang)
        case "csv":
            return _csv(diff, lang)
        case "html":
            from warehouse.report.html import diff_html

            return diff_html(diff, lang)


def title_of(diff: SubmissionDiff, lang: str) -> Marked:
    """Which submission is compared with which."""
    submission = isolated(str(diff.submission_id))
    if diff.previous_id is None:
        return word("diff_first", lang, number=submission)
    previous = isolated(str(diff.previous_id))
    return word("diff_between", lang, number=submission, previous=previous)


def sentence_of(diff: SubmissionDiff, lang: str) -> Marked:
    """What changed, in one sentence."""
    if diff.is_empty:
        return word("diff_same", lang)
    return word(
        "diff_changes",
        lang,
        added=counted("records_added", diff.added, lang),
        removed=counted("records_removed", diff.removed, lang),
        changed=counted("records_changed", diff.changed, lang),
    )


def subject_of(diff: SubmissionDiff, lang: str) -> Marked:
    """The contract and period that both submissions are about."""
    contract = contract_of(diff.contract)
    title = quoted(contract.title[lang] if contract else diff.contract)
    return Marked(f"{title} · {period_named(diff.period, lang)}")


@dataclass(frozen=True)
class ColumnChange:
    """How many rows changed in one column, and what share of the rows in both submissions."""

    named: Marked
    count: Marked
    share: Marked


def column_changes(diff: SubmissionDiff, lang: str) -> list[ColumnChange]:
    """The columns that changed, the most changed first."""
    contract = contract_of(diff.contract)
    common = max(diff.changed + diff.unchanged, 1)
    return [
        ColumnChange(
            columns_named(contract, name, lang),
            isolated(number(count, lang)),
            isolated(percent(count / common, lang)),
        )
        for name, count in _by_count(diff)
    ]


def _by_count(diff: SubmissionDiff) -> list[tuple[str, int]]:
    changed = ((name, count) for name, count in diff.columns.items() if count)
    return sorted(changed, key=lambda item: (-item[1], item[0]))


def _text(diff: SubmissionDiff, lang: str) -> str:
    from warehouse.report.text import heading, joined, paragraph, specimen_lines

    columns = [
        line
        for change in column_changes(diff, lang)
        for line in paragraph(
            pair(change.named, Marked(f"{change.count} ({change.share})"), lang), lang, indent=2
        )
    ]
    nothing = paragraph(word("no_columns_changed", lang), lang, indent=2)
    return joined(
        [
            specimen_lines(diff.is_specimen, lang),
            heading(title_of(diff, lang), lang),
            [*paragraph(subject_of(diff, lang), lang), *paragraph(sentence_of(diff, lang), lang)],
            [
                line
                for kind in RECORD_KINDS
                for line in paragraph(_record_count(diff, kind, lang), lang, indent=2)
            ],
            [*heading(word("columns_changed", lang), lang), *(columns or nothing)],
            list(_part_lines("parts_added", diff.parts_added, lang)),
            list(_part_lines("parts_removed", diff.parts_removed, lang)),
        ],
        lang,
    )


def _record_count(diff: SubmissionDiff, kind: str, lang: str) -> Marked:
    return pair(word(kind, lang), isolated(number(diff.record_count(kind), lang)), lang)


def _part_lines(key: str, parts: tuple[str, ...], lang: str) -> Iterator[str]:
    from warehouse.report.text import heading, paragraph

    if not parts:
        return
    yield from heading(pair(word(key, lang), isolated(number(len(parts), lang)), lang), lang)
    for part in parts[:SHOWN_PARTS]:
        yield from paragraph(quoted(part), lang, indent=2)
    if len(parts) > SHOWN_PARTS:
        yield "  …"


def _json(diff: SubmissionDiff, lang: str) -> str:
    from warehouse.report.json import written

    contract = contract_of(diff.contract)
    document: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "lang": lang,
        "is_specimen": diff.is_specimen,
        "submission_id": diff.submission_id,
        "previous_id": diff.previous_id,
        "contract": diff.contract,
        "period": diff.period,
        "sentence": plain(sentence_of(diff, lang), lang),
        "rows": {kind: diff.record_count(kind) for kind in RECORD_KINDS},
        "columns": [
            {
                "column": visible(name),
                "column_label": visible(label_of(contract, name, lang)),
                "changed": count,
            }
            for name, count in _by_count(diff)
        ],
        "parts_added": [visible(part) for part in diff.parts_added],
        "parts_removed": [visible(part) for part in diff.parts_removed],
    }
    return written(document)


def _csv(diff: SubmissionDiff, lang: str) -> str:
    from warehouse.report.csv import table_csv

    headings = [bare(word(key, lang)) for key in CSV_HEADINGS]
    return table_csv(headings, _csv_rows(diff, lang), lang, is_specimen=diff.is_specimen)


def _csv_rows(diff: SubmissionDiff, lang: str) -> Iterator[list[str]]:
    contract = contract_of(diff.contract)
    records = bare(word("records", lang))
    for kind in RECORD_KINDS:
        yield [records, bare(word(kind, lang)), "", str(diff.record_count(kind))]
    columns = bare(word("columns_changed", lang))
    for name, count in _by_count(diff):
        yield [columns, visible(label_of(contract, name, lang)), visible(name), str(count)]
    for key, parts in (("parts_added", diff.parts_added), ("parts_removed", diff.parts_removed)):
        for part in parts:
            yield [bare(word(key, lang)), visible(part), "", ""]
