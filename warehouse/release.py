"""The release stage: observations protected, numbered and kept for ever.

What is released is read in one snapshot and kept aside; one transaction writes it as a draft, with
its entry in the ledger, another one publishes it: killed at any moment it leaves what was before,
and nothing else. Only what changed since the last release becomes new rows, so that each release
stays readable as it was: the rows with valid_from_release <= n and valid_to_release empty or > n.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.sql import SQL, Identifier

from warehouse.asked_table import refuse_asked
from warehouse.database import connect, locked
from warehouse.disclosure import Protected, Rules, protect, protect_together, rules, shared
from warehouse.indicator import DIMENSIONS, NOT_APPLICABLE, Dataflow, Labels, dataflows
from warehouse.ledger.acts import append, text_sha256
from warehouse.ledger.entry import Content
from warehouse.manifest import (
    PUBLISHED_BY_OTHERS,
    ReleasedDataflow,
    code_version,
    hash_json,
    manifest,
    observation_bytes,
    release_hash,
)
from warehouse.messages import counted, message
from warehouse.quality import Arrival, Extract, unknown_percent
from warehouse.release_gate import (
    CodeChanged,
    Submission,
    behind,
    refuse_faulty,
    refuse_real_national_data,
    refuse_without_second_person,
)
from warehouse.release_quality import arrivals, qualities
from warehouse.release_source import (
    CodeLists,
    current_submissions,
    read_audited,
    read_code_lists,
    read_observations,
    refuse_pending_build,
)
from warehouse.release_tables import OBSERVATION_COLUMNS, SERIES_COLUMNS
from warehouse.releasing.causes import Inputs
from warehouse.releasing.difference import DIFFERENCE, keep_difference, make_difference, merge
from warehouse.releasing.drafting import (
    LastRelease,
    Making,
    begin_draft,
    last_release,
    record_manifest,
    with_causes,
)
from warehouse.releasing.inputs import inputs
from warehouse.releasing.publication import put_out, wait_until_readable
from warehouse.releasing.shown import SHOWN, shown_now

if TYPE_CHECKING:
    import polars as pl

Progress = Callable[[str, int, int], None]
"""Called with the dataflow just read, its rank and how many there are."""

_OBSERVATION = SQL(", ").join(map(Identifier, OBSERVATION_COLUMNS))


@dataclass(frozen=True)
class Outcome:
    """What was made: a new release or draft, or the last release again when nothing had changed.

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
    is_published: bool = False

    def text(self, lang: str = "fr") -> str:
        """What happened, in one sentence and its hash."""
        done = "released" if self.is_published else "drafted"
        key = done if self.is_new else "release_unchanged"
        figures = ("observations", "withheld", "changed", "closed")
        values = {name: counted(f"released_{name}", getattr(self, name), lang) for name in figures}
        said = message(key, lang, release=self.number, content_hash=self.content_hash, **values)
        return f"{said.text} {said.hint}"


@dataclass(frozen=True)
class Frozen:
    """A dataflow with the two contents that a release freezes of it, and its shares of _U.

    `definition` holds what readers are shown beside it too; `plain_hash` is of it alone.
    """

    dataflow: Dataflow
    unknown_percent: Mapping[str, float | None]
    released: ReleasedDataflow
    definition: Mapping[str, Any]
    code_lists: CodeLists
    plain_hash: str


@dataclass(frozen=True)
class Snapshot:
    """What a release is made of, as it stood at one instant; its observations are in `staged`."""

    frozen: Sequence[Frozen]
    submissions: Sequence[Submission]
    arrivals: Mapping[Extract, Arrival]
    inputs: Inputs


def release(
    progress: Progress | None = None, author: str = "simimo", notice: Labels | None = None
) -> Outcome:
    """Publish what schema indicators holds at once, where none of it needs a second person.

    Raises ReleaseRefused; of real national data SecondPersonNeeded.
    """
    with _built() as session:
        outcome = publish(session, dataflows(), None, progress, author, notice)
        wait_until_readable(session, outcome.number)
        return outcome


def draft(author: str, notice: Labels | None = None, progress: Progress | None = None) -> Outcome:
    """Make a draft of what schema indicators holds, for a second person; raises ReleaseRefused."""
    with _built() as session:
        return make_draft(session, dataflows(), author, notice, progress)


@contextmanager
def _built() -> Iterator[psycopg.Connection[Any]]:
    """A session while no build runs beside, nor code or decisions are newer than what was built."""
    from warehouse.build import is_current

    with connect("simimo_pipeline") as session, locked(session, "build"):
        if not is_current(session):
            raise CodeChanged
        yield session


def publish(
    session: psycopg.Connection[Any],
    flows: Mapping[str, Dataflow],
    at: datetime | None = None,
    progress: Progress | None = None,
    author: str = "simimo",
    notice: Labels | None = None,
) -> Outcome:
    """Publish `flows` in one step as the next release, dated `at` or now; raises ReleaseRefused.

    `session` acts as simimo_pipeline. Without any change since the last release none is made.
    """
    with locked(session, "release"):
        found = frozen_now(session, flows, progress, is_one_step=True)
        with session.transaction():
            made = _write(session, found, Making(author, notice))
            if made.is_new:
                put_out(session, made.number, at, author)
            return replace(made, is_published=made.is_new)


def make_draft(
    session: psycopg.Connection[Any],
    flows: Mapping[str, Dataflow],
    author: str,
    notice: Labels | None = None,
    progress: Progress | None = None,
) -> Outcome:
    """Make a draft of `flows` on top of the last release; raises ReleaseRefused.

    `session` acts as simimo_pipeline. Without any change since the last release none is made.
    """
    with locked(session, "release"):
        found = frozen_now(session, flows, progress)
        with session.transaction():
            made = _write(session, found, Making(author, notice, is_one_step=False))
            if made.is_new:
                keep_difference(session, made.number)
                _enter_draft(session, made, notice, author)
            return made


def frozen_now(
    session: psycopg.Connection[Any],
    flows: Mapping[str, Dataflow],
    progress: Progress | None = None,
    is_one_step: bool = False,
) -> Snapshot:
    """What a release would freeze of `flows`, its observations in the temporary table `staged`.

    One snapshot for all that it reads: a build that ends meanwhile is not seen. What is written
    of it follows in a transaction of its own, which alone sees the ledger's last entry.
    """
    session.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    try:
        with session.transaction():
            return _frozen_now(session, list(flows.values()), progress, is_one_step)
    finally:
        session.isolation_level = None


def _frozen_now(
    session: psycopg.Connection[Any],
    flows: Sequence[Dataflow],
    progress: Progress | None,
    is_one_step: bool,
) -> Snapshot:
    submissions = current_submissions(session)
    refuse_real_national_data(flows, submissions)
    if is_one_step:
        refuse_without_second_person(flows, submissions)
    refuse_pending_build(session)
    refuse_asked(session, flows)
    session.execute("""
        drop table if exists pg_temp.staged;
        create temp table staged (like release.observation including generated);
        alter table staged drop column valid_from_release, drop column valid_to_release
    """)
    read = {flow.id: _read(session, flow, behind(flow, submissions)) for flow in flows}
    frozen = {}
    for rank, (name, protected) in enumerate(_protected(list(read.values())), start=1):
        frozen[name] = _freeze(session, read[name], protected)
        if progress:
            progress(name, rank, len(flows))
    in_order = [frozen[flow.id] for flow in flows]
    return Snapshot(in_order, submissions, arrivals(session), inputs(session))


def _write(session: psycopg.Connection[Any], found: Snapshot, making: Making) -> Outcome:
    """Write the draft of what is staged: its difference, what it freezes, and its manifest."""
    released = [f.released for f in found.frozen]
    content_hash = release_hash(released)
    observations = sum(d.observations for d in released)
    withheld = sum(sum(d.withheld.values()) for d in released)
    base = last_release(session)
    if base and base.content_hash == content_hash:
        return Outcome(base.number, False, content_hash, observations, withheld)
    number = begin_draft(session, base, content_hash, making)
    make_difference(session)
    _write_frozen(session, number, base, found.frozen)
    at = datetime.now(UTC)
    unknown = {f.dataflow.id: (f.dataflow, f.unknown_percent) for f in found.frozen}
    with session.transaction(force_rollback=not making.is_one_step):
        # Quality is told of what would be released: a draft stands merged for that moment alone.
        closed, changed = merge(session, number, DIFFERENCE)
        session.execute(
            "update release.release set released_at = %s where number = %s", [at, number]
        )
        measured = qualities(session, number, at, unknown, found.submissions, found.arrivals)
    said = manifest(number, at, released, found.submissions, code_version(), measured)
    flows = {f.dataflow.id: (f.dataflow, f.plain_hash) for f in found.frozen}
    record_manifest(session, number, with_causes(session, said, flows, base, found.inputs))
    return Outcome(number, True, content_hash, observations, withheld, changed, closed)


def _enter_draft(
    session: psycopg.Connection[Any], made: Outcome, notice: Labels | None, author: str
) -> None:
    """Enter the draft in the ledger: its hash is what a second person approves."""
    words = json.dumps(notice, ensure_ascii=False, sort_keys=True) if notice else None
    content: Content = {
        "content_hash": made.content_hash,
        "observations": made.observations,
        "withheld": made.withheld,
        "notice_sha256": text_sha256(words),
    }
    append(session, "release_drafted", f"release/{made.number}", content, author)


@dataclass(frozen=True)
class Unprotected:
    """A dataflow as the last build left it, and what the last release said of it."""

    dataflow: Dataflow
    submissions: Sequence[Submission]
    code_lists: CodeLists
    observations: "pl.DataFrame"
    earlier: "pl.DataFrame | None"
    rules: Rules | None


def _read(
    session: psycopg.Connection[Any], dataflow: Dataflow, submissions: Sequence[Submission]
) -> Unprotected:
    """Read and check one dataflow."""
    code_lists = read_code_lists(session, dataflow)
    codes = {
        d.id: frozenset(str(c["code"]) for c in code_lists[d.code_list])
        for d in dataflow.dimensions
    }
    observations = read_observations(session, dataflow)
    refuse_faulty(observations, dataflow, codes)
    dataflow_rules = rules(dataflow.id) if dataflow.kind == "national" else None
    earlier = read_audited(session, dataflow, dataflow_rules) if dataflow_rules else None
    return Unprotected(dataflow, submissions, code_lists, observations, earlier, dataflow_rules)


def _protected(read: Sequence[Unprotected]) -> Iterator[tuple[str, Protected]]:
    """Each dataflow protected: figures of others as published, national ones together."""
    from warehouse.disclosure.names import require_known_names
    from warehouse.disclosure.suppression import Given

    require_known_names()
    national = []
    for one in read:
        if one.rules is None:
            yield one.dataflow.id, protect(one.observations, one.dataflow.kind, None)
            continue
        parents = {
            name: {str(c["code"]): c["parent"] for c in codes}
            for name, codes in one.code_lists.items()
        }
        national.append(Given(one.observations, one.dataflow, one.rules, parents, one.earlier))
    yield from protect_together(national, shared())


def _freeze(session: psycopg.Connection[Any], read: Unprotected, protected: Protected) -> Frozen:
    """Stage the protected observations of one dataflow, and describe it."""
    dataflow = read.dataflow
    plain = dataflow.to_json()
    definition = {**plain, SHOWN: shown_now(dataflow).to_json()}
    released = ReleasedDataflow(
        dataflow=dataflow.id,
        kind=dataflow.kind,
        is_specimen=any(s.is_specimen for s in read.submissions),
        observations=protected.rows.height,
        withheld=protected.withheld,
        disclosure=(
            {**read.rules.to_json(), "audit": protected.audit}
            if read.rules
            else PUBLISHED_BY_OTHERS
        ),
        submissions=[s.id for s in read.submissions],
        observations_hash=_stage(session, dataflow, protected),
        definition_hash=hash_json(definition),
        code_lists_hash=hash_json(read.code_lists),
    )
    unknown = unknown_percent(protected.rows, dataflow)
    return Frozen(dataflow, unknown, released, definition, read.code_lists, hash_json(plain))


def _stage(session: psycopg.Connection[Any], dataflow: Dataflow, protected: Protected) -> str:
    """Copy the protected observations beside the releases; gives the hash of what they say."""
    import polars as pl

    unused = [d for d in DIMENSIONS if d not in dataflow.dimension_ids]
    unit = {"unit_measure": dataflow.unit_measure, "decimals": dataflow.decimals}
    rows = protected.rows.with_columns(
        *(pl.lit(NOT_APPLICABLE).alias(d) for d in unused),
        *(pl.lit(told).alias(name) for name, told in unit.items() if not dataflow.units),
        dataflow=pl.lit(dataflow.id),
    )
    content = observation_bytes(rows, SERIES_COLUMNS, OBSERVATION_COLUMNS)
    query = SQL("copy staged ({}) from stdin (format csv)").format(_OBSERVATION)
    with session.cursor() as cursor, cursor.copy(query) as copy:
        copy.write(content)
    return hashlib.sha256(content).hexdigest()


def _write_frozen(
    session: psycopg.Connection[Any],
    number: int,
    base: LastRelease | None,
    frozen: Sequence[Frozen],
) -> None:
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
                    where before.number = %(base)s and before.dataflow = %(dataflow)s
                        and before.content_hash = %(content)s
                ), %(number)s),
                %(is_specimen)s
            """,
            [
                {
                    "number": number,
                    "base": base.number if base else None,
                    "dataflow": f.released.dataflow,
                    "definition": f.released.definition_hash,
                    "code_lists": f.released.code_lists_hash,
                    "content": f.released.content_hash,
                    "is_specimen": f.released.is_specimen,
                }
                for f in frozen
            ],
        )
