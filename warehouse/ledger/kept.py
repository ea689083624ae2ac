"""Whether the tables still say what the ledger says was done: receipts, decisions, releases."""

from collections.abc import Iterator
from typing import Any

import psycopg

from warehouse.ledger.entry import Fault

RECEIPTS = """
with told as (
    select number, subject, cast(content as jsonb) as content
    from ledger.entry where action = 'submission_received'
),

decided as (
    select distinct on (subject) subject, number, replace(action, 'submission_', '') as state
    from ledger.entry
    where action in ('submission_accepted', 'submission_held', 'submission_rejected',
        'submission_withdrawn')
    order by subject, number desc
),

kept as (
    select
        'submission/' || id as subject, id, contract, period, version, sha256,
        -- A newer version supersedes an accepted one without a decision of its own.
        case state when 'superseded' then 'accepted' else state end as state
    from submission.submission
)

select
    case
        when told.subject is null then 'unentered'
        when kept.subject is null then 'lost'
        else 'differs'
    end,
    coalesce(decided.number, told.number, 0),
    coalesce(told.subject, kept.subject)
from told
full join kept on told.subject = kept.subject
left join decided on decided.subject = told.subject
where
    kept.subject is null
    -- Submissions from before the ledger have no entry.
    or (
        told.subject is null
        and kept.id > (select min(cast(split_part(subject, '/', 2) as bigint)) from told)
    )
    or (
        told.subject is not null
        and (
            kept.state <> coalesce(decided.state, told.content ->> 'state')
            or (kept.contract, kept.period, cast(kept.version as text), kept.sha256)
            is distinct from (
                told.content ->> 'contract', told.content ->> 'period',
                told.content ->> 'version', told.content ->> 'sha256'
            )
        )
    )
order by 2, 3
"""

RELEASES = """
with told as (
    select distinct on (subject) subject, number,
        case action
            when 'release_embargo_moved' then 'published'
            else replace(action, 'release_', '')
        end as state,
        cast(content as jsonb) ->> 'content_hash' as content_hash,
        cast(cast(content as jsonb) ->> 'released_at' as timestamptz) as released_at
    from ledger.entry
    where action in ('release_drafted', 'release_approved', 'release_published',
        'release_embargo_moved', 'release_withdrawn')
    order by subject, number desc
),

kept as (
    select 'release/' || number as subject, number, content_hash, released_at,
        case
            when withdrawn_at is not null then 'withdrawn'
            when status = 'draft' then 'drafted'
            else status
        end as state
    from release.release
)

select
    case
        when told.subject is null then 'unentered'
        when kept.subject is null then 'lost'
        else 'differs'
    end,
    coalesce(told.number, 0),
    coalesce(told.subject, kept.subject)
from told
full join kept on told.subject = kept.subject
where
    kept.subject is null
    or (
        told.subject is null
        and kept.number > (select min(cast(split_part(subject, '/', 2) as bigint)) from told)
    )
    or (kept.state, kept.content_hash) <> (told.state, told.content_hash)
    or (told.state = 'published' and kept.released_at is distinct from told.released_at)
order by 2, 3
"""


def kept_faults(session: psycopg.Connection[Any]) -> Iterator[Fault]:
    """Every receipt, state and release that its table no longer tells as the ledger does.

    `session` acts as simimo_pipeline. Acts from before the ledger are left out.
    """
    for query in (RECEIPTS, RELEASES):
        for kind, number, subject in session.execute(query).fetchall():
            yield Fault(kind, number, subject)
