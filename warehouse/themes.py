"""The headings of the catalogue, and which dataflow stands under which: read from themes.yml."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol, TypeVar

from warehouse.indicator import Labels

OTHER = "theme_other"


class Identified(Protocol):
    """A dataflow as it is defined, or as a release froze it."""

    @property
    def id(self) -> str:
        """The dataflow's id, such as DF_EMP_DECLARED."""
        ...


Flow = TypeVar("Flow", bound=Identified)


@dataclass(frozen=True)
class Place:
    """A heading under which a dataflow stands, such as theme_morocco, and its rank below it."""

    theme: str
    label: Labels
    theme_rank: int
    rank: int


def places(dataflow: str) -> tuple[Place, ...]:
    """Every heading under which a dataflow stands, in the order of themes.yml."""
    listed: Mapping[str, list[str]] = _themes()["themes"]
    found = [
        Place(theme, label(theme), theme_rank, ids.index(dataflow))
        for theme_rank, (theme, ids) in enumerate(listed.items())
        if dataflow in ids
    ]
    return tuple(found) or (Place(OTHER, label(OTHER), len(listed), 0),)


def is_featured(dataflow: str) -> bool:
    """Whether the start page draws the dataflow."""
    return bool(_themes()["featured"] == dataflow)


def by_theme(known: Sequence[Flow]) -> list[tuple[str, list[Flow]]]:
    """The dataflows under their headings, in the order of themes.yml; empty headings left out."""
    listed: Mapping[str, list[str]] = _themes()["themes"]
    by_id = {flow.id: flow for flow in known}
    groups = [(theme, [by_id[i] for i in ids if i in by_id]) for theme, ids in listed.items()]
    elsewhere = {i for ids in listed.values() for i in ids}
    groups.append((OTHER, [flow for flow in known if flow.id not in elsewhere]))
    return [(theme, group) for theme, group in groups if group]


def theme_of(dataflow: str) -> str:
    """The heading under which a dataflow stands."""
    listed: Mapping[str, list[str]] = _themes()["themes"]
    return next((theme for theme, ids in listed.items() if dataflow in ids), OTHER)


def label(theme: str) -> Labels:
    """The heading called `theme`, such as theme_morocco."""
    found: Labels = _themes()["labels"][theme]
    return found


@cache
def _themes() -> dict[str, Any]:
    import yaml

    content = Path(__file__).with_name("themes.yml").read_text("utf-8")
    themes: dict[str, Any] = yaml.load(content, yaml.CSafeLoader)
    return themes
