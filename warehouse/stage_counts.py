"""How many records stand behind a figure at each stage, from the file to the cell.

Counted as they stand today, by the contracts and submissions behind the figure; for stewards and
analysts alone: counts of records are not protected.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import psycopg
from psycopg.sql import SQL, Composed, Identifier

from warehouse.contracts.contract import contracts
from warehouse.database import connect
from warehouse.indicator import Dataflow
from warehouse.lineage import Behind

Stage = Literal[
    "received",
    "rejected",
    "accepted",
    "current",
    "raw",
    "staging",
    "harmonised",
    "unmapped",
    "cell",
    "published",
    "withheld",
]


@dataclass(frozen=True)
class StageCount:
    """A count at one stage, of one contract or (None) of the cell itself.

    `count` is None where the stage has not been built.
    """

    stage: Stage
    contract: str | None
    count: int | None

    def to_json(self) -> dict[str, Any]:
        """The count as plain JSON values."""
        return asdict(self)


def stage_counts(
    definition: Dataflow, submissions: Sequence[Behind], key: Mapping[str, str]
) -> list[StageCount]:
    """The counts of every stage, contract by contract in the order of the path, then the cell's.

    `key` holds the code of every dimension of the observation, freq and time_period among them.
    """
    ids: dict[str, list[int]] = {}
    told: dict[str, set[str]] = {}
    for found in submissions:
        ids.setdefault(found.contract, []).append(int(found.submission["id"]))
        told.setdefault(found.contract, set()).add(str(found.submission["period"]))
    counts: list[StageCount] = []
    with connect("simimo_pipeline") as session, connect("simimo_analyst") as reader:
        for contract, numbers in sorted(ids.items()):
            counts += _received(session, contract, numbers)
            counts += _built(reader, contract, numbers)
            unmapped = _unmapped(reader, definition, contract, sorted(told[contract]))
            counts.append(StageCount("unmapped", contract, unmapped))
        if definition.kind == "national":
            counts.append(StageCount("cell", None, _cell(reader, definition, key)))
    return counts


def _received(
    session: psycopg.Connection[Any], contract: str, numbers: list[int]
) -> Iterator[StageCount]:
    """Rows of the files; rows of the parts refused, accepted, and current today; rows in raw."""
    row = session.execute(
        """
        select
            (select sum(row_count) from submission.submission where id = any(%(ids)s)),
            sum(p.row_count) filter (where p.state = 'rejected'),
            sum(p.row_count) filter (where p.state in ('accepted', 'superseded')),
            sum(p.row_count) filter (where p.state = 'accepted')
        from submission.part as p where p.submission_id = any(%(ids)s)
        """,
        {"ids": numbers},
    ).fetchone()
    assert row is not None
    stages: tuple[Stage, ...] = ("received", "rejected", "accepted", "current")
    for stage, count in zip(stages, row, strict=True):
        yield StageCount(stage, contract, int(count or 0))
    yield StageCount("raw", contract, _rows(session, "raw", contract, numbers))


def _built(
    reader: psycopg.Connection[Any], contract: str, numbers: list[int]
) -> Iterator[StageCount]:
    yield StageCount("staging", contract, _rows(reader, "staging", f"stg_{contract}", numbers))
    known = contracts().get(contract)
    fact = known.fact if known else ""
    harmonised = _rows(reader, "harmonised", fact, numbers) if fact else None
    yield StageCount("harmonised", contract, harmonised)


def _rows(
    session: psycopg.Connection[Any], schema: str, table: str, numbers: list[int]
) -> int | None:
    """How many rows of a table these submissions have; None where there is no such table."""
    return _count(
        session,
        f"{schema}.{table}",
        SQL("select count(*) from {} where submission_id = any(%s)").format(
            Identifier(schema, table)
        ),
        [numbers],
    )


def _unmapped(
    reader: psycopg.Connection[Any], definition: Dataflow, contract: str, told: list[str]
) -> int | None:
    """Records with a code that no list knows, in a dimension of the dataflow."""
    return _count(
        reader,
        "harmonised.unmapped_code",
        SQL(
            "select coalesce(sum(row_count), 0) from harmonised.unmapped_code "
            "where contract = %s and period = any(%s) and column_name = any(%s)"
        ),
        [contract, told, list(definition.dimension_ids)],
    )


def _cell(
    reader: psycopg.Connection[Any], definition: Dataflow, key: Mapping[str, str]
) -> int | None:
    """The records that the cell of the figure counts (obs_count)."""
    conditions = SQL(" and ").join(SQL("{} = %s").format(Identifier(name)) for name in key)
    return _count(
        reader,
        f"indicators.{definition.model}",
        SQL("select sum(obs_count) from indicators.{} where {}").format(
            Identifier(definition.model), conditions
        ),
        list(key.values()),
    )


def _count(
    session: psycopg.Connection[Any], table: str, query: SQL | Composed, values: list[Any]
) -> int | None:
    exists = session.execute("select to_regclass(%s) is not null", [table]).fetchone()
    if not exists or not exists[0]:
        return None
    row = session.execute(query, values).fetchone()
    return int(row[0]) if row and row[0] is not None else None
