"""Pseudonyms: the same number gives the same pseudonym, and nothing else does."""

import polars as pl

from warehouse.pseudonym import normalised, pseudonyms


def _of(values, identifier_type="cin"):
    return pseudonyms(pl.Series("id", values, dtype=pl.String), identifier_type).to_list()


def test_spellings_of_one_number_agree(home):
    spelled = _of(["ZZ123456", " zz 123456", "ZZ-123456", "ZZ١٢٣٤٥٦"])
    assert len(set(spelled)) == 1
    assert len(spelled[0]) == 32


def test_blank_and_missing_have_no_pseudonym(home):
    assert _of([None, "", "---"]) == [None, None, None]


def test_a_number_repeated_often_gets_the_pseudonym_it_gets_alone(home):
    alone = _of(["0001234"], "affiliate")[0]
    assert set(_of(["0001234"] * 50, "affiliate")) == {alone}


def test_one_key_per_identifier_type(home):
    assert _of(["ZZ123456"], "cin") != _of(["ZZ123456"], "passport")


def test_keys_stay_and_are_readable_by_their_owner_alone(home):
    before = _of(["ZZ123456"])
    path = home / "keys" / "pseudonym.json"
    assert path.stat().st_mode & 0o077 == 0
    assert _of(["ZZ123456"]) == before


def test_normalised_keeps_capitals_and_digits():
    assert normalised(pl.Series([" zz-12 345٦", None])).to_list() == ["ZZ123456", None]
