"""The release stage: observations protected, numbered and kept for ever.

One transaction makes a release: killed at any moment it leaves the releases before it, and
nothing else. Only what changed since the last release becomes new rows, so that each release
stays readable as it was: the rows with valid_from_release <= n and valid_to_release empty or > n.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import psycopg
from psycopg.sql import SQL, Identifier, Literal

from warehouse.database import connect, locked
from warehouse.disclosure import Protected, protect, rules
from warehouse.indicator import DIMENSIONS, NOT_APPLICABLE, Dataflow, dataflows
from warehouse.manifest import (
    PUBLISHED_BY_OTHERS,
    ReleasedDataflow,
    code_version,
    hash_json,
    manifest,
    release_hash,
)
from warehouse.messages import counted, message
from warehouse.quality import unknown_percent
from warehouse.release_gate import (
    CodeChanged,
    Submission,
    behind,
    refuse_faulty,
    refuse_real_national_data,
)
from warehouse.release_quality import qualities
from warehouse.release_source import (
    CodeLists,
    current_submissions,
    read_audited,
    read_code_lists,
    read_observations,
    refuse_pending_build,
)
from warehouse.release_tables import (
    CONTENT_COLUMNS,
    OBSERVATION_COLUMNS,
    SERIES_COLUMNS,
    SERIES_SEPARATOR,
)
from warehouse.release_views import make_views

Progress = Callable[[str, int, int], None]
"""Called with the dataflow just read, its rank and how many there are."""

_OBSERVATION = SQL(", ").join(map(Identifier, OBSERVATION_COLUMNS))


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

    def text(self, lang: str = "fr") -> str:
        """What happened, in one sentence and its hash."""
        key = "released" if self.is_new else "release_unchanged"
        figures = ("observations", "withheld", "changed", "closed")
        values = {name: counted(f"released_{name}", getattr(self, name), lang) for name in figures}
        said = message(key, lang, release=self.number, content_hash=self.content_hash, **values)
        return f"{said.text} {said.hint}"


@dataclass(frozen=True)
class _Frozen:
    """A dataflow with the two contents that a release freezes of it, and its shares of _U."""

    dataflow: Dataflow
    unknown_percent: Mapping[str, float | None]
    released: ReleasedDataflow
    definition: Mapping[str, Any]
    code_lists: CodeLists


def release(progress: Progress | None = None) -> Outcome:
    """Publish what schema indicators holds as the next release; raises ReleaseRefused."""
    from warehouse.build import is_current

    # No build may run beside, nor code or decisions be newer than what was built.
    with connect("simimo_pipeline") as session, locked(session, "build"):
        if not is_current(session):
            raise CodeChanged
        return publish(session, dataflows(), datetime.now(UTC), progress)


def publish(
    session: psycopg.Connection[Any],
    flows: Mapping[str, Dataflow],
    at: datetime,
    progress: Progress | None = None,
) -> Outcome:
    """Publish `flows` as the next release, dated `at`; raises ReleaseRefused.

    `session` acts as simimo_pipeline. Without any change since the last release none is made.
    """
    with locked(session, "release"):
        # One snapshot for submissions and indicators: a build that ends meanwhile is not seen.
        session.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        try:
            with session.transaction():
                return _release(session, list(flows.values()), at, progress)
        finally:
            session.isolation_level = None


def _release(
    session: psycopg.Connection[Any],
    flows: Sequence[Dataflow],
    at: datetime,
    progress: Progress | None,
) -> Outcome:
    submissions = current_submissions(session)
    refuse_real_national_data(flows, submissions)
    refuse_pending_build(session)
    session.execute("""
        create temp table staged (like release.observation including generated) on commit drop;
        alter table staged drop column valid_from_release, drop column valid_to_release
    """)
    frozen = []
    for rank, dataflow in enumerate(flows, start=1):
        frozen.append(_freeze(session, dataflow, behind(dataflow, submissions)))
        if progress:
            progress(dataflow.id, rank, len(flows))
    return _write(session, frozen, submissions, at)


def _write(
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
    unknown = {f.dataflow.id: (f.dataflow, f.unknown_percent) for f in frozen}
    measured = qualities(session, number, at, unknown, submissions)
    said = manifest(number, at, released, submissions, code_version(), measured)
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


def _freeze(
    session: psycopg.Connection[Any], dataflow: Dataflow, submissions: Sequence[Submission]
) -> _Frozen:
    """Read, check and protect one dataflow, stage its observations, and describe it."""
    code_lists = read_code_lists(session, dataflow)
    codes = {
        d.id: frozenset(str(c["code"]) for c in code_lists[d.code_list])
        for d in dataflow.dimensions
    }
    observations = read_observations(session, dataflow)
    refuse_faulty(observations, dataflow, codes)
    dataflow_rules = rules(dataflow.id) if dataflow.kind == "national" else None
    protected = protect(
        *(observations, dataflow.kind, dataflow_rules, dataflow),
        parents={
            name: {str(c["code"]): c["parent"] for c in codes} for name, codes in code_lists.items()
        },
        earlier=read_audited(session, dataflow),
    )
    definition = dataflow.to_json()
    released = ReleasedDataflow(
        dataflow=dataflow.id,
        kind=dataflow.kind,
        is_specimen=any(s.is_specimen for s in submissions),
        observations=protected.rows.height,
        withheld=protected.withheld,
        disclosure=(
            {**dataflow_rules.to_json(), "audit": protected.audit}
            if dataflow_rules
            else PUBLISHED_BY_OTHERS
        ),
        submissions=[s.id for s in submissions],
        observations_hash=_stage(session, dataflow, protected),
        definition_hash=hash_json(definition),
        code_lists_hash=hash_json(code_lists),
    )
    unknown = unknown_percent(protected.rows, dataflow)
    return _Frozen(dataflow, unknown, released, definition, code_lists)


def _stage(session: psycopg.Connection[Any], dataflow: Dataflow, protected: Protected) -> str:
    """Copy the protected observations beside the releases; gives the hash of what they say."""
    import polars as pl

    unused = [d for d in DIMENSIONS if d not in dataflow.dimension_ids]
    rows = protected.rows.with_columns(
        *(pl.lit(NOT_APPLICABLE).alias(d) for d in unused),
        dataflow=pl.lit(dataflow.id),
        unit_measure=pl.lit(dataflow.unit_measure),
        decimals=pl.lit(dataflow.decimals),
    )
    series_key = pl.concat_str(SERIES_COLUMNS, separator=SERIES_SEPARATOR)
    content = (
        rows.sort(series_key, "time_period")
        .select(OBSERVATION_COLUMNS)
        .write_csv(include_header=False)
        .encode()
    )
    query = SQL("copy staged ({}) from stdin (format csv)").format(_OBSERVATION)
    with session.cursor() as cursor, cursor.copy(query) as copy:
        copy.write(content)
    return hashlib.sha256(content).hexdigest()


def _merge(session: psycopg.Connection[Any], number: int) -> tuple[int, int]:
    """Close what no longer stands and add what is new; gives how many of each."""
    same_key = SQL(" and ").join(
        SQL("o.{0} = s.{0}").format(Identifier(c))
        for c in ("dataflow", "series_key", "time_period")
    )
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
            columns=_OBSERVATION,
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
