"""Invented names: common family and given names by origin, and how sources spell them.

`names.csv` lists, per origin group, a Latin form, its usual other transliterations and, for
Arabic names, the Arabic form. A source writes the usual form, now and then another one, seldom
a mistyped one: Alami, El Alami, Lalami; Traoré, Traore; Muñoz, Mnuoz.
"""

import csv
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

NAMES = Path(__file__).with_name("names.csv")

GROUPS: dict[str, str] = {
    "moroccan": "MA",
    "maghreb": "TN DZ MR LY",
    "arab_east": "SY LB JO IQ YE SD EG SA PS",
    "west_african": "SN CI GN ML BF NE BJ TG NG GH GW GM",
    "central_african": "CM CD CG GA CF TD MG KM",
    "french": "FR BE CA",
    "spanish": "ES BR",
    "southern_european": "IT PT RO",
    "english": "US GB",
    "northern_european": "DE NL RU UA",
    "chinese": "CN KR JP",
    "filipino": "PH",
    "turkish": "TR",
    "indian": "IN PK",
}
GROUP_OF: dict[str, str] = {
    area: group for group, areas in GROUPS.items() for area in areas.split()
}

USUAL, OTHER_FORM = 0.86, 0.12  # the remainder is mistyped


@dataclass(frozen=True)
class Names:
    """All names, and all their spellings in one flat list.

    `first[i]` is the usual spelling of name i in `latin`; the `forms[i] - 1` after it are its
    other transliterations, the one after them mistyped. `western` is `latin` as far as windows-1252
    can write it, `plain` without accents. `arabic[i]` is '' where there is none.
    """

    latin: pl.Series
    western: pl.Series
    plain: pl.Series
    bytes30: NDArray[np.bytes_]
    arabic: pl.Series
    first: NDArray[np.int64]
    forms: NDArray[np.int64]
    family: Mapping[str, NDArray[np.int64]]
    given: Mapping[tuple[str, str], NDArray[np.int64]]


@cache
def names() -> Names:
    """The names of names.csv, upper case as institutions write them."""
    with NAMES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    spellings = [spellings_of(row["latin"], row["variants"]) for row in rows]
    sizes = np.array([len(forms) for forms in spellings])
    latin = pl.Series([form for forms in spellings for form in forms])
    plain = pl.Series([without_accents(form) for form in latin])
    return Names(
        latin=latin,
        western=pl.Series([western(form) for form in latin]),
        plain=plain,
        bytes30=np.array([form.encode("ascii") for form in plain], dtype="S30"),
        arabic=pl.Series([row["arabic"] for row in rows]),
        first=np.concatenate([[0], np.cumsum(sizes)[:-1]]),
        forms=sizes - 1,
        family={group: indices(rows, group, "family", "") for group in GROUPS},
        given={
            (group, sex): indices(rows, group, "given", sex) for group in GROUPS for sex in "MF"
        },
    )


def spellings_of(latin: str, variants: str) -> list[str]:
    """The usual form, the other forms, then a mistyped one (e.g. TAZI, ETTAZI, TAZY, TZAI)."""
    forms = [latin, *filter(None, variants.split("|"))]
    return [form.upper() for form in [*forms, mistyped(latin)]]


def mistyped(text: str) -> str:
    """Two letters in the wrong order, as keyed in haste (Omari -> Oamri, Li -> Li)."""
    for at in range(1, len(text) - 1):
        pair = text[at : at + 2]
        if pair.isalpha() and pair[0] != pair[1]:
            return text[:at] + pair[::-1] + text[at + 2 :]
    return text


def without_accents(text: str) -> str:
    """ASCII capitals, as the e-BDS takes them (GUÈYE -> GUEYE, YILMAZ with a dotless i too)."""
    undotted = text.replace("ı", "i").replace("İ", "I")
    decomposed = unicodedata.normalize("NFKD", undotted)
    return decomposed.encode("ascii", "ignore").decode().upper()


def western(text: str) -> str:
    """The text if windows-1252 can write it, else without accents."""
    try:
        text.encode("windows-1252")
    except UnicodeEncodeError:
        return without_accents(text)
    return text


def indices(
    rows: Iterable[Mapping[str, str]], group: str, kind: str, sex: str
) -> NDArray[np.int64]:
    """Where in names.csv the names of one group, kind and sex are."""
    found = [
        index
        for index, row in enumerate(rows)
        if group in row["groups"].split("|") and row["kind"] == kind and row["sex"] == sex
    ]
    return np.array(found, dtype=np.int64)


def draw(
    rng: np.random.Generator, citizenship: NDArray[np.str_], is_woman: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """A family and a given name for each person, by origin group and sex."""
    book = names()
    areas, inverse = np.unique(citizenship, return_inverse=True)
    group = np.array([GROUP_OF[str(area)] for area in areas])[inverse]
    family = np.zeros(len(citizenship), dtype=np.int64)
    given = np.zeros(len(citizenship), dtype=np.int64)
    for name in np.unique(group):
        of_group = group == name
        family[of_group] = rng.choice(book.family[name], int(of_group.sum()))
        for sex, of_sex in (("M", of_group & ~is_woman), ("F", of_group & is_woman)):
            given[of_sex] = rng.choice(book.given[name, sex], int(of_sex.sum()))
    return family, given


def spell(rng: np.random.Generator, name: NDArray[np.int64]) -> NDArray[np.int64]:
    """How one source spells each name: positions in `Names.latin` and its parallels."""
    book = names()
    chance = rng.random(len(name))
    other = rng.integers(1, 1_000, len(name)) % book.forms[name]
    form = np.where(
        chance < USUAL, 0, np.where(chance < USUAL + OTHER_FORM, other, book.forms[name])
    )
    return book.first[name] + form
