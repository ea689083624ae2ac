"""The rules of disclosure.yml, and what a Protected refuses to hold."""

import json

import polars as pl
import pytest

from warehouse import codelists
from warehouse.disclosure import Protected, Rules, protect, rules
from warehouse.indicator import dataflow, dataflows


def frame(**columns: list[object]) -> pl.DataFrame:
    return pl.DataFrame(columns)


@pytest.mark.parametrize(
    "columns",
    [
        {"obs_value": ["3"], "obs_status": ["Q"], "conf_status": ["A"]},
        {"obs_value": [None], "obs_status": ["A"], "conf_status": ["A"]},
        {"obs_value": [None], "obs_status": ["Q"], "conf_status": ["F"]},
        {"obs_value": ["3"], "obs_status": ["A"], "conf_status": [None]},
        {"obs_value": ["3"], "obs_status": [None], "conf_status": ["F"]},
        {"obs_value": ["9"], "obs_status": ["A"], "conf_status": ["F"], "obs_count": [9]},
        {"obs_value": ["9"], "obs_status": ["A"], "conf_status": ["F"], "obs_largest": [5]},
        {"obs_value": ["9"], "obs_status": ["A"], "conf_status": ["F"], "obs_second": [3]},
        {"obs_value": ["9"], "obs_status": ["A"], "conf_status": ["F"], "obs_amount": [9]},
    ],
    ids=[
        "value",
        "status",
        "confidentiality",
        "no_conf",
        "no_status",
        "count",
        "one",
        "two",
        "sum",
    ],
)
def test_what_is_unprotected_is_never_called_protected(
    columns: dict[str, list[object]],
) -> None:
    with pytest.raises(ValueError, match="not protected"):
        Protected(frame(**columns))


def test_national_observations_need_rules() -> None:
    observations = frame(obs_value=["9"], obs_status=["A"], obs_count=[9])
    with pytest.raises(ValueError, match="need disclosure rules"):
        protect(observations, "national", None)


@pytest.mark.parametrize(("threshold", "counted", "zero"), [
    (2, "records", "published"),
    (0, "records", "published"),
    (True, "records", "published"),
    (5, "nothing", "published"),
    (5, "records", "hidden"),
])  # fmt: skip
def test_rules_that_protect_nobody_are_refused(threshold: int, counted: str, zero: str) -> None:
    with pytest.raises(ValueError, match="disclosure"):
        Rules(threshold, counted, zero)  # type: ignore[arg-type]


def test_a_mean_is_judged_by_its_contributors_alone() -> None:
    found = rules("DF_EARNINGS")
    assert (found.threshold, found.counted, found.adds) == (5, "records", "means")
    assert found.dominance == (2, 85)


def test_a_dataflow_that_the_authority_did_not_name_has_the_default() -> None:
    assert rules("DF_OF_TOMORROW") == Rules(5, "value_and_records", "published")


def test_withheld_observations_are_counted_by_reason() -> None:
    observations = frame(obs_value=["1", "9", "2"], obs_status=["A", "A", "A"], obs_count=[1, 9, 2])
    assert protect(observations, "national", rules("DF_JOBSEEKER")).withheld == {"A": 2}


def test_every_value_of_the_rules_has_its_reason() -> None:
    from pathlib import Path

    import yaml

    import warehouse.disclosure

    path = Path(warehouse.disclosure.__file__).with_name("disclosure.yml")
    content = yaml.safe_load(path.read_text("utf-8"))
    for owner in (content["default"], *content["dataflows"].values()):
        for name, rule in owner.items():
            assert set(rule) == {"value", "reason"}, name
            assert len(rule["reason"]) > 20, name


def test_every_detailed_step_lies_in_its_stage_and_is_told_by_year_alone() -> None:
    """Who went through a stage without it follows by subtraction. A median that is withheld tells
    that somebody went through the step: of no month, as no month tells how many."""
    detailed = {c["code"]: c["parent"] for c in codelists.codes("cl_journey_step") if c["parent"]}
    within = [n.codes for n in rules("DF_JOURNEY").within if n.dimension == "step"]
    inner = {code: above for nesting in within for code, above in nesting.items()}
    assert {code: inner.get(code) for code in detailed} == detailed
    for name in ("DF_JOURNEY", "DF_JOURNEY_DURATION"):
        assert {*dataflow(name).yearly_codes["step"]} == {*detailed}, name


def test_rules_are_recorded_as_a_manifest_gives_them_back() -> None:
    """A release tells rules that changed by comparing both."""
    for name in dataflows():
        recorded = rules(name).to_json()
        assert json.loads(json.dumps(recorded)) == recorded, name
