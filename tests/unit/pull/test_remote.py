"""What is seen and taken of a folder elsewhere: only its own files, within bounds."""

import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
from fsspec.registry import _registry as used_protocols

from tests.unit.pull.sftp_server import PASSWORD, USER, sftp_server
from warehouse.contracts.contract import contract
from warehouse.pull.place import Place
from warehouse.pull.pulling import UNFINISHED, local_name
from warehouse.pull.remote import (
    ExtraMissing,
    FetchedTooLarge,
    PlaceUnreachable,
    RemoteFile,
    opened,
)


def place(url: str, max_bytes: int = 1000, **options: object) -> Place:
    name = re.compile(r"(?P<period>.+)\.csv")
    found = contract("dgsn_residence_titles")
    return Place("titles", found, url, name, True, 0, max_bytes, None, options)


def listed(found: Place) -> list[str]:
    with opened(found) as remote:
        return [file.name for file in remote.files()]


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "2026-03.csv").write_bytes(b"a;b\n1;2\n")
    (tmp_path / "notes.txt").write_bytes(b"read me")
    return tmp_path


@pytest.fixture
def served(folder) -> Iterator[str]:
    """The folder over HTTP, with an index page that also names what lies elsewhere."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def list_directory(self, path):  # type: ignore[no-untyped-def]
            names = ["2026-03.csv", "../2026-04.csv", "http://127.0.0.2/2026-05.csv", "%2e%2e"]
            page = "".join(f'<a href="{name}">x</a>' for name in names).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def test_a_folder_gives_the_files_that_fit_and_no_link_or_folder(folder, tmp_path):
    (tmp_path / "2026-05.csv").mkdir()
    (tmp_path / "2026-06.csv").symlink_to("/etc/hostname")
    assert listed(place(f"file://{folder}/*.csv")) == ["2026-03.csv"]


def test_one_file_may_be_named(folder):
    assert listed(place(f"file://{folder}/2026-03.csv")) == ["2026-03.csv"]


def test_a_file_that_changes_is_not_the_same_at_a_second_look(folder):
    with opened(place(f"file://{folder}/*.csv")) as remote:
        (file,) = remote.files()
        assert remote.again(file) == file
        (folder / "2026-03.csv").write_bytes(b"a;b\n1;2\n3;4\n")
        assert remote.again(file) != file


def test_over_http_only_what_lies_in_the_folder_is_taken(served, folder, tmp_path):
    with opened(place(f"{served}/*.csv")) as remote:
        (file,) = remote.files()
        assert (file.name, file.size) == ("2026-03.csv", 8)
        remote.download(file, tmp_path / "copy")
        assert (tmp_path / "copy").read_bytes() == (folder / "2026-03.csv").read_bytes()
        assert remote.again(file) == file


def of_sftp(port: int, host_key: str, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setenv("DEPOT_PASSWORD", PASSWORD)
    found = place(
        f"sftp://127.0.0.1:{port}/*.csv",
        username=USER,
        password={"env": "DEPOT_PASSWORD"},
        allow_agent=False,
        look_for_keys=False,
        timeout=30,
    )
    return replace(found, host_key=host_key)


def test_over_sftp_the_server_must_have_the_key_agreed(folder, tmp_path, monkeypatch):
    with sftp_server(folder) as (port, fingerprint):
        with opened(of_sftp(port, fingerprint, monkeypatch)) as remote:
            (file,) = remote.files()
            assert (file.name, file.size) == ("2026-03.csv", 8)
            assert remote.again(file) == file
            remote.download(file, tmp_path / "copy")
            assert (tmp_path / "copy").read_bytes() == (folder / "2026-03.csv").read_bytes()
        with pytest.raises(PlaceUnreachable) as refused:
            listed(of_sftp(port, "SHA256:" + "a" * 43, monkeypatch))
        assert refused.value.detail == "SSHException"


@pytest.mark.parametrize("protocol", ["file", "http"])
def test_a_file_larger_than_told_is_left(served, folder, tmp_path, protocol):
    url = f"{served}/*.csv" if protocol == "http" else f"file://{folder}/*.csv"
    with opened(place(url, max_bytes=7)) as remote, pytest.raises(FetchedTooLarge):
        remote.download(remote.files()[0], tmp_path / "copy")


def test_what_is_fetched_never_replaces_a_local_file(folder, tmp_path):
    target = tmp_path / "mine"
    target.write_bytes(b"mine")
    with opened(place(f"file://{folder}/*.csv")) as remote, pytest.raises(PlaceUnreachable):
        remote.download(remote.files()[0], target)
    assert target.read_bytes() == b"mine"


@pytest.mark.parametrize("url", ["file:///nowhere/*.csv", "http://127.0.0.1:9/*.csv"])
def test_a_place_that_does_not_answer_is_unreachable(url):
    with pytest.raises(PlaceUnreachable):
        listed(place(url))


def test_the_secrets_of_a_place_are_in_no_error(monkeypatch):
    monkeypatch.setenv("DEPOT_TOKEN", "hidden")
    headers = {"headers": {"Authorization": {"env": "DEPOT_TOKEN"}, "x\ny": "z"}}
    with pytest.raises(PlaceUnreachable) as refused:
        listed(place("http://127.0.0.1:9/*.csv", **headers))
    assert "hidden" not in str(refused.value.body("fr"))


def test_a_missing_extra_says_what_to_install(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "s3fs", None)
    # fsspec keeps the protocols that a test before this one has used.
    monkeypatch.delitem(used_protocols, "s3", raising=False)
    with pytest.raises(ExtraMissing) as refused:
        listed(place("s3://bucket/titles/*.csv"))
    assert "simimo[s3]" in refused.value.hint("fr")


@pytest.mark.parametrize(
    ("name", "local"),
    [
        ("titres 2026-03.csv", "titres_2026-03.csv"),
        ("../../etc/passwd", "etc_passwd"),
        ("..", "extract"),
        ("", "extract"),
        ("/", "extract"),
        ("a\x00b\n\u202ec.csv", "a_b__c.csv"),
        ("C:\\x\\2026.csv", "C__x_2026.csv"),
        ("شهر_2026-03.csv", "شهر_2026-03.csv"),
        (f"{'é' * 300}.csv", f"{'é' * 60}.csv"),
        (f"a.{'b' * 300}", f"a.{'b' * 10}"),
    ],
)
def test_a_hostile_name_is_no_path(name, local):
    assert local_name(name) == local
    assert "/" not in local
    assert len(local.encode()) < 255


@pytest.mark.parametrize(
    "name", [".hidden.csv", "~$titres.xlsx", "a.csv.part", "a.csv.TMP", "a.filepart"]
)
def test_names_of_files_still_being_written(name):
    assert UNFINISHED.search(name)
    assert not UNFINISHED.search("titres_2026-03.csv")


def test_the_key_of_a_remote_file_tells_no_name():
    from warehouse.pull.fetched import key

    path, _ = key(RemoteFile("/out/DS_0001234.csv", "DS_0001234.csv", 3, "3 1"))
    assert re.fullmatch("[0-9a-f]{64}", path)
