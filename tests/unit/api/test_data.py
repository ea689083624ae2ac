"""GET /v1/data/{id}: filters, periods, formats, the cursor, and the mark on a specimen.

SIMIMO_WRITE_EXAMPLES=1 writes the golden answers anew; read the difference before you keep it.
"""

import csv
import io
import os
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

GOLDEN = Path(__file__).parents[2] / "golden" / "api"
TITLES = "/v1/data/DF_TITLE_STOCK"


def rows(client: TestClient, address: str) -> list[dict[str, Any]]:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return answer.json()["observations"]


def test_codes_filter_and_commas_are_the_same_as_repeating(client: TestClient) -> None:
    commas = rows(client, f"{TITLES}?citizenship=SN,FR&sex=_T&age=_T")
    repeated = rows(client, f"{TITLES}?citizenship=FR&citizenship=SN&sex=_T&age=_T")
    assert commas == repeated
    assert {row["citizenship"] for row in commas} == {"SN", "FR"}
    assert len(commas) == 24


def test_periods_bound_on_both_sides(client: TestClient) -> None:
    found = rows(
        client, f"{TITLES}?citizenship=SN&sex=_T&age=_T&startPeriod=2025-Q2&endPeriod=2025-06"
    )
    assert [row["time_period"] for row in found] == ["2025-04", "2025-05", "2025-06"]


@pytest.mark.parametrize(
    ("asked", "frequencies"),
    [("", "M"), ("&freq=Q", "Q"), ("&freq=Q,A", "AQ"), ("&freq=all", "AMQ")],
)
def test_frequencies_stand_together_only_where_asked(
    client: TestClient, asked: str, frequencies: str
) -> None:
    found = rows(client, f"{TITLES}?citizenship=SN&sex=_T&age=_T{asked}")
    assert "".join(sorted({row["freq"] for row in found})) == frequencies
    assert next(iter(found[0])) == "freq"


def test_a_frequency_that_the_dataflow_lacks_is_refused(client: TestClient) -> None:
    answer = client.get("/v1/data/DF_POPULATION?freq=M&lang=en")
    assert answer.status_code == 422
    assert answer.json()["hint"] == "Known codes: A, all."


def test_the_next_page_keeps_to_the_frequency(client: TestClient) -> None:
    body = client.get(f"{TITLES}?freq=Q,A&limit=3").json()
    assert "freq=A,Q&" in body["next"]


def test_a_withheld_figure_is_null_and_says_why(client: TestClient) -> None:
    [row] = rows(client, f"{TITLES}?citizenship=SY&sex=_T&age=_T&endPeriod=2025-01")
    assert (row["obs_value"], row["obs_status"], row["conf_status"]) == (None, "Q", "A")


def test_an_earlier_release_stays_readable(client: TestClient) -> None:
    assert client.get("/v1/data/DF_EARNINGS").status_code == 200
    assert client.get("/v1/data/DF_EARNINGS?release=1").status_code == 404


def test_the_cursor_walks_through_everything_once_and_pins_the_release(client: TestClient) -> None:
    whole = rows(client, f"{TITLES}?sex=F&limit=10000")
    walked: list[dict[str, Any]] = []
    address = f"{TITLES}?sex=F&limit=70"
    while address:
        answer = client.get(address)
        body = answer.json()
        walked += body["observations"]
        assert body["count"] == len(body["observations"]) <= 70
        if body["next"]:
            assert "release=2" in body["next"]
            assert answer.headers["link"] == f'<{body["next"]}>; rel="next"'
        else:
            assert "link" not in answer.headers
        address = body["next"]
    assert walked == whole


def test_a_csv_without_limit_is_whole(client: TestClient) -> None:
    answer = client.get(f"{TITLES}?format=csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "link" not in answer.headers
    read = list(csv.DictReader(io.StringIO(answer.text)))
    assert len(read) == len(rows(client, f"{TITLES}?limit=10000"))


def test_a_csv_with_limit_goes_on_like_json(client: TestClient) -> None:
    answer = client.get(f"{TITLES}?format=csv&limit=5")
    assert len(answer.text.splitlines()) == 6
    following = answer.headers["link"].split(">")[0].removeprefix("<")
    assert "format=csv" in following
    assert client.get(following).text.splitlines()[0] == answer.text.splitlines()[0]


@pytest.mark.parametrize(
    ("dataflow", "name"),
    [
        ("DF_TITLE_STOCK", "SPECIMEN_DF_TITLE_STOCK_release2.csv"),
        ("DF_POPULATION", "DF_POPULATION_release2.csv"),
    ],
)
def test_a_csv_is_saved_under_a_name_that_tells_what_it_is(
    client: TestClient, dataflow: str, name: str
) -> None:
    answer = client.get(f"/v1/data/{dataflow}?format=csv")
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'


def test_every_answer_made_from_a_specimen_says_so(client: TestClient) -> None:
    body = client.get(TITLES).json()
    assert body["specimen"] is True
    assert body["note"].keys() == {"fr", "ar", "en"}
    assert body["citation"]["en"].startswith("SPECIMEN – ")
    read = csv.DictReader(io.StringIO(client.get(f"{TITLES}?format=csv").text))
    assert {row["specimen"] for row in read} == {"SPECIMEN"}


def test_real_figures_carry_no_such_mark(client: TestClient) -> None:
    assert client.get("/v1/data/DF_POPULATION").json()["specimen"] is False
    assert "SPECIMEN" not in client.get("/v1/data/DF_POPULATION?format=csv").text


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("population.json", "/v1/data/DF_POPULATION"),
        ("population.csv", "/v1/data/DF_POPULATION?format=csv"),
        ("titles_withheld.json", f"{TITLES}?citizenship=SY,SN&sex=_T&age=_T&startPeriod=2025-12"),
        (
            "titles_withheld.csv",
            f"{TITLES}?citizenship=SY,SN&sex=_T&age=_T&startPeriod=2025-12&format=csv",
        ),
        ("earnings_missing.csv", "/v1/data/DF_EARNINGS?sex=_T&format=csv"),
        ("unknown_code_ar.json", "/v1/data/DF_POPULATION?ref_area=XX&lang=ar"),
    ],
)
def test_golden_answer(client: TestClient, name: str, address: str) -> None:
    found = client.get(address).text
    if os.environ.get("SIMIMO_WRITE_EXAMPLES"):
        (GOLDEN / name).write_text(found, "utf-8")
    assert found == (GOLDEN / name).read_text("utf-8")
