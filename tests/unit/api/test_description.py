"""The OpenAPI document, and its examples held against the answers that the API really gives.

SIMIMO_WRITE_EXAMPLES=1 writes the examples anew; read the difference before you keep it.
"""

import json
import os

import pytest
from fastapi.testclient import TestClient
from jsonschema import Draft202012Validator

from api.description import EXAMPLES

REQUESTS = {
    "entrance": "/v1",
    "dataflows": "/v1/dataflows",
    "dataflow": "/v1/dataflows/DF_POPULATION",
    "data": "/v1/data/DF_POPULATION?ref_area=MA,MA-06&startPeriod=2024",
    "explain": "/v1/explain/DF_POPULATION?ref_area=MA-06&period=2024&release=2",
    "releases": "/v1/releases",
    "release": "/v1/releases/1",
    "changes": "/v1/releases/2/changes",
    "revisions": "/v1/data/DF_POPULATION/revisions?ref_area=MA",
    "health": "/health",
    "error": "/v1/data/DF_POPULATION?colour=red",
}


@pytest.mark.parametrize("operation", REQUESTS)
def test_an_example_is_the_answer_really_given(client: TestClient, operation: str) -> None:
    request = REQUESTS[operation]
    found = {"request": request, "answer": client.get(request).json()}
    path = EXAMPLES / f"{operation}.json"
    if os.environ.get("SIMIMO_WRITE_EXAMPLES"):
        path.write_text(json.dumps(found, ensure_ascii=False, indent=2) + "\n", "utf-8")
    assert json.loads(path.read_text("utf-8")) == found


@pytest.mark.parametrize("operation", REQUESTS)
def test_an_example_has_the_shape_described(client: TestClient, operation: str) -> None:
    document = client.get("/openapi.json").json()
    operations = {o["get"]["operationId"]: o["get"] for o in document["paths"].values()}
    status, described = ("422", "data") if operation == "error" else ("200", operation)
    content = operations[described]["responses"][status]["content"]["application/json"]
    validator = Draft202012Validator({**content["schema"], "components": document["components"]})
    assert not list(validator.iter_errors(content["example"]))
    assert content["example"] == client.get(REQUESTS[operation]).json()


def test_every_address_is_described_in_every_language(client: TestClient) -> None:
    for lang in ("fr", "ar", "en"):
        document = client.get(f"/openapi.json?lang={lang}").json()
        described = {o["get"]["operationId"] for o in document["paths"].values()}
        assert described == REQUESTS.keys() - {"error"}
        for path in document["paths"].values():
            assert path["get"]["summary"]
            for parameter in path["get"].get("parameters", []):
                assert parameter["description"] != parameter["name"]


def test_the_documentation_shows_every_example_as_a_link(client: TestClient) -> None:
    page = client.get("/docs?lang=en").text
    for request in REQUESTS.values():
        assert f'href="{request.replace("&", "&amp;")}"' in page
    assert "<script" not in page


def test_the_documentation_says_the_limits(client: TestClient) -> None:
    assert "10,000" in client.get("/docs?lang=en").text
