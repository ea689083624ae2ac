"""The release stage on PostgreSQL: from indicator tables made by hand to observations read."""

import hashlib
import io
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import polars as pl
import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from tests.dataflows import defined
from warehouse.database import connect
from warehouse.errors import UnknownDataflow, UnknownRelease
from warehouse.indicator import Dataflow
from warehouse.observation import (
    NothingReleased,
    Page,
    Selection,
    cursor_release,
    observations,
    published_dataflow,
    published_dataflows,
    release_manifest,
    releases,
)
from warehouse.observation_file import Format, write
from warehouse.release import Outcome, publish
from warehouse.release_gate import (
    BuildPending,
    FaultyObservations,
    IndicatorNotBuilt,
    RealNationalData,
)

pytestmark = pytest.mark.path

JANUARY = datetime(2026, 1, 20, 9, tzinfo=UTC)
FEBRUARY = datetime(2026, 2, 20, 9, tzinfo=UTC)
MARCH = datetime(2026, 3, 20, 9, tzinfo=UTC)

WORKERS = defined(id="DF_WORKERS")
WAGES = defined(id="DF_EARNINGS", ids=["citizenship"], unit_measure="MAD", decimals=2)
MIRROR = defined(id="DF_MIRROR", ids=["ref_area"], kind="public", sources=["oecd_df_mig"], freq="A")
FLOWS = {flow.id: flow for flow in (MIRROR, WAGES, WORKERS)}

TYPES = {"obs_value": "numeric", "obs_count": "bigint"}


@pytest.fixture
def steward(warehouse_database: str) -> Iterator["psycopg.Connection[Any]"]:
    """The server's owner, who lays out what dbt and the submissions would have left."""
    with connect() as session:
        session.execute("create schema codelists; create schema indicators")
        for code_list, codes in (("cl_area", "SN CI ML MA ES _T"), ("cl_sex", "F M _T")):
            make_code_list(session, code_list, codes.split())
        make_indicator(
            session,
            WORKERS,
            [
                ("SN", "F", "2025-11", 3, 3, "A"),
                ("SN", "M", "2025-11", 4, 4, "A"),
                ("SN", "_T", "2025-11", 7, 7, "A"),
                ("CI", "F", "2025-11", 5, 5, "P"),
                ("CI", "M", "2025-11", 0, 0, "A"),
                ("SN", "F", "2025-12", 12, 12, "A"),
            ],
        )
        make_indicator(
            session,
            WAGES,
            [("SN", "2025-11", "5152.354", 9, "A"), ("CI", "2025-11", "4100.10", 4, "A")],
        )
        make_indicator(session, MIRROR, [("ES", "2020", 2, 1, "A"), ("ES", "2021", None, 0, "M")])
        session.execute(
            "grant usage on schema codelists, indicators to simimo_pipeline;"
            "grant select on all tables in schema codelists, indicators to simimo_pipeline"
        )
        submit(session, "cnss_declarations", "2025-11", is_specimen=True)
        submit(session, "oecd_df_mig", "2025", is_specimen=False)
        session.commit()
        yield session


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
    session: "psycopg.Connection[Any]", flow: Dataflow, rows: Sequence[tuple[Any, ...]]
) -> None:
    columns = [*flow.dimension_ids, "time_period", "obs_value", "obs_count", "obs_status"]
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


def test_small_counts_are_withheld_and_figures_of_others_pass(
    steward: "psycopg.Connection[Any]",
) -> None:
    outcome = released()
    assert (outcome.number, outcome.is_new, outcome.withheld) == (1, True, 3)
    assert said("DF_WORKERS") == [
        "CI/F/2025-11 5 P F",
        "CI/M/2025-11 0 A F",
        "SN/F/2025-11 None Q A",
        "SN/F/2025-12 12 A F",
        "SN/M/2025-11 None Q A",
        "SN/_T/2025-11 7 A F",
    ]
    assert said("DF_EARNINGS") == ["CI/2025-11 None Q A", "SN/2025-11 5152.35 A F"]
    assert said("DF_MIRROR") == ["ES/2020 2 A F", "ES/2021 None M F"]


def test_withheld_figures_stand_nowhere_in_schema_release(
    steward: "psycopg.Connection[Any]",
) -> None:
    released()
    found = steward.execute(
        "select count(*) from release.observation where dataflow = 'DF_WORKERS'"
        " and obs_value between 1 and 4"
    ).fetchone()
    assert found == (0,)


def test_nothing_changed_makes_no_release(steward: "psycopg.Connection[Any]") -> None:
    first = released()
    again = released(FEBRUARY)
    assert (again.number, again.is_new) == (1, False)
    assert again.content_hash == first.content_hash
    assert "aucune nouvelle diffusion" in again.text("fr")


def test_every_release_stays_readable_as_it_was(steward: "psycopg.Connection[Any]") -> None:
    released(JANUARY)
    january = said("DF_WORKERS")
    change(
        steward,
        """
        update indicators.df_workers set obs_value = 13, obs_count = 13 where obs_value = 12;
        delete from indicators.df_workers where obs_value = 5;
        insert into indicators.df_workers values ('ML', 'F', '2025-12', 40, 40, 'A', 'M')
        """,
    )
    outcome = released(FEBRUARY)
    assert (outcome.number, outcome.changed, outcome.closed) == (2, 2, 2)
    assert said("DF_WORKERS", 1) == january
    assert said("DF_WORKERS") == [
        "CI/M/2025-11 0 A F",
        "ML/F/2025-12 40 A F",
        "SN/F/2025-11 None Q A",
        "SN/F/2025-12 13 A F",
        "SN/M/2025-11 None Q A",
        "SN/_T/2025-11 7 A F",
    ]
    change(steward, "update indicators.df_workers set obs_value = 12 where obs_value = 13")
    released(MARCH)
    assert "SN/F/2025-12 12 A F" in said("DF_WORKERS", 3)
    assert "SN/F/2025-12 13 A F" in said("DF_WORKERS", 2)


def test_a_dataflow_tells_when_it_last_changed(steward: "psycopg.Connection[Any]") -> None:
    released(JANUARY)
    change(steward, "update indicators.df_workers set obs_value = 13 where obs_value = 12")
    released(FEBRUARY)
    with connect("simimo_api") as session:
        updated = {d.id: d.last_updated for d in published_dataflows(session)}
        assert [r.number for r in releases(session)] == [2, 1]
    assert updated == {"DF_WORKERS": FEBRUARY, "DF_EARNINGS": JANUARY, "DF_MIRROR": JANUARY}


def test_the_same_inputs_give_the_same_hash(steward: "psycopg.Connection[Any]") -> None:
    first = released()
    steward.execute("create table kept as select * from indicators.df_workers")
    steward.execute("truncate indicators.df_workers")
    # The order in which a build leaves its rows means nothing.
    change(steward, "insert into indicators.df_workers select * from kept order by obs_value desc")
    assert released(FEBRUARY).content_hash == first.content_hash


def test_a_new_label_is_a_new_release_with_its_own_code_list(
    steward: "psycopg.Connection[Any]",
) -> None:
    released(JANUARY)
    change(steward, "update codelists.cl_sex set label_en = 'Women' where code = 'F'")
    outcome = released(FEBRUARY)
    assert (outcome.number, outcome.changed, outcome.closed) == (2, 0, 0)
    with connect("simimo_api") as session:
        labels = [
            {
                c.code: c.label["en"]
                for c in published_dataflow(session, "DF_WORKERS", n).codes("sex")
            }
            for n in (1, 2)
        ]
    assert [found["F"] for found in labels] == ["F en", "Women"]
    kept = steward.execute("select count(*) from release.frozen_content").fetchone()
    assert kept == (6,)  # three definitions, two sets of lists, and the set that changed


def test_the_manifest_names_what_stands_behind(steward: "psycopg.Connection[Any]") -> None:
    outcome = released()
    with connect("simimo_api") as session:
        manifest = release_manifest(session, 1)
    sent = {s["id"]: s["contract"] for s in manifest["submissions"]}
    workers = manifest["dataflows"]["DF_WORKERS"]
    assert manifest["content_hash"] == outcome.content_hash
    assert manifest["is_specimen"] is True
    assert set(sent.values()) == {"cnss_declarations", "oecd_df_mig"}
    assert [sent[n] for n in workers["submissions"]] == ["cnss_declarations"]
    assert workers["withheld"] == {"A": 2}
    assert workers["disclosure"]["threshold"] == 5
    assert manifest["dataflows"]["DF_MIRROR"]["disclosure"] == {"rule": "as_published"}
    assert len(manifest["code_version"]["models_hash"]) == 64


def test_real_national_data_are_refused(steward: "psycopg.Connection[Any]") -> None:
    submit(steward, "cnss_employers", "2025-11", is_specimen=False)
    steward.commit()
    with pytest.raises(RealNationalData):
        released()
    assert released(flows={"DF_MIRROR": MIRROR}).observations == 2


def test_a_pending_build_is_refused(steward: "psycopg.Connection[Any]") -> None:
    change(
        steward,
        "insert into submission.affected_period (contract, period, reason)"
        " values ('cnss_declarations', '2025-11', 'withdrawn')",
    )
    with pytest.raises(BuildPending):
        released()


def test_an_indicator_that_was_not_built_is_refused(steward: "psycopg.Connection[Any]") -> None:
    change(steward, "alter table indicators.df_workers drop column obs_count")
    with pytest.raises(IndicatorNotBuilt, match="obs_count"):
        released()
    change(steward, "drop table indicators.df_workers")
    with pytest.raises(IndicatorNotBuilt, match="indicators"):
        released()


def test_an_unknown_code_refuses_the_release(steward: "psycopg.Connection[Any]") -> None:
    change(steward, "update indicators.df_workers set citizenship = 'XX' where obs_value = 12")
    with pytest.raises(FaultyObservations, match="XX/F/2025-12"):
        released()


def test_a_release_killed_half_way_leaves_the_one_before(
    steward: "psycopg.Connection[Any]",
) -> None:
    released(JANUARY)
    before = steward.execute("select * from release.observation").fetchall()
    change(steward, "update indicators.df_workers set obs_value = obs_value + 1")

    def kill(dataflow: str, rank: int, total: int) -> None:
        if rank == total:
            steward.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where pid <> pg_backend_pid() and datname = current_database()"
            )

    with (
        pytest.raises(psycopg.OperationalError),
        connect("simimo_pipeline") as session,
    ):
        publish(session, FLOWS, FEBRUARY, kill)
    steward.commit()
    assert steward.execute("select * from release.observation").fetchall() == before
    assert steward.execute("select number from release.release").fetchall() == [(1,)]
    steward.commit()
    assert released(FEBRUARY).number == 2


A_ROW = """
    insert into release.observation (dataflow, freq, time_period, obs_value, obs_status,
        conf_status, unit_measure, decimals, valid_from_release)
    values ('DF_WORKERS', 'M', '2025-01', {}, {}, {}, 'PERSON', 0, {})
"""
CHANGES_OF_THE_PUBLISHED = (
    "update release.release set content_hash = 'x'",
    "delete from release.release",
    "truncate release.release cascade",
    "update release.observation set obs_value = 1 where obs_value = 12",
    "update release.observation set obs_status = 'Q', conf_status = 'A'",
    "update release.observation set valid_to_release = 2",
    "delete from release.observation",
    "truncate release.observation",
    A_ROW.format(12, "'A'", "'F'", 1),
    A_ROW.format(12, "'A'", "'F'", 99),
    "update release.frozen_content set content = '{}'",
    "delete from release.frozen_content",
    "update release.frozen_dataflow set updated_in = 1",
    "delete from release.frozen_dataflow",
)


def test_a_published_release_never_changes(steward: "psycopg.Connection[Any]") -> None:
    """Not even by the owner of the tables."""
    released()
    for statement in CHANGES_OF_THE_PUBLISHED:
        with pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="never changes"):
            steward.execute(statement)
        steward.rollback()


def test_the_tables_hold_no_half_protected_figure(steward: "psycopg.Connection[Any]") -> None:
    half_protected = (
        (3, "'Q'", "'A'"),
        (3, "'A'", "'A'"),
        ("null", "'A'", "'A'"),
        ("null", "'A'", "'F'"),
        ("null", "'Q'", "'F'"),
        ("'NaN'", "'A'", "'F'"),
    )
    for content in half_protected:
        steward.execute("insert into release.release values (1, 'draft', now(), '{}', '')")
        with pytest.raises(psycopg.errors.CheckViolation):
            steward.execute(A_ROW.format(*content, 1))
        steward.rollback()


REFUSED = {
    "simimo_api": (
        "insert into release.release values (9, 'published', now(), '{}', '')",
        "update release.observation set valid_to_release = 9",
        "delete from release.observation",
        "create table release.mine (x int)",
        "select 1 from indicators.df_workers",
    ),
    "simimo_analyst": (
        "insert into release.release values (9, 'published', now(), '{}', '')",
        "update release.observation set valid_to_release = 9",
        "delete from release.observation",
        "create table release.mine (x int)",
    ),
    "simimo_transform": (
        "select 1 from release.observation",
        "insert into release.release values (9, 'published', now(), '{}', '')",
    ),
    "simimo_linkage": ("select 1 from release.observation",),
    "simimo_pipeline": (
        "delete from release.observation",
        "truncate release.observation",
        "update release.observation set obs_value = 1",
        "delete from release.release",
        "alter table release.observation disable trigger all",
        "drop table release.observation",
    ),
}


@pytest.mark.parametrize("role", REFUSED)
def test_no_role_may_do_more_than_its_stage(steward: "psycopg.Connection[Any]", role: Any) -> None:
    with connect(role) as session:
        for statement in REFUSED[role]:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                session.execute(statement)
            session.rollback()


def test_a_draft_may_be_taken_back(steward: "psycopg.Connection[Any]") -> None:
    steward.execute("insert into release.release values (1, 'draft', now(), '{}', '')")
    steward.execute("delete from release.release where number = 1")
    steward.rollback()


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
    for view, said in (("df_workers", {"SPECIMEN"}), ("df_mirror", {None})):
        with connect("simimo_analyst") as session:
            rows = session.execute(SQL("select * from release.{}").format(Identifier(view)))
            assert rows.description is not None
            assert rows.description[-1].name == "specimen"
            assert {row[-1] for row in rows} == said


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
        "citizenship,time_period,obs_value,obs_status,conf_status,unit_measure,decimals,specimen\n"
        "CI,2025-11,,Q,A,MAD,2,SPECIMEN\n"
        "SN,2025-11,5152.35,A,F,MAD,2,SPECIMEN\n"
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


def test_files_of_real_public_figures_do_not_say_specimen(
    steward: "psycopg.Connection[Any]",
) -> None:
    released()
    for file_format in ("csv", "json", "parquet"):
        assert b"SPECIMEN" not in written("DF_MIRROR", file_format)
    header = written("DF_MIRROR", "csv").splitlines()[0]
    assert header.endswith(b",unit_measure,decimals")
