"""What an unknown code may mean: a label in any language, a spelling, an earlier decision."""

import pytest

from warehouse.desk.correspondence import Correspondence
from warehouse.desk.search import search
from warehouse.desk.spelling import folded
from warehouse.desk.suggestion import suggestions


@pytest.mark.parametrize(
    ("source_code", "code", "reason"),
    [
        ("SENEGALAISSE", "SN", "spelling"),
        ("Republique du Sénégal", "SN", "label_fr"),
        ("السينغال", "SN", "label_ar"),
        ("Ivory Cost", "CI", "label_en"),
        ("COTE D IVOIR", "CI", "label_fr"),
    ],
)
def test_the_likeliest_code_comes_first_with_its_reason(source_code, code, reason):
    found = suggestions("area", source_code)
    assert found[0].code == code
    assert {s.reason for s in found if s.code == code} <= {reason, "spelling", "label_fr"}
    assert [s.score for s in found] == sorted((s.score for s in found), reverse=True)


def test_a_decision_for_another_provider_is_the_best_reason():
    decided = [Correspondence("anapec", "ATLANTE", "ML", "close")]
    best = suggestions("area", "ATLANTE", decided)[0]
    assert (best.code, best.score, best.reason, best.about) == (
        "ML",
        1.0,
        "decision",
        "anapec ATLANTE",
    )


def test_an_abbreviation_suggests_nothing_that_only_resembles_it():
    assert suggestions("area", "XQ") == []


@pytest.mark.parametrize("term", ["cote d'ivoire", "Côte d’Ivoire", "CÔTE D’IVOIRE"])
def test_a_search_needs_no_accents(term):
    assert [(f.code_list, f.code) for f in search(term, "fr", "area")] == [("cl_area", "CI")]


@pytest.mark.parametrize("term", ["الإمارات", "الامارات", "اﻹمارات"])
def test_a_search_needs_no_hamza(term):
    assert "AE" in {f.code for f in search(term, "fr", "area")}


@pytest.mark.parametrize("lang", ["fr", "ar", "en"])
def test_what_is_found_stands_in_the_order_of_the_alphabet(lang):
    labels = [folded(f.label(lang)) for f in search("a", lang, "area")]
    assert labels == sorted(labels)
    assert len(labels) > 100


def test_every_letter_of_a_label_survives():
    (found,) = search("Fès-Meknès", "ar", "region")[:1]
    assert (found.label_fr, found.label_ar) == ("Fès-Meknès", "فاس-مكناس")
