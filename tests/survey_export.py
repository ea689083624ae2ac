"""An export of the survey's form as ODK Central writes it: a ZIP of one CSV for each repeat.

Headings are paths below the household or repeat, joined by "-", with KEY and PARENT_KEY; they keep
to the order of the form. Rows are the examples of the contracts, but for what a test changes.
"""

import csv
import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from warehouse.contracts.contract import contract
from warehouse.survey.form.source import METADATA, Form, form

Row = Mapping[str, str | None]

FILES = {
    "hcp_survey_households": ("simimo_survey.csv", ""),
    "hcp_survey_persons": ("simimo_survey-person.csv", "person"),
    "hcp_survey_workers": ("simimo_survey-worker.csv", "worker"),
    "hcp_survey_returnees": ("simimo_survey-returnee.csv", "returnee"),
    "hcp_survey_recruitment": ("simimo_survey-recruitment.csv", "recruitment"),
}
RENAMED = {"start": "interview_start", "end": "interview_end", "today": "interview_date"}
CENTRAL = ("SubmitterID", "SubmitterName", "AttachmentsPresent", "AttachmentsExpected", "Status",
           "ReviewState", "DeviceID", "Edits", "FormVersion")  # fmt: skip


def headings(contract_id: str) -> dict[str, str]:
    """The headings of a contract's file, each with the column of the contract, or ''."""
    repeat = FILES[contract_id][1]
    asked = dict(_asked(form(), repeat))
    if repeat:
        return asked | {"PARENT_KEY": "parent_key", "KEY": "key"}
    server = dict.fromkeys(CENTRAL, "")
    return {"SubmissionDate": ""} | asked | {"meta-instanceID": "", "KEY": "key"} | server


def _asked(asked: Form, repeat: str) -> Iterator[tuple[str, str]]:
    for section in asked.sections:
        is_repeat = section.kind == "repeat"
        if (section.name if is_repeat else section.within) != repeat:
            continue
        for question in section.questions:
            known = "" if question.type == "note" else RENAMED.get(question.name, question.name)
            at_top = is_repeat or question.type in METADATA
            yield (question.name if at_top else f"{section.name}-{question.name}"), known


def row(contract_id: str, **changes: str | None) -> Row:
    """One record: the contract's examples, but for what is changed."""
    return {c.name: c.example for c in contract(contract_id).columns} | changes


def csv_of(contract_id: str, rows: Sequence[Row]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    columns = headings(contract_id)
    writer.writerow(columns)
    writer.writerows([each.get(name) or "" for name in columns.values()] for each in rows)
    return text.getvalue()


def write_export(path: Path, **tables: Sequence[Row]) -> Path:
    """The ZIP; a table that is not given has its one example row."""
    with zipfile.ZipFile(path, "w") as archive:
        for contract_id, (name, _) in FILES.items():
            archive.writestr(name, csv_of(contract_id, tables.get(contract_id, [row(contract_id)])))
    return path
