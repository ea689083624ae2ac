"""Which spellings of persons' names, in French, English or Arabic, are taken for one name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse.linkage.names import core, folded, sound, tokens

NAMES = st.one_of(
    st.text(),
    st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZéïç' -.", max_size=24),
    st.text(alphabet="ابتةثجحخدذرزسشصضطظعغفقكلمنهويىءأإآؤئـ ", max_size=16),
)


@given(NAMES)
def test_any_text_has_the_four_forms_and_each_form_is_its_own(name: str) -> None:
    assert folded(folded(name)) == folded(name)
    assert core(core(name)) == core(name)
    assert sound(folded(name)) == sound(name)
    assert tokens(folded(name)) == tokens(name)
    assert bool(tokens(name)) == bool(folded(name)) == bool(core(name))


@given(NAMES)
def test_case_spaces_and_marks_do_not_count(name: str) -> None:
    other = f" \u200f{name.lower()}\u200e  "
    assert (folded(other), core(other), sound(other)) == (folded(name), core(name), sound(name))


@pytest.mark.parametrize("empty", ["", " ", "-", "\u200f", "ـ", "12", "ءَ"])
def test_a_name_without_letters_is_empty(empty: str) -> None:
    assert (folded(empty), core(empty), sound(empty), tokens(empty)) == ("", "", "", ())
