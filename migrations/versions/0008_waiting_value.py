"""Unknown codes of files that wait: rejected or held, so that no row of theirs tells the steward.

Revision ID: 0008
Revises: 0007
"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

COLUMNS = {
    "contract": "Contract of the file",
    "provider": "Provider of the file",
    "period": "Period of the file",
    "state": "State of the file: rejected or held",
    "variable": "Code variable, such as area",
    "value": "The code in clear",
    "row_count": "Records of the file that have the code",
}


def upgrade() -> None:
    op.execute("""
        create view codes.waiting_value as
        select
            s.contract, s.provider, s.period, s.state, u.variable,
            coalesce(t.source_code, u.value) as value, u.row_count
        from codes.unknown_value as u
        inner join submission.submission as s on u.submission_id = s.id
        left join codes.token as t on u.variable = t.variable and u.token = t.token
        where
            s.state in ('rejected', 'held')
            and coalesce(t.source_code, u.value) is not null
            and not exists (
                select 1
                from submission.submission as later
                inner join submission.part as later_part on later.id = later_part.submission_id
                inner join submission.part as own_part
                    on s.id = own_part.submission_id and later_part.part = own_part.part
                where
                    later.contract = s.contract
                    and later.period = s.period
                    and later.id > s.id
                    and later.state <> 'withdrawn'
            )
    """)
    op.execute(
        "comment on view codes.waiting_value is "
        "'Unknown codes of files that are rejected or held and that nothing newer replaces: for the steward alone'"
    )
    for name, comment in COLUMNS.items():
        op.execute(f"comment on column codes.waiting_value.{name} is '{comment}'")
    op.execute("grant select on codes.waiting_value to simimo_steward")


def downgrade() -> None:
    op.execute("drop view codes.waiting_value")
