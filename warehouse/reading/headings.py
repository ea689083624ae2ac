"""Which heading of a file is which column of the contract."""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from warehouse.contracts.contract import Contract, contracts
from warehouse.errors import Unreadable
from warehouse.findings import Finding

TATWEEL = "\u0640"
HEADING_SHOWN = 60
"""Characters of an unknown heading that a finding quotes."""
ENOUGH = 0.5
"""Share of the required columns that a file of the contract names at least."""


@dataclass(frozen=True)
class Headings:
    """The cells of the heading record, and which is which column: {"sexe": 4, ...}, from 0.

    `pivoted` are the headings of a wide table that a pivot turns into rows: {"France": 5, ...}.
    """

    positions: Mapping[str, int]
    cells: tuple[str, ...]
    pivoted: Mapping[str, int] = field(default_factory=dict)

    @property
    def columns(self) -> Mapping[str, int]:
        """Every column to read, by the name that it has in a frame."""
        return {**self.positions, **self.pivoted}

    @property
    def width(self) -> int:
        """The number of fields that every record must have."""
        return len(self.cells)


def normalised(heading: str) -> str:
    """A heading without case, accents, blanks and marks: "N° d'Assuré " -> "ndassure"."""
    plain = unicodedata.normalize("NFKD", heading).replace(TATWEEL, "")
    return "".join(c for c in plain.casefold() if c.isalnum())


@dataclass(frozen=True)
class Vocabulary:
    """The headings that name a contract's columns: {"numeroassure": "numero_assure", ...}.

    `is_exact` takes the columns' names alone, letter by letter, as SDMX-CSV writes them: it puts
    a label column (Citizenship) beside each code (CITIZENSHIP).
    """

    known: Mapping[str, str]
    is_exact: bool

    def matched(self, cells: Sequence[str]) -> dict[int, str]:
        """The column that each heading names, by position: {0: "numero_assure", ...}."""
        keys = (cell.strip() if self.is_exact else normalised(cell) for cell in cells)
        return {i: self.known[key] for i, key in enumerate(keys) if key in self.known}


def vocabulary(contract: Contract) -> Vocabulary:
    """What the columns of `contract` may be called in its files."""
    if "sdmx_csv" in contract.formats:
        return Vocabulary({c.name: c.name for c in contract.columns}, is_exact=True)
    return Vocabulary(_known_headings(contract), is_exact=False)


def resolve(contract: Contract, cells: Sequence[str]) -> tuple[Headings, list[Finding]]:
    """The place of every column, and findings on surplus and absent optional columns.

    Raises Unreadable: doubled_column, missing_column, wrong_contract, no_header.
    """
    words = vocabulary(contract)
    found = words.matched(cells)
    _require_own_contract(contract, cells, found)
    _require_single(contract, list(found.values()))
    columns = contract.headed_columns
    missing = [c.name for c in columns if c.required and c.name not in found.values()]
    if missing:
        raise Unreadable("missing_column", column=", ".join(missing), contract=contract.id)
    pivoted = _pivoted(contract, cells, found)
    taken = {*found, *pivoted.values()}
    ignored = {normalised(heading) for heading in contract.ignored_headings}
    taken |= {i for i, cell in enumerate(cells) if normalised(cell) in ignored}
    findings = [] if words.is_exact else _surplus(cells, taken)
    absent = ", ".join(c.name for c in columns if c.name not in found.values())
    if absent:
        findings.append(
            Finding("absent_column", "information", column=absent, values={"column": absent})
        )
    return Headings({name: i for i, name in found.items()}, tuple(cells), pivoted), findings


def _pivoted(contract: Contract, cells: Sequence[str], found: Mapping[int, str]) -> dict[str, int]:
    """The headings that the contract's pivot makes rows of; raises Unreadable where one repeats.

    A table without any such heading is not the contract's: missing_column.
    """
    pivot = contract.pivot
    if pivot is None:
        return {}
    headings: dict[str, int] = {}
    for i, cell in enumerate(cells):
        heading = cell.strip()
        if heading and i not in found and re.search(pivot.pattern, heading):
            if heading in headings:
                raise Unreadable("doubled_column", column=heading[:HEADING_SHOWN])
            headings[heading] = i
    if not headings:
        raise Unreadable("missing_column", column=pivot.name, contract=contract.id)
    return headings


def _known_headings(contract: Contract) -> Mapping[str, str]:
    """Every accepted heading; the contract's own name wins over synonyms, these over labels."""
    known: dict[str, str] = {}
    for headings_of in (
        lambda c: (c.name,),
        lambda c: c.synonyms,
        lambda c: tuple(c.labels.values()),
    ):
        fresh: dict[str, set[str]] = {}
        for column in contract.headed_columns:
            for heading in map(normalised, headings_of(column)):
                fresh.setdefault(heading, set()).add(column.name)
        single = {heading: names.pop() for heading, names in fresh.items() if len(names) == 1}
        known = {**single, **known}
    return {heading: name for heading, name in known.items() if heading}


def _require_own_contract(
    contract: Contract, cells: Sequence[str], found: Mapping[int, str]
) -> None:
    own = _share(contract, set(found.values()))
    if own == 1.0:
        return
    best, share = _best_other(contract, cells)
    if best is not None and share > own and (share == 1.0 or own < ENOUGH):
        raise Unreadable("wrong_contract", contract=contract.id, best=best.id)
    if not found:
        raise Unreadable("no_header", contract=contract.id)


def _best_other(contract: Contract, cells: Sequence[str]) -> tuple[Contract | None, float]:
    """The other contract that the headings fit best, and how well; ties by most columns."""
    fits = [
        (_share(other, names), len(names), other)
        for other in contracts().values()
        if other.id != contract.id and (names := set(vocabulary(other).matched(cells).values()))
    ]
    if not fits:
        return None, 0.0
    share, _, best = max(fits, key=lambda fit: fit[:2])
    return (best, share) if share >= ENOUGH else (None, share)


def _share(contract: Contract, names: set[str]) -> float:
    required = {c.name for c in contract.headed_columns if c.required}
    required = required or {c.name for c in contract.headed_columns}
    return len(required & names) / len(required)


def _require_single(contract: Contract, names: Sequence[str]) -> None:
    doubled = [c.name for c in contract.columns if names.count(c.name) > 1]
    if doubled:
        raise Unreadable("doubled_column", column=", ".join(doubled))


def _surplus(cells: Sequence[str], taken: Collection[int]) -> list[Finding]:
    names = [cell.strip()[:HEADING_SHOWN] for i, cell in enumerate(cells) if i not in taken]
    return [
        Finding("surplus_column", "warning", column=name, values={"column": name})
        for name in names
        if name
    ]
