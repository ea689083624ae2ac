"""The codes that an institution may choose from in a column of its extract."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from warehouse.codes import ANY_PROVIDER
from warehouse.contracts.contract import Column, Contract, Labels
from warehouse.settings import settings

UNKNOWN = frozenset({"_T", "_U", "_Z", "_O"})
"""Codes of totals and of what is not known: no institution writes them."""


@dataclass(frozen=True)
class Choice:
    """One code as the institution writes it, such as SENEGALAISE, and what it means."""

    source_code: str
    code: str
    labels: Labels


def choices(contract: Contract, column: Column, on: date) -> tuple[Choice, ...]:
    """The codes of `column` valid `on` that day: the institution's own, else the common ones.

    One for each common code: the spelling that comes first in the correspondences. Empty where
    the column has no list.
    """
    if column.values:
        return tuple(Choice(v, v, {"fr": v, "ar": v, "en": v}) for v in column.values)
    if column.variable is None or column.code_list is None:
        return ()
    labels = _labels(column.code_list)
    rows = [row for row in _rows(column.variable) if _is_valid(row, on) and row["code"] in labels]
    own = [row for row in rows if row["provider"] == contract.provider]
    common = [row for row in rows if row["provider"] == ANY_PROVIDER]
    found = dict(_first_of_each(own or _in_the_style_of(column.example, common)))
    return tuple(Choice(found[code], code, labels[code]) for code in labels if code in found)


def _in_the_style_of(example: str | None, rows: list[Mapping[str, str]]) -> list[Mapping[str, str]]:
    """The common rows, first those that come from where the contract's example does."""
    style = next((row["source"] for row in rows if row["source_code"] == example), "")
    return sorted(rows, key=lambda row: (row["source"] != style, row["source_code"] != row["code"]))


def _first_of_each(rows: list[Mapping[str, str]]) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    for row in sorted(rows, key=lambda row: row["quality"] != "exact"):
        if row["code"] not in seen:
            seen.add(row["code"])
            yield row["code"], row["source_code"]


def _is_valid(row: Mapping[str, str], on: date) -> bool:
    day = on.isoformat()
    return (row["valid_from"] or day) <= day and (not row["valid_to"] or day < row["valid_to"])


def _rows(variable: str) -> tuple[Mapping[str, str], ...]:
    return _read(settings().dbt_dir / "seeds" / "correspondences" / f"{variable}.csv")


def _labels(code_list: str) -> dict[str, Labels]:
    """The codes of a list with their labels, in its order, without totals and unknowns."""
    rows = _read(settings().dbt_dir / "seeds" / "codelists" / f"{code_list}.csv")
    return {
        row["code"]: {lang: row[f"label_{lang}"] for lang in ("fr", "ar", "en")}
        for row in rows
        if row["code"] not in UNKNOWN
    }


@cache
def _read(path: Path) -> tuple[Mapping[str, str], ...]:
    if not path.exists():
        return ()
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))
