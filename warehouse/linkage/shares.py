"""A share with its 95 % interval, counted or estimated."""

import math
from dataclasses import dataclass

Z = 1.959963984540054
"""The normal deviate of a two-sided interval of 95 %."""


@dataclass(frozen=True)
class Share:
    """`count` of `total`; both are real numbers where they are estimated."""

    count: float
    total: float
    interval: tuple[float, float] | None

    @property
    def value(self) -> float | None:
        """The share, None of nothing."""
        return self.count / self.total if self.total else None


def counted_share(count: int, total: int) -> Share:
    """A counted share with Wilson's interval; none where nothing is counted.

    Source: Wilson (1927), Probable inference, the law of succession, and statistical inference,
    JASA 22.
    """
    return Share(count, total, wilson(count / total, total) if total else None)


def wilson(share: float, size: float) -> tuple[float, float]:
    """The 95 % interval of a share seen among `size`, always within 0 and 1."""
    middle = share + Z**2 / (2 * size)
    half = Z * math.sqrt(share * (1 - share) / size + Z**2 / (4 * size**2))
    whole = 1 + Z**2 / size
    low, high = (middle - half) / whole, (middle + half) / whole
    # Rounding would leave a trifle beside a share of none or all.
    return low if share > 0 else 0.0, high if share < 1 else 1.0
