"""The verbs of a release as two persons type them, in three languages and every form."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from typer.testing import CliRunner

from tests.path.indicators import FLOWS, JANUARY, change, released
from warehouse.cli import app
from warehouse.errors import SimimoError
from warehouse.releasing.instant import instant_text
from warehouse.releasing.notice import InvalidNotice

pytestmark = pytest.mark.path

NOTICE = ("--notice", "fr=Corrige décembre.", "--notice", "ar=يصحح دجنبر.", "--notice", "en=Fixed.")


class Office:
    """Persons at their accounts, who run verbs."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.patch = patch

    def runs(self, person: str, *words: object) -> str:
        self.patch.setenv("LOGNAME", person)
        ended = CliRunner().invoke(app, [str(word) for word in words])
        if isinstance(ended.exception, SimimoError):
            raise ended.exception
        assert ended.exit_code == 0, ended.output
        return ended.stdout


@pytest.fixture
def office(steward: "psycopg.Connection[Any]", monkeypatch: pytest.MonkeyPatch) -> Office:
    """January is released; December's figure, one more month and one less cell wait for a draft."""
    monkeypatch.setattr("warehouse.build.is_current", lambda _session: True)
    monkeypatch.setattr("warehouse.release.dataflows", lambda: FLOWS)
    monkeypatch.setattr("warehouse.releasing.publication.LEAD", timedelta(milliseconds=1))
    released(JANUARY)
    change(
        steward,
        "update indicators.df_workers set obs_value = 13 where obs_value = 12;"
        "delete from indicators.df_workers where obs_value = 5;"
        "insert into indicators.df_workers values ('ML', 'F', '2026-01', 40, 40, 'A', 'M')",
    )
    return Office(monkeypatch)


def test_two_persons_release(office: Office) -> None:
    shown = office.runs("amina", "release", "draft", *NOTICE, "--lang", "en")
    for told in ("Draft of release 2", "Fixed.", "amina", "follows from other figures", "ML"):
        assert told in shown
    with pytest.raises(SimimoError, match="another person"):
        office.runs("amina", "release", "approve", 2)
    approved = office.runs("brahim", "release", "approve", 2, "--lang", "en")
    assert "simimo release publish 2" in approved
    assert "published" in office.runs("amina", "release", "publish", 2, "--lang", "en")
    csv_of = office.runs("amina", "get", "DF_WORKERS", "--start", "2025-12")
    assert [row["obs_value"] for row in csv.DictReader(io.StringIO(csv_of))] == ["40", "13"]
    before = ("--as-of", instant_text(JANUARY + timedelta(days=1)))
    assert office.runs("amina", "get", "DF_WORKERS", *before) == office.runs(
        "amina", "get", "DF_WORKERS", "--release", 1
    )
    assert "SN,F,2025-12,12," in office.runs("amina", "get", "DF_WORKERS", *before)


def test_an_embargo_is_set_listed_and_lifted(office: Office) -> None:
    office.runs("amina", "release", "draft")
    office.runs("brahim", "release", "approve", 2)
    instant = instant_text(datetime.now(UTC).replace(microsecond=0) + timedelta(days=2))
    told = office.runs("amina", "release", "publish", 2, "--at", instant, "--lang", "en")
    assert f"readable from {instant} on" in told
    for lang, state in (("fr", "sous embargo"), ("ar", "تحت الحظر"), ("en", "under embargo")):
        assert state in office.runs("amina", "release", "list", "--lang", lang)
    listed = json.loads(office.runs("amina", "release", "list", "--format", "json"))
    assert [(s["number"], s["state"], s["released_at"]) for s in listed] == [
        (2, "embargoed", instant),
        (1, "published", "2026-01-20T09:00:00Z"),
    ]
    assert "SN,F,2025-12,12," in office.runs("amina", "get", "DF_WORKERS")
    office.runs("amina", "release", "withdraw", 2, "--reason", "a province is missing")
    assert "withdrawn" in office.runs("amina", "release", "list", "--lang", "en")


@pytest.mark.parametrize("lang", ["fr", "ar", "en"])
def test_the_page_of_a_draft_opens_offline(office: Office, lang: str, tmp_path: Path) -> None:
    office.runs("amina", "release", "draft")
    page = tmp_path / "draft.html"
    office.runs("brahim", "release", "show", 2, "--format", "html", "-o", page, "--lang", lang)
    text = page.read_text("utf-8")
    assert "http://" not in text.replace("http://www.w3.org", "")
    assert "SPECIMEN" in text
    for cell in ("DF_WORKERS", "citizenship=SN sex=F"):
        assert cell in text


def test_a_draft_as_json_has_tables_changes_and_causes(office: Office) -> None:
    found = json.loads(office.runs("amina", "release", "draft", "--format", "json"))
    assert found["state"] == "draft"
    assert {(c["kind"], c["cells"]) for c in found["changes"]} == {
        ("new", 1),
        ("changed", 1),
        ("gone", 1),
    }
    workers = found["manifest"]["dataflows"]["DF_WORKERS"]
    assert workers["tables"] == [
        {"dimensions": ["citizenship", "sex"], "cells": 6, "withheld": {"A": 2}}
    ]
    assert workers["causes"] == []


def test_all_changes_as_a_file(office: Office) -> None:
    office.runs("amina", "release", "draft")
    rows = list(csv.DictReader(io.StringIO(office.runs("amina", "release", "changes", 2))))
    assert [(r["key"], r["old_obs_value"], r["new_obs_value"]) for r in rows] == [
        ("citizenship=CI, sex=F", "5", ""),
        ("citizenship=ML, sex=F", "", "40"),
        ("citizenship=SN, sex=F", "12", "13"),
    ]
    assert {r["specimen"] for r in rows} == {"SPECIMEN"}
    assert rows[0]["reasons_ar"].startswith("تبعاً")


def test_one_word_releases_a_specimen_in_one_step(office: Office) -> None:
    told = office.runs("amina", "release", "--notice", "One text.", "--lang", "en")
    assert "Release 2 published" in told
    listed = json.loads(office.runs("amina", "release", "list", "--format", "json"))
    assert (listed[0]["is_one_step"], listed[0]["notice"]["ar"]) == (True, "One text.")


def test_a_notice_in_two_languages_is_refused(office: Office) -> None:
    with pytest.raises(InvalidNotice):
        office.runs("amina", "release", "draft", "--notice", "fr=x", "--notice", "en=y")


def test_the_catalogue_as_of_a_release(office: Office) -> None:
    office.runs("amina", "release", "draft")
    sheet = office.runs("amina", "indicators", "DF_WORKERS", "--release", 1, "--format", "json")
    assert json.loads(sheet)["last_period"] == "2025-12"
    listed = office.runs(
        "amina", "indicators", "--as-of", instant_text(JANUARY), "--format", "json"
    )
    assert [one["id"] for one in json.loads(listed)] == ["DF_EARNINGS", "DF_MIRROR", "DF_WORKERS"]
