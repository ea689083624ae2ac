"""Values from a file can neither act, hide nor reach out of their place."""

import pytest

from warehouse.report.marked import (
    END_ISOLATE,
    ISOLATE,
    SHOWN_CHARACTERS,
    Marked,
    html,
    isolated,
    plain,
    quoted,
    visible,
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("12a", "12a"),
        ("Aïcha بنت", "Aïcha بنت"),
        ("12\u202e3", "12[U+202E]3"),
        ("\u2068x\u2069", "[U+2068]x[U+2069]"),
        ("a\r\nb\tc", "a[U+000D][U+000A]b[U+0009]c"),
        ("1\u00a0234", "1[U+00A0]234"),
        ("\x1b[31m", "[U+001B][31m"),
        ("\ufeffnom\u200b", "[U+FEFF]nom[U+200B]"),
        ("\ud800", "[U+D800]"),
        ("\U000e0041", "[U+E0041]"),
    ],
)
def test_hidden_characters_are_written_out(text: str, shown: str) -> None:
    assert visible(text) == shown


@pytest.mark.parametrize("length", [SHOWN_CHARACTERS - 1, SHOWN_CHARACTERS, SHOWN_CHARACTERS + 1])
@pytest.mark.parametrize("character", ["y", "é"])
def test_long_values_are_cut(length: int, character: str) -> None:
    shown = visible(character * length)
    assert len(shown) == min(length, SHOWN_CHARACTERS)
    assert shown.endswith("…") == (length > SHOWN_CHARACTERS)


def test_a_value_stands_in_bdi_on_a_page() -> None:
    sentence = Marked(f"« {quoted('<b>')} » & co")
    assert html(sentence, "en") == '« <bdi dir="ltr" class="unbroken">&lt;b&gt;</bdi> » &amp; co'


def test_an_arabic_value_finds_its_own_direction() -> None:
    assert html(quoted("حمل"), "en") == "<bdi>حمل</bdi>"


def test_isolates_stay_where_the_direction_turns() -> None:
    assert plain(isolated("12"), "en") == "12"
    assert plain(isolated("12"), "ar") == f"{ISOLATE}12{END_ISOLATE}"
    assert plain(quoted("حمل"), "fr") == f"{ISOLATE}حمل{END_ISOLATE}"


def test_french_punctuation_holds_to_its_word_but_values_stay_as_they_are() -> None:
    sentence = Marked(f"Valeur : « {quoted('a ; b')} » ; fin")
    assert plain(sentence, "fr") == "Valeur\u00a0: «\u00a0a ; b\u00a0»\u00a0; fin"
