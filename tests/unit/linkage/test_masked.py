"""No name and no birth date leaves masking; what differs is still to be judged."""

import string
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse.identity import IDENTIFIERS
from warehouse.linkage.masked import DOT, Aspect, frequency, masked_pair
from warehouse.linkage.names import core, folded

LATIN, ARABIC = string.ascii_uppercase, "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"
NAMES = st.text(LATIN, min_size=1, max_size=12) | st.text(ARABIC, min_size=1, max_size=12)
SEVERAL = st.lists(NAMES, min_size=1, max_size=3).map(" ".join)
DATES = st.dates().map(str)
RECORD = st.fixed_dictionaries({"family_name": SEVERAL, "given_name": SEVERAL, "birth_date": DATES})


def _record(**told):
    blank = ("family_name", "given_name", "birth_date", "sex", "citizenship", "region", "employer")
    return dict.fromkeys((*blank, *IDENTIFIERS)) | told


@st.composite
def _pairs(draw):
    """Two records; now and then the second is the first with a few letters changed."""
    left, right = draw(RECORD), draw(RECORD)
    for role in left:
        if draw(st.booleans()):
            letters = list(left[role])
            for _ in range(draw(st.integers(0, 3))):
                at = draw(st.integers(0, len(letters) - 1))
                letters[at] = draw(st.sampled_from(LATIN if role != "birth_date" else "0123456789"))
            right[role] = "".join(letters)
    return left, right


@given(_pairs())
def test_of_a_name_a_third_of_the_letters_is_shown_at_most(pair):
    family, given_name, *_ = masked_pair(*(_record(**told) for told in pair), {})
    for shown in (family.left, family.right, given_name.left, given_name.right):
        letters = shown.replace(" ", "")
        assert len(letters.replace(DOT, "")) * 3 <= len(letters)
    for aspect, role in ((family, "family_name"), (given_name, "given_name")):
        for record in pair:
            clear = {folded(record[role]), core(record[role])} - {""}
            assert not clear & {aspect.left, aspect.right}


@given(_pairs())
def test_of_a_birth_date_year_month_or_day_stays_hidden(pair):
    birth = masked_pair(*(_record(**told) for told in pair), {})[2]
    for shown in filter(None, (birth.left, birth.right)):
        assert {DOT} in map(set, shown.split("-"))


@given(_pairs())
def test_both_sides_swapped_show_the_same(pair):
    left, right = (_record(**told) for told in pair)
    there, back = masked_pair(left, right, {}), masked_pair(right, left, {})
    assert [a.state for a in there] == [a.state for a in back]


@pytest.mark.parametrize(
    ("one", "other", "state", "left", "right"),
    [
        ("BENNANI", "Bennani", "identical", "", ""),
        ("EL ALAMI", "ALAMI", "article", "EL ·····", "·····"),
        ("CHERKAOUI", "CHERQAOUI", "same_sound", "····K····", "····Q····"),
        ("BENNANI", "BENNOUNA", "different", "", ""),
        ("BENNANI", "BENNANA", "different", "······I", "······A"),
        ("محمد", "MOHAMED", "same_sound", "", ""),
        ("ALI", "ALY", "same_sound", "", ""),
        ("", "ALAMI", "missing", "", ""),
    ],
)
def test_a_name_shows_the_letters_that_differ(one, other, state, left, right):
    family = masked_pair(_record(family_name=one), _record(family_name=other), {})[0]
    assert (family.state, family.left, family.right) == (state, left, right)


@pytest.mark.parametrize(
    ("one", "other", "left", "right"),
    [
        ("1985-03-12", "1985-04-12", "····-·3-··", "····-·4-··"),
        ("1985-03-12", "1985-12-03", "····-03-12", "····-12-03"),
        ("1985-03-12", "1971-11-29", "", ""),
    ],
)
def test_a_birth_date_shows_the_digits_that_differ(one, other, left, right):
    birth = masked_pair(_record(birth_date=one), _record(birth_date=other), {})[2]
    assert (birth.state, birth.left, birth.right) == ("different", left, right)


def test_names_in_each_others_column_are_told():
    one = _record(family_name="BANGOURA", given_name="LAMINE")
    other = _record(family_name="LAMINE", given_name="BANGOURA")
    assert [a.state for a in masked_pair(one, other, {})[:2]] == ["swapped", "swapped"]


def test_codes_and_numbers_are_equal_different_or_missing():
    one = _record(sex="F", citizenship="SN", cin="a", passport="b")
    other = _record(sex="M", citizenship="SN", cin="a", passport="c")
    states = {a.name: a.state for a in masked_pair(one, other, {})}
    told = {name: states[name] for name in ("sex", "citizenship", "region", "number")}
    assert list(told.values()) == ["different", "identical", "missing", "identical"]


def test_a_name_is_told_by_how_many_bear_it():
    shares = (None, 0.0004, 0.0005, 0.0049, 0.005)
    classes = [frequency(share, 0.0005, 0.005) for share in shares]
    assert classes == ["rare", "rare", "usual", "usual", "frequent"]
    assert all(a <= b for a, b in pairwise(map(["rare", "usual", "frequent"].index, classes)))
    same = masked_pair(*[_record(family_name="ALAMI")] * 2, {"family": "frequent"})[0]
    assert same == Aspect("family", "identical", frequency="frequent")
