"""Releases: protected observations, and what keeps a published release as it is.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

CODE = sa.Text(collation="C")
DIMENSIONS = {
    "ref_area": "Reference area, cl_area",
    "citizenship": "Country of citizenship, cl_area",
    "sex": "Sex, cl_sex",
    "age": "Age band, cl_age",
    "activity": "Economic activity, cl_activity",
    "occupation": "Occupation, cl_occupation",
    "reason": "Reason of stay, cl_reason",
    "permit_type": "Type of permit, cl_permit_type",
    "application_type": "Type of application, cl_application_type",
    "leave_category": "Category of leave, cl_leave_category",
    "destination": "Country of destination, cl_area",
    "education": "Level of education, cl_education",
    "status": "Status of the person, as the dataflow defines it",
}
FIXED = [
    "dataflow",
    "freq",
    *DIMENSIONS,
    "time_period",
    "obs_value",
    "obs_status",
    "conf_status",
    "unit_measure",
    "decimals",
    "valid_from_release",
]


def upgrade() -> None:
    op.execute("create schema if not exists release")
    op.execute(
        "comment on schema release is 'Protected observations of numbered, immutable releases'"
    )
    _create_release()
    _create_frozen()
    _create_observation()
    _create_views()
    _create_triggers()
    _grant()


def _create_release() -> None:
    op.create_table(
        "release",
        sa.Column(
            "number", sa.Integer, primary_key=True, autoincrement=False, comment="Release number"
        ),
        sa.Column("status", sa.Text, nullable=False, comment="draft, approved or published"),
        sa.Column(
            "released_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="Instant of the release",
        ),
        sa.Column(
            "manifest",
            JSONB,
            nullable=False,
            comment="Submissions, code version, disclosure rules, counts and hashes",
        ),
        sa.Column(
            "content_hash",
            sa.Text,
            nullable=False,
            comment="SHA-256 of everything the release says, hexadecimal; equal inputs, equal hash",
        ),
        sa.CheckConstraint("number > 0", name="release_number"),
        sa.CheckConstraint("status in ('draft', 'approved', 'published')", name="release_status"),
        schema="release",
        comment="Numbered releases; a published one never changes",
    )


def _create_frozen() -> None:
    op.create_table(
        "frozen_content",
        sa.Column("hash", sa.Text, primary_key=True, comment="SHA-256 of the content, hexadecimal"),
        sa.Column("content", JSONB, nullable=False, comment="A definition, or code lists"),
        schema="release",
        comment="Definitions and code lists as releases froze them, each content once",
    )
    op.create_table(
        "frozen_dataflow",
        sa.Column(
            "number",
            sa.Integer,
            sa.ForeignKey("release.release.number"),
            primary_key=True,
            autoincrement=False,
            comment="Release number",
        ),
        sa.Column(
            "dataflow", CODE, primary_key=True, comment="Dataflow id, such as DF_EMP_DECLARED"
        ),
        sa.Column(
            "definition_hash",
            sa.Text,
            sa.ForeignKey("release.frozen_content.hash"),
            nullable=False,
            comment="Hash of its definition in this release",
        ),
        sa.Column(
            "code_lists_hash",
            sa.Text,
            sa.ForeignKey("release.frozen_content.hash"),
            nullable=False,
            comment="Hash of its code lists in this release",
        ),
        sa.Column(
            "content_hash",
            sa.Text,
            nullable=False,
            comment="SHA-256 of observations, definition and codes",
        ),
        sa.Column(
            "updated_in",
            sa.Integer,
            sa.ForeignKey("release.release.number"),
            nullable=False,
            comment="The release in which the dataflow last changed",
        ),
        sa.Column("is_specimen", sa.Boolean, nullable=False, comment="Made from specimen data"),
        schema="release",
        comment="Which definition and code lists each dataflow has in each release",
    )


def _create_observation() -> None:
    dimensions = (
        sa.Column(
            name,
            CODE,
            nullable=False,
            server_default=sa.text("'_Z'"),
            comment=f"{label}; _T total, _Z not used",
        )
        for name, label in DIMENSIONS.items()
    )
    op.create_table(
        "observation",
        sa.Column(
            "dataflow", CODE, primary_key=True, comment="Dataflow id, such as DF_EMP_DECLARED"
        ),
        sa.Column(
            "series_key",
            CODE,
            sa.Computed(" || '|' || ".join(["freq", *DIMENSIONS]), persisted=True),
            primary_key=True,
            comment="Frequency and codes of all dimensions in order, joined by |",
        ),
        sa.Column("time_period", CODE, primary_key=True, comment="YYYY-MM, YYYY-Qn or YYYY"),
        sa.Column(
            "valid_from_release",
            sa.Integer,
            primary_key=True,
            autoincrement=False,
            comment="The first release that says so",
        ),
        sa.Column(
            "valid_to_release",
            sa.Integer,
            comment="The first release that no longer says so; empty: the newest still does",
        ),
        sa.Column("freq", CODE, nullable=False, comment="Frequency: M, Q or A"),
        *dimensions,
        sa.Column("obs_value", sa.Numeric, comment="The figure; empty where withheld or missing"),
        sa.Column(
            "obs_status", sa.Text, nullable=False, comment="Status, CL_OBS_STATUS; Q is suppressed"
        ),
        sa.Column(
            "conf_status",
            sa.Text,
            nullable=False,
            comment="Confidentiality, CL_CONF_STATUS; F is free",
        ),
        sa.Column("unit_measure", sa.Text, nullable=False, comment="Unit of the figure"),
        sa.Column("decimals", sa.Integer, nullable=False, comment="Decimals of the figure"),
        sa.CheckConstraint("obs_status <> 'Q' or obs_value is null", name="observation_withheld"),
        sa.CheckConstraint(
            "(conf_status = 'F') = (obs_status <> 'Q')", name="observation_confidential"
        ),
        sa.CheckConstraint(
            "obs_status <> 'A' or obs_value is not null", name="observation_missing"
        ),
        sa.CheckConstraint(
            "conf_status in ('A', 'C', 'D', 'E', 'F', 'G', 'N', 'O', 'T')",
            name="observation_conf_status",
        ),
        sa.CheckConstraint(
            "obs_value not in ('NaN', 'Infinity', '-Infinity')", name="observation_finite"
        ),
        sa.CheckConstraint("valid_to_release > valid_from_release", name="observation_validity"),
        schema="release",
        comment="One protected observation, valid from one release until before another",
    )


def _create_views() -> None:
    op.execute("""
        create view release.dataflow as
        select
            f.number, f.dataflow, definition.content as definition,
            code_lists.content as code_lists, f.content_hash,
            updated.released_at as last_updated, f.is_specimen
        from release.frozen_dataflow as f
        inner join release.frozen_content as definition on f.definition_hash = definition.hash
        inner join release.frozen_content as code_lists on f.code_lists_hash = code_lists.hash
        inner join release.release as updated on f.updated_in = updated.number
    """)
    op.execute(
        "comment on view release.dataflow is 'The dataflows of each release, as it froze them'"
    )
    comments = {
        "number": "Release number",
        "dataflow": "Dataflow id, such as DF_EMP_DECLARED",
        "definition": "Its definition in this release",
        "code_lists": "The codes of each of its dimensions, with labels in fr, ar and en",
        "content_hash": "SHA-256 of observations, definition and codes",
        "last_updated": "Instant of the release in which it last changed",
        "is_specimen": "Made from specimen data",
    }
    for column, comment in comments.items():
        op.execute(f"comment on column release.dataflow.{column} is '{comment}'")


def _create_triggers() -> None:
    """What was published never changes; only an open validity may be closed by a later release."""
    op.execute("""
        create function release.refuse_change() returns trigger language plpgsql as $$
        begin
            raise exception 'release.% never changes once published: % refused',
                tg_table_name, lower(tg_op)
                using errcode = 'integrity_constraint_violation', hint = 'Make a new release.';
        end $$
    """)
    op.execute("""
        create function release.refuse_if_published() returns trigger language plpgsql as $$
        declare
            column_name text := tg_argv[0];
            is_fixed boolean;
        begin
            execute format(
                'select exists (select 1 from changed as c left join release.release as r '
                'on r.number = c.%I where coalesce(r.status, ''unknown'') '
                'not in (''draft'', ''approved''))', column_name
            ) into is_fixed;
            if is_fixed then
                raise exception 'release.% never changes once published: % refused',
                    tg_table_name, lower(tg_op)
                    using errcode = 'integrity_constraint_violation', hint = 'Make a new release.';
            end if;
            return null;
        end $$
    """)
    for table in ("release", "frozen_content", "frozen_dataflow", "observation"):
        _trigger(f"{table}_not_truncated", f"before truncate on release.{table} for each statement")
    _trigger(
        "release_published",
        "before update or delete on release.release for each row when (old.status = 'published')",
    )
    _trigger("content_kept", "before update or delete on release.frozen_content for each statement")
    _trigger("dataflow_kept", "before update on release.frozen_dataflow for each statement")
    for table, column in (("frozen_dataflow", "number"), ("observation", "valid_from_release")):
        _trigger_published(table, "insert", "new", column)
        _trigger_published(table, "delete", "old", column)
    # Closing a validity at a published number would change what that release says.
    _trigger_published("observation", "update", "new", "valid_to_release")
    _trigger(
        "observation_kept",
        f"before update of {', '.join(FIXED)} on release.observation for each row",
    )
    _trigger(
        "observation_closed_once",
        "before update on release.observation for each row "
        "when (old.valid_to_release is not null or new.valid_to_release is null)",
    )


def _trigger(name: str, event: str) -> None:
    op.execute(f"create trigger {name} {event} execute function release.refuse_change()")


def _trigger_published(table: str, event: str, rows: str, column: str) -> None:
    op.execute(
        f"create trigger {table}_{event} after {event} on release.{table} "
        f"referencing {rows} table as changed for each statement "
        f"execute function release.refuse_if_published('{column}')"
    )


def _grant() -> None:
    op.execute("grant usage on schema release to simimo_pipeline, simimo_api, simimo_analyst")
    op.execute("grant create on schema release to simimo_pipeline")
    op.execute(
        "grant select on all tables in schema release "
        "to simimo_pipeline, simimo_api, simimo_analyst"
    )
    op.execute(
        "grant insert on release.release, release.frozen_content, release.frozen_dataflow, "
        "release.observation to simimo_pipeline"
    )
    op.execute("grant update on release.release to simimo_pipeline")
    op.execute("grant update (valid_to_release) on release.observation to simimo_pipeline")
    # The views of the analysts are made by each release.
    op.execute(
        "alter default privileges for role simimo_pipeline in schema release "
        "grant select on tables to simimo_api, simimo_analyst"
    )
    op.execute("revoke execute on all functions in schema release from public")


def downgrade() -> None:
    op.execute(
        "alter default privileges for role simimo_pipeline in schema release "
        "revoke select on tables from simimo_api, simimo_analyst"
    )
    op.execute("drop schema release cascade")
