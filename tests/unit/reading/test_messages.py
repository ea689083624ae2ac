"""Every fault and finding of the reading stage has its sentences, and every sentence its fault."""

import re
from pathlib import Path

import yaml

import warehouse.messages
import warehouse.reading
from tests.unit.reading.ebds import Declaration, Worker
from tests.unit.reading.reads import DECLARATIONS, HEADINGS, ROW, csv_bytes, read_bytes
from warehouse.messages import LANGUAGES, catalogue, message

OWN = yaml.safe_load(
    (Path(warehouse.messages.__file__).parent / "reading.yml").read_text(encoding="utf-8")
)
SOURCE = "".join(
    path.read_text(encoding="utf-8")
    for path in Path(warehouse.reading.__file__).parent.glob("*.py")
)


def test_every_sentence_is_said_somewhere() -> None:
    assert {key for key in OWN if f'"{key}"' not in SOURCE} == set()


def test_every_rule_has_its_sentence() -> None:
    raised = re.findall(r'Unreadable\(\s*"(\w+)"', SOURCE)
    found = re.findall(r'Finding\(\s*"(\w+)"', SOURCE)
    assert {*raised, *found} <= catalogue().keys()


def test_codes_are_of_this_stage_and_unique() -> None:
    codes = [entry["code"] for entry in OWN.values()]
    assert len(codes) == len(set(codes))
    assert all(re.fullmatch(r"REA-0\d\d", code) for code in codes)


def test_findings_fill_their_sentences(tmp_path: Path) -> None:
    lines = Declaration((Worker(), Worker(number=222222)), (Worker(number=5),)).lines()
    lines[2] = lines[2][:113] + "       515201" + lines[2][126:]
    lines[3] = lines[3][:10] + "202602" + lines[3][16:] + "X"
    lines[4] = "B99" + lines[4][3:]
    text = "\n".join([*lines[:6], lines[5], *lines[6:7]])
    findings = [
        *read_bytes(tmp_path, text.encode(), DECLARATIONS).findings,
        *read_bytes(tmp_path, csv_bytes([*HEADINGS[:-1], "AUTRE"], ROW)).findings,
    ]
    assert len({f.rule for f in findings}) > 6
    for finding in findings:
        for lang in LANGUAGES:
            # A report fills the label by itself, from the contract.
            said = message(finding.rule, lang, label="L", **finding.values)
            assert "{" not in said.text + said.hint
