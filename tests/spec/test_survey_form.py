"""The questionnaire as the interviewer meets it: who is asked what, and what the form refuses.

The form is the workbook that `simimo survey form` writes, converted by pyxform, the converter of
ODK and KoboToolbox. Today is 15 May 2026.
"""

import io
from datetime import date
from functools import cache

import pytest
from lxml import etree

from tests.spec.interview import Interview, X
from tests.survey_export import FILES
from warehouse.contracts.contract import contract
from warehouse.reading.headings import normalised, vocabulary
from warehouse.survey.form.source import form
from warehouse.survey.form.xlsform import xlsform

TODAY = date(2026, 5, 15)

PERSONS = """
# age  citizenship birth arrived   stay    worked searched  abroad | status     12m 6m  A  B  modules C asked
  30   SN          SN    2020      -       yes    -         no     | employed   1   1   1  0  yes
  30   SN          SN    2020      -       no     yes       no     | unemployed 1   1   1  0  yes
  30   SN          SN    2020      -       no     no        no     | outside    1   1   0  0  no
  30   MA          FR    2010      -       yes    -         no     | employed   1   1   1  0  yes
  14   SN          SN    2020      -       -      -         -      | -          1   1   -  -  no
  15   SN          SN    2020      -       yes    -         no     | employed   1   1   1  0  yes
  30   SN          SN    2025-11   M_GE12  yes    -         no     | employed   1   1   1  0  yes
  30   SN          SN    2025-11   dk      yes    -         no     | employed   0   1   1  0  yes
  30   SN          SN    2026-03   M6T11   yes    -         no     | employed   0   1   1  0  yes
  30   SN          SN    2026-03   M3T5    yes    -         no     | employed   0   0   1  0  yes
  30   MA          FR    2026-03   M3T5    yes    -         no     | employed   0   0   0  0  no
  30   MA          MA    -         -       yes    -         -      | employed   1   1   0  0  no
  40   MA          MA    2024-06   -       yes    -         yes    | employed   1   1   0  1  yes
  40   MA          MA    2024-06   -       no     no        yes    | outside    1   1   0  1  yes
  40   MA          MA    2024-06   -       no     no        no     | outside    1   1   0  0  no
  40   MA          MA    2026-04   M_LT3   no     no        yes    | outside    0   0   0  0  no
  40   SN          SN    2020      -       yes    -         yes    | employed   1   1   1  1  yes
"""

REFUSED = """
# in the recruitment module of a Senegalese employee               accepted
  job_country      SN                                              no
  job_country      MA                                              yes
  job_start_year   2022                                            no
  job_start_year   2023                                            yes
  job_start_year   2027                                            no
  job_start_month  4     job_start_year=2023                       no
  job_start_month  5     job_start_year=2023                       yes
  job_start_month  6     job_start_year=2026                       no
  job_start_month  13    job_start_year=2025                       no
  cost_visa        0     cost_visa_paid=yes                        no
  cost_visa        -5    cost_visa_paid=yes                        no
  cost_visa        600   cost_visa_paid=yes                        yes
  cost_total_basis items cost_visa_paid=yes,cost_visa=600          yes
  cost_total_basis items cost_visa_paid=amount_unknown             no
  cost_total_basis items cost_visa_paid=no                         no
  cost_total_basis dk    cost_visa_paid=amount_unknown             yes
  cost_total       500   cost_visa_paid=yes,cost_visa=600,cost_total_basis=stated   no
  cost_total       900   cost_visa_paid=yes,cost_visa=600,cost_total_basis=stated   yes
  reimbursement    700   cost_visa_paid=yes,cost_visa=600,cost_total_basis=items,reimbursed=yes   no
  reimbursement    600   cost_visa_paid=yes,cost_visa=600,cost_total_basis=items,reimbursed=yes   yes
  first_earnings   0     first_earnings_known=yes                  no
  first_earnings   -100  first_earnings_known=yes                  no
  first_earnings   3000  first_earnings_known=yes                  yes
  first_earnings_count 32 first_earnings_known=yes,first_earnings=120,first_earnings_period=day   no
  first_earnings_count 26 first_earnings_known=yes,first_earnings=120,first_earnings_period=day   yes
"""


@cache
def converted() -> str:
    from pyxform.survey_element import SurveyElement
    from pyxform.xls2xform import convert

    with pytest.MonkeyPatch.context() as patch:
        # pyxform tells two sections apart by writing out all their answers, which takes most of
        # its time; that they are the same object says as much.
        patch.setattr(SurveyElement, "__eq__", object.__eq__)
        patch.setattr(SurveyElement, "__hash__", object.__hash__)
        made = convert(xlsform=io.BytesIO(xlsform(form())), file_type=".xlsx", validate=False)
    assert made.warnings == []
    return made.xform


def household(**given: object) -> Interview:
    """An interview that has come to the first question on the first person."""
    interview = Interview(converted(), TODAY)
    visit = {
        "interviewer_code": "014",
        "region": "MA-06",
        "psu": "06.141.01.01",
        "segment_number": 4,
        "listing_class": "sought",
        "household_number": 17,
        "attempts": 1,
        "visit_result": "completed",
        "consent": "yes",
    }
    interview.answers("visit", **(visit | given))
    return interview


def person(
    interview: Interview, age: int, citizenship: str, birth: str, arrived: str, stay: str
) -> None:
    """Answer the roster's questions on the first person."""
    interview.answers("household", interview_language="fr", household_size=1)
    interview.answer("person/first_name", "X")
    roster = {
        "relationship": "head",
        "sex": "M",
        "age": age,
        "citizenship": citizenship,
        "has_other_citizenship": "no",
        "birth_country": birth,
    }
    if birth == "MA":
        roster["ever_abroad"] = "no" if arrived == "-" else "yes"
    if arrived != "-":
        year, _, month = arrived.partition("-")
        roster |= {"previous_country": "FR", "arrival_year": int(year)}
        roster |= {"arrival_month": int(month)} if month else {}
    if stay != "-":
        roster["intended_stay"] = stay
    interview.answers("person/roster", **roster)


def lines(table: str) -> list[str]:
    return [line for line in table.splitlines() if line.strip() and not line.startswith("#")]


@pytest.mark.parametrize("line", lines(PERSONS))
def test_who_is_asked_which_module(line: str) -> None:
    given, expected = (side.split() for side in line.split("|"))
    age, citizenship, birth, arrived, stay, worked, searched, abroad = given
    interview = household()
    person(interview, int(age), citizenship, birth, arrived, stay)
    if worked != "-":
        interview.answer("person/labour/worked", worked)
        if worked == "no":
            interview.answer("person/labour/absent", "no")
            interview.answer("person/labour/searched", searched)
        if searched == "yes":
            interview.answer("person/labour/available", "yes")
    if worked == "yes":
        interview.answer("person/labour/status_in_employment", "D")
    if abroad != "-":
        interview.answer("person/labour/worked_abroad", abroad)
    found = [
        interview.value("person/labour/labour_status"),
        interview.value("person/roster/is_resident_12m"),
        interview.value("person/roster/is_resident_6m"),
        interview.value("person/labour/is_worker"),
        interview.value("person/labour/is_returnee"),
        "yes" if interview.is_asked("person/labour/recruited") else "no",
    ]
    assert [value or "-" for value in found] == expected
    assert interview.is_asked("person/worker/intention") == (expected[3] == "1")
    assert interview.is_asked("person/returnee/return_reason") == (expected[4] == "1")


def recruitment() -> Interview:
    """An employee from Senegal, who paid in CFA francs, at the module on recruitment."""
    interview = household()
    person(interview, 30, "SN", "SN", "2024-06", "-")
    interview.answers("person/labour", worked="yes", status_in_employment="D", recruited="yes")
    interview.answers("person/recruitment", origin_country="SN", cost_any="yes")
    interview.answer("person/recruitment/cost_currency", "XOF")
    interview.answer("person/recruitment/first_earnings_known", "yes")
    return interview


@pytest.mark.parametrize("line", lines(REFUSED))
def test_what_the_form_refuses(line: str) -> None:
    question, value, *context, accepted = line.split()
    interview = recruitment()
    for each in ",".join(context).split(",") if context else ():
        name, _, given = each.partition("=")
        interview.answer(f"person/recruitment/{name}", given)
    found = interview.accepts(f"person/recruitment/{question}", value)
    assert found == (accepted == "yes")


def test_a_household_that_does_not_answer_is_asked_nothing_more() -> None:
    refused = Interview(converted(), TODAY)
    refused.answers("visit", interviewer_code="014", attempts=1, visit_result="refused")
    assert not refused.is_asked("visit/consent")
    assert not refused.is_asked("household/household_size")
    assert not refused.is_asked("person/roster/age")
    assert not refused.accepts("visit/visit_result", "no_contact")  # one visit is not enough


def test_without_consent_there_is_no_interview() -> None:
    interview = Interview(converted(), TODAY)
    interview.answers("visit", attempts=1, visit_result="completed")
    assert not interview.accepts("visit/consent", "no")
    assert not interview.is_asked("household/household_size")


def test_the_stratum_follows_from_the_commune() -> None:
    interview = household()
    assert interview.value("visit/stratum") == "MA-06-U"
    assert interview.value("visit/household_id") == "06.141.01.01-17"


def test_every_amount_has_the_main_currency_until_it_is_changed() -> None:
    interview = recruitment()
    where = "person/recruitment"
    interview.answers(where, cost_visa_paid="yes", cost_visa=50000)
    assert interview.value(f"{where}/cost_visa_currency") == "XOF"
    interview.answers(where, cost_transport_international_paid="yes")
    interview.answers(where, cost_transport_international=300)
    interview.answer(f"{where}/cost_transport_international_currency", "EUR")
    interview.answer(f"{where}/cost_medical_paid", "amount_unknown")
    assert interview.value(f"{where}/cost_items_sum") == "50000"
    assert interview.value(f"{where}/cost_items_elsewhere") == "1"
    assert interview.value(f"{where}/cost_items_unknown") == "1"


def test_interest_counts_among_the_items() -> None:
    interview = recruitment()
    where = "person/recruitment"
    interview.answers(where, cost_visa_paid="yes", cost_visa=50000, loan="yes")
    interview.answers(where, loan_interest_paid="yes", loan_interest=10000)
    assert interview.value(f"{where}/cost_items_sum") == "60000"


def test_nothing_paid_is_a_cost_of_zero_and_no_item_is_asked() -> None:
    interview = recruitment()
    where = "person/recruitment"
    interview.answer(f"{where}/cost_any", "no")
    assert interview.value(f"{where}/cost_items_sum") == "0"
    assert not interview.is_asked(f"{where}/cost_visa_paid")
    assert not interview.is_asked(f"{where}/cost_bracket")
    interview.answer(f"{where}/cost_any", "dk")
    assert interview.is_asked(f"{where}/cost_bracket")


@pytest.mark.parametrize(
    ("status", "contract", "months", "scope"),
    [
        ("D", "PERMANENT", 60, "strict"),
        ("D", "FIXED_TERM", 12, "strict"),
        ("D", "FIXED_TERM", 11, "seasonal"),
        ("D", "SEASONAL", 24, "seasonal"),
        ("D", "FIXED_TERM", 99, "unknown"),
        ("B", "none", 24, "out"),
    ],
)
def test_the_scope_of_the_indicator(status: str, contract: str, months: int, scope: str) -> None:
    interview = recruitment()
    where = "person/recruitment"
    interview.answers(where, job_status=status, job_contract=contract, job_stay_months=months)
    assert interview.value(f"{where}/indicator_scope") == scope


def test_a_daily_wage_is_told_for_the_month() -> None:
    interview = recruitment()
    where = "person/recruitment"
    interview.answers(where, first_earnings=120, first_earnings_period="day")
    interview.answer(f"{where}/first_earnings_count", 26)
    assert interview.value(f"{where}/first_earnings_month") == "3120"


@pytest.mark.parametrize("contract_id", FILES)
def test_every_column_of_an_export_is_known_to_its_contract(contract_id: str) -> None:
    """The leaves of the converted form, by the headings that ODK Central makes of them."""
    known = {normalised(heading) for heading in contract(contract_id).ignored_headings}
    known |= set(vocabulary(contract(contract_id)).known)
    repeats = [name for _, name in FILES.values() if name]
    found = [
        "-".join(path[last + 1 :])
        for path in leaves(converted())
        for last in [max((n for n, step in enumerate(path) if step in repeats), default=0)]
        if path[last] == (FILES[contract_id][1] or "data")
    ]
    assert len(found) > 10
    assert [heading for heading in found if normalised(heading) not in known] == []


def leaves(xform: str) -> list[list[str]]:
    """The path of every answer in the form's instance, from data on."""
    first = etree.fromstring(xform.encode()).find(f".//{X}instance")
    steps = [[node, *node.iterancestors()] for node in first.iter("*") if len(node) == 0]
    named = [[etree.QName(each).localname for each in reversed(path)] for path in steps]
    return [path[path.index("data") :] for path in named]
