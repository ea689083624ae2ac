"""What disclosure.yml names exists: a steward who mistypes a code is told so."""

from typing import Any

import pytest

from tests.dataflows import defined
from warehouse.disclosure.names import Names, UnknownName, require_known_names, require_names_in
from warehouse.disclosure.rules import InvalidRules
from warehouse.disclosure.suppression import Given
from warehouse.errors import SimimoError

DATAFLOWS = {
    flow.id: flow
    for flow in (
        defined(id="DF_HOLDER", ids=["sex", "status"]),
        defined(id="DF_STOCK", ids=["sex", "measure"]),
        defined(id="DF_MEAN", ids=["sex"], stock_flow="stock", time_aggregation="mean"),
        defined(id="DF_YEAR", ids=["sex"], freq="A"),
        defined(id="DF_PUBLIC", ids=["sex"], kind="public", sources=["oecd_df_mig"]),
    )
}
CODES = {
    "cl_sex": ["F", "M", "_T"],
    "cl_status": ["DECLARED", "NOT", "_T"],
    "cl_measure": ["PERSONS", "TITLES"],
}
NAMES = Names(DATAFLOWS, CODES.__getitem__)
DEFAULT = {"threshold": 5, "counted": "records", "zero": "published"}


def reasoned(values: dict[str, Any]) -> dict[str, Any]:
    return {name: {"value": value, "reason": "As told."} for name, value in values.items()}


def content(shared: tuple[Any, ...] = (), **dataflows: dict[str, Any]) -> dict[str, Any]:
    """What disclosure.yml would hold with these rules."""
    return {
        "default": reasoned(DEFAULT),
        "dataflows": {name: reasoned(rules) for name, rules in dataflows.items()},
        "shared": list(shared),
    }


def shares(by: str = "sex", **stock: str) -> tuple[dict[str, Any]]:
    cells = [{"dataflow": "DF_HOLDER"}, {"dataflow": "DF_STOCK", **stock}]
    return ({"cells": cells, "by": [by], "always": True, "reason": "The same."},)


def test_all_that_disclosure_yml_names_exists() -> None:
    require_known_names()


def test_names_that_exist_are_no_error() -> None:
    tie = {"dataflow": "DF_STOCK", "cells": {"measure": "TITLES"}, "own": {"status": "DECLARED"}}
    holder = {
        "summed": {"dimension": "status", "codes": ["DECLARED"]},
        "within": [{"dimension": "status", "codes": {"DECLARED": "_T"}, "cells": {"sex": ["F"]}}],
        "full_group": ["status"],
        "tied_to": [tie],
        "lies_in": [tie],
    }
    require_names_in(content(shares(measure="TITLES"), DF_HOLDER=holder), NAMES)


@pytest.mark.parametrize(
    ("rules", "name", "place"),
    [
        ({"summed": {"dimension": "statistic", "codes": ["N"]}}, "statistic", "DF_HOLDER"),
        ({"summed": {"dimension": "status", "codes": ["N"]}}, "N", "cl_status"),
        ({"within": [{"dimension": "age", "codes": {"F": "_T"}}]}, "age", "DF_HOLDER"),
        ({"within": [{"dimension": "sex", "codes": {"F": "ALL"}}]}, "ALL", "cl_sex"),
        (
            {"within": [{"dimension": "sex", "codes": {"F": "_T"}, "cells": {"status": ["X"]}}]},
            *("X", "cl_status"),
        ),
        ({"full_group": ["age"]}, "age", "DF_HOLDER"),
        ({"tied_to": [{"dataflow": "DF_STOK"}]}, "DF_STOK", "dbt_project/models/indicators"),
        ({"tied_to": [{"dataflow": "DF_PUBLIC"}]}, "DF_PUBLIC", "dbt_project/models/indicators"),
        ({"tied_to": [{"dataflow": "DF_STOCK", "cells": {"sex": "W"}}]}, "W", "cl_sex"),
        ({"tied_to": [{"dataflow": "DF_STOCK", "own": {"age": "_T"}}]}, "age", "DF_HOLDER"),
        ({"tied_to": [{"dataflow": "DF_STOCK", "codes": {"status": {}}}]}, "status", "DF_STOCK"),
        ({"lies_in": [{"dataflow": "DF_STOCK", "cells": {"measure": "X"}}]}, "X", "cl_measure"),
    ],
)
def test_a_name_that_does_not_exist_is_told_with_its_place(
    rules: dict[str, Any], name: str, place: str
) -> None:
    [rule] = rules
    with pytest.raises(UnknownName) as found:
        require_names_in(content(DF_HOLDER=rules), NAMES)
    assert found.value.values == {"rule": f"DF_HOLDER: {rule}", "name": name, "place": place}
    for language in ("fr", "ar", "en"):
        assert {rule, name, place} <= {*_words(found.value, language)}


def _words(refused: SimimoError, language: str) -> list[str]:
    text = refused.text(language)
    for sign in "«»“”،,:.":
        text = text.replace(f"{sign} ", " ").replace(f" {sign}", " ").strip(sign)
    return text.replace("”", " ").replace("»", " ").split()


@pytest.mark.parametrize(
    ("shared", "name"),
    [
        (shares(measure="PERSON"), "PERSON"),
        (shares(by="age", measure="PERSONS"), "age"),
    ],
)
def test_a_name_that_no_shared_cell_has_is_told(shared: tuple[Any, ...], name: str) -> None:
    with pytest.raises(UnknownName, match=name):
        require_names_in(content(shared), NAMES)


def test_rules_of_a_dataflow_that_is_not_defined_are_told() -> None:
    with pytest.raises(UnknownName, match="DF_TYPO"):
        require_names_in(content(DF_TYPO={}), NAMES)


@pytest.mark.parametrize(
    ("rules", "problem"),
    [
        ({"lies_in": [{"dataflow": "DF_MEAN"}]}, "DF_MEAN has no whole counts"),
        ({"lies_in": [{"dataflow": "DF_STOCK"}]}, "no measure of DF_STOCK is told"),
        (
            {"lies_in": [{"dataflow": "DF_MEAN", "own": {"status": "_T"}}]},
            "has no whole counts|at its total",
        ),
        ({"tied_to": [{"dataflow": "DF_YEAR"}]}, "no period of it is one of DF_YEAR"),
    ],
)
def test_what_cannot_be_compared_is_refused(rules: dict[str, Any], problem: str) -> None:
    with pytest.raises(InvalidRules, match=problem):
        require_names_in(content(DF_HOLDER=rules), NAMES)


def test_shares_whose_quarters_are_means_of_months_are_refused() -> None:
    from tests.spec.test_linked_system import read
    from warehouse.disclosure import Rules

    rules = Rules(5, "records", "published", adds="means")
    with pytest.raises(InvalidRules, match="DF_MEAN"):
        Given(read("sex value\nF 50"), DATAFLOWS["DF_MEAN"], rules)
