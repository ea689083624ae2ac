"""Drawing with probability proportional to size: probabilities, and the systematic draw.

The systematic draw on a list in geographic order is the usual one of household surveys: each unit
comes in with exactly its probability, and the sample is spread over the provinces (Madow 1949;
Särndal, Swensson and Wretman 1992, section 3.6).
"""

from collections.abc import Sequence
from itertools import accumulate

CERTAIN = 1.0


def inclusion_probabilities(sizes: Sequence[int], count: int) -> list[float]:
    """Each unit's probability to be among `count` drawn, in proportion to its size.

    A unit so large that its share would reach 1 represents itself: it is certain, and the others
    share the places that are left; again, until none reaches 1. They sum to `count`.

    >>> inclusion_probabilities([60, 20, 10, 10], 2)
    [1.0, 0.5, 0.25, 0.25]
    """
    if count >= len(sizes):
        return [CERTAIN] * len(sizes)
    certain: set[int] = set()
    while True:
        places = count - len(certain)
        rest = sum(size for n, size in enumerate(sizes) if n not in certain)
        too_large = {
            n for n, size in enumerate(sizes) if n not in certain and places * size >= rest
        }
        if not too_large:
            return [
                CERTAIN if n in certain else places * size / rest for n, size in enumerate(sizes)
            ]
        certain |= too_large


def systematic(probabilities: Sequence[float], start: float) -> list[int]:
    """The places of the units drawn, in order: one for each whole step of the summed probabilities.

    `start` lies in [0, 1). Where the probabilities sum to a whole number, so many are drawn.

    >>> systematic([0.5, 0.5, 0.25, 0.75], 0.6)
    [1, 3]
    """
    totals = list(accumulate(probabilities))
    drawn: list[int] = []
    place = 0
    for step in range(round(totals[-1]) if totals else 0):
        # The last sum may fall short of a whole number by a rounding error, and would lose a unit.
        while place < len(totals) - 1 and totals[place] <= start + step:
            place += 1
        drawn.append(place)
        place += 1
    return drawn
