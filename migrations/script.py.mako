"""${message}

Rules of a migration: it runs on a full warehouse, within one transaction; it goes back;
it comments every table and column; it grants each role the least it needs; it never
touches a schema that dbt builds (staging, harmonised, linked, indicators, codelists,
correspondences), nor the raw tables that follow from contracts.

Revision ID: ${up_revision}
Revises: ${down_revision | comma,n}
"""

from alembic import op
import sqlalchemy as sa
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
