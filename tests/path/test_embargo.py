"""Nothing of an embargo leaks: not in files, verbs and SQL, nor by ETag or by how long it takes.

What addresses answer in data, counts, headers and docs is held in test_as_of.py, what roles see in
SQL in test_release_workflow.py. No address and no verb searches releases: `simimo codes search`
reads code lists alone.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.released import Warehouse
from tests.path.indicators import FLOWS, JANUARY, change, released
from warehouse.catalogue_entry import entries_of, entry_json
from warehouse.database import connect
from warehouse.errors import UnknownRelease
from warehouse.explanation import explain
from warehouse.observation import Selection
from warehouse.observation_file import written
from warehouse.release import make_draft
from warehouse.releasing.instant import InstantToCome
from warehouse.releasing.published import release_manifest
from warehouse.releasing.workflow import approve, publish_draft

pytestmark = pytest.mark.path

TOMORROW = datetime.now(UTC) + timedelta(days=1)
NEVER_GIVEN = 99
FORMATS = ("csv", "json", "parquet")
DATA = "/v1/data/DF_WORKERS"
BY_NUMBER = (
    "/v1/releases/{}",
    "/v1/releases/{}/changes",
    "/v1/dataflows?release={}",
    "/v1/dataflows/DF_WORKERS?release={}",
    DATA + "?release={}",
    DATA + "?format=csv&release={}",
    DATA + "/revisions?release={}",
    "/v1/explain/DF_WORKERS?citizenship=SN&sex=F&period=2025-12&release={}",
    "/dataflows/DF_WORKERS?release={}",
    "/?release={}",
)


class Watched(Warehouse):
    """The releases in PostgreSQL, with every statement that reading them sends."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    def _session(self) -> Any:
        opened = super()._session()
        sent = self.sent

        class Session:
            def __enter__(self) -> Any:
                session = opened.__enter__()
                execute = session.execute

                def watched(query: Any, *given: Any, **named: Any) -> Any:
                    sent.append(query if isinstance(query, str) else query.as_string(session))
                    return execute(query, *given, **named)

                session.execute = watched
                return session

            def __exit__(self, *error: Any) -> Any:
                return opened.__exit__(*error)

        return Session()


@pytest.fixture
def embargoed(
    steward: "psycopg.Connection[Any]", monkeypatch: pytest.MonkeyPatch
) -> Callable[[], int]:
    """January is released; a release of another figure can be put under embargo until tomorrow."""
    monkeypatch.setattr("warehouse.releasing.publication.LEAD", timedelta(milliseconds=1))
    monkeypatch.setattr("api.library.SECONDS_BETWEEN_LOOKS", -1)
    released(JANUARY)

    def embargo() -> int:
        change(steward, "update indicators.df_workers set obs_value = 77 where obs_value = 12")
        with connect("simimo_pipeline") as session:
            number = make_draft(session, FLOWS, "amina").number
        approve(number, "brahim")
        publish_draft(number, "amina", TOMORROW)
        return number

    return embargo


def files() -> dict[str, Any]:
    """All that verbs write for readers, as of the newest release."""
    told: dict[str, Any] = {
        f"{flow} {form}": written(flow, Selection(), file_format=form)
        for flow in FLOWS
        for form in FORMATS
    }
    told["indicators"] = [entry_json(entry) for entry in entries_of(None, datetime.now(UTC))]
    told["explain"] = explain(
        "DF_WORKERS", {"citizenship": "SN", "sex": "F"}, "2025-12", is_public=True
    ).to_json()
    return told


def test_no_file_and_no_verb_tells_of_an_embargo(embargoed: Callable[[], int]) -> None:
    before = files()
    number = embargoed()
    assert files() == before
    for form in FORMATS:
        with pytest.raises(UnknownRelease) as secret:
            written("DF_WORKERS", Selection(), number, form)
        with pytest.raises(UnknownRelease) as unknown:
            written("DF_WORKERS", Selection(), NEVER_GIVEN, form)
        assert str(secret.value).replace(str(number), "N") == str(unknown.value).replace("99", "N")
        with pytest.raises(InstantToCome):
            written("DF_WORKERS", Selection(), None, form, TOMORROW)
    with connect("simimo_analyst") as session, pytest.raises(UnknownRelease):
        release_manifest(session, number)


def test_an_answer_stays_unchanged_to_who_holds_its_etag(embargoed: Callable[[], int]) -> None:
    with TestClient(create_app()) as client:
        first = client.get(DATA)
        embargoed()
        again = client.get(DATA, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["Last-Modified"] == first.headers["Last-Modified"]
        assert again.headers["Cache-Control"] == first.headers["Cache-Control"]


def test_asking_for_an_embargo_takes_the_same_work_as_for_what_never_was(
    embargoed: Callable[[], int],
) -> None:
    """The same statements in the same order, so that no clock tells one from the other."""
    number = embargoed()
    for form in BY_NUMBER:
        work = []
        for asked in (number, NEVER_GIVEN):
            watched = Watched()
            with TestClient(create_app(watched)) as client:
                assert client.get(form.format(asked)).status_code == 404
            assert watched.sent
            work.append([sent.replace(str(asked), "N") for sent in watched.sent])
        assert work[0] == work[1], form
