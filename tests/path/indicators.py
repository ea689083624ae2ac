"""Indicator tables made by hand, and what is released of them, in short."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import psycopg
from psycopg.sql import SQL, Identifier

from tests.dataflows import defined
from warehouse.database import connect
from warehouse.indicator import Dataflow
from warehouse.observation import Page, Selection, observations, published_dataflow
from warehouse.release import Outcome, publish

JANUARY = datetime(2026, 1, 20, 9, tzinfo=UTC)
FEBRUARY = datetime(2026, 2, 20, 9, tzinfo=UTC)
MARCH = datetime(2026, 3, 20, 9, tzinfo=UTC)

WORKERS = defined(id="DF_WORKERS")
WAGES = defined(id="DF_EARNINGS", ids=["citizenship"], unit_measure="MAD", decimals=2)
"""Of its rules dominance is one: its rows tell the two largest wages too."""
MIRROR = defined(id="DF_MIRROR", ids=["ref_area"], kind="public", sources=["oecd_df_mig"], freq="A")
FLOWS = {flow.id: flow for flow in (MIRROR, WAGES, WORKERS)}

LARGEST = "300123"
"""The wage of one of the eight workers of Senegal, in dirhams; the others have 44,000 together."""

WAGES_OF_JANUARY = f"""
    delete from indicators.df_earnings;
    insert into indicators.df_earnings values
        ('SN', '2026-01', 43015.38, 8, {LARGEST}, 9000, 'A', 'M'),
        ('CI', '2026-01', 4200, 40, 9000, 9000, 'A', 'M'),
        ('ML', '2026-01', 9000, 90, 30000, 29000, 'A', 'M'),
        ('_T', '2026-01', 9580.6, 138, {LARGEST}, 30000, 'A', 'M')
"""

TYPES = {
    "obs_value": "numeric",
    "obs_count": "bigint",
    "obs_largest": "numeric",
    "obs_second": "numeric",
    "obs_amount": "numeric",
}


def make_code_list(session: "psycopg.Connection[Any]", name: str, codes: Sequence[str]) -> None:
    table = Identifier("codelists", name)
    session.execute(
        SQL("create table {} (code text, parent_code text, valid_from date,"
            " label_fr text, label_ar text, label_en text)").format(table)
    )  # fmt: skip
    for code in codes:
        session.execute(
            SQL("insert into {} values (%s, null, null, %s, %s, %s)").format(table),
            [code, f"{code} fr", f"{code} ar", f"{code} en"],
        )


def make_indicator(
    session: "psycopg.Connection[Any]",
    flow: Dataflow,
    rows: Sequence[tuple[Any, ...]],
    contributions: Sequence[str] = (),
) -> None:
    told = ["time_period", "obs_value", "obs_count", *contributions, "obs_status"]
    columns = [*flow.dimension_ids, *told]
    table = Identifier("indicators", flow.model)
    typed = SQL(", ").join(SQL("{} " + TYPES.get(c, "text")).format(Identifier(c)) for c in columns)
    session.execute(SQL("create table {} ({}, freq text)").format(table, typed))
    for row in rows:
        values = SQL(", ").join([SQL("%s")] * (len(row) + 1))
        session.execute(SQL("insert into {} values ({})").format(table, values), [*row, flow.freq])


def submit(
    session: "psycopg.Connection[Any]", contract: str, period: str, is_specimen: bool
) -> int:
    found = session.execute(
        """
        insert into submission.submission (contract, contract_version, provider, coverage, period,
            version, file_name, sha256, size_bytes, state, row_count, error_count, warning_count,
            is_specimen, report)
        values (%s, '1.0.0', 'cnss', 'period', %s, 1, 'x.csv', %s, 10, 'accepted', 6, 0, 0, %s,
            '{}')
        returning id
        """,
        [contract, period, hashlib.sha256(contract.encode()).hexdigest(), is_specimen],
    ).fetchone()
    assert found is not None
    session.execute(
        "insert into submission.part values (%s, '', '', 'accepted', 1, 6, 0)", [found[0]]
    )
    return int(found[0])


def released(at: datetime = JANUARY, flows: dict[str, Dataflow] | None = None) -> Outcome:
    with connect("simimo_pipeline") as session:
        return publish(session, flows or FLOWS, at)


def change(steward: "psycopg.Connection[Any]", statement: str) -> None:
    steward.execute(statement)
    steward.commit()


def read(dataflow: str, release: int | None = None, **selection: Any) -> Page:
    with connect("simimo_api") as session:
        published = published_dataflow(session, dataflow, release)
        return observations(session, published, Selection(**selection))


def said(dataflow: str, release: int | None = None, **selection: Any) -> list[str]:
    """The observations in short, such as 'SN/F/2025-11 3 A F'."""
    page = read(dataflow, release, **selection)
    own = page.published.definition.dimension_ids
    return [
        "/".join(str(o[c]) for c in (*own, "time_period"))
        + f" {o['obs_value']} {o['obs_status']} {o['conf_status']}"
        for o in page.observations
    ]
