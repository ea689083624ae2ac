"""Which files stand behind a figure: by its period, its definition, and their contracts."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.dataflows import defined
from warehouse.errors import InvalidFilter, UnknownPeriod
from warehouse.filters import UnknownCode
from warehouse.indicator import Dataflow, dataflows
from warehouse.lineage import (
    IncompleteKey,
    InvalidKey,
    NoSuchObservation,
    NoSuchPeriod,
    asked_observation,
    behind,
    parsed_key,
)
from warehouse.observation import Code, Observation, PublishedDataflow, Selection
from warehouse.sources_behind import follows_persons

LABEL = {"fr": "x", "ar": "x", "en": "x"}


def files(contract: str, *periods: str) -> list[dict[str, Any]]:
    return [{"id": n, "contract": contract, "period": p} for n, p in enumerate(periods)]


MONTHS = tuple(f"2025-{month:02}" for month in range(1, 13))
BEHIND = """
DF_EMP_DECLARED  cnss_declarations              2025-03  period   2025-03
DF_EMP_DECLARED  cnss_declarations              2025-Q1  period   2025-01 2025-02 2025-03
DF_TITLE_FIRST   dgsn_residence_titles          2025-Q2  period   2025-04 2025-05 2025-06
DF_TITLE_STOCK   dgsn_residence_titles          2025-03  period   2025-03
DF_TITLE_STOCK   dgsn_residence_titles          2025-03  history  2025-01 2025-02
DF_TITLE_STOCK   dgsn_residence_titles          2025-Q1  period   2025-03
DF_TITLE_STOCK   dgsn_residence_titles          2025-Q1  history  2025-01 2025-02
DF_REFUGEE       bra_refugees                   2025-Q1  period   2025-03
DF_REFUGEE       bra_refugees                   2025-Q1  history
DF_WAGE_GAP      cnss_immatriculations          2025-03  register all
DF_REMITTANCE    office_des_changes_remittances 2025-03  whole    all
DF_TITLE_HOLDER  cnss_declarations              2025-11  period   2025-11
DF_TITLE_HOLDER  cnss_declarations              2025-11  followed others
DF_JOURNEY       anapec_journeys                2025-03  followed others
"""
"""Dataflow, contract with a file for each month of 2025, period asked, role, files in that role."""


@pytest.mark.parametrize("line", BEHIND.strip().splitlines())
def test_the_files_behind_a_figure(line: str) -> None:
    dataflow, contract, period, role, *expected = line.split()
    found = behind(published(dataflows()[dataflow]), files(contract, *MONTHS), period)
    told = [str(b.submission["period"]) for b in found if b.role == role]
    if expected == ["all"]:
        expected = list(MONTHS)
    if expected == ["others"]:
        expected = [month for month in MONTHS if month != period]
    assert told == expected


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("df_person_source", True),
        ("df_title_holder", True),
        ("df_visa_to_declaration", True),
        ("df_journey_conversion", True),
        ("df_emp_declared", False),
        ("df_title_stock", False),
        ("a_model_that_is_gone", False),
    ],
)
def test_figures_that_follow_persons_from_file_to_file(model: str, expected: bool) -> None:
    assert follows_persons(model) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("_T", {}),
        ("", {}),
        ("sex=F", {"sex": "F"}),
        ("citizenship=SN,sex=F", {"citizenship": "SN", "sex": "F"}),
        ("citizenship=SN&sex=_T", {"citizenship": "SN", "sex": "_T"}),
        (" citizenship = SN , sex = F ", {"citizenship": "SN", "sex": "F"}),
    ],
)
def test_a_key_is_written_as_in_the_api(text: str, expected: Mapping[str, str]) -> None:
    assert parsed_key(text) == expected


@pytest.mark.parametrize("text", ["SN.F", "sex=", "=F", "sex=F,sex=M", "sex=F,", "sex"])
def test_a_key_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(InvalidKey, match="is no key"):
        parsed_key(text)


def published(flow: Dataflow, *codes: str) -> PublishedDataflow:
    lists = {
        d.code_list: tuple(Code(code, None, LABEL) for code in (*codes, "F", "M"))
        for d in flow.dimensions
    }
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return PublishedDataflow(3, at, at, "", True, flow, lists)


def reader(rows: Sequence[Mapping[str, str]]) -> Any:
    def read(selection: Selection) -> list[Observation]:
        return [
            r
            for r in rows
            if all(r[d] in asked for d, asked in selection.filters.items())
            and selection.start_period in (None, r["time_period"])
        ]

    return read


def row(citizenship: str, sex: str) -> dict[str, str]:
    told = {"freq": "M", "citizenship": citizenship, "sex": sex, "time_period": "2025-12"}
    return {**told, "obs_value": "1"}


def test_a_dimension_that_is_not_named_is_a_total() -> None:
    flow = published(defined(), "SN", "CI", "_T")
    rows = [row("SN", "F"), row("SN", "_T"), row("_T", "_T"), row("CI", "_T")]
    assert asked_observation(flow, {}, "2025-12", reader(rows)) == row("_T", "_T")
    asked = {"citizenship": "SN"}
    assert asked_observation(flow, asked, "2025-12", reader(rows)) == row("SN", "_T")


def test_a_dimension_without_total_is_its_only_code_or_has_to_be_named() -> None:
    flow = published(defined(), "SN", "CI")
    only = [row("SN", "F")]
    assert asked_observation(flow, {}, "2025-12", reader(only)) == row("SN", "F")
    with pytest.raises(IncompleteKey, match="citizenship"):
        asked_observation(flow, {"sex": "F"}, "2025-12", reader([*only, row("CI", "F")]))


def test_what_is_not_there_is_told_apart() -> None:
    flow = published(defined(), "SN", "_T")
    read = reader([row("SN", "F")])
    with pytest.raises(UnknownCode, match="citizenship") as unknown:
        asked_observation(flow, {"citizenship": "XX"}, "2025-12", read)
    assert "SN, _T, F, M" in unknown.value.hint("en")
    with pytest.raises(InvalidFilter, match="colour"):
        asked_observation(flow, {"colour": "red"}, "2025-12", read)
    with pytest.raises(UnknownPeriod):
        asked_observation(flow, {}, "2025-13", read)
    with pytest.raises(UnknownCode, match="freq"):
        asked_observation(flow, {}, "2025-Q4", read)
    with pytest.raises(NoSuchPeriod) as late:
        asked_observation(flow, {"citizenship": "SN", "sex": "F"}, "2026-01", read)
    assert "from 2025-12 to 2025-12" in late.value.hint("en")
    with pytest.raises(NoSuchObservation, match="sex=M"):
        asked_observation(flow, {"sex": "M"}, "2025-12", read)
