"""A small chart of one measure over its periods, as inline SVG."""

from collections.abc import Sequence
from typing import TypedDict

WIDTH, HEIGHT, MARGIN = 160, 40, 5


class Chart(TypedDict):
    """What the page's template draws: points, and the band of what is expected of the last."""

    points: list[tuple[float, float]]
    line: str
    band_top: float
    band_height: float


def chart(values: Sequence[float], low: float | None, high: float | None) -> Chart | None:
    """The drawing of `values`, oldest first; None for fewer than two, which make no trend."""
    if len(values) < 2:
        return None
    shown = [*values, *(bound for bound in (low, high) if bound is not None)]
    least, most = min(shown), max(shown)
    scale = (HEIGHT - 2 * MARGIN) / (most - least or 1.0)
    step = (WIDTH - 2 * MARGIN) / (len(values) - 1)

    def down(value: float) -> float:
        return round(HEIGHT - MARGIN - (value - least) * scale, 1)

    points = [(round(MARGIN + i * step, 1), down(value)) for i, value in enumerate(values)]
    top = 0.0 if high is None else down(high)
    bottom = float(HEIGHT) if low is None else down(low)
    return Chart(
        points=points,
        line=" ".join(f"{x},{y}" for x, y in points),
        band_top=top,
        band_height=round(max(bottom - top, 1.0), 1),
    )
