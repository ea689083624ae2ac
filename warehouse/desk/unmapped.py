"""The steward's list: source codes that no list knows, where they occur, and what they may mean."""

from collections.abc import Mapping
from dataclasses import dataclass

import psycopg

from warehouse.desk.correspondence import Correspondence
from warehouse.desk.decision import steward
from warehouse.desk.suggestion import Suggestion, suggestions


@dataclass(frozen=True)
class UnmappedCode:
    """A source code of a provider that is _U: its rows, first and last period, and suggestions."""

    provider: str
    variable: str
    source_code: str
    row_count: int
    first_period: str
    last_period: str
    labels: tuple[str, ...]
    suggestions: tuple[Suggestion, ...]


def unmapped(provider: str | None = None, variable: str | None = None) -> list[UnmappedCode]:
    """The unknown source codes as of the last build, the most frequent first.

    Each is read in clear where its token is known or its value still waits; else as its token.
    """
    with steward() as session:
        if not _is_built(session):
            return []
        rows = session.execute(
            """
            with told as (
                select variable, token, max(value) as value
                from codes.unknown_value group by variable, token
            )

            select
                m.provider, m.variable,
                coalesce(t.source_code, told.value, m.source_code) as read_code,
                sum(m.row_count)::bigint, min(m.period), max(m.period)
            from harmonised.unmapped_code as m
            left join codes.token as t on m.variable = t.variable and m.source_code = t.token
            left join told on m.variable = told.variable and m.source_code = told.token
            where (%(provider)s::text is null or m.provider = %(provider)s)
                and (%(variable)s::text is null or m.variable = %(variable)s)
            group by m.provider, m.variable, read_code
            order by 4 desc, 1, 2, 3
            """,
            {"provider": provider, "variable": variable},
        ).fetchall()
        decided = _decided(session)
    return [_with_suggestions(row, decided) for row in rows]


def _with_suggestions(
    row: tuple[str, str, str, int, str, str], decided: Mapping[str, list[Correspondence]]
) -> UnmappedCode:
    variable, source_code = row[1:3]
    labels = (source_code,)
    found = suggestions(variable, labels[0], decided.get(variable, ()))
    return UnmappedCode(*row, labels, tuple(found))


def _is_built(session: psycopg.Connection) -> bool:
    row = session.execute("select to_regclass('harmonised.unmapped_code') is not null").fetchone()
    return bool(row and row[0])


def _decided(session: psycopg.Connection) -> dict[str, list[Correspondence]]:
    """The decisions in force by variable: what one provider's code meant, another's may too."""
    rows = session.execute(
        "select variable, provider, source_code, code, quality from codes.decision_in_force"
    )
    found: dict[str, list[Correspondence]] = {}
    for variable, *row in rows:
        found.setdefault(variable, []).append(Correspondence(*row))
    return found
