"""Drafts, approval and embargo of releases; an embargoed release is read from its instant on.

Rules of a migration: it runs on a full warehouse, within one transaction; it goes back;
it comments every table and column; it grants each role the least it needs; it never
touches a schema that dbt builds (staging, harmonised, linked, indicators, codelists,
correspondences), nor the raw tables that follow from contracts.

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
ADDED = [
    sa.Column("base", sa.Integer, comment="The release that it follows; empty for the first"),
    sa.Column("notice", JSONB, comment="What readers are told of it, in fr, ar and en"),
    sa.Column(
        "is_one_step",
        sa.Boolean,
        nullable=False,
        server_default=sa.text("true"),
        comment="Published without a second person: specimen and public figures alone",
    ),
    sa.Column("drafted_by", sa.Text, comment="Who made the draft"),
    sa.Column("drafted_at", INSTANT, comment="Instant of the draft"),
    sa.Column("approved_by", sa.Text, comment="The second person"),
    sa.Column("approved_at", INSTANT, comment="Instant of the approval"),
    sa.Column("published_by", sa.Text, comment="Who published it, or set its embargo"),
    sa.Column("withdrawn_by", sa.Text, comment="Who dropped the draft"),
    sa.Column("withdrawn_at", INSTANT, comment="Instant at which the draft was dropped"),
    sa.Column("withdrawn_reason", sa.Text, comment="Why it was dropped"),
]
CHECKS = {
    "release_dated": "status <> 'published' or released_at is not null",
    "release_second_person": "approved_by <> drafted_by",
    "release_approved": "status = 'draft' or is_one_step or approved_by is not null",
    "release_withdrawn": "withdrawn_at is null or status <> 'published'",
}
FIXED = "number, base, content_hash, notice, is_one_step, drafted_by, drafted_at"
TABLES = ("release", "frozen_dataflow", "frozen_content", "observation")
TOLD = "number, status, released_at, manifest, content_hash, base, notice"
VALIDITY = ("valid_from_release", "valid_to_release")
READERS = "simimo_api, simimo_analyst"

LATEST = """
create function release.latest() returns integer
language sql stable security definer set search_path = '' as $$
    select max(r.number) from release.release as r
    where r.status = 'published'
        and (r.released_at <= now() or r.number in (select o.number from release.opened as o))
$$
"""
INSTANT_NOW = """
create function release.instant() returns timestamptz
language sql stable security definer set search_path = '' as $$
    select greatest(now(), max(r.released_at)) from release.release as r
    where r.number in (select o.number from release.opened as o)
$$
"""
NEXT_INSTANT = """
create function release.next_instant() returns timestamptz
language sql stable security definer set search_path = '' as $$
    select min(r.released_at) from release.release as r
    where r.status = 'published' and r.number > coalesce(release.latest(), 0)
$$
"""
OPEN_DUE = """
create function release.open_due() returns void
language plpgsql security definer set search_path = '' as $$
begin
    if current_setting('transaction_read_only') = 'off' and exists (
        select from release.release as r
        where r.status = 'published' and r.released_at <= clock_timestamp()
            and r.number not in (select o.number from release.opened as o)
    ) then
        insert into release.opened (number)
        select r.number from release.release as r
        where r.status = 'published' and r.released_at <= clock_timestamp()
        on conflict do nothing;
    end if;
end $$
"""
LIFT = """
create function release.lift_embargo(lifted integer) returns void
language plpgsql security definer set search_path = '' as $$
begin
    update release.release set status = 'approved', released_at = null, published_by = null
    where number = lifted and status = 'published';
    delete from release.observation where valid_from_release = lifted;
    update release.observation set valid_to_release = null where valid_to_release = lifted;
end $$
"""
REFUSE_IF_READABLE = """
create function release.refuse_if_readable() returns trigger language plpgsql as $$
begin
    if old.withdrawn_at is not null or old.status = 'published' and (
        tg_op = 'DELETE' or old.released_at <= clock_timestamp()
        or exists (select from release.opened as o where o.number = old.number)
    ) then
        raise exception 'release.% never changes once published: % refused',
            tg_table_name, lower(tg_op)
            using errcode = 'integrity_constraint_violation', hint = 'Make a new release.';
    end if;
    return case tg_op when 'DELETE' then old else new end;
end $$
"""
REFUSE_REOPENING = """
create function release.refuse_reopening() returns trigger language plpgsql as $$
begin
    if new.valid_to_release is not null or not exists (
        select from release.release as r
        where r.number = old.valid_to_release and r.status in ('draft', 'approved')
    ) then
        raise exception 'release.% never changes once published: % refused',
            tg_table_name, lower(tg_op)
            using errcode = 'integrity_constraint_violation', hint = 'Make a new release.';
    end if;
    return new;
end $$
"""
REFUSE_CLOSING = """
create function release.refuse_closing() returns trigger language plpgsql as $$
begin
    if exists (
        select from changed as c left join release.release as r on r.number = c.valid_to_release
        where c.valid_to_release is not null
            and coalesce(r.status, 'unknown') not in ('draft', 'approved')
    ) then
        raise exception 'release.% never changes once published: % refused',
            tg_table_name, lower(tg_op)
            using errcode = 'integrity_constraint_violation', hint = 'Make a new release.';
    end if;
    return null;
end $$
"""
REFUSE_IF_APPROVED = """
create function release.refuse_if_approved() returns trigger language plpgsql as $$
begin
    if exists (
        select from changed as c left join release.release as r on r.number = c.number
        where coalesce(r.status, 'unknown') <> 'draft'
    ) then
        raise exception 'release.% never changes once approved: % refused',
            tg_table_name, lower(tg_op)
            using errcode = 'integrity_constraint_violation', hint = 'Make a new draft.';
    end if;
    return null;
end $$
"""
FUNCTIONS = {
    "latest()": LATEST,
    "instant()": INSTANT_NOW,
    "next_instant()": NEXT_INSTANT,
    "open_due()": OPEN_DUE,
    "lift_embargo(integer)": LIFT,
    "refuse_if_readable()": REFUSE_IF_READABLE,
    "refuse_reopening()": REFUSE_REOPENING,
    "refuse_closing()": REFUSE_CLOSING,
    "refuse_if_approved()": REFUSE_IF_APPROVED,
}
PUBLISHED_COMMENTS = {
    "number": "Release number",
    "released_at": "Instant of the release",
    "content_hash": "SHA-256 of everything the release says, hexadecimal",
    "base": "The release that it follows; empty for the first",
    "notice": "What readers are told of it, in fr, ar and en",
    "manifest": "Submissions, code version, disclosure rules, counts and hashes",
}


def upgrade() -> None:
    _widen_release()
    # What a release changed is found without reading all releases.
    for column in VALIDITY:
        op.create_index(f"observation_{column}", "observation", [column], schema="release")
    _create_opened()
    _create_draft_observation()
    for function in FUNCTIONS.values():
        op.execute(function)
    _create_views()
    _create_triggers()
    _grant()
    _restrict_readers()


def _widen_release() -> None:
    """What was released before was released in one step, one after the other."""
    for column in ADDED:
        op.add_column("release", column.copy(), schema="release")
    op.alter_column("release", "released_at", nullable=True, schema="release")
    op.execute("alter table release.release disable trigger release_published")
    op.execute("""
        update release.release as r set base = (
            select max(b.number) from release.release as b where b.number < r.number
        )
    """)
    op.execute("alter table release.release enable trigger release_published")
    op.alter_column("release", "is_one_step", server_default=sa.text("false"), schema="release")
    op.create_foreign_key(
        "release_base_fkey",
        "release",
        "release",
        ["base"],
        ["number"],
        source_schema="release",
        referent_schema="release",
    )
    for name, condition in CHECKS.items():
        op.create_check_constraint(name, "release", condition, schema="release")


def _create_opened() -> None:
    op.create_table(
        "opened",
        sa.Column(
            "number",
            sa.Integer,
            sa.ForeignKey("release.release.number"),
            primary_key=True,
            autoincrement=False,
            comment="Release number",
        ),
        sa.Column(
            "opened_at",
            INSTANT,
            nullable=False,
            server_default=sa.text("clock_timestamp()"),
            comment="Instant at which it was first found to be readable",
        ),
        sa.Column(
            "has_views",
            sa.Boolean,
            nullable=False,
            server_default=sa.text("false"),
            comment="Whether the views of its dataflows were made",
        ),
        schema="release",
        comment="Releases whose instant has come: they stay readable when the clock is set back",
    )
    # Analysts' views of before know no embargo: the next step of a release makes them anew.
    op.execute("""
        insert into release.opened (number)
        select number from release.release where status = 'published'
    """)


def _create_draft_observation() -> None:
    op.execute("""
        create table release.draft_observation (
            number integer not null references release.release (number),
            like release.observation including defaults including generated including comments
        )
    """)
    for column in VALIDITY:
        op.drop_column("draft_observation", column, schema="release")
    for column in ("obs_status", "conf_status", "unit_measure", "decimals"):
        op.alter_column("draft_observation", column, nullable=True, schema="release")
    op.create_primary_key(
        "draft_observation_pkey",
        "draft_observation",
        ["number", "dataflow", "series_key", "time_period"],
        schema="release",
    )
    op.execute("comment on column release.draft_observation.number is 'Number of the draft'")
    op.execute(
        "comment on table release.draft_observation is 'What a draft would say otherwise than the "
        "release that it follows; without status: what it would no longer say'"
    )


def _create_views() -> None:
    op.execute("""
        create view release.published with (security_invoker = true) as
        select r.number, r.released_at, r.content_hash, r.base, r.notice, r.manifest
        from release.release as r
        where r.status = 'published' and r.number <= (select release.latest())
    """)
    op.execute(
        "comment on view release.published is 'The releases that can be read: published, and "
        "their instant has come'"
    )
    for column, comment in PUBLISHED_COMMENTS.items():
        op.execute(f"comment on column release.published.{column} is '{comment}'")
    op.execute("alter view release.dataflow set (security_invoker = true)")


def _create_triggers() -> None:
    for trigger, table in (
        ("release_published", "release"),
        ("observation_closed_once", "observation"),
        ("observation_update", "observation"),
    ):
        op.execute(f"drop trigger {trigger} on release.{table}")
    op.execute(
        "create trigger release_published before update or delete on release.release "
        "for each row execute function release.refuse_if_readable()"
    )
    op.execute(
        f"create trigger release_content_kept before update of {FIXED} on release.release "
        "for each row execute function release.refuse_change()"
    )
    op.execute(
        "create trigger observation_closed_once before update on release.observation for each row "
        "when (old.valid_to_release is not null or new.valid_to_release is null) "
        "execute function release.refuse_reopening()"
    )
    op.execute(
        "create trigger observation_update after update on release.observation "
        "referencing new table as changed for each statement "
        "execute function release.refuse_closing()"
    )
    op.execute(
        "create trigger draft_kept before update on release.draft_observation "
        "for each statement execute function release.refuse_change()"
    )
    op.execute(
        "create trigger draft_insert after insert on release.draft_observation "
        "referencing new table as changed for each statement "
        "execute function release.refuse_if_approved()"
    )
    op.execute(
        "create trigger opened_kept before update of number, opened_at or delete "
        "on release.opened for each statement execute function release.refuse_change()"
    )


def _grant() -> None:
    op.execute("grant select, insert, delete on release.draft_observation to simimo_pipeline")
    op.execute("grant select, update (has_views) on release.opened to simimo_pipeline")
    op.execute(f"grant select on release.published to simimo_pipeline, {READERS}")
    op.execute("revoke execute on all functions in schema release from public")
    for function in ("latest()", "instant()", "open_due()"):
        op.execute(f"grant execute on function release.{function} to simimo_pipeline, {READERS}")
    op.execute("grant execute on function release.next_instant() to simimo_api")
    op.execute("grant execute on function release.lift_embargo(integer) to simimo_pipeline")
    op.execute(
        "grant execute on function release.refuse_if_readable(), release.refuse_if_approved(), "
        "release.refuse_reopening(), release.refuse_closing() to simimo_pipeline"
    )


def _restrict_readers() -> None:
    """Readers see no row of a draft or of an embargo, whatever they ask, and not who made it."""
    op.execute(f"revoke select on release.release from {READERS}")
    op.execute(f"grant select ({TOLD}) on release.release to {READERS}")
    conditions = {
        "release": "status = 'published' and number <= (select release.latest())",
        "frozen_dataflow": "number in (select r.number from release.release as r)",
        "frozen_content": (
            "hash in (select f.definition_hash from release.frozen_dataflow as f "
            "union select f.code_lists_hash from release.frozen_dataflow as f)"
        ),
        "observation": "valid_from_release <= (select release.latest())",
    }
    for table, condition in conditions.items():
        op.execute(f"alter table release.{table} enable row level security")
        op.execute(
            f"create policy {table}_readable on release.{table} for select to {READERS} "
            f"using ({condition})"
        )
        op.execute(
            f"create policy {table}_written on release.{table} to simimo_pipeline "
            "using (true) with check (true)"
        )


def downgrade() -> None:
    """Drafts go; an embargo cannot be kept by what comes before, and has to be lifted first."""
    _refuse_with_embargo()
    for table in TABLES:
        for policy in ("readable", "written"):
            op.execute(f"drop policy {table}_{policy} on release.{table}")
        op.execute(f"alter table release.{table} disable row level security")
    op.execute(f"revoke select ({TOLD}) on release.release from {READERS}")
    op.execute(f"grant select on release.release to {READERS}")
    op.execute("alter view release.dataflow reset (security_invoker)")
    _drop_analysts_views()
    op.execute("drop view release.published")
    _restore_triggers()
    for column in VALIDITY:
        op.drop_index(f"observation_{column}", "observation", schema="release")
    op.drop_table("draft_observation", schema="release")
    op.drop_table("opened", schema="release")
    for function in FUNCTIONS:
        op.execute(f"drop function release.{function}")
    op.execute(
        "delete from release.frozen_dataflow where number in "
        "(select number from release.release where status <> 'published')"
    )
    op.drop_constraint("release_base_fkey", "release", schema="release")
    op.execute("delete from release.release where status <> 'published'")
    for name in CHECKS:
        op.drop_constraint(name, "release", schema="release")
    for column in ADDED:
        op.drop_column("release", column.name, schema="release")
    op.alter_column("release", "released_at", nullable=False, schema="release")


def _drop_analysts_views() -> None:
    """They rest on release.latest(); the next release makes them anew."""
    op.execute("""
        do $$
        declare
            found regclass;
        begin
            for found in
                select c.oid from pg_class as c
                where c.relnamespace = 'release'::regnamespace and c.relkind = 'v'
                    and c.relname not in ('dataflow', 'published')
            loop
                execute format('drop view %s', found);
            end loop;
        end $$
    """)


def _refuse_with_embargo() -> None:
    op.execute("""
        do $$ begin
            if exists (
                select from release.release
                where status = 'published' and number > coalesce(release.latest(), 0)
            ) then
                raise exception 'a release waits for its instant: lift its embargo first';
            end if;
        end $$
    """)


def _restore_triggers() -> None:
    for trigger, table in (
        ("release_published", "release"),
        ("release_content_kept", "release"),
        ("observation_closed_once", "observation"),
        ("observation_update", "observation"),
    ):
        op.execute(f"drop trigger {trigger} on release.{table}")
    op.execute(
        "create trigger release_published before update or delete on release.release "
        "for each row when (old.status = 'published') execute function release.refuse_change()"
    )
    op.execute(
        "create trigger observation_closed_once before update on release.observation "
        "for each row when (old.valid_to_release is not null or new.valid_to_release is null) "
        "execute function release.refuse_change()"
    )
    op.execute(
        "create trigger observation_update after update on release.observation "
        "referencing new table as changed for each statement "
        "execute function release.refuse_if_published('valid_to_release')"
    )
