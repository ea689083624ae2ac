"""Files are fetched from where providers leave them: once each, whole, and with a receipt."""

import json
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from tests.factories import write_csv
from tests.unit.pull.s3_server import BUCKET, s3_server
from warehouse.cli import app
from warehouse.database import connect
from warehouse.pull import pull
from warehouse.settings import settings

pytestmark = pytest.mark.path

TITLES = "dgsn_residence_titles"


@pytest.fixture
def inbox(warehouse_database, tmp_path, monkeypatch) -> Path:
    """A folder agreed with DGSN, beside one of CNSS that does not answer."""
    folder = tmp_path / "inbox"
    folder.mkdir()
    agreed = {
        "name": "dgsn-titles",
        "provider": "dgsn",
        "contract": TITLES,
        "url": f"file://{folder}/*",
        "period": r"SPECIMEN_(?P<period>\d{4}-\d{2}).*\.csv",
        "specimen": True,
        "settle_seconds": 0,
    }
    broken = agreed | {
        "name": "cnss",
        "provider": "cnss",
        "contract": "cnss_declarations",
        "url": "file:///nowhere/*.zip",
    }
    path = tmp_path / "places.yml"
    path.write_text(yaml.safe_dump({"places": [broken, agreed]}), "utf-8")
    monkeypatch.setenv("SIMIMO_PLACES", str(path))
    settings.cache_clear()
    return folder


def titles(provider: str | None = "dgsn", **arguments):
    """What became of each file, by its name."""
    return {file.name: file for file in pull(provider, **arguments).files}


def states(found):
    return {name: file.state for name, file in found.items()}


def test_a_file_is_received_once_and_the_same_bytes_give_the_earlier_receipt(inbox):
    path = write_csv(inbox / "SPECIMEN_2026-03.csv", TITLES)
    first = titles()["SPECIMEN_2026-03.csv"].report
    assert first is not None
    assert (first.state, first.period, first.is_specimen) == ("accepted", "2026-03", True)
    assert titles() == {}

    (inbox / "SPECIMEN_2026-03_v2.csv").write_bytes(path.read_bytes())
    again = titles()["SPECIMEN_2026-03_v2.csv"].report
    assert again is not None
    assert again.receipt.already_received
    assert again.receipt.submission_id == first.receipt.submission_id

    write_csv(path, TITLES, {"sexe": "M"}, {"numero_titre": "Z654321Z"})
    second = titles()["SPECIMEN_2026-03.csv"].report
    assert second is not None
    assert second.receipt.version == 2
    with connect() as session:
        kept = session.execute("select place, file_name, submission_id from submission.fetched")
        assert sorted(kept.fetchall()) == [
            ("dgsn-titles", "SPECIMEN_2026-03.csv", first.receipt.submission_id),
            ("dgsn-titles", "SPECIMEN_2026-03.csv", second.receipt.submission_id),
            ("dgsn-titles", "SPECIMEN_2026-03_v2.csv", first.receipt.submission_id),
        ]


def test_a_file_still_being_written_waits_and_comes_whole(inbox):
    path = write_csv(inbox / "SPECIMEN_2026-03.csv", TITLES)
    (inbox / "SPECIMEN_2026-04.csv.part").write_bytes(b"numero")
    (inbox / ".SPECIMEN_2026-05.csv").write_bytes(b"numero")
    whole = path.read_bytes()
    path.write_bytes(whole[:40])

    waiting = titles(wait=lambda _: path.write_bytes(whole))
    assert set(states(waiting).values()) == {"waiting"}
    assert len(waiting) == 3
    found = titles()
    assert states(found)["SPECIMEN_2026-03.csv"] == "accepted"


def test_hostile_and_nameless_files_are_refused_and_stop_no_other(inbox, tmp_path):
    write_csv(inbox / "SPECIMEN_2026-03..\n$(reboot).csv", TITLES)
    write_csv(inbox / "titres_BE123456.csv", TITLES)
    (inbox / "SPECIMEN_2026-02.csv").symlink_to(settings().home / "keys" / "pseudonym.json")
    write_csv(inbox / "SPECIMEN_2026-04.csv", TITLES, {"sexe": "?"})
    found = titles()
    assert states(found) == {
        "SPECIMEN_2026-03..\ufffd$(••••••).csv": "refused",
        "titres_••••••56.csv": "refused",
        "SPECIMEN_2026-04.csv": "rejected",
    }
    assert {p.name for p in tmp_path.iterdir()} == {"inbox", "places.yml"}
    assert states(titles()) == {
        "SPECIMEN_2026-03..\ufffd$(••••••).csv": "refused",
        "titres_••••••56.csv": "refused",
    }


def test_the_command_tells_receipts_failures_and_its_exit_code(inbox):
    write_csv(inbox / "SPECIMEN_2026-03.csv", TITLES)
    result = CliRunner().invoke(app, ["pull", "--format", "json", "--lang", "en"])
    unreachable, received = json.loads(result.stdout)
    assert result.exit_code == 3
    assert (unreachable["place"], unreachable["error"]["code"]) == ("cnss", "PUL-009")
    assert (received["state"], received["receipt"]["version"]) == ("accepted", 1)
    assert len(received["sha256"]) == 64

    (inbox / "nothing.csv").write_bytes(b"")
    text = CliRunner().invoke(app, ["pull", "--provider", "dgsn", "--lang", "fr"])
    assert text.exit_code == 1
    assert "PUL-006" in text.stdout
    assert "Aucun fichier reçu." in text.stdout
    nothing = CliRunner().invoke(app, ["pull", "--provider", "oecd"])
    assert nothing.exit_code != 0


def test_a_bucket_is_pulled_as_a_folder_is(inbox, tmp_path, monkeypatch):
    path = write_csv(tmp_path / "SPECIMEN_2026-03.csv", TITLES)
    with s3_server() as depot:
        place = {
            "name": "dgsn-bucket",
            "provider": "dgsn",
            "contract": TITLES,
            "url": f"s3://{BUCKET}/titles/*.csv",
            "period": r"SPECIMEN_(?P<period>\d{4}-\d{2})\.csv",
            "specimen": True,
            "settle_seconds": 0,
            "options": {
                "key": {"env": "DEPOT_KEY"},
                "secret": {"env": "DEPOT_SECRET"},
                "client_kwargs": {"endpoint_url": depot.address},
            },
        }
        settings().places_file.write_text(yaml.safe_dump({"places": [place]}), "utf-8")
        monkeypatch.setenv("DEPOT_KEY", depot.key)
        monkeypatch.setenv("DEPOT_SECRET", depot.secret)
        depot.leave("titles/SPECIMEN_2026-03.csv", path.read_bytes())
        first = titles()["SPECIMEN_2026-03.csv"].report
        assert first is not None
        assert (first.state, first.period, first.receipt.version) == ("accepted", "2026-03", 1)
        assert titles() == {}

        write_csv(path, TITLES, {"sexe": "M"}, {"numero_titre": "Z654321Z"})
        depot.leave("titles/SPECIMEN_2026-03.csv", path.read_bytes())
        assert titles()["SPECIMEN_2026-03.csv"].report.receipt.version == 2

        monkeypatch.setenv("DEPOT_SECRET", "wrong")
        result = CliRunner().invoke(app, ["pull", "--lang", "en"])
        assert result.exit_code == 3
        assert "PUL-008" in result.stdout
