"""The specimen survey: drawn by its plan, answered in the form's own columns, near its truth.

Recipe: the population of seed 1 with a household in two hundred, so that the test is quick; one
sample of it, drawn and answered with seed 5.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from warehouse.survey.design import sample
from warehouse.survey.estimate import Estimate, means, totals
from warehouse.survey.form.source import form
from warehouse.survey.records import answers, read_export
from warehouse.survey.specimen import drawing, population
from warehouse.survey.specimen.answers import answered

SEED = 5
ERRORS = 4
"""Standard errors within which an estimate of one sample is held to the truth."""


@pytest.fixture(scope="module")
def whole() -> population.Population:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(population, "HOUSEHOLDS_FOR_ONE", 200)
        return population.population()


@pytest.fixture(scope="module")
def drawn(whole: population.Population) -> pl.DataFrame:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(drawing, "UNITS", 150)
        return drawing.Plan(whole).draw(np.random.default_rng(SEED))


@pytest.fixture(scope="module")
def files(drawn: pl.DataFrame, whole: population.Population) -> dict[str, pl.DataFrame]:
    return answered(drawn, whole, np.random.default_rng(SEED))


def is_near(estimate: Estimate, truth: float) -> bool:
    assert estimate.standard_error is not None
    return abs(estimate.value - truth) < ERRORS * estimate.standard_error


def test_base_weights_add_up_to_the_population(
    drawn: pl.DataFrame, whole: population.Population
) -> None:
    assert drawn["base_weight"].sum() == pytest.approx(len(whole.persons), rel=0.05)


def test_a_sample_tells_the_truth(drawn: pl.DataFrame, whole: population.Population) -> None:
    of_it, truth = sample(drawn, drawing.DRAWN), whole.truth()
    assert is_near(totals(of_it, "is_worker")[0], truth["workers"])
    assert is_near(means(of_it, "earnings")[0], truth["mean_earnings"])


def test_after_non_response_the_weights_still_tell_it(
    files: dict[str, pl.DataFrame], whole: population.Population, tmp_path: Path
) -> None:
    for name, rows in files.items():
        if name != "sample":
            rows.write_csv(tmp_path / f"{name}.csv")
    found = answers(read_export(tmp_path), files["sample"], "stratum")
    everybody = found.persons.with_columns(pl.lit(1.0).alias("one"))
    of_it = sample(everybody, replace(drawing.DRAWN, weight="response_weight"))
    assert found.persons.height < files["simimo_survey-person"].height + 1
    assert is_near(totals(of_it, "one")[0], len(whole.persons))
    assert {finding.severity for finding in found.findings} <= {"warning", "information"}


def test_its_columns_are_questions_of_the_form(files: dict[str, pl.DataFrame]) -> None:
    """Drift: what the specimen exports, the form asks or works out, in the section named."""
    sections = {section.name: section for section in form().sections}
    of_section = {
        name: {question.name for question in section.questions}
        for name, section in sections.items()
    }
    for name, rows in files.items():
        if name == "sample":
            continue
        repeat = name.partition("-")[2]
        for column in set(rows.columns) - {"KEY", "PARENT_KEY"}:
            group, _, question = column.rpartition("-")
            assert question in of_section[group or repeat], f"{name}: {column}"
            assert sections[group].within == repeat if group else True


def test_its_answers_are_choices_of_the_form(files: dict[str, pl.DataFrame]) -> None:
    """Drift: codes that the specimen answers with are those of the form's lists."""
    from warehouse.survey.form.choices import choices

    for name, rows in files.items():
        for column in rows.columns if name != "sample" else ():
            question = column.rpartition("-")[2]
            if question in ("KEY", "PARENT_KEY", "stratum", "psu"):
                continue
            asked = form().question(question)
            if asked.list:
                codes = {choice.code for choice in choices(asked.list)}
                told = {str(code) for code in rows[column].drop_nulls().unique()}
                assert told <= codes, f"{name}: {column}"
