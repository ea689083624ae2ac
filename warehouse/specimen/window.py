"""The months a specimen tells: numbered 0 to `months` - 1, the last one being `end`."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Dates = NDArray[np.datetime64]


@dataclass(frozen=True)
class Window:
    """A run of months up to and with `end` (e.g. Window(12, '2025-12') begins in 2025-01)."""

    months: int
    end: str

    @property
    def last(self) -> int:
        """The number of the last month."""
        return self.months - 1

    def period(self, month: int) -> str:
        """The month as text, also before the window (e.g. 0 -> '2025-01', -1 -> '2024-12')."""
        return str(self.month_start(month).astype("datetime64[M]"))

    def month_start(self, month: int) -> np.datetime64:
        """The first day of a month."""
        shift = np.timedelta64(month - self.last, "M")
        day: np.datetime64 = (np.datetime64(self.end, "M") + shift).astype("datetime64[D]")
        return day

    def month_end(self, month: int) -> np.datetime64:
        """The last day of a month."""
        return self.month_start(month + 1) - np.timedelta64(1, "D")

    def month_of(self, dates: Dates) -> NDArray[np.int64]:
        """The number of the month that each date falls in; negative before the window."""
        first = np.datetime64(self.period(0), "M")
        return (dates.astype("datetime64[M]") - first).astype(np.int64)


def days_between(
    rng: np.random.Generator, first: Dates | np.datetime64, last: Dates | np.datetime64, size: int
) -> Dates:
    """Dates drawn evenly from `first` to `last`, both included."""
    span = (last - first).astype(np.int64)
    offset = np.floor(rng.random(size) * (span + 1)).astype(np.int64)
    dates: Dates = first + offset.astype("timedelta64[D]")
    return dates


def aged(
    rng: np.random.Generator,
    at: np.datetime64,
    youngest: NDArray[np.int64],
    oldest: NDArray[np.int64],
) -> Dates:
    """Birth dates of persons aged `youngest` to `oldest` whole years at a date, the young more."""
    span = oldest - youngest + 1
    years = youngest + np.floor(rng.random(len(youngest)) ** 1.3 * span).astype(np.int64)
    days = years * 365.2425 + 1 + rng.random(len(youngest)) * 363
    dates: Dates = at - days.astype(np.int64).astype("timedelta64[D]")
    return dates
