"""Which pairs wait for reviewers, and what an answer does beside the links of the program."""

import polars as pl
import pytest

from warehouse.identity import IDENTIFIERS
from warehouse.linkage.clustering import clustered
from warehouse.linkage.review import band_sizes, waiting, with_answers
from warehouse.linkage.reviewing import answer_of, own_order
from warehouse.linkage.rules import rules

PAIR = ("contract_l", "record_id_l", "contract_r", "record_id_r")


@pytest.fixture(autouse=True)
def _home(home):
    """The key by which pairs are drawn."""


def _people(letters: str, **numbers: dict[str, str]) -> pl.DataFrame:
    """One record a letter, each of an extract that may hold a person twice."""
    held = {name: numbers.get(name, {}) for name in IDENTIFIERS}
    return pl.DataFrame(
        [
            {
                "unique_id": i,
                "node": i,
                "contract": "anapec_job_seekers",
                "record_id": letter,
                "is_duplicate_free": False,
                **{name: held[name].get(letter) for name in IDENTIFIERS},
            }
            for i, letter in enumerate(letters)
        ],
        schema_overrides=dict.fromkeys(IDENTIFIERS, pl.String),
    )


def _pairs(letters: str, told: dict[str, tuple[str | None, float]]) -> pl.DataFrame:
    """Judged pairs, such as {'ab': ('names', 8.0)}."""
    return pl.DataFrame(
        [
            (*sorted(map(letters.index, pair)), method, weight, 0.5)
            for pair, (method, weight) in told.items()
        ],
        schema={
            "unique_id_l": pl.Int64,
            "unique_id_r": pl.Int64,
            "method": pl.String,
            "match_weight": pl.Float64,
            "match_probability": pl.Float64,
        },
        orient="row",
    )


def _answers(told: dict[str, str]) -> pl.DataFrame:
    rows = [("anapec_job_seekers", p[0], "anapec_job_seekers", p[1], a) for p, a in told.items()]
    return pl.DataFrame(rows, schema=dict.fromkeys((*PAIR, "answer"), pl.String), orient="row")


def _persons(letters, links, answers, **numbers):
    people = _people(letters, **numbers)
    pairs = with_answers(_pairs(letters, links), people, _answers(answers))
    cluster = clustered(people, pairs)["cluster"].to_list()
    return " ".join(
        sorted("".join(letters[i] for i, c in enumerate(cluster) if c == n) for n in set(cluster))
    )


NAMES, REVIEW, NUMBER = ("names", 8.0), ("review", 1.0), ("passport", 20.0)


@pytest.mark.parametrize(
    ("links", "answers", "persons"),
    [
        ({"ab": REVIEW}, {}, "a b"),
        ({"ab": REVIEW}, {"ab": "yes"}, "ab"),
        ({"ab": REVIEW}, {"ba": "yes"}, "ab"),
        ({}, {"ab": "yes"}, "ab"),
        ({"ab": NAMES}, {"ab": "no"}, "a b"),
        ({"ab": NAMES, "bc": NAMES}, {"ab": "no"}, "a bc"),
        ({"ab": NAMES, "bc": NAMES, "ac": NAMES}, {"ab": "no"}, "ac b"),
        ({"ab": NAMES, "bc": NAMES}, {"ac": "no"}, "ab c"),
        ({"ab": REVIEW, "bc": REVIEW}, {"ab": "yes", "bc": "yes"}, "abc"),
        ({"ab": NUMBER}, {"ab": "no"}, "ab"),
        ({"ac": NUMBER, "bc": NUMBER}, {"ab": "no"}, "abc"),
        ({"ab": NAMES}, {"xy": "no"}, "ab"),
    ],
)
def test_an_answer_stands_above_names_and_below_numbers(links, answers, persons):
    letters = "".join(sorted({c for pair in (*links, *answers) for c in pair} - set("xy")))
    assert _persons(letters, links, answers) == persons


def test_yes_joins_what_different_numbers_would_keep_apart():
    insured = {"a": "N1", "b": "N2"}
    assert _persons("ab", {"ab": NAMES}, {}, cnss_number=insured) == "a b"
    assert _persons("ab", {"ab": NAMES}, {"ab": "yes"}, cnss_number=insured) == "ab"


def _waiting(told, **limits):
    letters = "".join(sorted({c for pair in told for c in pair}))
    people, pairs = _people(letters), _pairs(letters, told)
    decided = rules().model_copy(update={"link_from_weight": 5, **limits})
    found = waiting(pairs, people, clustered(people, pairs), decided)
    return {(a + b): kind for a, b, kind in found["record_id_l", "record_id_r", "kind"].iter_rows()}


ALL = {
    "ab": ("names", 9.0),
    "cd": ("names", 6.0),
    "ef": ("review", 4.0),
    "gh": ("review", 1.0),
    "ij": ("review", 12.0),
    "kl": (None, -4.0),
    "mn": (None, -6.0),
    "op": ("passport", 20.0),
}


def test_reviewers_get_pairs_of_every_kind_but_those_of_a_number():
    found = _waiting(ALL)
    assert found == {
        **dict.fromkeys(("ab", "cd"), "accepted"),
        **dict.fromkeys(("ef", "gh"), "near"),
        "ij": "ambiguous",
        **dict.fromkeys(("kl", "mn"), "rejected"),
    }


def test_the_nearest_come_first_and_samples_are_bounded():
    found = _waiting(ALL, review_pairs_max=2, audit_pairs=1)
    assert sorted(found.values()) == ["accepted", "near", "near", "rejected"]
    assert {"ef", "gh"} <= found.keys()
    assert found == _waiting(dict(reversed(ALL.items())), review_pairs_max=2, audit_pairs=1)


def test_a_pair_whose_records_are_one_person_by_another_way_is_not_asked():
    told = {"ab": ("names", 9.0), "bc": ("names", 9.0), "ac": ("review", 4.0)}
    assert set(_waiting(told)) == {"ab", "bc"}


def test_bands_count_what_names_link_and_what_lies_below():
    letters = "".join(sorted({c for pair in ALL for c in pair}))
    decided = rules().model_copy(update={"link_from_weight": 5})
    sizes = band_sizes(_pairs(letters, {**ALL, "ac": ("names", 9.7)}), decided)
    assert sizes == {"-6": 1, "-4": 1, "1": 1, "4": 1, "6": 1, "9": 2}


def test_the_order_is_a_reviewers_own_and_does_not_change():
    numbers = range(1, 200)
    assert own_order(numbers, "a") == own_order(reversed(numbers), "a")
    assert sorted(own_order(numbers, "a")) == list(numbers)
    assert own_order(numbers, "a") != own_order(numbers, "b") != list(numbers)


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        *((said, "yes") for said in ("o", "OUI", "y", "yes", "ن", "نعم")),
        *((said, "no") for said in ("n", "Non", "ل", "لا")),
        *((said, "unsure") for said in ("?", "؟", "nsp")),
        *((said, None) for said in ("", "peut-être", "1")),
    ],
)
def test_answers_are_understood_in_three_languages(said, answer):
    assert answer_of(said) == answer
