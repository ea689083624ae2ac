"""A report as JSON of a stable shape, described in report.schema.json.

A change that only adds fields raises the second number of SCHEMA_VERSION; any other the first.
"""

import json
from typing import Any

from warehouse.findings import PartResult, Report
from warehouse.report.columns import contract_of
from warehouse.report.groups import DescribedFinding, Group, groups_of
from warehouse.report.marked import bare, plain, visible
from warehouse.report.outline import has_parts, parts_not_accepted, verdict_of

SCHEMA_VERSION = "1.1"


def report_json(report: Report, lang: str) -> str:
    """The report of one file as JSON, its sentences in `lang`; ends with a line feed."""
    return written(_report(report, lang))


def written(document: dict[str, Any]) -> str:
    """`document` as indented JSON."""
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _report(report: Report, lang: str) -> dict[str, Any]:
    verdict = verdict_of(report, lang)
    groups = groups_of(report, lang)
    contract = contract_of(report.contract)
    return {
        "schema_version": SCHEMA_VERSION,
        "lang": lang,
        "is_specimen": report.is_specimen,
        "state": report.state,
        "verdict": plain(verdict.sentence, lang),
        "next_step": plain(verdict.next_step, lang),
        "receipt": _receipt(report),
        "file": {
            "name": visible(report.file_name),
            "sha256": visible(report.sha256),
            "size_bytes": report.size_bytes,
            "row_count": report.rows,
        },
        "contract": {
            "id": report.contract,
            "version": report.contract_version,
            "title": contract.title[lang] if contract else report.contract,
        },
        "provider": report.provider,
        "period": report.period,
        "totals": {
            "error": report.total("error"),
            "warning": report.total("warning"),
            "information": report.total("information"),
            "listed": len(report.findings),
        },
        "groups": [_group(group, lang) for group in groups],
        "parts": _parts(report),
        "findings": [
            _finding(group, described, lang) for group in groups for described in group.findings
        ],
    }


def _receipt(report: Report) -> dict[str, Any] | None:
    if not report.receipt:
        return None
    return {
        "submission_id": report.receipt.submission_id,
        "version": report.receipt.version,
        "received_at": report.receipt.received_at,
        "already_received": report.receipt.already_received,
        "ledger_entry": report.receipt.anchor or None,
    }


def _rule(group: Group, lang: str) -> dict[str, Any]:
    return {
        "rule": group.rule,
        "code": group.code,
        "severity": group.severity,
        "column": visible(group.column) if group.column else None,
        "column_label": bare(group.label) if group.label else None,
    }


def _group(group: Group, lang: str) -> dict[str, Any]:
    return _rule(group, lang) | {
        "count": group.count,
        "listed": len(group.findings),
        "message": plain(group.message, lang),
        "hint": plain(group.hint, lang),
    }


def _finding(group: Group, described: DescribedFinding, lang: str) -> dict[str, Any]:
    finding = described.finding
    return _rule(group, lang) | {
        "line": finding.line,
        "part": finding.part,
        "place": visible(described.place),
        "value": visible(finding.value) if finding.value is not None else None,
        "message": plain(described.message, lang),
        "hint": plain(described.hint, lang),
    }


def _parts(report: Report) -> dict[str, Any] | None:
    if not has_parts(report):
        return None
    return {
        "counts": dict(report.part_counts),
        "not_accepted": [_part(part) for part in parts_not_accepted(report)],
    }


def _part(part: PartResult) -> dict[str, Any]:
    return {
        "part": part.part,
        "label": visible(part.label),
        "state": part.state,
        "row_count": part.rows,
        "error_count": part.errors,
    }
