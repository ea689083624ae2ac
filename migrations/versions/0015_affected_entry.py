"""Which entries of a register have changed, beside the periods that they mark.

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "affected_entry",
        sa.Column(
            "mark_id",
            sa.BigInteger,
            sa.ForeignKey("submission.affected_period.id", ondelete="CASCADE"),
            primary_key=True,
            comment="Mark of the period whose records the entry describes",
        ),
        sa.Column(
            "entry",
            sa.Text,
            primary_key=True,
            comment="Pseudonym by which records name an entry of the register that has changed",
        ),
        schema="submission",
        comment="Entries of a register to which a mark is limited; a mark without any is of all",
    )
    # A mark that goes takes its entries along.
    op.execute("grant select, insert on submission.affected_entry to simimo_pipeline")
    op.execute("grant select on submission.affected_entry to simimo_transform")


def downgrade() -> None:
    op.drop_table("affected_entry", schema="submission")
