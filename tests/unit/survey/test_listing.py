"""The units of a plan answer in the specimen's world, in the plan's own weights."""

import io

import numpy as np
import polars as pl
import pytest

from warehouse.survey.sample_list import by_plan
from warehouse.survey.sampling.plan import sampling_plan
from warehouse.survey.sampling.plan_files import csv_text, tables
from warehouse.survey.specimen.writing import answered_by_plan


@pytest.fixture(scope="module")
def units() -> pl.DataFrame:
    return pl.read_csv(io.StringIO(csv_text(tables(sampling_plan(2027, 0.2), ())["units"])))


@pytest.fixture(scope="module")
def files(units: pl.DataFrame) -> dict[str, pl.DataFrame]:
    return answered_by_plan(units, np.random.default_rng(3))


def visits(files: dict[str, pl.DataFrame]) -> pl.DataFrame:
    told = files["simimo_survey"]
    return told.rename({name: name.removeprefix("visit-") for name in told.columns})


def test_households_are_of_the_units_and_segments_of_the_plan(
    units: pl.DataFrame, files: dict[str, pl.DataFrame]
) -> None:
    drawn = visits(files).join(units.select("psu", "listed_segments"), on="psu", how="left")
    assert drawn["listed_segments"].null_count() == 0
    for segment, listed in drawn.select("segment_number", "listed_segments").iter_rows():
        assert str(segment) in listed.split()


def test_base_weights_stand_for_the_households_of_the_country(
    units: pl.DataFrame, files: dict[str, pl.DataFrame]
) -> None:
    # 9.28 million households at RGPH 2024; one in forty of the others is drawn, of random start.
    listed = by_plan(visits(files), units)
    assert listed["base_weight"].null_count() == 0
    assert listed["base_weight"].sum() == pytest.approx(9_275_038, rel=0.15)


def test_every_household_with_a_person_sought_is_drawn_as_such(
    files: dict[str, pl.DataFrame],
) -> None:
    persons = files["simimo_survey-person"]
    sought = persons.filter(
        (pl.col("labour-is_worker") == 1) | (pl.col("labour-is_returnee") == 1)
    )["PARENT_KEY"].unique()
    classes = visits(files).filter(pl.col("is_interview") == 1)
    is_sought = classes["KEY"].is_in(sought.implode())
    assert (classes["listing_class"] == "sought").to_list() == is_sought.to_list()
