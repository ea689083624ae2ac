"""Estimates of the survey: schema survey, and what an estimate is of, as dimensions of a series.

Rules of a migration: it runs on a full warehouse, within one transaction; it goes back;
it comments every table and column; it grants each role the least it needs; it never
touches a schema that dbt builds (staging, harmonised, linked, indicators, codelists,
correspondences), nor the raw tables that follow from contracts.

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

CODE = sa.Text(collation="C")
FORMER = [
    "ref_area", "citizenship", "sex", "age", "activity", "occupation", "reason", "permit_type",
    "application_type", "leave_category", "destination", "education", "status",
    "counterpart_area", "citizenship_group", "field_of_study", "contract_type", "duration",
    "size", "entry_door", "segment", "step", "direction", "transport_mode", "border_post",
    "case_type", "wave", "category", "residence_rule", "linkage", "provider", "vintage",
    "amount", "measure",
]  # fmt: skip
ADDED = {
    "channel": "Channel of recruitment, cl_recruitment_channel",
    "statistic": "Estimate or what is said of its error, cl_statistic",
}
KEPT = [
    "time_period", "obs_value", "obs_status", "conf_status", "unit_measure", "decimals",
    "valid_from_release",
]  # fmt: skip
KEYS = {
    "observation": ["dataflow", "series_key", "time_period", "valid_from_release"],
    "draft_observation": ["number", "dataflow", "series_key", "time_period"],
}


def upgrade() -> None:
    for table in KEYS:
        for name, label in ADDED.items():
            op.add_column(
                table,
                sa.Column(
                    name,
                    CODE,
                    nullable=False,
                    server_default=sa.text("'_Z'"),
                    comment=f"{label}; _T total, _Z not used",
                ),
                schema="release",
            )
    _name_series([*FORMER, *ADDED])
    op.execute("create schema survey")
    _rounds()
    _responses()
    _estimates()
    op.execute("grant usage on schema survey to simimo_pipeline, simimo_transform, simimo_analyst")
    for table in ("round", "response", "estimate"):
        op.execute(f"grant select, insert, delete on survey.{table} to simimo_pipeline")
        op.execute(f"grant select on survey.{table} to simimo_transform, simimo_analyst")


def _name_series(dimensions: list[str]) -> None:
    """Make series_key, and the keys that hold it, anew from `dimensions`."""
    op.execute("drop trigger observation_kept on release.observation")
    for table, key in KEYS.items():
        op.execute(f"alter table release.{table} drop constraint {table}_pkey")
        op.execute(f"alter table release.{table} drop column series_key")
        op.add_column(
            table,
            sa.Column(
                "series_key",
                CODE,
                sa.Computed(" || '|' || ".join(["freq", *dimensions]), persisted=True),
                nullable=False,
                comment="Frequency and codes of all dimensions in order, joined by |",
            ),
            schema="release",
        )
        op.create_primary_key(f"{table}_pkey", table, key, schema="release")
    fixed = ", ".join(["dataflow", "freq", *dimensions, *KEPT])
    op.execute(
        f"create trigger observation_kept before update of {fixed} on release.observation "
        "for each row execute function release.refuse_change()"
    )


def _rounds() -> None:
    op.create_table(
        "round",
        sa.Column("period", sa.Text, primary_key=True, comment="Year of the campaign"),
        sa.Column("state", sa.Text, nullable=False, comment="estimated or refused"),
        sa.Column("is_calibrated", sa.Boolean, nullable=False, comment="Whether weights meet RGPH"),
        sa.Column(
            "basis",
            sa.Text,
            nullable=False,
            comment="SHA-256 of the method, settings and exchange rates it was estimated with",
        ),
        sa.Column(
            "findings",
            sa.JSON,
            nullable=False,
            comment="What was found in its data: rule, severity, values; no personal value",
        ),
        sa.CheckConstraint("state in ('estimated', 'refused')", name="round_state"),
        schema="survey",
        comment="One round of the survey, as it was estimated last",
    )


def _responses() -> None:
    op.create_table(
        "response",
        sa.Column("period", sa.Text, primary_key=True, comment="Year of the campaign"),
        sa.Column("stratum", sa.Text, primary_key=True, comment="Region and milieu; _T all"),
        *(
            sa.Column(name, sa.Integer, nullable=False, comment=f"Households {said}")
            for name, said in (
                ("drawn", "drawn"),
                ("respondent", "that answered"),
                ("refused", "that refused"),
                ("no_contact", "not met in any visit"),
                ("unable", "that could not answer"),
                ("ineligible", "that are none: vacant or no dwelling"),
                ("unknown", "of which it is not known whether they are any"),
            )
        ),
        sa.Column("response_rate", sa.Double, comment="Of eligible households, 0 to 1 (RR3)"),
        schema="survey",
        comment="Households drawn by what became of their visits",
    )


def _estimates() -> None:
    op.create_table(
        "estimate",
        sa.Column("period", sa.Text, primary_key=True, comment="Year of the campaign"),
        sa.Column("measure", sa.Text, primary_key=True, comment="What is estimated"),
        sa.Column("scope", sa.Text, primary_key=True, comment="Of whom: strict, seasonal or _T"),
        sa.Column(
            "with_outliers", sa.Boolean, primary_key=True, comment="With the answers flagged"
        ),
        sa.Column("breakdown", sa.Text, primary_key=True, comment="Column broken down by, or _T"),
        sa.Column("code", sa.Text, primary_key=True, comment="Code of the domain, or _T"),
        sa.Column("value", sa.Double, comment="The estimate; empty where withheld"),
        sa.Column("standard_error", sa.Double, comment="Its standard error, in the same unit"),
        sa.Column("lower", sa.Double, comment="Lower bound of the 95 % interval"),
        sa.Column("upper", sa.Double, comment="Upper bound of the 95 % interval"),
        sa.Column("cv", sa.Double, comment="Standard error over estimate, a share"),
        sa.Column("freedom", sa.Integer, nullable=False, comment="Degrees of freedom"),
        sa.Column("design_effect", sa.Double, comment="Variance over that of a random sample"),
        sa.Column("count", sa.Integer, nullable=False, comment="Persons who answered, unweighted"),
        sa.Column("quality", sa.Text, nullable=False, comment="published, flagged or withheld"),
        sa.CheckConstraint(
            "quality in ('published', 'flagged', 'withheld')", name="estimate_quality"
        ),
        sa.CheckConstraint("quality <> 'withheld' or value is null", name="estimate_withheld"),
        schema="survey",
        comment="One estimate of a round with its error",
    )


def downgrade() -> None:
    for table in ("estimate", "response", "round"):
        op.drop_table(table, schema="survey")
    op.execute("drop schema survey")
    _name_series(FORMER)
    for table in KEYS:
        for name in ADDED:
            op.drop_column(table, name, schema="release")
