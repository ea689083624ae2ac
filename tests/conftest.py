"""Shared fixtures: one embedded PostgreSQL a run, one fresh migrated database a test that asks."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import settings as property_settings

from tests.homes import DURABLE, folder_of_homes
from tests.order import LongestFirst, longest_first

# How fast the program is lives in bench/: a busy machine fails no property.
property_settings.register_profile("simimo", deadline=None)
property_settings.load_profile("simimo")

REAL_DATA_REASON = "SIMIMO_REAL_DATA is not set: the real open data is not at hand"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    longest_first(items)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> LongestFirst | None:
    return LongestFirst(config, log) if config.getvalue("dist") == "loadfile" else None


@pytest.fixture(scope="session")
def simimo_home() -> Iterator[Path]:
    """A home of this run alone: short, for the socket, and reachable for the server's user."""
    home = Path(tempfile.mkdtemp(prefix="simimo-", dir=folder_of_homes()))
    home.chmod(0o755)
    yield home
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home without a database, for keys and vault."""
    monkeypatch.setenv("SIMIMO_HOME", str(tmp_path))
    _forget_settings()
    yield tmp_path
    monkeypatch.undo()
    _forget_settings()


@pytest.fixture(scope="session")
def migrated_template(simimo_home: Path) -> str:
    """The name of a migrated database that tests copy."""
    os.environ["SIMIMO_HOME"] = str(simimo_home)
    os.environ["SIMIMO_DATABASE_NAME"] = "template_simimo"
    _forget_settings()
    from warehouse import migrate

    _do_not_wait_for_the_disk()
    migrate.migrate()
    _forget_settings()
    return "template_simimo"


def _do_not_wait_for_the_disk() -> None:
    """Take from the server of the tests what none of them asks of it."""
    from warehouse.database import connect

    with connect(autocommit=True) as session:
        for setting in DURABLE:
            session.execute(f"alter system set {setting} = off")
        session.execute("select pg_reload_conf()")


@pytest.fixture(scope="session")
def built_template(migrated_template: str, simimo_home: Path) -> str:
    """The name of a database in which dbt has built everything from nothing."""
    with contextmanager(_database)(migrated_template, simimo_home, keep_as="template_built"):
        from warehouse.build import build

        assert build().is_full
    return "template_built"


@pytest.fixture
def built_database(built_template: str, simimo_home: Path) -> Iterator[str]:
    """A fresh database as a first build leaves it: a test that builds pays for its own files."""
    yield from _database(built_template, simimo_home)


@pytest.fixture
def warehouse_database(migrated_template: str, simimo_home: Path) -> Iterator[str]:
    """A fresh migrated database; the settings point at it while the test runs."""
    yield from _database(migrated_template, simimo_home)


@pytest.fixture(scope="module")
def module_database(migrated_template: str, simimo_home: Path) -> Iterator[str]:
    """One migrated database for all tests of a module that only read what the first has made."""
    yield from _database(migrated_template, simimo_home)


def _database(template: str, home: Path, keep_as: str = "") -> Iterator[str]:
    """A database of always the same name: dbt parses its project once a run, not once a test.

    A test that asks for a second one while the first is in use is refused by PostgreSQL.
    """
    import psycopg

    from warehouse import database

    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SIMIMO_HOME", str(home))
        environment.setenv("SIMIMO_DATABASE_NAME", "postgres")
        _forget_settings()
        maintenance = database.conninfo(database.url())
        with psycopg.connect(maintenance, autocommit=True) as session:
            # Copying files is half the work of writing each page into the log.
            session.execute(f"create database test template {template} strategy file_copy")
            session.execute("grant create on database test to simimo_transform")
        environment.setenv("SIMIMO_DATABASE_NAME", "test")
        _forget_settings()
        try:
            yield "test"
        finally:
            with psycopg.connect(maintenance, autocommit=True) as session:
                if keep_as:
                    session.execute(f"alter database test rename to {keep_as}")
                else:
                    session.execute("drop database test with (force)")
    _forget_settings()


@pytest.fixture
def real_data() -> Path:
    """The folder of the real open data; skips, saying so, where it is absent."""
    folder = os.environ.get("SIMIMO_REAL_DATA")
    if not folder or not Path(folder).is_dir():
        pytest.skip(REAL_DATA_REASON)
    return Path(folder)


def _forget_settings() -> None:
    from warehouse import database
    from warehouse.settings import settings

    settings.cache_clear()
    database.url.cache_clear()
