"""What a draft says otherwise than the release it follows, and how that becomes a release's rows.

The temporary table `staged` holds all that the draft says; what differs goes into `difference`.
"""

from typing import Any

import psycopg
from psycopg.sql import SQL, Composable, Composed, Identifier, Literal

from warehouse.release_tables import CONTENT_COLUMNS, KEY_COLUMNS, OBSERVATION_COLUMNS

DIFFERENCE = SQL("difference")
_OBSERVATION = SQL(", ").join(map(Identifier, OBSERVATION_COLUMNS))
_KEY = SQL(", ").join(map(Identifier, KEY_COLUMNS))


def same_key(left: str, right: str) -> Composed:
    """The condition that two rows tell the same cell and period."""
    return SQL(" and ").join(
        SQL("{0}.{2} = {1}.{2}").format(SQL(left), SQL(right), Identifier(column))
        for column in ("dataflow", "series_key", "time_period")
    )


def make_difference(session: psycopg.Connection[Any]) -> None:
    """Fill the temporary table `difference`: what is new or changed, and what no longer stands.

    The last release of the chain is what is open: the rows that no later one has closed.
    """
    same_content = SQL(" and ").join(
        SQL("o.{0} is not distinct from s.{0}").format(Identifier(c)) for c in CONTENT_COLUMNS
    )
    session.execute("analyze staged")
    session.execute(
        SQL("""
            create temp table difference (like staged including generated) on commit drop;
            {nullable};
            insert into difference ({columns})
            select {columns} from staged as s
            where not exists (
                select from release.observation as o
                where o.valid_to_release is null and {same_key} and {same_content}
            );
            insert into difference ({key})
            select {key} from release.observation as o
            where o.valid_to_release is null
                and not exists (select from staged as s where {same_key});
            analyze difference
        """).format(
            columns=_OBSERVATION,
            key=_KEY,
            same_key=same_key("o", "s"),
            same_content=same_content,
            nullable=SQL("alter table difference {}").format(
                SQL(", ").join(
                    SQL("alter column {} drop not null").format(Identifier(c))
                    for c in CONTENT_COLUMNS
                )
            ),
        )
    )


def keep_difference(session: psycopg.Connection[Any], number: int) -> None:
    """Keep the difference as that of draft `number`, which waits for its approval."""
    session.execute(
        SQL("""
            insert into release.draft_observation (number, {columns})
            select {number}, {columns} from difference
        """).format(columns=_OBSERVATION, number=Literal(number))
    )


def kept_difference(number: int) -> Composed:
    """What was kept of draft `number`, to be merged."""
    return SQL("(select * from release.draft_observation where number = {})").format(
        Literal(number)
    )


def merge(session: psycopg.Connection[Any], number: int, difference: Composable) -> tuple[int, int]:
    """Close what no longer stands and add what is new; gives how many of each."""
    closed = session.execute(
        SQL("""
            update release.observation as o set valid_to_release = {number}
            from {difference} as d
            where o.valid_to_release is null and {same_key}
        """).format(number=Literal(number), difference=difference, same_key=same_key("o", "d"))
    )
    changed = session.execute(
        SQL("""
            insert into release.observation ({columns}, valid_from_release)
            select {columns}, {number} from {difference} as d where d.obs_status is not null
        """).format(columns=_OBSERVATION, number=Literal(number), difference=difference)
    )
    return closed.rowcount, changed.rowcount
