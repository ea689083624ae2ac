"""What was fetched from the providers' places, so that each file is fetched once.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "fetched",
        sa.Column("place", sa.Text, primary_key=True, comment="Name of the place in places.yml"),
        sa.Column(
            "path_sha256",
            sa.Text,
            primary_key=True,
            comment="SHA-256 of the path there, hexadecimal: a name may carry a number",
        ),
        sa.Column(
            "stamp",
            sa.Text,
            primary_key=True,
            comment="Size, time of change and ETag, as the place tells them",
        ),
        sa.Column("file_name", sa.Text, nullable=False, comment="Name of the file, masked"),
        sa.Column(
            "sha256", sa.Text, nullable=False, comment="SHA-256 of the bytes fetched, hexadecimal"
        ),
        sa.Column(
            "submission_id",
            sa.BigInteger,
            sa.ForeignKey("submission.submission.id", ondelete="cascade"),
            nullable=False,
            comment="Submission that came of it, or that the same bytes had made before",
        ),
        sa.Column(
            "fetched_at",
            sa.DateTime(timezone=True),
            nullable=False,
            server_default=sa.text("now()"),
            comment="Instant of fetching",
        ),
        schema="submission",
        comment="Files fetched from the places of providers: each is fetched once",
    )
    op.execute("grant select, insert on submission.fetched to simimo_pipeline")


def downgrade() -> None:
    op.drop_table("fetched", schema="submission")
