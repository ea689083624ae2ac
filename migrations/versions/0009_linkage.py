"""Linkage: who is whom, by which link, and what became of a person; names sealed in identity.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TABLES = ("run", "linked_submission", "person_link", "person_identifier", "blocking_key")


def upgrade() -> None:
    _run()
    _links()
    _changes()
    _grant()
    # Names stood here in clear before they were sealed; the files are received anew.
    op.execute("drop table if exists identity.person_record cascade")


def _run() -> None:
    op.create_table(
        "run",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True, comment="Run"),
        sa.Column(
            "finished_at",
            sa.DateTime(timezone=True),
            nullable=False,
            server_default=sa.text("now()"),
            comment="Instant at which its links took effect",
        ),
        sa.Column("model", sa.JSON, nullable=False, comment="Chances and prior of the model used"),
        sa.Column("counts", sa.JSON, nullable=False, comment="Records, links and persons, counted"),
        schema="linkage",
        comment="One run of linkage",
    )
    op.create_table(
        "linked_submission",
        sa.Column("submission_id", sa.BigInteger, primary_key=True, comment="Submission number"),
        sa.Column("run_id", sa.BigInteger, nullable=False, comment="Run that linked its records"),
        schema="linkage",
        comment="Submissions whose records are linked",
    )


def _links() -> None:
    op.create_table(
        "person_link",
        sa.Column("contract", sa.Text, primary_key=True, comment="Contract id"),
        sa.Column("record_id", sa.Text, primary_key=True, comment="Id of the source record"),
        sa.Column("person_key", sa.Text, nullable=False, comment="Person, 32 hexadecimal digits"),
        sa.Column("method", sa.Text, nullable=False, comment="Number shared, names, or single"),
        sa.Column("match_weight", sa.Double, comment="Splink's match weight of the link"),
        sa.Column("match_probability", sa.Double, comment="Probability that the link is right"),
        sa.Column("run_id", sa.BigInteger, nullable=False, comment="Run that made the link"),
        sa.Column("period", sa.Text, nullable=False, comment="Period of the file it came in"),
        sa.Column("description", sa.Text, comment="Keyed hash of what was compared"),
        schema="linkage",
        comment="Which source records are the same person",
    )
    op.create_index("person_link_by_person", "person_link", ["person_key"], schema="linkage")
    op.create_table(
        "person_identifier",
        sa.Column("identifier_type", sa.Text, primary_key=True, comment="Kind of number"),
        sa.Column("pseudonym", sa.Text, primary_key=True, comment="Pseudonym of the number"),
        sa.Column("person_key", sa.Text, primary_key=True, comment="Person who has it"),
        sa.Column("is_shared", sa.Boolean, nullable=False, comment="Two persons have the number"),
        schema="linkage",
        comment="Whose numbers are whose: outlasts the names",
    )
    op.create_index(
        "person_identifier_by_person", "person_identifier", ["person_key"], schema="linkage"
    )
    op.create_table(
        "blocking_key",
        sa.Column("key", sa.BigInteger, nullable=False, comment="Keyed hash of what is alike"),
        sa.Column("contract", sa.Text, nullable=False, comment="Contract id"),
        sa.Column("record_id", sa.Text, nullable=False, comment="Id of the source record"),
        schema="linkage",
        comment="By which the earlier records that a new one may equal are found",
    )
    op.create_index("blocking_key_by_key", "blocking_key", ["key"], schema="linkage")
    op.create_table(
        "term_frequency",
        sa.Column("variable", sa.Text, primary_key=True, comment="family, given, ..."),
        sa.Column("run_id", sa.BigInteger, nullable=False, comment="Run that counted"),
        sa.Column("sealed", sa.Text, nullable=False, comment="Values and shares, encrypted"),
        schema="identity",
        comment="How frequent names and dates are, for the weights of linkage",
    )


def _changes() -> None:
    op.create_table(
        "person_change",
        sa.Column(
            "id", sa.BigInteger, sa.Identity(always=True), primary_key=True, comment="Change"
        ),
        sa.Column("run_id", sa.BigInteger, nullable=False, comment="Run that found it"),
        sa.Column("kind", sa.Text, nullable=False, comment="merge or split"),
        sa.Column("person_key", sa.Text, nullable=False, comment="Person before"),
        sa.Column("other_key", sa.Text, nullable=False, comment="Merged into, or parted from it"),
        sa.Column("reason", sa.Text, nullable=False, comment="What brought it about"),
        sa.Column("record_count", sa.BigInteger, nullable=False, comment="Records that moved"),
        sa.CheckConstraint("kind in ('merge', 'split')", name="person_change_kind"),
        schema="linkage",
        comment="Persons that turned out to be one, or two",
    )


def _grant() -> None:
    tables = ", ".join(f"linkage.{name}" for name in (*TABLES, "person_change"))
    op.execute(f"grant select, insert, update, delete on {tables} to simimo_linkage")
    op.execute("grant usage on all sequences in schema linkage to simimo_linkage")
    op.execute("grant select, insert, delete on identity.term_frequency to simimo_linkage")
    op.execute("grant usage on schema linkage to simimo_transform, simimo_analyst")
    op.execute(
        "grant select (contract, record_id, person_key, method, match_weight, match_probability, "
        "run_id) on linkage.person_link to simimo_transform"
    )
    op.execute("grant select on linkage.person_identifier to simimo_transform")
    op.execute("grant select on linkage.run, linkage.person_change to simimo_analyst")


def downgrade() -> None:
    op.execute("revoke usage on schema linkage from simimo_transform, simimo_analyst")
    op.drop_table("person_change", schema="linkage")
    op.drop_table("term_frequency", schema="identity")
    for name in reversed(TABLES):
        op.drop_table(name, schema="linkage")
