"""What is kept of a round beside its figures, and what a build says of one that was refused."""

import polars as pl

from warehouse.build import BuildSummary
from warehouse.survey.rounds import responses
from warehouse.survey.weighting import response_status


def test_responses_are_told_by_stratum_and_of_all() -> None:
    results = ["completed", "refused", "no_contact", "vacant", "completed"]
    strata = ["MA-01-U"] * 4 + ["MA-02-R"]
    households = pl.DataFrame({"stratum": strata, "visit_result": results}).with_columns(
        response_status()
    )
    told = {row["stratum"]: row for row in responses(households).to_dicts()}
    assert (told["MA-01-U"]["refused"], told["MA-01-U"]["no_contact"]) == (1, 1)
    assert (told["_T"]["drawn"], told["_T"]["respondent"], told["_T"]["ineligible"]) == (5, 2, 1)
    # Two of four eligible.
    assert told["_T"]["response_rate"] == 0.5


def test_a_build_names_the_rounds_that_allow_no_estimate() -> None:
    for lang in ("fr", "ar", "en"):
        said = BuildSummary(True, 2, 3, 1.0, refused=("2027",)).text(lang)
        assert "simimo survey estimate --period 2027" in said
    assert "survey" not in BuildSummary(True, 2, 3, 1.0).text("en")
