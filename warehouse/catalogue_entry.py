"""The entries of the catalogue: definitions as they are today, and what the last release made."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from warehouse.catalogue import described
from warehouse.codelists import codes
from warehouse.disclosure import rules
from warehouse.documents.indicator_sheet import Entry
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


def entry_codes(found: Entry) -> dict[str, list[dict[str, Any]]]:
    """The codes of every list of the indicator's dimensions."""
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
        **described(definition, entry_codes(found), found.disclosure, found.quality),
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
