"""Filters, bounds and cursors of released observations; no database is asked."""

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tests.dataflows import defined
from warehouse.errors import InvalidFilter
from warehouse.filters import FilterWithoutCode, UnknownCode, parsed_filters
from warehouse.observation import (
    Code,
    InvalidBound,
    Page,
    PublishedDataflow,
    ReversedBounds,
    Selection,
    select_observations,
)
from warehouse.observation_file import json_document
from warehouse.releasing.cursor import InvalidCursor, cursor_release

INSTANT = datetime(2026, 4, 20, 9, tzinfo=UTC)
LABEL = {"fr": "", "ar": "", "en": ""}
PUBLISHED = PublishedDataflow(
    release=3,
    released_at=INSTANT,
    last_updated=INSTANT,
    content_hash="0" * 64,
    is_specimen=True,
    definition=defined(decimals=2),
    code_lists={
        "cl_area": (Code("SN", None, LABEL), Code("CI", None, LABEL)),
        "cl_sex": (Code("F", None, LABEL),),
    },
)


def asked(selection: Selection, cursor: str | None = None) -> str:
    return select_observations(PUBLISHED, selection, cursor).as_string(None)


def cursor(*place: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def test_a_filter_takes_known_codes() -> None:
    assert "\"citizenship\" in ('SN', 'CI')" in asked(Selection({"citizenship": ["SN", "CI"]}))


def test_an_unknown_dimension_is_named_with_the_known_ones() -> None:
    with pytest.raises(InvalidFilter) as refused:
        asked(Selection({"shoe": ["42"]}))
    assert refused.value.hint("en") == "Its dimensions: freq, citizenship, sex."


@pytest.mark.parametrize(
    ("filters", "condition"),
    [
        ({}, "o.freq in ('M')"),
        ({"freq": ["Q"]}, "o.freq in ('Q')"),
        ({"freq": ["Q", "A"]}, "o.freq in ('Q', 'A')"),
        ({"freq": ["all"]}, "o.freq in ('M', 'Q', 'A')"),
    ],
)
def test_frequencies_are_the_finest_unless_others_are_asked(
    filters: dict[str, list[str]], condition: str
) -> None:
    published = replace(PUBLISHED, definition=defined(time_aggregation="sum"))
    assert condition in select_observations(published, Selection(filters)).as_string(None)


def test_a_frequency_that_the_dataflow_lacks_is_named_with_the_known_ones() -> None:
    with pytest.raises(UnknownCode) as refused:
        asked(Selection({"freq": ["Q"]}))
    assert refused.value.hint("en") == "Known codes: M, all."


def test_an_unknown_code_is_named_with_the_known_ones() -> None:
    with pytest.raises(UnknownCode) as refused:
        asked(Selection({"citizenship": ["SN' or 1=1 --"]}))
    assert refused.value.hint("en") == "Known codes: SN, CI."


@pytest.mark.parametrize("typed", ["sex", "sex=", "sex= ", "sex=F,", "freq", "freq="])
def test_a_filter_without_code_is_told_how_to_write_it(typed: str) -> None:
    with pytest.raises(FilterWithoutCode) as refused:
        asked(Selection(parsed_filters([typed])))
    written = "freq=M" if typed.startswith("freq") else "sex=F"
    assert f"Write {written}" in refused.value.hint("en")


@pytest.mark.parametrize(
    ("selection", "condition"),
    [
        (Selection(start_period="2025"), "'M' then '2025-01' when 'Q' then '2025-Q1'"),
        (Selection(start_period="2025-Q2"), "'M' then '2025-04' when 'Q' then '2025-Q2'"),
        (Selection(start_period="2025-03"), "'M' then '2025-03' when 'Q' then '2025-Q1'"),
        (Selection(end_period="2025"), "'M' then '2025-12' when 'Q' then '2025-Q4'"),
        (Selection(end_period="2025-Q2"), "'M' then '2025-06' when 'Q' then '2025-Q2'"),
    ],
)
def test_a_bound_holds_in_every_frequency(selection: Selection, condition: str) -> None:
    assert condition in asked(selection)


@pytest.mark.parametrize("period", ["2025-13", "2025-Q5", "25", "March", "2025-01-01"])
def test_a_bound_that_is_no_period_is_refused(period: str) -> None:
    with pytest.raises(InvalidBound):
        asked(Selection(start_period=period))


@pytest.mark.parametrize(
    ("start", "end"),
    [("2025-12", "2025-11"), ("2025-07", "2025-Q2"), ("2026", "2025-12"), ("2025-Q4", "2024")],
)
def test_a_start_after_the_end_is_refused(start: str, end: str) -> None:
    with pytest.raises(ReversedBounds) as refused:
        Selection(start_period=start, end_period=end)
    assert start in refused.value.text("en")
    assert end in refused.value.text("en")


@pytest.mark.parametrize(("start", "end"), [("2025-12", "2025-12"), ("2025-Q2", "2025")])
def test_a_start_inside_the_end_is_no_fault(start: str, end: str) -> None:
    assert "time_period" in asked(Selection(start_period=start, end_period=end))


@pytest.mark.parametrize(
    "broken",
    [
        "",
        "%%%",
        "é",
        cursor(),
        cursor(3, "DF_TEST"),
        cursor("3", "DF_TEST", "M", "2025-01"),
        cursor(3, "DF_TEST", 4, "2025-01"),
        cursor(2, "DF_TEST", "M", "2025-01"),
        cursor(3, "DF_OTHER", "M", "2025-01"),
        base64.urlsafe_b64encode(b'{"a": 1}').decode(),
        base64.urlsafe_b64encode(b"\xff\xfe").decode(),
    ],
)
def test_a_cursor_from_elsewhere_is_refused(broken: str) -> None:
    with pytest.raises(InvalidCursor):
        asked(Selection(), broken)


def test_a_cursor_tells_its_release() -> None:
    assert cursor_release(cursor(3, "DF_TEST", "M|SN", "2025-01")) == 3


def test_filters_are_typed_as_pairs() -> None:
    typed = ["citizenship=SN,CI", "sex=F", "citizenship=ML"]
    assert parsed_filters(typed) == {"citizenship": ["SN", "CI", "ML"], "sex": ["F"]}


@pytest.mark.parametrize("value", ["0.10", "12345678901234567890.25", "5152.35", "3.00"])
def test_json_numbers_are_exact(value: str) -> None:
    page = Page(PUBLISHED, [{"citizenship": "SN", "obs_value": value}], None)
    document = json_document(page)
    assert f'"obs_value": {value}'.encode() in document
    read = json.loads(document, parse_float=Decimal)
    assert read["observations"][0]["obs_value"] == Decimal(value)


def test_a_withheld_value_is_null_never_zero() -> None:
    page = Page(PUBLISHED, [{"obs_value": None, "obs_status": "Q"}], None)
    assert json.loads(json_document(page))["observations"] == [
        {"obs_value": None, "obs_status": "Q"}
    ]


def test_a_document_made_from_specimen_says_so_first() -> None:
    document = json_document(Page(PUBLISHED, [], None))
    assert document.startswith(b'{"specimen": true, "note": {"fr": "SPECIMEN')
    real = json_document(Page(replace(PUBLISHED, is_specimen=False), [], None))
    assert json.loads(real)["note"] is None
