"""Estimates as points with their intervals, as pictures."""

from collections.abc import Sequence
from dataclasses import dataclass

from warehouse.documents.document import Picture
from warehouse.documents.drawing import COLOURS, FONTS, drawn
from warehouse.report.marked import Marked

WIDTH, ROW_HEIGHT = 460, 26
GRID = "#e3e8ee"
FORMATTED = "replace(format(datum.value, ',.4~r'), '\u2212', '-')"
COMMA_FOR_POINT = f"replace(replace({FORMATTED}, /,/g, ' '), '.', ',')"
SWAPPED = f"replace(replace(replace({FORMATTED}, '.', '_'), /,/g, '.'), '_', ',')"
FIGURES = {"fr": COMMA_FOR_POINT, "ar": SWAPPED, "en": FORMATTED}
"""How figures of the axis are written: 1 500 and 0,5 in French, 1.500 and 0,5 in Arabic."""


@dataclass(frozen=True)
class Bar:
    """A point with its interval: the name of its row, the series it is of, and its group."""

    name: str
    value: float
    lower: float
    upper: float
    series: str = ""
    group: str = ""


def interval_picture(
    bars: Sequence[Bar], caption: Marked, lang: str, series: Sequence[str] = ("",)
) -> Picture:
    """One row a name, in the order given; series stand beside each other in colours."""
    rows = [vars(bar) for bar in bars]
    names = list(dict.fromkeys(bar.name for bar in bars))
    colour = {
        "field": "series",
        "type": "nominal",
        "sort": list(series),
        "scale": {"domain": list(series), "range": list(COLOURS)},
        "legend": {"title": None, "orient": "bottom"} if len(series) > 1 else None,
    }
    y = {
        "field": "name",
        "type": "nominal",
        "sort": names,
        "axis": {"title": None, "labelLimit": 260, "domain": False, "ticks": False, "grid": True},
    }
    offset = {"field": "series", "type": "nominal", "sort": list(series)}
    axis = {"title": None, "labelExpr": FIGURES[lang]}
    quantity = {"type": "quantitative", "axis": axis}
    encoding = {"y": y, "color": colour} | ({"yOffset": offset} if len(series) > 1 else {})
    layers = [
        {
            "mark": {"type": "rule", "strokeWidth": 2},
            "encoding": {"x": quantity | {"field": "lower"}, "x2": {"field": "upper"}},
        },
        {
            "mark": {"type": "point", "filled": True, "size": 55, "opacity": 1},
            "encoding": {"x": quantity | {"field": "value"}},
        },
    ]
    specification = {
        "width": WIDTH,
        "height": {"step": ROW_HEIGHT},
        "background": "transparent",
        "data": {"values": rows},
        "encoding": encoding,
        "layer": layers,
        "config": {"font": FONTS, "view": {"stroke": None}, "axis": {"gridColor": GRID}},
    }
    return Picture(drawn(specification), caption, is_tall=len(names) > 8)
