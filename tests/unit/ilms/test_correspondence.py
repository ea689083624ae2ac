"""ILO's codes are well formed, and every code of our lists becomes one or is named with why."""

import re

import pycountry
import pytest

from warehouse.desk.code_list import codes
from warehouse.ilms.correspondence import alpha_3, alternatives, correspondences, unmapped
from warehouse.messages import LANGUAGES

LISTS = {
    "SEX": "cl_sex",
    "AGE": "cl_age",
    "ECO": "cl_activity",
    "OCU": "cl_occupation",
    "EDU": "cl_education",
    "STE": "cl_status_in_employment",
    "CCT": "cl_area",
    "CCT_FOREIGNERS": "cl_area",
    "MIG": "cl_area",
    "COUNTRY": "cl_area",
    "COUNTRY_OF_FOREIGNERS": "cl_area",
    "COUNTRY_OF_NON_CITIZENS": "cl_area",
    "AREA": "cl_area",
}
FORMS = {
    "SEX": r"SEX_[TMF]",
    "AGE": r"AGE_(YTHADULT|AGGREGATE|10YRBANDS|5YRBANDS)_(TOTAL|Y\d\d-\d\d|YGE\d\d)",
    "ECO": r"ECO_ISIC4_([A-U]|X|TOTAL)",
    "OCU": r"OCU_ISCO08_([0-9]|X|TOTAL)",
    "EDU": r"EDU_(AGGREGATE_(LTB|BAS|INT|ADV|X|TOTAL)|ISCED11_([1-9]|TOTAL))",
    "STE": r"STE_(AGGREGATE_(EES|X|TOTAL)|ICSE93_([1-6]|TOTAL))",
    "CCT": r"CCT_CIT_(TOTAL|CITIZEN|NONCIT|X)",
    "CCT_FOREIGNERS": r"CCT_CIT_NONCIT",
    "MIG": r"MIG_STATUS_(TOTAL|MIGRANT|NONMIG)",
    "AREA": r"[A-Z]{3}",
}
WHOLE_LISTS = ["cl_sex", "cl_age", "cl_activity", "cl_occupation", "cl_education"]
WHOLE_LISTS += ["cl_status_in_employment", "cl_area", "cl_occupation_nap"]


def test_every_list_is_known_here() -> None:
    assert set(correspondences()) == set(LISTS)


@pytest.mark.parametrize("name", LISTS)
def test_ilo_codes_are_well_formed_and_stand_once(name: str) -> None:
    listed = [entry.ilo_code for entry in correspondences()[name]]
    assert len(listed) == len(set(listed))
    assert all(re.fullmatch(FORMS.get(name, "TOTAL"), code) for code in listed)


@pytest.mark.parametrize("name", LISTS)
def test_they_are_made_of_codes_of_their_list_and_are_told_in_three_languages(name: str) -> None:
    for entry in correspondences()[name]:
        assert entry.codes <= set(codes(LISTS[name]))
        assert all(entry.label[lang] for lang in LANGUAGES)
        assert entry.source


@pytest.mark.parametrize("code_list", WHOLE_LISTS)
def test_every_code_becomes_one_of_ilo_or_says_why_not(code_list: str) -> None:
    named = {name for name, of in LISTS.items() if of == code_list}
    mapped = {code for name in named for entry in correspondences()[name] for code in entry.codes}
    if code_list == "cl_area":
        mapped |= {code for code in codes(code_list) if pycountry.countries.get(alpha_2=code)}
    without = unmapped(code_list)
    known = set(codes(code_list))
    assert known - mapped - set(without) == set()
    assert set(without) <= known
    assert all(without.values())


def test_a_code_is_not_both_ilos_and_none_of_ilos() -> None:
    # What a classification takes away (_U, those under 15) is in none of its codes.
    both = {
        (LISTS[name], code)
        for name, listed in correspondences().items()
        for entry in listed
        for code in entry.codes & set(unmapped(LISTS[name]))
    }
    finer = {f"Y{age}T{age + 4}" for age in (65, 70, 75, 80)} | {"Y_GE85"}
    assert {code for _, code in both} <= {"_U", "Y_LT15"} | finer


@pytest.mark.parametrize(
    ("code", "expected"),
    [("SN", "SEN"), ("FR", "FRA"), ("XK", "KOS"), ("XXA", None), ("SUHH", None), ("011", None)],
)
def test_countries_take_iso_codes_of_three_letters(code: str, expected: str | None) -> None:
    assert alpha_3(code) == expected


def test_only_the_codes_of_countries_within_a_classification_are_unverified() -> None:
    doubted = {n for n, listed in correspondences().items() for e in listed if not e.is_verified}
    assert doubted == {"COUNTRY", "COUNTRY_OF_FOREIGNERS", "COUNTRY_OF_NON_CITIZENS"}


def test_an_expression_has_terms_with_their_signs_and_a_status_of_its_own() -> None:
    whole, wider = alternatives("_T - MA - _U | W: _T - MA")
    assert [(t.sign, t.code) for t in whole.terms] == [(1, "_T"), (-1, "MA"), (-1, "_U")]
    assert (whole.status, wider.status) == (None, "W")
