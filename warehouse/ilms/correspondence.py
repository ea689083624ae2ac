"""From SIMIMO's codes to ILO's: which codes make up one code of ILO, or why none does.

A row of `correspondences` gives an ILO code its expression over SIMIMO's codes:

    list  ilo_code         expression
    AGE   AGE_YTHADULT_YGE25   Y_GE25 | Y25T34 + Y35T44 + Y45T54 + Y55T64 + Y_GE65
    CCT   CCT_CIT_NONCIT   _T - MA - _U | W: _T - MA

Alternatives stand apart by `|`; the first whose parts are all released is the one that counts.
One that says somewhat more than the code gives the cell the status before its colon: W, includes
data of another category, where those of unknown citizenship are too few to be taken away.
"""

import csv
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from warehouse.errors import SimimoError
from warehouse.indicator import Labels
from warehouse.messages import LANGUAGES
from warehouse.settings import settings

FOLDER = Path(__file__).with_name("correspondences")
UNMAPPED = "unmapped"
COUNTRIES = "COUNTRY"
"""The lists whose codes are countries: their codes follow from what is released."""

UNVERIFIED = "unverified"
"""How the source of an ILO code begins that was not seen in what ILO publishes."""

REFERENCE_AREA = "MAR"
OWN_COUNTRY = "MA"


class UnknownArea(SimimoError):
    """A released area is neither an ISO 3166 country nor named among the unmapped ones."""

    key = "ilms_unknown_area"


@dataclass(frozen=True)
class Term:
    """One code of an expression, added (+1) or taken away (-1)."""

    sign: int
    code: str


@dataclass(frozen=True)
class Alternative:
    """The terms that make up an ILO code, and the status that they give its cell, if any."""

    terms: tuple[Term, ...]
    status: str | None = None


@dataclass(frozen=True)
class Entry:
    """An ILO code, such as AGE_YTHADULT_YGE25, and the SIMIMO codes that make it up."""

    ilo_code: str
    alternatives: tuple[Alternative, ...]
    label: Labels
    source: str

    @property
    def version(self) -> str:
        """The classification that the code is of, such as AGE_YTHADULT."""
        return self.ilo_code.rpartition("_")[0]

    @property
    def codes(self) -> frozenset[str]:
        """Every SIMIMO code of its expression."""
        return frozenset(term.code for a in self.alternatives for term in a.terms)

    @property
    def is_verified(self) -> bool:
        """Whether the code was seen in what ILO publishes."""
        return not self.source.startswith(UNVERIFIED)


def entries(name: str, prefix: str, released: Mapping[str, Labels]) -> list[Entry]:
    """The entries of list `name` for a dimension with the codes `released`, with their labels.

    `prefix` (CDS) begins the codes of countries, which are those released. A classification in
    finer codes than those released is left out: its total and last band would say nothing.
    Raises UnknownArea.
    """
    listed = correspondences()[name]
    if name.startswith(COUNTRIES):
        return _country_entries(listed, prefix, released)
    return [entry for entry in listed if _is_released(entry.version, listed, released)]


def _is_released(version: str, listed: Iterable[Entry], released: Collection[str]) -> bool:
    """Whether something is released of what `version` alone of the listed classifications has."""
    shared = {e.alternatives for e in listed if e.version != version}
    own = [e for e in listed if e.version == version and e.alternatives not in shared]
    return not own or any(not e.codes.isdisjoint(released) for e in own)


def _country_entries(
    listed: Iterable[Entry], prefix: str, released: Mapping[str, Labels]
) -> list[Entry]:
    found = [_under(prefix, entry, entry.ilo_code, entry.label) for entry in listed]
    source = next(iter(listed)).source
    in_totals = {OWN_COUNTRY}.union(*(entry.codes for entry in listed))
    for code in sorted(set(released) - in_totals):
        if (alpha3 := alpha_3(code)) is not None:
            entry = Entry(alpha3, alternatives(code), released[code], source)
            found.append(_under(prefix, entry, alpha3, released[code]))
    return found


def _under(prefix: str, entry: Entry, code: str, label: Labels) -> Entry:
    return Entry(f"{prefix}_{code}", entry.alternatives, label, entry.source)


def alpha_3(code: str) -> str | None:
    """ILO's code of a country of cl_area (SEN of SN), where it has one. Raises UnknownArea."""
    import pycountry

    other = {t.code: e.ilo_code for e in correspondences()["AREA"] for t in e.alternatives[0].terms}
    if code in other:
        return other[code]
    if code in unmapped("cl_area"):
        return None
    country = pycountry.countries.get(alpha_2=code)
    if country is None:
        raise UnknownArea(area=code)
    return str(country.alpha_3)


@cache
def correspondences() -> Mapping[str, tuple[Entry, ...]]:
    """Every list of entries by its name, such as AGE or CCT_FOREIGNERS, in ILO's order."""
    found: dict[str, list[Entry]] = {}
    for path in sorted(FOLDER.glob("*.csv")):
        if path.stem != UNMAPPED:
            for row in _rows(path):
                label = {lang: row[f"label_{lang}"] for lang in LANGUAGES}
                terms = alternatives(row["expression"])
                entry = Entry(row["ilo_code"], terms, label, row["source"])
                found.setdefault(row["list"], []).append(entry)
    return {name: tuple(listed) for name, listed in found.items()}


def alternatives(expression: str) -> tuple[Alternative, ...]:
    """The alternatives of an expression, such as `_T - MA - _U | W: _T - MA`."""
    return tuple(_alternative(part) for part in expression.split("|"))


def _alternative(part: str) -> Alternative:
    status, _, terms = part.rpartition(":")
    words = ["+", *terms.split()]
    pairs = zip(words[::2], words[1::2], strict=True)
    return Alternative(
        tuple(Term(1 if sign == "+" else -1, code) for sign, code in pairs),
        status.strip() or None,
    )


@cache
def unmapped(code_list: str) -> Mapping[str, str]:
    """The codes of a list that become no code of ILO, each with the reason.

    A whole level is named at once, as `level 3`.
    """
    reasons = {r["code"]: r["reason"] for r in _rows(FOLDER / f"{UNMAPPED}.csv", code_list)}
    of_level = {
        row["code"]: reasons[level]
        for row in _rows(settings().dbt_dir / "seeds" / "codelists" / f"{code_list}.csv")
        if (level := f"level {row['level']}") in reasons
    }
    named = {code: why for code, why in reasons.items() if not code.startswith("level ")}
    return of_level | named


def _rows(path: Path, code_list: str | None = None) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return [r for r in csv.DictReader(file) if code_list in (None, r.get("code_list"))]
