"""The ledger on PostgreSQL: it grows with each act, nobody rewrites it, tampering is found."""

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner

from tests.factories import write_csv
from warehouse import submission
from warehouse.cli import app
from warehouse.database import connect, conninfo, url
from warehouse.errors import UnknownSubmission
from warehouse.ledger import reading
from warehouse.ledger.acts import CONTENT, append
from warehouse.ledger.entry import Anchor, Entry, Fault, hash_of
from warehouse.ledger.kept import kept_faults

pytestmark = pytest.mark.path

TITLES = "dgsn_residence_titles"
ROLES = (
    *("simimo_pipeline", "simimo_steward", "simimo_transform", "simimo_linkage"),
    *("simimo_api", "simimo_analyst"),
)
APPENDING = ("simimo_pipeline", "simimo_steward", "simimo_linkage")
READING = ("simimo_pipeline", "simimo_steward")
REWRITING = (
    "insert into ledger.entry values (1, now(), 'x', 'x', 'x', 'x', '{}', 'x', 'x', '1')",
    "update ledger.entry set actor = 'somebody else'",
    "delete from ledger.entry",
    "truncate ledger.entry",
    "drop table ledger.entry",
    "alter table ledger.entry disable trigger entry_kept",
    "create or replace function ledger.refuse_change() returns trigger language plpgsql "
    "as 'begin return null; end'",
    "create table ledger.other (n int)",
)
DECISION = (
    "insert into codes.decision (variable, provider, source_code, code, quality, decided_by) "
    "values ('area', '*', 'X', 'SN', 'exact', 'nadia')"
)
APPEND = "select ledger.append('nadia', 'pairs_shown', 'review', '{\"pairs\":1}')"


@pytest.fixture(autouse=True)
def _database(warehouse_database: str) -> None:
    """Every test here has a warehouse of its own."""


def entries() -> list[Entry]:
    with connect("simimo_steward") as session:
        return list(reading.entries(session))


def told() -> list[str]:
    return [f"{e.subject} {e.action}" for e in entries()]


def enter(session: "psycopg.Connection", pairs: int = 1, actor: str = "nadia") -> Anchor:
    return append(session, "pairs_shown", "review", {"pairs": pairs}, actor)


def faults(*anchors: Anchor) -> tuple[Fault, ...]:
    with connect("simimo_pipeline") as session:
        return reading.verify(session, anchors).faults


def receive(tmp_path: Path, **changes: str) -> int:
    path = write_csv(tmp_path / "SPECIMEN.csv", TITLES, changes)
    report = submission.receive_file(path, TITLES, "2026-03", is_specimen=True, gate=False)
    assert report.receipt is not None
    return report.receipt.submission_id


def refused(role: str | None, statement: str) -> type[Exception] | None:
    """What the server answers to `statement` from `role`; None where it does it."""
    with connect(role) as session:
        try:
            session.execute(statement)
        except psycopg.Error as error:
            return type(error)
        finally:
            session.rollback()
    return None


def test_no_role_rewrites_the_ledger() -> None:
    with connect("simimo_pipeline") as session:
        enter(session)
    answers = {(role, said): refused(role, said) for role in ROLES for said in REWRITING}
    assert set(answers.values()) == {psycopg.errors.InsufficientPrivilege}, answers


def test_only_those_who_act_append_and_only_two_read() -> None:
    for statement, allowed in ((APPEND, APPENDING), ("select * from ledger.entry", READING)):
        done = {role for role in ROLES if refused(role, statement) is None}
        assert done == set(allowed)


def test_the_owner_is_refused_too_as_long_as_the_trigger_stands() -> None:
    with connect("simimo_pipeline") as session:
        enter(session)
    for statement in REWRITING[1:4]:
        assert refused(None, statement) is psycopg.errors.IntegrityConstraintViolation


def test_the_hash_of_the_database_is_that_of_the_canonical_bytes() -> None:
    texts = (
        'plain "quoted" \\ back',
        "عَزِيزة · ⴰⵣⵓⵍ · é 🧾",
        "tab\tline\nfeed\x01\x1f\x7f",
        "\u2028\u00a0\ufeff",
    )
    with connect("simimo_pipeline") as session:
        for text in texts:
            append(session, "pairs_shown", text, {"pairs": 1}, text)
        session.commit()
    assert [hash_of(entry) == entry.hash for entry in entries()] == [True] * len(texts)


def test_an_entry_tells_the_members_of_its_act_and_no_others() -> None:
    with connect("simimo_pipeline") as session:
        for content in ({}, {"pairs": 1, "name": "x"}, {"name": "x"}):
            with pytest.raises(ValueError, match="pairs"):
                append(session, "pairs_shown", "review", content)
        assert session.execute("select count(*) from ledger.entry").fetchone() == (0,)


def test_the_content_is_an_object() -> None:
    for content in ("[]", "1", '"x"', "null"):
        with connect("simimo_pipeline") as session, pytest.raises(psycopg.DataError):
            session.execute("select ledger.append('a', 'b', 'c', %s)", [content])


def test_a_snapshot_that_might_miss_the_last_entry_is_refused() -> None:
    with connect("simimo_pipeline") as session:
        session.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        with pytest.raises(psycopg.errors.InvalidTransactionState):
            enter(session)


def test_numbers_have_no_gap_where_many_append_and_some_give_up() -> None:
    def work(worker: int) -> None:
        with connect("simimo_pipeline") as session:
            for n in range(12):
                enter(session, n, f"worker {worker}")
                session.rollback() if n % 3 == 2 else session.commit()

    assert entries() == []
    workers = [threading.Thread(target=work, args=(n,)) for n in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [e.number for e in entries()] == list(range(1, 6 * 8 + 1))
    assert faults() == ()


def test_an_act_without_its_entry_is_refused_at_the_commit(tmp_path: Path) -> None:
    number = receive(tmp_path)
    acts = {
        "simimo_pipeline": [
            f"update submission.submission set state = 'rejected' where id = {number}",
            "insert into identity.purge values (1, 'x', '2026-03', now(), 0, 'x', 'x')",
            "insert into release.release values (1, 'draft', now(), '{}', 'x')",
        ],
        "simimo_steward": [DECISION],
        "simimo_linkage": [
            "insert into linkage.run (model, counts) values ('{}', '{}')",
            "insert into linkage.review_log (reviewer, action, pair_count) "
            "values ('nadia', 'shown', 1)",
        ],
    }
    for role, statements in acts.items():
        for statement in statements:
            with connect(role) as session:
                session.execute(statement)
                with pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="entry"):
                    session.commit()
            with connect(role) as session:
                # An entry of an earlier transaction is none of this act.
                enter(session)
                session.commit()
                session.execute(statement)
                with pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="entry"):
                    session.commit()


def test_a_login_of_a_person_needs_entries_as_its_role_does(tmp_path: Path) -> None:
    with connect() as session:
        session.execute("create role a_benali login in role simimo_steward")
    try:
        with psycopg.connect(conninfo(url().set(username="a_benali"))) as session:
            session.execute(DECISION)
            with pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="entry"):
                session.commit()
            session.execute(DECISION)
            enter(session)
            session.commit()
        assert [e.account for e in entries()] == ["a_benali"]
    finally:
        with connect() as session:
            session.execute("drop role a_benali")


def test_a_receipt_and_each_decision_are_entered_with_what_they_did(tmp_path: Path) -> None:
    number = receive(tmp_path)
    submission.withdraw(number, "envoyé par erreur", "nadia")
    received, accepted, withdrawn = entries()
    assert [received.action, accepted.action, withdrawn.action] == [
        "submission_received",
        "submission_accepted",
        "submission_withdrawn",
    ]
    content = json.loads(received.content)
    assert content["contract"] == TITLES
    assert (content["row_count"], content["state"], content["is_specimen"]) == (1, "checked", True)
    assert (accepted.actor, withdrawn.actor) == ("simimo", "nadia")
    assert "erreur" not in withdrawn.content


def test_the_same_bytes_are_entered_once_and_give_the_same_anchor(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "SPECIMEN.csv", TITLES)
    receipts = [
        submission.receive_file(path, TITLES, "2026-03", is_specimen=True, gate=False).receipt
        for _ in range(2)
    ]
    assert len(entries()) == 2
    assert receipts[0].anchor == receipts[1].anchor
    assert faults(Anchor.parsed(receipts[0].anchor)) == ()


def tampered(*statements: str) -> None:
    """What the server's owner does once the triggers are out of the way."""
    with connect() as session:
        session.execute("alter table ledger.entry disable trigger all")
        for statement in statements:
            session.execute(statement)


@pytest.fixture
def six() -> list[Entry]:
    """Six entries, the last of them known to somebody else."""
    with connect("simimo_pipeline") as session:
        for n in range(6):
            enter(session, n)
            session.commit()
    return entries()


def test_what_the_owner_tampers_with_is_found(six: list[Entry]) -> None:
    tampered("update ledger.entry set actor = 'somebody else' where number = 3")
    assert faults() == (Fault("changed", 3),)
    tampered("delete from ledger.entry where number = 5")
    assert faults() == (Fault("changed", 3), Fault("missing", 5), Fault("unlinked", 6))


def test_swapped_entries_are_found(six: list[Entry]) -> None:
    tampered(
        "update ledger.entry set number = 20 where number = 2",
        "update ledger.entry set number = 2 where number = 4",
        "update ledger.entry set number = 4 where number = 20",
    )
    assert {f.number for f in faults() if f.kind == "changed"} == {2, 4}


def test_a_cut_tail_is_found_by_an_anchor(six: list[Entry]) -> None:
    tampered("delete from ledger.entry where number > 4")
    assert faults() == ()
    assert faults(six[5].anchor) == (Fault("cut", 6),)


def test_a_chain_computed_anew_is_found_by_an_anchor(six: list[Entry]) -> None:
    tampered("delete from ledger.entry where number > 4")
    with connect("simimo_pipeline") as session:
        for n in (4, 7):
            enter(session, n)
            session.commit()
    assert faults() == ()
    assert faults(six[5].anchor) == (Fault("rewritten", 6),)


@pytest.mark.parametrize("function", ["warehouse.submission._enter", "warehouse.loading._enter"])
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_kill_leaves_no_entry_without_act_and_no_act_without_entry(
    tmp_path: Path, function: str, moment: str
) -> None:
    module, name = function.rsplit(".", 1)
    path = write_csv(tmp_path / "SPECIMEN.csv", TITLES, {"nationalite": "MALIENNE"})
    code = f"""
import os, signal
from pathlib import Path
import {module} as module
from warehouse.submission import receive_file
entered = module.{name}
def killed(*given):
    if {moment == "after"}:
        entered(*given)
    os.kill(os.getpid(), signal.SIGKILL)
module.{name} = killed
receive_file(Path({str(path)!r}), {TITLES!r}, '2026-03', True, gate=False)
"""
    run = subprocess.run([sys.executable, "-c", code], check=False, env=dict(os.environ))
    assert run.returncode == -signal.SIGKILL
    assert_entered()
    again = submission.receive_file(path, TITLES, "2026-03", is_specimen=True, gate=False)
    assert again.state == "accepted"
    assert_entered()
    assert faults() == ()


def assert_entered() -> None:
    """Each submission has the entries of its receipt and of its state, and no entry is alone."""
    with connect("simimo_pipeline") as session:
        found = session.execute("select id, state from submission.submission").fetchall()
    expected = {f"submission/{number} submission_received" for number, _ in found}
    expected |= {
        f"submission/{number} submission_{state}" for number, state in found if state != "checked"
    }
    assert set(told()) == expected


def test_an_original_is_opened_after_its_entry(tmp_path: Path, simimo_home: Path) -> None:
    from warehouse.original import open_original

    number = receive(tmp_path, nationalite="GUINEENNE")
    key, wrong = simimo_home / "keys" / "custodian.key", tmp_path / "wrong.key"
    open_original(number, key, tmp_path / "clear.csv")
    assert told()[2:] == [f"submission/{number} original_opened"]
    import pyrage

    wrong.write_text(f"{pyrage.x25519.Identity.generate()}\n")
    with pytest.raises(pyrage.DecryptError):
        open_original(number, wrong, tmp_path / "other.csv")
    assert told()[3:] == [
        f"submission/{number} original_opened",
        f"submission/{number} original_not_opened",
    ]
    with pytest.raises(UnknownSubmission):
        open_original(999, key, tmp_path / "third.csv")
    assert len(told()) == 5


def test_a_table_that_no_longer_says_what_was_entered_is_found(tmp_path: Path) -> None:
    receive(tmp_path)
    second = receive(tmp_path, sexe="M")
    assert faults() == ()
    place = f"submission/{second}"
    statements = {
        f"update submission.submission set state = 'rejected' where id = {second}": "differs",
        f"update submission.submission set sha256 = 'x' where id = {second}": "differs",
        f"delete from submission.submission where id = {second}": "lost",
        "alter table ledger.entry disable trigger all;"
        f"delete from ledger.entry where subject = '{place}'": "unentered",
    }
    for statement, kind in statements.items():
        with connect() as session:
            session.execute(statement)
            session.execute("set local role simimo_pipeline")
            found = list(kept_faults(session))
            session.rollback()
        assert [(f.kind, f.place) for f in found] == [(kind, place)]


def test_an_export_is_verified_without_the_database(six: list[Entry], tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    run = CliRunner().invoke(app, ["ledger", "export", "--output", str(path)])
    assert run.exit_code == 0
    assert list(reading.read_file(path)) == six
    held = f"6:{six[5].hash}"
    call = ["ledger", "verify", "--file", str(path), "--anchor", held, "--lang", "en"]
    assert CliRunner().invoke(app, call).output.startswith("The ledger is sound: 6 entries")
    lines = path.read_text("utf-8").splitlines()
    path.write_text("\n".join(lines[:5]) + "\n", "utf-8")
    cut = CliRunner().invoke(app, call)
    assert cut.exit_code == 1
    assert "entry 6: known elsewhere" in cut.output
    path.write_text("{}\n", "utf-8")
    with pytest.raises(reading.InvalidLedgerFile):
        list(reading.read_file(path))


@pytest.mark.parametrize("lang", ["fr", "ar", "en"])
def test_the_list_names_every_act_in_words(lang: str) -> None:
    from warehouse.messages import words

    assert set(words("ledger")["actions"]) == set(CONTENT)
    with connect("simimo_pipeline") as session:
        enter(session)
    run = CliRunner().invoke(app, ["ledger", "list", "--lang", lang])
    assert words("ledger")["actions"]["pairs_shown"][lang] in run.output
