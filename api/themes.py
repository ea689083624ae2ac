"""The start page's headings, and which dataflow stands under which: read from themes.yml."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from warehouse.observation import PublishedDataflow

OTHER = "theme_other"


def by_theme(
    known: Sequence[PublishedDataflow],
) -> list[tuple[str, list[PublishedDataflow]]]:
    """The dataflows under their headings, in the order of themes.yml; empty headings left out."""
    listed: Mapping[str, list[str]] = _themes()["themes"]
    by_id = {published.id: published for published in known}
    groups = [(theme, [by_id[i] for i in ids if i in by_id]) for theme, ids in listed.items()]
    elsewhere = {i for ids in listed.values() for i in ids}
    groups.append((OTHER, [p for p in known if p.id not in elsewhere]))
    return [(theme, group) for theme, group in groups if group]


def featured(known: Sequence[PublishedDataflow]) -> PublishedDataflow | None:
    """The dataflow that the start page draws: the one named, else the first."""
    named = next((p for p in known if p.id == _themes()["featured"]), None)
    return named or next(iter(known), None)


@cache
def _themes() -> dict[str, Any]:
    content = Path(__file__).with_name("themes.yml").read_text("utf-8")
    themes: dict[str, Any] = yaml.load(content, yaml.CSafeLoader)
    return themes
