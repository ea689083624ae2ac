"""The manifest of a release: everything needed to explain it and to make it again.

The hashes here are of canonical bytes: equal inputs give equal hashes, on any machine.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from warehouse.disclosure.cell_key import cell_key_rules
from warehouse.quality import Quality
from warehouse.release_gate import Submission
from warehouse.release_tables import OBSERVATION_COLUMNS, SERIES_SEPARATOR
from warehouse.settings import settings

if TYPE_CHECKING:
    import polars as pl

PUBLISHED_BY_OTHERS = {"rule": "as_published"}


@dataclass(frozen=True)
class ReleasedDataflow:
    """One dataflow as a release froze it: what it says, in hashes and counts.

    `withheld` counts the suppressed observations by CONF_STATUS, such as {"A": 12};
    `submissions` are the numbers of the submissions behind it.
    """

    dataflow: str
    kind: str
    is_specimen: bool
    observations: int
    withheld: Mapping[str, int]
    disclosure: Mapping[str, Any]
    submissions: Sequence[int]
    observations_hash: str
    definition_hash: str
    code_lists_hash: str

    @property
    def content_hash(self) -> str:
        """The hash of all that a reader can see of the dataflow in this release."""
        seen = (self.observations_hash, self.definition_hash, self.code_lists_hash)
        return hash_json([self.dataflow, self.is_specimen, *seen])


@dataclass(frozen=True)
class CodeVersion:
    """The code that made a release: package, git commit where known, hash of the dbt project."""

    package: str
    commit: str | None
    models_hash: str


def manifest(
    number: int,
    released_at: datetime,
    released: Sequence[ReleasedDataflow],
    submissions: Sequence[Submission],
    code_version: CodeVersion,
    qualities: Mapping[str, Quality],
) -> dict[str, Any]:
    """The manifest of release `number` as JSON values; `qualities` are outside every hash.

    Its publication adds the instant, and the place of its entry in the ledger.
    """
    used = {n for dataflow in released for n in dataflow.submissions}
    return {
        "number": number,
        "released_at": released_at.isoformat(),
        "is_specimen": any(dataflow.is_specimen for dataflow in released),
        "content_hash": release_hash(released),
        "cell_key": cell_key_rules().to_json(),
        "code_version": asdict(code_version),
        "observation_columns": list(OBSERVATION_COLUMNS),
        "submissions": [asdict(s) for s in submissions if s.id in used],
        "dataflows": {
            d.dataflow: {
                **_without_name(d),
                "content_hash": d.content_hash,
                "quality": qualities[d.dataflow].to_json(),
            }
            for d in released
        },
    }


def _without_name(released: ReleasedDataflow) -> dict[str, Any]:
    return {name: value for name, value in asdict(released).items() if name != "dataflow"}


def release_hash(released: Sequence[ReleasedDataflow]) -> str:
    """The hash of all that a reader can see of the release."""
    return hash_json(sorted([d.dataflow, d.content_hash] for d in released))


def observation_bytes(rows: "pl.DataFrame", series: Sequence[str], columns: Sequence[str]) -> bytes:
    """The canonical bytes of the observations of one dataflow: CSV of `columns`, in stable order.

    `series` are the columns that tell its series apart.
    """
    import polars as pl

    series_key = pl.concat_str(series, separator=SERIES_SEPARATOR)
    ordered = rows.sort(series_key, "time_period").select(columns)
    return ordered.write_csv(include_header=False).encode()


def hash_json(value: Any) -> str:
    """SHA-256 of the canonical JSON of `value`: keys sorted, no blanks, UTF-8."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def code_version() -> CodeVersion:
    """The version of the code that runs."""
    return CodeVersion(
        version("simimo"), _commit(settings().project_dir), _models_hash(settings().dbt_dir)
    )


def _commit(project_dir: Path) -> str | None:
    import subprocess

    if not (project_dir / ".git").exists():
        return None
    command = ["git", "-C", str(project_dir), "rev-parse", "--verify", "HEAD"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.strip()


def _models_hash(dbt_dir: Path) -> str:
    """SHA-256 over the dbt project's own files, not over what dbt writes beside them."""
    folders = ("models", "macros", "seeds")
    inside = [path for folder in folders for path in (dbt_dir / folder).rglob("*")]
    digest = hashlib.sha256()
    for path in sorted([dbt_dir / "dbt_project.yml", *inside]):
        if path.is_file():
            digest.update(path.relative_to(dbt_dir).as_posix().encode() + b"\0")
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
