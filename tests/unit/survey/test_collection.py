"""Exports of the form under their contracts: what passes, and what each fault is told as."""

from collections import Counter

import pytest

from tests.survey_export import FILES, csv_of, headings, row, write_export
from warehouse.contracts.contract import contract
from warehouse.errors import Unreadable
from warehouse.examination import check_file
from warehouse.reading import open_extract
from warehouse.survey.form.source import form

PERIOD = "2027"
HOUSEHOLDS, PERSONS = "hcp_survey_households", "hcp_survey_persons"
WORKERS, RECRUITMENT = "hcp_survey_workers", "hcp_survey_recruitment"
OTHER_HOUSEHOLD = "uuid:0f0e0d0c-0b0a-4000-8000-000000000002"


def found(path, contract_id):
    """What the report says: (severity, rule, column) of each finding."""
    report = check_file(path, contract_id, PERIOD, True)
    return {(f.severity, f.rule, f.column) for f in report.findings}


@pytest.mark.parametrize("contract_id", FILES)
def test_each_file_of_an_export_passes_whole(tmp_path, contract_id):
    """The archive of all files, each read under its own contract, without a finding."""
    path = write_export(tmp_path / "export.zip")
    assert found(path, contract_id) == set()
    assert check_file(path, contract_id, PERIOD, True).state == "accepted"


@pytest.mark.parametrize("contract_id", FILES)
def test_a_file_outside_of_its_archive_passes_too(tmp_path, contract_id):
    path = tmp_path / FILES[contract_id][0]
    path.write_text(csv_of(contract_id, [row(contract_id)]), "utf-8")
    assert found(path, contract_id) == set()


@pytest.mark.parametrize("contract_id", FILES)
def test_headings_without_the_names_of_groups_are_understood(tmp_path, contract_id):
    """ODK Central and KoboToolbox may leave them out."""
    path = tmp_path / FILES[contract_id][0]
    first, rest = csv_of(contract_id, [row(contract_id)]).split("\n", 1)
    short = ",".join(heading.split("-")[-1] for heading in first.split(","))
    path.write_text(f"{short}\n{rest}", "utf-8")
    assert found(path, contract_id) == set()


def test_the_keys_of_kobotoolbox_are_understood(tmp_path):
    """Records are numbered there; `_parent_index` is the number of the household."""
    path = tmp_path / "person.csv"
    numbered = row(PERSONS, key="12", parent_key="3")
    text = csv_of(PERSONS, [numbered]).replace("PARENT_KEY", "_parent_index")
    path.write_text(text.replace("KEY", "_index", 1), "utf-8")
    assert found(path, PERSONS) == set()


def test_every_question_of_the_form_is_a_column_of_a_contract():
    """The form and the contracts are two homes of one list of names."""
    for contract_id in FILES:
        columns = {column.name for column in contract(contract_id).columns}
        asked = {name for name in headings(contract_id).values() if name}
        assert asked == columns, contract_id


def test_every_answer_of_the_form_is_one_of_its_contract():
    from warehouse.survey.form.choices import choices

    questions = {question.name: question for question in form().questions()}
    for contract_id in FILES:
        for column in contract(contract_id).columns:
            if column.values and questions[column.name].list:
                offered = {choice.code for choice in choices(questions[column.name].list)}
                assert set(column.values) == offered, column.name


def test_an_archive_without_the_contracts_file_says_what_it_holds(tmp_path):
    import zipfile

    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("simimo_survey.csv", "KEY\n")
        archive.writestr("audit.csv", "event\n")
    with pytest.raises(Unreadable) as refused:
        open_extract(path, contract(PERSONS))
    assert refused.value.key == "no_such_member"


FAULTS = {
    "negative first earnings": (
        RECRUITMENT, {"first_earnings": "-5"}, ("warning", "cross_field", "first_earnings"),
    ),
    "first earnings of zero": (
        RECRUITMENT, {"first_earnings": "0"}, ("warning", "cross_field", "first_earnings"),
    ),
    "negative earnings": (PERSONS, {"earnings": "-1"}, ("warning", "cross_field", "earnings")),
    "earnings of zero": (PERSONS, {"earnings": "0"}, ("warning", "cross_field", "earnings")),
    "earnings without a job": (
        PERSONS, {"labour_status": "outside"},
        ("warning", "cross_field", "earnings, labour_status"),
    ),
    "a cost without currency": (
        RECRUITMENT, {"cost_visa_currency": None},
        ("warning", "cross_field", "cost_visa, cost_visa_currency"),
    ),
    "a currency of no list": (
        RECRUITMENT, {"cost_visa_currency": "ZZZ"},
        ("warning", "unknown_code", "cost_visa_currency"),
    ),
    "a negative cost": (RECRUITMENT, {"cost_visa": "-5"}, ("warning", "cross_field", "cost_visa")),
    "a period of no list": (
        RECRUITMENT, {"first_earnings_period": "season"},
        ("error", "not_in_list", "first_earnings_period"),
    ),
    "earnings without a period": (
        RECRUITMENT, {"first_earnings_period": None},
        ("warning", "cross_field", "first_earnings, first_earnings_period"),
    ),
    "a person under another household": (
        PERSONS, {"parent_key": OTHER_HOUSEHOLD}, ("error", "cross_field", "key, parent_key"),
    ),
    "an interview without consent": (
        HOUSEHOLDS, {"consent": None}, ("error", "cross_field", "visit_result, consent"),
    ),
    "a commune of no list": (HOUSEHOLDS, {"psu": "99.999"}, ("warning", "unknown_code", "psu")),
    "a cost that is no number": (
        RECRUITMENT, {"cost_visa": "beaucoup"}, ("error", "type_decimal", "cost_visa"),
    ),
    "a total never asked": (
        RECRUITMENT, {"cost_total_basis": None},
        ("warning", "cross_field", "cost_any, cost_total_basis"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_a_clear_finding(tmp_path, fault):
    contract_id, change, expected = FAULTS[fault]
    path = write_export(tmp_path / "export.zip", **{contract_id: [row(contract_id, **change)]})
    assert expected in found(path, contract_id)


def test_a_doubtful_amount_does_not_stop_the_other_households(tmp_path):
    """The household cannot be asked again: the record comes in, told, for estimation to judge."""
    doubtful = row(RECRUITMENT, first_earnings="-5", cost_visa_currency=None)
    path = write_export(tmp_path / "export.zip", **{RECRUITMENT: [doubtful]})
    assert check_file(path, RECRUITMENT, PERIOD, True).state == "accepted"


def test_a_person_in_two_households_is_told(tmp_path):
    """The same person, under another household."""
    twice = [row(PERSONS), row(PERSONS, key=f"{OTHER_HOUSEHOLD}/person[1]",
                               parent_key=OTHER_HOUSEHOLD)]  # fmt: skip
    path = write_export(tmp_path / "export.zip", **{PERSONS: twice})
    assert ("error", "duplicate_key", "person_id") in found(path, PERSONS)


def test_a_household_sent_twice_is_told(tmp_path):
    twice = [row(HOUSEHOLDS), row(HOUSEHOLDS, key=OTHER_HOUSEHOLD)]
    path = write_export(tmp_path / "export.zip", **{HOUSEHOLDS: twice})
    assert ("error", "duplicate_key", "household_id") in found(path, HOUSEHOLDS)


def test_the_first_name_is_in_no_table_and_in_no_report():
    assert "first_name" not in {column.name for column in contract(PERSONS).raw_columns}
    names = Counter(c.classification for c in contract(PERSONS).columns)
    assert names["direct_identifier"] == 1


def test_a_household_that_does_not_answer_has_no_more_than_its_visits(tmp_path):
    """Refusals come in: they make the response rate."""
    visits = {"key", "household_id", "psu", "region", "stratum", "household_number", "attempts",
              "interviewer_code", "interview_start", "interview_end", "interview_date"}  # fmt: skip
    silent = {c.name: None for c in contract(HOUSEHOLDS).columns if c.name not in visits}
    refused = row(HOUSEHOLDS, **silent | {"visit_result": "refused", "is_interview": "0"})
    path = write_export(tmp_path / "export.zip", **{HOUSEHOLDS: [refused]})
    assert found(path, HOUSEHOLDS) == set()
