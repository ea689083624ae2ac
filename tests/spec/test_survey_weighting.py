"""Weights by hand: non-response by cells, calibration to margins."""

import polars as pl
import pytest

from tests.spec.test_survey_estimates import records
from warehouse.survey.calibration import NotCalibrated, calibrated
from warehouse.survey.design import Design, DesignRefused, records_of, sample
from warehouse.survey.weighting import (
    cell_findings,
    response_rates,
    response_status,
    response_weights,
)

# In cell A: R = 20, N = 10, I = 10, U = 10 of base weight: three quarters of the known are
# eligible, so w = base x (20 + 10 + 10 x 0.75) / 20 = base x 1.875. In cell B all is answered.
VISITS = """
    household | cell | visit_result | base
    1         | A    | completed    | 10
    2         | A    | partial      | 10
    3         | A    | refused      | 10
    4         | A    | vacant       | 10
    5         | A    | not_found    | 10
    6         | B    | completed    | 7
    7         | B    | completed    | 9
"""


def visits(table: str = VISITS) -> pl.DataFrame:
    return records(table).with_columns(response_status())


def test_respondents_take_the_weight_of_those_who_did_not_answer() -> None:
    found = response_weights(visits(), "base", "cell").to_list()
    assert found == [18.75, 18.75, None, None, None, 7, 9]


def test_a_household_without_a_form_is_of_unknown_eligibility() -> None:
    lost = records(VISITS).with_columns(
        pl.when(pl.col("visit_result") != "not_found").then("visit_result").alias("visit_result")
    )
    told = lost.with_columns(response_status())
    assert response_weights(told, "base", "cell").to_list()[:2] == [18.75, 18.75]


def test_the_response_rate_takes_the_unknown_in_the_share_of_the_known() -> None:
    # 2 respondents over 3 eligible and 0.75 of one unknown: 2 / 3.75.
    found = {row["cell"]: row for row in response_rates(visits(), "cell").to_dicts()}
    assert found["A"]["response_rate"] == pytest.approx(2 / 3.75)
    assert found["A"]["drawn"] == 5
    assert found["B"]["response_rate"] == 1


def test_a_cell_without_respondents_is_named() -> None:
    silent = visits().with_columns(
        pl.when(pl.col("cell") == "B")
        .then(pl.lit("non_respondent"))
        .otherwise("response_status")
        .alias("response_status")
    )
    (finding,) = cell_findings(silent, "cell")
    assert (finding.rule, finding.severity) == ("survey_cell_without_answer", "error")
    assert finding.values == {"column": "cell", "cell": "B", "count": "2"}
    assert cell_findings(visits(), "cell") == ()


PERSONS = """
    sex | region | y | weight
    F   | N      | 1 | 10
    F   | S      | 2 | 10
    M   | N      | 3 | 10
    M   | S      | 4 | 10
    M   | S      | 6 | 10
"""
MARGINS = {"sex": {"F": 30.0, "M": 30.0}, "region": {"N": 24.0, "S": 36.0}}


@pytest.mark.parametrize("method", ["linear", "raking", "logit"])
def test_calibrated_weights_meet_every_margin(method: str) -> None:
    drawn = sample(records(PERSONS), Design("weight"))
    found = records_of(calibrated(drawn, MARGINS, method))  # type: ignore[arg-type]
    for column, margin in MARGINS.items():
        counted = dict(found.group_by(column).agg(pl.col("calibrated_weight").sum()).rows())
        assert counted == pytest.approx(margin)


def test_one_margin_is_post_stratification() -> None:
    # Women 30 / 20 = 1.5 times their weight, men 30 / 30 = 1.
    drawn = sample(records(PERSONS), Design("weight"))
    found = records_of(calibrated(drawn, {"sex": MARGINS["sex"]}, "raking"))
    assert found["calibrated_weight"].to_list() == pytest.approx([15, 15, 10, 10, 10])


def test_bounds_hold_or_the_calibration_is_refused() -> None:
    drawn = sample(records(PERSONS), Design("weight"))
    within = records_of(calibrated(drawn, MARGINS, "logit", bounds=(0.5, 2.0)))
    factors = within["calibrated_weight"] / within["weight"]
    assert factors.is_between(0.5, 2.0).all()
    with pytest.raises(NotCalibrated):
        calibrated(drawn, MARGINS, "logit", bounds=(0.9, 1.1))


@pytest.mark.parametrize(
    ("margins", "rule"),
    [
        ({"sex": {"F": 30.0, "M": 30.0, "X": 1.0}}, "survey_margin_empty"),
        ({"sex": {"F": 30.0}}, "survey_margin_missing"),
        ({"sex": {"F": 30.0, "M": 30.0}, "region": {"N": 10.0, "S": 36.0}},
         "survey_margins_disagree"),
    ],
)  # fmt: skip
def test_margins_that_do_not_fit_are_named(margins: dict[str, dict[str, float]], rule: str) -> None:
    with pytest.raises(DesignRefused) as refused:
        calibrated(sample(records(PERSONS), Design("weight")), margins)
    assert [finding.rule for finding in refused.value.findings] == [rule]
