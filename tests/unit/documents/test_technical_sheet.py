"""A technical sheet says all that the contract says, in each language, on screen and on paper."""

import re
from datetime import date
from html import unescape

import pytest

from warehouse.contracts.contract import contract, contracts
from warehouse.documents.document import html, pdf
from warehouse.documents.technical_sheet import technical_sheet
from warehouse.messages import LANGUAGES, words
from warehouse.report.marked import apart

ON = date(2026, 3, 20)
ARABIC = re.compile("[\u0600-\u06ff]")


def shown(contract_id: str, lang: str) -> str:
    """The page as its reader sees it: no tags, no entities."""
    page = html(technical_sheet(contract(contract_id), lang, ON))
    return unescape(re.sub(r"<[^>]+>", "", page.split("<body>")[1])).replace("\u00a0", " ")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("contract_id", list(contracts()))
def test_every_contract_has_its_sheet(contract_id: str, lang: str) -> None:
    found, page = contract(contract_id), shown(contract_id, lang)
    told = [
        found.title[lang],
        found.provider_title[lang],
        *(column.labels[lang] for column in found.columns),
        *(column.name for column in found.columns),
        *(rule.message[lang].rstrip(".") for rule in found.rules),
    ]
    assert [text for text in told if text.replace("\u00a0", " ") not in page] == []


@pytest.mark.parametrize("contract_id", list(contracts()))
def test_purpose_and_law_are_written_in_each_language(contract_id: str) -> None:
    found = contract(contract_id)
    for said in (found.purpose, found.authorisation):
        assert len({said["fr"], said["ar"], said["en"]}) == len(LANGUAGES)
        assert ARABIC.search(said["ar"])
        assert not ARABIC.search(said["fr"] + said["en"])


def test_every_unit_of_a_contract_has_its_words() -> None:
    units = {column.unit for c in contracts().values() for column in c.columns if column.unit}
    assert sorted(units - words("documents")["units"].keys()) == []


def test_the_calendar_lists_the_coming_due_dates() -> None:
    page = shown("dgsn_residence_titles", "fr")
    assert "mars 2026" in page
    assert "20 avril 2026" in page


def test_a_list_too_long_for_the_sheet_says_so() -> None:
    assert "les 60 premiers de" in shown("dgsn_residence_titles", "fr")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_sheet_is_printed_the_same_twice(lang: str) -> None:
    document = technical_sheet(contract("anapec_placements_abroad"), lang, ON)
    printed = pdf(document)
    assert printed.startswith(b"%PDF")
    assert printed == pdf(document)


@pytest.mark.parametrize(
    ("sentence", "kept"),
    [
        ("القانون 09-08 المؤرخ", ["09-08"]),
        ("le 14/03/2026 ou 2026-03-14", ["14/03/2026", "2026-03-14"]),
        ("`simimo check FILE --period 2026-03`", ["simimo check FILE --period 2026-03"]),
        ("CNSS2026-1 et 12 mois", []),
    ],
)
def test_what_would_change_places_in_arabic_is_kept_whole(sentence: str, kept: list[str]) -> None:
    assert re.findall("\u2068([^\u2069]*)\u2069", apart(sentence)) == kept
