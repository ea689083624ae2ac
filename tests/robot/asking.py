"""What a reader is told: the same observations by every address, filter, format and instant."""

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import polars as pl
from fastapi.testclient import TestClient

from api.parameters import FORMATS as ADDRESS_FORMATS
from warehouse.observation import Selection
from warehouse.observation_file import written

SLICES = 5
"""Requests in which the codes of one dimension are asked for, each code once."""

PAGE = 10_000
SAID = ("obs_value", "obs_status", "conf_status")


@dataclass(frozen=True)
class Told:
    """One dataflow as one release tells it: its description, its rules, its observations.

    `rows` have freq, the dimensions, time_period and what is SAID, all as text.
    """

    description: Mapping[str, Any]
    rules: Mapping[str, Any]
    release: int
    rows: pl.DataFrame

    @property
    def id(self) -> str:
        """The id of the dataflow."""
        return str(self.description["id"])

    @property
    def dimensions(self) -> list[str]:
        """The ids of the dimensions, frequency not among them."""
        return [dimension["id"] for dimension in self.description["dimensions"]]

    @property
    def key(self) -> list[str]:
        """What tells its cells apart."""
        return ["freq", *self.dimensions, "time_period"]


def from_csv(content: bytes) -> pl.DataFrame:
    """The rows of a CSV answer; what is empty is null."""
    return pl.read_csv(io.BytesIO(content), infer_schema=False)


def from_json(content: bytes) -> pl.DataFrame:
    """The observations of a JSON answer, numbers as the text they are."""
    document = json.loads(content, parse_float=str, parse_int=str)
    return pl.DataFrame(document["observations"], infer_schema_length=None)


def from_parquet(content: bytes) -> pl.DataFrame:
    """The rows of a Parquet file, numbers as text."""
    return pl.read_parquet(io.BytesIO(content)).cast(pl.String())


READERS: Mapping[str, Callable[[bytes], pl.DataFrame]] = {
    "csv": from_csv,
    "json": from_json,
    "parquet": from_parquet,
}
"""How each format that the program writes is read; one that is not here is asked in vain."""


def releases(client: TestClient) -> list[dict[str, Any]]:
    """Every release that can be read, the first one first, each with its manifest."""
    listed = client.get("/v1/releases").json()["releases"]
    found = [client.get(f"/v1/releases/{r['number']}").json() for r in listed]
    return sorted(found, key=lambda release: int(release["number"]))


def told(client: TestClient, release: Mapping[str, Any], dataflow: str) -> Told:
    """The whole of one dataflow in one release."""
    number = int(release["number"])
    description = client.get(f"/v1/dataflows/{dataflow}?release={number}").json()
    rules = release["manifest"]["dataflows"][dataflow]["disclosure"]
    answer = client.get(f"/v1/data/{dataflow}?release={number}&freq=all&format=csv")
    assert answer.status_code == 200, answer.text
    found = Told(description, rules, number, pl.DataFrame())
    return Told(description, rules, number, _kept(from_csv(answer.content), found))


def other_answers(
    client: TestClient, whole: Told, instant: str | None = None
) -> Iterator[tuple[str, pl.DataFrame]]:
    """Every other way to the same figures, with what it tells: formats, filters, instant, files."""
    address = f"/v1/data/{whole.id}"
    yield f"{address} json", _pages(client, f"{address}?release={whole.release}&freq=all", whole)
    for dimension in whole.description["dimensions"]:
        codes = [code["code"] for code in dimension["codes"]]
        for first in range(min(SLICES, len(codes))):
            asked = quote(",".join(codes[first::SLICES]), safe=",")
            query = f"release={whole.release}&freq=all&format=csv&{dimension['id']}={asked}"
            yield query, _csv(client, f"{address}?{query}", whole)
    for freq in [f["freq"] for f in whole.description["frequencies"]]:
        query = f"release={whole.release}&format=csv&freq={freq}"
        yield query, _csv(client, f"{address}?{query}", whole)
    if instant:
        query = f"asOf={quote(instant)}&freq=all&format=csv"
        yield query, _csv(client, f"{address}?{query}", whole)
    yield "revisions", _vintage(client, whole)
    for form in ("csv", "json", "parquet"):
        content = written(whole.id, Selection({"freq": ("all",)}), whole.release, form)
        yield f"get {form}", _kept(READERS[form](content), whole)


def _csv(client: TestClient, address: str, whole: Told) -> pl.DataFrame:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.text)
    return _kept(from_csv(answer.content), whole)


def _pages(client: TestClient, address: str, whole: Told) -> pl.DataFrame:
    """The JSON answer, page by page."""
    pages, following = [], f"{address}&limit={PAGE}"
    while following:
        content = client.get(following).content
        pages.append(_kept(from_json(content), whole))
        following = json.loads(content)["next"]
    return pl.concat(pages)


def _vintage(client: TestClient, whole: Told) -> pl.DataFrame:
    """What the revision triangle says of this release."""
    address = f"/v1/data/{whole.id}/revisions?release={whole.release}&freq=all&format=csv"
    rows = list(csv.DictReader(io.StringIO(client.get(address).text)))
    own = [row for row in rows if int(row["release"]) == whole.release]
    return _kept(pl.DataFrame(own, schema=_schema(whole)), whole)


def _schema(whole: Told) -> dict[str, pl.DataType]:
    return dict.fromkeys([*whole.key, *SAID], pl.String())


def _kept(rows: pl.DataFrame, whole: Told) -> pl.DataFrame:
    """The columns compared, as text; an answer without rows has them too."""
    if rows.width == 0:
        return pl.DataFrame(schema=_schema(whole))
    columns = [pl.col(c).cast(pl.String()).replace("", None) for c in (*whole.key, *SAID)]
    return rows.select(columns)


def contradictions(whole: Told, other: pl.DataFrame) -> pl.DataFrame:
    """The rows of another answer that say something else than the whole, or that it lacks."""
    key = whole.key
    value = pl.col("obs_value").cast(pl.Float64)
    both = other.join(whole.rows, on=key, how="left", suffix="_whole", nulls_equal=True)
    differing = (
        value.ne_missing(pl.col("obs_value_whole").cast(pl.Float64))
        | pl.col("obs_status").ne_missing(pl.col("obs_status_whole"))
        | pl.col("conf_status").ne_missing(pl.col("conf_status_whole"))
    )
    return both.filter(differing)


def address_formats() -> set[str]:
    """The formats that the address of the observations offers."""
    return set(ADDRESS_FORMATS)


def change_frames(
    client: TestClient, new: Told, old: Told | None
) -> Iterator[tuple[Told, pl.DataFrame]]:
    """What the list of changes tells of a release, and of the one before it."""
    address = f"/v1/releases/{new.release}/changes?dataflow={new.id}&limit={PAGE}"
    found = json.loads(client.get(address).content, parse_float=str, parse_int=str)["changes"]
    for side, whole in (("new", new), ("old", old)):
        if whole is None:
            continue
        rows = [
            {"freq": c["freq"], **c["key"], "time_period": c["time_period"], **c[side]}
            for c in found
            if c[side]
        ]
        yield whole, _kept(pl.DataFrame(rows, schema=_schema(whole)), whole)
