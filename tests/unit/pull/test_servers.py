"""What servers of providers do: odd names, growing files, refusals, unknown certificates."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.unit.pull.sftp_server import sftp_server
from tests.unit.pull.test_remote import listed, of_sftp, place
from warehouse.pull.place import Place
from warehouse.pull.remote import PlaceDenied, PlaceMissing, PlaceUnreachable, opened

ODD_NAMES = (
    "شهر 2026-03.csv",
    "a b#1.csv",
    "100%.csv",
    "%2e.csv",
    "[x]+é.csv",
    "x?y.csv",
    'it\'s "q".csv',
)


class Quiet(SimpleHTTPRequestHandler):
    """Serves a folder; refuses what lies under a status, such as /403/."""

    def log_message(self, *_: object) -> None:
        pass

    def send_head(self):  # type: ignore[no-untyped-def]
        if (status := self.path.split("/")[1]).isdigit():
            self.send_error(int(status))
            return None
        return super().send_head()


@contextmanager
def http_server(folder: Path, context: ssl.SSLContext | None = None) -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


@contextmanager
def served(protocol: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """The folder as a place of `protocol`."""
    if protocol == "file":
        yield place(f"file://{folder}/*.csv")
    elif protocol == "http":
        with http_server(folder) as port:
            yield place(f"http://127.0.0.1:{port}/*.csv")
    else:
        with sftp_server(folder) as (port, fingerprint):
            yield of_sftp(port, fingerprint, monkeypatch)


@pytest.mark.parametrize("protocol", ["file", "http", "sftp"])
def test_files_with_odd_names_come_whole(tmp_path, monkeypatch, protocol):
    inbox, copies = tmp_path / "inbox", tmp_path / "copies"
    inbox.mkdir()
    copies.mkdir()
    for name in ODD_NAMES:
        (inbox / name).write_text(name, "utf-8")
    with served(protocol, inbox, monkeypatch) as found, opened(found) as remote:
        files = remote.files()
        assert {file.name for file in files} == set(ODD_NAMES)
        for number, file in enumerate(files):
            remote.download(file, copies / str(number))
            assert (copies / str(number)).read_text("utf-8") == file.name
            assert remote.again(file) == file


@pytest.mark.parametrize("protocol", ["file", "http", "sftp"])
def test_a_file_that_grows_between_two_looks_is_not_the_same(tmp_path, monkeypatch, protocol):
    path = tmp_path / "2026-03.csv"
    path.write_bytes(b"a;b\n1;")
    with served(protocol, tmp_path, monkeypatch) as found, opened(found) as remote:
        (file,) = remote.files()
        path.write_bytes(b"a;b\n1;2\n")
        assert remote.again(file) != file


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, PlaceDenied),
        (403, PlaceDenied),
        (404, PlaceMissing),
        (500, PlaceUnreachable),
    ],
)
def test_what_an_http_server_answers_tells_whom_to_ask(tmp_path, status, kind):
    with http_server(tmp_path) as port, pytest.raises(PlaceUnreachable) as refused:
        listed(place(f"http://127.0.0.1:{port}/{status}/*.csv"))
    assert type(refused.value) is kind


def test_a_wrong_password_of_an_sftp_server_is_told_as_such(tmp_path, monkeypatch):
    with sftp_server(tmp_path) as (port, fingerprint):
        found = of_sftp(port, fingerprint, monkeypatch)
        monkeypatch.setenv("DEPOT_PASSWORD", "wrong")
        with pytest.raises(PlaceDenied):
            listed(found)


def test_a_server_whose_certificate_nobody_vouches_for_is_not_read(tmp_path):
    (tmp_path / "2026-03.csv").write_bytes(b"a;b\n")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(own_certificate(tmp_path / "own.pem"))
    with http_server(tmp_path, context) as port, pytest.raises(PlaceUnreachable) as refused:
        listed(place(f"https://localhost:{port}/*.csv"))
    assert "CERTIFICATE_VERIFY_FAILED" in refused.value.detail


def own_certificate(path: Path) -> Path:
    """A certificate of localhost that its own key signs, and the key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path
