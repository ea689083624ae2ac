"""What the report on linkage counts: by group, by pair of sources, overlap, methods."""

import polars as pl
import pytest

from warehouse.linkage.quality import (
    FIRST,
    SMALL,
    UNKNOWN,
    agreement,
    agreement_by,
    agreement_by_sources,
    methods,
    overlap,
    shared_persons,
    with_truth,
)

TITLES, SEEKERS, VISAS = "titles", "seekers", "visas"


def records(*rows: tuple[str, str, str, str | None]) -> pl.DataFrame:
    schema = dict.fromkeys(("contract", "person_id", "person_key", "citizenship"), pl.String)
    return pl.DataFrame(rows, schema=schema, orient="row")


def test_a_record_that_the_truth_does_not_know_is_a_person_of_its_own():
    links = pl.DataFrame(
        {
            "contract": [TITLES, SEEKERS, VISAS],
            "record_id": ["1", "1", "2"],
            "person_key": ["p", "p", "p"],
        }
    )
    truth = pl.DataFrame({"contract": [TITLES], "record_id": ["1"], "person_id": ["7"]})
    told = with_truth(links, truth)
    assert told["is_known"].to_list() == [True, False, False]
    assert told["person_id"].n_unique() == 3
    assert agreement(told).precision.count == 0


def test_a_pair_is_of_the_citizenship_that_most_records_of_the_person_tell():
    found = agreement_by(
        records(
            (TITLES, "a", "p1", "SN"),
            (SEEKERS, "a", "p1", "SN"),
            (VISAS, "a", "p1", "GN"),
            (TITLES, "b", "p2", "GN"),
            (SEEKERS, "b", "p3", "GN"),
        ),
        "citizenship",
        least=1,
    )
    assert (found["SN"].recall.count, found["SN"].recall.total) == (3, 3)
    assert (found["GN"].recall.count, found["GN"].recall.total) == (0, 1)
    assert found["GN"].precision.total == 0


def test_small_groups_are_one_and_the_unknown_stay_apart():
    found = agreement_by(
        records(
            *((source, f"s{n}", f"s{n}", "SN") for n in range(3) for source in (TITLES, SEEKERS)),
            *((source, "g", "g", "GN") for source in (TITLES, SEEKERS)),
            *((source, "m", "m", "ML") for source in (TITLES, SEEKERS)),
            *((source, "u", "u", None) for source in (TITLES, SEEKERS)),
        ),
        "citizenship",
        least=5,
    )
    assert {group: told.recall.total for group, told in found.items()} == {
        "SN": 3,
        SMALL: 2,
        UNKNOWN: 1,
    }


def test_pairs_of_sources_add_up_to_the_headline():
    told = records(
        (TITLES, "a", "p1", None),
        (TITLES, "a", "p1", None),
        (SEEKERS, "a", "p1", None),
        (VISAS, "a", "p2", None),
        (VISAS, "b", "p1", None),
    )
    found = agreement_by_sources(told)
    assert found[SEEKERS, TITLES].precision.count == found[SEEKERS, TITLES].recall.total == 2
    assert (found[TITLES, VISAS].precision.count, found[TITLES, VISAS].precision.total) == (0, 2)
    whole = agreement(told)
    for side in ("precision", "recall"):
        parts = [getattr(one, side) for one in found.values()]
        assert sum(part.total for part in parts) == getattr(whole, side).total
        assert sum(part.count for part in parts) == getattr(whole, side).count


def test_pairs_of_a_large_group_do_not_overflow():
    many = pl.select(
        pl.repeat(TITLES, 100_000).alias("contract"),
        pl.repeat("a", 100_000).alias("person_id"),
        pl.repeat("p", 100_000).alias("person_key"),
    )
    assert agreement(many, between_sources=False).recall.total == 100_000 * 99_999 // 2


LINKS = pl.DataFrame(
    {
        "contract": [TITLES, TITLES, SEEKERS, TITLES, VISAS, SEEKERS],
        "person_key": ["a", "a", "a", "b", "c", "c"],
        "method": ["single", "passport", "passport", "single", "single", "names"],
    }
)


@pytest.mark.parametrize(
    ("one", "other", "persons"),
    [
        (TITLES, TITLES, 2),
        (TITLES, SEEKERS, 1),
        (SEEKERS, TITLES, 1),
        (SEEKERS, VISAS, 1),
        (TITLES, VISAS, None),
    ],
)
def test_the_overlap_counts_persons_of_one_source_who_are_in_another(one, other, persons):
    assert overlap(LINKS).get((one, other)) == persons


def test_a_person_in_one_source_alone_is_not_shared():
    assert shared_persons(LINKS) == {TITLES: 1, SEEKERS: 2, VISAS: 1}


def test_a_record_that_others_have_joined_is_not_told_as_single():
    assert methods(LINKS) == {FIRST: 2, "passport": 2, "names": 1, "single": 1}
