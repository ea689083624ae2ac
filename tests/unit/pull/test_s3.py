"""S3 as a provider's bucket: what is listed and fetched, and what is said of a wrong account."""

from collections.abc import Iterator

import pytest

from tests.unit.pull.s3_server import Depot, s3_server
from tests.unit.pull.test_remote import listed, place
from warehouse.pull.place import Place
from warehouse.pull.remote import PlaceDenied, PlaceMissing, PlaceUnreachable, opened


@pytest.fixture(scope="module")
def depot() -> Iterator[Depot]:
    with s3_server() as found:
        found.leave("titles/2026-03.csv", b"a;b\n1;2\n")
        found.leave("titles/شهر 2026-04.csv", b"a;b\n")
        found.leave("titles/notes.txt", b"read me")
        found.leave("titles/older/2025-03.csv", b"a;b\n")
        yield found


def of_s3(depot: Depot, monkeypatch: pytest.MonkeyPatch, **changes: str) -> Place:
    monkeypatch.setenv("DEPOT_SECRET", changes.get("secret", depot.secret))
    return place(
        changes.get("url", "s3://depot/titles/*.csv"),
        key=changes.get("key", depot.key),
        secret={"env": "DEPOT_SECRET"},
        client_kwargs={"endpoint_url": changes.get("address", depot.address)},
    )


def test_the_files_of_the_folder_are_listed_and_come_whole(depot, tmp_path, monkeypatch):
    with opened(of_s3(depot, monkeypatch)) as remote:
        march, april = remote.files()
        assert (march.name, march.size) == ("2026-03.csv", 8)
        assert april.name == "شهر 2026-04.csv"
        assert remote.again(march) == march
        remote.download(march, tmp_path / "copy")
        assert (tmp_path / "copy").read_bytes() == b"a;b\n1;2\n"


def test_new_bytes_of_the_same_length_are_another_file(depot, monkeypatch):
    depot.leave("changing/2026-03.csv", b"a;b\n1;2\n")
    with opened(of_s3(depot, monkeypatch, url="s3://depot/changing/*.csv")) as remote:
        (file,) = remote.files()
        depot.leave("changing/2026-03.csv", b"a;b\n1;3\n")
        assert remote.again(file) != file


def test_a_folder_whose_files_were_taken_away_is_empty(depot, monkeypatch):
    depot.leave("emptied/2026-03.csv", b"a;b\n")
    depot.remove("emptied/2026-03.csv")
    assert listed(of_s3(depot, monkeypatch, url="s3://depot/emptied/*.csv")) == []


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"secret": "wrong"}, PlaceDenied),
        ({"key": "nobody"}, PlaceDenied),
        ({"url": "s3://no-such-bucket/titles/*.csv"}, PlaceMissing),
        ({"address": "http://127.0.0.1:9"}, PlaceUnreachable),
    ],
)
def test_what_is_wrong_is_told_without_the_secret(depot, monkeypatch, changes, kind):
    with pytest.raises(PlaceUnreachable) as refused:
        listed(of_s3(depot, monkeypatch, **changes))
    assert type(refused.value) is kind
    told = str(refused.value.body("fr"))
    assert depot.secret not in told
    assert "wrong" not in told
