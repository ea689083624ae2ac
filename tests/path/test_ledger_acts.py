"""Each act that the ledger lists, done for real: one entry tells of it, and of nobody's name."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tests.factories import write_csv
from warehouse import submission
from warehouse.database import connect
from warehouse.desk import decision
from warehouse.desk.correspondence import Correspondence
from warehouse.ledger import reading
from warehouse.ledger.acts import CONTENT
from warehouse.linkage import answers, runs
from warehouse.linkage.linking import NOTHING
from warehouse.linkage.rules import rules
from warehouse.linkage.work import Work
from warehouse.original import open_original
from warehouse.purge import purge
from warehouse.release import make_draft
from warehouse.releasing import workflow

pytestmark = pytest.mark.path

TITLES = "dgsn_residence_titles"
TOMORROW = datetime.now(UTC) + timedelta(days=1)


class Acts:
    """How each act is done, in a folder of its own."""

    def __init__(self, folder: Path, home: Path) -> None:
        self.folder, self.home = folder, home

    def receive(self, **changes: str) -> int:
        path = write_csv(self.folder / "SPECIMEN.csv", TITLES, changes)
        report = submission.receive_file(path, TITLES, "2026-03", is_specimen=True, gate=False)
        assert report.receipt is not None
        return report.receipt.submission_id

    def hold(self) -> int:
        """A submission put into the state in which the gate leaves an implausible one."""
        number = self.receive()
        with connect() as session:
            for table, key in (("submission", "id"), ("part", "submission_id")):
                session.execute(
                    f"update submission.{table} set state = 'checked' where {key} = %s", [number]
                )
            for parent in (f"raw.{TITLES}", "identity.person_record"):
                session.execute(f"alter table {parent} detach partition {parent}_s{number}")
        with connect("simimo_pipeline") as session:
            submission._hold(session, submission._require(session, number), "trop de lignes")
        return number

    def reject(self) -> None:
        submission.decide(self.hold(), "reject", "fichier erroné", "nadia")

    def withdraw(self) -> None:
        submission.withdraw(self.receive(), "fichier erroné", "nadia")

    def decide(self) -> int:
        row = Correspondence("dgsn", "ATLANTE", "ML", "close", "", None, None, "")
        return decision.decide("area", row, "nadia", "confirmé par téléphone").numbers[0]

    def approve(self) -> None:
        number = self.decide()
        with connect() as session:
            session.execute("update codes.decision set status = 'proposed'")
        decision.approve(number, "karim")

    def revoke(self) -> None:
        decision.revoke(self.decide(), "nadia", "une erreur")

    def link(self) -> None:
        with connect("simimo_linkage") as session:
            run = runs.record_run(session, None, answers.threshold(session, rules()))
            found = Work(came=frozenset(), went=frozenset())
            runs.close_run(session, run, found, NOTHING.counts({}))

    def review(self, action: str) -> None:
        with connect("simimo_linkage") as session:
            answers.log(session, "nadia", action, 3)

    def erase(self) -> None:
        self.receive()
        purge(date(2099, 1, 1), "nadia")

    def open(self) -> None:
        key = self.home / "keys" / "custodian.key"
        open_original(self.receive(sexe="M"), key, self.folder / "clear.csv")

    def fail_to_open(self) -> None:
        key = self.folder / "wrong.key"
        key.write_text("# no key\n")
        with pytest.raises(StopIteration):
            open_original(self.receive(sexe="M"), key, self.folder / "clear.csv")

    def draft(self) -> int:
        with connect("simimo_pipeline") as session:
            return make_draft(session, {}, "nadia").number

    def approve_draft(self) -> int:
        number = self.draft()
        workflow.approve(number, "karim")
        return number

    def publish(self) -> int:
        number = self.approve_draft()
        workflow.publish_draft(number, "nadia", TOMORROW)
        return number

    def move_embargo(self) -> None:
        workflow.publish_draft(self.publish(), "nadia", TOMORROW + timedelta(days=1))

    def lift_embargo(self) -> None:
        workflow.withdraw(self.publish(), "nadia", "fichier erroné")


DONE: dict[str, Callable[[Acts], object]] = {
    "submission_received": Acts.receive,
    "submission_accepted": Acts.receive,
    "submission_held": Acts.hold,
    "submission_rejected": Acts.reject,
    "submission_withdrawn": Acts.withdraw,
    "codes_decided": Acts.decide,
    "code_approved": Acts.approve,
    "code_revoked": Acts.revoke,
    "persons_linked": Acts.link,
    "pairs_shown": lambda acts: acts.review("shown"),
    "pairs_exported": lambda acts: acts.review("exported"),
    "pairs_answered": lambda acts: acts.review("answered"),
    "pairs_imported": lambda acts: acts.review("imported"),
    "names_purged": Acts.erase,
    "original_opened": Acts.open,
    "original_not_opened": Acts.fail_to_open,
    "release_drafted": Acts.draft,
    "release_approved": Acts.approve_draft,
    "release_published": Acts.publish,
    "release_embargo_moved": Acts.move_embargo,
    "release_withdrawn": Acts.lift_embargo,
}
ELSEWHERE = {
    "identities_read": "tests/path/test_linkage.py",
    "table_asked": "tests/path/test_asked_table.py",
}
PERSONAL = ("DIOP", "AMINATA", "1990-05-17", "17/05/1990", "ZZ0012345", "Z123456Z", "ATLANTE")
WORDS = ("erroné", "téléphone", "erreur", "trop de lignes")


def test_every_act_of_the_list_is_done_here() -> None:
    assert DONE.keys() | ELSEWHERE.keys() == set(CONTENT)


@pytest.mark.parametrize("action", DONE)
def test_an_act_has_one_entry(
    action: str, warehouse_database: str, tmp_path: Path, simimo_home: Path
) -> None:
    DONE[action](Acts(tmp_path, simimo_home))
    with connect("simimo_pipeline") as session:
        found = list(reading.entries(session))
        assert reading.verify(session).faults == ()
    assert [entry.action for entry in found].count(action) == 1
    told = " ".join(f"{e.actor} {e.subject} {e.content}" for e in found)
    assert [word for word in (*PERSONAL, *WORDS) if word in told] == []
