"""The log of the purge: which names went, when and why.

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "purge",
        sa.Column("submission_id", sa.BigInteger, primary_key=True, comment="Submission number"),
        sa.Column("contract", sa.Text, nullable=False, comment="Contract id"),
        sa.Column("period", sa.Text, nullable=False, comment="Period of the file"),
        sa.Column("kept_until", sa.Date, nullable=False, comment="Last day of its retention"),
        sa.Column(
            "record_count", sa.BigInteger, nullable=False, comment="Records without names now"
        ),
        sa.Column("reason", sa.Text, nullable=False, comment="Why the names went"),
        sa.Column("purged_by", sa.Text, nullable=False, comment="Who ran the purge"),
        sa.Column(
            "purged_at",
            sa.DateTime(timezone=True),
            nullable=False,
            server_default=sa.text("now()"),
            comment="Instant of the purge",
        ),
        schema="identity",
        comment="Submissions whose names are gone, with the reason",
    )
    op.execute("grant select, insert on identity.purge to simimo_pipeline")
    op.execute("grant select on identity.purge to simimo_linkage, simimo_steward")
    op.execute("grant usage on schema identity to simimo_steward")
    op.execute("grant select (id, contract, coverage) on submission.submission to simimo_linkage")
    op.execute("grant delete on linkage.blocking_key to simimo_pipeline")
    op.execute("grant usage on schema linkage to simimo_pipeline")
    op.execute("grant select (contract, record_id) on linkage.blocking_key to simimo_pipeline")


def downgrade() -> None:
    op.execute(
        "revoke select (id, contract, coverage) on submission.submission from simimo_linkage"
    )
    op.execute("revoke all on linkage.blocking_key from simimo_pipeline")
    op.execute("revoke usage on schema linkage from simimo_pipeline")
    op.execute("revoke usage on schema identity from simimo_steward")
    op.drop_table("purge", schema="identity")
