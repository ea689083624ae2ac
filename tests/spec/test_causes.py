"""Why a figure changed: from two manifests to the reasons that a reader is told."""

from typing import Any

import pytest

from tests.dataflows import defined
from warehouse.indicator import Dataflow
from warehouse.releasing.causes import Cause, reasons
from warehouse.releasing.causes import causes as told_causes

FLOW = defined(id="DF_X", stock_flow="flow")
STOCK = defined(id="DF_X", stock_flow="stock")


def causes(flow: Dataflow, now: dict[str, Any], before: dict[str, Any] | None) -> list[Cause]:
    return told_causes(flow, now, before, DECIDED)


def manifest(*sent: str, **changes: Any) -> dict[str, Any]:
    """A manifest of DF_X on files such as '1 cnss_declarations 2025-11 v1'."""
    submissions = []
    for text in sent:
        number, contract, period, version = text.split()
        submissions.append(
            {"id": int(number), "contract": contract, "period": period, "version": int(version[1:])}
        )
    told = {
        "submissions": [s["id"] for s in submissions],
        "definition_hash": "d",
        "plain_hash": "d",
        "disclosure": {"threshold": 5},
    }
    return {
        "submissions": submissions,
        "code_version": {"package": "1", "models_hash": "m", "commit": None},
        "inputs": {"decisions": [], "corrections": []},
        "dataflows": {"DF_X": told},
        **changes,
    }


NOVEMBER, DECEMBER = "1 cnss_declarations 2025-11 v1", "2 cnss_declarations 2025-12 v1"
BEFORE = manifest(NOVEMBER)
DECIDED = {
    7: {"variable": "area", "provider": "*", "valid_from": "2025-12"},
    8: {"variable": "area", "provider": "dgsn", "valid_from": None},
}
CORRECTION = {"contract": "cnss_declarations", "period": "2025-11", "column": "x", "mark": "m"}

# What changed since, whether the cell is new, and its reasons by period:
#                                  2025-10             2025-11               2025-12
TOLD = """
    nothing            changed     derived             derived               derived
    new_month          changed     new_month           new_month             new_month
    new_month          new         new_month           new_month             new_month
    resubmission       changed     derived             resubmission          derived
    withdrawal         changed     derived             withdrawal            derived
    decision           changed     derived             derived               code_decision
    correction         changed     derived             correction            derived
    models             changed     method              method                method
    resent+models      changed     method              resubmission,method   method
    resent+new_month   changed     new_month           resubmission,new_month  new_month
"""
SINCE = {
    "nothing": manifest(NOVEMBER),
    "new_month": manifest(NOVEMBER, DECEMBER),
    "resubmission": manifest("3 cnss_declarations 2025-11 v2"),
    "withdrawal": manifest(),
    "decision": manifest(NOVEMBER, inputs={"decisions": [7], "corrections": []}),
    "correction": manifest(NOVEMBER, inputs={"decisions": [], "corrections": [CORRECTION]}),
    "models": manifest(NOVEMBER, code_version={"package": "1", "models_hash": "n", "commit": None}),
    "resent+models": manifest(
        "3 cnss_declarations 2025-11 v2",
        code_version={"package": "1", "models_hash": "n", "commit": None},
    ),
    "resent+new_month": manifest("3 cnss_declarations 2025-11 v2", DECEMBER),
}


@pytest.mark.parametrize("line", [line.split() for line in TOLD.strip().splitlines()])
def test_the_reasons_of_a_flow(line: list[str]) -> None:
    since, kind, *expected = line
    found = causes(FLOW, SINCE[since], BEFORE)
    for period, told in zip(("2025-10", "2025-11", "2025-12"), expected, strict=True):
        # A month that no file tells yet cannot be new by a later file.
        if kind == "new" and period < "2025-12":
            continue
        assert ",".join(reasons(period, kind == "new", found)) == told, period


def test_a_version_taken_back_is_a_withdrawal_of_it() -> None:
    found = causes(FLOW, BEFORE, manifest("3 cnss_declarations 2025-11 v2"))
    assert [(c.reason, c.facts["submission"]) for c in found] == [("withdrawal", 3)]


def test_a_stock_is_touched_from_the_file_s_month_on() -> None:
    found = causes(STOCK, SINCE["resubmission"], BEFORE)
    assert [reasons(p, False, found)[0] for p in ("2025-10", "2025-11", "2025-12", "2026")] == [
        "derived",
        "resubmission",
        "resubmission",
        "resubmission",
    ]


def test_a_quarter_and_a_year_are_touched_by_their_month() -> None:
    found = causes(FLOW, SINCE["resubmission"], BEFORE)
    told = [reasons(p, False, found)[0] for p in ("2025-Q3", "2025-Q4", "2025", "2026")]
    assert told == ["derived", "resubmission", "resubmission", "derived"]


def test_the_first_release_of_a_dataflow_has_one_reason() -> None:
    for before in (None, {**BEFORE, "dataflows": {}}):
        assert causes(FLOW, BEFORE, before) == [Cause("first")]
        assert reasons("2025-11", True, causes(FLOW, BEFORE, before)) == ("first",)


def test_a_decision_on_another_provider_s_codes_is_no_cause() -> None:
    now = manifest(NOVEMBER, inputs={"decisions": [8], "corrections": []})
    assert causes(FLOW, now, BEFORE) == []


def test_a_decision_that_was_revoked_is_a_cause_too() -> None:
    before = manifest(NOVEMBER, inputs={"decisions": [7], "corrections": []})
    assert [c.reason for c in causes(FLOW, BEFORE, before)] == ["code_decision"]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"plain_hash": "e"}, "definition"),
        ({"disclosure": {"threshold": 10}}, "disclosure"),
        ({"definition_hash": "e"}, None),
    ],
)
def test_a_definition_or_a_rule_is_a_method_and_a_title_is_not(
    change: dict[str, Any], named: str | None
) -> None:
    now = manifest(NOVEMBER)
    now["dataflows"]["DF_X"] |= change
    found = causes(FLOW, now, BEFORE)
    assert [c.facts["changed"] for c in found] == ([[named]] if named else [])


def test_a_release_of_before_names_no_decision() -> None:
    """Its manifest did not record them: nothing tells which ones were taken since."""
    old = {key: value for key, value in BEFORE.items() if key != "inputs"}
    assert causes(FLOW, SINCE["decision"], old) == []


def test_what_a_database_gives_back_is_no_change() -> None:
    """It orders the names of an object in its own way."""
    corrections = {"decisions": [], "corrections": [CORRECTION]}
    as_stored = {"decisions": [], "corrections": [dict(sorted(CORRECTION.items(), reverse=True))]}
    now, before = (manifest(NOVEMBER, inputs=told) for told in (corrections, as_stored))
    assert causes(FLOW, now, before) == []
