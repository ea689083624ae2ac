"""Which version of a part counts: the highest accepted one, whatever the order of decisions."""

import psycopg


def supersede(session: psycopg.Connection, contract: str, period: str, submission_id: int) -> None:
    """Let the parts just accepted replace lower versions, and give way to higher ones."""
    values = {"id": submission_id, "contract": contract, "period": period}
    session.execute(
        """
        update submission.part as older set state = 'superseded'
        from
            submission.submission as s,
            submission.part as newer,
            submission.submission as n
        where older.submission_id = s.id and newer.submission_id = n.id
            and s.contract = %(contract)s and s.period = %(period)s
            and n.contract = %(contract)s and n.period = %(period)s
            and older.part = newer.part and older.version < newer.version
            and older.state = 'accepted' and newer.state = 'accepted'
            and %(id)s in (s.id, n.id)
        """,
        values,
    )
    _supersede_emptied(session, contract, period)


def _supersede_emptied(session: psycopg.Connection, contract: str, period: str) -> None:
    """A submission with no part that counts is superseded itself."""
    session.execute(
        """
        update submission.submission as s set state = 'superseded'
        where s.contract = %s and s.period = %s and s.state = 'accepted'
            and not exists (
                select 1 from submission.part as p
                where p.submission_id = s.id and p.state = 'accepted'
            )
        """,
        [contract, period],
    )


def withdraw(session: psycopg.Connection, contract: str, period: str, submission_id: int) -> None:
    """Take back the parts of a submission; the next lower version of each counts again."""
    values = {"id": submission_id, "contract": contract, "period": period}
    session.execute(
        """
        update submission.part as p set state = 'accepted'
        from (
            select distinct on (e.part) e.submission_id, e.part
            from submission.part as e
            inner join submission.submission as s on e.submission_id = s.id
            inner join submission.part as taken
                on e.part = taken.part and taken.submission_id = %(id)s
                    and taken.state = 'accepted'
            where s.contract = %(contract)s and s.period = %(period)s
                and e.state = 'superseded' and e.submission_id <> %(id)s
            order by e.part, e.version desc
        ) as earlier
        where p.submission_id = earlier.submission_id and p.part = earlier.part
        """,
        values,
    )
    session.execute(
        """
        update submission.part set state = 'withdrawn'
        where submission_id = %(id)s and state in ('accepted', 'superseded')
        """,
        values,
    )
    session.execute(
        """
        update submission.submission as s set state = 'accepted'
        where s.contract = %(contract)s and s.period = %(period)s and s.state = 'superseded'
            and s.id <> %(id)s and exists (
                select 1 from submission.part as p
                where p.submission_id = s.id and p.state = 'accepted'
            )
        """,
        values,
    )
