"""Released observations as a file: CSV, JSON or Parquet, exact to the last decimal.

Whatever is made from specimen data says SPECIMEN: in a last column of every row (CSV, Parquet),
in the first key (JSON), in the file's metadata (Parquet).
"""

import io
import json
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, BinaryIO, Literal

import psycopg
from psycopg.sql import SQL

from warehouse.database import connect
from warehouse.messages import LANGUAGES, message
from warehouse.observation import (
    Page,
    PublishedDataflow,
    Selection,
    observations,
    published_dataflow,
    select_observations,
)
from warehouse.release_views import SPECIMEN

if TYPE_CHECKING:
    import polars as pl

Format = Literal["csv", "json", "parquet"]
DECIMAL_DIGITS = 38
"""The widest decimal that Parquet readers agree on."""


def written(
    dataflow: str,
    selection: Selection,
    release: int | None = None,
    file_format: Format = "csv",
    as_of: datetime | None = None,
) -> bytes:
    """The observations of `dataflow` as of a release or an instant (now), as the bytes of a file.

    Raises UnknownDataflow, UnknownRelease and its children, InstantToCome, InvalidFilter.
    """
    target = io.BytesIO()
    with connect("simimo_analyst") as session:
        published = published_dataflow(session, dataflow, release, as_of)
        write(session, published, selection, file_format, target)
    return target.getvalue()


def write(
    session: psycopg.Connection[Any],
    published: PublishedDataflow,
    selection: Selection,
    file_format: Format,
    target: BinaryIO,
) -> None:
    """Write the observations selected into `target`; raises InvalidFilter."""
    if file_format == "csv":
        for chunk in csv_chunks(session, published, selection):
            target.write(chunk)
    elif file_format == "json":
        target.write(json_document(_all(session, published, selection)))
    else:
        frame = _frame(session, published, selection)
        frame.write_parquet(target, metadata=_metadata(published))


def csv_chunks(
    session: psycopg.Connection[Any], published: PublishedDataflow, selection: Selection
) -> Iterator[bytes]:
    """The observations as CSV in UTF-8: a header, the columns of the dataflow, specimen last.

    freq,citizenship,sex,time_period,obs_value,obs_status,conf_status,unit_measure,decimals,specimen
    M,SN,F,2025-01,,Q,A,PERSONS,0,SPECIMEN
    """
    extra = [SQL("{} as specimen").format(SPECIMEN)] if published.is_specimen else []
    query = select_observations(published, selection, extra=extra)
    copy_out = SQL("copy ({}) to stdout (format csv, header)").format(query)
    with session.cursor() as cursor, cursor.copy(copy_out) as rows:
        for chunk in rows:
            yield bytes(chunk)


def json_document(page: Page) -> bytes:
    """One page as JSON: what the dataflow is, then its observations, numbers exact.

    {"specimen": true, "note": {"fr": ..., "ar": ..., "en": ...}, "dataflow": "DF_X",
     "title": {...}, "credit": {...}, "release": 3, "released_at": "...", "last_updated": "...",
     "unit_measure": "PERSONS", "decimals": 0, "dimensions": ["freq", "citizenship"],
     "observations": [{"freq": "M", "citizenship": "SN", "time_period": "2025-01", "obs_value": 12,
     "obs_status": "A", "conf_status": "F", "unit_measure": "PERSONS", "decimals": 0}],
     "next_cursor": null}
    """
    published = page.published
    head = json.dumps(_head(published), ensure_ascii=False)
    cursor = json.dumps(page.next_cursor)
    rows = _json_observations(page)
    return f'{head[:-1]}, "observations": [\n{rows}\n], "next_cursor": {cursor}}}\n'.encode()


def _head(published: PublishedDataflow) -> dict[str, Any]:
    definition = published.definition
    note = {lang: message("specimen", lang).text for lang in LANGUAGES}
    return {
        "specimen": published.is_specimen,
        "note": note if published.is_specimen else None,
        "dataflow": published.id,
        "title": definition.title,
        "credit": definition.credit,
        "release": published.release,
        "released_at": published.released_at.isoformat(),
        "last_updated": published.last_updated.isoformat(),
        "unit_measure": definition.unit_measure,
        "decimals": definition.decimals,
        "dimensions": published.dimension_ids,
    }


def number_text(value: str | None) -> str:
    """A figure in JSON: the decimal text that it is, never through a float; null without one."""
    return "null" if value is None else value


def _json_observations(page: Page) -> str:
    """The observations; a value is written as the decimal text it is, never through a float."""
    # The same few codes come again in every row: each is written once.
    written_as = cache(json.dumps)

    def member(column: str, value: str | int | None) -> str:
        is_number = column == "obs_value" and value is not None
        return f"{written_as(column)}: {value if is_number else written_as(value)}"

    return ",\n".join(
        "{" + ", ".join([member(*item) for item in o.items()]) + "}" for o in page.observations
    )


def _all(
    session: psycopg.Connection[Any], published: PublishedDataflow, selection: Selection
) -> Page:
    pages = [observations(session, published, selection)]
    while cursor := pages[-1].next_cursor:
        pages.append(observations(session, published, selection, cursor))
    return Page(published, [o for page in pages for o in page.observations], None)


def _frame(
    session: psycopg.Connection[Any], published: PublishedDataflow, selection: Selection
) -> "pl.DataFrame":
    import polars as pl

    columns = [*published.columns, *(["specimen"] if published.is_specimen else [])]
    units = published.definition.units.values()
    most = max([published.definition.decimals, *(unit.decimals for unit in units)])
    content = b"".join(csv_chunks(session, published, selection))
    frame = pl.read_csv(io.BytesIO(content), schema=dict.fromkeys(columns, pl.String()))
    return frame.with_columns(
        pl.col("obs_value").cast(pl.Decimal(DECIMAL_DIGITS, most)),
        pl.col("decimals").cast(pl.Int32),
    )


def _metadata(published: PublishedDataflow) -> dict[str, str]:
    return {name: json.dumps(value, ensure_ascii=False) for name, value in _head(published).items()}
