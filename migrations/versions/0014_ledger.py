"""The ledger: an entry for each act, each holding the hash of the one before; nothing goes back.

A role appends through ledger.append alone, which computes the hash; nobody updates or deletes.
A role whose act has no entry in the same transaction is refused at its commit.

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

APPENDING = "simimo_pipeline, simimo_steward, simimo_linkage"


class Xid8(sa.types.UserDefinedType):
    """PostgreSQL's full transaction id."""

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        return "xid8"


ACTS = {
    "submission.submission": "insert or update of state",
    "codes.decision": "insert or update of status",
    "linkage.run": "insert",
    "linkage.review_log": "insert",
    "identity.purge": "insert",
    "release.release": "insert or update",
}
"""What may not be done without an entry, by table."""

APPEND = """
create function ledger.append(
    p_actor text, p_action text, p_subject text, p_content text,
    out number bigint, out hash text
)
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_last ledger.entry;
    v_at timestamptz;
    v_account text := session_user;
begin
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'ledger.append needs a transaction that is read committed'
            using errcode = 'invalid_transaction_state',
            hint = 'A snapshot taken earlier does not see the last entry.';
    end if;
    if jsonb_typeof(cast(p_content as jsonb)) <> 'object' then
        raise exception 'the content of an entry is a JSON object'
            using errcode = 'invalid_parameter_value';
    end if;
    -- Held to the end of the transaction: numbers have no gap, and the last entry is the last.
    lock table ledger.entry in share row exclusive mode;
    select * into v_last from ledger.entry as e order by e.number desc limit 1;
    number := coalesce(v_last.number, 0) + 1;
    v_at := clock_timestamp();
    hash := encode(sha256(convert_to(format(
        '[%s,%s,%s,%s,%s,%s,%s,%s]',
        number,
        to_json(to_char(v_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')),
        to_json(v_account),
        to_json(p_actor),
        to_json(p_action),
        to_json(p_subject),
        p_content,
        to_json(coalesce(v_last.hash, repeat('0', 64)))
    ), 'UTF8')), 'hex');
    insert into ledger.entry values (
        number, v_at, v_account, p_actor, p_action, p_subject, p_content,
        coalesce(v_last.hash, repeat('0', 64)), hash, pg_current_xact_id()
    );
end $$
"""

REFUSE = """
create function ledger.refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'ledger.entry only grows: % refused', lower(tg_op)
        using errcode = 'integrity_constraint_violation';
end $$
"""

# Whoever appends holds the lock to the end: an entry of this transaction is the last one.
REQUIRE = """
create function ledger.require_entry() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_acting name := coalesce(nullif(current_setting('role'), 'none'), session_user);
    v_may_all boolean;
    v_is_entered boolean;
begin
    select r.rolsuper or r.oid = c.relowner into v_may_all
    from pg_roles as r, pg_class as c where r.rolname = v_acting and c.oid = tg_relid;
    select e.transaction_id = pg_current_xact_id() into v_is_entered
    from ledger.entry as e order by e.number desc limit 1;
    if not coalesce(v_may_all, false) and not coalesce(v_is_entered, false) then
        raise exception 'an act on %.% needs its entry in the ledger, in the same transaction',
            tg_table_schema, tg_table_name
            using errcode = 'integrity_constraint_violation', hint = 'Call ledger.append.';
    end if;
    return null;
end $$
"""


def upgrade() -> None:
    op.execute("create schema ledger")
    op.execute("comment on schema ledger is 'What was done, by whom and when: it only grows'")
    _create_entry()
    for statement in (APPEND, REFUSE, REQUIRE):
        op.execute(statement)
    _keep()
    _grant()


def _create_entry() -> None:
    op.create_table(
        "entry",
        sa.Column(
            "number",
            sa.BigInteger,
            primary_key=True,
            autoincrement=False,
            comment="1, 2, 3 … without a gap",
        ),
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="Instant of the entry, by the clock of the server",
        ),
        sa.Column("account", sa.Text, nullable=False, comment="Account of the database"),
        sa.Column("actor", sa.Text, nullable=False, comment="Who acted: simimo, or an account"),
        sa.Column("action", sa.Text, nullable=False, comment="Act, such as submission_received"),
        sa.Column("subject", sa.Text, nullable=False, comment="On what, such as submission/42"),
        sa.Column("content", sa.Text, nullable=False, comment="What was done, as canonical JSON"),
        sa.Column(
            "previous_hash", sa.Text, nullable=False, comment="Hash of the entry before; zeros"
        ),
        sa.Column(
            "hash", sa.Text, nullable=False, comment="SHA-256 of the entry's canonical bytes"
        ),
        sa.Column(
            "transaction_id",
            Xid8,
            nullable=False,
            comment="Transaction of the act, by which the act knows its entry; outside the hash",
        ),
        schema="ledger",
        comment="One act, linked by its hash to the one before",
    )
    op.create_index("entry_by_subject", "entry", ["subject", "action"], schema="ledger")


def _keep() -> None:
    op.execute(
        "create trigger entry_kept before update or delete or truncate on ledger.entry "
        "for each statement execute function ledger.refuse_change()"
    )
    for table, event in ACTS.items():
        op.execute(
            f"create constraint trigger act_has_entry after {event} on {table} "
            "deferrable initially deferred for each row execute function ledger.require_entry()"
        )


def _grant() -> None:
    op.execute("revoke execute on all functions in schema ledger from public")
    op.execute(f"grant usage on schema ledger to {APPENDING}")
    op.execute(f"grant execute on function ledger.append to {APPENDING}")
    op.execute("grant select on ledger.entry to simimo_pipeline, simimo_steward")


def downgrade() -> None:
    for table in ACTS:
        op.execute(f"drop trigger act_has_entry on {table}")
    op.execute("drop schema ledger cascade")
