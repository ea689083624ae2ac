"""How a pull ends: killed, it leaves nothing behind for long; asked to stop, it ends whole."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml

from tests.factories import write_csv
from warehouse.database import connect
from warehouse.errors import DatabaseUnavailable
from warehouse.pull import Stop, pull
from warehouse.settings import settings

pytestmark = pytest.mark.path

TITLES = "dgsn_residence_titles"
PULL_EVERY_SECOND = (
    "import sys; from warehouse.cli import main; "
    "sys.argv = ['simimo', 'pull', '--every', '1', '--lang', 'en']; main()"
)
KILLED_WHILE_IT_RECEIVES = """
import os, signal
from warehouse.pull import pulling
pulling.receive_file = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
pulling.pull()
"""
SLOW_RECEIPT = (
    """
import sys, time
from pathlib import Path
from warehouse.pull import pulling
receive = pulling.receive_file
def slowly(*told):
    Path({mark!r}).touch()
    time.sleep(2)
    return receive(*told)
pulling.receive_file = slowly
"""
    + PULL_EVERY_SECOND
)
PATIENCE_SECONDS = 120


@pytest.fixture
def inbox(warehouse_database, tmp_path, monkeypatch) -> Path:
    """A folder agreed with DGSN, after one that does not exist."""
    folder = tmp_path / "inbox"
    folder.mkdir()
    agreed = {
        "name": "dgsn-titles",
        "provider": "dgsn",
        "contract": TITLES,
        "url": f"file://{folder}/*.csv",
        "period": r"SPECIMEN_(?P<period>\d{4}-\d{2})\.csv",
        "specimen": True,
        "settle_seconds": 0,
    }
    missing = agreed | {"name": "missing", "url": "file:///nowhere/*.csv"}
    path = tmp_path / "places.yml"
    path.write_text(yaml.safe_dump({"places": [missing, agreed]}), "utf-8")
    monkeypatch.setenv("SIMIMO_PLACES", str(path))
    settings.cache_clear()
    return folder


def left_behind() -> list[Path]:
    return [path for path in settings().pull_dir.rglob("*") if path.is_file()]


def running(code: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", code],
        env=dict(os.environ),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def received() -> int:
    with connect() as session:
        (count,) = session.execute("select count(*) from submission.fetched").fetchone()
    return int(count)


def wait_until(is_so) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.1)


def test_what_a_killed_pull_leaves_goes_at_the_next_one(inbox):
    write_csv(inbox / "SPECIMEN_2026-03.csv", TITLES)
    killed = running(KILLED_WHILE_IT_RECEIVES)
    killed.communicate()
    assert killed.returncode == -signal.SIGKILL
    (copy,) = left_behind()
    of_no_place = settings().pull_dir / "no-longer-agreed" / "extract.csv"
    of_no_place.parent.mkdir()
    of_no_place.touch()
    assert copy.is_relative_to(settings().home)
    assert (settings().pull_dir.stat().st_mode & 0o777) == 0o700

    states = [file.state for file in pull("dgsn").files]
    assert states == ["unreachable", "accepted"]
    assert left_behind() == []


@pytest.mark.parametrize("asked_by", [signal.SIGTERM, signal.SIGINT])
def test_rounds_go_on_past_a_place_that_fails_until_they_are_asked_to_stop(inbox, asked_by):
    write_csv(inbox / "SPECIMEN_2026-03.csv", TITLES)
    rounds = running(PULL_EVERY_SECOND)
    wait_until(lambda: received() == 1)
    write_csv(inbox / "SPECIMEN_2026-04.csv", TITLES)
    wait_until(lambda: received() == 2)
    rounds.send_signal(asked_by)
    said, ended = rounds.communicate(timeout=PATIENCE_SECONDS)
    assert rounds.returncode == 0, ended
    assert "missing\n  PUL-009" in said
    assert "→ Check the address" in said
    assert "stopped" in ended


def test_the_file_at_hand_is_received_before_the_end(inbox, tmp_path):
    for month in ("03", "04"):
        write_csv(inbox / f"SPECIMEN_2026-{month}.csv", TITLES)
    mark = tmp_path / "at_hand"
    rounds = running(SLOW_RECEIPT.format(mark=str(mark)))
    wait_until(mark.exists)
    rounds.send_signal(signal.SIGTERM)
    said, ended = rounds.communicate(timeout=PATIENCE_SECONDS)
    assert rounds.returncode == 0, ended
    assert "SPECIMEN_2026-03.csv" in said
    assert received() == 1
    assert left_behind() == []


def test_a_file_whose_pull_lost_the_database_has_its_receipt_at_the_next_one(inbox):
    write_csv(inbox / "SPECIMEN_2026-03.csv", TITLES)

    def lose(_: float) -> None:
        with connect(autocommit=True) as session:
            session.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where datname = current_database() and pid <> pg_backend_pid()"
            )

    with pytest.raises(DatabaseUnavailable):
        pull("dgsn", wait=lose)
    _, again = pull("dgsn").files
    assert again.report is not None
    assert again.report.receipt.already_received
    assert left_behind() == []


def test_one_asked_to_stop_receives_nothing_more(inbox):
    write_csv(inbox / "SPECIMEN_2026-03.csv", TITLES)
    stop = Stop()
    stop.ask()
    assert pull("dgsn", stop=stop).files == ()
    assert received() == 0
