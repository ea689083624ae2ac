"""What the authority decides of linkage, read from linkage.yml."""

from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

RULES = Path(__file__).with_name("linkage.yml")


class Chance(BaseModel):
    """How often a comparison level is seen between records of one person (m) and of two (u)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    m: float
    u: float


class Rules(BaseModel):
    """The thresholds and starting probabilities of linkage; weights are log2 of odds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    link_from_weight: float
    review_from_weight: float
    precision_target: float
    threshold_answers_min: int
    stratum_answers_min: int
    review_pairs_max: int
    audit_pairs: int
    reviewers_per_pair: int
    name_rare_below: float
    name_frequent_from: float
    ambiguous_within_weight: float
    duplicate_free: frozenset[str]
    one_per_person: tuple[str, ...]
    nationals_only: frozenset[str]
    identifier_holders_max: int
    block_size_max: int
    slice_records: int
    training_records_max: int
    training_sample_max: int
    training_pairs_min: int
    probability_two_random_records_match: float
    levels: dict[str, dict[str, Chance]]
    identifiers: dict[str, Chance]


@cache
def rules() -> Rules:
    """The rules in force."""
    import yaml

    return Rules.model_validate(yaml.safe_load(RULES.read_text("utf-8")))
