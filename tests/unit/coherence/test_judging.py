"""Distances between sources: what is expected, what is a surprise, what has moved.

The reference is 100 persons in 2025; the range expected of the other source is 0.9 to 1.1.
"""

import pytest

from warehouse.coherence.comparison import Compared, Comparison, Published, Range, Released
from warehouse.coherence.figures import Value
from warehouse.coherence.judging import Judged, judged

LABEL = {"fr": "source", "ar": "مصدر", "en": "source"}
RELEASED = Released("DF_TITLE_STOCK", "A", {}, (), 1.0)
PUBLISHED = Published("foreign_residents", "2024", "total", 100.0, "persons", LABEL, 1.0)


def value(now: float, before_release: float | None = None, year_before: float | None = None):  # type: ignore[no-untyped-def]
    return Value(now, "2025", "A", before_release, year_before)


def second(
    reference: Value | None,
    other: Value | None,
    origin: Released | Published = RELEASED,
    is_specimen: bool = False,
) -> Judged:
    """What is said of the other source."""
    comparison = Comparison(
        "residents",
        LABEL,
        LABEL,
        LABEL,
        (
            Compared(LABEL, RELEASED, None, None),
            Compared(LABEL, origin, Range(0.9, 1.1), LABEL),
        ),
    )
    return judged(comparison, [reference, other], is_specimen)[1]


@pytest.mark.parametrize(
    ("other", "verdict", "ratio"),
    [
        (90.0, "expected", 0.9),
        (110.0, "expected", 1.1),
        (111.0, "unexpected", 1.11),
        (50.0, "unexpected", 0.5),
    ],
)
def test_the_ratio_to_the_reference_is_expected_or_not(
    other: float, verdict: str, ratio: float
) -> None:
    said = second(value(100), value(other))
    assert (said.verdict, said.ratio) == (verdict, pytest.approx(ratio))


def test_a_figure_that_is_not_released_is_absent() -> None:
    assert second(value(100), None).verdict == "absent"
    assert second(None, value(100)).verdict == "without_reference"


def test_a_reference_of_zero_has_no_ratio() -> None:
    said = second(value(0), value(100))
    assert (said.ratio, said.verdict) == (None, "without_reference")


def test_an_invented_population_is_not_held_against_published_figures() -> None:
    assert second(value(100), value(9000), PUBLISHED, is_specimen=True).verdict == "specimen"
    assert second(value(100), value(9000), is_specimen=True).verdict == "unexpected"


@pytest.mark.parametrize(
    ("reference", "other", "moved"),
    [
        (value(100), value(100, before_release=99), False),
        (value(100), value(100, before_release=97), True),
        (value(100, year_before=50), value(100, year_before=50), False),
        (value(100, year_before=100), value(100, year_before=120), True),
        (value(100, year_before=100), value(105, year_before=100), False),
    ],
    ids=["revised by 1 %", "revised by 3 %", "both doubled", "apart by a sixth", "apart by 5 %"],
)
def test_what_has_moved_since_the_last_release_or_the_year_before(
    reference: Value, other: Value, moved: bool
) -> None:
    assert second(reference, other).has_moved is moved
