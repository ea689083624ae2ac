"""Definitions of dataflows: what is read, what is refused."""

from pathlib import Path
from typing import Any

import pytest

from tests.dataflows import given
from warehouse.errors import UnknownDataflow
from warehouse.indicator import (
    InvalidDefinition,
    dataflow,
    definition_from,
    frozen_definition,
    read_definitions,
)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"kind": "public"}, "public, yet from national sources"),
        ({"kind": "secret"}, "unknown kind"),
        ({"sources": ["nobody"]}, "sources without contract"),
        ({"tables": []}, "no table"),
        ({"tables": [["age"]]}, "names other dimensions"),
        ({"yearly_tables": [["sex"]]}, "yearly tables that are none of its tables"),
        ({"yearly_tables": [["citizenship", "sex"]]}, "yearly tables, yet no yearly figures"),
        ({"yearly_codes": {"age": ["Y_LT15"]}}, "yearly codes of dimensions that it has not"),
        ({"yearly_codes": {"sex": ["F"]}}, "yearly codes, yet no yearly figures"),
        ({"freq": "W"}, "unknown frequency"),
        ({"time_aggregation": "median"}, "unknown time aggregation"),
        ({"dimensions": [{"id": "shoe_size", "code_list": "cl_x", "label": ""}]}, "shoe_size"),
        ({"title": {"fr": "Sexe"}}, "ar"),
        ({"comparable": ""}, "comparable says nothing"),
        ({"known_limits": {"fr": "Aucune", "ar": " ", "en": "None"}}, "known_limits says nothing"),
        (
            {"formula": {"fr": "Ratio", "ar": "نسبة", "en": "Ratio"}},
            "formula is not told in every language",
        ),
        ({"comparable": "ILO ILMS"}, "comparable is not told in every language"),
        ({"icls_categories": [], "icls_clauses": []}, "icls_clause says nothing"),
        ({"icls_categories": ["XYZ"]}, "unknown ICLS category 'XYZ'"),
        ({"icls_clauses": ["by_shoe_size"]}, "unknown ICLS clause 'by_shoe_size'"),
        ({"stock_flow": "ratio"}, "neither stock nor flow"),
    ],
)
def test_unsound_definitions_are_refused(changes: dict[str, Any], problem: str) -> None:
    with pytest.raises(InvalidDefinition, match=problem):
        definition_from(given(**changes), "df_x")


def test_a_national_table_has_at_most_three_dimensions() -> None:
    ids = ["sex", "age", "reason", "activity"]
    with pytest.raises(InvalidDefinition, match="too deep"):
        definition_from(given(ids=ids), "df_x")


def test_what_a_figure_is_takes_a_table_no_deeper_into_persons() -> None:
    ids = ["sex", "age", "reason", "measure", "statistic"]
    assert definition_from(given(ids=ids), "df_x").tables


def test_codes_of_the_year_are_frozen_where_there_are_any() -> None:
    codes = {"time_aggregation": "sum", "yearly_codes": {"sex": ["F"]}}
    read = definition_from(given(**codes), "df_x")
    assert read.yearly_codes == {"sex": ("F",)}
    assert frozen_definition(read.to_json()) == read
    assert "yearly_codes" not in definition_from(given(), "df_x").to_json()


def test_units_of_measures_are_frozen_where_there_are_any() -> None:
    units = {"CV": {"unit_measure": "PT", "decimals": 1}}
    read = definition_from(given(ids=["sex", "statistic"], units=units), "df_x")
    assert read.units["CV"].decimals == 1
    assert frozen_definition(read.to_json()) == read
    assert "units" not in definition_from(given(), "df_x").to_json()
    with pytest.raises(InvalidDefinition, match="units of measures"):
        definition_from(given(units=units), "df_x")


def test_what_a_release_freezes_reads_back_the_same() -> None:
    import json

    read = definition_from(given(), "df_x")
    assert frozen_definition(json.loads(json.dumps(read.to_json()))) == read


def test_an_older_release_told_its_clause_in_one_language_and_stays_readable() -> None:
    frozen = definition_from(given(), "df_x").to_json() | {"icls_clause": "20th ICLS (2018)"}
    del frozen["icls_categories"]
    read = frozen_definition(frozen)
    assert set(read.icls_clause.values()) == {"20th ICLS (2018)"}
    assert read.icls_categories == ()


def test_the_contracts_behind_a_dataflow_include_those_that_enrich_its_records() -> None:
    read = definition_from(given(), "df_x")
    assert {"cnss_declarations", "cnss_employers", "cnss_immatriculations"} <= set(read.contracts)
    assert "dgsn_residence_titles" not in read.contracts


def test_only_the_aggregates_named_stand_behind_a_dataflow() -> None:
    """Students and refugees are kept in one table, and are other populations."""
    read = definition_from(given(sources=["bra_refugees"]), "df_x")
    assert read.contracts == ("bra_refugees",)


def test_a_models_file_without_definition_defines_nothing(tmp_path: Path) -> None:
    path = tmp_path / "cells.yml"
    path.write_text("version: 2\nmodels:\n  - name: cell_x\n", "utf-8")
    assert read_definitions(path) == []


def test_an_unknown_dataflow_is_named() -> None:
    with pytest.raises(UnknownDataflow):
        dataflow("DF_NOBODY")


@pytest.mark.parametrize(
    ("freq", "time_aggregation", "frequencies"),
    [
        ("M", "sum", ("M", "Q", "A")),
        ("Q", "end_of_period", ("Q", "A")),
        ("A", "sum", ("A",)),
        ("M", "none", ("M",)),
    ],
)
def test_a_dataflow_stands_in_the_frequencies_that_its_rule_gives(
    freq: str, time_aggregation: str, frequencies: tuple[str, ...]
) -> None:
    read = definition_from(given(freq=freq, time_aggregation=time_aggregation), "df_test")
    assert read.frequencies == frequencies


def test_a_dimension_without_label_takes_the_common_one() -> None:
    read = definition_from(
        given(dimensions=[{"id": "sex", "code_list": "cl_sex"}], tables=[["sex"]]), "df_test"
    )
    assert read.dimensions[0].label["fr"] == "Sexe"
