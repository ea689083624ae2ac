"""Splink's charts in the reader's language, as pictures."""

from typing import Any

from warehouse.documents.document import Picture
from warehouse.documents.drawing import FONTS, drawn
from warehouse.linkage.charts import Chart
from warehouse.messages import words
from warehouse.report.marked import Marked

TEXTS = ("title", "text")
CODED = {"comparison_name": "comparisons", "label_for_charts": "levels"}
"""The fields of the charts' data that are words, and where these are told."""


def picture_of(chart: Chart, caption: Marked, lang: str) -> Picture:
    """A chart of Splink as a picture with its `caption` in place of its title."""
    untitled = {name: part for name, part in chart.items() if name != "title"}
    told = _in_language(untitled, lang)
    told["data"] = {"values": [_row(row, lang) for row in chart["data"]["values"]]}
    told["config"] = {**told.get("config", {}), "font": FONTS}
    is_tall = bool({"vconcat", "hconcat"} & told.keys())
    return Picture(drawn(told | {"background": "transparent"}), caption, is_tall)


def _in_language(part: Any, lang: str) -> Any:
    """The specification with what Splink writes in English in `lang`."""
    if isinstance(part, list):
        return [_in_language(one, lang) for one in part]
    if not isinstance(part, dict):
        return part
    known = words("linkage")["chart_texts"]
    return {
        name: known[value][lang]
        if name in TEXTS and isinstance(value, str) and value in known
        else _in_language(value, lang)
        for name, value in part.items()
        if name != "values"
    }


def _row(row: dict[str, Any], lang: str) -> dict[str, Any]:
    told = dict(row)
    for field, place in CODED.items():
        known = words("linkage")[place]
        if row.get(field) in known:
            told[field] = known[row[field]][lang]
    return told
