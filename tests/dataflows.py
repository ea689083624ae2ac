"""Invented dataflows for tests: a definition names only what matters to the test."""

from typing import Any

from warehouse.indicator import Dataflow, definition_from


def given(**changes: Any) -> dict[str, Any]:
    """The definition of DF_TEST, persons by citizenship and sex, as its file would give it."""
    label = {"fr": "libellé", "ar": "عنوان", "en": "label"}
    ids = changes.pop("ids", ["citizenship", "sex"])
    lists = {"citizenship": "cl_area", "ref_area": "cl_area", "destination": "cl_area"}
    return {
        "id": "DF_TEST",
        "title": label,
        "definition": label,
        "population_concept": label,
        "icls_categories": ["IMW"],
        "icls_clauses": ["by_citizenship"],
        "stock_flow": "flow",
        "sources": ["cnss_declarations"],
        "formula": label,
        "unit_measure": "PERSON",
        "decimals": 0,
        "freq": "M",
        "dimensions": [
            {"id": d, "code_list": lists.get(d, f"cl_{d}"), "label": label} for d in ids
        ],
        "tables": [ids],
        "time_rule": label,
        "known_limits": label,
        "comparable": label,
        "kind": "national",
        **changes,
    }


def defined(**changes: Any) -> Dataflow:
    """The dataflow of `given`; its model is its id in small letters."""
    definition = given(**changes)
    return definition_from(definition, definition["id"].lower())
