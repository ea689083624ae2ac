"""Runs the migrations on the connection that warehouse.migrate hands over."""

from alembic import context

from warehouse.migrate import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    include_schemas=True,
    version_table="alembic_version",
    version_table_schema="submission",
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
