"""What a data officer reads: true totals, one group a rule and column, nothing that can act."""

import csv
import io
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from time import perf_counter

import jsonschema
import pytest

import warehouse.report
from warehouse.contracts.contract import contract
from warehouse.findings import Finding, FindingCount, Receipt, Report, State
from warehouse.messages import LANGUAGES
from warehouse.report import (
    FORMATS,
    SubmissionDiff,
    label_of,
    receipt_text,
    render,
    render_diff,
)
from warehouse.report.csv import BYTE_ORDER_MARK, inert

SCHEMA = json.loads(
    Path(warehouse.report.__file__).with_name("report.schema.json").read_text("utf-8")
)
DIRECTION_MARKS = re.compile("[\u200e\u200f\u2068\u2069]")
ACTING = re.compile("[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f\u202a-\u202e\u2066\u2067\u200b]")
VOID = {"meta", "input", "br"}


class Page(HTMLParser):
    """The elements, attributes and text of a page, and whether its tags close in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.words = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data


def rows_of(rendered: str, separator: str) -> list[dict[str, str]]:
    assert rendered.startswith(BYTE_ORDER_MARK)
    return list(csv.DictReader(io.StringIO(rendered[1:], newline=""), delimiter=separator))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_page_is_self_contained_and_says_its_language(report: Report, lang: str) -> None:
    page = Page(render(report, "html", lang))
    assert not page.open
    assert ("lang", lang) in page.attributes
    assert ("dir", "rtl" if lang == "ar" else "ltr") in page.attributes
    assert not {"link", "img", "iframe"} & set(page.elements)
    assert page.elements.count("script") == 1
    urls = [value for name, value in page.attributes if name in ("href", "src") and value]
    assert urls
    assert all(url.startswith("#g") for url in urls)
    assert {f"#{value}" for name, value in page.attributes if name == "id"} >= set(urls)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("format", FORMATS)
def test_a_specimen_says_so(
    report: Report, diff: SubmissionDiff, clean_report: Report, format: str, lang: str
) -> None:
    if format == "json":
        assert json.loads(render(report, format, lang))["is_specimen"]  # type: ignore[arg-type]
        return
    assert "SPECIMEN" in render(report, format, lang)  # type: ignore[arg-type]
    assert "SPECIMEN" in render_diff(diff, format, lang)  # type: ignore[arg-type]
    empty = replace(report, findings=(), counts=())
    assert "SPECIMEN" in render(empty, format, lang)  # type: ignore[arg-type]
    assert "SPECIMEN" not in render(clean_report, format, lang)  # type: ignore[arg-type]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_json_has_its_documented_shape(
    report: Report, hostile: Report, clean_report: Report, million: Report, lang: str
) -> None:
    for each in (report, hostile, clean_report, million):
        jsonschema.validate(json.loads(render(each, "json", lang)), SCHEMA)


def test_totals_are_true_past_the_cap(million: Report) -> None:
    page = Page(render(million, "html", "fr")).words
    assert "1\u202f234\u202f567 erreurs" in page
    assert "10\u202f000 premiers constats affichés sur 1\u202f234\u202f567" in page
    text = render(million, "text", "fr")
    assert "1\u202f234\u202f567 fois" in text
    assert len(text.splitlines()) < 30
    document = json.loads(render(million, "json", "en"))
    assert document["totals"] == {
        "error": 1_234_567,
        "warning": 0,
        "information": 0,
        "listed": 10_000,
    }
    assert [group["count"] for group in document["groups"]] == [1_234_567]
    rows = rows_of(render(million, "csv", "en"), ",")
    assert len(rows) == 10_000
    assert rows[0]["Total of the rule in the column"] == "1234567"


def test_ten_thousand_findings_render_at_once(million: Report) -> None:
    started = perf_counter()
    for format in FORMATS:
        render(million, format, "ar")  # type: ignore[arg-type]
    assert perf_counter() - started < 10


def test_a_rule_whose_findings_are_past_the_cap_is_still_told(clean_report: Report) -> None:
    report = replace(
        clean_report,
        state="rejected",
        counts=(FindingCount("above_maximum", "date_entree", "error", 3),),
    )
    text = render(report, "text", "en")
    assert "“…” is above the maximum of “" in text
    assert "{" not in text
    (row,) = rows_of(render(report, "csv", "en"), ",")
    assert row["Line"] == ""
    assert row["Total of the rule in the column"] == "3"
    assert "No line shown" not in render(clean_report, "html", "en")


def test_what_varies_in_a_group_stands_as_an_ellipsis(report: Report) -> None:
    groups = {g["rule"]: g for g in json.loads(render(report, "json", "en"))["groups"]}
    assert groups["unknown_code"]["message"].startswith("The code “…”")
    assert groups["above_maximum"]["message"].startswith("“31” is above")
    assert groups["cross_field"]["message"] == "The capped wage exceeds the actual wage."


def test_two_rules_over_the_same_columns_keep_their_own_sentences(report: Report) -> None:
    place = "jours_declares, salaire_reel"
    findings = (
        Finding("cross_field", "warning", "", 2, place, values={"name": "jours_sans_salaire"}),
    )
    counts = (FindingCount("cross_field", place, "warning", 1),)
    document = json.loads(render(replace(report, findings=findings, counts=counts), "json", "en"))
    assert document["findings"][0]["message"] == "Days are declared without a wage."
    assert document["findings"][0]["column_label"] == "Days declared, Actual wage"


def test_shares_are_written_in_the_language(report: Report) -> None:
    finding = Finding(
        "unknown_code_share",
        "error",
        column="situation",
        values={"share": "7.2%", "bound": "5.0%", "count": "1234"},
    )
    counts = (FindingCount("unknown_code_share", "situation", "error", 1),)
    document = json.loads(render(replace(report, findings=(finding,), counts=counts), "json", "fr"))
    assert document["findings"][0]["message"].startswith("7,2\u202f% des valeurs de")
    assert document["groups"][0]["message"].endswith("la limite est de 5\u202f%.")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    "state", ["received", "checked", "held", "accepted", "rejected", "superseded", "withdrawn"]
)
def test_every_state_has_a_verdict(report: Report, state: State, lang: str) -> None:
    sent = render(replace(report, state=state, part_counts={"accepted": 1}), "text", lang)
    assert "{" not in sent


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("state", ["checked", "held", "accepted", "rejected"])
def test_a_file_that_was_only_checked_has_a_verdict(
    report: Report, state: State, lang: str
) -> None:
    unsent = replace(report, state=state, receipt=None)
    assert "{" not in render(unsent, "text", lang)
    assert json.loads(render(unsent, "json", lang))["receipt"] is None
    with pytest.raises(ValueError, match="no receipt"):
        receipt_text(unsent, lang)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_text_fits_eighty_columns(
    report: Report, hostile: Report, diff: SubmissionDiff, lang: str
) -> None:
    for text in (
        render(report, "text", lang),
        render(hostile, "text", lang),
        render_diff(diff, "text", lang),
        receipt_text(report, lang),
    ):
        assert max(len(DIRECTION_MARKS.sub("", line)) for line in text.splitlines()) <= 80


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_hostile_file_cannot_act_on_a_page(
    hostile: Report, clean_report: Report, lang: str
) -> None:
    page = Page(render(hostile, "html", lang))
    assert not page.open
    benign = Page(render(clean_report, "html", lang))
    assert set(page.elements) - set(benign.elements) <= {
        "table", "thead", "tbody", "tr", "th", "td", "details", "summary", "strong", "code", "span",
        "a", "label", "input", "output", "button", "script",
    }  # fmt: skip
    assert not {name for name, _ in page.attributes if name.startswith("on")}
    assert "<script>alert(1)</script>" in page.words


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("format", FORMATS)
def test_no_control_or_override_gets_through(hostile: Report, format: str, lang: str) -> None:
    rendered = render(hostile, format, lang)  # type: ignore[arg-type]
    assert not ACTING.search(rendered)
    assert "[U+202E]" in rendered


@pytest.mark.parametrize(("lang", "separator"), [("fr", ";"), ("ar", ";"), ("en", ",")])
@pytest.mark.parametrize("read_with", [";", ",", "\t"])
def test_no_cell_of_a_csv_is_a_formula(
    hostile: Report, lang: str, separator: str, read_with: str
) -> None:
    rendered = render(hostile, "csv", lang)
    assert len(rows_of(rendered, separator)) == 7
    for row in csv.reader(io.StringIO(rendered[1:], newline=""), delimiter=read_with):
        for cell in row:
            assert not cell.lstrip(" \"'").startswith(("=", "+", "-", "@")) or "'" in cell[:3]


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("-2", "'-2"),
        (" @x", "' @x"),
        ("＝1", "'＝1"),
        ("a;=1", "a;'=1"),
        ('a,"=1', "a,'\"=1"),
        ("2026-03", "2026-03"),
        ("a=b", "a=b"),
    ],
)
def test_formulas_are_inert(cell: str, shown: str) -> None:
    assert inert(cell) == shown


def test_a_report_outlives_its_contract_and_its_rules(report: Report) -> None:
    old = replace(
        report,
        contract="gone",
        findings=(Finding("rule_that_is_gone", "error", "", 1, "salaire", "x"),),
        counts=(FindingCount("rule_that_is_gone", "salaire", "error", 1),),
    )
    for format in FORMATS:
        assert "rule_that_is_gone" in render(old, format, "fr")  # type: ignore[arg-type]


def test_a_report_kept_as_json_values_renders_the_same(report: Report) -> None:
    kept = Report.from_dict(json.loads(json.dumps(report.to_dict())))
    for format in FORMATS:
        assert render(kept, format, "fr") == render(report, format, "fr")  # type: ignore[arg-type]


def test_a_file_received_before_says_so(report: Report) -> None:
    assert report.receipt
    again = replace(report, receipt=replace(report.receipt, already_received=True))
    assert "déjà été reçu" in receipt_text(again, "fr")
    assert "déjà été reçu" in render(again, "text", "fr")
    assert "déjà été reçu" in render(again, "html", "fr")


def test_parts_past_the_list_are_still_counted(report: Report) -> None:
    rejected = tuple(replace(report.parts[0], part=f"{n:032x}", errors=n) for n in range(1_500))
    many = replace(report, parts=rejected, part_counts={"accepted": 2, "rejected": 1_500})
    page = Page(render(many, "html", "fr")).words
    assert "1\u202f000 premières affichées sur 1\u202f500" in page
    assert len(json.loads(render(many, "json", "fr"))["parts"]["not_accepted"]) == 1_500
    assert render(many, "text", "fr").count("•••••34 · Rejeté") == 20


def test_labels_of_columns() -> None:
    declarations = contract("cnss_declarations")
    assert label_of(declarations, "salaire_reel", "en") == "Actual wage"
    assert label_of(declarations, "unheard_of", "en") == "unheard_of"
    assert label_of(None, "salaire_reel", "en") == "salaire_reel"


def test_a_difference_of_the_same_data_says_so(diff: SubmissionDiff) -> None:
    same = replace(diff, added=0, removed=0, changed=0, columns={}, parts_added=())
    assert "The two submissions hold the same data." in render_diff(same, "text", "en")
    first = replace(same, previous_id=None)
    assert "first of its period" in render_diff(first, "html", "en")


def test_a_difference_with_hostile_names_is_inert(diff: SubmissionDiff) -> None:
    bad = replace(diff, columns={"<b>": 1}, parts_removed=("=1+1\u202e", "<script>"))
    assert "<b>" not in render_diff(bad, "html", "fr")
    assert '"\'=1+1[U+202E]"' in render_diff(bad, "csv", "fr")


def test_the_reason_of_a_hold_has_its_numbers_as_written(report: Report) -> None:
    receipt = Receipt(7, 1, "2026-04-05T14:03:00", reason="Lignes : 1\u202f009")
    assert "1 009" in render(replace(report, receipt=receipt), "text", "fr")
