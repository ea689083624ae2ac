"""Every version that counted one day: what was first published of a period stays readable.

Revision ID: 0003
Revises: 0002
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        create view submission.vintage as
        select
            s.contract, s.period, p.part, p.submission_id, p.version, s.received_at, s.is_specimen
        from submission.part as p
        inner join submission.submission as s on p.submission_id = s.id
        where p.state in ('accepted', 'superseded')
    """)
    op.execute(
        "comment on view submission.vintage is "
        "'The parts that count or once counted: one row a contract, period, part and version; "
        "what was withdrawn is left out'"
    )
    op.execute("grant select on submission.vintage to simimo_transform, simimo_analyst")


def downgrade() -> None:
    op.execute("drop view submission.vintage")
