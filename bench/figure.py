"""One measured figure, and how it is taken."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

RUNS = 3
"""Runs behind every median."""


@dataclass(frozen=True)
class Figure:
    """A figure as `make bench` prints it: name, value, unit, and its bound where it has one."""

    name: str
    value: float
    unit: str
    bound: str = ""

    def __str__(self) -> str:
        return (
            f"{self.name} {self.value:.4g} {self.unit}{'  # ' + self.bound if self.bound else ''}"
        )


def median_seconds(run: Callable[[], object], runs: int = RUNS) -> float:
    """The median wall time of `run`, in seconds."""
    return statistics.median(seconds(run) for _ in range(runs))


def seconds(run: Callable[[], object]) -> float:
    """The wall time of one run, in seconds."""
    began = time.perf_counter()
    run()
    return time.perf_counter() - began
