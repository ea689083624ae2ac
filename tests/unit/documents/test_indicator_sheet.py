"""The catalogue: every indicator listed, and each told whole in every language and form."""

import re
from html import unescape

import pytest

from warehouse.catalogue import disclosure_said, tables_said
from warehouse.catalogue_entry import entry_codes, entry_json
from warehouse.disclosure import rules
from warehouse.documents.document import html
from warehouse.documents.indicator_sheet import Entry, indicator_list, indicator_sheet
from warehouse.documents.plain import document_text
from warehouse.indicator import dataflow, dataflows
from warehouse.manifest import PUBLISHED_BY_OTHERS
from warehouse.messages import LANGUAGES, words
from warehouse.report.text import WIDTH
from warehouse.themes import by_theme

MEASURED = {
    "latest_period": "2025-12",
    "due": 12,
    "accepted": 11,
    "on_time": 9,
    "unknown_percent": {"sex": 0.5, "citizenship": None},
    "days_to_acceptance": 33.5,
    "days_to_release": 36.0,
    "revisions": {"releases": 3, "compared": 1200, "mean_absolute_percent": 0.31},
    "linkage": {"precision": 99.8, "recall": 99.7, "basis": "review"},
}

HELD = {
    "scale": 0.02,
    "figures": [
        {
            "id": "foreign_workers",
            "codes": {"citizenship": "SN"},
            "less": {},
            "published": 4958.0,
            "published_period": "2017",
            "source": {"fr": "CESE, 2018", "ar": "المجلس الاقتصادي، 2018", "en": "CESE, 2018"},
            "unit": "persons",
            "specimen": 4900.0,
            "specimen_period": "2025-12",
            "counted": 98.0,
            "difference_percent": -1.17,
        },
        {
            "id": "foreign_workers",
            "codes": {},
            "less": {"citizenship": ["MA", "_U"]},
            "published": 50.0,
            "published_period": "2017",
            "source": "CESE 2018",
            "unit": "percent",
            "specimen": 50.5,
            "specimen_period": "2025-12",
            "counted": 101.0,
            "difference_percent": 1.0,
        },
    ],
    "left_out": 6,
}


def entry(name: str) -> Entry:
    flow = dataflow(name)
    told = rules(name).to_json() if flow.kind == "national" else PUBLISHED_BY_OTHERS
    return Entry(flow, told, MEASURED, "2025-12")


def flat(text: str) -> str:
    """Text without tags, isolates and the breaks of lines."""
    bare = re.sub("[\u2066-\u2069\u200f]", "", unescape(re.sub(r"<[^>]+>", "", text)))
    return " ".join(bare.split())


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", list(dataflows()))
def test_every_indicator_is_told_whole(name: str, lang: str) -> None:
    found = Entry(dataflow(name), PUBLISHED_BY_OTHERS)
    sheet = indicator_sheet(found, entry_codes(found), lang)
    flow = found.definition
    said = [
        *(flow.title, flow.definition, flow.population_concept, flow.formula, flow.time_rule),
        *(flow.known_limits, flow.comparable, *(d.label for d in flow.dimensions)),
    ]
    for shown in (flat(document_text(sheet)), flat(html(sheet))):
        assert [t[lang] for t in said if flat(t[lang]) not in shown] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_list_has_every_indicator_under_its_themes(lang: str) -> None:
    listed = [Entry(flow, PUBLISHED_BY_OTHERS) for flow in dataflows().values()]
    text = document_text(indicator_list(listed, lang))
    ids = re.findall(r"^\W*(DF_\w+)", text, re.MULTILINE)
    assert sorted(ids) == sorted(
        f.id for _, group in by_theme([*dataflows().values()]) for f in group
    )
    assert set(ids) == set(dataflows())


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        ("fr", ["11 sur 12", "9 sur 12", "Sexe 0,5 %", "Nationalité : secret", "99,8 %", "0,31 %"]),
        ("ar", ["11 من 12", "9 من 12", "الجنس 0,5%", "الجنسية: سري", "99,8%", "0,31%"]),
        ("en", ["11 of 12", "9 of 12", "Sex 0.5%", "citizenship: withheld", "99.8%", "0.31%"]),
    ],
)
def test_quality_is_told_in_words(lang: str, expected: list[str]) -> None:
    found = entry("DF_TITLE_HOLDER")
    text = flat(document_text(indicator_sheet(found, entry_codes(found), lang)))
    assert [said for said in expected if said not in text] == []


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("fr", "; Étape du parcours : codes publiés par an seulement (15)"),
        ("ar", "؛ مرحلة المسار: رموز تنشر سنويا فقط (15)"),
        ("en", "; Step of the journey: codes published by year alone (15)"),
    ],
)
def test_codes_of_the_year_are_told_with_the_tables(lang: str, said: str) -> None:
    assert tables_said(dataflow("DF_JOURNEY"), lang).endswith(said)
    assert said not in tables_said(dataflow("DF_PLACEMENT"), lang)


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"dominance": [1, 75]}, ["un contributeur détient plus de 75 %", "one contributor"]),
        ({"dominance": [2, 85]}, ["deux contributeurs détiennent plus de 85 %", "two contrib"]),
        ({"p_percent": 10}, ["à moins de 10 % près", "within 10 %"]),
    ],
)
def test_a_rule_of_dominance_is_told_in_words(rule: dict[str, object], said: list[str]) -> None:
    told = {**rules("DF_TITLE_STOCK").to_json(), **rule}
    for lang, expected in zip(("fr", "en"), said, strict=True):
        assert expected in disclosure_said(told, lang)


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        (
            "fr",
            ["décembre 2025", "Sénégal", "CESE, 2018 (2017)", "4 900 -1,17", ": 6."],
        ),
        ("ar", ["دجنبر 2025", "السنغال", "الاقتصادي، 2018 (2017)", "4.900 -1,17", "لها: 6."]),
        ("en", ["December 2025", "Morocco, Unknown", "50% 50.5% 1", "cell: 6."]),
    ],
)
def test_a_specimen_stands_beside_the_figures_it_is_held_to(lang: str, expected: list[str]) -> None:
    flow = dataflow("DF_EMP_DECLARED")
    found = Entry(flow, PUBLISHED_BY_OTHERS, {**MEASURED, "coherence": HELD}, "2025-12", True)
    shown = flat(document_text(indicator_sheet(found, entry_codes(found), lang)))
    assert [text for text in expected if text not in shown] == []


def test_the_bare_source_of_an_older_release_is_still_named() -> None:
    flow = dataflow("DF_EMP_DECLARED")
    older = {**HELD, "figures": [{**HELD["figures"][0], "source": "CESE 2018"}]}
    found = Entry(flow, PUBLISHED_BY_OTHERS, {**MEASURED, "coherence": older}, "2025-12", True)
    shown = flat(document_text(indicator_sheet(found, entry_codes(found), "ar")))
    assert "CESE 2018 (2017)" in shown


def test_without_a_figure_there_is_no_word_of_coherence() -> None:
    none_told = {**HELD, "figures": []}
    for quality in (MEASURED, {**MEASURED, "coherence": none_told}):
        found = Entry(dataflow("DF_EMP_DECLARED"), PUBLISHED_BY_OTHERS, quality)
        sheet = indicator_sheet(found, entry_codes(found), "en")
        assert "Coherence with published figures" not in document_text(sheet)


def test_lines_fit_a_terminal() -> None:
    found = entry("DF_TITLE_STOCK")
    lines = document_text(indicator_sheet(found, entry_codes(found), "fr")).splitlines()
    assert max(map(len, lines)) <= WIDTH


def test_the_json_form_has_every_code_and_rule() -> None:
    told = entry_json(entry("DF_TITLE_STOCK"))
    [sexes] = [d["codes"] for d in told["dimensions"] if d["id"] == "sex"]
    assert {"_T", "F", "M"} <= {code["code"] for code in sexes}
    assert told["disclosure"]["rules"]["threshold"] == 5
    assert "1 to 4" in told["disclosure"]["text"]["en"]
    assert told["quality"] == MEASURED


def test_every_word_stands_in_every_language() -> None:
    for key, versions in words("catalogue").items():
        assert versions.keys() == set(LANGUAGES), key
        assert all(versions.values()), key
