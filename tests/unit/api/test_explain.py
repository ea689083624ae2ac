"""GET /v1/explain and its page: what stands behind a number, and nothing confidential."""

import json

import pytest
from fastapi.testclient import TestClient

from warehouse.contracts.contract import contract

TITLES = "/v1/explain/DF_TITLE_STOCK"


def test_a_number_is_walked_back_to_its_files(client: TestClient) -> None:
    told = client.get(f"{TITLES}?period=2025-12&release=2").json()
    assert told["key"] == {"citizenship": "_T", "sex": "_T", "age": "_T"}
    assert told["observation"]["obs_status"] == "P"
    assert [(s["period"], s["role"]) for s in told["submissions"]] == [
        ("2025-11", "history"),
        ("2025-12", "period"),
    ]
    assert told["code_version"]["models_hash"] == "d" * 64
    assert client.get(f"{told['page']}&lang=en").status_code == 200


def test_it_says_the_same_number_as_the_data(client: TestClient) -> None:
    data = client.get("/v1/data/DF_TITLE_STOCK?limit=500").json()["observations"]
    for observation in data[::37]:
        asked = {d: observation[d] for d in ("citizenship", "sex", "age")}
        told = client.get(TITLES, params={**asked, "period": observation["time_period"]}).json()
        assert told["observation"]["obs_value"] == observation["obs_value"]
        assert told["observation"]["conf_status"] == observation["conf_status"]


def test_no_count_of_records_and_no_number_of_a_submission_is_told(client: TestClient) -> None:
    data = client.get("/v1/data/DF_TITLE_STOCK?limit=5000").json()["observations"]
    withheld = next(o for o in data if o["obs_status"] == "Q")
    asked = {d: withheld[d] for d in ("citizenship", "sex", "age")}
    told = client.get(TITLES, params={**asked, "period": withheld["time_period"]}).json()
    assert told["observation"]["obs_value"] is None
    assert "stages" not in told
    for word in ("obs_count", "row_count", "records"):
        assert word not in json.dumps({**told, "definition": None, "disclosure": None})
    whole = client.get(f"{TITLES}?period=2025-12").json()
    assert set(whole["submissions"][0]) == {
        *("contract", "provider", "period", "version", "sha256", "received_on"),
        *("specimen", "role"),
    }


@pytest.mark.parametrize(
    ("query", "status", "code", "said"),
    [
        ("", 422, "API-", "period=2025-12"),
        ("?period=2025-13", 422, "API-", "YYYY-MM"),
        ("?period=2025-12&colour=red", 422, "API-", "citizenship"),
        ("?period=2025-12&sex=X", 422, "REL-", "_T, F, M"),
        ("?period=2025-12&sex=F,M", 422, "EXP-001", "citizenship=SN,sex=F"),
        ("?period=2031-12", 404, "EXP-004", "to 2025-12"),
    ],
)
def test_a_wrong_question_says_what_exists(
    client: TestClient, query: str, status: int, code: str, said: str
) -> None:
    answer = client.get(f"{TITLES}{query}{'&' if query else '?'}lang=en")
    assert answer.status_code == status
    body = answer.json()
    assert body["code"].startswith(code)
    assert said in body["message"] + body["hint"]


@pytest.mark.parametrize("lang", ["fr", "ar", "en"])
def test_a_page_of_figures_links_each_to_its_explanation(client: TestClient, lang: str) -> None:
    page = client.get(f"/dataflows/DF_TITLE_STOCK?lang={lang}").text
    assert "/explain/DF_TITLE_STOCK?period=2025-12&amp;release=2" in page
    explained = client.get(f"/explain/DF_TITLE_STOCK?period=2025-12&release=2&lang={lang}").text
    assert contract("dgsn_residence_titles").title[lang] in explained
    assert "2222222222222222" in explained
