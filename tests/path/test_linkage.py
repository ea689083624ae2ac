"""Linkage on the real path: persons over institutions and months, merged, parted, never lost."""

import logging
import os
import shutil
import signal
import subprocess
import sys

import polars as pl
import pytest

from tests.factories import write_csv
from warehouse import submission
from warehouse.database import connect
from warehouse.documents.document import html
from warehouse.documents.linkage_report import linkage_report
from warehouse.errors import NothingLinked, NoTruth
from warehouse.ledger.reading import entries
from warehouse.linkage import linking
from warehouse.linkage.linking import link
from warehouse.linkage.quality_figures import linkage_figures
from warehouse.linkage.work import Work, to_do
from warehouse.settings import settings
from warehouse.specimen.truth import write_records

pytestmark = pytest.mark.path

TITLES, SEEKERS = "dgsn_residence_titles", "anapec_job_seekers"
KNOWN = [
    ("sex", "*", "F", "F", 3),
    ("sex", "*", "M", "M", 3),
    ("sex", "anapec", "2", "F", 2),
    ("sex", "anapec", "1", "M", 2),
    ("area", "dgsn", "SENEGALAISE", "SN", 2),
    ("area", "anapec", "SEN", "SN", 2),
    ("region", "dgsn", "RABAT", "04.421", 2),
]


@pytest.fixture(autouse=True)
def _built(warehouse_database):
    """A warehouse whose build has made correspondences, and nothing else that linkage reads."""
    with connect() as session:
        session.execute(
            "create schema harmonised;"
            "create table harmonised.known_correspondence (variable text, provider text, "
            "source_code text, code text, preference integer);"
            "grant usage on schema harmonised to simimo_linkage;"
            "grant select on harmonised.known_correspondence to simimo_linkage"
        )
        session.cursor().executemany(
            "insert into harmonised.known_correspondence values (%s, %s, %s, %s, %s)", KNOWN
        )


@pytest.fixture
def receive(tmp_path):
    def received(contract, *changes, period="2026-03"):
        day = f"14/{period[5:]}/{period[:4]}"
        dated = {"date_inscription": day} if contract == SEEKERS else {"date_decision": day}
        rows = [dated | change for change in changes]
        path = write_csv(tmp_path / "SPECIMEN.csv", contract, *rows)
        report = submission.receive_file(path, contract, period, is_specimen=True, gate=False)
        assert report.state == "accepted"
        return report.receipt.submission_id

    return received


def _links():
    with connect("simimo_linkage") as session:
        found = session.execute(
            "select contract, record_id, person_key, method from linkage.person_link order by 1, 2"
        )
        return {(contract, record): (key, method) for contract, record, key, method in found}


def _persons():
    return {key for key, _ in _links().values()}


def _changes():
    with connect("simimo_analyst") as session:
        return session.execute(
            "select kind, person_key, other_key, reason, record_count "
            "from linkage.person_change order by id"
        ).fetchall()


def _title(number, **changes):
    return {"numero_titre": f"Z00000{number}Z", "numero_passeport": f"ZZ000000{number}", **changes}


def test_a_worker_known_to_two_institutions_is_one_person(receive):
    receive(TITLES, _title(1), _title(2, nom="NDOYE", prenom="KHADY", date_naissance="02/11/1979"))
    receive(SEEKERS, {"numero_passeport": "ZZ0000001", "nom": "DIOPP", "prenom": "AMINATA"})
    summary = link()
    assert (summary.records, summary.persons, len(_persons())) == (3, 2, 2)
    assert {method for _, method in _links().values()} == {"passport", "single"}


def test_a_run_in_slices_links_as_a_run_at_once(receive, monkeypatch):
    receive(TITLES, *(_title(n, nom=f"NDOYE{n}") for n in range(1, 6)))
    sought = [
        {"numero_passeport": f"ZZ000000{n}", "numero_inscription": f"00000000{n}"}
        for n in (2, 4, 7)
    ]
    receive(SEEKERS, *sought, period="2026-04")
    gone = receive(SEEKERS, {"numero_passeport": "ZZ0000008"}, period="2026-05")
    at_once, whole = link(), _links()
    with connect() as session:
        session.execute(
            "truncate linkage.person_link, linkage.person_identifier, linkage.blocking_key, "
            "linkage.linked_submission, linkage.run cascade"
        )
    by_two = linking.rules().model_copy(update={"slice_records": 2})
    monkeypatch.setattr(linking, "rules", lambda: by_two)
    in_slices = link()
    # A record keeps the method by which it was linked itself: who founds a person came alone.
    assert {record: key for record, (key, _) in _links().items()} == {
        record: key for record, (key, _) in whole.items()
    }
    assert (in_slices.records, in_slices.persons, in_slices.linked) == (9, 7, at_once.linked)
    with connect() as session:
        assert session.execute("select count(*) from linkage.run").fetchone() == (5,)
        assert to_do(session) == Work((), ())
    submission.withdraw(gone, "wrong file", "tester")
    link()
    assert len(_links()) == len(whole) - 1


def test_nothing_new_is_nothing_to_link(receive):
    receive(TITLES, _title(1))
    link()
    assert link().records == 0


def test_persons_keep_their_keys_over_the_months(receive):
    receive(TITLES, _title(1), _title(2, nom="NDOYE", prenom="KHADY"), period="2026-03")
    link()
    before = _links()
    receive(
        SEEKERS,
        {"numero_passeport": "ZZ0000002", "nom": "NDOYE", "prenom": "KHADY"},
        period="2026-04",
    )
    link()
    after = _links()
    assert before.items() <= after.items()
    assert len(_persons()) == 2
    assert _changes() == []


def test_the_same_files_give_the_same_keys(receive):
    receive(TITLES, _title(1), _title(2, nom="NDOYE", prenom="KHADY"), period="2026-03")
    receive(SEEKERS, {"numero_passeport": "ZZ0000002", "nom": "NDOYE"}, period="2026-04")
    link()
    first = _links()
    with connect("simimo_linkage") as session:
        for table in ("person_link", "person_identifier", "blocking_key", "linked_submission"):
            session.execute(f"delete from linkage.{table}")
    link()
    assert _links() == first


def test_a_record_with_the_numbers_of_two_persons_merges_them_and_says_so(receive):
    receive(TITLES, _title(1), period="2026-03")
    # The other title and passport of the same woman, under her name at birth.
    receive(TITLES, _title(2, nom="SOW"), period="2026-04")
    link()
    assert len(_persons()) == 2
    receive(
        SEEKERS,
        {"numero_passeport": "ZZ0000001", "numero_titre_sejour": "Z000002Z", "nom": "DIOP"},
        period="2026-05",
    )
    summary = link()
    assert summary.merges == 1
    assert len(_persons()) == 1
    ((kind, gone, kept, reason, records),) = _changes()
    assert (kind, records) == ("merge", 1)
    assert reason in ("passport", "residence_title")
    assert {kept} == _persons()
    assert gone != kept


def test_the_person_of_the_earliest_record_survives_a_merge(receive):
    receive(TITLES, _title(1), period="2026-03")
    link()
    (first,) = _persons()
    receive(TITLES, _title(2, nom="SOW"), period="2026-04")
    link()
    bridge = {"numero_passeport": "ZZ0000001", "numero_titre_sejour": "Z000002Z"}
    receive(SEEKERS, bridge, period="2026-05")
    link()
    assert _persons() == {first}


def test_a_withdrawn_record_parts_the_persons_that_it_alone_joined(receive):
    receive(TITLES, _title(1), period="2026-03")
    receive(TITLES, _title(2, nom="SOW"), period="2026-04")
    bridge = {"numero_passeport": "ZZ0000001", "numero_titre_sejour": "Z000002Z"}
    number = receive(SEEKERS, bridge, period="2026-05")
    link()
    (whole,) = _persons()
    submission.withdraw(number, "sent by mistake", "a steward")
    summary = link()
    assert summary.splits == 1
    assert len(_links()) == 2
    assert whole in _persons()
    assert len(_persons()) == 2
    ((kind, before, _, reason, _),) = _changes()
    assert (kind, before, reason) == ("split", whole, "link fell")


def test_a_corrected_file_links_its_record_anew(receive):
    receive(TITLES, _title(1), _title(2, nom="NDOYE", prenom="KHADY", date_naissance="02/11/1979"))
    receive(SEEKERS, {"numero_passeport": "ZZ0000001"})
    link()
    keys = {contract: key for (contract, _), (key, _) in _links().items() if contract == SEEKERS}
    corrected = {
        "numero_passeport": "ZZ0000002",
        "nom": "NDOYE",
        "prenom": "KHADY",
        "date_naissance": "02/11/1979",
    }
    receive(SEEKERS, corrected)
    link()
    links = _links()
    assert len(links) == 3
    moved = {contract: key for (contract, _), (key, _) in links.items() if contract == SEEKERS}
    assert moved != keys
    assert len(_persons()) == 2


def test_a_number_of_two_persons_is_marked_and_leads_to_neither(receive):
    receive(
        TITLES,
        _title(1),
        _title(2, nom="OKAFOR", prenom="EMEKA", date_naissance="23/02/1971")
        | {"numero_passeport": "ZZ0000001", "sexe": "M"},
    )
    link()
    assert len(_persons()) == 2
    with connect("simimo_transform") as session:
        shared = session.execute(
            "select is_shared, count(*) from linkage.person_identifier "
            "where identifier_type = 'passport' group by 1"
        ).fetchall()
    assert shared == [(True, 2)]


KILLED_WHILE_WRITING = """
import os, signal
from warehouse.linkage import links
from warehouse.linkage import linking
from warehouse.linkage.linking import link
links._write_numbers = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
link()
"""


def test_a_run_killed_while_it_writes_leaves_the_links_and_the_next_one_ends_its_work(receive):
    receive(TITLES, _title(1), _title(2, nom="SOW"), period="2026-03")
    link()
    before = _links()
    bridge = {"numero_passeport": "ZZ0000001", "numero_titre_sejour": "Z000002Z"}
    receive(SEEKERS, bridge, period="2026-04")
    command = [sys.executable, "-c", KILLED_WHILE_WRITING]
    run = subprocess.run(command, check=False, env=dict(os.environ))
    assert run.returncode == -signal.SIGKILL
    assert _links() == before
    assert _changes() == []
    summary = link()
    assert (summary.records, summary.merges, len(_links())) == (1, 1, 3)
    assert link().records == 0


def test_a_file_that_tells_of_nobody_is_looked_into_once(receive):
    receive(TITLES, _title(1))
    with connect() as session:
        # As for a file received before identity was kept.
        session.execute("truncate identity.person_record")
    assert link().records == 0
    with connect("simimo_linkage") as session:
        assert to_do(session) == Work((), ())
    with pytest.raises(NothingLinked):
        linkage_figures()
    receive(SEEKERS, {"numero_passeport": "ZZ0000001"}, period="2026-04")
    assert link().records == 1


def test_when_all_is_withdrawn_no_link_stays_even_where_a_model_was_asked_for(receive):
    number = receive(TITLES, _title(1))
    link()
    submission.withdraw(number, "sent by mistake", "a steward")
    link(train=True)
    assert _links() == {}
    receive(TITLES, _title(1))
    assert link().records == 1


def test_no_name_or_birth_date_is_said_or_logged(receive, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    receive(TITLES, _title(1))
    receive(SEEKERS, {"numero_passeport": "ZZ0000001"})
    print(link().text())
    out, err = capfd.readouterr()
    for clear in ("DIOP", "AMINATA", "1990-05-17", "17/05/1990", "ZZ0000001"):
        assert clear not in out + err + caplog.text


def test_the_quality_of_the_links_is_told_beside_the_truth(receive, tmp_path):
    truth = tmp_path / "truth"
    receive(TITLES, _title(1), _title(2, nom="NDOYE", prenom="KHADY", date_naissance="02/11/1979"))
    receive(
        SEEKERS, {"numero_passeport": "ZZ0000001", "numero_inscription": "000001", "nom": "DIOPP"}
    )
    keys = pl.Series(["Z000001Z|2026-03-14", "Z000002Z|2026-03-14"])
    write_records(truth, TITLES, "2026-03", pl.Series([1, 2]), keys)
    write_records(truth, SEEKERS, "2026-03", pl.Series([1]), pl.Series(["000001"]))
    link()
    found = linkage_figures(truth)
    assert (found.records, found.persons, found.persons_shared) == (3, 2, 1)
    assert found.is_specimen
    assert found.truth.known == 3
    between = found.truth.between_sources
    assert (between.precision.count, between.precision.total, between.recall.total) == (1, 1, 1)
    page = html(linkage_report(found, "en"))
    assert all(name not in page for name in ("NDOYE", "KHADY", "DIOPP", "ZZ0000001", "1979"))
    with connect("simimo_steward") as session:
        entered = [entry.action for entry in entries(session)]
    assert entered[-2:] == ["persons_linked", "identities_read"]


def test_the_quality_of_nothing_is_refused(receive, tmp_path):
    # Another test of this run may have made a specimen, whose truth would be found.
    shutil.rmtree(settings().specimen_dir, ignore_errors=True)
    with pytest.raises(NothingLinked):
        linkage_figures()
    receive(TITLES, _title(1))
    link()
    assert linkage_figures().truth is None
    with pytest.raises(NoTruth):
        linkage_figures(tmp_path)
