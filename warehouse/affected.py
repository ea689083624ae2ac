"""Which periods a decision touches: they are marked, and the next build redoes them alone."""

import psycopg
from psycopg.sql import SQL, Identifier

from warehouse.contracts.contract import Contract, contract


def mark(session: psycopg.Connection, contract: Contract, period: str, reason: str) -> None:
    """Mark one period of one contract for the next build."""
    session.execute(
        "insert into submission.affected_period (contract, period, reason) values (%s, %s, %s)",
        [contract.id, period, reason],
    )


def mark_enriched(
    session: psycopg.Connection, register: Contract, submission_id: int, period: str
) -> None:
    """Mark the periods whose records a changed register entry describes.

    A late immatriculation, for example, gives its worker a citizenship in months that are
    built already. Periods that wait for a build anyway are not looked at again.
    """
    for enriched_id, key in register.enriches:
        built = _built_submissions(session, enriched_id)
        if built:
            _mark_changed(session, register, contract(enriched_id), key, submission_id, built)


def _built_submissions(session: psycopg.Connection, contract_id: str) -> list[int]:
    rows = session.execute(
        """
        select submission_id from submission.current_submission as c
        where contract = %s and not exists (
            select 1 from submission.affected_period as a
            where a.contract = c.contract and a.period = c.period
        )
        """,
        [contract_id],
    )
    return [row[0] for row in rows]


def _mark_changed(
    session: psycopg.Connection,
    register: Contract,
    enriched: Contract,
    key: str,
    submission_id: int,
    built: list[int],
) -> None:
    """Compare the register with the newest other one and mark where changed keys occur."""
    columns = SQL(", ").join(Identifier(c.name) for c in register.raw_columns)
    statement = SQL(
        """
        with previous as (
            select {columns} from {register}
            where submission_id = (
                select max(s.id) from submission.submission as s
                inner join submission.part as p on s.id = p.submission_id
                where s.contract = %(register)s and s.id <> %(id)s
                    and p.state in ('accepted', 'superseded')
            )
        ),

        fresh as (select {columns} from {register} where submission_id = %(id)s),

        changed as (
            (select * from previous except select * from fresh)
            union
            (select * from fresh except select * from previous)
        )

        insert into submission.affected_period (contract, period, reason)
        select distinct %(enriched)s, s.period, %(reason)s
        from {enriched} as e
        inner join submission.submission as s on e.submission_id = s.id
        where e.submission_id = any(%(built)s)
            and e.{key} in (select {key} from changed)
        """
    ).format(
        columns=columns,
        register=Identifier("raw", register.id),
        enriched=Identifier("raw", enriched.id),
        key=Identifier(key),
    )
    session.execute(
        statement,
        {
            "id": submission_id,
            "register": register.id,
            "enriched": enriched.id,
            "built": built,
            "reason": f"{register.id} changed by submission {submission_id}",
        },
    )
