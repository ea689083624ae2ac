"""The whole way of a survey by its commands: specimen, figures, report."""

from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from warehouse.cli import app
from warehouse.survey.specimen import drawing, population

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("survey")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(population, "HOUSEHOLDS_FOR_ONE", 200)
        patch.setattr(drawing, "UNITS", 150)
        run("survey", "specimen", "--output", str(made))
    return made


def run(*words: str) -> str:
    result = CliRunner().invoke(app, list(words), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def inputs(folder: Path) -> list[str]:
    sample, margins = folder / "sample.csv", folder / "margins.csv"
    return [str(folder / "export"), "--sample", str(sample), "--margins", str(margins)]


def test_figures_meet_the_margins_and_have_their_errors(folder: Path) -> None:
    output = folder / "figures.csv"
    run("survey", "estimate", *inputs(folder), "--output", str(output))
    figures = pl.read_csv(output, infer_schema_length=None)
    strict = figures.filter((pl.col("scope") == "strict") & (pl.col("breakdown") == "_T"))
    for with_outliers in (True, False):
        told = strict.filter(pl.col("with_outliers") == with_outliers)["measure"].to_list()
        assert told == [
            "RATIO_TOTALS", "MEAN_RATIO", "Q1_RATIO", "MEDIAN_RATIO", "Q3_RATIO", "MEAN_COST",
            "MEAN_EARNINGS", "ZERO_COST", "PERSONS",
        ]  # fmt: skip
    shown = figures.filter(pl.col("quality") != "withheld")
    assert shown["standard_error"].null_count() == 0
    withheld = figures.filter(pl.col("quality") == "withheld")
    assert withheld.height
    assert withheld["value"].null_count() == withheld.height


def test_the_report_is_written_for_the_screen_and_for_word(folder: Path) -> None:
    page, word = folder / "report.html", folder / "report.docx"
    run("survey", "report", *inputs(folder), "--specimen", "--output", str(page))
    assert "Coût du recrutement, champ strict" in page.read_text()
    assert "sur les marges du recensement" in page.read_text()
    run("survey", "report", *inputs(folder), "--format", "docx", "--output", str(word))
    assert word.read_bytes().startswith(b"PK")
