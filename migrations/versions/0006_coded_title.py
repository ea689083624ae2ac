"""Codes that job titles were given, with their score.

Rules of a migration: it runs on a full warehouse, within one transaction; it goes back;
it comments every table and column; it grants each role the least it needs; it never
touches a schema that dbt builds (staging, harmonised, linked, indicators, codelists,
correspondences), nor the raw tables that follow from contracts.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "coded_title",
        sa.Column(
            "title_hash",
            sa.Text,
            primary_key=True,
            comment="MD5 of the title in capitals, trimmed: titles themselves are not kept here",
        ),
        sa.Column(
            "title",
            sa.Text,
            nullable=False,
            comment="The title's words that other titles have too; the others, and numbers, masked",
        ),
        sa.Column(
            "code", sa.Text, nullable=False, comment="Code of cl_occupation; _U below the threshold"
        ),
        sa.Column(
            "score", sa.Double, nullable=False, comment="Probability that the best code is right"
        ),
        sa.Column(
            "method",
            sa.Text,
            nullable=False,
            comment="exact, classifier, or none below the threshold",
        ),
        sa.Column(
            "model_version",
            sa.Text,
            nullable=False,
            comment="Hash of the program's method and of the known titles behind the code",
        ),
        sa.Column(
            "coded_at",
            sa.DateTime(timezone=True),
            nullable=False,
            server_default=sa.text("now()"),
            comment="Instant of the coding",
        ),
        sa.CheckConstraint("score between 0 and 1", name="coded_title_score"),
        sa.CheckConstraint("method in ('exact', 'classifier', 'none')", name="coded_title_method"),
        sa.CheckConstraint("method <> 'none' or code = '_U'", name="coded_title_unknown"),
        schema="codes",
        comment="One job title met in the extracts, and the occupation it was coded to",
    )
    op.execute("grant select, insert, delete on codes.coded_title to simimo_pipeline")
    op.execute("grant select on codes.coded_title to simimo_transform, simimo_analyst")


def downgrade() -> None:
    op.drop_table("coded_title", schema="codes")
