"""The desk for codes: who may decide, what a decision waits for, and which decisions are in force.

Rules of a migration: it runs on a full warehouse, within one transaction; it goes back;
it comments every table and column; it grants each role the least it needs; it never
touches a schema that dbt builds (staging, harmonised, linked, indicators, codelists,
correspondences), nor the raw tables that follow from contracts.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

COLUMNS = (
    sa.Column(
        "status",
        sa.Text,
        nullable=False,
        server_default="approved",
        comment="proposed, approved or revoked; only an approved one applies",
    ),
    sa.Column("source_label", sa.Text, comment="What the source code means"),
    sa.Column("source", sa.Text, comment="Where the correspondence comes from"),
    sa.Column("approved_by", sa.Text, comment="The second person, where one was required"),
    sa.Column("approved_at", sa.DateTime(timezone=True), comment="Instant of the approval"),
    sa.Column("revoked_by", sa.Text, comment="Who took it back"),
    sa.Column("revoked_at", sa.DateTime(timezone=True), comment="Instant at which it was revoked"),
    sa.Column("revoked_note", sa.Text, comment="Why it was revoked"),
    sa.Column(
        "is_built",
        sa.Boolean,
        nullable=False,
        server_default=sa.false(),
        comment="Whether the periods that it touches were built as it stands now",
    ),
)
CHECKS = {
    "decision_status": "status in ('proposed', 'approved', 'revoked')",
    "decision_second_person": "approved_by <> decided_by",
}
CHANGED_LATER = "status, approved_by, approved_at, revoked_by, revoked_at, revoked_note, is_built"


def upgrade() -> None:
    for column in COLUMNS:
        op.add_column("decision", column.copy(), schema="codes")
    for name, rule in CHECKS.items():
        op.create_check_constraint(name, "decision", rule, schema="codes")
    # One import has several intervals of one source code, all decided at the same instant.
    _replace_unique("variable", "provider", "source_code", "valid_from", "decided_at")
    op.execute("""
        create view codes.decision_in_force as
        select
            id, variable, provider, source_code, source_label, code, quality, valid_from,
            valid_to, source, decided_at
        from codes.decision
        where status = 'approved'
    """)
    op.execute(
        "comment on view codes.decision_in_force is "
        "'Decisions that apply: approved and not revoked; of two on one day the newest counts'"
    )
    _grant()


def _replace_unique(*columns: str) -> None:
    op.drop_constraint("decision_once", "decision", schema="codes")
    op.create_unique_constraint("decision_once", "decision", list(columns), schema="codes")


def _grant() -> None:
    op.execute(
        "do $$ begin create role simimo_steward login; "
        "exception when duplicate_object then null; end $$"
    )
    op.execute(
        "comment on role simimo_steward is 'Decides on codes, with all that an analyst reads'"
    )
    op.execute("grant simimo_analyst to simimo_steward")
    op.execute("grant usage on schema codes to simimo_steward")
    op.execute("grant select, insert on codes.decision to simimo_steward")
    op.execute(f"grant update ({CHANGED_LATER}) on codes.decision to simimo_steward")
    op.execute("revoke insert on codes.decision from simimo_pipeline")
    op.execute("grant update (is_built) on codes.decision to simimo_pipeline")
    op.execute(
        "grant select on codes.decision_in_force "
        "to simimo_pipeline, simimo_transform, simimo_analyst"
    )


def downgrade() -> None:
    op.execute("drop view codes.decision_in_force")
    op.execute("delete from codes.decision where status <> 'approved'")
    _replace_unique("variable", "provider", "source_code", "decided_at")
    for name in CHECKS:
        op.drop_constraint(name, "decision", schema="codes")
    op.execute("revoke update (is_built) on codes.decision from simimo_pipeline")
    op.execute("grant insert on codes.decision to simimo_pipeline")
    for column in COLUMNS:
        op.drop_column("decision", column.name, schema="codes")
    op.execute("drop owned by simimo_steward cascade")
    # Roles belong to the whole server: another database may still need them.
    op.execute(
        "do $$ begin drop role simimo_steward; "
        "exception when dependent_objects_still_exist then null; end $$"
    )
