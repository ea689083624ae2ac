"""The codes that can be harmonised: correspondences that ship, and decisions of the desk."""

import csv
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import polars as pl

from warehouse.contracts.contract import Column, Contract
from warehouse.masking import IDENTIFIER
from warehouse.settings import settings
from warehouse.source_code import matched, matched_codes

ANY_PROVIDER = "*"
CODE_MARGIN = 5
"""Characters by which an unknown code may be longer than every known one."""

Known = Mapping[str, frozenset[str]]
"""Source codes by variable, as they are compared: what decoding will recognise."""


def known_codes(contract: Contract, decided: Iterable[tuple[str, str]] = ()) -> Known:
    """The source codes that `contract`'s provider may send, by variable.

    `decided` adds (variable, source code) pairs taken at the desk.
    """
    variables = {c.variable for c in contract.columns if c.variable}
    known = {v: set(_shipped(v, contract.provider)) for v in variables}
    for variable, source_code in decided:
        if variable in known:
            known[variable].add(matched(source_code))
    return {variable: frozenset(codes) for variable, codes in known.items()}


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
    """The source codes of a variable that any provider may send, and those decided."""
    return frozenset().union(*_by_provider(variable).values(), map(matched, decided))


def _shipped(variable: str, provider: str) -> frozenset[str]:
    by_provider = _by_provider(variable)
    return by_provider.get(provider, frozenset()) | by_provider.get(ANY_PROVIDER, frozenset())


def _by_provider(variable: str) -> Mapping[str, frozenset[str]]:
    return _read(settings().dbt_dir / "seeds" / "correspondences" / f"{variable}.csv")


@cache
def _read(path: Path) -> Mapping[str, frozenset[str]]:
    codes: dict[str, set[str]] = {}
    if path.exists():
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                codes.setdefault(row["provider"], set()).add(matched(row["source_code"]))
    return {provider: frozenset(found) for provider, found in codes.items()}
