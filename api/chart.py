"""The geometry of the pages' charts: from figures to points on a grid, no drawing.

A withheld or missing figure is None and stays a gap: a line is broken there, never bridged
and never drawn as zero.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, log10

WIDTH = 520
HEIGHT = 260
LEFT, RIGHT, TOP, BOTTOM = 96, 36, 14, 34
MAX_PERIOD_LABELS = 5
TICK_COUNT = 4


@dataclass(frozen=True)
class Point:
    """One figure placed on the grid."""

    x: float
    y: float
    period: str
    value: float


@dataclass(frozen=True)
class Tick:
    """One mark of an axis: where it stands and what it stands for."""

    at: float
    value: float


@dataclass(frozen=True)
class PeriodMark:
    """One labelled period under the grid."""

    at: float
    period: str


@dataclass(frozen=True)
class LineChart:
    """A series over time: unbroken runs of points, the gaps between them, and both axes."""

    runs: tuple[tuple[Point, ...], ...]
    gaps: tuple[PeriodMark, ...]
    ticks: tuple[Tick, ...]
    marks: tuple[PeriodMark, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM

    @property
    def points(self) -> tuple[Point, ...]:
        """Every point, in the order of time."""
        return tuple(point for run in self.runs for point in run)


def line_chart(series: Sequence[tuple[str, float | None]]) -> LineChart:
    """The line through `series`, pairs of period and figure in the order of time.

    The scale begins at zero. Periods keep their distances: 2014 and 2024 stand ten years apart.
    """
    times = [period_index(period) for period, _ in series]
    highest = max((value for _, value in series if value is not None), default=0.0)
    ticks = nice_ticks(highest)
    placed = [
        (period, _across(time, times), None if value is None else _down(value, ticks[-1]), value)
        for (period, value), time in zip(series, times, strict=True)
    ]
    return LineChart(
        runs=_runs(placed),
        gaps=tuple(PeriodMark(x, period) for period, x, y, _ in placed if y is None),
        ticks=tuple(Tick(_down(tick, ticks[-1]), tick) for tick in ticks),
        marks=tuple(PeriodMark(placed[i][1], placed[i][0]) for i in _labelled(len(placed))),
    )


def period_index(period: str) -> int:
    """A period as months since year 0, so that distances between periods can be drawn.

    A campaign, 2016-2017, stands where its first year does.

    >>> period_index("2025-12") - period_index("2025-Q1"), period_index("2025")
    (11, 24300)
    """
    year = int(period[:4])
    if "Q" in period:
        return 12 * year + 3 * (int(period[-1]) - 1)
    return 12 * year + (int(period[5:7]) - 1 if len(period) == len("2025-12") else 0)


def nice_ticks(highest: float) -> list[float]:
    """Round values from zero to just above `highest`.

    >>> nice_ticks(87.0)
    [0.0, 25.0, 50.0, 75.0, 100.0]
    """
    if highest <= 0:
        return [0.0, 1.0]
    rough = highest / TICK_COUNT
    magnitude = 10.0 ** floor(log10(rough))
    step = next(s * magnitude for s in (1, 2, 2.5, 5, 10) if s * magnitude >= rough)
    # A count has no half persons: below five, the marks are whole numbers.
    step = max(step, 1.0) if highest >= 1 else step
    steps = max(1, -int(-highest // step))
    return [round(step * i, 10) for i in range(steps + 1)]


def bar_width(value: float | None, highest: float) -> float:
    """The length of a bar as a share of the longest, in percent."""
    if value is None or highest <= 0:
        return 0.0
    return round(100 * max(value, 0) / highest, 2)


def path(points: Sequence[Point]) -> str:
    """The SVG path through `points`."""
    return "M" + " L".join(f"{point.x:g},{point.y:g}" for point in points)


def _runs(
    placed: Sequence[tuple[str, float, float | None, float | None]],
) -> tuple[tuple[Point, ...], ...]:
    runs: list[list[Point]] = [[]]
    for period, x, y, value in placed:
        if y is None or value is None:
            runs.append([])
        else:
            runs[-1].append(Point(x, y, period, value))
    return tuple(tuple(run) for run in runs if run)


def _across(time: int, times: Sequence[int]) -> float:
    span = times[-1] - times[0]
    share = (time - times[0]) / span if span else 0.5
    return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)


def _down(value: float, highest: float) -> float:
    return round(HEIGHT - BOTTOM - value / highest * (HEIGHT - TOP - BOTTOM), 1)


def _labelled(count: int) -> list[int]:
    """Which of `count` periods are named under the grid: the last one always."""
    step = -(-count // MAX_PERIOD_LABELS) or 1
    return sorted(count - 1 - i for i in range(0, count, step))
