"""What linkage reads and writes: identity in, linkage out; all as the role simimo_linkage."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from io import BytesIO, StringIO
from typing import Any

import polars as pl
import psycopg
from psycopg.sql import SQL, Composable, Identifier, Literal

from warehouse.contracts.contract import contracts
from warehouse.errors import NothingBuilt
from warehouse.identity import (
    DESCRIBED,
    IDENTIFIERS,
    PSEUDONYMS,
    has_identity,
    open_text,
    opened,
    sealed_text,
)
from warehouse.linkage.model import TERMS, Model
from warehouse.linkage.rules import Chance
from warehouse.linkage.threshold import Threshold
from warehouse.raw import copy_frame

LINK_COLUMNS = (
    "contract",
    "record_id",
    "person_key",
    "method",
    "match_weight",
    "match_probability",
    "run_id",
    "period",
    "description",
)
IDENTITY_COLUMNS = ("contract", "record_id", "description", "sealed", *DESCRIBED, *PSEUDONYMS)


@dataclass(frozen=True)
class Work:
    """What a run has to do: submissions that came or no longer count, pairs answered."""

    came: tuple[int, ...]
    went: tuple[int, ...]
    answers: int = 0


def work(session: psycopg.Connection) -> Work:
    """The submissions of contracts with identity that have come or gone since the last run."""
    names = [c.id for c in contracts().values() if has_identity(c)]
    current = ids(
        session,
        "select distinct submission_id from submission.current_submission where contract = any(%s)",
        names,
    )
    linked = ids(session, "select submission_id from linkage.linked_submission")
    return Work(tuple(sorted(current - linked)), tuple(sorted(linked - current)))


def ids(session: psycopg.Connection, query: str, *values: object) -> set[int]:
    """The numbers that a query gives, of submissions or of pairs."""
    return {number for (number,) in session.execute(query, values or None)}


def find_changes(session: psycopg.Connection, found: Work) -> None:
    """Temporary tables of the records to link (fresh), and of those whose link falls (fallen).

    A record falls when no current file has it any more, or tells it differently; the records
    told differently are fresh again.
    """
    session.execute("drop table if exists fresh, fallen")
    came = Literal(list(found.came))
    session.execute(
        SQL(
            "create temporary table fresh as "
            "select distinct on (record.contract, record.record_id) "
            "record.submission_id, record.contract, record.record_id, record.description, "
            "part.period, link.person_key as earlier_key "
            "from identity.person_record as record "
            "inner join submission.current as part "
            "on part.submission_id = record.submission_id and part.part = record.part "
            "left join linkage.person_link as link "
            "on link.contract = record.contract and link.record_id = record.record_id "
            "where record.submission_id = any({came}) and part.submission_id = any({came}) "
            "and link.description is distinct from record.description "
            "order by record.contract, record.record_id, record.submission_id desc"
        ).format(came=came)
    )
    session.execute("analyze fresh")
    session.execute(
        "create temporary table fallen as "
        "select contract, record_id, person_key from linkage.person_link as link where false"
    )
    session.execute(
        "insert into fallen select contract, record_id, earlier_key from fresh "
        "where earlier_key is not null"
    )
    if found.went:
        _find_gone(session, found)


def _find_gone(session: psycopg.Connection, found: Work) -> None:
    """Records of submissions that no longer count, and that no current one has."""
    current = ids(
        session,
        "select submission_id from submission.current_submission where contract in "
        "(select contract from submission.submission where id = any(%s))",
        list(found.went),
    )
    session.execute(
        SQL(
            "insert into fallen select link.contract, link.record_id, link.person_key "
            "from (select distinct contract, record_id from identity.person_record "
            "where submission_id = any({went})) as gone "
            "inner join linkage.person_link as link using (contract, record_id) "
            "where not exists (select from identity.person_record as kept "
            "where kept.submission_id = any({current}) and kept.contract = gone.contract "
            "and kept.record_id = gone.record_id) "
            "and not exists (select from fallen where fallen.contract = link.contract "
            "and fallen.record_id = link.record_id)"
        ).format(went=Literal(list(found.went)), current=Literal(sorted(current)))
    )


def linked_records(session: psycopg.Connection) -> dict[str, int]:
    """How many records of each contract are linked and stay so: the last run's, less the fallen."""
    row = session.execute(
        "select counts -> 'linked' from linkage.run order by id desc limit 1"
    ).fetchone()
    linked: dict[str, int] = dict(row[0] or {}) if row else {}
    fallen = session.execute("select contract, count(*) from fallen group by contract")
    for contract, count in fallen.fetchall():
        linked[contract] = linked.get(contract, 0) - count
    return linked


def copy_out(session: psycopg.Connection, query: Composable | str) -> pl.DataFrame:
    """The rows of a query, all as text, by one COPY."""
    text = SQL(query) if isinstance(query, str) else query
    buffer = BytesIO()
    with session.cursor().copy(
        SQL("copy ({}) to stdout (format csv, header)").format(text)
    ) as copy:
        for chunk in copy:
            buffer.write(chunk)
    buffer.seek(0)
    return pl.read_csv(buffer, infer_schema=False)


def identities(session: psycopg.Connection, table: str) -> pl.DataFrame:
    """The identity rows of the records of `table` (by submission, contract, record), in clear."""
    columns = SQL(", ").join(Identifier("record", name) for name in IDENTITY_COLUMNS)
    wanted = ids(session, f"select distinct submission_id from {table}")
    rows = copy_out(
        session,
        SQL(
            "select {columns} from {table} as wanted "
            "inner join identity.person_record as record "
            "on record.submission_id = wanted.submission_id "
            "and record.record_id = wanted.record_id and record.contract = wanted.contract "
            "where record.submission_id = any({numbers})"
        ).format(columns=columns, table=Identifier(table), numbers=Literal(sorted(wanted))),
    ).unique(["contract", "record_id"], keep="first", maintain_order=True)
    clear = pl.concat([rows.drop("sealed"), opened(rows["sealed"])], how="horizontal")
    return clear.rename(dict(zip(PSEUDONYMS, IDENTIFIERS, strict=True)))


def links_in_force(session: psycopg.Connection) -> pl.DataFrame:
    """Every link in force: contract, record_id, person_key, method, match_weight."""
    links = copy_out(
        session,
        "select contract, record_id, person_key, method, match_weight from linkage.person_link",
    )
    return links.with_columns(pl.col("match_weight").cast(pl.Float64))


def put_linked(session: psycopg.Connection) -> None:
    """A temporary table `linked`: every linked record, with a current submission that has it."""
    current = ids(session, "select distinct submission_id from submission.current")
    session.execute(
        SQL(
            "create temporary table linked on commit drop as "
            "select distinct on (link.contract, link.record_id) record.submission_id, "
            "link.contract, link.record_id from linkage.person_link as link "
            "inner join identity.person_record as record "
            "on record.record_id = link.record_id and record.contract = link.contract "
            "where record.submission_id = any({current}) "
            "order by link.contract, link.record_id, record.submission_id desc"
        ).format(current=Literal(sorted(current)))
    )
    session.execute("analyze linked")


def correspondences(session: psycopg.Connection, variables: Iterable[str]) -> pl.DataFrame:
    """What source codes mean: variable, provider, source_code, code, preference."""
    try:
        rows = session.execute(
            "select distinct variable, provider, source_code, code, preference "
            "from harmonised.known_correspondence where variable = any(%s)",
            [sorted(variables)],
        ).fetchall()
    except (psycopg.errors.UndefinedTable, psycopg.errors.InsufficientPrivilege) as error:
        raise NothingBuilt from error
    columns = ("variable", "provider", "source_code", "code", "preference")
    return pl.DataFrame(rows, schema=columns, orient="row")


def put(session: psycopg.Connection, table: str, frame: pl.DataFrame) -> None:
    """A temporary table of the rows of `frame`, all text but the integers."""
    columns = SQL(", ").join(
        SQL("{} {}").format(Identifier(n), SQL("bigint" if t.is_integer() else "text"))
        for n, t in frame.schema.items()
    )
    session.execute(SQL("drop table if exists {}").format(Identifier(table)))
    session.execute(SQL("create temporary table {} ({})").format(Identifier(table), columns))
    copy_frame(session, Identifier(table), frame)
    session.execute(SQL("analyze {}").format(Identifier(table)))


def save_frequencies(session: psycopg.Connection, model: Model, run: int) -> None:
    """Keep the frequencies of the names, sealed; the chances stand in linkage.run."""
    session.execute("delete from identity.term_frequency")
    for variable, shares in model.frequencies.items():
        text = StringIO()
        shares.write_json(text)
        session.execute(
            "insert into identity.term_frequency (variable, run_id, sealed) values (%s, %s, %s)",
            [variable, run, sealed_text(text.getvalue())],
        )


def saved_model(session: psycopg.Connection) -> Model | None:
    """The model of the last run, None before the first."""
    row = session.execute("select model from linkage.run order by id desc limit 1").fetchone()
    if row is None:
        return None
    frequencies = {
        variable: pl.read_json(open_text(text).encode())
        for variable, text in session.execute(
            "select variable, sealed from identity.term_frequency"
        )
    }
    levels = {
        name: {level: Chance(**chance) for level, chance in told.items()}
        for name, told in row[0]["levels"].items()
    }
    ordered = {name: frequencies[name] for name in TERMS if name in frequencies}
    return Model(levels, row[0]["prior"], ordered, row[0]["priors"])


def record_run(session: psycopg.Connection, model: Model, threshold: Threshold) -> int:
    """A new run with its model and the threshold of its links by names; counts still to come."""
    told: dict[str, Any] = {
        "threshold": asdict(threshold),
        "prior": model.prior,
        "priors": dict(model.priors),
        "levels": {
            name: {level: chance.model_dump() for level, chance in levels.items()}
            for name, levels in model.levels.items()
        },
    }
    row = session.execute(
        "insert into linkage.run (model, counts) values (%s, '{}') returning id", [json.dumps(told)]
    ).fetchone()
    assert row is not None
    return int(row[0])


def put_asked(
    session: psycopg.Connection, fresh: pl.DataFrame, keys: pl.DataFrame, block_size_max: int
) -> None:
    """A temporary table `earlier`: every linked record of the persons that `fresh` may equal.

    They share a number or a blocking key with a fresh record, or are put together anew (is_torn):
    they have lost a record, or a pair of theirs is answered (is_reviewed).
    """
    numbers = pl.concat(
        fresh.select(pl.lit(name).alias("identifier_type"), pl.col(name).alias("pseudonym"))
        for name in IDENTIFIERS
    )
    put(session, "asked_number", numbers.filter(pl.col("pseudonym").is_not_null()).unique())
    put(session, "asked_key", keys.select("key").unique())
    session.execute(
        "create temporary table asked_person on commit drop as "
        "select person_key, bool_or(is_torn) as is_torn, bool_or(is_reviewed) as is_reviewed from ("
        "select holder.person_key, false as is_torn, false as is_reviewed from asked_number "
        "inner join linkage.person_identifier as holder using (identifier_type, pseudonym) "
        "union all select link.person_key, false, false from ("
        "select block.key from asked_key inner join linkage.blocking_key as block using (key) "
        "group by block.key having count(*) <= %s) as small "
        "inner join linkage.blocking_key as block using (key) "
        "inner join linkage.person_link as link using (contract, record_id) "
        "union all select person_key, true, false from fallen "
        "union all select link.person_key, true, true from ("
        "select contract_l as contract, record_id_l as record_id from answered where is_pending "
        "union all select contract_r, record_id_r from answered where is_pending) as side "
        "inner join linkage.person_link as link using (contract, record_id)"
        ") as asked group by person_key",
        [block_size_max],
    )
    session.execute("analyze asked_person")
    # The file of a record is known by its period, so that one partition is looked into, not all.
    names = [c.id for c in contracts().values() if has_identity(c)]
    session.execute(
        "create temporary table holding on commit drop as "
        "select part.contract, part.submission_id, "
        "case when sent.coverage = 'cumulative' then null else part.period end as period "
        "from submission.current_submission as part inner join submission.submission as sent "
        "on sent.id = part.submission_id where part.contract = any(%s)",
        [names],
    )
    session.execute("analyze holding")
    session.execute(
        "create temporary table earlier on commit drop as "
        "select distinct on (link.contract, link.record_id) record.submission_id, "
        "link.contract, link.record_id, link.period, link.person_key, asked_person.is_torn, "
        "asked_person.is_reviewed "
        "from asked_person inner join linkage.person_link as link using (person_key) "
        "inner join holding on holding.contract = link.contract "
        "and coalesce(holding.period, link.period) = link.period "
        "inner join identity.person_record as record "
        "on record.submission_id = holding.submission_id "
        "and record.record_id = link.record_id and record.contract = link.contract "
        "where not exists (select from fallen where fallen.contract = link.contract "
        "and fallen.record_id = link.record_id) "
        "order by link.contract, link.record_id, record.submission_id desc"
    )
    session.execute("analyze earlier")


def write(
    session: psycopg.Connection,
    told: pl.DataFrame,
    keys: pl.DataFrame,
    changes: pl.DataFrame,
    run: int,
) -> None:
    """Put the links of a run in force: the fallen ones go, the fresh and the changed come."""
    for table in ("person_link", "blocking_key"):
        session.execute(
            SQL(
                "delete from {} as held using fallen where held.contract = fallen.contract "
                "and held.record_id = fallen.record_id"
            ).format(Identifier("linkage", table))
        )
    with_run = told.with_columns(pl.lit(run).alias("run_id"))
    fresh = with_run.filter("is_fresh").select(LINK_COLUMNS)
    copy_frame(session, Identifier("linkage", "person_link"), fresh)
    copy_frame(
        session,
        Identifier("linkage", "blocking_key"),
        keys.select("key", "contract", "record_id"),
    )
    _write_moved(session, with_run.filter(~pl.col("is_fresh")), run)
    _write_numbers(session, told)
    if not changes.is_empty():
        named = changes.with_columns(pl.lit(run).alias("run_id"))
        copy_frame(session, Identifier("linkage", "person_change"), named)
    session.execute("analyze linkage.person_link, linkage.blocking_key, linkage.person_identifier")


def _write_moved(session: psycopg.Connection, earlier: pl.DataFrame, run: int) -> None:
    """The earlier records whose person or, in one put together anew, whose link is another."""
    is_moved = pl.col("earlier_key") != pl.col("person_key")
    link = ("method", "match_weight", "match_probability")
    moved = earlier.filter(is_moved | pl.col("is_torn")).select(
        "contract", "record_id", "person_key", *(pl.when("is_torn").then(name) for name in link)
    )
    put(session, "moved", moved)
    session.execute(
        "update linkage.person_link as link set person_key = moved.person_key, run_id = %s, "
        "method = coalesce(moved.method, link.method), "
        "match_weight = case when moved.method is null then link.match_weight "
        "else cast(moved.match_weight as double precision) end, "
        "match_probability = case when moved.method is null then link.match_probability "
        "else cast(moved.match_probability as double precision) end "
        "from moved where link.contract = moved.contract and link.record_id = moved.record_id "
        "and (link.person_key, link.method) "
        "is distinct from (moved.person_key, coalesce(moved.method, link.method))",
        [run],
    )


def _write_numbers(session: psycopg.Connection, told: pl.DataFrame) -> None:
    """The numbers of each person; those of persons that changed are told anew."""
    held = pl.concat(
        told.select(
            pl.lit(name).alias("identifier_type"), pl.col(name).alias("pseudonym"), "person_key"
        )
        for name in IDENTIFIERS
    )
    put(session, "held_number", held.filter(pl.col("pseudonym").is_not_null()).unique())
    session.execute(
        "delete from linkage.person_identifier as holder using ("
        "select person_key from fallen union select earlier.person_key from moved "
        "inner join earlier using (contract, record_id) union select person_key from moved"
        ") as changed where holder.person_key = changed.person_key"
    )
    session.execute(
        "insert into linkage.person_identifier "
        "select identifier_type, pseudonym, person_key, false from held_number "
        "on conflict do nothing"
    )
    # One step each, with figures: the planner takes a count of groups for one row.
    session.execute("analyze linkage.person_identifier")
    session.execute(
        "create temporary table recounted on commit drop as "
        "select identifier_type, pseudonym, count(*) > 1 as is_shared "
        "from linkage.person_identifier inner join "
        "(select distinct identifier_type, pseudonym from held_number) as touched "
        "using (identifier_type, pseudonym) group by identifier_type, pseudonym "
        "having bool_or(is_shared) is distinct from (count(*) > 1) "
        "or bool_and(is_shared) is distinct from (count(*) > 1)"
    )
    session.execute("analyze recounted")
    session.execute(
        "update linkage.person_identifier as holder set is_shared = recounted.is_shared "
        "from recounted where holder.identifier_type = recounted.identifier_type "
        "and holder.pseudonym = recounted.pseudonym"
    )
