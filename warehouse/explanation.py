"""Why a published number is what it is: definition, rules, code, files, counts at each stage.

What anybody may read is made of the release alone: `public` tells no count of records, since a
file's records can be the very population of a withheld figure. The counts are for who may read
the stages themselves.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import psycopg

from warehouse.catalogue import disclosure_said
from warehouse.lineage import Behind, Read, asked_observation, behind
from warehouse.messages import LANGUAGES
from warehouse.observation import (
    Observation,
    PublishedDataflow,
    observations,
    published_dataflow,
)
from warehouse.releasing.published import release_manifest
from warehouse.stage_counts import StageCount

TOLD_OF_SUBMISSION = ("contract", "provider", "period", "version", "sha256", "received_on")


@dataclass(frozen=True)
class Explanation:
    """All that stands behind one observation; `stages` is None where it is for the public."""

    published: PublishedDataflow
    observation: Observation
    disclosure: Mapping[str, Any]
    code_version: Mapping[str, Any]
    submissions: tuple[Behind, ...]
    stages: tuple[StageCount, ...] | None = None

    @property
    def key(self) -> dict[str, str]:
        """The code of each dimension."""
        own = self.published.definition.dimension_ids
        return {dimension: str(self.observation[dimension]) for dimension in own}

    @property
    def period(self) -> str:
        """The period of the observation."""
        return str(self.observation["time_period"])

    def to_json(self) -> dict[str, Any]:
        """The explanation as plain JSON values."""
        definition = self.published.definition
        said = ("obs_status", "conf_status", "unit_measure", "decimals")
        told = {
            "dataflow": self.published.id,
            "title": definition.title,
            "release": self.published.release,
            "specimen": self.published.is_specimen,
            "key": self.key,
            "freq": self.observation["freq"],
            "time_period": self.period,
            "observation": {
                "obs_value": _figure(self.observation),
                **{name: self.observation[name] for name in said},
            },
            "definition": {
                "definition": definition.definition,
                "formula": definition.formula,
                "time_rule": definition.time_rule,
                "known_limits": definition.known_limits,
            },
            "disclosure": {
                "rules": self.disclosure,
                "text": {lang: disclosure_said(self.disclosure, lang) for lang in LANGUAGES},
            },
            "code_version": self.code_version,
            "submissions": [_submission(b) for b in self.submissions],
        }
        if self.stages is not None:
            told["stages"] = [stage.to_json() for stage in self.stages]
        return told


def _figure(observation: Observation) -> float | int | None:
    """The released figure as a number; a whole one without decimals."""
    value = observation["obs_value"]
    if value is None:
        return None
    return float(value) if observation["decimals"] else int(float(value))


def _submission(found: Behind) -> dict[str, Any]:
    told = {name: found.submission.get(name) for name in TOLD_OF_SUBMISSION}
    return {**told, "specimen": found.submission["is_specimen"], "role": found.role}


def public(
    published: PublishedDataflow,
    manifest: Mapping[str, Any],
    codes: Mapping[str, str],
    period: str,
    read: Read,
) -> Explanation:
    """What anybody may know of an observation; `read` reads those of `published`.

    Raises what `asked_observation` raises.
    """
    observation = asked_observation(published, codes, period, read)
    told = manifest["dataflows"][published.id]
    used = set(told["submissions"])
    feeding = [s for s in manifest["submissions"] if s["id"] in used]
    return Explanation(
        published,
        observation,
        told["disclosure"],
        manifest["code_version"],
        tuple(behind(published, feeding, period)),
    )


def explain(
    dataflow: str,
    codes: Mapping[str, str],
    period: str,
    release: int | None = None,
    is_public: bool = False,
    as_of: datetime | None = None,
) -> Explanation:
    """The explanation of an observation as of a release or an instant, with the counts of stages.

    The counts are those of the day on which it is asked. Raises UnknownRelease and its children,
    InstantToCome, UnknownDataflow, and what `asked_observation` raises.
    """
    from warehouse.database import connect
    from warehouse.stage_counts import stage_counts

    with connect("simimo_analyst") as session:
        found = _released(session, dataflow, codes, period, release, as_of)
    if is_public:
        return found
    key = {"freq": str(found.observation["freq"]), **found.key, "time_period": found.period}
    counts = stage_counts(found.published.definition, found.submissions, key)
    return replace(found, stages=(*counts, _published(found)))


def _released(
    session: psycopg.Connection[Any],
    dataflow: str,
    codes: Mapping[str, str],
    period: str,
    release: int | None,
    as_of: datetime | None,
) -> Explanation:
    published = published_dataflow(session, dataflow, release, as_of)
    manifest = release_manifest(session, published.release)
    return public(
        published,
        manifest,
        codes,
        period,
        lambda selection: observations(session, published, selection).observations,
    )


def _published(found: Explanation) -> StageCount:
    is_withheld = found.observation["obs_status"] == "Q"
    return StageCount("withheld" if is_withheld else "published", None, 1)
