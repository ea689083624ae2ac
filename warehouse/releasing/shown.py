"""What readers are shown of a dataflow besides its definition: headings, sources, names of codes.

They come from files that change from one month to the next; a release freezes them as they are,
so that its pages and answers stay what they were.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol, TypeVar

from warehouse import themes
from warehouse.codelists import labels_of
from warehouse.indicator import Dataflow, Labels
from warehouse.sources_behind import follows_persons, sources_of, telling_of
from warehouse.themes import Place

SHOWN = "shown"
"""Under which key a frozen definition holds them."""

OBS_STATUSES = ("A", "B", "E", "M", "O", "P", "Q")
"""The statuses that an observation may have."""
OF_ESTIMATES = ("U",)
"""Beside them that of an estimate of low reliability, where a dataflow tells errors."""


@dataclass(frozen=True)
class Shown:
    """Under which headings a dataflow stands, from which extracts it comes, what codes are called.

    `names` are labels by code list and code: {"cl_freq": {"M": {"fr": "Mensuelle", ...}}};
    `telling` is what a file of each extract tells, and `is_followed` whether persons are followed
    from file to file, from which follows which files stand behind a figure.
    """

    places: Sequence[Place]
    is_featured: bool
    sources: Sequence[Mapping[str, Any]]
    names: Mapping[str, Mapping[str, Labels]]
    telling: Mapping[str, str]
    is_followed: bool

    @property
    def theme(self) -> Labels:
        """The first heading under which it stands."""
        return self.places[0].label

    def name(self, code_list: str, code: str, lang: str) -> str:
        """What a code is called; the code itself where its list lacks it."""
        return self.names.get(code_list, {}).get(code, {}).get(lang, code)

    def source(self, contract: str) -> Mapping[str, Any] | None:
        """The titles of an extract and of its provider, as `Source.to_json`; None of another."""
        return next((s for s in self.sources if s["contract"] == contract), None)

    def to_json(self) -> dict[str, Any]:
        """All of it as plain JSON values, as a release freezes it."""
        return asdict(self)


class ShownFlow(Protocol):
    """A dataflow that knows how it is shown."""

    @property
    def id(self) -> str:
        """The dataflow's id, such as DF_EMP_DECLARED."""
        ...

    @property
    def shown(self) -> Shown:
        """What is shown beside its definition."""
        ...


Flow = TypeVar("Flow", bound=ShownFlow)


def shown_now(dataflow: Dataflow) -> Shown:
    """What today's files say of `dataflow`."""
    sources = sources_of(dataflow)
    return Shown(
        places=themes.places(dataflow.id),
        is_featured=themes.is_featured(dataflow.id),
        sources=[source.to_json() for source in sources],
        names={
            "cl_unit": {unit: labels_of("cl_unit", unit) for unit in _units(dataflow)},
            "cl_freq": {freq: labels_of("cl_freq", freq) for freq in dataflow.frequencies},
            "cl_obs_status": {s: labels_of("cl_obs_status", s) for s in _statuses(dataflow)},
        },
        telling={source.contract: telling_of(source.contract) for source in sources},
        is_followed=follows_persons(dataflow.model),
    )


def _statuses(dataflow: Dataflow) -> tuple[str, ...]:
    return (*OBS_STATUSES, *(OF_ESTIMATES if "statistic" in dataflow.dimension_ids else ()))


def _units(dataflow: Dataflow) -> list[str]:
    others = {unit.unit_measure for unit in dataflow.units.values()}
    return sorted({dataflow.unit_measure, *others})


def under_headings(known: Sequence[Flow]) -> list[tuple[Labels, list[Flow]]]:
    """The dataflows under their headings, in order; a dataflow may stand under several."""
    groups: dict[tuple[int, str], list[tuple[int, Flow]]] = {}
    labels: dict[str, Labels] = {}
    for flow in known:
        for place in flow.shown.places:
            labels.setdefault(place.theme, place.label)
            groups.setdefault((place.theme_rank, place.theme), []).append((place.rank, flow))
    return [
        (labels[theme], [flow for _, flow in sorted(group, key=lambda one: (one[0], one[1].id))])
        for (_, theme), group in sorted(groups.items(), key=lambda one: one[0])
    ]


def featured(known: Sequence[Flow]) -> Flow | None:
    """The dataflow that the start page draws: the one named, else the first."""
    named = next((flow for flow in known if flow.shown.is_featured), None)
    return named or next(iter(known), None)


def frozen_shown(frozen: Mapping[str, Any]) -> Shown | None:
    """What a release froze beside a definition; releases of before 0013 froze none of it."""
    if SHOWN not in frozen:
        return None
    told = dict(frozen[SHOWN])
    places = tuple(Place(**place) for place in told.pop("places"))
    return Shown(places=places, **told)
