"""Facts of the release stage that stand in two places."""

from pathlib import Path

import pytest
import yaml

import warehouse.disclosure
from warehouse.database import engine
from warehouse.indicator import dataflows
from warehouse.settings import settings


@pytest.mark.path
def test_the_release_tables_are_what_the_migrations_leave(warehouse_database: str) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from warehouse.release_tables import SCHEMA, metadata

    with engine().connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "include_schemas": True,
                "compare_server_default": True,
                "include_name": lambda name, kind, _parents: kind != "schema" or name == SCHEMA,
                "include_object": lambda _object, _name, _kind, _reflected, other: (
                    getattr(_object, "schema", SCHEMA) == SCHEMA
                ),
            },
        )
        assert compare_metadata(context, metadata) == []


def test_the_rules_of_disclosure_name_the_national_dataflows() -> None:
    path = Path(warehouse.disclosure.__file__).with_name("disclosure.yml")
    named = set(yaml.safe_load(path.read_text("utf-8"))["dataflows"])
    national = {d.id for d in dataflows().values() if d.kind == "national"}
    assert national - named == set(), "national dataflows without rules of their own"
    assert named - national == set(), "rules of dataflows that are not national"


MEANS_AND_SHARES = {"PT", "DAY"}
"""Units of figures that do not add up: percentages, and medians of days."""
WAGES = {"DF_EARNINGS", "DF_EARNINGS_QUARTILE"}
"""In dirhams, yet means and quartiles."""


def test_every_count_and_sum_is_held_to_add_up_to_its_totals() -> None:
    folder = settings().dbt_dir / "models" / "indicators"
    read = (yaml.safe_load(path.read_text("utf-8")) for path in folder.glob("df_*.yml"))
    models = {model["name"]: model for content in read for model in content["models"]}
    additive = {
        flow.model
        for flow in dataflows().values()
        if flow.kind == "national"
        and flow.unit_measure not in MEANS_AND_SHARES
        and flow.id not in WAGES
        # Of estimates the uncertain parts have no value, and errors do not add up.
        and "statistic" not in flow.dimension_ids
    }
    held = {
        name
        for name, model in models.items()
        if any("parts_equal_totals" in test for test in model["data_tests"])
    }
    assert additive - held == set()
