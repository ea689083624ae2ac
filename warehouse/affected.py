"""Which periods a decision touches: they are marked, and the next build redoes them alone.

A register changes by a few entries a month: of a period that it alone has touched, the records of
these entries are redone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import psycopg
from psycopg.sql import SQL, Identifier

from warehouse.codes import ANY_PROVIDER
from warehouse.contracts.contract import Contract, contract
from warehouse.source_code import matched

MAX_ENTRIES = 50_000
"""Changed entries of a register up to which a period is redone by entry, else whole."""


def mark(session: psycopg.Connection, contract: Contract, period: str, reason: str) -> None:
    """Mark one period of one contract for the next build."""
    session.execute(
        "insert into submission.affected_period (contract, period, reason) values (%s, %s, %s)",
        [contract.id, period, reason],
    )


def current_register(session: psycopg.Connection, register: Contract) -> int | None:
    """The submission of a register that counts today; None for other extracts."""
    if not register.enriches:
        return None
    row = session.execute(
        "select max(submission_id) from submission.current_submission where contract = %s",
        [register.id],
    ).fetchone()
    return row[0] if row else None


def mark_enriched(session: psycopg.Connection, register: Contract, before: int | None) -> None:
    """Mark the periods whose records a changed register entry describes, and note the entries.

    A late immatriculation, for example, gives its worker a citizenship in months that are
    built already. `before` is the register that counted before the decision.
    """
    after = current_register(session, register)
    if after == before or _nothing_is_built(session):
        return
    for enriched_id, key in register.enriches:
        _mark_changed(session, register, contract(enriched_id), key, (before, after))


def _nothing_is_built(session: psycopg.Connection) -> bool:
    """Whether the first build, which takes everything, is still to come.

    The build's own lock, held to the end of this transaction, keeps it from starting meanwhile.
    """
    row = session.execute(
        """
        select to_regclass('harmonised.build') is null
            and pg_try_advisory_xact_lock(hashtextextended('build', 0))
        """
    ).fetchone()
    return bool(row and row[0])


def _mark_changed(
    session: psycopg.Connection,
    register: Contract,
    enriched: Contract,
    key: str,
    registers: tuple[int | None, int | None],
) -> None:
    """Compare the two registers and mark where the keys that differ occur, and which these are."""
    columns = SQL(", ").join(Identifier(c.name) for c in register.raw_columns)
    statement = SQL(
        """
        with previous as (select {columns} from {register} where submission_id = %(before)s),

        fresh as (select {columns} from {register} where submission_id = %(after)s),

        changed as (
            (select * from previous except select * from fresh)
            union
            (select * from fresh except select * from previous)
        ),

        touched as (
            select distinct c.period, e.{key} as entry
            from {enriched} as e
            inner join submission.current_submission as c
                on e.submission_id = c.submission_id and c.contract = %(enriched)s
            where e.{key} in (select {key} from changed)
        ),

        marked as (
            insert into submission.affected_period (contract, period, reason)
            select distinct %(enriched)s, period, %(reason)s
            from touched
            returning id, period
        ),

        few as (
            select period from touched group by period having count(*) <= %(most)s
        )

        insert into submission.affected_entry (mark_id, entry)
        select marked.id, touched.entry
        from touched
        inner join few using (period)
        inner join marked using (period)
        """
    ).format(
        columns=columns,
        register=Identifier("raw", register.id),
        enriched=Identifier("raw", enriched.id),
        key=Identifier(key),
    )
    before, after = registers
    session.execute(
        statement,
        {
            "before": before,
            "after": after,
            "enriched": enriched.id,
            "reason": f"{register.id} changed from submission {before} to {after}",
            "most": MAX_ENTRIES,
        },
    )


@dataclass(frozen=True)
class WaitingDecision:
    """A decision on a code whose present state no build has taken yet."""

    id: int
    status: str
    variable: str
    provider: str
    source_code: str


def waiting_decisions(session: psycopg.Connection) -> list[WaitingDecision]:
    """The decisions approved or revoked since the last build; what is proposed waits for no one."""
    rows = session.execute(
        """
        select id, status, variable, provider, source_code from codes.decision
        where not is_built and status <> 'proposed' order by id
        """
    ).fetchall()
    return [WaitingDecision(*row) for row in rows]


def mark_decided(session: psycopg.Connection, waiting: Sequence[WaitingDecision]) -> None:
    """Mark the periods in which the source codes of these decisions occur.

    harmonised.code_count tells where, by code or by token, and correction_applied where a
    correction stands for them; what came after their build is marked already.
    """
    touched = session.execute(
        """
        with decoded as (
            select contract, provider, period, variable, source_code from harmonised.code_count
            union all
            select contract, provider, period, variable, corrected_code
            from harmonised.correction_applied where row_count > 0
        )

        select distinct c.contract, c.period
        from decoded as c
        inner join unnest(%s::text[], %s::text[], %s::text[]) as d (variable, provider, source_code)
            on
                c.variable = d.variable
                and (d.provider = %s or c.provider = d.provider)
                and (
                    c.source_code = d.source_code
                    or c.source_code = (
                        select t.token from codes.token as t
                        where t.variable = d.variable and t.source_code = d.source_code
                    )
                )
        """,
        [
            [d.variable for d in waiting],
            [d.provider for d in waiting],
            [matched(d.source_code) for d in waiting],
            ANY_PROVIDER,
        ],
    ).fetchall()
    reason = "codes decided or revoked"
    for contract_id, period in touched:
        mark(session, contract(contract_id), period, reason)
    # A register's code is told of its workers in every month that they occur.
    for enriched, _ in {e for contract_id, _ in touched for e in contract(contract_id).enriches}:
        session.execute(
            """
            insert into submission.affected_period (contract, period, reason)
            select distinct contract, period, %s
            from submission.current_submission where contract = %s
            """,
            [reason, enriched],
        )


def settle_decisions(session: psycopg.Connection, built: Sequence[WaitingDecision]) -> None:
    """Note what a build has taken; a decision that has changed meanwhile waits on."""
    session.execute(
        """
        update codes.decision as d set is_built = true
        from unnest(%s::bigint[], %s::text[]) as built (id, status)
        where d.id = built.id and d.status = built.status
        """,
        [[d.id for d in built], [d.status for d in built]],
    )
