"""What was served at an instant is served as of it, byte for byte; an embargo is served nowhere."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from fastapi.testclient import TestClient
from httpx import Response

from api.app import create_app
from tests.path.indicators import FLOWS, JANUARY, change, released
from warehouse.database import connect
from warehouse.release import make_draft
from warehouse.releasing.instant import instant_text
from warehouse.releasing.workflow import approve, publish_draft

pytestmark = pytest.mark.path

ADDRESSES = (
    "/?lang=fr",
    "/?lang=ar",
    "/dataflows/DF_WORKERS?lang=en",
    "/dataflows/DF_WORKERS?lang=ar&freq=M",
    "/dataflows/DF_MIRROR?lang=fr",
    "/v1",
    "/v1/dataflows",
    "/v1/dataflows/DF_WORKERS",
    "/v1/dataflows/DF_MIRROR",
    "/v1/data/DF_WORKERS",
    "/v1/data/DF_WORKERS?limit=2",
    "/v1/data/DF_WORKERS?sex=F&startPeriod=2025-12",
    "/v1/data/DF_WORKERS?format=csv",
    "/v1/data/DF_MIRROR?format=csv&limit=1",
    "/v1/data/DF_EARNINGS",
    "/v1/data/DF_NOBODY",
    "/v1/data/DF_WORKERS/revisions",
    "/v1/data/DF_WORKERS/revisions?format=csv&sex=F",
    "/v1/explain/DF_WORKERS?citizenship=SN&sex=F&period=2025-12",
    "/explain/DF_WORKERS?citizenship=SN&sex=F&period=2025-12&lang=ar",
    "/v1/releases",
    "/v1/releases/2",
    "/v1/releases/2/changes",
    "/v1/releases/3/changes?format=csv&dataflow=DF_WORKERS",
)
PAIRS = 200
SEED = 7


@pytest.fixture
def client(
    steward: "psycopg.Connection[Any]", monkeypatch: pytest.MonkeyPatch
) -> Iterator[TestClient]:
    """A server that looks for new releases at each request."""
    monkeypatch.setattr("api.library.SECONDS_BETWEEN_LOOKS", -1)
    with TestClient(create_app()) as session:
        yield session


def revise(steward: "psycopg.Connection[Any]", draw: random.Random) -> None:
    """The next month's work: figures move, one goes, one comes, a label changes."""
    value, label = draw.randrange(5, 90), draw.choice(["Women", "Females", "Girls and women"])
    change(
        steward,
        f"""
        update indicators.df_workers set obs_value = {value}, obs_count = {value}
        where time_period = '2025-12';
        delete from indicators.df_workers where citizenship = 'ML';
        insert into indicators.df_workers
        select 'ML', 'F', '2026-0{draw.randrange(1, 9)}', {value + 1}, {value + 1}, 'P', 'M';
        update codelists.cl_sex set label_en = '{label}' where code = 'F'
        """,
    )


def test_answers_as_of_an_instant_are_those_that_were_archived(
    steward: "psycopg.Connection[Any]", client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """200 random addresses and instants over six releases; today's files are not even read."""
    draw = random.Random(SEED)
    days = [JANUARY + timedelta(days=9 * n, seconds=draw.randrange(60)) for n in range(6)]
    archive: list[dict[str, tuple[int, bytes]]] = []
    for n, day in enumerate(days):
        revise(steward, draw)
        flows = {k: f for k, f in FLOWS.items() if k != "DF_MIRROR" or n not in (0, 4)}
        assert released(day, flows).is_new
        archive.append({a: told(client.get(a)) for a in ADDRESSES})

    def read_today(*_: Any) -> None:
        raise AssertionError("a file of today stands behind an answer of then")

    monkeypatch.setattr("warehouse.observation.shown_now", read_today)
    for _ in range(PAIRS):
        place, address = draw.randrange(len(days)), draw.choice(ADDRESSES)
        ends = [*days[1:], datetime.now(UTC)]
        lasted = (ends[place] - days[place]) - timedelta(seconds=1)
        instant = days[place] + lasted * draw.random()
        joined = "&" if "?" in address else "?"
        read = client.get(f"{address}{joined}asOf={instant_text(instant)}")
        assert told(read) == archive[place][address], (address, instant)
        if not address.startswith(("/dataflows", "/explain", "/?", "/v1/releases/")):
            by_number = client.get(f"{address}{joined}release={place + 1}")
            assert told(by_number) == archive[place][address], (address, place + 1)


def told(answer: Response) -> tuple[int, bytes]:
    return answer.status_code, answer.content


def test_an_instant_before_any_release_or_to_come(
    steward: "psycopg.Connection[Any]", client: TestClient
) -> None:
    released(JANUARY)
    data = "/v1/data/DF_WORKERS?asOf="
    before = client.get(f"{data}{instant_text(JANUARY - timedelta(seconds=1))}")
    assert (before.status_code, before.json()["code"]) == (404, "REL-072")
    assert client.get(f"{data}{instant_text(JANUARY)}").status_code == 200
    to_come = client.get(f"{data}{instant_text(datetime.now(UTC) + timedelta(hours=1))}")
    assert (to_come.status_code, to_come.json()["code"]) == (422, "REL-071")
    both = client.get("/v1/data/DF_WORKERS?release=1&asOf=2026-02-01T00:00:00%2B01:00")
    assert (both.status_code, both.json()["code"]) == (422, "REL-073")
    assert client.get(f"{data}2026-02-01T00:00:00+01:00").status_code == 200


def test_nothing_of_an_embargo_is_served_before_its_instant(
    steward: "psycopg.Connection[Any]", client: TestClient
) -> None:
    """Status, body and every header are what they were; its number answers like any unknown one."""
    flows = {name: flow for name, flow in FLOWS.items() if name != "DF_MIRROR"}
    released(JANUARY, flows)
    asked = [*ADDRESSES, "/docs", "/openapi.json", "/health", "/nowhere"]
    before = [whole(client.get(a)) for a in asked]
    change(steward, "update indicators.df_workers set obs_value = 77 where obs_value = 12")
    with connect("simimo_pipeline") as session:
        number = make_draft(session, FLOWS, "amina").number
    approve(number, "brahim")
    publish_draft(number, "amina", datetime.now(UTC) + timedelta(days=1))
    with TestClient(create_app()) as fresh:
        for served in (client, fresh):
            assert [whole(served.get(a)) for a in asked] == before
            for form in (
                "/v1/releases/{}",
                "/v1/releases/{}/changes",
                "/v1/data/DF_WORKERS?release={}",
                "/v1/data/DF_WORKERS/revisions?release={}",
                "/v1/dataflows?release={}",
                "/v1/explain/DF_WORKERS?citizenship=SN&sex=F&period=2025-12&release={}",
                "/dataflows/DF_MIRROR?release={}",
                "/?release={}",
            ):
                secret, unknown = (served.get(form.format(n)) for n in (number, 99))
                assert secret.status_code == 404
                assert secret.text.replace(f" {number}", " N") == unknown.text.replace(" 99", " N")
                assert headers(secret) == headers(unknown)


def whole(answer: Response) -> tuple[int, bytes, dict[str, str]]:
    return answer.status_code, answer.content, headers(answer)


def headers(answer: Response) -> dict[str, str]:
    """Every header; the length of an error follows that of the number in it."""
    return {k: v for k, v in answer.headers.items() if k != "content-length"}


def test_a_server_shows_an_embargoed_release_at_its_instant_not_seconds_later(
    steward: "psycopg.Connection[Any]", monkeypatch: pytest.MonkeyPatch
) -> None:
    """It knows the instant beforehand, and looks again then and not before."""
    import time

    monkeypatch.setattr("warehouse.releasing.workflow.SHORTEST_EMBARGO", timedelta())
    released(JANUARY)
    change(steward, "update indicators.df_workers set obs_value = 77 where obs_value = 12")
    with connect("simimo_pipeline") as session:
        number = make_draft(session, FLOWS, "amina").number
    approve(number, "brahim")
    instant = datetime.now(UTC) + timedelta(seconds=1.5)
    publish_draft(number, "amina", instant)
    monkeypatch.setattr("api.library.SECONDS_BETWEEN_LOOKS", 3600)
    with TestClient(create_app()) as client:
        address = "/v1/data/DF_WORKERS?startPeriod=2025-12"
        if datetime.now(UTC) < instant - timedelta(seconds=0.2):
            assert client.get(address).json()["observations"][0]["obs_value"] == 12
        time.sleep(max(0.0, (instant - datetime.now(UTC)).total_seconds()) + 0.05)
        answer = client.get(address).json()
        assert (answer["release"], answer["observations"][0]["obs_value"]) == (number, 77)


def test_a_notice_stands_on_the_pages_in_every_language(
    steward: "psycopg.Connection[Any]", client: TestClient
) -> None:
    released(JANUARY)
    change(steward, "update indicators.df_workers set obs_value = 77 where obs_value = 12")
    notice = {"fr": "Corrige décembre.", "ar": "يصحح دجنبر.", "en": "Corrects December."}
    with connect("simimo_pipeline") as session:
        number = make_draft(session, FLOWS, "amina", notice).number
    approve(number, "brahim")
    publish_draft(number, "amina")
    for lang, text in notice.items():
        for page in ("/", "/dataflows/DF_WORKERS"):
            assert text in client.get(f"{page}?lang={lang}").text
            assert text not in client.get(f"{page}?lang={lang}&release=1").text
    assert client.get(f"/v1/releases/{number}").json()["notice"] == notice


def test_the_triangle_tells_each_cell_as_each_release_did(
    steward: "psycopg.Connection[Any]", client: TestClient
) -> None:
    released(JANUARY)
    for day, value in ((1, 13), (2, 14)):
        change(
            steward,
            f"update indicators.df_workers set obs_value = {value} where time_period = '2025-12'",
        )
        change(steward, "delete from indicators.df_workers where obs_value = 5")
        released(JANUARY + timedelta(days=day))
    found = client.get("/v1/data/DF_WORKERS/revisions?sex=F&citizenship=SN,CI").json()
    assert [r["release"] for r in found["releases"]] == [1, 2, 3]
    triangle = {
        (row["citizenship"], row["time_period"]): [
            (v["release"], v["obs_value"], v["obs_status"]) for v in row["vintages"]
        ]
        for row in found["revisions"]
    }
    assert triangle == {
        ("CI", "2025-11"): [(1, 5, "P")],
        ("SN", "2025-11"): [(1, None, "Q"), (2, None, "Q"), (3, None, "Q")],
        ("SN", "2025-12"): [(1, 12, "A"), (2, 13, "A"), (3, 14, "A")],
    }
    paged, address = [], "/v1/data/DF_WORKERS/revisions?sex=F&citizenship=SN,CI&limit=1"
    while address:
        answer = client.get(address).json()
        paged += answer["revisions"]
        address = answer["next"]
    assert paged == found["revisions"]
    rows = client.get("/v1/data/DF_WORKERS/revisions?citizenship=CI&sex=F&format=csv").text
    assert rows.splitlines()[1].startswith("M,CI,F,2025-11,1,2026-01-20T09:00:00+00:00,5,P,F")
