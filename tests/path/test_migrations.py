"""Migrations run from nothing to head and back, and leave what the code declares."""

import pytest

from warehouse import migrate
from warehouse.database import connect, engine

pytestmark = pytest.mark.path


def test_down_to_nothing_and_up_again(warehouse_database):
    migrate.downgrade()
    with connect() as session:
        left = session.execute(
            "select table_schema, table_name from information_schema.tables "
            "where table_schema in ('submission', 'raw', 'identity', 'codes', 'release') "
            "and table_name <> 'alembic_version'"
        ).fetchall()
    assert left == []
    migrate.migrate()
    with engine(pooled=False).connect() as connection:
        assert migrate.current_revision(connection) == migrate.head_revision()


def test_the_tables_declared_are_the_tables_migrated(warehouse_database):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    schemas = {table.schema for table in migrate.metadata.tables.values()}
    options = {
        "include_schemas": True,
        "include_name": lambda name, kind, _: kind != "schema" or name in schemas,
        "version_table_schema": "submission",
    }
    with engine(pooled=False).connect() as connection:
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, migrate.metadata) == []


def test_every_table_and_column_is_commented(warehouse_database):
    with connect() as session:
        silent = session.execute(
            """
            select n.nspname || '.' || c.relname || coalesce('.' || a.attname, '')
            from pg_class as c
            inner join pg_namespace as n on c.relnamespace = n.oid
            left join pg_attribute as a
                on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
            where n.nspname in ('submission', 'raw', 'codes', 'release')
                and c.relkind in ('r', 'p') and c.relname <> 'alembic_version'
                and (obj_description(c.oid) is null or col_description(c.oid, a.attnum) is null)
            """
        ).fetchall()
    assert silent == []
