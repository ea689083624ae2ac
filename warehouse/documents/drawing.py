"""Pictures, such as series over periods, as SVG, by Vega-Lite."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from warehouse.report.figures import LOCALES, PERCENT

WIDTH, HEIGHT = 640, 150
COLOURS = ("#1f3a5f", "#c05a1c", "#2f7d4f", "#7a1fa2", "#8a6d00", "#0b7285", "#a3201d", "#5a6672")
FONTS = "Noto Sans, Noto Sans Arabic, sans-serif"


@dataclass(frozen=True)
class Series:
    """One line: its name, and its value at each period; None where there is none."""

    name: str
    values: Sequence[tuple[str, float | None]]


def line_picture(series: Sequence[Series], lang: str, *, as_share: bool = False) -> str:
    """The series as lines over their periods; a missing value breaks its line. Returns SVG."""
    return drawn(_specification(series, as_share), _format_locale(lang))


def drawn(specification: dict[str, Any], format_locale: dict[str, Any] | None = None) -> str:
    """A Vega-Lite specification as SVG: it is read without a script."""
    import vl_convert

    svg: str = vl_convert.vegalite_to_svg(specification, format_locale=format_locale)
    return svg


def _format_locale(lang: str) -> dict[str, Any]:
    """How `lang` writes the numbers of an axis, as d3-format asks for it (5,0 % in French)."""
    from babel.numbers import get_decimal_symbol, get_group_symbol

    return {
        "decimal": get_decimal_symbol(LOCALES[lang]),
        "thousands": get_group_symbol(LOCALES[lang]),
        "grouping": [3],
        "currency": ["", ""],
        "percent": PERCENT[lang].rpartition("}")[2],
    }


def _specification(series: Sequence[Series], as_share: bool) -> dict[str, Any]:
    rows = [
        {"series": one.name, "period": period, "value": value}
        for one in series
        for period, value in one.values
    ]
    axis = {"title": None, "labelFontSize": 10, "domainColor": "#cfd6de", "tickColor": "#cfd6de"}
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "background": "transparent",
        "data": {"values": rows},
        "mark": {"type": "line", "point": {"size": 28}, "strokeWidth": 1.8},
        "encoding": {
            "x": {"field": "period", "type": "ordinal", "axis": axis | {"labelAngle": -45}},
            "y": {
                "field": "value",
                "type": "quantitative",
                "axis": axis | {"format": ".1%" if as_share else "~s", "tickCount": 4},
            },
            "color": {
                "field": "series",
                "type": "nominal",
                "scale": {"range": list(COLOURS)},
                "sort": None,
                "legend": {"title": None, "orient": "bottom", "columns": 2, "labelLimit": 300},
            },
        },
        "config": {"font": FONTS, "view": {"stroke": None}},
    }
