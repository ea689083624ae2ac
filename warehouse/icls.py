"""Where a dataflow stands in the international standards: categories of the 20th ICLS and clauses.

icls.yml, of which this is the only reader, says each clause once in every language, beside the
standard that it belongs to; the categories are the codes of cl_migrant_category.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from warehouse.codelists import label
from warehouse.messages import LANGUAGES, SEMICOLONS, words

CATEGORIES = "cl_migrant_category"


def clause(categories: Sequence[str], clauses: Sequence[str]) -> dict[str, str]:
    """What is said of a dataflow of `categories` and `clauses`, standard by standard, by language.

    ["RMW"], ["activity_after_return"] gives in English "Guidelines concerning ..., 20th ICLS
    (2018): return international migrant workers; by economic activity after return."; raises
    ValueError for a code that is unknown.
    """
    return {lang: _clause(categories, clauses, lang) for lang in LANGUAGES}


def standard(name: str, lang: str) -> str:
    """The title of a standard, such as labour_migration."""
    return str(_read()["standards"][name][lang])


def _clause(categories: Sequence[str], clauses: Sequence[str], lang: str) -> str:
    said: dict[str, list[str]] = {}
    for code in categories:
        said.setdefault(_read()["categories_of"], []).append(_category(code, lang))
    for code in clauses:
        given = _given(code)
        said.setdefault(given["standard"], []).append(given[lang])
    sentence = words("catalogue")["clause"][lang]
    return " ".join(
        sentence.format(standard=standard(name, lang), said=SEMICOLONS[lang].join(parts))
        for name, parts in said.items()
    )


def _category(code: str, lang: str) -> str:
    """The name of a category as it stands within a sentence."""
    name = label(CATEGORIES, code, lang)
    if name == code:
        raise ValueError(f"unknown ICLS category {code!r}")
    return name[0].lower() + name[1:]


def _given(code: str) -> Mapping[str, str]:
    known: Mapping[str, Mapping[str, str]] = _read()["clauses"]
    if code not in known:
        raise ValueError(f"unknown ICLS clause {code!r}")
    return known[code]


@cache
def _read() -> Mapping[str, Any]:
    import yaml

    loaded: Mapping[str, Any] = yaml.load(
        Path(__file__).with_name("icls.yml").read_text("utf-8"), yaml.CSafeLoader
    )
    return loaded
