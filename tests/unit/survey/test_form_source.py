"""The source of the questionnaire: whole in both languages, and one with the seeds."""

import re
from html import unescape

import pytest

from warehouse.codelists import newest
from warehouse.documents.document import html
from warehouse.survey.form.choices import choices
from warehouse.survey.form.manual import manual, questionnaire
from warehouse.survey.form.source import Question, concepts, cost_items, form
from warehouse.survey.form.xlsform import xlsform

ARABIC = re.compile(r"[\u0600-\u06ff]")
REFERENCE = re.compile(r"\$\{(\w+)\}")
COST_ITEMS = 18
"""Interest is one more, asked with the loan."""


def test_every_sentence_is_in_french_and_in_arabic():
    for question in form().questions():
        for labels in (question.label, question.hint, question.probe, question.asked_of):
            if labels:
                assert ARABIC.search(labels["ar"]), question.name
                assert not ARABIC.search(labels["fr"]), question.name


def test_names_are_unique_and_every_reference_names_a_question_asked_before():
    """Two questions of one name would be one column; a later one could not be known."""
    seen: set[str] = set()
    later_default = {"cost_total_currency", "reimbursement_currency"}
    for section in form().sections:
        for question in section.questions:
            assert question.name not in seen
            used = f"{question.relevant} {question.constraint} {question.calculation}"
            used += " ".join(question.label.values())
            missing = set(REFERENCE.findall(used)) - seen - {question.name} - later_default
            assert not missing, (question.name, missing)
            seen.add(question.name)


def test_neither_the_device_nor_the_place_nor_a_number_is_asked():
    kinds = {question.type for question in form().questions()}
    assert kinds <= {
        *("start", "end", "today", "text", "integer", "decimal", "note", "calculate"),
        *("select_one", "select_multiple"),
    }


def test_amounts_have_a_currency_each():
    names = {question.name for question in form().questions()}
    for question in form().questions():
        if question.type == "decimal":
            assert f"{question.name}_currency" in names or question.name == "loan_amount"


def test_each_cost_item_is_asked_by_itself():
    asked = {question.name for question in form().questions()}
    assert len(cost_items()) == COST_ITEMS
    for item in cost_items():
        assert {
            f"cost_{item.code}_paid",
            f"cost_{item.code}",
            f"cost_{item.code}_currency",
        } <= asked


def test_lists_take_the_codes_of_the_warehouse():
    for name, code_list in (
        *(("country", "cl_area"), ("currency", "cl_currency"), ("education", "cl_education")),
        *(("activity", "cl_activity"), ("occupation", "cl_occupation"), ("reason", "cl_reason")),
        *(("channel", "cl_recruitment_channel"), ("region", "cl_region")),
        ("status_in_employment", "cl_status_in_employment"),
    ):
        known = {row["code"] for row in newest(code_list)}
        assert {choice.code for choice in choices(name)} <= known
    assert [choice.code for choice in choices("country")][:2] == ["MA", "SN"]
    assert "DDDE" not in {choice.code for choice in choices("country")}  # the former state


def test_every_concept_is_pointed_at_and_known():
    used = {question.icls for question in form().questions()}
    used |= {section.icls for section in form().sections}
    assert used - {""} == set(concepts())


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"asked_of": {}}, "asked_of is missing"),
        ({"message": {}}, "message is missing"),
        ({"label": {"fr": "Combien ?"}}, "not in both languages"),
        ({"list": "country"}, "a list belongs to a choice"),
    ],
)
def test_a_question_that_is_half_told_is_refused(change, complaint):
    both = {"fr": "x", "ar": "س"}
    whole = {
        "name": "amount", "type": "decimal", "label": both, "relevant": "${a} = 1",
        "asked_of": both, "constraint": ". > 0", "message": both,
    }  # fmt: skip
    Question.model_validate(whole)
    with pytest.raises(ValueError, match=complaint):
        Question.model_validate(whole | change)


def test_the_same_questionnaire_gives_the_same_bytes():
    assert xlsform(form()) == xlsform(form())


@pytest.mark.parametrize("lang", ["fr", "ar"])
def test_the_manual_tells_every_question_and_no_expression(lang):
    page = unescape(re.sub("<[^>]*>", "", html(manual(form(), lang)))).replace("\xa0", " ")
    for question in form().questions():
        if question.message:
            assert question.message[lang].split(":")[0].strip()[:20] in page
    assert "${" not in page
    assert "${" not in html(questionnaire(form(), lang))
