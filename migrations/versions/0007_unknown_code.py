"""Unknown codes: tokens in raw, and what they stand for, apart.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "unknown_value",
        sa.Column(
            "submission_id",
            sa.BigInteger,
            sa.ForeignKey("submission.submission.id", ondelete="cascade"),
            primary_key=True,
            comment="Submission number",
        ),
        sa.Column("column_name", sa.Text, primary_key=True, comment="Column of the contract"),
        sa.Column("variable", sa.Text, nullable=False, comment="Code variable, such as area"),
        sa.Column("token", sa.Text, primary_key=True, comment="What stands for the code in raw"),
        sa.Column("value", sa.Text, comment="The code in clear; empty once known or forgotten"),
        sa.Column("row_count", sa.BigInteger, nullable=False, comment="Records that have the code"),
        schema="codes",
        comment="Codes that no list knew when their file came: for the steward alone",
    )
    op.create_index(
        "unknown_value_by_token", "unknown_value", ["variable", "token"], schema="codes"
    )
    op.create_table(
        "token",
        sa.Column("variable", sa.Text, primary_key=True, comment="Code variable, such as area"),
        sa.Column("token", sa.Text, primary_key=True, comment="What stands for the code in raw"),
        sa.Column("source_code", sa.Text, nullable=False, comment="The code, known by now"),
        schema="codes",
        comment="Tokens of codes that a list has come to know",
    )
    op.execute("grant select, insert, update on codes.unknown_value to simimo_pipeline")
    op.execute("grant select on codes.unknown_value to simimo_steward")
    op.execute("grant select, insert on codes.token to simimo_pipeline")
    op.execute("grant select on codes.token to simimo_transform, simimo_analyst")


def downgrade() -> None:
    op.drop_table("token", schema="codes")
    op.drop_table("unknown_value", schema="codes")
