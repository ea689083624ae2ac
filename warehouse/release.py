"""The release stage: observations protected, numbered and kept for ever.

One transaction makes a release: killed at any moment it leaves the releases before it, and
nothing else. Only what changed since the last release becomes new rows, so that each release
stays readable as it was: the rows with valid_from_release <= n and valid_to_release empty or > n.
"""

import hashlib
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.sql import SQL, Identifier, Literal

from warehouse.database import locked
from warehouse.disclosure import Protected, protect, rules
from warehouse.indicator import NOT_APPLICABLE, Dataflow, dataflows
from warehouse.manifest import (
    PUBLISHED_BY_OTHERS,
    ReleasedDataflow,
    code_version,
    hash_json,
    manifest,
    release_hash,
)
from warehouse.release_gate import (
    BuildPending,
    IndicatorNotBuilt,
    Submission,
    behind,
    refuse_faulty,
    refuse_real_national_data,
)
from warehouse.release_tables import CONTENT_COLUMNS, KEY_COLUMNS, OBSERVATION_COLUMNS
from warehouse.release_views import make_views

if TYPE_CHECKING:
    import polars as pl

Progress = Callable[[str, int, int], None]
"""Called with the dataflow just read, its rank and how many there are."""

CodeLists = Mapping[str, Sequence[Mapping[str, Any]]]


@dataclass(frozen=True)
class Outcome:
    """What `release` did: a new release, or the last one again when nothing had changed.

    `changed` observations are new or say something else than before; `closed` ones no longer
    stand as they did.
    """

    number: int
    is_new: bool
    content_hash: str
    observations: int
    withheld: int
    changed: int = 0
    closed: int = 0


@dataclass(frozen=True)
class _Frozen:
    """A dataflow with the two contents that a release freezes of it."""

    released: ReleasedDataflow
    definition: Mapping[str, Any]
    code_lists: CodeLists


def release(
    session: psycopg.Connection[Any],
    flows: Mapping[str, Dataflow] | None = None,
    at: datetime | None = None,
    progress: Progress | None = None,
) -> Outcome:
    """Publish what schema indicators holds as the next release; raises ReleaseRefused.

    `session` acts as simimo_pipeline, `flows` are all defined dataflows unless given, `at` is
    the instant of the release (now). Without any change since the last release none is made.
    """
    chosen = list((dataflows() if flows is None else flows).values())
    with locked(session, "release"):
        # One snapshot for submissions and indicators: a build that ends meanwhile is not seen.
        session.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        try:
            with session.transaction():
                return _release(session, chosen, at or datetime.now(UTC), progress)
        finally:
            session.isolation_level = None


def _release(
    session: psycopg.Connection[Any],
    flows: Sequence[Dataflow],
    at: datetime,
    progress: Progress | None,
) -> Outcome:
    submissions = _current_submissions(session)
    refuse_real_national_data(flows, submissions)
    _refuse_pending_build(session)
    columns = SQL(", ").join(map(Identifier, OBSERVATION_COLUMNS))
    session.execute(
        SQL(
            "create temp table staged on commit drop as select {} from release.observation limit 0"
        ).format(columns)
    )
    frozen = []
    for rank, dataflow in enumerate(flows, start=1):
        frozen.append(_freeze(session, dataflow, behind(dataflow, submissions)))
        if progress:
            progress(dataflow.id, rank, len(flows))
    return _publish(session, frozen, submissions, at)


def _publish(
    session: psycopg.Connection[Any],
    frozen: Sequence[_Frozen],
    submissions: Sequence[Submission],
    at: datetime,
) -> Outcome:
    released = [f.released for f in frozen]
    content_hash = release_hash(released)
    observations = sum(d.observations for d in released)
    withheld = sum(sum(d.withheld.values()) for d in released)
    last, last_hash = _last(session)
    if last_hash == content_hash:
        return Outcome(last, False, content_hash, observations, withheld)
    number = last + 1
    session.execute(
        "insert into release.release values (%s, 'draft', %s, '{}', %s)", [number, at, content_hash]
    )
    closed, changed = _merge(session, number)
    _write_frozen(session, number, frozen)
    make_views(session, number)
    said = manifest(number, at, released, submissions, code_version())
    session.execute(
        "update release.release set status = 'published', manifest = %s where number = %s",
        [json.dumps(said, ensure_ascii=False), number],
    )
    return Outcome(number, True, content_hash, observations, withheld, changed, closed)


def _last(session: psycopg.Connection[Any]) -> tuple[int, str | None]:
    """The number and the hash of the last release; 0 before the first."""
    found = session.execute(
        "select number, content_hash from release.release order by number desc limit 1"
    ).fetchone()
    return found or (0, None)


def _current_submissions(session: psycopg.Connection[Any]) -> list[Submission]:
    found = session.execute("""
        select s.id, s.contract, s.provider, s.period, s.version, s.sha256, s.is_specimen
        from submission.submission as s
        where s.id in (select c.submission_id from submission.current_submission as c)
        order by s.contract, s.period, s.id
    """)
    return [Submission(*row) for row in found]


def _refuse_pending_build(session: psycopg.Connection[Any]) -> None:
    found = session.execute(
        "select contract, period from submission.affected_period order by id limit 1"
    ).fetchone()
    if found:
        raise BuildPending(contract=found[0], period=found[1])


def _freeze(
    session: psycopg.Connection[Any], dataflow: Dataflow, submissions: Sequence[Submission]
) -> _Frozen:
    """Read, check and protect one dataflow, stage its observations, and describe it."""
    code_lists = _code_lists(session, dataflow)
    codes = {
        d.id: frozenset(str(c["code"]) for c in code_lists[d.code_list])
        for d in dataflow.dimensions
    }
    observations = _read(session, dataflow)
    refuse_faulty(observations, dataflow, codes)
    dataflow_rules = rules(dataflow.id) if dataflow.kind == "national" else None
    protected = protect(observations, dataflow.kind, dataflow_rules)
    definition = dataflow.to_json()
    released = ReleasedDataflow(
        dataflow=dataflow.id,
        kind=dataflow.kind,
        is_specimen=any(s.is_specimen for s in submissions),
        observations=protected.rows.height,
        withheld=protected.withheld,
        disclosure=dataflow_rules.to_json() if dataflow_rules else PUBLISHED_BY_OTHERS,
        submissions=[s.id for s in submissions],
        observations_hash=_stage(session, dataflow, protected),
        definition_hash=hash_json(definition),
        code_lists_hash=hash_json(code_lists),
    )
    return _Frozen(released, definition, code_lists)


def _code_lists(session: psycopg.Connection[Any], dataflow: Dataflow) -> CodeLists:
    """Every code of the lists of `dataflow`, by list, as a release freezes them."""
    return {
        code_list: _codes(session, dataflow, code_list)
        for code_list in sorted({d.code_list for d in dataflow.dimensions})
    }


def _codes(
    session: psycopg.Connection[Any], dataflow: Dataflow, code_list: str
) -> list[dict[str, Any]]:
    if not _columns(session, "codelists", code_list):
        raise IndicatorNotBuilt(dataflow=dataflow.id, missing=f"codelists.{code_list}")
    # A code whose meaning changed stands once for each validity: the newest is published.
    found = session.execute(
        SQL("""
            select distinct on (code collate "C")
                code, parent_code, label_fr, label_ar, label_en
            from codelists.{}
            order by code collate "C", valid_from desc nulls last
        """).format(Identifier(code_list))
    )
    return [
        {"code": code, "parent": parent, "label": {"fr": fr, "ar": ar, "en": en}}
        for code, parent, fr, ar, en in found
    ]


def _columns(session: psycopg.Connection[Any], schema: str, table: str) -> set[str]:
    found = session.execute(
        """
        select a.attname
        from pg_attribute as a
        inner join pg_class as c on a.attrelid = c.oid
        inner join pg_namespace as n on c.relnamespace = n.oid
        where n.nspname = %s and c.relname = %s and a.attnum > 0 and not a.attisdropped
        """,
        [schema, table],
    )
    return {name for (name,) in found}


def _read(session: psycopg.Connection[Any], dataflow: Dataflow) -> "pl.DataFrame":
    """The unprotected observations of `dataflow`; obs_value as exact decimal text."""
    import polars as pl

    counted = ("obs_count",) if dataflow.kind == "national" else ()
    plain = ["freq", *dataflow.dimension_ids, "time_period", "obs_status", *counted]
    found = _columns(session, "indicators", dataflow.model)
    if missing := {*plain, "obs_value"} - found:
        named = ", ".join(sorted(missing)) if found else ""
        raise IndicatorNotBuilt(
            dataflow=dataflow.id, missing=f"indicators.{dataflow.model} {named}".strip()
        )
    query = SQL(
        "copy (select {columns}, round(cast(obs_value as numeric), {decimals})"
        " from indicators.{model}) to stdout (format csv)"
    ).format(
        columns=SQL(", ").join(map(Identifier, plain)),
        decimals=Literal(dataflow.decimals),
        model=Identifier(dataflow.model),
    )
    with session.cursor() as cursor, cursor.copy(query) as rows:
        content = b"".join(bytes(row) for row in rows)
    schema = dict.fromkeys([*plain, "obs_value"], pl.String())
    frame = (
        pl.read_csv(io.BytesIO(content), has_header=False, schema=schema)
        if content
        else pl.DataFrame(schema=schema)
    )
    return frame.with_columns(pl.col(c).cast(pl.Int64) for c in counted)


def _stage(session: psycopg.Connection[Any], dataflow: Dataflow, protected: Protected) -> str:
    """Copy the protected observations beside the releases; gives the hash of what they say."""
    import polars as pl

    unused = [d for d in KEY_COLUMNS if d not in protected.rows.columns]
    rows = protected.rows.with_columns(
        *(pl.lit(NOT_APPLICABLE).alias(d) for d in unused if d != "dataflow"),
        dataflow=pl.lit(dataflow.id),
        unit_measure=pl.lit(dataflow.unit_measure),
        decimals=pl.lit(dataflow.decimals),
    )
    content = (
        rows.select(OBSERVATION_COLUMNS).sort(KEY_COLUMNS).write_csv(include_header=False).encode()
    )
    with session.cursor() as cursor, cursor.copy("copy staged from stdin (format csv)") as copy:
        copy.write(content)
    return hashlib.sha256(content).hexdigest()


def _merge(session: psycopg.Connection[Any], number: int) -> tuple[int, int]:
    """Close what no longer stands and add what is new; gives how many of each."""
    same_key = SQL(" and ").join(SQL("o.{0} = s.{0}").format(Identifier(c)) for c in KEY_COLUMNS)
    same_content = SQL(" and ").join(
        SQL("o.{0} is not distinct from s.{0}").format(Identifier(c)) for c in CONTENT_COLUMNS
    )
    session.execute("analyze staged")
    closed = session.execute(
        SQL("""
            update release.observation as o set valid_to_release = {number}
            where o.valid_to_release is null and not exists (
                select from staged as s where {same_key} and {same_content}
            )
        """).format(number=Literal(number), same_key=same_key, same_content=same_content)
    )
    changed = session.execute(
        SQL("""
            insert into release.observation ({columns}, valid_from_release)
            select {columns}, {number} from staged as s
            where not exists (
                select from release.observation as o
                where o.valid_to_release is null and {same_key}
            )
        """).format(
            columns=SQL(", ").join(map(Identifier, OBSERVATION_COLUMNS)),
            number=Literal(number),
            same_key=same_key,
        )
    )
    return closed.rowcount, changed.rowcount


def _write_frozen(session: psycopg.Connection[Any], number: int, frozen: Sequence[_Frozen]) -> None:
    contents = {f.released.definition_hash: f.definition for f in frozen}
    contents |= {f.released.code_lists_hash: f.code_lists for f in frozen}
    with session.cursor() as cursor:
        cursor.executemany(
            "insert into release.frozen_content values (%s, %s) on conflict do nothing",
            [(key, json.dumps(value, ensure_ascii=False)) for key, value in contents.items()],
        )
        cursor.executemany(
            """
            insert into release.frozen_dataflow
            select %(number)s, %(dataflow)s, %(definition)s, %(code_lists)s, %(content)s,
                coalesce((
                    select before.updated_in from release.frozen_dataflow as before
                    where before.number = %(number)s - 1 and before.dataflow = %(dataflow)s
                        and before.content_hash = %(content)s
                ), %(number)s),
                %(is_specimen)s
            """,
            [
                {
                    "number": number,
                    "dataflow": f.released.dataflow,
                    "definition": f.released.definition_hash,
                    "code_lists": f.released.code_lists_hash,
                    "content": f.released.content_hash,
                    "is_specimen": f.released.is_specimen,
                }
                for f in frozen
            ],
        )
