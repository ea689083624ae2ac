"""Words, numbers and dates as each language writes them."""

from datetime import date

import pytest

from api import texts
from api.language import preferred_language


@pytest.mark.parametrize(
    ("lang", "shown"), [("fr", "148\u202f152"), ("ar", "148.152"), ("en", "148,152")]
)
def test_a_count(lang: str, shown: str) -> None:
    assert texts.number(148152, lang) == shown


@pytest.mark.parametrize(
    ("lang", "shown"), [("fr", "5\u202f152,40"), ("ar", "5.152,40"), ("en", "5,152.40")]
)
def test_an_amount_keeps_its_decimals(lang: str, shown: str) -> None:
    assert texts.number(5152.4, lang, 2) == shown


@pytest.mark.parametrize(
    ("code", "lang", "shown"),
    [
        ("2025-12", "fr", "décembre 2025"),
        ("2025-12", "ar", "دجنبر 2025"),
        ("2025-Q4", "fr", "T4 2025"),
        ("2025-Q4", "en", "Q4 2025"),
        ("2025-Q4", "ar", "الفصل الرابع 2025"),
        ("2025", "ar", "2025"),
    ],
)
def test_a_period(code: str, lang: str, shown: str) -> None:
    assert texts.period(code, lang) == shown


def test_a_date() -> None:
    assert texts.long_date(date(2026, 1, 5), "fr") == "5 janvier 2026"


def test_french_typography() -> None:
    assert texts.typeset("Qu'est-ce ? « Oui » ; non : 5 %", "fr") == (
        "Qu’est-ce\u202f? «\u202fOui\u202f»\u202f; non\u00a0: 5\u202f%"
    )


def test_other_languages_keep_their_spaces() -> None:
    assert texts.typeset("What ? 5 %", "en") == "What ? 5 %"


def test_every_text_stands_in_every_language() -> None:
    for key, versions in texts._texts().items():
        assert versions.keys() == {"fr", "ar", "en"}, key
        assert all(versions.values()), key


@pytest.mark.parametrize(
    ("accepted", "lang"),
    [
        ("", "fr"),
        ("ar-MA,fr;q=0.8", "ar"),
        ("en;q=0.3, ar;q=0.9", "ar"),
        ("es, de", "fr"),
        ("en;q=0, ar;q=0.1", "ar"),
        ("en;q=nonsense", "fr"),
    ],
)
def test_the_browser_is_answered_in_its_language(accepted: str, lang: str) -> None:
    assert preferred_language(accepted) == lang
