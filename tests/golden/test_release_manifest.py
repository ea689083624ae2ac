"""The manifest of an invented release, compared with the one kept beside, byte by byte.

When the manifest changes on purpose, write the new text into release/manifest.json and review
the difference as any other.
"""

import json
from datetime import UTC, datetime
from pathlib import Path

from warehouse.manifest import CodeVersion, ReleasedDataflow, manifest
from warehouse.quality import Coherence, Difference, LinkageError, Quality, Revisions
from warehouse.release_gate import Submission

GOLDEN = Path(__file__).parent / "release" / "manifest.json"

SUBMISSIONS = [
    Submission(1, "cnss_declarations", "cnss", "2025-12", 2, "a" * 64, True, "2026-01-12"),
    Submission(2, "hcp_population", "hcp", "2024", 1, "b" * 64, False),
    Submission(3, "dgsn_residence_titles", "dgsn", "2025-12", 1, "c" * 64, True),
]
RELEASED = [
    ReleasedDataflow(
        dataflow="DF_EMP_DECLARED",
        kind="national",
        is_specimen=True,
        observations=120,
        withheld={"A": 17},
        disclosure={"threshold": 5, "counted": "value_and_records", "zero": "published"},
        submissions=[1],
        observations_hash="1" * 64,
        definition_hash="2" * 64,
        code_lists_hash="3" * 64,
    ),
    ReleasedDataflow(
        dataflow="DF_POPULATION",
        kind="public",
        is_specimen=False,
        observations=176,
        withheld={},
        disclosure={"rule": "as_published"},
        submissions=[2],
        observations_hash="4" * 64,
        definition_hash="5" * 64,
        code_lists_hash="6" * 64,
    ),
]
QUALITIES = {
    "DF_EMP_DECLARED": Quality(
        latest_period="2025-12",
        due=12,
        accepted=12,
        on_time=11,
        unknown_percent={"citizenship": 0.02, "sex": None},
        days_to_acceptance=33.5,
        days_to_release=51.0,
        revisions=Revisions(releases=4, compared=104, mean_absolute_percent=0.31),
        linkage=LinkageError(99.8, 99.7, "truth"),
        coherence=Coherence(
            scale=0.02,
            figures=[
                Difference(
                    id="foreign_workers",
                    codes={"citizenship": "FR"},
                    less={},
                    published=5346.0,
                    published_period="2017",
                    source={"fr": "CESE, 2018", "ar": "المجلس، 2018", "en": "CESE, 2018"},
                    unit="persons",
                    specimen=5350.0,
                    specimen_period="2025-12",
                    counted=107.0,
                    difference_percent=0.07,
                )
            ],
            left_out=6,
        ),
    ),
    "DF_POPULATION": Quality(
        latest_period="2024",
        due=0,
        accepted=0,
        on_time=0,
        unknown_percent={},
        days_to_acceptance=380.0,
        days_to_release=385.0,
        revisions=Revisions(releases=4, compared=176, mean_absolute_percent=0.0),
        linkage=None,
    ),
}


def test_release_manifest() -> None:
    at = datetime(2026, 1, 20, 9, tzinfo=UTC)
    version = CodeVersion("0.1.0", "0123456789abcdef0123456789abcdef01234567", "d" * 64)
    made = manifest(4, at, RELEASED, SUBMISSIONS, version, QUALITIES)
    assert json.dumps(made, indent=2, ensure_ascii=False) + "\n" == GOLDEN.read_text("utf-8")
