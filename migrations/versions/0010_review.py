"""Review of linkage: pairs that wait for a reviewer, the answers, and how often each was shown.

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

NOW = sa.text("now()")

DECISION = """
create view linkage.review_decision as
with latest as (
    select distinct on (pair_id, reviewer) pair_id, reviewer, answer
    from linkage.review_answer
    order by pair_id, reviewer, id desc
)
select pair_id, min(answer) as answer
from latest
where answer <> 'unsure'
group by pair_id
having count(distinct answer) = 1
"""


def upgrade() -> None:
    _pairs()
    _answers()
    _log()
    op.execute(DECISION)
    op.execute(
        "comment on view linkage.review_decision is "
        "'What the reviewers of a pair say, none where two of them contradict each other'"
    )
    op.execute("grant select, insert, update on linkage.review_pair to simimo_linkage")
    op.execute("grant select, insert on linkage.review_answer to simimo_linkage")
    op.execute("grant select, insert on linkage.review_log to simimo_linkage")
    op.execute("grant select on linkage.review_decision to simimo_linkage")
    op.execute("grant usage on all sequences in schema linkage to simimo_linkage")


def _pairs() -> None:
    op.create_table(
        "review_pair",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True, comment="Pair"),
        sa.Column("contract_l", sa.Text, nullable=False, comment="Contract of the one record"),
        sa.Column("record_id_l", sa.Text, nullable=False, comment="Id of the one record"),
        sa.Column("contract_r", sa.Text, nullable=False, comment="Contract of the other record"),
        sa.Column("record_id_r", sa.Text, nullable=False, comment="Id of the other record"),
        sa.Column("match_weight", sa.Double, nullable=False, comment="Splink's match weight"),
        sa.Column("match_probability", sa.Double, nullable=False, comment="Of one person"),
        sa.Column("kind", sa.Text, nullable=False, comment="Why it was chosen"),
        sa.Column("run_id", sa.BigInteger, nullable=False, comment="Run that found the pair"),
        sa.Column("decision", sa.Text, comment="Answer that the links follow, none as yet"),
        sa.UniqueConstraint("contract_l", "record_id_l", "contract_r", "record_id_r"),
        sa.CheckConstraint(
            "kind in ('near', 'ambiguous', 'accepted', 'rejected')", name="review_pair_kind"
        ),
        sa.CheckConstraint("decision in ('yes', 'no')", name="review_pair_decision"),
        schema="linkage",
        comment="Pairs of records that a reviewer is asked about",
    )


def _answers() -> None:
    op.create_table(
        "review_answer",
        sa.Column(
            "id", sa.BigInteger, sa.Identity(always=True), primary_key=True, comment="Answer"
        ),
        sa.Column("pair_id", sa.BigInteger, nullable=False, comment="Pair answered"),
        sa.Column("answer", sa.Text, nullable=False, comment="Whether they are one person"),
        sa.Column("reviewer", sa.Text, nullable=False, comment="Account of the reviewer"),
        sa.Column(
            "answered_at",
            sa.DateTime(timezone=True),
            nullable=False,
            server_default=NOW,
            comment="Instant of the answer",
        ),
        sa.ForeignKeyConstraint(["pair_id"], ["linkage.review_pair.id"]),
        sa.CheckConstraint("answer in ('yes', 'no', 'unsure')", name="review_answer_answer"),
        schema="linkage",
        comment="Answers of reviewers, never changed: the latest of each reviewer counts",
    )
    op.create_index("review_answer_by_pair", "review_answer", ["pair_id"], schema="linkage")


def _log() -> None:
    op.create_table(
        "review_log",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True, comment="Entry"),
        sa.Column("reviewer", sa.Text, nullable=False, comment="Account of the reviewer"),
        sa.Column("action", sa.Text, nullable=False, comment="What was done"),
        sa.Column("pair_count", sa.BigInteger, nullable=False, comment="Pairs that it was done to"),
        sa.Column(
            "done_at",
            sa.DateTime(timezone=True),
            nullable=False,
            server_default=NOW,
            comment="Instant",
        ),
        sa.CheckConstraint(
            "action in ('shown', 'exported', 'answered', 'imported')", name="review_log_action"
        ),
        schema="linkage",
        comment="How many pairs each reviewer was shown and answered, without what they tell",
    )


def downgrade() -> None:
    op.execute("drop view linkage.review_decision")
    for name in ("review_log", "review_answer", "review_pair"):
        op.drop_table(name, schema="linkage")
