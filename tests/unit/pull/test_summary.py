"""The summary of a pull: its exit code tells the worst, its words tell each file."""

import json
import re

import pytest

from tests.unit.pull.test_remote import place
from warehouse.findings import Receipt, Report
from warehouse.messages import LANGUAGES
from warehouse.pull.place import PeriodNotNamed
from warehouse.pull.remote import PlaceUnreachable
from warehouse.pull.summary import PulledFile, Summary, render

TITLES = place("file:///inbox/*.csv")
WAITING = PulledFile(TITLES, "2026-05.csv")
REFUSED = PulledFile(TITLES, "x.csv", error=PeriodNotNamed(place="titles", contract="dgsn"))
UNREACHABLE = PulledFile(TITLES, error=PlaceUnreachable("Connection refused", place="titles"))


def received(state: str) -> PulledFile:
    report = Report(
        *("dgsn_residence_titles", "1.0.0", "dgsn", "2026-03", "2026-03.csv", "ab" * 32, 8, 1),
        True,
        state,  # type: ignore[arg-type]
        *({state: 1}, (), (), ()),
        receipt=Receipt(7, 2, "2026-04-01T10:00:00+00:00"),
    )
    return PulledFile(TITLES, "2026-03.csv", report)


ACCEPTED, REJECTED, HELD = (received(state) for state in ("accepted", "rejected", "held"))


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ([], 0),
        ([ACCEPTED, WAITING], 0),
        ([ACCEPTED, HELD], 5),
        ([HELD, UNREACHABLE], 3),
        ([UNREACHABLE, REJECTED, HELD], 1),
        ([UNREACHABLE, REFUSED], 1),
    ],
)
def test_the_exit_code_tells_the_worst(files, code):
    assert Summary(tuple(files)).exit_code == code


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_text_has_each_receipt_and_what_to_do(lang):
    text = render(Summary((ACCEPTED, WAITING, REFUSED, UNREACHABLE)), "text", lang)
    # A receipt in Arabic sets the hash in pieces, each kept left to right.
    assert "ab" * 32 in re.sub(r"[\s\u2066-\u2069\u200e\u200f]", "", text)
    for said in ("2026-05.csv", "PUL-006", "PUL-005", "Connection refused"):
        assert said in text
    assert "{" not in text
    assert text.count("→") == 2


def test_the_json_has_each_receipt_and_error():
    told = json.loads(render(Summary((ACCEPTED, WAITING, UNREACHABLE)), "json", "en"))
    assert [file["state"] for file in told] == ["accepted", "waiting", "unreachable"]
    assert told[0]["receipt"]["submission_id"] == 7
    assert (told[2]["file"], told[2]["error"]["detail"]) == (None, "Connection refused")
    assert re.match("PUL-", told[2]["error"]["code"])
