"""A report as CSV that Excel opens right: one finding a row, the true total of its rule beside.

UTF-8 with a byte-order mark. The separator is what Excel expects where the language is read:
a semicolon in French and Arabic (Morocco writes a decimal comma), a comma in English. No cell
can act as a formula.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence

from warehouse.findings import Report
from warehouse.report.groups import DescribedFinding, Group, groups_of
from warehouse.report.marked import bare, plain, visible
from warehouse.report.words import word

BYTE_ORDER_MARK = "\ufeff"
SEPARATORS = {"fr": ";", "ar": ";", "en": ","}
HEADINGS = (
    "severity",
    "code",
    "line",
    "place",
    "column",
    "column_name",
    "value",
    "finding",
    "hint",
    "rule_total",
)

_FORMULA = re.compile(r"(^|[,;|\t])(\s*[\"']*\s*)(?=[=+\-@＝＋－＠])")


def report_csv(report: Report, lang: str) -> str:
    """The listed findings of one file, one a row; a rule with none listed has one row too."""
    headings = [bare(word(key, lang)) for key in HEADINGS]
    rows = (row for group in groups_of(report, lang) for row in _rows(group, lang))
    return table_csv(headings, rows, lang, is_specimen=report.is_specimen)


def table_csv(
    headings: Sequence[str], rows: Iterable[Sequence[str]], lang: str, *, is_specimen: bool
) -> str:
    """A table as CSV; a specimen's last column says SPECIMEN in every row."""
    mark = [bare(word("specimen", lang))] if is_specimen else []
    written = io.StringIO()
    writer = csv.writer(
        written, delimiter=SEPARATORS[lang], quoting=csv.QUOTE_ALL, lineterminator="\r\n"
    )
    for row in [headings, *rows]:
        writer.writerow([inert(cell) for cell in [*row, *mark]])
    return BYTE_ORDER_MARK + written.getvalue()


def inert(cell: str) -> str:
    """`cell` with an apostrophe before whatever a spreadsheet would run.

    A separator inside begins a cell for a reader that takes it as one, so what follows it
    counts too: ``"=1+1"`` becomes ``"'=1+1"``.
    """
    return _FORMULA.sub(r"\1'\2", cell)


def _rows(group: Group, lang: str) -> Iterator[list[str]]:
    for described in group.findings:
        yield _row(group, described, lang)
    if not group.findings:
        yield [
            *_beginning(group, lang, line="", place=""),
            "",
            plain(group.message, lang),
            plain(group.hint, lang),
            str(group.count),
        ]


def _row(group: Group, described: DescribedFinding, lang: str) -> list[str]:
    finding = described.finding
    line = "" if finding.line is None else str(finding.line)
    return [
        *_beginning(group, lang, line=line, place=described.place),
        visible(finding.value or ""),
        plain(described.message, lang),
        plain(described.hint, lang),
        str(group.count),
    ]


def _beginning(group: Group, lang: str, *, line: str, place: str) -> list[str]:
    return [
        bare(word(f"severity_{group.severity}", lang)),
        group.code,
        line,
        visible(place),
        bare(group.label or word("whole_file", lang)),
        visible(group.column or ""),
    ]
