"""Labels of units and frequencies, which are no dimensions and so are frozen in no release."""

import csv
from functools import cache

from warehouse.settings import settings


def label(code_list: str, code: str, lang: str) -> str:
    """The label of `code`, such as M in cl_freq; the code itself where the list lacks it."""
    return _labels(code_list, lang).get(code, code)


@cache
def _labels(code_list: str, lang: str) -> dict[str, str]:
    path = settings().dbt_dir / "seeds" / "codelists" / f"{code_list}.csv"
    if not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {row["code"]: row[f"label_{lang}"] for row in csv.DictReader(file)}
