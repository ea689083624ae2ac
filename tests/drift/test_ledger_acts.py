"""What the program writes beside what the ledger must tell: a new act cannot be forgotten."""

import re
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import get_args

from warehouse.ledger.acts import CONTENT, Action

PROJECT = Path(__file__).parents[2]
SOURCES = [
    path
    for folder in ("warehouse", "expectations", "api")
    for path in sorted((PROJECT / folder).rglob("*.py"))
]
WRITES = re.compile(
    r"(?:insert into|update|delete from|truncate)\s+"
    r"((?:submission|codes|linkage|identity|release)\.[a-z_]+)"
)
NO_ACT = {
    "submission.part": "goes with its submission",
    "submission.affected_period": "follows from a decision",
    "submission.affected_entry": "follows from a decision",
    "submission.expectation_result": "a measure, not a decision",
    "submission.measure": "a measure, not a decision",
    "submission.fetched": "its file is received by an act of its own",
    "codes.token": "follows from a decision on a code",
    "codes.unknown_value": "a file's codes, forgotten once known",
    "codes.coded_title": "made anew by each build",
    "linkage.person_link": "written by a run",
    "linkage.person_identifier": "written by a run",
    "linkage.blocking_key": "written by a run, erased by a purge",
    "linkage.linked_submission": "written by a run",
    "linkage.person_change": "written by a run",
    "linkage.review_pair": "put by a run",
    "linkage.review_answer": "each is logged in linkage.review_log",
    "identity.term_frequency": "written by a run",
    "release.frozen_content": "written by a release",
    "release.frozen_dataflow": "written by a release",
    "release.observation": "written by a release",
    "release.draft_observation": "written by a draft, gone with it",
    "release.opened": "notes that an instant has come, which was entered when it was set",
}
"""Tables whose rows are the consequence of an act on another table, and why."""

READS_NAMES = re.compile(r"\b(?:open_text|opened)\(|\.identities\(|vault\.open_original\(")
ENTERED_READERS = {
    "warehouse/identity.py": "defines them",
    "warehouse/linkage/records.py": "for runs and reviews",
    "warehouse/linkage/linking.py": "a run: persons_linked",
    "warehouse/linkage/runs.py": "a run: persons_linked",
    "warehouse/linkage/quality_figures.py": "the quality report: identities_read",
    "warehouse/linkage/answers.py": "a review: pairs_shown, pairs_exported",
    "warehouse/original.py": "original_opened",
}
"""Who reads names in clear, and which entry tells of it."""

OTHER_OPENED = ("warehouse/reading", "warehouse/pull", "warehouse/specimen")
"""Folders whose `opened` is of files, not of names."""


def _guarded() -> set[str]:
    path = PROJECT / "migrations" / "versions" / "0014_ledger.py"
    spec = spec_from_file_location("ledger_migration", path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return set(module.ACTS)


def test_every_table_written_is_an_act_or_the_consequence_of_one() -> None:
    written = {table for path in SOURCES for table in WRITES.findall(path.read_text("utf-8"))}
    assert written - NO_ACT.keys() - _guarded() == set(), "an act without an entry in the ledger?"
    assert _guarded() - written == set()


def test_every_action_is_entered_somewhere_and_told() -> None:
    assert set(get_args(Action)) == set(CONTENT)
    acts = PROJECT / "warehouse" / "ledger" / "acts.py"
    text = "\n".join(path.read_text("utf-8") for path in SOURCES if path != acts)
    assert [action for action in CONTENT if f'"{action}"' not in text] == []


def test_who_reads_names_in_clear_is_known_and_entered() -> None:
    readers = {
        path.relative_to(PROJECT).as_posix()
        for path in SOURCES
        if READS_NAMES.search(path.read_text("utf-8"))
    }
    assert {r for r in readers if not r.startswith(OTHER_OPENED)} == set(ENTERED_READERS)
