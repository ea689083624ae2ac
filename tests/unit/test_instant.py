"""Instants and notices as persons type them, and which release stood at an instant."""

from datetime import UTC, datetime

import pytest

from warehouse.errors import UnknownRelease
from warehouse.releasing.instant import InstantToCome, InvalidInstant, instant_text, read_instant
from warehouse.releasing.notice import InvalidNotice, read_notice
from warehouse.releasing.published import (
    NothingReleased,
    NothingReleasedThen,
    Release,
    ReleaseAndInstant,
    chosen,
)


@pytest.mark.parametrize(
    ("text", "in_utc"),
    [
        ("2026-05-01T00:00:00Z", "2026-05-01T00:00:00Z"),
        ("2026-05-01T00:00Z", "2026-05-01T00:00:00Z"),
        ("2026-05-01T00:00:00+01:00", "2026-04-30T23:00:00Z"),
        ("2026-05-01T00:00:00 01:00", "2026-04-30T23:00:00Z"),
        ("2026-05-01T00:00:00.25Z", "2026-05-01T00:00:00.250000Z"),
    ],
)
def test_an_instant_has_an_offset(text: str, in_utc: str) -> None:
    assert instant_text(read_instant(text)) == in_utc


@pytest.mark.parametrize(
    "text",
    [
        "2026-05-01",
        "2026-05-01T00:00:00",
        "2026-13-01T00:00:00Z",
        "2026-02-30T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "٢٠٢٦-05-01T00:00:00Z",
        "now",
        "",
    ],
)
def test_what_names_no_instant_is_refused(text: str) -> None:
    with pytest.raises(InvalidInstant):
        read_instant(text)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


KNOWN = [
    Release(7, at("2026-04-10"), "c", is_specimen=False, base=4),
    Release(4, at("2026-03-10"), "b", is_specimen=False, base=1),
    Release(1, at("2026-02-10"), "a", is_specimen=False),
]
NOW = at("2026-05-01")


@pytest.mark.parametrize(
    ("instant", "number"),
    [
        ("2026-02-10", 1),
        ("2026-03-09T23:59:59.999999", 1),
        ("2026-03-10", 4),
        ("2026-04-09", 4),
        ("2026-05-01", 7),
    ],
)
def test_the_release_that_stood_is_the_last_before(instant: str, number: int) -> None:
    assert chosen(KNOWN, NOW, None, at(instant)).number == number


def test_a_release_is_named_by_number_or_instant_or_is_the_newest() -> None:
    assert chosen(KNOWN, NOW, None, None).number == 7
    assert chosen(KNOWN, NOW, 4, None).number == 4
    for known, release, instant, refused in (
        ([], None, None, NothingReleased),
        ([], None, at("2026-03-10"), NothingReleased),
        (KNOWN, 5, None, UnknownRelease),
        (KNOWN, 4, at("2026-03-10"), ReleaseAndInstant),
        (KNOWN, None, at("2026-05-01T00:00:01"), InstantToCome),
        (KNOWN, None, at("2026-02-09"), NothingReleasedThen),
    ):
        with pytest.raises(refused):
            chosen(known, NOW, release, instant)


def test_a_notice_is_one_text_or_three() -> None:
    assert read_notice([]) is None
    assert read_notice(["Décembre = corrigé"]) == dict.fromkeys(
        ("fr", "ar", "en"), "Décembre = corrigé"
    )
    three = ["fr=Corrigé.", "ar=مصحح.", "en=Fixed."]
    assert read_notice(three) == {"fr": "Corrigé.", "ar": "مصحح.", "en": "Fixed."}
    for texts in (["fr=x"], ["fr=x", "en=y"], [*three, "fr=z"], ["x", "y", "z"], [" "]):
        with pytest.raises(InvalidNotice):
            read_notice(texts)
