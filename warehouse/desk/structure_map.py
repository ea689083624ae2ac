"""Correspondences as SDMX 3.0 representation maps: written in SDMX-JSON 2.0, read in SDMX-ML too.

A representation map has a source and a target value and their validity, no more. So there is one
for each provider, quality and source, which its description tells as JSON; the meanings of the
source codes are the names of its source value list. SDMX counts the last day of validity in.
The library writes no validity into SDMX-ML, which is therefore read alone.
"""

import json
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from warehouse.desk.code_list import list_of
from warehouse.desk.correspondence import Correspondence
from warehouse.desk.errors import FileNotUnderstood

if TYPE_CHECKING:
    from pysdmx.model import Codelist, RepresentationMap

AGENCY, VERSION = "HCP", "1.0"
URN = "urn:sdmx:org.sdmx.infomodel.codelist"
VALUE_LIST = re.compile(r":([\w-]+)\(")
"""The id of a value list in its URN."""
ONE_DAY = timedelta(days=1)

Told = tuple[str, str, str]
"""What one representation map has in common: provider, quality, source."""


def written_structure_map(variable: str, rows: Iterable[Correspondence]) -> str:
    """The rows of a variable as an SDMX-JSON 2.0 structure message."""
    from pysdmx.io import write_sdmx
    from pysdmx.io.format import Format

    structures: list[Any] = []
    for number, (told, of_map) in enumerate(_grouped(rows), start=1):
        structures += _structures(variable, number, told, of_map)
    written = write_sdmx(structures, Format.STRUCTURE_SDMX_JSON_2_0_0, prettyprint=True)
    return str(written)


def read_structure_map(path: Path, variable: str, provider: str) -> list[Correspondence]:
    """The rows of a structure message for `variable`; `provider` where it tells none."""
    from pysdmx.errors import PysdmxError
    from pysdmx.io import read_sdmx
    from pysdmx.model import RepresentationMap

    try:
        message = read_sdmx(path, validate=False)
        maps = [m for m in message.get_representation_maps() if isinstance(m, RepresentationMap)]
    except (PysdmxError, ValueError, KeyError, TypeError, AttributeError):
        raise FileNotUnderstood(file=path.name, expected="RepresentationMap") from None
    if not maps:
        raise FileNotUnderstood(file=path.name, expected="RepresentationMap")
    labels = {item.id: _labels(item) for item in message.get_value_lists()}
    return [row for found in maps for row in _rows(found, labels, provider, path.name)]


def _grouped(rows: Iterable[Correspondence]) -> Iterator[tuple[Told, list[Correspondence]]]:
    """The rows of each map; a source code that a map has already begins another one."""
    groups: dict[tuple[Told, int], list[Correspondence]] = {}
    met: dict[tuple[Told, str], int] = {}
    for row in rows:
        told = (row.provider, row.quality, row.source)
        times = met[told, row.source_code] = met.get((told, row.source_code), -1) + 1
        groups.setdefault((told, times), []).append(row)
    yield from ((told, of_map) for (told, _), of_map in groups.items())


def _structures(
    variable: str, number: int, told: Told, rows: list[Correspondence]
) -> "tuple[Codelist, RepresentationMap]":
    from pysdmx.model import Code, Codelist, RepresentationMap, ValueMap

    name = f"{variable.upper()}_{number}"
    labelled = [Code(row.source_code, name=row.source_label) for row in rows if row.source_label]
    values = Codelist(
        f"VL_{name}",
        name=f"Source codes of {variable}, {told[0]}",
        agency=AGENCY,
        version=VERSION,
        items=labelled,
        is_partial=len(labelled) < len(rows),
        sdmx_type="valuelist",
    )
    target = f"{URN}.Codelist={AGENCY}:{list_of(variable).upper()}({VERSION})"
    maps = [
        ValueMap(
            source=row.source_code,
            target=row.code,
            valid_from=_instant(row.valid_from),
            valid_to=_instant(row.valid_to and row.valid_to - ONE_DAY),
        )
        for row in rows
    ]
    provider, quality, source = told
    described = {"provider": provider, "quality": quality, "source": source}
    return values, RepresentationMap(
        f"RM_{name}",
        name=f"Correspondence of {variable}, {provider}, {quality}",
        agency=AGENCY,
        version=VERSION,
        description=json.dumps(described, ensure_ascii=False),
        source=f"{URN}.ValueList={AGENCY}:VL_{name}({VERSION})",
        target=target,
        maps=maps,
    )


def _instant(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), UTC) if day else None


def _labels(values: "Codelist") -> dict[str, str]:
    return {item.id: item.name or "" for item in values.items}


def _rows(
    found: "RepresentationMap",
    labels: dict[str, dict[str, str]],
    provider: str,
    file_name: str,
) -> Iterator[Correspondence]:
    described = _described(found.description)
    listed = VALUE_LIST.search(str(found.source))
    meanings = labels.get(listed[1], {}) if listed else {}
    for value in found.maps:
        yield Correspondence(
            provider=described.get("provider", provider),
            source_code=value.source,
            code=value.target,
            quality=described.get("quality", "exact"),
            source_label=meanings.get(value.source, ""),
            valid_from=value.valid_from.date() if value.valid_from else None,
            valid_to=value.valid_to.date() + ONE_DAY if value.valid_to else None,
            source=described.get("source", file_name),
        )


def _described(description: str | None) -> dict[str, str]:
    """What the map tells of all its rows; nothing where others have written it."""
    try:
        told = json.loads(description or "{}")
    except ValueError:
        return {}
    return {str(k): str(v) for k, v in told.items()} if isinstance(told, dict) else {}
