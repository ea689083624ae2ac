"""One error shape, whatever goes wrong.

    {"code": "API-001", "message": "...", "detail": "...", "hint": "..."}

- exactly these four members, all text; code, message and hint never empty;
- code is stable, has the form XXX-000 and is the same in every language;
- message says what was found, hint what to do, in the language of ?lang=, else of
  Accept-Language, else in French;
- the content type is application/json, except for a browser at a page, which gets the same four
  fields as a page;
- an error is never kept by a cache, and carries the same security headers as any answer;
- a fault of ours says nothing of its cause: only a reference, which the log repeats.
"""

import re

import pytest
from fastapi.testclient import TestClient

from api.security import SECURITY_HEADERS
from warehouse.errors import DatabaseUnavailable

from .fake import FakeReleased

FAILURES = {
    "unknown path": ("GET", "/nowhere", 404, "API-001"),
    "unknown path below /v1": ("GET", "/v1/nowhere", 404, "API-001"),
    "unknown static file": ("GET", "/static/nowhere.css", 404, "API-001"),
    "method": ("POST", "/v1/data/DF_POPULATION", 405, "API-002"),
    "method at a page": ("DELETE", "/", 405, "API-002"),
    "options without preflight": ("OPTIONS", "/v1", 405, "API-002"),
    "unknown parameter": ("GET", "/v1/data/DF_POPULATION?colour=red", 422, "API-003"),
    "unknown parameter at a page": ("GET", "/?colour=red", 422, "API-003"),
    "another dataflow's dimension": ("GET", "/v1/data/DF_POPULATION?sex=F", 422, "API-003"),
    "format": ("GET", "/v1/data/DF_POPULATION?format=xml", 422, "API-004"),
    "limit": ("GET", "/v1/data/DF_POPULATION?limit=0", 422, "API-004"),
    "limit too high": ("GET", "/v1/data/DF_POPULATION?limit=10001", 422, "API-004"),
    "period": ("GET", "/v1/data/DF_POPULATION?startPeriod=2025-13", 422, "API-004"),
    "periods exchanged": (
        "GET",
        "/v1/data/DF_TITLE_STOCK?startPeriod=2025-12&endPeriod=2025-Q3",
        422,
        "REL-035",
    ),
    "empty code": ("GET", "/v1/data/DF_POPULATION?ref_area=MA,", 422, "REL-036"),
    "dimension without code": ("GET", "/v1/data/DF_POPULATION?ref_area=", 422, "REL-036"),
    "frequency without code": ("GET", "/v1/data/DF_POPULATION?freq=", 422, "REL-036"),
    "release in words": ("GET", "/v1/data/DF_POPULATION?release=last", 422, "API-004"),
    "release number in words": ("GET", "/v1/releases/last", 422, "API-004"),
    "language": ("GET", "/v1?lang=es", 422, "API-004"),
    "repeated parameter": ("GET", "/v1/data/DF_POPULATION?limit=1&limit=2", 422, "API-006"),
    "unknown dataflow": ("GET", "/v1/data/DF_NOTHING", 404, "REL-001"),
    "unknown dataflow's definition": ("GET", "/v1/dataflows/DF_NOTHING", 404, "REL-001"),
    "unknown dataflow's page": ("GET", "/dataflows/DF_NOTHING", 404, "REL-001"),
    "unknown release": ("GET", "/v1/data/DF_POPULATION?release=9", 404, "REL-002"),
    "unknown release number": ("GET", "/v1/releases/9", 404, "REL-002"),
    "unknown code": ("GET", "/v1/data/DF_POPULATION?ref_area=XX", 422, "REL-032"),
    "cursor": ("GET", "/v1/data/DF_POPULATION?cursor=nonsense", 422, "REL-034"),
}

PLACES_IN_ADDRESSES = {"{dataflow_id}", "{number}"}


@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize("lang", ["fr", "ar", "en"])
def test_error_shape(client: TestClient, failure: str, lang: str) -> None:
    method, address, status, code = FAILURES[failure]
    answer = client.request(method, address, headers={"Accept-Language": lang})
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-language"] == lang
    for name, value in SECURITY_HEADERS.items():
        assert answer.headers[name] == value
    assert_shape(answer.json(), code)


def assert_shape(body: dict[str, str], code: str) -> None:
    assert list(body) == ["code", "message", "detail", "hint"]
    assert all(isinstance(value, str) for value in body.values())
    assert re.fullmatch(r"[A-Z]{2,3}-\d{3}", body["code"])
    assert body["code"] == code
    assert body["message"]
    assert body["hint"]
    for text in (body["message"], body["hint"]):
        assert set(re.findall(r"{.*?}", text)) <= PLACES_IN_ADDRESSES


def test_the_chosen_language_outranks_the_browser(client: TestClient) -> None:
    answer = client.get("/nowhere?lang=en", headers={"Accept-Language": "ar"})
    assert answer.json()["message"] == "Nothing is found at the address “/nowhere”."


def test_french_is_the_default(client: TestClient) -> None:
    answer = client.get("/nowhere", headers={"Accept-Language": "es"})
    assert answer.json()["message"] == "Rien ne se trouve à l'adresse « /nowhere »."


def test_an_unknown_path_names_every_address(client: TestClient) -> None:
    told = client.get("/nowhere?lang=en").json()["hint"]
    described = client.get("/openapi.json").json()["paths"]
    pages = {"/", "/dataflows/{dataflow_id}", "/explain/{dataflow_id}", "/docs", "/openapi.json"}
    named = told.removeprefix("Known addresses: ").removesuffix(".")
    assert set(named.split(", ")) == pages | set(described)


def test_a_method_that_is_refused_names_the_allowed_ones(client: TestClient) -> None:
    answer = client.put("/v1/releases")
    assert answer.headers["allow"] == "GET, HEAD"
    assert "GET, HEAD" in answer.json()["hint"]


def test_a_browser_at_a_page_gets_the_four_fields_as_a_page(client: TestClient) -> None:
    answer = client.get("/nowhere", headers={"Accept": "text/html", "Accept-Language": "en"})
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "API-001" in answer.text
    assert "Nothing is found at the address “/nowhere”." in answer.text


def test_a_browser_at_the_interface_gets_json(client: TestClient) -> None:
    answer = client.get("/v1/nowhere", headers={"Accept": "text/html"})
    assert answer.headers["content-type"] == "application/json"


def test_what_is_asked_is_never_run_as_markup(client: TestClient) -> None:
    answer = client.get("/<script>", headers={"Accept": "text/html"})
    assert "<script>" not in answer.text


def test_a_fault_of_ours_tells_a_reference_and_nothing_else(
    fresh_client: TestClient, released: FakeReleased, caplog: pytest.LogCaptureFixture
) -> None:
    released.failure = RuntimeError("password=secret at 10.0.0.1")
    answer = fresh_client.get("/v1/releases")
    assert answer.status_code == 500
    assert_shape(answer.json(), "API-005")
    assert "secret" not in answer.text
    reference = re.search(r"[0-9a-f]{8}", answer.json()["hint"])
    assert reference is not None
    assert reference.group() in caplog.text
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_database_that_is_away_is_503(fresh_client: TestClient, released: FakeReleased) -> None:
    released.failure = DatabaseUnavailable(where="simimo_api")
    for address in ("/v1", "/v1/dataflows", "/v1/data/DF_POPULATION", "/health", "/"):
        answer = fresh_client.get(address)
        assert answer.status_code == 503
        assert_shape(answer.json(), "DB-001")


def test_a_database_at_another_migration_is_not_healthy(
    fresh_client: TestClient, released: FakeReleased
) -> None:
    released.revision_found = "0001"
    answer = fresh_client.get("/health")
    assert answer.status_code == 503
    assert_shape(answer.json(), "DB-002")


def test_before_the_first_release_data_are_404_and_the_page_says_so(
    fresh_client: TestClient, released: FakeReleased
) -> None:
    released.count = 0
    assert_shape(fresh_client.get("/v1/dataflows").json(), "REL-003")
    assert fresh_client.get("/v1/dataflows").status_code == 404
    assert fresh_client.get("/v1/releases").json() == {"count": 0, "releases": []}
    page = fresh_client.get("/?lang=en")
    assert page.status_code == 200
    assert "No release has been published yet" in page.text
