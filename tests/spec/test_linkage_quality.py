"""Precision and recall of linkage: small registers, whose record it is, and what linkage said.

One row a record: source, true person, person linked to. A pair is two records; a pair is true
where both are of one person, and linked where both have one person key. The headline counts the
pairs between two sources only.
"""

from fractions import Fraction

import polars as pl
import pytest

from warehouse.linkage.quality import agreement

CASES = [
    (
        "three records of one person found whole: three pairs of three",
        """
        titles   | ann | p1
        seekers  | ann | p1
        visas    | ann | p1
        """,
        ("3/3", "3/3"),
        ("3/3", "3/3"),
    ),
    (
        "a record left out of three: one pair of the three true ones is linked",
        """
        titles   | ann | p1
        seekers  | ann | p1
        visas    | ann | p2
        """,
        ("1/1", "1/3"),
        ("1/1", "1/3"),
    ),
    (
        "a stranger joined to two records: one linked pair of three is true",
        """
        titles   | ann | p1
        seekers  | ann | p1
        visas    | bob | p1
        """,
        ("1/3", "1/1"),
        ("1/3", "1/1"),
    ),
    (
        "two months of one source are no pair between sources",
        """
        titles   | ann | p1
        titles   | ann | p1
        seekers  | ann | p2
        """,
        ("0/0", "0/2"),
        ("1/1", "1/3"),
    ),
    (
        "two persons exchanged: as many pairs, none of them true",
        """
        titles   | ann | p1
        seekers  | bob | p1
        titles   | bob | p2
        seekers  | ann | p2
        """,
        ("0/2", "0/2"),
        ("0/2", "0/2"),
    ),
    (
        "records of nobody else, linked to nobody, tell nothing",
        """
        titles   | ann | p1
        seekers  | bob | p2
        """,
        ("0/0", "0/0"),
        ("0/0", "0/0"),
    ),
]


@pytest.mark.parametrize(("title", "table", "between", "all_pairs"), CASES)
def test_pairs_are_counted_as_the_table_shows(title, table, between, all_pairs):
    rows = [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]
    records = pl.DataFrame(rows, schema=["contract", "person_id", "person_key"], orient="row")
    for told, found in (
        (between, agreement(records)),
        (all_pairs, agreement(records, between_sources=False)),
    ):
        shares = [(share.count, share.total) for share in (found.precision, found.recall)]
        assert shares == [tuple(map(int, pair.split("/"))) for pair in told], title


@pytest.mark.parametrize(
    ("right", "pairs", "low", "high"),
    [
        # Newcombe (1998), Two-sided confidence intervals for the single proportion, table I.
        (81, 263, "0.2553", "0.3662"),
        (15, 148, "0.0624", "0.1605"),
        (0, 20, "0.0000", "0.1611"),
        (1, 29, "0.0061", "0.1718"),
    ],
)
def test_the_interval_is_wilsons(right, pairs, low, high):
    from warehouse.linkage.shares import counted_share

    share = counted_share(right, pairs)
    assert share.interval is not None
    assert [f"{end:.4f}" for end in share.interval] == [low, high]
    assert Fraction(share.value).limit_denominator(1000) == Fraction(right, pairs)
