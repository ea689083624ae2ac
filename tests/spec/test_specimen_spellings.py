"""How many of the specimen's spellings sound as their name, and how few different names alike."""

from itertools import combinations

import pytest

from warehouse.linkage.names import sound
from warehouse.specimen import names as specimen
from warehouse.specimen import surnames


def specimen_names(group: str, kind: str, rows: list[surnames.Row]) -> list[tuple[str, list[str]]]:
    """The names of a group in the specimen, each with its other spellings."""
    return [
        (row["latin"], [*filter(None, [*row["variants"].split("|"), row["arabic"]])])
        for row in rows
        if row["kind"] == kind and group in row["groups"].split("|")
    ]


def share_that_sounds_alike(named: list[tuple[str, list[str]]]) -> float:
    same = [sound(other) == sound(name) for name, others in named for other in others]
    return sum(same) / len(same)


def share_of_pairs_alike(named: list[tuple[str, list[str]]]) -> float:
    pairs = list(combinations([sound(name) for name, _ in named], 2))
    return sum(one == other for one, other in pairs) / len(pairs)


@pytest.mark.parametrize("group", ["moroccan", "maghreb", "arab_east"])
@pytest.mark.parametrize("kind", ["family", "given"])
def test_of_a_hundred_arabic_spellings_97_sound_as_the_name(group: str, kind: str) -> None:
    """The others are other names: Yamna is not Yamina, nor Abdelaziz Aziz."""
    assert share_that_sounds_alike(specimen_names(group, kind, specimen.listed())) >= 0.97


@pytest.mark.parametrize("group", ["moroccan", "maghreb", "arab_east"])
def test_of_a_hundred_spellings_of_composed_names_97_sound_as_the_name(group: str) -> None:
    """The others lose a final h in French (Mellah) or short vowels in Arabic (Mokaddem)."""
    composed = specimen_names(group, "family", surnames.composed(specimen.listed()))
    assert share_that_sounds_alike(composed) >= 0.97


@pytest.mark.parametrize("group", ["moroccan", "maghreb", "arab_east", "west_african", "spanish"])
@pytest.mark.parametrize("kind", ["family", "given"])
def test_of_a_thousand_pairs_of_names_at_most_three_sound_alike(group: str, kind: str) -> None:
    assert share_of_pairs_alike(specimen_names(group, kind, specimen.listed())) < 0.003


@pytest.mark.parametrize("group", ["moroccan", "maghreb", "arab_east", "spanish"])
def test_of_a_thousand_pairs_of_composed_names_at_most_three_sound_alike(group: str) -> None:
    composed = specimen_names(group, "family", surnames.composed(specimen.listed()))
    assert share_of_pairs_alike(composed[::7]) < 0.003
