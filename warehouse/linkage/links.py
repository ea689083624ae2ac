"""The links in force, and how a run puts its own in their place."""

import polars as pl
import psycopg
from psycopg.sql import SQL, Identifier

from warehouse.identity import IDENTIFIERS
from warehouse.linkage.frames import copy_out, put
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


def links_in_force(session: psycopg.Connection) -> pl.DataFrame:
    """Every link in force: contract, record_id, person_key, method, match_weight."""
    links = copy_out(
        session,
        "select contract, record_id, person_key, method, match_weight from linkage.person_link",
    )
    return links.with_columns(pl.col("match_weight").cast(pl.Float64))


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
    # Rows go in the order of an index: into an index of millions, at random, each would bring a
    # page in and drive another out.
    with_run = told.with_columns(pl.lit(run).alias("run_id"))
    fresh = with_run.filter("is_fresh").select(LINK_COLUMNS).sort("contract", "record_id")
    copy_frame(session, Identifier("linkage", "person_link"), fresh)
    copy_frame(
        session,
        Identifier("linkage", "blocking_key"),
        keys.select("key", "contract", "record_id").sort("key"),
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
        "order by identifier_type, pseudonym on conflict do nothing"
    )
    # One step each, with figures: the planner takes a count of groups for one row.
    session.execute("analyze linkage.person_identifier")
    session.execute("drop table if exists recounted")
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
