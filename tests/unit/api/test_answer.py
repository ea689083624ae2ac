"""Answers are made once, compared by tag, compressed, and kept within bounds."""

import gzip
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient

from api.answer import KeptAnswers, make_answer
from api.app import create_app
from warehouse.errors import DatabaseUnavailable
from warehouse.releasing.published import Look

from .fake import NOW, FakeReleased

DATA = "/v1/data/DF_TITLE_STOCK?citizenship=SN"


def answer_of(size: int):
    return make_answer(bytes(range(256)) * (size // 256), "text/plain", cache_control="no-cache")


def test_the_same_request_is_read_once(fresh_client: TestClient, released: FakeReleased) -> None:
    first = fresh_client.get(DATA)
    reads = released.reads
    assert fresh_client.get(DATA).content == first.content
    assert released.reads == reads


def test_a_reader_who_has_it_gets_304_without_body(client: TestClient) -> None:
    for encoding in ("gzip", "identity"):
        first = client.get(DATA, headers={"Accept-Encoding": encoding})
        for tag in (first.headers["etag"], f'"other", W/{first.headers["etag"]}', "*"):
            again = client.get(DATA, headers={"If-None-Match": tag})
            assert (again.status_code, again.content) == (304, b"")
            assert "etag" in again.headers
            assert "content-length" not in again.headers


def test_another_tag_gets_the_answer(client: TestClient) -> None:
    assert client.get(DATA, headers={"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.parametrize(
    ("since", "status"),
    [
        ("Thu, 05 Feb 2026 08:59:59 GMT", 200),
        ("Thu, 05 Feb 2026 09:00:00 GMT", 304),
        ("Thu, 05 Feb 2026 09:00:01 GMT", 304),
        ("yesterday", 200),
    ],
)
def test_the_release_is_the_last_modification(client: TestClient, since: str, status: int) -> None:
    assert client.get(DATA, headers={"If-Modified-Since": since}).status_code == status


def test_the_tag_outranks_the_date(client: TestClient) -> None:
    headers = {"If-None-Match": '"other"', "If-Modified-Since": "Thu, 05 Feb 2026 09:00:01 GMT"}
    assert client.get(DATA, headers=headers).status_code == 200


def test_gzip_is_another_representation_of_the_same_bytes(client: TestClient) -> None:
    plain = client.get(DATA, headers={"Accept-Encoding": "identity"})
    packed = client.get(DATA, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.content == plain.content
    assert packed.headers["etag"] != plain.headers["etag"]
    assert "content-encoding" not in plain.headers
    assert "Accept-Encoding" in plain.headers["vary"]
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"])


def test_a_reader_may_refuse_gzip(client: TestClient) -> None:
    answer = client.get(DATA, headers={"Accept-Encoding": "gzip;q=0, identity"})
    assert "content-encoding" not in answer.headers


@pytest.mark.parametrize(
    "address", ["/", "/v1", DATA, "/health", "/docs", "/nowhere", "/static/simimo.css"]
)
def test_head_is_get_without_body(client: TestClient, address: str) -> None:
    got, head = client.get(address), client.head(address)
    assert head.status_code == got.status_code
    assert head.content == b""
    for name in ("content-type", "content-length", "etag", "cache-control"):
        assert head.headers.get(name) == got.headers.get(name)


def test_an_address_that_names_its_release_is_kept_for_ever(client: TestClient) -> None:
    public = "/v1/data/DF_POPULATION"
    assert "immutable" in client.get(f"{public}?release=1").headers["cache-control"]
    assert "immutable" not in client.get(public).headers["cache-control"]


def test_a_specimen_is_never_kept_for_ever(client: TestClient) -> None:
    kept = client.get("/v1/data/DF_TITLE_STOCK?release=1").headers["cache-control"]
    assert "immutable" not in kept


def test_a_new_release_is_seen(
    fresh_client: TestClient, released: FakeReleased, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.library.SECONDS_BETWEEN_LOOKS", -1)
    released.count = 1
    assert fresh_client.get("/v1/data/DF_POPULATION").json()["release"] == 1
    released.count = 2
    assert fresh_client.get("/v1/data/DF_POPULATION").json()["release"] == 2


def test_an_answer_as_of_an_instant_is_that_of_then(client: TestClient) -> None:
    then = client.get(f"{DATA}&release=1&limit=3")
    for instant in ("2026-01-05T09:00:00Z", "2026-02-05T08:59:59Z"):
        answer = client.get(f"{DATA}&limit=3&asOf={instant}")
        assert answer.json()["release"] == 1
        assert answer.content == then.content
        assert answer.headers["etag"] == then.headers["etag"]
        assert answer.headers["last-modified"] == then.headers["last-modified"]
    assert client.get(f"{DATA}&asOf=2026-02-05T09:00:00Z").json()["release"] == 2


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        ("asOf=2026-05-01", 422, "API-004"),
        ("asOf=2026-01-05T08:59:59Z", 404, "REL-072"),
        ("asOf=2026-03-02T00:00:00Z", 422, "REL-071"),
        ("asOf=2026-02-05T09:00:00Z&release=1", 422, "REL-073"),
        ("release=3", 404, "REL-002"),
    ],
)
@pytest.mark.parametrize(
    "address", ["/", "/v1", "/v1/dataflows", "/v1/data/DF_POPULATION/revisions", "/v1/releases"]
)
def test_a_release_that_is_not_there_is_refused_everywhere(
    client: TestClient, address: str, asked: str, status: int, code: str
) -> None:
    answer = client.get(f"{address}?{asked}")
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_release_did_not_exist_before_it_came(client: TestClient) -> None:
    then = "asOf=2026-01-06T00:00:00Z"
    for address in ("/v1/releases/2", "/v1/releases/2/changes"):
        assert client.get(address).status_code == 200
        assert client.get(f"{address}?{then}").status_code == 404
    assert [r["number"] for r in client.get(f"/v1/releases?{then}").json()["releases"]] == [1]


def test_an_embargo_is_looked_for_at_its_instant(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The two seconds between looks do not delay it, and no look comes before."""

    class Waiting(FakeReleased):
        """The second release is readable ten seconds after the first look."""

        def look(self) -> Look:
            return replace(super().look(), changes_at=NOW + timedelta(seconds=10))

    released, clock = Waiting(count=1), [100.0]
    monkeypatch.setattr("api.library.monotonic", lambda: clock[0])
    monkeypatch.setattr("api.library.SECONDS_BETWEEN_LOOKS", 3600)
    with TestClient(create_app(released)) as client:
        assert client.get("/v1/releases").json()["count"] == 1
        released.count = 2
        clock[0] = 109.9
        assert client.get("/v1/releases").json()["count"] == 1
        clock[0] = 110.0
        assert client.get("/v1/releases").json()["count"] == 2


def test_what_is_kept_is_served_while_the_database_is_away(
    fresh_client: TestClient, released: FakeReleased, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.library.SECONDS_BETWEEN_LOOKS", -1)
    before = fresh_client.get(DATA)
    released.failure = DatabaseUnavailable(where="simimo_api")
    assert fresh_client.get(DATA).content == before.content
    assert fresh_client.get(f"{DATA}&sex=F").status_code == 503
    assert fresh_client.get("/health").status_code == 503


def test_the_store_gives_up_what_was_least_recently_sent() -> None:
    store = KeptAnswers(max_bytes=8192)
    one = answer_of(1536)
    count = 8192 // one.size
    for key in range(count):
        store.keep(key, one)
    assert store.find(0) is one
    store.keep("new", one)
    assert store.find(0) is one
    assert store.find(1) is None
    assert store.kept_bytes <= 8192


def test_the_store_counts_a_replaced_answer_once() -> None:
    store = KeptAnswers(max_bytes=8192)
    for _ in range(20):
        store.keep("same", answer_of(1024))
    assert store.kept_bytes == answer_of(1024).size


def test_an_answer_too_large_to_keep_is_still_sent() -> None:
    store = KeptAnswers(max_bytes=1024)
    store.keep("large", answer_of(1024))
    assert store.find("large") is None


def test_equal_bytes_have_equal_tags_and_compress_equally() -> None:
    first, second = (
        make_answer(b"x" * 1000, "text/plain", cache_control="", last_modified=instant)
        for instant in (datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
    )
    assert (first.etag, first.compressed) == (second.etag, second.compressed)
    assert gzip.decompress(first.compressed or b"") == b"x" * 1000


def test_any_site_may_read(client: TestClient) -> None:
    answer = client.get("/v1", headers={"Origin": "https://example.org"})
    assert answer.headers["access-control-allow-origin"] == "*"
    asked = {"Origin": "https://example.org", "Access-Control-Request-Method": "GET"}
    preflight = client.options("/v1", headers=asked)
    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-methods"] == "GET, HEAD"
