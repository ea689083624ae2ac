"""The receipt of a submission: what the sender keeps as proof."""

from warehouse.findings import Report
from warehouse.report.marked import Marked, isolated
from warehouse.report.outline import Fact, facts_of, received_before, verdict_of
from warehouse.report.text import fact_lines, heading, joined, paragraph, specimen_lines
from warehouse.report.words import word


def receipt_text(report: Report, lang: str = "fr") -> str:
    """The receipt as short text: submission, version, instant, file, SHA-256, rows, state.

    Raises ValueError for a report of a file that was not sent.
    """
    if not report.receipt:
        raise ValueError("a file that was only checked has no receipt")
    state = verdict_of(report, lang).state
    result = Fact("result", word("result", lang), word(f"state_{state}", lang))
    title = Marked(f"{isolated('SIMIMO')} · {word('receipt_title', lang)}")
    return joined(
        [
            specimen_lines(report.is_specimen, lang),
            heading(title, lang),
            [line for text in received_before(report, lang) for line in paragraph(text, lang)],
            fact_lines([*facts_of(report, lang), result], lang),
        ],
        lang,
    )
