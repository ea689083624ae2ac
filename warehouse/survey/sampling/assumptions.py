"""What the sampling plan assumes, read from assumptions.yml, each value with its source."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

Share = float


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ForeignResidents(_Strict):
    """Where foreign residents live."""

    total: int
    source: str
    by_region: Mapping[str, int]
    by_region_source: str
    urban_share: Share = Field(gt=0, le=1)
    urban_share_source: str


class Workers(_Strict):
    """Of foreign residents, those in the labour force."""

    aged_15_plus: Share = Field(gt=0, le=1)
    aged_15_plus_source: str
    participation: Share = Field(gt=0, le=1)
    participation_source: str


class Returnees(_Strict):
    """Migrants who have returned, and those of them who had worked abroad."""

    total: int
    source: str
    worked_abroad: Share = Field(gt=0, le=1)
    worked_abroad_source: str


class Recruitment(_Strict):
    """Of both, those recruited in another country in the last 36 months."""

    of_workers: Share = Field(gt=0, le=1)
    of_workers_source: str
    of_returnees: Share = Field(gt=0, le=1)
    of_returnees_source: str


class Response(_Strict):
    """What is lost between the listing and the interview."""

    interviewed: Share = Field(gt=0, le=1)
    listed_rightly: Share = Field(gt=0, le=1)
    source: str


class Clustering(_Strict):
    """How alike the members of one primary unit are."""

    rho: Share = Field(ge=0, lt=1)
    source: str


class Listing(_Strict):
    """How a primary unit is listed in the field."""

    segment_households: int = Field(ge=20)
    segments_per_unit: int = Field(ge=1)
    others_interval: int = Field(ge=1)


class Fieldwork(_Strict):
    """What a team does in a day."""

    interviewers_per_team: int = Field(ge=1)
    listed_per_interviewer_day: int = Field(ge=1)
    interviews_per_interviewer_day: int = Field(ge=1)
    travel_days_per_unit: int = Field(ge=0)
    source: str


class Assumptions(_Strict):
    """All that the plan assumes."""

    foreign_residents: ForeignResidents
    workers: Workers
    returnees: Returnees
    recruitment: Recruitment
    household_size: float
    household_size_source: str
    response: Response
    clustering: Clustering
    listing: Listing
    field: Fieldwork


@cache
def assumptions() -> Assumptions:
    """The assumptions as their file tells them."""
    import yaml

    path = Path(__file__).with_name("assumptions.yml")
    return Assumptions.model_validate(yaml.load(path.read_text("utf-8"), yaml.CSafeLoader))
