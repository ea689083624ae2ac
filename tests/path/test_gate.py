"""A month that is not plausible is held with its reason, until a person decides."""

import pytest

from tests.factories import many, write_csv
from warehouse import submission
from warehouse.database import connect

pytestmark = pytest.mark.path

CONTRACT = "cnss_employers"
ORDINARY = 2_000


def _receive(tmp_path, month, count):
    path = tmp_path / f"SPECIMEN_{month}_{count}.csv"
    write_csv(path, CONTRACT, *many(count, numero_affilie="000{:04d}", ice="000{:012d}"))
    return submission.receive_file(path, CONTRACT, month, is_specimen=True)


def _current():
    with connect("simimo_pipeline") as session:
        return session.execute(
            "select period from submission.current where contract = %s", [CONTRACT]
        ).fetchall()


def test_a_register_that_shrinks_is_held_and_a_steward_decides(warehouse_database, tmp_path):
    for month in ("2026-01", "2026-02", "2026-03"):
        assert _receive(tmp_path, month, ORDINARY).state == "accepted"
    held = _receive(tmp_path, "2026-04", ORDINARY // 2)
    assert held.state == "held"
    assert _current() == [("2026-03",)]
    with connect("simimo_pipeline") as session:
        reason = session.execute(
            "select decision_reason from submission.submission where id = %s",
            [held.receipt.submission_id],
        ).fetchone()
        kept = session.execute("select count(*) from submission.expectation_result").fetchone()
    assert reason[0]
    assert kept[0] > 0
    decided = submission.decide(
        held.receipt.submission_id, "accept", "radiations confirmées par la CNSS", "nadia"
    )
    assert decided.state == "accepted"
    assert _current() == [("2026-04",)]


def test_a_held_submission_that_is_rejected_leaves_no_row(warehouse_database, tmp_path):
    for month in ("2026-01", "2026-02", "2026-03"):
        _receive(tmp_path, month, ORDINARY)
    held = _receive(tmp_path, "2026-04", ORDINARY // 2)
    rejected = submission.decide(held.receipt.submission_id, "reject", "fichier tronqué", "nadia")
    assert rejected.state == "rejected"
    with connect("simimo_transform") as session:
        found = session.execute(
            "select count(*) from raw.cnss_employers where submission_id = %s",
            [held.receipt.submission_id],
        ).fetchone()
    assert found == (0,)
