"""Bring a database from nothing, or from an earlier version, to what this code expects."""

from typing import TYPE_CHECKING

from warehouse import release_tables  # noqa: F401  (declares the tables of schema release)
from warehouse.settings import settings
from warehouse.tables import metadata

if TYPE_CHECKING:
    import alembic.config
    import sqlalchemy

__all__ = ["current_revision", "downgrade", "head_revision", "metadata", "migrate"]


def migrate() -> None:
    """Alembic to its head, then the raw tables that follow from the contracts, then the keys."""
    from alembic import command

    from warehouse import identity, raw, vault
    from warehouse.contracts.contract import contracts
    from warehouse.database import connect, engine

    with engine(pooled=False).begin() as connection:
        connection.exec_driver_sql("create schema if not exists submission")
        command.upgrade(_config(connection), "head")
    with connect("simimo_pipeline") as session:
        raw.ensure_tables(session, contracts().values())
        identity.ensure_table(session)
    vault.ensure_custodian()


def downgrade(revision: str = "base") -> None:
    """Take the fixed tables back to `revision`."""
    from alembic import command

    from warehouse.database import engine

    with engine(pooled=False).begin() as connection:
        command.downgrade(_config(connection), revision)


def head_revision() -> str:
    """The revision this code expects."""
    from alembic.script import ScriptDirectory

    return str(ScriptDirectory.from_config(_config(None)).get_current_head())


def current_revision(connection: "sqlalchemy.Connection") -> str | None:
    """The revision the database is at; None before the first migration."""
    from alembic.migration import MigrationContext

    options = {"version_table_schema": "submission"}
    return MigrationContext.configure(connection, opts=options).get_current_revision()


def _config(connection: "sqlalchemy.Connection | None") -> "alembic.config.Config":
    from alembic.config import Config

    config = Config(settings().project_dir / "migrations" / "alembic.ini")
    config.attributes["connection"] = connection
    return config
