"""The report's words agree with their numbers and exist in every language."""

import string
from typing import Any

import pytest

from warehouse.messages import LANGUAGES, catalogue
from warehouse.report.figures import instant, number, percent, period_name, size
from warehouse.report.marked import bare
from warehouse.report.words import counted, period_named, words


def placeholders(template: str) -> set[str]:
    return {field for _, field, _, _ in string.Formatter().parse(template) if field}


@pytest.mark.parametrize("key", sorted(words()))
def test_every_word_exists_in_every_language(key: str) -> None:
    entry = words()[key]
    assert set(entry) == set(LANGUAGES)
    forms: list[Any] = list(entry.values())
    if isinstance(forms[0], dict):
        assert all("other" in form for form in forms)
    else:
        assert len({frozenset(placeholders(form)) for form in forms}) == 1


def test_check_messages_name_the_same_values_in_every_language() -> None:
    rules = {key: entry for key, entry in catalogue().items() if entry["code"].startswith("CHK-")}
    assert len({entry["code"] for entry in rules.values()}) == len(rules) == 22
    for key, entry in rules.items():
        for sentence in ("message", "hint"):
            assert set(entry[sentence]) == set(LANGUAGES), key
            named = {frozenset(placeholders(text)) for text in entry[sentence].values()}
            assert len(named) == 1, f"{key}: {named}"


@pytest.mark.parametrize(
    ("lang", "written"), [("fr", "1\u202f234\u202f567"), ("ar", "1.234.567"), ("en", "1,234,567")]
)
def test_thousands(lang: str, written: str) -> None:
    assert number(1_234_567, lang) == written


@pytest.mark.parametrize(
    ("count", "lang", "written"),
    [
        (0, "fr", "aucune erreur"),
        (1, "fr", "1 erreur"),
        (2, "fr", "2 erreurs"),
        (1_000_000, "fr", "1\u202f000\u202f000 erreurs"),
        (0, "en", "no errors"),
        (1, "en", "1 error"),
        (1, "ar", "خطأ واحد"),
        (2, "ar", "خطآن"),
        (3, "ar", "3 أخطاء"),
        (11, "ar", "11 خطأ"),
        (100, "ar", "100 خطأ"),
    ],
)
def test_a_count_agrees_with_what_it_counts(count: int, lang: str, written: str) -> None:
    assert bare(counted("errors", count, lang)) == written


def test_percentages() -> None:
    assert [percent(share, "en") for share in (0, 0.0001, 0.001, 0.072, 1)] == [
        "0%",
        "< 0.1%",
        "0.1%",
        "7.2%",
        "100%",
    ]


def test_periods() -> None:
    assert period_name("2026-03", "fr") == "mars 2026"
    assert period_name("2026-07", "ar") == "يوليوز 2026"
    assert period_name("2026-Q1", "fr") == "1er trimestre 2026"
    assert bare(period_named("2026", "fr")) == "2026"
    assert bare(period_named("2026-13", "fr")) == "2026-13"


def test_an_instant_reads_the_same_wherever_it_was_written() -> None:
    assert instant("2026-04-05T15:03:00+01:00", "fr") == "5 avril 2026 à 14:03 UTC"
    assert instant("2026-04-05T14:03:00", "en") == "5 April 2026, 14:03 UTC"


def test_sizes() -> None:
    assert [size(n, "en") for n in (0, 1023, 1024, 1_300_000)] == [
        "0 byte",
        "1,023 byte",
        "1 kB",
        "1.2 MB",
    ]
