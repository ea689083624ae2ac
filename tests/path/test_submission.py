"""A submission on the real path: received, decided, replaced, withdrawn, compared."""

import pytest

from tests.factories import many, write_csv
from warehouse import submission
from warehouse.database import connect
from warehouse.difference import difference
from warehouse.errors import (
    DecisionRefused,
    FileNotReadable,
    InvalidPeriod,
    ReasonMissing,
    UnknownSubmission,
)
from warehouse.identity import opened

pytestmark = pytest.mark.path

TITLES = "dgsn_residence_titles"


@pytest.fixture(autouse=True)
def _database(warehouse_database):
    """Every test here has a warehouse of its own."""


def _receive(tmp_path, contract_id, *changes, period="2026-03", name="SPECIMEN.csv"):
    path = write_csv(tmp_path / name, contract_id, *changes)
    return submission.receive_file(path, contract_id, period, is_specimen=True, gate=False)


def _current(contract_id):
    with connect("simimo_pipeline") as session:
        return session.execute(
            "select period, submission_id, part from submission.current where contract = %s "
            "order by 1, 2, 3",
            [contract_id],
        ).fetchall()


def _rows(table, submission_id, role="simimo_transform"):
    with connect(role) as session:
        statement = f"select * from {table} where submission_id = {submission_id}"
        cursor = session.execute(statement)
        names = [c.name for c in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]


def test_an_accepted_file_is_in_raw_without_any_identifier_or_name(tmp_path):
    report = _receive(tmp_path, TITLES)
    assert report.state == "accepted"
    (row,) = _rows("raw.dgsn_residence_titles", report.receipt.submission_id)
    held = " ".join(str(value) for value in row.values())
    for clear in ("Z123456Z", "ZZ0012345", "DIOP", "AMINATA", "17/05/1990", "1990-05-17"):
        assert clear not in held
    assert row["date_naissance"] == "1990-05"
    assert row["nationalite"] == "SENEGALAISE"
    assert len(row["numero_titre"]) == 32


def test_names_and_birth_date_are_in_identity_alone_and_sealed(tmp_path):
    report = _receive(tmp_path, TITLES)
    (person,) = _rows("identity.person_record", report.receipt.submission_id, role="simimo_linkage")
    held = " ".join(str(value) for value in person.values())
    for clear in ("DIOP", "AMINATA", "1990-05-17"):
        assert clear not in held
    assert opened([person["sealed"]]).row(0) == ("DIOP", "AMINATA", "1990-05-17")
    assert person["residence_title_pseudonym"] is not None


def test_the_same_bytes_give_the_same_receipt(tmp_path):
    first = _receive(tmp_path, TITLES)
    again = _receive(tmp_path, TITLES)
    assert again.receipt.already_received
    assert again.receipt.submission_id == first.receipt.submission_id
    assert again.receipt.received_at == first.receipt.received_at


def test_a_new_version_supersedes_and_its_withdrawal_brings_the_first_back(tmp_path):
    first = _receive(tmp_path, TITLES).receipt.submission_id
    second = _receive(tmp_path, TITLES, {"sexe": "M"}).receipt
    assert second.version == 2
    assert _current(TITLES) == [("2026-03", second.submission_id, "")]
    withdrawn = submission.withdraw(second.submission_id, "envoyé par erreur", "nadia")
    assert withdrawn.state == "withdrawn"
    assert _current(TITLES) == [("2026-03", first, "")]


def test_a_rejected_file_keeps_its_findings_and_original_and_no_row(tmp_path, simimo_home):
    report = _receive(tmp_path, TITLES, {"date_expiration": "13.03.2027"})
    assert report.state == "rejected"
    assert report.total("error") == 1
    assert _current(TITLES) == []
    assert _rows("raw.dgsn_residence_titles", report.receipt.submission_id) == []
    assert (simimo_home / "vault" / report.sha256[:2] / f"{report.sha256}.age").exists()
    with connect("simimo_pipeline") as session:
        kept = submission.report(session, report.receipt.submission_id)
    assert kept.findings == report.findings


def test_one_employer_with_an_error_does_not_stop_the_others(tmp_path):
    employers = many(3, numero_affilie="000{:04d}", numero_assure="000{:06d}")
    wrong = {"numero_affilie": "0000002", "numero_assure": "000999999", "jours_declares": "40"}
    report = _receive(tmp_path, "cnss_declarations", *employers, wrong)
    assert report.state == "accepted"
    assert report.part_counts == {"accepted": 2, "rejected": 1}
    assert len(_rows("raw.cnss_declarations", report.receipt.submission_id)) == 2
    assert len(_current("cnss_declarations")) == 2
    assert "0000002" not in str(report.to_dict())


def test_a_corrected_employer_alone_is_added_to_the_month(tmp_path):
    wrong = {"numero_affilie": "0000002", "jours_declares": "40"}
    _receive(tmp_path, "cnss_declarations", {"numero_affilie": "0000001"}, wrong)
    _receive(tmp_path, "cnss_declarations", wrong | {"jours_declares": "20"})
    assert len(_current("cnss_declarations")) == 2


def test_of_a_register_only_the_newest_file_is_current(tmp_path):
    _receive(tmp_path, "cnss_employers", period="2026-02")
    newest = _receive(tmp_path, "cnss_employers", {"effectif": "30"}, period="2026-03")
    assert _current("cnss_employers") == [("2026-03", newest.receipt.submission_id, "")]


def test_a_late_immatriculation_marks_the_months_it_describes(tmp_path):
    for month, number in (("01", "000000001"), ("02", "000000002"), ("03", "000000002")):
        row = {"numero_assure": number, "periode": f"2026{month}"}
        _receive(tmp_path, "cnss_declarations", row, period=f"2026-{month}")
    _receive(tmp_path, "cnss_immatriculations", {"numero_assure": "000000001"})
    with connect() as session:
        session.execute("create schema harmonised")
        session.execute("create table harmonised.build ()")  # what a first build leaves
        session.execute("grant usage on schema harmonised to simimo_pipeline")
        session.execute("delete from submission.affected_period")
    register = ({"numero_assure": "000000001"}, {"numero_assure": "000000002"})
    _receive(tmp_path, "cnss_immatriculations", *register, period="2026-04")
    with connect("simimo_pipeline") as session:
        marked = session.execute(
            "select contract, period from submission.affected_period order by 1, 2"
        ).fetchall()
    assert marked == [
        ("cnss_declarations", "2026-02"),
        ("cnss_declarations", "2026-03"),
        ("cnss_immatriculations", "2026-04"),
    ]


def test_a_difference_counts_added_removed_and_changed_rows(tmp_path):
    def employer(number, **changes):
        return {"numero_affilie": f"000000{number}", **changes}

    _receive(tmp_path, "cnss_employers", employer(1), employer(2), employer(3))
    new = (employer(1), employer(2, region="07"), employer(4))
    number = _receive(tmp_path, "cnss_employers", *new).receipt.submission_id
    found = difference(number)
    assert (found.added, found.removed, found.changed, found.unchanged) == (1, 1, 1, 1)
    assert found.columns == {"region": 1}


def test_a_decision_needs_a_held_submission(tmp_path):
    number = _receive(tmp_path, TITLES).receipt.submission_id
    with pytest.raises(DecisionRefused, match="accepted"):
        submission.decide(number, "accept", "vu", "nadia")
    with pytest.raises(UnknownSubmission):
        submission.withdraw(999, "?", "nadia")


def test_what_cannot_be_received_says_so_before_anything_is_kept(tmp_path):
    with pytest.raises(FileNotReadable):
        submission.receive_file(tmp_path / "absent.csv", TITLES, "2026-03")
    with pytest.raises(InvalidPeriod):
        _receive(tmp_path, TITLES, period="2026-Q1")
    with connect("simimo_pipeline") as session:
        assert session.execute("select count(*) from submission.submission").fetchone() == (0,)


def _held(number):
    """Put an accepted submission back into the state of one that the gate held."""
    with connect() as session:
        for table, key in (("submission", "id"), ("part", "submission_id")):
            session.execute(
                f"update submission.{table} set state = 'held' where {key} = %s", [number]
            )
        row = session.execute("select contract from submission.submission where id = %s", [number])
        table = row.fetchone()[0]
        session.execute(f"alter table raw.{table} detach partition raw.{table}_s{number}")
        session.execute(
            f"alter table identity.person_record detach partition identity.person_record_s{number}"
        )


def test_a_late_decision_does_not_bring_an_older_version_before_a_newer_one(tmp_path):
    second = _receive(tmp_path, TITLES).receipt.submission_id
    _held(second)
    third = _receive(tmp_path, TITLES, {"sexe": "M"}).receipt.submission_id
    decided = submission.decide(second, "accept", "vu avec la DGSN", "nadia")
    assert decided.state == "superseded"
    assert _current(TITLES) == [("2026-03", third, "")]


def test_a_specimen_sent_without_its_flag_can_be_sent_again_with_it(tmp_path):
    path = write_csv(tmp_path / "SPECIMEN.csv", TITLES)
    assert submission.receive_file(path, TITLES, "2026-03", gate=False).state == "rejected"
    again = submission.receive_file(path, TITLES, "2026-03", is_specimen=True, gate=False)
    assert again.state == "accepted"


def test_a_decision_needs_a_reason(tmp_path):
    number = _receive(tmp_path, TITLES).receipt.submission_id
    with pytest.raises(ReasonMissing):
        submission.withdraw(number, "  ", "nadia")


def test_a_corrected_employer_is_compared_with_its_own_earlier_file(tmp_path):
    def workers(employer, *wages):
        return [
            {"numero_affilie": employer, "numero_assure": f"00012300{n}", "salaire_reel": wage}
            for n, wage in enumerate(wages)
        ]

    _receive(tmp_path, "cnss_declarations", *workers("0000001", "600000", "600000"))
    _receive(tmp_path, "cnss_declarations", *workers("0000002", "700000"))
    corrected = _receive(tmp_path, "cnss_declarations", *workers("0000001", "600000", "650000"))
    found = difference(corrected.receipt.submission_id)
    assert (found.added, found.removed, found.changed, found.unchanged) == (0, 0, 1, 1)
    assert found.columns == {"salaire_reel": 1}
    assert (found.parts_added, found.parts_removed) == ((), ())
