"""Invented names: common family and given names by origin, and how sources spell them.

`names.csv` lists, per origin group, a Latin form, its usual other transliterations and, for
Arabic names, the Arabic form. A source writes the usual form, now and then another one, seldom
a mistyped one: Alami, El Alami, Lalami; Traoré, Traore; Muñoz, Mnuoz.

Names are as frequent as in life, in order of magnitude, for linkage depends on it: namesakes make
false links, and that two records share a rare name says more than that they share a frequent one.
Morocco has thousands of family names and few frequent given ones, West Africa few family names;
`names.yml` has the figures and the reasons. The long tail of family names is composed
(`surnames.py`). Held realistic beside: how often sources disagree on a spelling. Not held: that
namesakes live together, that names differ by region and age, that citizens of France may be called
Alami; persons draw family and given names independently of each other.
"""

import csv
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl
import yaml
from numpy.typing import NDArray

from warehouse.specimen import surnames

NAMES = Path(__file__).with_name("names.csv")
FREQUENCIES = Path(__file__).with_name("names.yml")

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
    """All names listed and composed, upper case as institutions write them."""
    rows = [*listed(), *surnames.composed(listed())]
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


def listed() -> list[surnames.Row]:
    """The rows of names.csv."""
    with NAMES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def shifts() -> dict[tuple[str, str], float]:
    """The shift of ranks of each group and kind (family, given), from names.yml."""
    lines = yaml.safe_load(FREQUENCIES.read_text(encoding="utf-8"))["frequencies"]
    told = {
        (group, line["kind"]): line["shift"] for line in lines for group in line["groups"].split()
    }
    return {
        (group, kind): told.get((group, kind), told["_O", kind])
        for group in GROUPS
        for kind in ("family", "given")
    }


def shares(group: str, kind: str, count: int) -> NDArray[np.float64]:
    """The share of persons with each of `count` names of a group and kind, by rank."""
    weight = 1 / (np.arange(1, count + 1) + shifts()[group, kind])
    return np.asarray(weight / weight.sum(), dtype=np.float64)


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
    """Where the names of one group, kind and sex are, by rank."""
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
        family[of_group] = drawn(rng, book.family[name], name, "family", int(of_group.sum()))
        for sex, of_sex in (("M", of_group & ~is_woman), ("F", of_group & is_woman)):
            known = book.given[name, sex]
            given[of_sex] = drawn(rng, known, name, "given", int(of_sex.sum()))
    return family, given


def drawn(
    rng: np.random.Generator, known: NDArray[np.int64], group: str, kind: str, count: int
) -> NDArray[np.int64]:
    """Names drawn by their shares."""
    return rng.choice(known, count, p=shares(group, kind, len(known)))


def spell(rng: np.random.Generator, name: NDArray[np.int64]) -> NDArray[np.int64]:
    """How one source spells each name: positions in `Names.latin` and its parallels."""
    book = names()
    chance = rng.random(len(name))
    other = rng.integers(1, 1_000, len(name)) % book.forms[name]
    form = np.where(
        chance < USUAL, 0, np.where(chance < USUAL + OTHER_FORM, other, book.forms[name])
    )
    return book.first[name] + form
