"""A release recomputed from what is stored: equal, or what differs is named; its ledger entry."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from typer.testing import CliRunner

from tests.path.indicators import FEBRUARY, FLOWS, JANUARY, change, released
from warehouse.cli import app
from warehouse.database import connect
from warehouse.errors import UnknownRelease
from warehouse.ledger import reading
from warehouse.manifest import hash_json
from warehouse.release import make_draft
from warehouse.release_verify import (
    COLUMNS_BEFORE_THE_CATALOGUE,
    NotComparable,
    NotTheNewest,
    _observed,
    verify,
    verify_from_raw,
)
from warehouse.releasing.published import NothingReleased, release_manifest
from warehouse.releasing.workflow import approve, publish_draft

pytestmark = pytest.mark.path


@pytest.fixture
def two(steward: "psycopg.Connection[Any]") -> "psycopg.Connection[Any]":
    """Two releases, of which the second changed one figure."""
    released(JANUARY)
    change(steward, "update indicators.df_workers set obs_value = 13 where obs_value = 12")
    released(FEBRUARY)
    return steward


def tamper(steward: "psycopg.Connection[Any]", statement: str) -> None:
    """What the server's owner does with the triggers out of the way."""
    steward.execute("set session_replication_role = replica")
    change(steward, statement)


def differences(number: int | None = None) -> list[tuple[str, str]]:
    return [(d.what, d.dataflow) for d in verify(number).differences]


def test_each_release_gives_its_hash_again(two: "psycopg.Connection[Any]") -> None:
    for number in (1, 2):
        found = verify(number)
        assert found.differences == ()
        stored = two.execute(
            "select content_hash from release.release where number = %s", [number]
        ).fetchone()
        assert stored == (found.content_hash,)
    assert verify().number == 2
    assert verify(1).content_hash != verify(2).content_hash


@pytest.mark.parametrize(
    ("statement", "number", "expected"),
    [
        (
            "update release.observation set obs_value = 14 where obs_value = 13",
            2,
            [("observations", "DF_WORKERS"), ("content", "DF_WORKERS"), ("content", "")],
        ),
        (
            "delete from release.observation where dataflow = 'DF_MIRROR' and time_period = '2020'",
            1,
            [("observations", "DF_MIRROR"), ("content", "DF_MIRROR"), ("content", "")],
        ),
        (
            "update release.frozen_content set content = jsonb_set(content, '{unit_measure}', "
            "'\"DH\"') where content ->> 'id' = 'DF_EARNINGS'",
            2,
            [("definition", "DF_EARNINGS"), ("content", "DF_EARNINGS"), ("content", "")],
        ),
        (
            "update release.release set content_hash = 'x' where number = 2",
            2,
            [("content", "")],
        ),
        (
            "update release.release set manifest = jsonb_set(manifest, '{ledger,number}', '1') "
            "where number = 2",
            2,
            [("ledger", "")] * 3,
        ),
        ("delete from ledger.entry", 2, [("ledger", "")]),
        (
            "delete from release.frozen_dataflow where number = 2 and dataflow = 'DF_MIRROR'",
            2,
            [("manifest", "DF_MIRROR"), ("content", "")],
        ),
    ],
)
def test_what_was_changed_is_named(
    two: "psycopg.Connection[Any]", statement: str, number: int, expected: list[tuple[str, str]]
) -> None:
    tamper(two, statement)
    found = differences(number)
    assert list(dict.fromkeys(found)) == list(dict.fromkeys(expected))


def test_a_release_older_than_the_catalogue_of_dimensions_is_held_to_its_own_columns(
    two: "psycopg.Connection[Any]",
) -> None:
    former = _observed(two, 2, "DF_WORKERS", COLUMNS_BEFORE_THE_CATALOGUE)["observations_hash"]
    tamper(
        two,
        "update release.release set manifest = jsonb_set(manifest - 'observation_columns', "
        f"'{{dataflows,DF_WORKERS,observations_hash}}', '\"{former}\"') where number = 2",
    )
    assert ("observations", "DF_WORKERS") not in differences(2)
    assert ("observations", "DF_EARNINGS") not in differences(2)
    tamper(two, "update release.observation set obs_value = 14 where obs_value = 13")
    assert ("observations", "DF_WORKERS") in differences(2)


def test_the_manifest_holds_the_place_of_the_release_in_the_ledger(
    two: "psycopg.Connection[Any]",
) -> None:
    with connect("simimo_pipeline") as session:
        entries = list(reading.entries(session))
        anchors = reading.released_anchors(session)
        told = release_manifest(session, 2)
    assert [e.action for e in entries] == ["release_published"] * 2
    assert [(a.number, a.hash, a.place) for a in anchors] == [
        (e.number, e.hash, f"release {n}") for n, e in enumerate(entries, start=1)
    ]
    assert json.loads(entries[1].content)["content_hash"] == told["content_hash"]


def test_an_embargo_is_verified_before_anybody_reads_it_and_holds_its_own_entry(
    two: "psycopg.Connection[Any]",
) -> None:
    change(two, "update indicators.df_workers set obs_value = 15 where obs_value = 13")
    tomorrow = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
    with connect("simimo_pipeline") as session:
        number = make_draft(session, FLOWS, "amina").number
    with pytest.raises(UnknownRelease):
        verify(number)
    approve(number, "brahim")
    publish_draft(number, "amina", tomorrow)
    publish_draft(number, "amina", tomorrow + timedelta(days=1))
    assert verify().number == number
    assert verify().differences == ()
    with connect("simimo_pipeline") as session:
        entered = {e.number: e.action for e in reading.entries(session)}
        [anchor] = [a for a in reading.released_anchors(session) if a.place == "release 3"]
        assert reading.verify(session).faults == ()
    assert list(entered.values())[2:] == [
        "release_drafted",
        "release_approved",
        "release_published",
        "release_embargo_moved",
    ]
    assert entered[anchor.number] == "release_published"
    tamper(
        two,
        "update release.release set manifest = jsonb_set(manifest, '{released_at}', "
        "'\"2026-01-01T00:00:00+00:00\"') where number = 3",
    )
    assert differences(number) == [("ledger", "")]


def test_a_ledger_cut_after_a_release_is_found_by_its_manifest(
    two: "psycopg.Connection[Any]",
) -> None:
    tamper(two, "delete from ledger.entry where number = 2")
    run = CliRunner().invoke(app, ["ledger", "verify", "--lang", "en"])
    assert run.exit_code == 1
    assert "entry 2: known elsewhere (release 2)" in run.output


@pytest.mark.parametrize("lang", ["fr", "ar", "en"])
def test_the_command_says_so_and_ends_with_1(two: "psycopg.Connection[Any]", lang: str) -> None:
    run = CliRunner().invoke(app, ["release", "verify", "2", "--lang", lang])
    assert run.exit_code == 0, run.output
    assert verify(2).content_hash in run.output
    tamper(two, "update release.observation set obs_value = 14 where obs_value = 13")
    run = CliRunner().invoke(app, ["release", "verify", "--format", "json", "--lang", lang])
    assert run.exit_code == 1
    assert json.loads(run.output)["differences"][0]["dataflow"] == "DF_WORKERS"
    assert "DF_WORKERS" in CliRunner().invoke(app, ["release", "verify", "--lang", lang]).output


def test_a_release_that_is_not_there_or_not_the_newest_is_refused(
    steward: "psycopg.Connection[Any]",
) -> None:
    with pytest.raises(NothingReleased):
        verify()
    released(JANUARY)
    with pytest.raises(UnknownRelease):
        verify(7)
    change(steward, "update indicators.df_workers set obs_value = 13 where obs_value = 12")
    released(FEBRUARY)
    with pytest.raises(NotTheNewest):
        verify_from_raw(1)


def test_a_file_that_came_since_makes_a_release_incomparable(
    two: "psycopg.Connection[Any]",
) -> None:
    from tests.path.indicators import submit

    number = submit(two, "cnss_declarations", "2025-12", is_specimen=True)
    two.commit()
    with pytest.raises(NotComparable) as refused:
        verify_from_raw()
    assert f"submission {number}" in refused.value.detail


def test_a_decision_taken_since_makes_a_release_incomparable(
    two: "psycopg.Connection[Any]",
) -> None:
    """Held to the decisions that the manifest names, not to its instant, which may be to come."""
    made = two.execute(
        "insert into codes.decision (variable, provider, source_code, code, quality, decided_by,"
        " status) values ('area', '*', 'X', 'SN', 'exact', 'nadia', 'approved') returning id"
    ).fetchone()
    two.commit()
    assert made is not None
    with pytest.raises(NotComparable) as refused:
        verify_from_raw()
    assert refused.value.detail == f"decision {made[0]}"


def test_hashes_do_not_follow_the_order_of_keys() -> None:
    assert hash_json({"a": 1, "b": [2]}) == hash_json({"b": [2], "a": 1})


@pytest.mark.slow
def test_two_rebuilds_from_raw_give_the_hash_of_the_release(
    built_database: str, tmp_path: Path
) -> None:
    from random import Random

    from tests.path.operations import Operations
    from warehouse.build import build
    from warehouse.release import release

    sequence = Operations(Random(7), tmp_path)
    sequence.first_files()
    build()
    outcome = release()
    hashes = {verify_from_raw().content_hash for _ in range(2)}
    assert hashes == {outcome.content_hash}
    assert verify().differences == ()
