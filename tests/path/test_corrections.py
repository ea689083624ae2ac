"""A known error of a source is corrected before decoding, and missed once no record bears it."""

import csv
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.factories import many, write_csv
from warehouse.build import build
from warehouse.database import connect
from warehouse.errors import CorrectionUnmatched
from warehouse.settings import settings
from warehouse.submission import receive_file

pytestmark = pytest.mark.path

CONTRACT, PERIOD = "dgsn_residence_titles", "2026-03"
RIGHT, WRONG = 40, 2
ERROR = {
    "contract": CONTRACT,
    "first_period": "2026-01",
    "last_period": PERIOD,
    "column_name": "citizenship",
    "source_value": "FRANCAISE",
    "corrected_value": "MALIENNE",
    "reason": "keyed in error",
    "provider": "dgsn",
    "status": "active",
    "is_specimen": "true",
    "reported_at": "2026-04-02",
}
CORRECTIONS = (
    ERROR,
    {**ERROR, "source_value": "Atlantide"},
    {**ERROR, "source_value": "LEMURE", "is_specimen": "false"},
    {**ERROR, "source_value": "LEMURE", "contract": "anapec_job_seekers", "provider": "anapec"},
    {**ERROR, "source_value": "LEMURE", "status": "retired"},
)


@pytest.fixture
def corrected_project(
    warehouse_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """A project whose file of corrections is CORRECTIONS."""
    project = settings().dbt_dir.parent
    for folder in ("dbt_project", "warehouse/contracts"):
        ignored = shutil.ignore_patterns("target", "logs", "__pycache__")
        shutil.copytree(project / folder, tmp_path / folder, ignore=ignored)
    path = tmp_path / "dbt_project" / "seeds" / "corrections" / "correction.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(ERROR), lineterminator="\n")
        writer.writeheader()
        writer.writerows(CORRECTIONS)
    monkeypatch.setenv("SIMIMO_PROJECT_DIR", str(tmp_path))
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()


def received(path: Path, *values: str) -> None:
    """RIGHT titles that need no correction, and WRONG ones for each of the values."""
    right = many(RIGHT, numero_titre="Z{:06d}Z")
    wrong = (
        {"numero_titre": f"Z9{n:05d}Z", "nationalite": value}
        for n, value in enumerate(value for value in values for _ in range(WRONG))
    )
    write_csv(path, CONTRACT, *right, *wrong)
    assert receive_file(path, CONTRACT, PERIOD, is_specimen=True, gate=False).state == "accepted"


def test_a_correction_is_decoded_counted_and_missed_once_it_matches_nothing(
    corrected_project: None, tmp_path: Path
) -> None:
    """Of a known code and of one of no list, in clear; the other three concern nothing received."""
    received(tmp_path / "SPECIMEN_1.csv", "Francaise", "ATLANTIDE")
    build(test=True)
    with connect("simimo_analyst") as session:
        codes = session.execute(
            "select citizenship_code, count(*) from harmonised.residence_permit group by 1"
        ).fetchall()
        sources = session.execute(
            "select distinct citizenship_source_code from harmonised.residence_permit "
            "where citizenship_code = 'ML'"
        ).fetchall()
        applied = session.execute(
            "select period, source_value, corrected_value, reason, row_count "
            "from harmonised.correction_applied order by source_value"
        ).fetchall()
        unknown = session.execute("select * from harmonised.unmapped_code").fetchall()
    assert sorted(codes) == [("ML", 2 * WRONG), ("SN", RIGHT)]
    assert "Francaise" in [source for (source,) in sources]
    assert "ATLANTIDE" not in str(sources)
    assert applied == [
        (PERIOD, "Atlantide", "MALIENNE", "keyed in error", WRONG),
        (PERIOD, "FRANCAISE", "MALIENNE", "keyed in error", WRONG),
    ]
    assert unknown == []
    received(tmp_path / "SPECIMEN_2.csv", "Atlantide")
    with pytest.raises(CorrectionUnmatched) as failure:
        build(test=True)
    assert f"{CONTRACT}.citizenship FRANCAISE." in failure.value.text("en")
