"""The codes that can be harmonised: correspondences that ship, and decisions of the desk."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from warehouse.contracts.contract import Column, Contract
from warehouse.masking import IDENTIFIER
from warehouse.periods import first_day
from warehouse.settings import settings
from warehouse.source_code import matched, matched_codes

if TYPE_CHECKING:
    import psycopg

ANY_PROVIDER = "*"
CODE_MARGIN = 5
"""Characters by which an unknown code may be longer than every known one."""

Known = Mapping[str, frozenset[str]]
"""Source codes by variable, as they are compared: what decoding will recognise."""


@dataclass(frozen=True)
class SourceCode:
    """A source code of a variable, and the days from which and before which it is valid."""

    variable: str
    source_code: str
    valid_from: date | None = None
    valid_to: date | None = None

    def is_valid(self, day: date | None) -> bool:
        """Whether the code is valid on `day`; without a day, whether it ever is."""
        return day is None or (self.valid_from or day) <= day < (self.valid_to or date.max)


def known_codes(
    contract: Contract, decided: Iterable[SourceCode] = (), period: str | None = None
) -> Known:
    """The source codes that `contract`'s provider may send, by variable.

    `decided` adds those of the desk. With a period, only what is valid on the day by which its
    rows are decoded: its first one. A cumulative extract tells the whole history, so that every
    code which was ever valid is known.
    """
    day = None if period is None or contract.coverage == "cumulative" else first_day(period)
    variables = sorted({c.variable for c in contract.columns if c.variable})
    found = [code for v in variables for code in _shipped(v, contract.provider)]
    found += [code for code in decided if code.variable in variables]
    known: dict[str, set[str]] = {variable: set() for variable in variables}
    for code in found:
        if code.is_valid(day):
            known[code.variable].add(matched(code.source_code))
    return {variable: frozenset(codes) for variable, codes in known.items()}


def decided_codes(session: "psycopg.Connection", provider: str) -> list[SourceCode]:
    """The source codes that decisions of the desk in force know of `provider`."""
    rows = session.execute(
        """
        select variable, source_code, valid_from, valid_to
        from codes.decision_in_force where provider in (%s, %s)
        """,
        [provider, ANY_PROVIDER],
    )
    return [SourceCode(*row) for row in rows]


def compared(column: Column, text: pl.Expr) -> pl.Expr:
    """`matched`, over a column: cut, too, to the characters that carry the code."""
    code = text.map_batches(matched_codes, return_dtype=pl.String)
    return code.str.slice(0, column.code_length)


def resembles(text: pl.Expr, known: frozenset[str]) -> pl.Expr:
    """Whether a text could be a code of the list: not much longer, no more words, no more digits.

    Beside M and F, 'X' could be one; 'DIALLO AMINATA' and '12 03 1985' could not.
    """
    longest = max(map(len, known), default=0) + CODE_MARGIN
    words = max((len(code.split()) for code in known), default=1)
    digits = max((len(run) for code in known for run in re.findall(r"[0-9]+", code)), default=0)
    return (
        (text.str.len_chars() <= longest)
        & (text.str.count_matches(r"\S+") <= words)
        & ~text.str.contains(f"[0-9]{{{digits + 1},}}")
        & ~text.str.contains(IDENTIFIER)
    )


def every_code(variable: str, decided: Iterable[str]) -> frozenset[str]:
    """The source codes of a variable that any provider may send at any time, and those decided."""
    shipped = (code.source_code for codes in _by_provider(variable).values() for code in codes)
    return frozenset([*shipped, *map(matched, decided)])


def _shipped(variable: str, provider: str) -> Iterator[SourceCode]:
    by_provider = _by_provider(variable)
    for name in (provider, ANY_PROVIDER):
        yield from by_provider.get(name, ())


def _by_provider(variable: str) -> Mapping[str, tuple[SourceCode, ...]]:
    return _read(settings().dbt_dir / "seeds" / "correspondences" / f"{variable}.csv")


@cache
def _read(path: Path) -> Mapping[str, tuple[SourceCode, ...]]:
    codes: dict[str, list[SourceCode]] = {}
    if path.exists():
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                days = (_day(row["valid_from"]), _day(row["valid_to"]))
                code = SourceCode(path.stem, matched(row["source_code"]), *days)
                codes.setdefault(row["provider"], []).append(code)
    return {provider: tuple(found) for provider, found in codes.items()}


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
