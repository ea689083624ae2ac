"""Precision and recall from the pairs that reviewers answered, by band of match weight."""

import polars as pl
import pytest

from warehouse.linkage.review_estimate import review_estimate

THRESHOLD = 5


def bands(*rows: tuple[float, int, int, int]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=["match_weight", "pairs", "yes", "no"], orient="row")


def test_each_band_stands_for_all_of_its_pairs():
    # 10,000 pairs at 99 %, 1,000 at 80 % are linked; 500 at 20 % are not.
    found = review_estimate(
        bands((10, 10_000, 99, 1), (5, 1_000, 80, 20), (-1, 500, 10, 40)), THRESHOLD
    )
    assert found.answered == 250
    assert found.precision is not None
    assert found.recall is not None
    assert found.precision.value == pytest.approx((9_900 + 800) / 11_000)
    assert found.recall.value == pytest.approx(10_700 / (10_700 + 100))


def test_the_interval_holds_the_share_and_narrows_with_answers():
    def width(answers: int) -> float:
        found = review_estimate(
            bands((5, 10_000, 9 * answers, answers), (-1, 900, answers, answers)), THRESHOLD
        )
        assert found.precision is not None
        assert found.precision.interval is not None
        low, high = found.precision.interval
        assert low < 0.9 < high
        return high - low

    assert width(50) < width(5)


def test_answers_that_all_agree_leave_doubt():
    found = review_estimate(bands((5, 10_000, 20, 0), (-1, 500, 0, 20)), THRESHOLD)
    assert found.precision is not None
    assert found.precision.interval is not None
    assert found.precision.value == 1
    assert 0.7 < found.precision.interval[0] < 0.95


def test_a_band_with_few_answers_is_judged_with_its_neighbours():
    few = review_estimate(
        bands((12, 4_000, 10, 0), (11, 3_000, 0, 0), (5, 1_000, 26, 4), (-1, 500, 0, 30)),
        THRESHOLD,
    )
    one = review_estimate(bands((5, 8_000, 36, 4), (-1, 500, 0, 30)), THRESHOLD)
    assert few.precision == one.precision


def test_a_side_without_answers_is_not_guessed():
    found = review_estimate(bands((5, 1_000, 0, 0), (-1, 500, 10, 10)), THRESHOLD)
    assert (found.precision, found.recall) == (None, None)
    found = review_estimate(bands((5, 1_000, 10, 0), (-1, 500, 0, 0)), THRESHOLD)
    assert found.precision is not None
    assert found.recall is None


def test_without_any_pair_there_is_nothing_to_say():
    found = review_estimate(bands((5, 0, 0, 0)), THRESHOLD)
    assert (found.answered, found.precision, found.recall) == (0, None, None)
