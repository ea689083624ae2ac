"""An export of the form becomes persons with weights, and what is wrong in it is said."""

import zipfile
from pathlib import Path

import polars as pl
import pytest

from warehouse.survey.design import DesignRefused
from warehouse.survey.estimating import estimated, read_margins
from warehouse.survey.records import Answers, ExportIncomplete, answers, read_export
from warehouse.survey.sample_list import ListNotReadable, sample_list

VISITS = """KEY,visit-household_id,visit-visit_result
uuid:1,P-1,completed
uuid:2,P-2,refused
uuid:3,P-3,completed
"""
PERSONS = """KEY,PARENT_KEY,person_id,roster-sex,roster-age,labour-is_worker,labour-is_returnee,\
roster-is_resident_6m,roster-months_here,roster-education,roster-citizenship
uuid:1/1,uuid:1,P-1-1,F,34,1,0,1,70,6,SN
uuid:1/2,uuid:1,P-1-2,M,60,0,1,1,30,,MA
uuid:3/1,uuid:3,P-3-1,M,12,,,1,999,0,MA
"""
RECRUITMENTS = """KEY,PARENT_KEY,origin_country,job_country,corridor,migration_rank,job_start_year,\
job_start_month,indicator_scope,job_occupation,job_activity,channel,cost_any,cost_visa_paid,\
cost_visa,cost_visa_currency,cost_total_basis,reimbursed,first_earnings_month,\
first_earnings_currency
uuid:1/1/r,uuid:1/1,SN,MA,SN-MA,first,2025,6,strict,5,F,RELATIVES,yes,yes,3000,MAD,items,no,\
1500,MAD
"""
LISTED = """household_id,psu,stratum,base_weight,variance_stratum,variance_unit
P-1,P,MA-01-U,10,MA-01-U,P
P-2,P,MA-01-U,10,MA-01-U,P
P-3,P,MA-01-U,20,MA-01-U,P
"""
FILES = {
    "simimo_survey": VISITS,
    "simimo_survey-person": PERSONS,
    "simimo_survey-recruitment": RECRUITMENTS,
}


def read(folder: Path, listed: str = LISTED, **changed: str) -> Answers:
    """The answers of an export, some of its files changed."""
    export = folder / "export"
    export.mkdir()
    for name, content in (FILES | changed).items():
        (export / f"{name}.csv").write_text(content)
    (folder / "sample.csv").write_text(listed)
    return answers(read_export(export), pl.read_csv(folder / "sample.csv"), "stratum")


def rules(found: Answers) -> list[str]:
    return [finding.rule for finding in found.findings]


def test_persons_of_answering_households_have_its_weight(tmp_path: Path) -> None:
    found = read(tmp_path)
    # The refused household's 10 is given to those of 10 and 20: 40 / 30 times each.
    weights = dict(found.persons.select("person_id", "response_weight").rows())
    assert weights == pytest.approx({"P-1-1": 40 / 3, "P-1-2": 40 / 3, "P-3-1": 80 / 3})
    assert rules(found) == []


def test_persons_take_what_they_paid_and_earned(tmp_path: Path) -> None:
    row = read(tmp_path).persons.row(0, named=True)
    assert (row["cost"], row["first_earnings"], row["cost_ratio"]) == (3000, 1500, 2)
    assert (row["occupation"], row["corridor"], row["age_band"], row["region"]) == (
        "5", "SN-MA", "Y25T54", "MA-01",
    )  # fmt: skip


def test_a_zip_and_nested_names_are_read_alike(tmp_path: Path) -> None:
    whole = read(tmp_path)
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as archive:
        for name, content in FILES.items():
            nested = name.replace("-recruitment", "-person-recruitment")
            archive.writestr(f"{nested}.csv", content)
    zipped = answers(
        read_export(tmp_path / "export.zip"), pl.read_csv(tmp_path / "sample.csv"), "stratum"
    )
    assert zipped.persons.equals(whole.persons)


def test_a_person_in_two_households_counts_once_and_is_found(tmp_path: Path) -> None:
    twice = PERSONS + "uuid:3/2,uuid:3,P-1-1,F,34,1,0,1,70,6,SN\n"
    found = read(tmp_path, **{"simimo_survey-person": twice})
    assert rules(found) == ["survey_person_twice"]
    assert found.persons["person_id"].n_unique() == found.persons.height == 3


def test_a_household_that_was_not_drawn_is_found_and_left_out(tmp_path: Path) -> None:
    more = VISITS + "uuid:9,P-9,completed\n"
    found = read(tmp_path, **{"simimo_survey": more})
    assert rules(found) == ["survey_household_not_drawn"]
    assert found.households.height == 3


def test_a_household_without_form_is_found(tmp_path: Path) -> None:
    found = read(tmp_path, **{"simimo_survey": VISITS.replace("uuid:2,P-2,refused\n", "")})
    assert rules(found) == ["survey_household_without_form"]
    assert found.households["response_status"].to_list() == ["respondent", "unknown", "respondent"]


def test_a_household_sent_twice_counts_once(tmp_path: Path) -> None:
    again = VISITS + "uuid:3,P-3,completed\n"
    found = read(tmp_path, **{"simimo_survey": again})
    assert rules(found) == ["survey_household_twice"]
    assert found.persons.height == 3


def test_a_missing_repeat_is_named(tmp_path: Path) -> None:
    (tmp_path / "simimo_survey.csv").write_text(VISITS)
    with pytest.raises(ExportIncomplete, match="person, recruitment"):
        answers(read_export(tmp_path), pl.DataFrame(), "stratum")


def test_margins_are_read_by_variable_and_code(tmp_path: Path) -> None:
    path = tmp_path / "margins.csv"
    path.write_text("variable,code,persons\nsex,F,10\nsex,M,12\nage,1,22\n")
    assert read_margins(path) == {"sex": {"F": 10, "M": 12}, "age": {"1": 22}}
    path.write_text("variable,code\nsex,F\n")
    with pytest.raises(ListNotReadable, match="persons"):
        read_margins(path)


UNITS_OF_PLAN = """psu,stratum,variance_stratum,is_self_representing,base_weight,base_weight_others
P,MA-01-U,MA-01-U,0,50,2000
Q,MA-01-U,Q,1,20,800
"""
VISITED = """household_id | psu | segment_number | listing_class
P-1 | P | 3 | sought
P-2 | P | 3 | other
Q-1 | Q | 7 | sought
Q-2 | Q | 9 | other
Q-3 | Q | 9 | -"""


def test_the_plan_gives_each_household_the_weight_of_its_class(tmp_path: Path) -> None:
    path = tmp_path / "units.csv"
    path.write_text(UNITS_OF_PLAN)
    head, *lines = [line.split(" | ") for line in VISITED.splitlines()]
    visits = pl.DataFrame(lines, schema=head, orient="row").with_columns(
        pl.all().replace("-", None)
    )
    found = sample_list(path, visits)
    assert found.select(
        "household_id", "base_weight", "variance_stratum", "variance_unit"
    ).rows() == [
        ("P-1", 50, "MA-01-U", "P"),
        ("P-2", 2000, "MA-01-U", "P"),
        # A unit that represents itself is a stratum, its segments are the units.
        ("Q-1", 20, "Q", "Q/7"),
        ("Q-2", 800, "Q", "Q/9"),
        # Of no class: without weight, which the design's findings then say.
        ("Q-3", None, "Q", "Q/9"),
    ]


def test_the_form_must_tell_the_class_where_the_plan_gives_weights(tmp_path: Path) -> None:
    path = tmp_path / "units.csv"
    path.write_text(UNITS_OF_PLAN)
    with pytest.raises(ListNotReadable, match="segment_number, listing_class"):
        sample_list(path, pl.DataFrame({"household_id": ["P-1"], "psu": ["P"]}))


def test_nothing_is_estimated_where_nobody_of_a_cell_answered(tmp_path: Path) -> None:
    alone = LISTED + "P-4,P,MA-02-U,10,MA-02-U,P\n"
    read(tmp_path, alone, simimo_survey=VISITS + "uuid:4,P-4,refused\n")
    with pytest.raises(DesignRefused) as refused:
        estimated(tmp_path / "export", tmp_path / "sample.csv")
    assert "MA-02-U" in refused.value.detail_in("fr")


EARNED = PERSONS.replace("roster-citizenship", "roster-citizenship,earnings,earnings_currency")
DATED = VISITS.replace("visit_result", "visit_result,visit-today").replace(
    "completed", "completed,2026-03-02"
)


@pytest.mark.parametrize(
    ("earnings", "currency", "rule"),
    [
        ("0", "MAD", "survey_monthly_not_positive"),
        ("-50", "MAD", "survey_monthly_not_positive"),
        ("3000", "", "survey_currency_missing"),
        ("3000", "XXX", "survey_rate_unknown"),
    ],
)
def test_earnings_that_cannot_count_are_found(
    tmp_path: Path, earnings: str, currency: str, rule: str
) -> None:
    told = EARNED.replace("6,SN\n", f"6,SN,{earnings},{currency}\n").replace(",MA\n", ",MA,,\n")
    found = read(
        tmp_path,
        **{"simimo_survey-person": told, "simimo_survey": DATED.replace("refused", "refused,")},
    )
    assert rules(found) == [rule]
    assert found.persons["monthly_earnings"].null_count() == 3


def test_the_present_job_is_not_taken_for_the_job_recruited_for(tmp_path: Path) -> None:
    told = PERSONS.replace(
        "roster-citizenship", "roster-citizenship,labour-occupation,labour-activity"
    )
    told = told.replace("6,SN\n", "6,SN,9,A\n").replace(",MA\n", ",MA,,\n")
    row = read(tmp_path, **{"simimo_survey-person": told}).persons.row(0, named=True)
    assert (row["occupation"], row["activity"]) == ("5", "F")
