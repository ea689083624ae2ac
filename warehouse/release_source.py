"""What a release is made from: submissions, code lists, and the indicators as dbt left them.

Reads inside the release's own snapshot; what it reads of schema indicators is unprotected.
"""

import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.sql import SQL, Identifier, Literal

from warehouse.disclosure import Rules
from warehouse.disclosure.primary import AMOUNT, CONTRIBUTIONS, FREE
from warehouse.indicator import Dataflow
from warehouse.release_gate import BuildPending, IndicatorNotBuilt, Submission

if TYPE_CHECKING:
    import polars as pl

CodeLists = Mapping[str, Sequence[Mapping[str, Any]]]
"""Codes with labels by list: {"cl_sex": [{"code": "F", "parent": None, "label": {...}}]}."""


def current_submissions(session: psycopg.Connection[Any]) -> list[Submission]:
    """The submissions with a current part, by contract and period."""
    found = session.execute("""
        select s.id, s.contract, s.provider, s.period, s.version, s.sha256, s.is_specimen,
            to_char(s.received_at at time zone 'UTC', 'YYYY-MM-DD')
        from submission.submission as s
        where s.id in (select c.submission_id from submission.current_submission as c)
        order by s.contract, s.period, s.id
    """)
    return [Submission(*row) for row in found]


def refuse_pending_build(session: psycopg.Connection[Any]) -> None:
    """Raise BuildPending where rows changed after the last build."""
    found = session.execute(
        "select contract, period from submission.affected_period order by id limit 1"
    ).fetchone()
    if found:
        raise BuildPending(contract=found[0], period=found[1])


def read_code_lists(session: psycopg.Connection[Any], dataflow: Dataflow) -> CodeLists:
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


def read_observations(session: psycopg.Connection[Any], dataflow: Dataflow) -> "pl.DataFrame":
    """The unprotected observations of `dataflow`; obs_value as exact decimal text.

    A dataflow of several units tells unit_measure and decimals with each.
    """
    import polars as pl

    found = _columns(session, "indicators", dataflow.model)
    counted = ("obs_count",) if dataflow.kind == "national" else ()
    told = tuple(c for c in (*CONTRIBUTIONS, AMOUNT) if c in found)
    units = ("unit_measure", "decimals") if dataflow.units else ()
    plain = [
        *("freq", *dataflow.dimension_ids, "time_period", "obs_status"),
        *(*counted, *told, *units),
    ]
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
        decimals=Identifier("decimals") if units else Literal(dataflow.decimals),
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
    whole = [name for name in (*counted, "decimals") if name in frame.columns]
    return frame.with_columns(pl.col(whole).cast(pl.Int64))


def read_audited(
    session: psycopg.Connection[Any], dataflow: Dataflow, dataflow_rules: Rules
) -> "pl.DataFrame | None":
    """What the last release of the chain, embargoed or not, says of `dataflow`.

    What it withheld must stay so; what it published too, unless it was under other rules: what
    these withhold now, they may withhold though it was read. None before the first release, and
    after one whose tables were not audited, or in which nothing was taken to add up.
    """
    import polars as pl

    found = session.execute(
        "select manifest -> 'dataflows' -> %s -> 'disclosure' from release.release"
        " where status = 'published' order by number desc limit 1",
        [dataflow.id],
    ).fetchone()
    told = dict((found and found[0]) or {})
    if not (told.pop("audit", None) or {}).get("cells"):
        return None
    is_same_rule = told == dataflow_rules.to_json()
    columns = [*dataflow.dimension_ids, "time_period", "conf_status"]
    query = SQL(
        "copy (select {columns}, obs_value from release.observation"
        " where dataflow = {dataflow} and valid_to_release is null"
        " and ({is_same_rule} or conf_status <> {free})) to stdout (format csv)"
    ).format(
        columns=SQL(", ").join(map(Identifier, columns)),
        dataflow=Literal(dataflow.id),
        is_same_rule=Literal(is_same_rule),
        free=Literal(FREE),
    )
    with session.cursor() as cursor, cursor.copy(query) as rows:
        content = b"".join(bytes(row) for row in rows)
    schema = dict.fromkeys([*columns, "obs_value"], pl.String())
    if not content:
        return pl.DataFrame(schema=schema)
    return pl.read_csv(io.BytesIO(content), has_header=False, schema=schema)
