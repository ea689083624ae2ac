"""Reading what is released, on PostgreSQL: views, filters, pages, and files in every format."""

import io
import json
import logging
from decimal import Decimal
from typing import Any

import polars as pl
import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from tests.path.indicators import (
    FEBRUARY,
    JANUARY,
    LARGEST,
    WAGES_OF_JANUARY,
    WORKERS,
    change,
    read,
    released,
    said,
)
from warehouse.database import connect
from warehouse.errors import UnknownDataflow, UnknownRelease
from warehouse.explanation import explain
from warehouse.observation import Selection, observations, published_dataflow
from warehouse.observation_file import Format, write
from warehouse.releasing.cursor import cursor_release
from warehouse.releasing.published import NothingReleased

pytestmark = pytest.mark.path


def test_analysts_query_a_commented_view_of_the_latest_release(
    steward: "psycopg.Connection[Any]",
) -> None:
    released(JANUARY)
    change(steward, "update indicators.df_workers set obs_value = 13 where obs_value = 12")
    released(FEBRUARY)
    with connect("simimo_analyst") as session:
        found = session.execute(
            "select citizenship, sex, obs_value, specimen from release.df_workers"
            " where time_period = '2025-12'"
        ).fetchall()
        comments = session.execute("""
            select obj_description('release.df_workers'::regclass),
                array_agg(col_description('release.df_workers'::regclass, attnum)) is not null
            from pg_attribute where attrelid = 'release.df_workers'::regclass and attnum > 0
        """).fetchone()
        bare = session.execute("""
            select c.relname, a.attname from pg_class as c
            inner join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0
            where c.relnamespace = 'release'::regnamespace and c.relkind in ('r', 'v')
                and not a.attisdropped and col_description(c.oid, a.attnum) is null
        """).fetchall()
    assert found == [("SN", "F", Decimal(13), "SPECIMEN")]
    assert comments is not None
    assert comments[0].startswith("SPECIMEN")
    assert bare == []


def test_every_row_of_a_view_tells_whether_it_is_specimen(
    steward: "psycopg.Connection[Any]",
) -> None:
    """As in the files: SPECIMEN in a last column, which stays empty of real figures."""
    released()
    for view, told in (("df_workers", {"SPECIMEN"}), ("df_mirror", {None})):
        with connect("simimo_analyst") as session:
            rows = session.execute(SQL("select * from release.{}").format(Identifier(view)))
            assert rows.description is not None
            assert rows.description[-1].name == "specimen"
            assert {row[-1] for row in rows} == told


def test_a_dataflow_that_went_has_no_view_and_stays_in_its_releases(
    steward: "psycopg.Connection[Any]",
) -> None:
    released(JANUARY)
    released(FEBRUARY, {"DF_WORKERS": WORKERS})
    assert steward.execute("select to_regclass('release.df_mirror')").fetchone() == (None,)
    assert said("DF_MIRROR", 1) == ["ES/2020 2 A F", "ES/2021 None M F"]
    with pytest.raises(UnknownDataflow):
        read("DF_MIRROR")


def test_filters_and_periods(steward: "psycopg.Connection[Any]") -> None:
    released()
    women = said("DF_WORKERS", filters={"sex": ["F"], "citizenship": ["SN", "ML"]})
    assert women == ["SN/F/2025-11 None Q A", "SN/F/2025-12 12 A F"]
    assert said("DF_WORKERS", start_period="2025-12") == ["SN/F/2025-12 12 A F"]
    assert len(said("DF_WORKERS", start_period="2025", end_period="2025-Q4")) == 6
    assert said("DF_WORKERS", start_period="2026") == []
    assert said("DF_MIRROR", end_period="2020-06") == ["ES/2020 2 A F"]


def test_pages_together_are_the_whole_answer(steward: "psycopg.Connection[Any]") -> None:
    released(JANUARY)
    with connect("simimo_api") as session:
        published = published_dataflow(session, "DF_WORKERS")
        whole = observations(session, published).observations
        for limit in (1, 2, 5, 6, 7):
            pages = [observations(session, published, limit=limit)]
            while cursor := pages[-1].next_cursor:
                assert cursor_release(cursor) == 1
                assert len(pages[-1].observations) == limit
                pages.append(observations(session, published, cursor=cursor, limit=limit))
            assert [o for page in pages for o in page.observations] == whole


def test_reading_before_any_release_and_beyond_the_last(
    steward: "psycopg.Connection[Any]",
) -> None:
    with pytest.raises(NothingReleased):
        read("DF_WORKERS")
    released()
    with pytest.raises(UnknownRelease):
        read("DF_WORKERS", 2)
    with pytest.raises(UnknownDataflow):
        read("DF_NOBODY")


def written(dataflow: str, file_format: Format) -> bytes:
    target = io.BytesIO()
    with connect("simimo_analyst") as session:
        published = published_dataflow(session, dataflow)
        write(session, published, Selection(), file_format, target)
    return target.getvalue()


def test_files_say_the_same_in_every_format(steward: "psycopg.Connection[Any]") -> None:
    released()
    assert written("DF_EARNINGS", "csv").decode() == (
        "freq,citizenship,time_period,obs_value,obs_status,conf_status,unit_measure,decimals,"
        "specimen\n"
        "M,CI,2025-11,,Q,A,MAD,2,SPECIMEN\n"
        "M,SN,2025-11,5152.35,A,F,MAD,2,SPECIMEN\n"
    )
    document = json.loads(written("DF_EARNINGS", "json"), parse_float=Decimal)
    assert document["specimen"] is True
    assert document["observations"][1]["obs_value"] == Decimal("5152.35")
    frame = pl.read_parquet(io.BytesIO(written("DF_EARNINGS", "parquet")))
    assert frame.schema["obs_value"] == pl.Decimal(38, 2)
    assert frame["obs_value"].to_list() == [None, Decimal("5152.35")]
    assert frame["specimen"].unique().to_list() == ["SPECIMEN"]
    kept = pl.read_parquet_metadata(io.BytesIO(written("DF_EARNINGS", "parquet")))
    assert "SPECIMEN" in kept["note"]


def test_no_release_file_explanation_or_log_tells_the_largest_wage(
    steward: "psycopg.Connection[Any]",
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    change(
        steward,
        f"{WAGES_OF_JANUARY};"
        "grant usage on schema indicators to simimo_analyst;"
        "grant select on all tables in schema indicators to simimo_analyst",
    )
    released()
    everything = [caplog.text, *capfd.readouterr()]
    for table in ("release", "observation", "published"):
        rows = steward.execute(
            SQL("select to_json(t)::text from {} as t").format(Identifier("release", table))
        )
        everything.extend(row for (row,) in rows)
    assert '"SN"' in "".join(everything)
    for is_public in (True, False):
        told = explain("DF_EARNINGS", {"citizenship": "SN"}, "2026-01", is_public=is_public)
        assert told.observation["conf_status"] == "T"
        everything.append(json.dumps(told.to_json()))
    everything += [written("DF_EARNINGS", "csv").decode(), written("DF_EARNINGS", "json").decode()]
    everything += pl.read_parquet(io.BytesIO(written("DF_EARNINGS", "parquet"))).columns
    found = [t for t in everything for s in (LARGEST, "obs_largest", "obs_second") if s in t]
    assert not found


def test_files_of_real_public_figures_do_not_say_specimen(
    steward: "psycopg.Connection[Any]",
) -> None:
    released()
    for file_format in ("csv", "json", "parquet"):
        assert b"SPECIMEN" not in written("DF_MIRROR", file_format)
    header = written("DF_MIRROR", "csv").splitlines()[0]
    assert header.endswith(b",unit_measure,decimals")
