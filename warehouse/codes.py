"""The codes that can be harmonised: correspondences that ship, and decisions of the desk."""

import csv
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from warehouse.contracts.contract import Contract
from warehouse.settings import settings
from warehouse.source_code import matched

ANY_PROVIDER = "*"

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


def _shipped(variable: str, provider: str) -> frozenset[str]:
    by_provider = _read(settings().dbt_dir / "seeds" / "correspondences" / f"{variable}.csv")
    return by_provider.get(provider, frozenset()) | by_provider.get(ANY_PROVIDER, frozenset())


@cache
def _read(path: Path) -> Mapping[str, frozenset[str]]:
    codes: dict[str, set[str]] = {}
    if path.exists():
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                codes.setdefault(row["provider"], set()).add(matched(row["source_code"]))
    return {provider: frozenset(found) for provider, found in codes.items()}
