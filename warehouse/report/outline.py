"""What every form of a report says in the same words: verdict, facts, totals, parts."""

from collections.abc import Iterable
from dataclasses import dataclass

from warehouse.findings import PartResult, Report, Severity
from warehouse.report.columns import contract_of
from warehouse.report.figures import instant, number, size
from warehouse.report.groups import SEVERITIES, Group
from warehouse.report.marked import Marked, isolated, quoted
from warehouse.report.words import counted, listed, period_named, word

LISTED_PARTS = 1_000
"""Parts not accepted that a report names; their counts go on past it."""

SEND_COMMAND = "simimo receive"
COUNTED = {"error": "errors", "warning": "warnings", "information": "informations"}


@dataclass(frozen=True)
class Verdict:
    """The outcome in one sentence, and what to do next; `state` names it (e.g. rejected)."""

    state: str
    sentence: Marked
    next_step: Marked


@dataclass(frozen=True)
class Fact:
    """One line of what is known of a file: its key among the words, its label and its value."""

    key: str
    label: Marked
    value: Marked


def verdict_of(report: Report, lang: str) -> Verdict:
    """Accepted, held or rejected, in whole or in part, sent or only checked; and what to do."""
    in_part = report.state == "accepted" and report.part_counts.get("rejected", 0) > 0
    state = "accepted_in_part" if in_part else report.state
    key = state if report.receipt else f"{state}_unsent"
    sentence = word(
        f"verdict_{key}",
        lang,
        rows=counted("rows", report.rows, lang),
        errors=counted("errors", report.total("error"), lang),
        warnings=counted("warnings", report.total("warning"), lang),
        accepted=counted("parts_accepted", report.part_counts.get("accepted", 0), lang),
        rejected=counted("parts_rejected", report.part_counts.get("rejected", 0), lang),
    )
    return Verdict(state, sentence, word(f"next_{key}", lang, command=isolated(SEND_COMMAND)))


def facts_of(report: Report, lang: str) -> tuple[Fact, ...]:
    """The receipt, when there is one, then the file, its contract, period, provider and rows."""
    return (
        *receipt_facts(report, lang),
        _fact("file", quoted(report.file_name), lang),
        _fact("contract", _contract_named(report, lang), lang),
        _fact("provider", provider_named(report, lang), lang),
        _fact("period", period_named(report.period, lang), lang),
        _fact("row_count", isolated(number(report.rows, lang)), lang),
        _fact("size", isolated(size(report.size_bytes, lang)), lang),
        _fact("sha256", quoted(report.sha256), lang),
    )


def receipt_facts(report: Report, lang: str) -> tuple[Fact, ...]:
    """The submission's number and version, and when it was received; nothing when unsent."""
    if not report.receipt:
        return ()
    version = isolated(str(report.receipt.version))
    submission = isolated(str(report.receipt.submission_id))
    # The gate writes numbers as French does, with narrow spaces between the thousands.
    reason = report.receipt.reason.replace("\u202f", " ")
    given = (_fact("decision_reason", quoted(reason), lang),) if reason else ()
    entry = report.receipt.entry_number
    entered = (
        # Apart, so that a terminal cuts neither.
        _fact("ledger_entry", isolated(str(entry)), lang),
        _fact("entry_hash", quoted(report.receipt.entry_hash), lang),
    )
    return (
        _fact(
            "submission",
            word("receipt_number", lang, number=submission, version=version),
            lang,
        ),
        _fact("received_at", isolated(instant(report.receipt.received_at, lang)), lang),
        *given,
        *(entered if entry else ()),
    )


def _fact(key: str, value: Marked, lang: str) -> Fact:
    return Fact(key, word(key, lang), value)


def _contract_named(report: Report, lang: str) -> Marked:
    contract = contract_of(report.contract)
    return word(
        "contract_named",
        lang,
        title=quoted(contract.title[lang] if contract else report.contract),
        id=quoted(report.contract),
        version=quoted(report.contract_version),
    )


def provider_named(report: Report, lang: str) -> Marked:
    """The institution that sends the file, by the name its contract gives."""
    contract = contract_of(report.contract)
    return quoted(contract.provider_title[lang] if contract else report.provider)


def totals_of(report: Report, lang: str) -> Marked:
    """The true totals by severity (e.g. 1 234 567 erreurs, 2 avertissements)."""
    present: Iterable[Severity] = [s for s in SEVERITIES if s != "information" or report.total(s)]
    return listed([counted(COUNTED[s], report.total(s), lang) for s in present], lang)


def cap_note(report: Report, lang: str) -> Marked | None:
    """That only the first findings are listed, of how many; None when all are."""
    total = sum(count.count for count in report.counts)
    if total <= len(report.findings):
        return None
    return word(
        "listed_of",
        lang,
        listed=isolated(number(len(report.findings), lang)),
        total=isolated(number(total, lang)),
    )


def group_note(group: Group, lang: str) -> Marked | None:
    """That a group lists only its first findings; None when it lists all."""
    if group.count <= len(group.findings):
        return None
    if not group.findings:
        return word("group_unlisted", lang)
    return word(
        "group_listed_of",
        lang,
        listed=isolated(number(len(group.findings), lang)),
        total=isolated(number(group.count, lang)),
    )


def parts_summary(report: Report, lang: str) -> Marked | None:
    """How many parts ended how; None when the whole file is the part."""
    if not has_parts(report):
        return None
    counts = report.part_counts
    held = [counted("parts_held", counts["held"], lang)] if counts.get("held") else []
    accepted = counted("parts_accepted", counts.get("accepted", 0), lang)
    rejected = counted("parts_rejected", counts.get("rejected", 0), lang)
    return listed([accepted, rejected, *held], lang)


def has_parts(report: Report) -> bool:
    """Whether the file is made of parts, such as the employers of an e-BDS archive."""
    return sum(report.part_counts.values()) > 1 or any(part.part for part in report.parts)


def parts_not_accepted(report: Report) -> tuple[PartResult, ...]:
    """The parts that were not accepted, those with the most errors first."""
    named = (part for part in report.parts if part.part and part.state != "accepted")
    return tuple(sorted(named, key=lambda part: (-part.errors, part.label)))


def first_lines(group: Group, limit: int, lang: str) -> Marked | None:
    """The lines of a group's first findings (e.g. 2, 3, 4, …); None when it names none."""
    lines = [d.finding.line for d in group.findings if d.finding.line is not None]
    shown = [isolated(number(line, lang)) for line in lines[:limit]]
    more = [Marked("…")] if lines and group.count > len(shown) else []
    return listed(shown + more, lang) if shown else None


def received_before(report: Report, lang: str) -> list[Marked]:
    """What the sender of a file received before must know: it changed nothing."""
    receipt = report.receipt
    if receipt is None or not receipt.already_received:
        return []
    said = [word("already_received", lang)]
    if receipt.superseded_by:
        submission, version = (isolated(str(n)) for n in receipt.superseded_by)
        said.append(word("superseded_notice", lang, submission=submission, version=version))
    return said
