"""Harmonised answers under the names of their questions."""

import polars as pl

from warehouse.survey.harmonised import _questions


def test_codes_stand_under_their_question_and_what_was_not_told_is_null() -> None:
    rows = pl.DataFrame(
        {
            "survey_key": ["uuid:1"],
            "sex_source_code": ["2"],
            "sex_code": ["F"],
            "country_of_birth_code": ["SN"],
            "earnings_currency_code": ["_Z"],
            "interview_date": ["2027-03-02"],
        }
    )
    assert _questions(rows).rows(named=True) == [
        {
            "KEY": "uuid:1",
            "sex": "F",
            "birth_country": "SN",
            "earnings_currency": None,
            "today": "2027-03-02",
        }
    ]
