"""The common code lists as the desk reads them: from the seeds, without a database."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from warehouse.contracts.contract import contracts
from warehouse.settings import settings

TITLE_SUFFIX = "_title"
"""Titles in words are coded to the list of what they are titles of (occupation_title)."""


@dataclass(frozen=True)
class Code:
    """A code of a common list, with its labels in French, Arabic and English."""

    code: str
    label_fr: str
    label_ar: str
    label_en: str

    @property
    def labels(self) -> tuple[str, str, str]:
        """The labels in the order of the languages: fr, ar, en."""
        return self.label_fr, self.label_ar, self.label_en

    def label(self, lang: str) -> str:
        """The label in `lang`."""
        return str(getattr(self, f"label_{lang}"))


def list_of(variable: str) -> str:
    """The code list of a variable: cl_area of area, cl_occupation of occupation_title."""
    return f"cl_{variable.removesuffix(TITLE_SUFFIX)}"


def code_lists() -> list[str]:
    """The names of all code lists."""
    return sorted(path.stem for path in _folder().glob("cl_*.csv"))


def codes(code_list: str) -> dict[str, Code]:
    """The codes of a list; none where there is no such list."""
    return _read(_folder() / f"{code_list}.csv")


def providers() -> set[str]:
    """The institutions that have a contract."""
    return {contract.provider for contract in contracts().values()}


def _folder() -> Path:
    return settings().dbt_dir / "seeds" / "codelists"


@cache
def _read(path: Path) -> dict[str, Code]:
    if not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {
            row["code"]: Code(row["code"], row["label_fr"], row["label_ar"], row["label_en"])
            for row in csv.DictReader(file)
        }
