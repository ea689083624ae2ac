"""The dimensions of the catalogue: columns of release.observation, and of its series_key.

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

CODE = sa.Text(collation="C")
FORMER = [
    "ref_area",
    "citizenship",
    "sex",
    "age",
    "activity",
    "occupation",
    "reason",
    "permit_type",
    "application_type",
    "leave_category",
    "destination",
    "education",
    "status",
]
ADDED = {
    "counterpart_area": "Counterpart area of a flow between two, cl_area",
    "citizenship_group": "Group of countries of citizenship, cl_area",
    "field_of_study": "Field of study or training, cl_field_of_study",
    "contract_type": "Type of contract, cl_contract_type",
    "duration": "Class of duration, cl_duration_class",
    "size": "Size class of the employer, cl_size",
    "entry_door": "Entry door of a job seeker, cl_entry_door",
    "segment": "Segment of a journey, cl_journey_segment",
    "step": "Step of a journey, cl_journey_step",
    "direction": "Direction of a crossing, cl_direction",
    "transport_mode": "Mode of transport, cl_transport_mode",
    "border_post": "Border post, cl_border_post",
    "case_type": "Type of a case, cl_case_type",
    "wave": "Wave of departure of a season, cl_season_wave",
    "category": "Category of the 20th ICLS, cl_migrant_category",
    "residence_rule": "Rule of usual residence, cl_residence_rule",
    "linkage": "Whether the person's records are linked across sources, cl_linkage",
    "provider": "Institution that gives the figure, cl_provider",
    "vintage": "First figure or latest one, cl_vintage",
    "amount": "Amount sent, of a cost of remitting, cl_amount",
    "measure": "What the figure measures where a dataflow has several, its own list",
}
KEPT = [
    "time_period",
    "obs_value",
    "obs_status",
    "conf_status",
    "unit_measure",
    "decimals",
    "valid_from_release",
]


def upgrade() -> None:
    for name, label in ADDED.items():
        op.add_column(
            "observation",
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


def _name_series(dimensions: list[str]) -> None:
    """Make series_key, and the key that holds it, anew from `dimensions`."""
    op.execute("drop trigger observation_kept on release.observation")
    op.execute("alter table release.observation drop constraint observation_pkey")
    op.execute("alter table release.observation drop column series_key")
    op.add_column(
        "observation",
        sa.Column(
            "series_key",
            CODE,
            sa.Computed(" || '|' || ".join(["freq", *dimensions]), persisted=True),
            nullable=False,
            comment="Frequency and codes of all dimensions in order, joined by |",
        ),
        schema="release",
    )
    op.create_primary_key(
        "observation_pkey",
        "observation",
        ["dataflow", "series_key", "time_period", "valid_from_release"],
        schema="release",
    )
    fixed = ", ".join(["dataflow", "freq", *dimensions, *KEPT])
    op.execute(
        f"create trigger observation_kept before update of {fixed} on release.observation "
        "for each row execute function release.refuse_change()"
    )


def downgrade() -> None:
    _name_series(FORMER)
    for name in ADDED:
        op.drop_column("observation", name, schema="release")
