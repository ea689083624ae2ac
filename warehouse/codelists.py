"""The code lists as the program ships them: labels, and the codes of a list."""

import csv
from functools import cache
from typing import Any

from warehouse.messages import LANGUAGES
from warehouse.settings import settings


def label(code_list: str, code: str, lang: str) -> str:
    """The label of `code`, such as M in cl_freq; the code itself where the list lacks it."""
    return _labels(code_list, lang).get(code, code)


def labels_of(code_list: str, code: str) -> dict[str, str]:
    """The label of `code` in every language; the code itself where the list lacks it."""
    return {lang: label(code_list, code, lang) for lang in LANGUAGES}


@cache
def _labels(code_list: str, lang: str) -> dict[str, str]:
    path = settings().dbt_dir / "seeds" / "codelists" / f"{code_list}.csv"
    if not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {row["code"]: row[f"label_{lang}"] for row in csv.DictReader(file)}


def codes(code_list: str) -> list[dict[str, Any]]:
    """The codes of a list, in the shape in which a release freezes them."""
    return [
        {
            "code": row["code"],
            "parent": row["parent_code"] or None,
            "label": {lang: row[f"label_{lang}"] for lang in LANGUAGES},
        }
        for row in newest(code_list)
    ]


def newest(code_list: str) -> list[dict[str, str]]:
    """One row a code: that of its newest validity, where its meaning has changed."""
    path = settings().dbt_dir / "seeds" / "codelists" / f"{code_list}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: (row["code"], row["valid_from"]))
    return list({row["code"]: row for row in rows}.values())
