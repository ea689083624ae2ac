"""The API on PostgreSQL: a release published by the pipeline, read as simimo_api."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from api import service
from api.app import create_app
from tests.dataflows import defined
from tests.path.indicators import make_code_list, make_indicator, released, submit
from warehouse.database import connect
from warehouse.migrate import head_revision

pytestmark = pytest.mark.path

WORKERS = defined(id="DF_WORKERS")
MIRROR = defined(id="DF_MIRROR", ids=["ref_area"], kind="public", sources=["oecd_df_mig"], freq="A")


@pytest.fixture
def real_client(warehouse_database: str) -> Iterator[TestClient]:
    with connect() as session:
        session.execute("create schema codelists; create schema indicators")
        make_code_list(session, "cl_area", ["SN", "ES", "_T"])
        make_code_list(session, "cl_sex", ["F", "M", "_T"])
        make_indicator(
            session,
            WORKERS,
            [("SN", "F", "2025-11", 3, 3, "A"), ("SN", "F", "2025-12", 12, 12, "A")],
        )
        make_indicator(session, MIRROR, [("ES", "2020", 2, 1, "A"), ("ES", "2021", 7, 1, "A")])
        session.execute(
            "grant usage on schema codelists, indicators to simimo_pipeline;"
            "grant select on all tables in schema codelists, indicators to simimo_pipeline"
        )
        submit(session, "cnss_declarations", "2025-11", is_specimen=True)
        submit(session, "oecd_df_mig", "2025", is_specimen=False)
    released(flows={flow.id: flow for flow in (MIRROR, WORKERS)})
    with TestClient(create_app()) as session:
        yield session


def test_what_the_pipeline_releases_the_api_serves(real_client: TestClient) -> None:
    listed = real_client.get("/v1/dataflows").json()
    assert {d["id"]: (d["observations"], d["last_period"]) for d in listed["dataflows"]} == {
        "DF_MIRROR": (2, "2021"),
        "DF_WORKERS": (2, "2025-12"),
    }
    read = real_client.get("/v1/data/DF_WORKERS?sex=F&startPeriod=2025-12").json()
    assert [o["obs_value"] for o in read["observations"]] == [12]
    assert read["specimen"] is True
    assert real_client.get("/v1/releases/1").json()["manifest"]["number"] == 1
    assert real_client.get("/dataflows/DF_WORKERS?lang=en").status_code == 200
    assert real_client.get("/").status_code == 200


def test_a_csv_page_is_written_like_the_whole_file(real_client: TestClient) -> None:
    for dataflow in ("DF_WORKERS", "DF_MIRROR"):
        address = f"/v1/data/{dataflow}?format=csv"
        assert real_client.get(f"{address}&limit=10").text == real_client.get(address).text


def test_the_service_is_healthy_after_a_migration(
    real_client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The other tests' service is at the version that the examples tell.
    monkeypatch.setattr(service, "_head_revision", head_revision)
    answer = real_client.get("/health")
    assert answer.status_code == 200, answer.text
    assert answer.json()["migration"]["current"] == answer.json()["migration"]["head"]
