"""The explanation on PostgreSQL: the file behind a figure, and the counts that stand there."""

import json
from pathlib import Path
from typing import Any

import psycopg
import pytest
from typer.testing import CliRunner

from tests.factories import many, write_csv
from tests.path.indicators import FEBRUARY, JANUARY, change, released, submit
from warehouse import submission
from warehouse.cli import app
from warehouse.explanation import explain
from warehouse.lineage import Behind, NoSuchObservation
from warehouse.releasing.instant import instant_text
from warehouse.stage_counts import StageCount, stage_counts

pytestmark = pytest.mark.path


@pytest.fixture
def counted(steward: "psycopg.Connection[Any]") -> "psycopg.Connection[Any]":
    """One release; the analyst may read its indicators, as after a build."""
    submit(steward, "cnss_declarations", "2025-12", is_specimen=True)
    change(
        steward,
        "grant usage on schema indicators to simimo_analyst;"
        "grant select on all tables in schema indicators to simimo_analyst",
    )
    released(JANUARY)
    return steward


def test_a_figure_is_explained_by_the_file_of_its_period(
    counted: "psycopg.Connection[Any]",
) -> None:
    found = explain("DF_WORKERS", {"citizenship": "SN"}, "2025-11")
    assert found.key == {"citizenship": "SN", "sex": "_T"}
    assert found.observation["obs_value"] == "7"
    assert [(b.contract, b.submission["period"], b.role) for b in found.submissions] == [
        ("cnss_declarations", "2025-11", "period")
    ]
    assert found.submissions[0].submission["received_on"] is not None
    assert StageCount("cell", None, 7) in (found.stages or ())
    assert StageCount("published", None, 1) in (found.stages or ())


def test_a_withheld_figure_is_explained_to_the_desk_alone_with_its_count(
    counted: "psycopg.Connection[Any]",
) -> None:
    key = {"citizenship": "SN", "sex": "F"}
    desk = explain("DF_WORKERS", key, "2025-11")
    assert desk.observation["obs_value"] is None
    assert StageCount("cell", None, 3) in (desk.stages or ())
    assert StageCount("withheld", None, 1) in (desk.stages or ())
    told = explain("DF_WORKERS", key, "2025-11", is_public=True)
    assert told.stages is None
    assert "stages" not in told.to_json()


def test_as_of_a_release_it_tells_what_that_release_said(
    counted: "psycopg.Connection[Any]",
) -> None:
    change(
        counted,
        "update indicators.df_workers set obs_value = obs_value + 2, obs_count = obs_count + 2"
        " where obs_value in (4, 7)",  # the men of Senegal and their total
    )
    submit(counted, "cnss_declarations", "2026-01", is_specimen=True)
    counted.commit()
    released(FEBRUARY)
    key = {"citizenship": "SN"}
    values = [explain("DF_WORKERS", key, "2025-11", n).observation["obs_value"] for n in (1, 2)]
    assert values == ["7", "9"]
    then = explain("DF_WORKERS", key, "2025-11", as_of=JANUARY)
    assert then.to_json() == explain("DF_WORKERS", key, "2025-11", 1).to_json()
    call = ["explain", "DF_WORKERS", "citizenship=SN", "2025-11", "--format", "json"]
    run = CliRunner().invoke(app, [*call, "--as-of", instant_text(JANUARY)])
    assert json.loads(run.output) == then.to_json()


def test_the_counts_of_each_stage_are_those_of_the_files(
    warehouse_database: str, tmp_path: Path
) -> None:
    good = many(3, numero_affilie="000{:04d}", numero_assure="000{:06d}")
    wrong = {"numero_affilie": "0000009", "numero_assure": "000999999", "jours_declares": "40"}
    path = write_csv(tmp_path / "SPECIMEN.csv", "cnss_declarations", *good, wrong)
    report = submission.receive_file(path, "cnss_declarations", "2026-03", True, gate=False)
    assert report.receipt is not None
    told = {
        "id": report.receipt.submission_id,
        "contract": "cnss_declarations",
        "period": "2026-03",
    }
    from warehouse.indicator import dataflow

    counts = stage_counts(dataflow("DF_EMP_DECLARED"), [Behind(told, "period")], {})
    found = {c.stage: c.count for c in counts if c.contract}
    assert found == {
        "received": 4,
        "rejected": 1,
        "accepted": 3,
        "current": 3,
        "raw": 3,
        "staging": None,
        "harmonised": None,
        "unmapped": None,
    }


@pytest.mark.parametrize("lang", ["fr", "ar", "en"])
@pytest.mark.parametrize("format", ["text", "json", "html"])
def test_the_command_in_each_form_and_language(
    counted: "psycopg.Connection[Any]", lang: str, format: str
) -> None:
    call = ["explain", "DF_WORKERS", "citizenship=SN", "2025-11", "--lang", lang]
    run = CliRunner().invoke(app, [*call, "--format", format])
    assert run.exit_code == 0, run.output
    assert "SPECIMEN" in run.output or json.loads(run.output)["specimen"]
    assert "{" not in run.output or format != "text"


def test_what_was_not_released_is_refused(counted: "psycopg.Connection[Any]") -> None:
    with pytest.raises(NoSuchObservation):
        explain("DF_WORKERS", {"citizenship": "ML"}, "2025-11")
