"""The words of the analysis report, from messages/words/estimates.yml, and names of its codes."""

from functools import cache
from typing import Any

from warehouse import messages
from warehouse.codelists import label
from warehouse.report.marked import Marked, apart, isolated

CODE_LISTS = {
    "sex": "cl_sex",
    "age_band": "cl_age",
    "education": "cl_education",
    "occupation": "cl_occupation",
    "activity": "cl_activity",
    "channel": "cl_recruitment_channel",
    "citizenship": "cl_area",
    "abroad_country": "cl_area",
    "region": "cl_region",
}
CATEGORIES = "cl_migrant_category"


def said(key: str, lang: str, **values: Any) -> Marked:
    """The sentence `key` in `lang`, its values kept apart."""
    return apart(str(_words()[key][lang]).format_map(_isolated(values)))


def lines(key: str, lang: str, **values: Any) -> tuple[Marked, ...]:
    """The sentences of the list `key`."""
    kept = _isolated(values)
    return tuple(apart(str(line).format_map(kept)) for line in _words()[key][lang])


def measure_name(measure: str, lang: str) -> str:
    """What a measure is called: a category of the 20th ICLS by its code list."""
    own = _words()["measures"].get(measure)
    return str(own[lang]) if own else label(CATEGORIES, measure, lang)


def breakdown_name(breakdown: str, lang: str) -> str:
    """What a breakdown is called (e.g. canal de recrutement)."""
    return str(_words()["breakdowns"][breakdown][lang])


def code_name(breakdown: str, code: str, lang: str) -> str:
    """The label of a code of a breakdown; a corridor by the names of its two countries."""
    if breakdown == "corridor" and "-" in code:
        origin, job = (label("cl_area", area, lang) for area in code.split("-", 1))
        return str(_words()["corridor"][lang]).format(origin=origin, job=job)
    if breakdown == "migration_rank" and code in _words()["ranks"]:
        return str(_words()["ranks"][code][lang])
    return label(CODE_LISTS.get(breakdown, "cl_sex"), code, lang)


def _isolated(values: dict[str, Any]) -> dict[str, Marked]:
    return {name: isolated(str(value)) for name, value in values.items()}


@cache
def _words() -> dict[str, Any]:
    return messages.words("estimates")
