"""SDG 10.7.1 by hand: what counts as a cost, in which currency, and the figures side by side."""

from datetime import date

import polars as pl
import pytest

from warehouse.survey.design import Design, sample
from warehouse.survey.estimate import means, ratios
from warehouse.survey.recruitment_cost import cost_items, measured

RATES = pl.DataFrame(
    {
        "currency": ["MAD", "EUR", "EUR"],
        "valid_from": [date(2000, 1, 1), date(2025, 1, 1), date(2026, 1, 1)],
        "valid_to": [None, date(2026, 1, 1), None],
        "dirhams": [1.0, 10.0, 11.0],
        "is_specimen": [False, False, False],
    }
)
"""Ten dirhams a euro in 2025, eleven from 2026 on; no rate for any other currency."""

ANSWER: dict[str, object] = {
    "job_start_year": 2025,
    "job_start_month": 6,
    "cost_any": "yes",
    "cost_visa_paid": "yes",
    "cost_visa": 100.0,
    "cost_visa_currency": "EUR",
    "cost_recruiter_paid": "yes",
    "cost_recruiter": 3000.0,
    "cost_recruiter_currency": "MAD",
    "loan_interest_paid": None,
    "loan_interest": None,
    "loan_interest_currency": None,
    "cost_total_basis": "items",
    "cost_total": None,
    "cost_total_currency": None,
    "reimbursed": "no",
    "reimbursement": None,
    "reimbursement_currency": None,
    "first_earnings_month": 200.0,
    "first_earnings_currency": "EUR",
}
"""Visa 100 euros and recruiter 3,000 dirhams: 4,000 dirhams; first month 200 euros: 2,000."""


def told(**answers: object) -> tuple[dict[str, object], list[str]]:
    """What is measured of one person, and the rules that the answers break."""
    rows = pl.DataFrame([ANSWER | answers], schema_overrides=SCHEMA)
    found, findings = measured(rows, RATES)
    return found.row(0, named=True), [finding.rule for finding in findings]


SCHEMA = {
    name: pl.String if name.endswith(("_paid", "_currency", "_any", "_basis", "reimbursed"))
    else pl.Int32 if name.startswith("job_start") else pl.Float64
    for name in ANSWER
}  # fmt: skip

CASES: dict[str, tuple[dict[str, object], float | None, list[str]]] = {
    "items add up, each in its currency": ({}, 4000, []),
    "at the rate of the day of hiring": ({"job_start_year": 2026}, 4100, []),
    "interest on the loan is an item": (
        {"loan_interest_paid": "yes", "loan_interest": 50.0, "loan_interest_currency": "EUR"},
        4500, [],
    ),
    "an item that was not paid is nothing": (
        {"cost_visa_paid": "no", "cost_visa": None, "cost_visa_currency": None}, 3000, [],
    ),
    "what was paid back comes off": (
        {"reimbursed": "yes", "reimbursement": 500.0, "reimbursement_currency": "MAD"}, 3500, [],
    ),
    "who paid nothing has a cost of zero": (
        {"cost_any": "no", "cost_visa_paid": None, "cost_visa": None, "cost_visa_currency": None,
         "cost_recruiter_paid": None, "cost_recruiter": None, "cost_recruiter_currency": None,
         "cost_total_basis": None, "reimbursed": None},
        0, [],
    ),
    "a total that the person stands by goes before the items": (
        {"cost_total_basis": "stated", "cost_total": 6000.0, "cost_total_currency": "MAD"},
        6000, [],
    ),
    "and makes up for an item of unknown amount": (
        {"cost_visa_paid": "amount_unknown", "cost_visa": None, "cost_visa_currency": None,
         "cost_total_basis": "stated", "cost_total": 5000.0, "cost_total_currency": "MAD"},
        5000, [],
    ),
    "an item of unknown amount leaves the cost unknown": (
        {"cost_visa_paid": "amount_unknown", "cost_visa": None, "cost_visa_currency": None},
        None, ["survey_cost_unknown"],
    ),
    "so does an unknown reimbursement": (
        {"reimbursed": "amount_unknown"}, None, ["survey_cost_unknown"],
    ),
    "more paid back than paid is no cost": (
        {"reimbursed": "yes", "reimbursement": 9000.0, "reimbursement_currency": "MAD"},
        None, ["survey_cost_unknown"],
    ),
    "a cost without currency is found": (
        {"cost_visa_currency": None}, None, ["survey_currency_missing", "survey_cost_unknown"],
    ),
    "a currency without rate is found": (
        {"cost_visa_currency": "XTS"}, None, ["survey_rate_unknown", "survey_cost_unknown"],
    ),
    "a day without rate is found": (
        {"job_start_year": 2024}, None,
        ["survey_rate_unknown", "survey_rate_unknown", "survey_cost_unknown"],
    ),
    "an item paid without amount is found": (
        {"cost_visa": None}, None, ["survey_cost_amount_missing", "survey_cost_unknown"],
    ),
    "an amount below zero is found": (
        {"cost_recruiter": -3000.0}, None, ["survey_cost_not_positive", "survey_cost_unknown"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_the_cost_in_dirhams(case: str) -> None:
    answers, cost, rules = CASES[case]
    found, broken = told(**answers)
    assert found["cost"] == cost
    assert broken == rules


@pytest.mark.parametrize("earned", [0.0, -200.0])
def test_earnings_of_nothing_are_found_and_make_no_ratio(earned: float) -> None:
    found, broken = told(first_earnings_month=earned)
    assert (found["cost"], found["first_earnings"], found["cost_ratio"]) == (4000, None, None)
    assert broken == ["survey_earnings_not_positive"]


def test_the_ratio_is_in_months_of_first_earnings() -> None:
    assert told()[0]["cost_ratio"] == 2.0


def test_every_item_of_the_form_counts() -> None:
    """Drift: the items that the form asks are those that are summed, and interest."""
    from warehouse.survey.form.cost import item_questions
    from warehouse.survey.form.source import cost_items as asked

    questions = [str(question["name"]) for question in item_questions(asked())]
    summed = cost_items([*questions, "loan_interest_paid"])
    assert [amount for _, amount, _ in summed] == [
        *(f"cost_{item.code}" for item in asked()), "loan_interest",
    ]  # fmt: skip


def test_round_rates_of_the_specimen_are_not_silent() -> None:
    marked = RATES.with_columns((pl.col("currency") == "EUR").alias("is_specimen"))
    _, findings = measured(pl.DataFrame([ANSWER], schema_overrides=SCHEMA), marked)
    assert [(f.rule, f.values["currencies"]) for f in findings] == [("survey_rate_specimen", "EUR")]


def test_outliers_are_flagged_by_the_stated_rule_and_kept() -> None:
    # Ratios near 2, and one person who gave centimes for dirhams: a hundred times less earned.
    earned = [200.0, 210.0, 190.0, 205.0, 195.0, 220.0, 180.0, 200.0, 215.0, 185.0, 20000.0]
    rows = pl.DataFrame(
        [ANSWER | {"first_earnings_month": value} for value in earned], schema_overrides=SCHEMA
    )
    found, findings = measured(rows, RATES)
    assert found["is_outlier"].to_list() == [False] * 10 + [True]
    assert found["cost_ratio"].null_count() == 0
    assert [(f.rule, f.values["count"]) for f in findings] == [("survey_outlier", "1")]


def test_few_answers_have_no_outliers() -> None:
    rows = pl.DataFrame(
        [ANSWER | {"first_earnings_month": value} for value in (200.0, 210.0, 20000.0)],
        schema_overrides=SCHEMA,
    )
    assert measured(rows, RATES)[0]["is_outlier"].sum() == 0


def test_the_published_ratio_of_lao_pdr() -> None:
    """Lao PDR 2017: mean cost 141.31 dollars, mean income 430.88, ratio 0.33: a ratio of totals.

    Any sample with these means has that ratio, while the mean of the persons' ratios depends on
    who paid what.
    """
    persons = pl.DataFrame(
        {
            "cost": [0.0, 141.31, 282.62],
            "income": [430.88 + 300, 430.88, 430.88 - 300],
            "weight": [100.0, 100.0, 100.0],
        }
    ).with_columns((pl.col("cost") / pl.col("income")).alias("ratio"))
    drawn = sample(persons, Design("weight"))
    (cost,), (income,) = means(drawn, "cost"), means(drawn, "income")
    (of_totals,), (of_persons,) = ratios(drawn, "cost", "income"), means(drawn, "ratio")
    assert (round(cost.value, 2), round(income.value, 2)) == (141.31, 430.88)
    assert round(of_totals.value, 2) == 0.33
    # (0 + 0.32796 + 282.62 / 130.88) / 3
    assert round(of_persons.value, 2) == 0.83
