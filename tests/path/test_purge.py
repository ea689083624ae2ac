"""The purge on the real path: names go when their time is over, links by number stay."""

from datetime import date

import pytest

from tests.factories import write_csv
from warehouse import submission
from warehouse.contracts.contract import contract
from warehouse.database import connect
from warehouse.identity import opened
from warehouse.purge import purge, retained_until

pytestmark = pytest.mark.path

TITLES = "dgsn_residence_titles"
LAST_DAY = retained_until("2026-03", contract(TITLES).retention_months)
DAY_AFTER = date(LAST_DAY.year, LAST_DAY.month + 1, 1)


@pytest.fixture
def received(warehouse_database, tmp_path):
    path = write_csv(tmp_path / "SPECIMEN.csv", TITLES, {})
    report = submission.receive_file(path, TITLES, "2026-03", is_specimen=True, gate=False)
    return report.receipt.submission_id


def _sealed():
    with connect("simimo_linkage") as session:
        rows = session.execute("select sealed from identity.person_record").fetchall()
    return [value for (value,) in rows]


def test_names_are_kept_on_the_last_day_of_their_retention(received):
    assert not purge(LAST_DAY, "a steward").expired
    assert opened(_sealed())["family_name"].to_list() == ["DIOP"]


def test_names_are_gone_on_the_day_after_and_the_log_says_why(received):
    summary = purge(DAY_AFTER, "a steward")
    assert (summary.records, [e.submission_id for e in summary.expired]) == (1, [received])
    assert _sealed() == [None]
    with connect("simimo_steward") as session:
        row = session.execute(
            "select contract, period, kept_until, record_count, reason, purged_by "
            "from identity.purge"
        ).fetchone()
    assert row is not None
    assert row[:4] == (TITLES, "2026-03", LAST_DAY, 1)
    assert str(LAST_DAY) in row[4]
    assert row[5] == "a steward"


def test_pseudonyms_outlast_the_names(received):
    purge(DAY_AFTER, "a steward")
    with connect("simimo_linkage") as session:
        (number,) = session.execute(
            "select residence_title_pseudonym from identity.person_record"
        ).fetchone()
    assert number


def test_the_rows_are_written_anew_so_that_the_disk_holds_no_old_one(received):
    before = _file_of_partition(received)
    purge(DAY_AFTER, "a steward")
    assert _file_of_partition(received) != before


def _file_of_partition(number):
    with connect("simimo_pipeline") as session:
        name = f"identity.person_record_s{number}"
        return session.execute("select pg_relation_filenode(%s)", [name]).fetchone()


def test_a_trial_takes_nothing(received):
    assert purge(DAY_AFTER, "a steward", is_trial=True).records == 1
    assert purge(DAY_AFTER, "a steward").records == 1
    assert purge(DAY_AFTER, "a steward").records == 0
