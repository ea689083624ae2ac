"""Small reports: an e-BDS archive of three employers, one of them rejected; invented throughout."""

from dataclasses import replace

import pytest

from warehouse.findings import Finding, FindingCount, PartResult, Receipt, Report
from warehouse.report import SubmissionDiff

SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


@pytest.fixture
def report() -> Report:
    employer = "0f" * 16
    findings = (
        Finding("required", "error", employer, 12, "salaire_reel"),
        Finding("required", "error", employer, 13, "salaire_reel"),
        Finding(
            "above_maximum", "error", employer, 14, "jours_declares", "31", {"expected": "26"}
        ),
        Finding(
            "cross_field",
            "error",
            employer,
            15,
            "salaire_plafonne, salaire_reel",
            values={"name": "plafonne_au_plus_reel"},
        ),
        Finding("duplicate_key", "error", employer, 1204, "numero_affilie, numero_assure, "
                "record_type", values={"expected": "1190"}),
        Finding("unknown_code", "warning", "", 40, "situation", "ZZ"),
        Finding("unknown_code", "warning", "", 41, "situation", "حمل"),
    )  # fmt: skip
    counted: dict[tuple[str, str | None, str], int] = {}
    for finding in findings:
        key = (finding.rule, finding.column, finding.severity)
        counted[key] = counted.get(key, 0) + 1
    return Report(
        contract="cnss_declarations",
        contract_version="1.0.0",
        provider="cnss",
        period="2026-03",
        file_name="declarations_202603.zip",
        sha256=SHA256,
        size_bytes=1_300_000,
        rows=1_234_567,
        is_specimen=True,
        state="accepted",
        part_counts={"accepted": 2, "rejected": 1},
        parts=(PartResult(employer, "•••••34", "rejected", 1_210, 5),),
        findings=findings,
        counts=tuple(FindingCount(*key, n) for key, n in counted.items()),  # type: ignore[arg-type]
        receipt=Receipt(
            42, 2, "2026-04-05T14:03:00+00:00", entry_number=117, entry_hash="0f1e" * 16
        ),
    )


@pytest.fixture
def clean_report(report: Report) -> Report:
    return replace(
        report,
        file_name="titres.csv",
        contract="dgsn_residence_titles",
        provider="dgsn",
        is_specimen=False,
        part_counts={"accepted": 1},
        parts=(),
        findings=(),
        counts=(),
        rows=2,
    )


@pytest.fixture
def million(clean_report: Report) -> Report:
    """1,234,567 equal errors, of which the first 10,000 are listed."""
    column = "date_naissance"
    listed = (Finding("required", "error", "", line, column) for line in range(2, 10_002))
    return replace(
        clean_report,
        state="rejected",
        part_counts={"rejected": 1},
        rows=1_234_567,
        findings=tuple(listed),
        counts=(FindingCount("required", column, "error", 1_234_567),),
        receipt=None,
    )


@pytest.fixture
def hostile(clean_report: Report) -> Report:
    """A file whose name, headings and values try to act."""
    script = "<script>alert(1)</script>"
    findings = (
        Finding("type_date", "error", "", 2, "date_entree", script),
        Finding("type_date", "error", "", 3, "date_entree", "=HYPERLINK(0)"),
        Finding("type_date", "error", "", 4, "date_entree", "a;=1+1,@x"),
        Finding("type_date", "error", "", 5, "date_entree", "12\u202e6202\u2069/\u200b3\x1b[31m"),
        Finding("type_date", "error", "", 6, "date_entree", "x\r\n{period}" + "y" * 500),
        Finding("type_date", "error", "", 7, "date_entree", "+1", member='"><img src=x>'),
        Finding("too_long", "error", "", 8, "</style><b>", "-2"),
    )
    return replace(
        clean_report,
        file_name="<img src=x onerror=alert(1)>\u202ecsv.exe\n=1",
        state="rejected",
        findings=findings,
        counts=(
            FindingCount("type_date", "date_entree", "error", 6),
            FindingCount("too_long", "</style><b>", "error", 1),
        ),
    )


@pytest.fixture
def diff() -> SubmissionDiff:
    return SubmissionDiff(
        submission_id=42,
        previous_id=7,
        contract="cnss_declarations",
        period="2026-03",
        added=1_204,
        removed=3,
        changed=58,
        unchanged=1_233_302,
        columns={"jours_declares": 2, "salaire_reel": 57},
        parts_added=("•••••34", "•••••35"),
        is_specimen=True,
    )
