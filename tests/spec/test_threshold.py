"""From which weight on pairs are linked by names, as the answers of reviewers say.

One row a band of weights: how many pairs have it, and how many a reviewer found to be one person
(yes) or two (no). The threshold stated is 5, the review line -1; the target 0.99 on 100 answers
at least, 10 in a stratum.
"""

import pytest

from warehouse.linkage.threshold import Band, Threshold, estimates, moved_threshold

STATED, LOWEST, TARGET, ANSWERS_MIN, STRATUM_MIN = 5, -1, 0.99, 100, 10

CASES = {
    "no answers, no move": (
        """
        5 | 1000 | 0 | 0
        """,
        5,
    ),
    "one answer fewer than the minimum moves nothing": (
        """
        5 | 1000 | 50 | 0
        4 |   50 | 49 | 0
        """,
        5,
    ),
    "as many answers as the minimum, all of them yes, lower it": (
        """
        5 | 1000 | 50 | 0
        4 |   50 | 50 | 0
        """,
        4,
    ),
    "one more than the minimum, too": (
        """
        5 | 1000 | 50 | 0
        4 |   51 | 51 | 0
        """,
        4,
    ),
    "few wrong pairs among many links are within the target": (
        """
        5 | 1000 | 100 | 0
        4 |   50 |  45 | 5
        """,
        4,
    ),
    "the answers of a small band do not stand for the many links above": (
        """
        8 | 10000 | 97 | 3
        4 |    90 | 90 | 0
        """,
        5,
    ),
    "where links near the line are wrong it rises to those that are right": (
        """
        9 | 8000 | 100 | 0
        5 | 1000 |  80 | 20
        4 |  500 |  10 | 40
        """,
        9,
    ),
    "a band with too few answers is no place to begin": (
        """
        5 | 1000 | 100 | 0
        4 |   90 |   9 | 0
        """,
        5,
    ),
    "with one more it is": (
        """
        5 | 1000 | 100 | 0
        4 |   90 |  10 | 0
        """,
        4,
    ),
    "the lowest weight that is precise enough": (
        """
        5 | 1000 | 100 | 0
        3 |   90 |  90 | 0
        2 |  400 |  50 | 50
        """,
        3,
    ),
    "never below the review line": (
        """
         5 | 1000 | 100 | 0
        -2 |   90 |  90 | 0
        """,
        5,
    ),
    "bands above the line with few answers are judged together": (
        """
        20 | 5000 | 40 | 0
        12 | 3000 | 40 | 0
         7 | 1000 |  5 | 0
         4 |   90 | 90 | 0
        """,
        4,
    ),
}


def _bands(table: str) -> list[Band]:
    rows = [[int(cell) for cell in line.split("|")] for line in table.strip().splitlines()]
    return [Band(weight, pairs, yes, no) for weight, pairs, yes, no in rows]


def _found(table: str) -> Threshold:
    return moved_threshold(_bands(table), STATED, LOWEST, TARGET, ANSWERS_MIN, STRATUM_MIN)


@pytest.mark.parametrize("name", CASES)
def test_the_threshold_is_the_one_that_the_table_says(name: str) -> None:
    table, weight = CASES[name]
    found = _found(table)
    assert (found.link_from_weight, found.is_moved) == (weight, weight != STATED)


def test_precision_weighs_each_stratum_by_its_pairs() -> None:
    """Of 900 links above, 90 % right; of 100 below, half: 0.9 * 0.9 + 0.1 * 0.5."""
    (above, both) = estimates(_bands("5|900|90|10\n4|100|50|50"), STATED, LOWEST, STRATUM_MIN)
    assert (above.precision, both.precision) == (pytest.approx(0.9), pytest.approx(0.86))
    assert above.low < above.precision < above.high
    assert (above.answers, both.answers) == (100, 200)
