"""Releasing on PostgreSQL: what passes, what is refused, what can never change."""

from dataclasses import replace
from typing import Any

import psycopg
import pytest

from tests.path.indicators import (
    FEBRUARY,
    FLOWS,
    JANUARY,
    MARCH,
    MIRROR,
    WAGES,
    WAGES_OF_JANUARY,
    change,
    released,
    said,
    submit,
)
from warehouse.database import connect
from warehouse.disclosure import rules
from warehouse.disclosure.names import UnknownName
from warehouse.disclosure.rules import DISCLOSURE_RULES, read_rules
from warehouse.observation import published_dataflow, published_dataflows
from warehouse.release import publish
from warehouse.release_gate import (
    BuildPending,
    FaultyObservations,
    IndicatorNotBuilt,
    RealNationalData,
)
from warehouse.releasing.published import release_manifest, releases

pytestmark = pytest.mark.path


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


def test_a_mean_that_one_wage_dominates_is_withheld_and_does_not_follow_from_the_total(
    steward: "psycopg.Connection[Any]", monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who knows how many work multiplies: without a second gap the sum of Senegal would follow."""
    change(steward, WAGES_OF_JANUARY)
    in_force = replace(rules("DF_EARNINGS"), secondary=True)
    monkeypatch.setattr("warehouse.release.rules", lambda _: in_force)
    released(flows={"DF_EARNINGS": WAGES})
    assert said("DF_EARNINGS") == [
        "CI/2026-01 None Q D",
        "ML/2026-01 9000.00 A F",
        "SN/2026-01 None Q T",
        "_T/2026-01 9580.60 A F",
    ]


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
    # Of two observations published before with a value that is not zero, 12 has become 13.
    assert revisions(2) == {"releases": 2, "compared": 2, "mean_absolute_percent": 4.167}
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
    # Against its first value, 12, nothing has moved.
    assert revisions(3) == {"releases": 3, "compared": 3, "mean_absolute_percent": 0.0}


def revisions(release: int) -> dict[str, Any]:
    with connect("simimo_api") as session:
        quality = release_manifest(session, release)["dataflows"]["DF_WORKERS"]["quality"]
    return quality["revisions"]


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


def test_real_national_data_are_refused_where_only_primary_cells_are_withheld(
    steward: "psycopg.Connection[Any]", monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = replace(rules("DF_WORKERS"), secondary=False)
    monkeypatch.setattr("warehouse.release_gate.rules", lambda _: bare)
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


def test_a_rule_that_names_what_does_not_exist_refuses_the_release(
    steward: "psycopg.Connection[Any]", monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is released: a tie to a mistyped dataflow would tie nothing, unseen."""
    mistyped = dict(read_rules(DISCLOSURE_RULES))
    tie = {"value": [{"dataflow": "DF_EARNING"}], "reason": "As told."}
    gap = {**mistyped["dataflows"]["DF_WAGE_GAP"], "tied_to": tie}
    mistyped["dataflows"] = {**mistyped["dataflows"], "DF_WAGE_GAP": gap}
    monkeypatch.setattr("warehouse.disclosure.names.read_rules", lambda _: mistyped)
    with pytest.raises(UnknownName, match="DF_EARNING"):
        released()


def test_a_release_killed_half_way_leaves_the_one_before(
    steward: "psycopg.Connection[Any]",
) -> None:
    released(JANUARY)
    before = steward.execute("select * from release.observation").fetchall()
    # A month without a total, so that its table still adds up.
    change(
        steward,
        "update indicators.df_workers set obs_value = obs_value + 1 where time_period = '2025-12'",
    )

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
