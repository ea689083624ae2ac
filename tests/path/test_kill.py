"""kill -9 at any moment of a receipt: afterwards the submission is whole or absent."""

import os
import signal
import subprocess
import sys
import time

import pytest

from tests.factories import many, write_csv
from warehouse import interrupted
from warehouse.database import connect
from warehouse.submission import receive_file
from warehouse.vault import UNFINISHED_SECONDS

pytestmark = pytest.mark.path

ROWS = 30_000
MOMENTS = (0.4, 0.6, 0.8, 1.0, 1.3, 1.7)
"""Seconds after the start at which the process is killed: before, during and after the load."""


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_killed_receipt_is_whole_or_absent_and_can_be_sent_again(
    warehouse_database, tmp_path, moment
):
    rows = many(ROWS, numero_affilie="0000001", numero_assure="000{:06d}")
    path = write_csv(tmp_path / "SPECIMEN.csv", "cnss_declarations", *rows)
    code = (
        "from pathlib import Path; from warehouse.submission import receive_file; "
        f"receive_file(Path({str(path)!r}), 'cnss_declarations', '2026-03', True, gate=False)"
    )
    running = subprocess.Popen([sys.executable, "-c", code], env=dict(os.environ))
    time.sleep(moment)
    running.send_signal(signal.SIGKILL)
    running.wait()
    assert _kept_rows() in (0, ROWS)
    report = receive_file(path, "cnss_declarations", "2026-03", True, gate=False)
    assert report.state == "accepted"
    assert _kept_rows() == ROWS
    assert _stray_partitions() == []


BEFORE_THE_GATE = """
import os, signal
from pathlib import Path
from warehouse import submission
submission.gate_and_decide = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
submission.receive_file(Path({path!r}), 'cnss_declarations', '2026-03', True)
"""
WHILE_SEALING = """
import os, signal
from pathlib import Path
import pyrage
from warehouse.submission import receive_file
def half(clear, sealed, _):
    sealed.write(clear.read(100))
    sealed.flush()
    os.kill(os.getpid(), signal.SIGKILL)
pyrage.encrypt_io = half
receive_file(Path({path!r}), 'cnss_declarations', '2026-03', True)
"""


def _killed(code, tmp_path, wage):
    # The vault is shared by all tests, and keeps the same bytes once.
    path = write_csv(tmp_path / "SPECIMEN.csv", "cnss_declarations", {"salaire_reel": wage})
    command = [sys.executable, "-c", code.format(path=str(path))]
    run = subprocess.run(command, check=False, env=dict(os.environ))
    assert run.returncode == -signal.SIGKILL


def test_a_submission_killed_before_its_gate_is_decided_at_the_next_build(
    warehouse_database, tmp_path
):
    _killed(BEFORE_THE_GATE, tmp_path, "520001")
    assert _states() == ["checked"]
    interrupted.finish()
    assert _states() == ["accepted"]
    assert _kept_rows() == 1


def test_half_an_original_is_swept_once_nobody_writes_it_any_more(
    warehouse_database, tmp_path, simimo_home
):
    _killed(WHILE_SEALING, tmp_path, "520002")
    (half,) = (simimo_home / "vault").glob("*/*.part")
    interrupted.finish()
    assert half.exists()
    long_ago = time.time() - UNFINISHED_SECONDS - 60
    os.utime(half, (long_ago, long_ago))
    interrupted.finish()
    assert not half.exists()


def _states():
    with connect("simimo_pipeline") as session:
        rows = session.execute("select state from submission.submission order by id")
        return [state for (state,) in rows]


def _kept_rows():
    with connect("simimo_pipeline") as session:
        row = session.execute(
            "select count(*) from raw.cnss_declarations as r inner join submission.current as c "
            "on r.submission_id = c.submission_id and r.part = c.part"
        ).fetchone()
    return row[0]


def _stray_partitions():
    """Partitions of submissions that nobody knows."""
    with connect() as session:
        return session.execute(
            """
            select relname from pg_class
            where relname ~ '_s[0-9]+$' and relkind = 'r'
                and substring(relname from '_s([0-9]+)$')::bigint
                    not in (select id from submission.submission)
            """
        ).fetchall()
