"""The command line as its users type it: what it prints, and its exit codes."""

import json
from datetime import date, timedelta

import pytest
from typer.testing import CliRunner

from tests.factories import write_csv
from warehouse.calendar import calendar
from warehouse.cli import app, main
from warehouse.contracts.contract import contract
from warehouse.periods import due_date, period_of
from warehouse.status import status

pytestmark = pytest.mark.path

TITLES = "dgsn_residence_titles"


@pytest.fixture(autouse=True)
def _database(warehouse_database):
    """Every test here has a warehouse of its own."""


def _run(*words: object) -> tuple[int, str]:
    result = CliRunner().invoke(app, [str(word) for word in words])
    return result.exit_code, result.output


def _receive(tmp_path, *changes):
    path = write_csv(tmp_path / "SPECIMEN.csv", TITLES, *changes)
    return _run("receive", path, "-c", TITLES, "-p", "2026-03", "--specimen")


def test_check_and_receive_find_the_same_and_receive_prints_a_receipt(tmp_path):
    path = write_csv(tmp_path / "SPECIMEN.csv", TITLES, {"date_expiration": "13.03.2027"})
    arguments = (path, "-c", TITLES, "-p", "2026-03", "--specimen", "--format", "json")
    code, checked = _run("check", *arguments)
    again, received = _run("receive", *arguments)
    assert code == again == 1
    checked, received = json.loads(checked), json.loads(received)
    assert checked["findings"] == received["findings"]
    assert checked["receipt"] is None
    assert received["receipt"]["version"] == 1


@pytest.mark.parametrize(("lang", "word"), [("fr", "accepté"), ("ar", "مقبول"), ("en", "accepted")])
def test_a_report_speaks_three_languages(tmp_path, lang, word):
    path = write_csv(tmp_path / "SPECIMEN.csv", TITLES)
    code, text = _run("receive", path, "-c", TITLES, "-p", "2026-03", "--specimen", "--lang", lang)
    assert code == 0
    assert word in text


def test_a_report_goes_into_a_file(tmp_path):
    path = write_csv(tmp_path / "SPECIMEN.csv", TITLES)
    page = tmp_path / "report.html"
    code, _ = _run(
        "check", path, "-c", TITLES, "-p", "2026-03", "--specimen", "--format", "html", "-o", page
    )
    assert code == 0
    assert page.read_text("utf-8").startswith("<!doctype html>")


def test_status_shows_what_came_and_what_is_due(tmp_path):
    assert "simimo receive" in _run("status")[1]
    _receive(tmp_path)
    code, text = _run("status", "--contract", TITLES)
    assert code == 0
    assert "2026-03" in text
    assert "accepté" in text
    (row, *_) = json.loads(_run("status", "--format", "json")[1])
    assert (row["contract"], row["period"], row["state"]) == (TITLES, "2026-03", "accepted")
    assert (row["due"], row["rows"]) == ("2026-04-20", 1)
    assert _run("status", "--format", "csv")[1].startswith("provider,contract,period,state,due")


def test_a_provider_whose_file_was_rejected_is_late_still(tmp_path):
    period = period_of(date.today(), "M")
    path = write_csv(tmp_path / "SPECIMEN.csv", TITLES, {"sexe": "?"})
    assert _run("receive", path, "-c", TITLES, "-p", period, "--specimen")[0] == 1
    due = due_date(contract(TITLES), period)
    (before,) = status(TITLES, today=due)
    assert (before.state, before.on_time, before.is_late) == ("rejected", None, False)
    after = due + timedelta(days=1)
    (row, *_) = status(TITLES, today=after)
    assert (row.state, row.received_at, row.is_late) == ("rejected", None, True)
    (late, *_) = calendar(status(TITLES, today=after), after, "dgsn")
    assert (late.period, late.state, late.submission_state) == (period, "late", "rejected")


def test_the_calendar_goes_to_the_screen_or_into_an_agenda(tmp_path):
    _receive(tmp_path)
    code, text = _run("calendar", "--provider", "dgsn", "--format", "json")
    rows = json.loads(text)
    assert code == 0
    assert (rows[0]["period"], rows[0]["state"], rows[0]["due"]) == (
        "2026-04",
        "late",
        "2026-05-20",
    )
    agenda = tmp_path / "due.ics"
    assert _run("calendar", "--format", "ics", "--output", agenda)[0] == 0
    assert agenda.read_bytes().startswith(b"BEGIN:VCALENDAR\r\n")


def test_withdraw_diff_report_and_gate(tmp_path):
    _receive(tmp_path)
    _receive(tmp_path, {"sexe": "M"})
    code, text = _run("diff", 2, "--format", "json")
    assert code == 0
    assert json.loads(text)["rows"]["changed"] == 1
    assert _run("withdraw", 2, "--reason", "envoyé par erreur")[0] == 0
    assert "envoyé par erreur" in _run("report", 2)[1]
    page = tmp_path / "gate.html"
    assert _run("gate", "-o", page)[0] == 0
    assert "SPECIMEN" in page.read_text("utf-8")


@pytest.mark.parametrize(
    ("words", "code", "text"),
    [
        (["decide", "9", "accept", "--reason", "vu"], 2, "SUB-002"),
        (["gate", "9"], 2, "SUB-002"),
        (["check", "absent.csv", "-c", TITLES, "-p", "2026-03"], 2, "SUB-001"),
        (["check", "absent.csv", "-c", "dgsn", "-p", "2026-03"], 2, "CON-001"),
        (["check", "absent.csv", "-c", TITLES, "-p", "2026"], 2, "CON-003"),
        (["get", "DF_NOTHING"], 2, "REL-0"),
        (["release"], 2, "REL-019"),
    ],
)
def test_a_refusal_is_a_sentence_with_a_code_and_a_hint(words, code, text, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["simimo", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    said = capsys.readouterr().err
    assert ended.value.code == code
    assert text in said
    assert "→" in said
    assert "Traceback" not in said


def test_a_refusal_speaks_the_language_asked(monkeypatch, capsys):
    monkeypatch.setattr(
        "sys.argv", ["simimo", "check", "x", "-c", "nothing", "-p", "2026-03", "--lang", "en"]
    )
    with pytest.raises(SystemExit):
        main()
    assert "No contract is called" in capsys.readouterr().err


def test_the_bytes_of_a_superseded_version_are_told_to_be_an_earlier_version(tmp_path):
    _receive(tmp_path)
    _receive(tmp_path, {"sexe": "M"})
    code, text = _receive(tmp_path)
    assert code == 0
    assert "simimo withdraw 2" in text
    assert "version 2" in text
