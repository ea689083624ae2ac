"""The steps of a release on PostgreSQL: four eyes, drafts side by side, embargoes, withdrawals."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from tests.path.indicators import FLOWS, JANUARY, change, released, said, submit
from warehouse import migrate
from warehouse.database import connect
from warehouse.errors import ReasonMissing, UnknownDataflow, UnknownRelease
from warehouse.indicator import Dataflow
from warehouse.ledger.reading import entries
from warehouse.release import Outcome, make_draft, publish
from warehouse.release_gate import SecondPersonNeeded, refuse_without_second_person
from warehouse.releasing.changes import changes, draft_changes
from warehouse.releasing.errors import (
    DraftApprovalRefused,
    DraftOutdated,
    DraftRestsOnWithdrawn,
    DraftSettled,
    EmbargoStands,
    InstantPassed,
    UnknownDraft,
)
from warehouse.releasing.instant import InstantToCome
from warehouse.releasing.publication import ClockBehind
from warehouse.releasing.published import clock, published_number, release_manifest, releases
from warehouse.releasing.workflow import Step, approve, publish_draft, step, steps, withdraw

pytestmark = pytest.mark.path

AMINA, BRAHIM = "amina", "brahim"
NOTICE = {"fr": "Corrige décembre.", "ar": "يصحح دجنبر.", "en": "Corrects December."}
REAL_WORKERS = """
    truncate indicators.df_workers;
    insert into indicators.df_workers values
        ('SN', 'F', '2026-01', 3, 3, 'A', 'M'), ('SN', 'M', '2026-01', 9, 9, 'A', 'M'),
        ('SN', '_T', '2026-01', 12, 12, 'A', 'M'), ('CI', 'F', '2026-01', 8, 8, 'A', 'M'),
        ('CI', 'M', '2026-01', 20, 20, 'A', 'M'), ('CI', '_T', '2026-01', 28, 28, 'A', 'M'),
        ('_T', 'F', '2026-01', 11, 11, 'A', 'M'), ('_T', 'M', '2026-01', 29, 29, 'A', 'M'),
        ('_T', '_T', '2026-01', 40, 40, 'A', 'M')
"""
TOMORROW = datetime.now(UTC) + timedelta(days=1)


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test waits for servers to see a publication coming."""
    monkeypatch.setattr("warehouse.releasing.publication.LEAD", timedelta(milliseconds=1))


def drafted(flows: dict[str, Dataflow] | None = None, notice: Any = None) -> Outcome:
    with connect("simimo_pipeline") as session:
        return make_draft(session, flows or FLOWS, AMINA, notice)


def approved() -> int:
    number = drafted().number
    approve(number, BRAHIM)
    return number


def more(steward: "psycopg.Connection[Any]", by: int = 1) -> None:
    """December's figure, 12 at first, is higher now."""
    change(
        steward,
        f"update indicators.df_workers set obs_value = obs_value + {by}"
        " where time_period = '2025-12'",
    )


def december(release: int | None = None) -> str:
    [found] = said("DF_WORKERS", release, start_period="2025-12")
    return found.split()[1]


def state(number: int) -> str:
    with connect("simimo_pipeline") as session:
        return step(session, number).state


def test_a_draft_is_approved_by_another_person_and_published(
    steward: "psycopg.Connection[Any]",
) -> None:
    released(JANUARY)
    more(steward)
    made = drafted(notice=NOTICE)
    assert (made.number, made.changed, made.is_published) == (2, 1, False)
    with pytest.raises(DraftSettled, match="draft"):
        publish_draft(2, BRAHIM)
    with pytest.raises(DraftApprovalRefused, match=AMINA):
        approve(2, AMINA)
    assert approve(2, BRAHIM).state == "approved"
    with pytest.raises(DraftSettled):
        approve(2, BRAHIM)
    assert december() == "12"
    with pytest.raises(UnknownRelease):
        december(2)
    found = publish_draft(2, AMINA)
    assert (found.state, found.published_by, found.approved_by) == ("published", AMINA, BRAHIM)
    assert (december(), december(1)) == ("13", "12")
    with connect("simimo_api") as session:
        assert [r.notice for r in releases(session)] == [NOTICE, None]


def test_nobody_approves_what_they_drafted_not_even_in_sql(
    steward: "psycopg.Connection[Any]",
) -> None:
    drafted()
    for statement in (
        "update release.release set status = 'approved', approved_by = drafted_by",
        "update release.release set status = 'published', released_at = now()",
    ):
        with pytest.raises(psycopg.errors.CheckViolation):
            steward.execute(statement)
        steward.rollback()


CHANGES_OF_AN_APPROVED_DRAFT = (
    "update release.release set content_hash = 'x'",
    "update release.release set is_one_step = true",
    "update release.release set notice = '{}'",
    "update release.draft_observation set obs_value = 4",
    "insert into release.draft_observation (number, dataflow, freq, time_period)"
    " values (1, 'DF_WORKERS', 'M', '2030-01')",
)


def test_what_is_approved_is_what_is_published(steward: "psycopg.Connection[Any]") -> None:
    """Not even the owner of the tables slips something in between."""
    approved()
    for statement in CHANGES_OF_AN_APPROVED_DRAFT:
        with pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="never changes"):
            steward.execute(statement)
        steward.rollback()


def test_no_step_is_taken_without_its_entry_in_the_ledger(
    steward: "psycopg.Connection[Any]",
) -> None:
    released(JANUARY)
    more(steward)
    number = drafted().number
    for changed in ("withdrawn_at = now()", "status = 'approved', approved_by = 'x'"):
        with connect("simimo_pipeline") as session:
            session.execute(f"update release.release set {changed} where number = {number}")
            with pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="entry"):
                session.commit()
    assert state(number) == "draft"


def test_drafts_stand_side_by_side_and_the_second_is_refused_once_the_first_is_out(
    steward: "psycopg.Connection[Any]",
) -> None:
    """It was compared with, and protected beside, a release that is no longer the last."""
    released(JANUARY)
    more(steward)
    first = approved()
    more(steward)
    second = approved()
    assert (december(), state(first), state(second)) == ("12", "approved", "approved")
    publish_draft(second, AMINA)
    assert (december(), state(first)) == ("14", "outdated")
    with pytest.raises(DraftOutdated, match="follows release 1, but the last one is 3"):
        publish_draft(first, AMINA)
    assert withdraw(first, AMINA, "made anew").state == "withdrawn"
    # A number that was dropped is never used again.
    more(steward)
    assert approved() == 4
    publish_draft(4, AMINA)
    assert [december(n) for n in (1, 3, 4)] == ["12", "14", "15"]
    with pytest.raises(UnknownRelease):
        december(2)


def test_a_draft_killed_half_way_leaves_nothing(steward: "psycopg.Connection[Any]") -> None:
    released(JANUARY)
    more(steward)

    def kill(dataflow: str, rank: int, total: int) -> None:
        if rank == total:
            kill_all(steward)

    with pytest.raises(psycopg.OperationalError), connect("simimo_pipeline") as session:
        make_draft(session, FLOWS, AMINA, None, kill)
    steward.commit()
    assert [s.number for s in steps()] == [1]
    assert december() == "12"


def kill_all(steward: "psycopg.Connection[Any]") -> None:
    steward.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity"
        " where pid <> pg_backend_pid() and datname = current_database()"
    )


@pytest.mark.parametrize("moment", ["days_to_release", "refresh_views"])
def test_a_publication_killed_half_way_leaves_the_draft(
    steward: "psycopg.Connection[Any]", monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """Before the instant is set, with the rows merged; and where all but the end is done."""
    released(JANUARY)
    more(steward)
    number = approved()

    def killed(*_: Any) -> None:
        kill_all(steward)

    with monkeypatch.context() as patch:
        patch.setattr(f"warehouse.releasing.publication.{moment}", killed)
        with pytest.raises(psycopg.OperationalError):
            publish_draft(number, AMINA)
    steward.commit()
    assert (december(), state(number)) == ("12", "approved")
    publish_draft(number, AMINA)
    assert december() == "13"
    with connect("simimo_pipeline") as session:
        entered = [e.subject for e in entries(session, "release_published")]
    assert entered == ["release/1", f"release/{number}"]


SEEN = """
    select 'release', count(*)::text from release.release union all
    select 'observation', count(*)::text from release.observation union all
    select 'dataflow', count(*)::text from release.dataflow union all
    select 'frozen', count(*)::text from release.frozen_dataflow union all
    select 'content', count(*)::text from release.frozen_content union all
    select 'view', string_agg(relname, ' ' order by relname) from pg_class
        where relnamespace = 'release'::regnamespace and relkind = 'v' union all
    select 'december', string_agg(obs_value::text, ' ') from release.df_workers
        where time_period = '2025-12'
"""


SECRETS = (
    "select * from release.draft_observation",
    "select * from release.opened",
    "select drafted_by, approved_by from release.release",
    "select release.lift_embargo(2)",
    "insert into release.opened (number) values (2)",
)
"""What no reader's role may ask, of releases that are out either."""


def seen(role: Any) -> dict[str, str]:
    with connect(role) as session:
        return dict(session.execute(SEEN).fetchall())


def test_before_its_instant_an_embargo_is_nowhere(steward: "psycopg.Connection[Any]") -> None:
    """Neither rows nor counts nor the name of a dataflow, whatever a reader's role asks in SQL."""
    flows = {name: flow for name, flow in FLOWS.items() if name != "DF_MIRROR"}
    released(JANUARY, flows)
    before = {role: seen(role) for role in ("simimo_api", "simimo_analyst")}
    more(steward)
    number = approved()
    publish_draft(number, AMINA, TOMORROW)
    assert state(number) == "embargoed"
    assert {role: seen(role) for role in before} == before
    with connect("simimo_api") as session:
        assert published_number(session) == 1
        with pytest.raises(UnknownRelease, match="No published release"):
            published_number(session, number)
        with pytest.raises(InstantToCome):
            published_number(session, as_of=TOMORROW)
        assert changes(session, number).changes == []
    with pytest.raises(UnknownDataflow):
        said("DF_MIRROR")
    for role in ("simimo_api", "simimo_analyst"):
        with connect(role) as session:
            for secret in SECRETS:
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    session.execute(secret)  # type: ignore[arg-type]
                session.rollback()


@contextmanager
def dated(steward: "psycopg.Connection[Any]", number: int, instant: datetime) -> Iterator[None]:
    """The clock stands otherwise towards the instant of a release: the instant moves instead."""
    _date(steward, number, instant)
    yield
    _date(steward, number, TOMORROW)


def _date(steward: "psycopg.Connection[Any]", number: int, instant: datetime) -> None:
    steward.execute("alter table release.release disable trigger release_published")
    steward.execute(
        "update release.release set released_at = %s where number = %s", [instant, number]
    )
    # A trigger that waits for the commit would keep the table from being altered.
    steward.execute("set constraints all immediate")
    steward.execute("alter table release.release enable trigger release_published")
    steward.commit()


def test_an_embargo_ends_at_its_instant_without_any_process(
    steward: "psycopg.Connection[Any]",
) -> None:
    released(JANUARY)
    more(steward)
    number = approved()
    publish_draft(number, AMINA, TOMORROW)
    soon = datetime.now(UTC) + timedelta(seconds=0.4)
    _date(steward, number, soon)
    assert december() == "12"
    time.sleep(0.5)
    assert december() == "13"
    with connect("simimo_analyst") as session:
        found = session.execute(
            "select obs_value from release.df_workers where time_period = '2025-12'"
        ).fetchone()
        assert found == (13,)
        assert published_number(session, as_of=soon) == number
        assert published_number(session, as_of=soon - timedelta(microseconds=1)) == 1


def test_the_clock_set_back_hides_nothing_that_was_read_and_shows_nothing_new(
    steward: "psycopg.Connection[Any]",
) -> None:
    released(JANUARY)
    more(steward)
    number = approved()
    publish_draft(number, AMINA, TOMORROW)
    with dated(steward, number, JANUARY + timedelta(days=1)):
        assert december() == "13"
    # The clock is a day earlier now than when it was read.
    assert (december(), state(number)) == ("13", "published")
    with connect("simimo_api") as session:
        assert clock(session) == TOMORROW
    with pytest.raises(psycopg.errors.IntegrityConstraintViolation):
        steward.execute("update release.release set manifest = '{}' where number = 2")
    steward.rollback()
    more(steward)
    later = approved()
    with pytest.raises(ClockBehind):
        publish_draft(later, AMINA)
    assert (december(), state(later)) == ("13", "approved")
    publish_draft(later, AMINA, TOMORROW + timedelta(hours=1))
    assert december() == "13"


def test_embargoes_follow_one_another(steward: "psycopg.Connection[Any]") -> None:
    released(JANUARY)
    more(steward)
    first = approved()
    publish_draft(first, AMINA, TOMORROW)
    more(steward)
    second = approved()
    with connect("simimo_pipeline") as session:
        assert step(session, second).base == first
    with pytest.raises(ClockBehind):
        publish_draft(second, AMINA)
    publish_draft(second, AMINA, TOMORROW + timedelta(days=1))
    for touch in (lambda: withdraw(first, AMINA, "x"), lambda: publish_draft(first, AMINA)):
        with pytest.raises(EmbargoStands):
            touch()
    # Lifted from the last one on, nothing of them is left, and the chain goes on from January.
    withdraw(second, AMINA, "figures of a province are missing")
    withdraw(first, AMINA, "figures of a province are missing")
    left = steward.execute(
        "select count(*) filter (where valid_from_release > 1), count(valid_to_release),"
        " (select count(*) from release.draft_observation) from release.observation"
    ).fetchone()
    assert left == (0, 0, 0)
    number = approved()
    publish_draft(number, AMINA)
    assert (number, december(), december(1)) == (4, "14", "12")


def test_an_embargo_can_be_moved_until_the_minute_before(
    steward: "psycopg.Connection[Any]",
) -> None:
    number = approved()
    for instant in (JANUARY, datetime.now(UTC) + timedelta(seconds=30)):
        with pytest.raises(InstantPassed):
            publish_draft(number, AMINA, instant)
    publish_draft(number, AMINA, TOMORROW)
    moved = publish_draft(number, AMINA, TOMORROW + timedelta(days=3))
    assert (moved.state, moved.released_at) == ("embargoed", TOMORROW + timedelta(days=3))
    _date(steward, number, datetime.now(UTC) + timedelta(seconds=30))
    with pytest.raises(InstantPassed):
        withdraw(number, AMINA, "too late")


def test_what_is_published_or_dropped_is_settled(steward: "psycopg.Connection[Any]") -> None:
    released(JANUARY)
    with pytest.raises(DraftSettled, match="published"):
        withdraw(1, AMINA, "wrong")
    more(steward)
    number = approved()
    with pytest.raises(ReasonMissing):
        withdraw(number, AMINA, " ")
    withdraw(number, AMINA, "wrong")
    for again in (lambda: approve(number, BRAHIM), lambda: publish_draft(number, AMINA)):
        with pytest.raises(DraftSettled, match="withdrawn"):
            again()
    with pytest.raises(UnknownDraft):
        approve(99, BRAHIM)


def test_a_draft_on_a_file_that_was_withdrawn_is_not_published(
    steward: "psycopg.Connection[Any]",
) -> None:
    number = approved()
    change(
        steward,
        "update submission.submission set state = 'withdrawn' where contract = 'oecd_df_mig'",
    )
    with pytest.raises(DraftRestsOnWithdrawn, match="oecd_df_mig"):
        publish_draft(number, AMINA)


def test_real_national_data_need_the_second_person() -> None:
    from warehouse.release_gate import Submission

    def sent(is_specimen: bool) -> list[Submission]:
        return [Submission(1, "cnss_declarations", "cnss", "2025-11", 1, "a" * 64, is_specimen)]

    refuse_without_second_person(FLOWS.values(), sent(is_specimen=True))
    with pytest.raises(SecondPersonNeeded):
        refuse_without_second_person(FLOWS.values(), sent(is_specimen=False))


def test_real_national_data_go_out_protected_in_three_steps(
    steward: "psycopg.Connection[Any]",
) -> None:
    """No figure that is published tells the three women of Senegal."""
    change(steward, REAL_WORKERS)
    submit(steward, "cnss_employers", "2026-01", is_specimen=False)
    steward.commit()
    with pytest.raises(SecondPersonNeeded):
        released()
    number = approved()
    assert publish_draft(number, AMINA).state == "published"
    assert said("DF_WORKERS") == [
        "CI/F/2026-01 None Q D",
        "CI/M/2026-01 None Q D",
        "CI/_T/2026-01 28 A F",
        "SN/F/2026-01 None Q A",
        "SN/M/2026-01 None Q D",
        "SN/_T/2026-01 12 A F",
        "_T/F/2026-01 11 A F",
        "_T/M/2026-01 29 A F",
        "_T/_T/2026-01 40 A F",
    ]
    with connect("simimo_api") as session:
        audit = release_manifest(session, number)["dataflows"]["DF_WORKERS"]["disclosure"]["audit"]
    assert (audit["primary"], audit["secondary"], audit["disclosed"]) == (1, 3, 0)


def test_the_draft_says_what_it_would_change(steward: "psycopg.Connection[Any]") -> None:
    released(JANUARY)
    more(steward)
    change(
        steward,
        "delete from indicators.df_workers where obs_value = 5;"
        "insert into indicators.df_workers values ('ML', 'F', '2026-01', 40, 40, 'A', 'M')",
    )
    number = drafted().number
    expected = [
        ("CI/F/2025-11", "5", None),
        ("ML/F/2026-01", None, "40"),
        ("SN/F/2025-12", "12", "13"),
    ]
    with connect("simimo_pipeline") as session:
        assert told(draft_changes(session, number).changes) == expected
    approve(number, BRAHIM)
    publish_draft(number, AMINA)
    with connect("simimo_api") as session:
        assert told(changes(session, number).changes) == expected
        first = changes(session, number, limit=1)
        second = changes(session, number, cursor=first.next_cursor, limit=2)
        assert told([*first.changes, *second.changes]) == expected
        assert second.next_cursor is None


def told(found: Any) -> list[tuple[str, str | None, str | None]]:
    return [
        (
            "/".join([*change.key.values(), change.time_period]),
            change.old and change.old.obs_value,
            change.new and change.new.obs_value,
        )
        for change in found
    ]


def test_steps_are_listed_the_newest_first(steward: "psycopg.Connection[Any]") -> None:
    released(JANUARY)
    more(steward)
    approved()
    listed: list[Step] = steps()
    assert [(s.number, s.state, s.drafted_by) for s in listed] == [
        (2, "approved", AMINA),
        (1, "published", "simimo"),
    ]
    assert listed[0].to_json()["state"] == "approved"


def test_one_step_waits_for_nobody_and_is_told_apart(steward: "psycopg.Connection[Any]") -> None:
    with connect("simimo_pipeline") as session:
        made = publish(session, FLOWS, author=AMINA)
        assert step(session, made.number).is_one_step
    assert made.is_published


def test_the_migration_goes_back_and_keeps_what_is_published(
    steward: "psycopg.Connection[Any]",
) -> None:
    released(JANUARY)
    more(steward)
    withdraw(drafted().number, AMINA, "wrong")
    number = approved()
    publish_draft(number, AMINA, TOMORROW)
    with pytest.raises(Exception, match="lift its embargo first"):
        migrate.downgrade("0012")
    withdraw(number, AMINA, "migration")
    drafted()
    migrate.downgrade("0012")
    left = steward.execute("select number, status from release.release").fetchall()
    steward.commit()
    assert left == [(1, "published")]
    migrate.migrate()
    assert [(s.number, s.state, s.is_one_step) for s in steps()] == [(1, "published", True)]
    assert december() == "12"
    assert seen("simimo_analyst")["december"] == "12"
