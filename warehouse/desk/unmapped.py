"""The steward's list: source codes that no list knows, where they occur, and what they may mean."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import psycopg

from warehouse.codes import decided_codes, known_codes
from warehouse.contracts.contract import contract
from warehouse.desk.correspondence import Correspondence
from warehouse.desk.decision import steward
from warehouse.desk.suggestion import Suggestion, suggestions


@dataclass(frozen=True)
class UnmappedCode:
    """A source code of a provider that is unknown: its rows, first and last period, suggestions.

    `state` is that of its files: accepted, so that the rows are _U, or rejected or held.
    """

    provider: str
    variable: str
    source_code: str
    row_count: int
    first_period: str
    last_period: str
    state: str
    labels: tuple[str, ...]
    suggestions: tuple[Suggestion, ...]


class _Met(NamedTuple):
    """An unknown code with its rows in the files of one state and period."""

    provider: str
    variable: str
    source_code: str
    state: str
    period: str
    row_count: int


def unmapped(provider: str | None = None, variable: str | None = None) -> list[UnmappedCode]:
    """The unknown source codes, the most frequent first.

    Of accepted files as of the last build, each in clear where its token is known or its value
    still waits, else as its token; and of files that are rejected or held, as of now: a file
    whose unknown codes are too many is accepted only once the steward knows them.
    """
    with steward() as session:
        met = [*_built(session), *_waiting(session)]
        decided = _decided(session)
    wanted = [m for m in met if provider in (None, m.provider) and variable in (None, m.variable)]
    listed = [_with_suggestions(group, decided) for group in _grouped(wanted)]
    return sorted(listed, key=lambda u: (-u.row_count, u.provider, u.variable, u.source_code))


def _built(session: psycopg.Connection) -> Iterator[_Met]:
    """The unknown codes of the rows that are _U."""
    if not _is_built(session):
        return
    rows = session.execute(
        """
        with told as (
            select variable, token, max(value) as value
            from codes.unknown_value group by variable, token
        )

        select
            m.provider, m.variable, coalesce(t.source_code, told.value, m.source_code),
            'accepted', m.period, m.row_count::bigint
        from harmonised.unmapped_code as m
        left join codes.token as t on m.variable = t.variable and m.source_code = t.token
        left join told on m.variable = told.variable and m.source_code = told.token
        """
    )
    yield from (_Met(*row) for row in rows)


def _waiting(session: psycopg.Connection) -> Iterator[_Met]:
    """The codes of rejected and held files that would be unknown if the files came now."""
    rows = session.execute(
        """
        select contract, period, provider, variable, value, state, sum(row_count)::bigint
        from codes.waiting_value
        group by contract, period, provider, variable, value, state
        """
    ).fetchall()
    decided = {provider: decided_codes(session, provider) for _, _, provider, *_ in rows}
    known = {
        (contract_id, period): known_codes(contract(contract_id), decided[provider], period)
        for contract_id, period, provider, *_ in rows
    }
    for contract_id, period, provider, variable, value, state, count in rows:
        if value not in known[contract_id, period].get(variable, ()):
            yield _Met(provider, variable, value, state, period, count)


def _grouped(met: Iterable[_Met]) -> list[list[_Met]]:
    """The same code of one provider in files of one state, over all periods."""
    groups: dict[tuple[str, ...], list[_Met]] = {}
    for found in met:
        key = (found.provider, found.variable, found.source_code, found.state)
        groups.setdefault(key, []).append(found)
    return list(groups.values())


def _with_suggestions(met: list[_Met], decided: Mapping[str, list[Correspondence]]) -> UnmappedCode:
    first = met[0]
    return UnmappedCode(
        provider=first.provider,
        variable=first.variable,
        source_code=first.source_code,
        row_count=sum(m.row_count for m in met),
        first_period=min(m.period for m in met),
        last_period=max(m.period for m in met),
        state=first.state,
        labels=(first.source_code,),
        suggestions=tuple(
            suggestions(first.variable, first.source_code, decided.get(first.variable, ()))
        ),
    )


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
