"""The shapes of what changed from one release to the next, for the API's description."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from api.models import Labels, Shape


class Said(Shape):
    """What a release says of a cell."""

    obs_value: float | None = Field(description="Null where withheld or missing")
    obs_status: str
    conf_status: str


class Change(Shape):
    """One cell that is new, says something else, or is no longer told."""

    dataflow: str
    freq: Literal["M", "Q", "A"]
    key: dict[str, str] = Field(description="A code for each dimension that the cell uses")
    time_period: str
    old: Said | None = Field(description="Null of a cell that was not told before")
    new: Said | None = Field(description="Null of a cell that is no longer told")
    reasons: list[str] = Field(description="All that may have changed it, the nearest first")


class Changes(Shape):
    """Some changed cells of a release, and the address of the next ones."""

    count: int
    next: str | None
    specimen: bool
    release: int
    released_at: str
    base: int | None = Field(description="The release before; null of the first")
    notice: Labels | None
    reasons: dict[str, Labels] = Field(description="What each reason means")
    changes: list[Change]
    next_cursor: str | None


class Vintage(Said):
    """What one release says of a cell and period."""

    release: int


class RevisedCell(BaseModel):
    """A cell, by a code for each dimension, and its period, as each release told them."""

    model_config = ConfigDict(extra="allow")
    freq: Literal["M", "Q", "A"]
    time_period: str
    vintages: list[Vintage] = Field(description="Releases that do not tell the cell are absent")


class RevisedRelease(Shape):
    """A release that tells the dataflow."""

    release: int
    released_at: str
    notice: Labels | None


class Revised(Shape):
    """The revision triangle of some cells, and the address of the next ones."""

    count: int
    next: str | None
    citation: Labels
    specimen: bool
    dataflow: str
    title: Labels
    release: int
    released_at: str
    unit_measure: str
    decimals: int
    dimensions: list[str]
    releases: list[RevisedRelease] = Field(description="Every release up to this, earliest first")
    revisions: list[RevisedCell]
    next_cursor: str | None
