"""Roles, schemas, and the tables of submissions and code decisions.

Revision ID: 0001
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ROLES = {
    "simimo_pipeline": "receives, checks and loads submissions, and publishes releases",
    "simimo_transform": "runs dbt: reads raw, builds staging to indicators",
    "simimo_linkage": "links persons: reads identity, writes linkage",
    "simimo_api": "serves released observations",
    "simimo_analyst": "reads staging, harmonised, indicators and release",
}
SCHEMAS = {
    "raw": "One source record each, verbatim, identifiers as pseudonyms",
    "identity": "What linkage compares of one source record",
    "linkage": "Which source records are the same person",
    "codes": "Decisions on codes taken at the desk",
}
STATES = "('received', 'checked', 'held', 'accepted', 'rejected', 'superseded', 'withdrawn')"


def upgrade() -> None:
    for role, purpose in ROLES.items():
        # An owner who is no superuser acts as a role only as its member.
        op.execute(
            f"do $$ begin create role {role} login; grant {role} to current_user; "
            "exception when duplicate_object then null; end $$"
        )
        op.execute(f"comment on role {role} is '{purpose}'")
    for schema, purpose in SCHEMAS.items():
        op.execute(f"create schema if not exists {schema}")
        op.execute(f"comment on schema {schema} is '{purpose}'")
    op.execute("comment on schema submission is 'Files received, their findings and decisions'")
    _create_tables()
    _create_views()
    _grant()


def _create_tables() -> None:
    stamp = {"nullable": False, "server_default": sa.text("now()")}
    op.create_table(
        "submission",
        sa.Column(
            "id",
            sa.BigInteger,
            sa.Identity(always=True),
            primary_key=True,
            comment="Submission number",
        ),
        sa.Column(
            "contract", sa.Text, nullable=False, comment="Contract id, such as cnss_declarations"
        ),
        sa.Column(
            "contract_version", sa.Text, nullable=False, comment="Version of the contract applied"
        ),
        sa.Column("provider", sa.Text, nullable=False, comment="Institution that sent the file"),
        sa.Column("coverage", sa.Text, nullable=False, comment="period, cumulative or campaign"),
        sa.Column(
            "period", sa.Text, nullable=False, comment="Reference period: YYYY-MM, YYYY-Qn or YYYY"
        ),
        sa.Column(
            "version", sa.Integer, nullable=False, comment="1 for the first file of the period"
        ),
        sa.Column("file_name", sa.Text, nullable=False, comment="Name of the file, masked"),
        sa.Column(
            "sha256", sa.Text, nullable=False, comment="SHA-256 of the bytes received, hexadecimal"
        ),
        sa.Column(
            "size_bytes", sa.BigInteger, nullable=False, comment="Size of the file, in bytes"
        ),
        sa.Column("state", sa.Text, nullable=False, comment="State of the submission"),
        sa.Column("row_count", sa.BigInteger, nullable=False, comment="Records read"),
        sa.Column(
            "error_count", sa.BigInteger, nullable=False, comment="True number of errors found"
        ),
        sa.Column(
            "warning_count", sa.BigInteger, nullable=False, comment="True number of warnings found"
        ),
        sa.Column(
            "is_specimen", sa.Boolean, nullable=False, comment="Made by the specimen generator"
        ),
        sa.Column("received_at", sa.DateTime(timezone=True), comment="Instant of receipt", **stamp),
        sa.Column("decided_at", sa.DateTime(timezone=True), comment="Instant of the last decision"),
        sa.Column("decided_by", sa.Text, comment="Who decided: simimo, or a person of HCP"),
        sa.Column(
            "decision_reason", sa.Text, comment="Why the submission is held, rejected or withdrawn"
        ),
        sa.Column("report", JSONB, nullable=False, comment="Findings report; values masked"),
        sa.CheckConstraint(f"state in {STATES}", name="submission_state"),
        schema="submission",
        comment="One file received from a provider, with its findings and decision",
    )
    op.create_index(
        "submission_by_period", "submission", ["contract", "period"], schema="submission"
    )
    op.create_index("submission_by_hash", "submission", ["sha256"], schema="submission")
    op.create_table(
        "part",
        sa.Column(
            "submission_id",
            sa.BigInteger,
            sa.ForeignKey("submission.submission.id", ondelete="cascade"),
            primary_key=True,
            comment="Submission number",
        ),
        sa.Column(
            "part", sa.Text, primary_key=True, comment="Empty for the whole file, else a pseudonym"
        ),
        sa.Column("label", sa.Text, nullable=False, comment="What to show of the part, masked"),
        sa.Column("state", sa.Text, nullable=False, comment="State of the part"),
        sa.Column(
            "version", sa.Integer, nullable=False, comment="1 for the first file of the part"
        ),
        sa.Column("row_count", sa.BigInteger, nullable=False, comment="Records of the part"),
        sa.Column("error_count", sa.BigInteger, nullable=False, comment="Errors in the part"),
        sa.CheckConstraint(f"state in {STATES}", name="part_state"),
        schema="submission",
        comment="The unit that is accepted, rejected and replaced",
    )
    op.create_table(
        "affected_period",
        sa.Column(
            "id",
            sa.BigInteger,
            sa.Identity(always=True),
            primary_key=True,
            comment="Number of the mark",
        ),
        sa.Column("contract", sa.Text, nullable=False, comment="Contract whose rows changed"),
        sa.Column("period", sa.Text, nullable=False, comment="Reference period to rebuild"),
        sa.Column("reason", sa.Text, nullable=False, comment="What changed"),
        sa.Column("marked_at", sa.DateTime(timezone=True), comment="Instant of the mark", **stamp),
        schema="submission",
        comment="Periods to rebuild at the next build",
    )
    op.create_table(
        "expectation_result",
        sa.Column(
            "id",
            sa.BigInteger,
            sa.Identity(always=True),
            primary_key=True,
            comment="Number of the result",
        ),
        sa.Column(
            "submission_id",
            sa.BigInteger,
            sa.ForeignKey("submission.submission.id", ondelete="cascade"),
            nullable=False,
            comment="Submission number",
        ),
        sa.Column("suite", sa.Text, nullable=False, comment="Suite of expectations"),
        sa.Column(
            "expectation", sa.Text, nullable=False, comment="Expectation, such as row_count_ratio"
        ),
        sa.Column("column_name", sa.Text, comment="Column looked at, if one"),
        sa.Column("severity", sa.Text, nullable=False, comment="error, warning or information"),
        sa.Column("success", sa.Boolean, nullable=False, comment="Whether it was met"),
        sa.Column("observed", JSONB, nullable=False, comment="What was measured"),
        sa.Column("message", JSONB, nullable=False, comment="The sentence, in fr, ar and en"),
        sa.Column("run_at", sa.DateTime(timezone=True), comment="Instant of the measure", **stamp),
        schema="submission",
        comment="Results of the plausibility gate, kept",
    )
    op.create_index(
        "expectation_result_by_submission",
        "expectation_result",
        ["submission_id"],
        schema="submission",
    )
    op.create_table(
        "measure",
        sa.Column(
            "submission_id",
            sa.BigInteger,
            sa.ForeignKey("submission.submission.id", ondelete="cascade"),
            primary_key=True,
            comment="Submission number",
        ),
        sa.Column(
            "measure", sa.Text, primary_key=True, comment="Measure of a suite, such as row_count"
        ),
        sa.Column("code", sa.Text, primary_key=True, comment="Code of a distribution; else empty"),
        sa.Column("definition", sa.Text, nullable=False, comment="Hash of how it was measured"),
        sa.Column("value", sa.Double, nullable=False, comment="Count, share or mean"),
        sa.Column(
            "standard_error", sa.Double, nullable=False, comment="Standard error of the value"
        ),
        schema="submission",
        comment="Figures of a submission that later ones are compared with",
    )
    op.create_table(
        "decision",
        sa.Column(
            "id",
            sa.BigInteger,
            sa.Identity(always=True),
            primary_key=True,
            comment="Number of the decision",
        ),
        sa.Column("variable", sa.Text, nullable=False, comment="Code variable, such as area"),
        sa.Column("provider", sa.Text, nullable=False, comment="Provider, or * for all"),
        sa.Column("source_code", sa.Text, nullable=False, comment="Code as the source writes it"),
        sa.Column("code", sa.Text, nullable=False, comment="Code of the common list"),
        sa.Column("quality", sa.Text, nullable=False, comment="exact, close, broad or narrow"),
        sa.Column("valid_from", sa.Date, comment="First day of validity; empty: always"),
        sa.Column("valid_to", sa.Date, comment="Day after the last; empty: still valid"),
        sa.Column("decided_by", sa.Text, nullable=False, comment="Who decided"),
        sa.Column(
            "decided_at", sa.DateTime(timezone=True), comment="Instant of the decision", **stamp
        ),
        sa.Column("note", sa.Text, comment="Why"),
        sa.CheckConstraint(
            "quality in ('exact', 'close', 'broad', 'narrow')", name="decision_quality"
        ),
        sa.UniqueConstraint(
            "variable", "provider", "source_code", "decided_at", name="decision_once"
        ),
        schema="codes",
        comment="Correspondences decided at the desk",
    )


def _create_views() -> None:
    op.execute("""
        create view submission.current as
        select s.contract, s.period, p.part, p.submission_id, s.is_specimen
        from submission.part as p
        inner join submission.submission as s on p.submission_id = s.id
        where
            p.state = 'accepted'
            and (
                s.coverage <> 'cumulative'
                or not exists (
                    select 1 from submission.submission as later
                    where
                        later.contract = s.contract
                        and later.state = 'accepted'
                        and (later.period, later.id) > (s.period, s.id)
                )
            )
    """)
    op.execute(
        "comment on view submission.current is "
        "'The parts whose rows count today; one row a contract, period and part; of a cumulative extract the newest file alone'"
    )
    op.execute("""
        create view submission.current_submission as
        select distinct contract, period, submission_id, is_specimen from submission.current
    """)
    op.execute(
        "comment on view submission.current_submission is 'The submissions with a current part'"
    )


def _grant() -> None:
    op.execute(
        "grant usage on schema submission to simimo_pipeline, simimo_transform, simimo_analyst, simimo_api, simimo_linkage"
    )
    op.execute("grant select, insert, update on all tables in schema submission to simimo_pipeline")
    # The service tells on /health whether the database is at its version.
    op.execute("grant select on submission.alembic_version to simimo_api")
    op.execute("grant usage on all sequences in schema submission to simimo_pipeline")
    op.execute("grant delete on submission.affected_period, submission.measure to simimo_pipeline")
    op.execute("grant select on submission.affected_period to simimo_transform")
    op.execute(
        "grant select on submission.current, submission.current_submission to simimo_transform, simimo_analyst, simimo_linkage"
    )
    op.execute("grant usage on schema codes to simimo_pipeline, simimo_transform, simimo_analyst")
    op.execute("grant select, insert on codes.decision to simimo_pipeline")
    op.execute("grant select on codes.decision to simimo_transform, simimo_analyst")
    # The pipeline owns its partitions: it makes, fills, attaches and drops them.
    op.execute("grant usage, create on schema raw, identity to simimo_pipeline")
    op.execute("grant usage on schema raw to simimo_transform")
    op.execute("grant usage on schema identity, linkage to simimo_linkage")
    op.execute("grant create on schema linkage to simimo_linkage")
    # dbt makes its own schemas: staging, harmonised, indicators, codelists, correspondences.
    op.execute(
        "do $$ begin execute format('grant create on database %I to simimo_transform', "
        "current_database()); end $$"
    )


def downgrade() -> None:
    op.execute("drop view submission.current_submission")
    op.execute("drop view submission.current")
    op.drop_table("decision", schema="codes")
    op.drop_table("measure", schema="submission")
    op.drop_table("expectation_result", schema="submission")
    op.drop_table("affected_period", schema="submission")
    op.drop_table("part", schema="submission")
    op.drop_table("submission", schema="submission")
    for schema in SCHEMAS:
        op.execute(f"drop schema {schema} cascade")
    op.execute(
        "revoke usage on schema submission from simimo_pipeline, simimo_transform, simimo_analyst, simimo_api, simimo_linkage"
    )
    for role in ROLES:
        # Roles belong to the whole server: another database may still need them.
        op.execute(f"drop owned by {role} cascade")
        op.execute(
            f"do $$ begin drop role {role}; "
            "exception when dependent_objects_still_exist then null; end $$"
        )
