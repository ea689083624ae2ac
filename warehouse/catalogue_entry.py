"""The entries of the catalogue: definitions as they are today, or as a release froze them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from warehouse.catalogue import described
from warehouse.codelists import codes
from warehouse.disclosure import rules
from warehouse.documents.indicator_sheet import Entry
from warehouse.errors import UnknownDataflow
from warehouse.indicator import Dataflow, dataflow, dataflows
from warehouse.manifest import PUBLISHED_BY_OTHERS


@dataclass(frozen=True)
class _Released:
    """What the last release says: its manifest, and the last base period of each dataflow."""

    dataflows: Mapping[str, Mapping[str, Any]]
    last_periods: Mapping[str, str]


def entries() -> list[Entry]:
    """Every indicator that is defined; none of them has quality before the first release."""
    released = _released()
    return [_entry(flow, released) for flow in dataflows().values()]


def entry(dataflow_id: str) -> Entry:
    """The indicator called `dataflow_id`; raises UnknownDataflow."""
    return _entry(dataflow(dataflow_id), _released())


def entries_of(release: int | None, as_of: datetime | None) -> list[Entry]:
    """Every indicator of a release, or of the one that stood at an instant, as it was frozen.

    Raises UnknownRelease and its children, InstantToCome.
    """
    from warehouse.database import connect
    from warehouse.extent import extents
    from warehouse.observation import published_dataflows
    from warehouse.releasing.published import published_number, release_manifest

    with connect("simimo_analyst") as session:
        number = published_number(session, release, as_of)
        told = release_manifest(session, number)["dataflows"]
        held = extents(session, number)
        known = published_dataflows(session, number)
    return [
        Entry(
            definition=flow.definition,
            disclosure=told[flow.id]["disclosure"],
            quality=told[flow.id].get("quality"),
            last_period=found.last_period
            if (found := held.get(flow.id, {}).get(flow.definition.freq))
            else None,
            is_specimen=flow.is_specimen,
            frozen=flow.shown,
            frozen_codes=flow.code_lists_as_json(),
        )
        for flow in known
    ]


def entry_of(dataflow_id: str, release: int | None, as_of: datetime | None) -> Entry:
    """The indicator called `dataflow_id` as a release froze it; raises UnknownDataflow."""
    found = {one.id: one for one in entries_of(release, as_of)}
    if dataflow_id not in found:
        raise UnknownDataflow(dataflow=dataflow_id, known=", ".join(found))
    return found[dataflow_id]


def entry_codes(found: Entry) -> dict[str, list[dict[str, Any]]]:
    """The codes of every list of the indicator's dimensions."""
    if found.frozen_codes is not None:
        return {
            name: [dict(code) for code in listed] for name, listed in found.frozen_codes.items()
        }
    return {d.code_list: codes(d.code_list) for d in found.definition.dimensions}


def entry_json(found: Entry) -> dict[str, Any]:
    """The entry as JSON values, in the shape in which the API describes a dataflow."""
    definition = found.definition
    return {
        "id": definition.id,
        "title": definition.title,
        "unit_measure": definition.unit_measure,
        "frequencies": definition.frequencies,
        "kind": definition.kind,
        "specimen": found.is_specimen,
        "last_period": found.last_period,
        **described(definition, entry_codes(found), found.disclosure, found.quality, found.shown),
    }


def _entry(flow: Dataflow, released: _Released) -> Entry:
    told = released.dataflows.get(flow.id, {})
    is_national = flow.kind == "national"
    return Entry(
        definition=flow,
        disclosure=rules(flow.id).to_json() if is_national else PUBLISHED_BY_OTHERS,
        quality=told.get("quality"),
        last_period=released.last_periods.get(flow.id),
        is_specimen=told.get("is_specimen", False),
    )


def _released() -> _Released:
    from warehouse.database import connect
    from warehouse.errors import DatabaseNotMigrated
    from warehouse.extent import extents
    from warehouse.releasing.published import NothingReleased, published_number, release_manifest

    try:
        with connect("simimo_analyst") as session:
            number = published_number(session)
            told = release_manifest(session, number)["dataflows"]
            found = extents(session, number)
    except (DatabaseNotMigrated, NothingReleased):
        return _Released({}, {})
    known = dataflows()
    last = {
        name: held[known[name].freq].last_period
        for name, held in found.items()
        if name in known and known[name].freq in held
    }
    return _Released(told, last)
