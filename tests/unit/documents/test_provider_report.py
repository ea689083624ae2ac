"""The synthesis report of an institution says what there is to say, in words of its language."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from html import unescape

import pytest

from warehouse.contracts.contract import contract, contracts
from warehouse.documents.document import html
from warehouse.documents.provider_figures import Coverage, ProviderFigures, Sent
from warehouse.documents.provider_report import provider_report
from warehouse.findings import FindingCount, Report
from warehouse.status import StatusRow

SEEKERS = "anapec_job_seekers"
ABROAD = "anapec_placements_abroad"
AT = datetime(2026, 2, 9, 10, tzinfo=UTC)


def status_row(contract_id: str, period: str, rows: int) -> StatusRow:
    return StatusRow(
        "anapec", contract_id, period, "accepted", "2026-02-16T23:59:59+00:00",
        rows=rows, received_at=AT.isoformat(), on_time=True,
    )  # fmt: skip


def sent(contract_id: str, period: str, rows: int, errors: int) -> Sent:
    counts = (FindingCount("required", "sexe", "error", errors),) if errors else ()
    report = Report(
        contract=contract_id, contract_version="1.0.0", provider="anapec", period=period,
        file_name="anapec.csv", sha256="0" * 64, size_bytes=1, rows=rows, is_specimen=True,
        state="accepted", part_counts={"accepted": 1}, parts=(), findings=(), counts=counts,
    )  # fmt: skip
    return Sent(1, contract_id, period, 1, "accepted", AT, report)


def figures(errors: Mapping[str, int], coverage: tuple[Coverage, ...] = ()) -> ProviderFigures:
    """Job seekers of two months, placements abroad of one, with `errors` of seekers by month.

    The other extracts of ANAPEC were never due.
    """
    rows = {(SEEKERS, "2025-12"): 120, (SEEKERS, "2026-01"): 80, (ABROAD, "2026-01"): 0}
    return ProviderFigures(
        provider="anapec",
        period="2026-01",
        since=date(2025, 2, 1),
        until=date(2026, 1, 31),
        contracts=tuple(c for c in contracts().values() if c.provider == "anapec"),
        expected=tuple(status_row(*key, count) for key, count in rows.items()),
        sent=tuple(sent(*key, count, errors.get(key[1], 0)) for key, count in rows.items()),
        coverage=coverage,
        gates=(),
    )


def sections(told: ProviderFigures, lang: str) -> dict[str, str]:
    """The text of each section under its heading."""
    page = re.sub(r"<(style|svg).*?</\1>", " ", html(provider_report(told, lang)), flags=re.S)
    found = {}
    for part in re.split(r"<h2[^>]*>", page)[1:]:
        heading, _, rest = part.partition("</h2>")
        text = unescape(re.sub(r"<[^>]+>", " ", rest))
        found[unescape(heading)] = " ".join(re.sub("[\u2066-\u2069\u200f]", "", text).split())
    return found


COVERED = (
    Coverage(SEEKERS, "metier_recherche", 200, 0, 14),
    Coverage(SEEKERS, "sexe", 200, 0, 0),
    Coverage(SEEKERS, "niveau_etudes", 200, 20, 0),
)


def label(column: str, lang: str) -> str:
    return next(c.labels[lang] for c in contract(SEEKERS).columns if c.name == column)


@pytest.mark.parametrize(
    ("lang", "heading", "known"),
    [
        ("fr", "Codes à reconnaître", "renseigné et connu : 1 sur 3"),
        ("ar", "رموز تنتظر المطابقة", "1 من 3"),
        ("en", "Codes waiting", "given and known: 1 of 3"),
    ],
)
def test_columns_stand_by_label_and_those_fully_known_are_only_counted(
    lang: str, heading: str, known: str
) -> None:
    text = sections(figures({}, COVERED), lang)[heading]
    assert known in text
    assert label("metier_recherche", lang) in text
    assert label("niveau_etudes", lang) in text
    assert "metier_recherche" not in text
    assert f" {label('sexe', lang)} " not in text


def test_when_every_code_is_known_there_is_no_table() -> None:
    text = sections(figures({}, COVERED[1:2]), "en")["Codes waiting"]
    assert "all is given and known: 1 of 1" in text
    assert "Unknown codes" not in text


@pytest.mark.parametrize("lang", ["fr", "ar", "en"])
def test_extracts_that_were_not_due_are_counted_and_not_listed(lang: str) -> None:
    told = figures({})
    text = list(sections(told, lang).values())[1]
    never = [c for c in told.contracts if c.id not in (SEEKERS, ABROAD)]
    assert f"( {len(never)} )" in text
    assert all(text.count(c.title[lang]) == 1 for c in never)


def test_a_period_without_rows_and_errors_says_nothing_of_the_trend() -> None:
    text = sections(figures({}), "en")["Trend over twelve months"]
    assert contract(ABROAD).title["en"] not in text
    assert "No erroneous row in twelve months." in text
    assert "Share of erroneous rows" not in text


def test_errors_are_drawn_where_there_are_some() -> None:
    text = sections(figures({"2025-12": 6}), "en")["Trend over twelve months"]
    assert "Share of erroneous rows" in text
    assert "No erroneous row" not in text
    assert "5%" in text


@pytest.mark.parametrize(
    ("lang", "highest"), [("fr", "5,0\u202f%"), ("ar", "5,0%"), ("en", "5.0%")]
)
def test_the_axis_writes_numbers_as_the_language_does(lang: str, highest: str) -> None:
    assert highest in html(provider_report(figures({"2025-12": 6}), lang))
