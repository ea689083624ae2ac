"""What the authority decides of survey estimates, read from estimates.yml."""

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

SETTINGS = Path(__file__).with_name("estimates.yml")

LonelyUnit = Literal["fail", "certainty", "adjust", "average"]


class Settings(BaseModel):
    """The confidence level, the bounds of quality and the rules of variance estimation."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    confidence: float = Field(gt=0, lt=1)
    flagged_over_cv: float = Field(gt=0)
    withheld_over_cv: float = Field(gt=0)
    flagged_below_freedom: int = Field(ge=1)
    withheld_below_freedom: int = Field(ge=1)
    withheld_below_count: int = Field(ge=1)
    lonely_unit: LonelyUnit
    replicates: int = Field(ge=100)
    seed: int
    outlier_spreads: float = Field(gt=0)
    outlier_answers_min: int = Field(ge=3)


@cache
def settings() -> Settings:
    """The settings in force."""
    import yaml

    return Settings.model_validate(yaml.safe_load(SETTINGS.read_text("utf-8")))
