"""A file that an institution sends, and the random numbers that it is made with."""

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class Delivery:
    """A file due in a month: what it is, and what writes it to a path and tells its truth.

    `told` is the period of a file that does not tell its month (e.g. '2025'); a late file
    comes after those of the next month.
    """

    contract: str
    month: int
    suffix: str
    extension: str
    write: Callable[[Path], None]
    told: str = ""
    is_late: bool = False


@dataclass(frozen=True)
class Randomness:
    """Independent random numbers by purpose and month, all from one seed."""

    seed: int

    def of(self, purpose: str, month: int = 0) -> np.random.Generator:
        """The generator of one purpose in one month."""
        return np.random.default_rng([self.seed, zlib.crc32(purpose.encode()), month + 1])
