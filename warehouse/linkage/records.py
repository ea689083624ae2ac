"""The records that linkage compares, in clear: fresh, earlier ones they may equal, all linked."""

from collections.abc import Iterable

import polars as pl
import psycopg
from psycopg.sql import SQL, Identifier, Literal

from warehouse.contracts.contract import contracts
from warehouse.errors import NothingBuilt
from warehouse.identity import DESCRIBED, IDENTIFIERS, PSEUDONYMS, has_identity, opened
from warehouse.linkage.frames import copy_out, ids, put

IDENTITY_COLUMNS = ("contract", "record_id", "description", "sealed", *DESCRIBED, *PSEUDONYMS)


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
            "where record.submission_id = any({numbers}) order by record.submission_id desc"
        ).format(columns=columns, table=Identifier(table), numbers=Literal(sorted(wanted))),
    ).unique(["contract", "record_id"], keep="first", maintain_order=True)
    clear = pl.concat([rows.drop("sealed"), opened(rows["sealed"])], how="horizontal")
    return clear.rename(dict(zip(PSEUDONYMS, IDENTIFIERS, strict=True)))


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


def put_sample(session: psycopg.Connection, of_each_contract: int) -> None:
    """A temporary table `sample`: current records of every contract, at most so many of each.

    A record id is a hash: the first ones in its order are a random draw, and always the same.
    """
    names = [c.id for c in contracts().values() if has_identity(c)]
    session.execute("drop table if exists sample")
    session.execute(
        "create temporary table sample on commit drop as "
        "select submission_id, contract, record_id from ("
        "select max(record.submission_id) as submission_id, record.contract, record.record_id, "
        "row_number() over (partition by record.contract order by record.record_id) as rank "
        "from identity.person_record as record inner join submission.current as part "
        "on part.submission_id = record.submission_id and part.part = record.part "
        "where record.contract = any(%s) group by record.contract, record.record_id"
        ") as drawn where rank <= %s",
        [names, of_each_contract],
    )
    session.execute("analyze sample")


def put_asked(
    session: psycopg.Connection, fresh: pl.DataFrame, keys: pl.DataFrame, block_size_max: int
) -> None:
    """A temporary table `earlier`: every linked record of the persons that `fresh` may equal.

    Where a month came in several files a record stands once for each that may have it.
    They share a number or a blocking key with a fresh record, or are put together anew (is_torn):
    they have lost a record, or a pair of theirs is answered (is_reviewed).
    """
    numbers = pl.concat(
        fresh.select(pl.lit(name).alias("identifier_type"), pl.col(name).alias("pseudonym"))
        for name in IDENTIFIERS
    )
    session.execute("drop table if exists asked_person, holding, earlier")
    put(session, "asked_number", numbers.filter(pl.col("pseudonym").is_not_null()).unique())
    put(session, "asked_key", keys.select("key").unique())
    session.execute(
        "create temporary table asked_person on commit drop as "
        "select person_key, bool_or(is_torn) as is_torn, bool_or(is_reviewed) as is_reviewed from ("
        "select holder.person_key, false as is_torn, false as is_reviewed from asked_number "
        "inner join linkage.person_identifier as holder using (identifier_type, pseudonym) "
        "union all select link.person_key, false, false from ("
        "select contract, record_id, count(*) over (partition by key) as block_size "
        "from asked_key inner join linkage.blocking_key using (key)) as block "
        "inner join linkage.person_link as link using (contract, record_id) "
        "where block.block_size <= %s "
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
        "select holding.submission_id, link.contract, link.record_id, link.period, "
        "link.person_key, asked_person.is_torn, asked_person.is_reviewed "
        "from asked_person inner join linkage.person_link as link using (person_key) "
        "inner join holding on holding.contract = link.contract "
        "and (holding.period = link.period or holding.period is null) "
        "where not exists (select from fallen where fallen.contract = link.contract "
        "and fallen.record_id = link.record_id)"
    )
    # With figures: taken for one row, these records were sought one by one in every file.
    session.execute("analyze earlier")
