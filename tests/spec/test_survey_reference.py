"""Estimates beside those of R's survey package, to six significant digits.

Recipe: tests/golden/survey/golden.R computed golden.csv in R 4.2 with survey 4.1 from R's own
example samples of schools (not kept here) and from an invented sample of 59 persons, design.csv.
Where R and its package are installed the numbers are computed anew and compared, and the samples
of schools estimated too; elsewhere the invented sample is held to the numbers kept.
"""

import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest

from warehouse.survey.calibration import Margins, Method, calibrated
from warehouse.survey.design import Design, sample
from warehouse.survey.estimate import Estimate, means, quantiles, ratios, replicated, shares, totals

if TYPE_CHECKING:
    from svy import Sample

FOLDER = Path(__file__).parents[1] / "golden" / "survey"
SCRIPT, INVENTED, GOLDEN = (FOLDER / name for name in ("golden.R", "design.csv", "golden.csv"))
SIX_DIGITS = 5e-7

DESIGNS = {
    "two_stage": Design(
        "weight", "stratum", "commune", "unit", primary_count="communes",
        secondary_count="households",
    ),
    "first_stage": Design("weight", "stratum", "commune", primary_count="communes"),
    "with_replacement": Design("weight", "stratum", "commune"),
    "unstratified": Design("weight", primary_unit="commune"),
    "lonely certainty": Design("weight", "stratum", "commune", lonely_unit="certainty"),
    "lonely adjust": Design("weight", "stratum", "commune", lonely_unit="adjust"),
    "lonely average": Design("weight", "stratum", "commune", lonely_unit="average"),
}  # fmt: skip
SCHOOLS = {
    "dstrat": ("apistrat", Design("pw", "stype", primary_count="fpc")),
    "dclus1": ("apiclus1", Design("pw", primary_unit="dnum", primary_count="fpc")),
    "dclus2": ("apiclus2", Design("pw", None, "dnum", "snum", "fpc1", "fpc2")),
}


@cache
def golden() -> pl.DataFrame:
    return pl.read_csv(GOLDEN, null_values="NA", infer_schema_length=None).with_columns(
        pl.col("domain", "columns").fill_null("")
    )


def rows(*designs: str) -> list[dict[str, object]]:
    kept = golden().filter(pl.col("design").is_in(designs))
    assert len(kept) > len(designs)
    return kept.to_dicts()


def invented(name: str) -> "Sample":
    records = pl.read_csv(INVENTED).with_columns(
        pl.concat_str("commune", "household", separator=" ").alias("unit")
    )
    if name.startswith("lonely"):
        records = records.filter(pl.col("commune") != "C2")
    return sample(records, DESIGNS[name])


def found(drawn: "Sample", statistic: str, columns: str, domain: str) -> Estimate:
    """The estimate that a row of the golden file names."""
    by = (domain.split("=", maxsplit=1)[0],) if domain else ()
    code = (domain.split("=")[1],) if domain else ()
    if statistic.startswith("quantile"):
        share = float(statistic.split()[1])
        made = quantiles(drawn, replicated(drawn), columns, (share,), by)[share]
    elif statistic == "ratio":
        made = ratios(drawn, *columns.split("/"), by=by)
    else:
        made = {"total": totals, "mean": means, "share": shares}[statistic](drawn, columns, by)
    return next(one for one in made if one.domain == code)


def same(drawn: "Sample", row: dict[str, object]) -> None:
    statistic, _, end = str(row["statistic"]).partition(" ")
    is_share = statistic == "share"
    made = found(
        drawn, statistic if is_share else str(row["statistic"]), str(row["columns"]),
        str(row["domain"]),
    )  # fmt: skip
    value = getattr(made, end) if is_share and end else made.value
    assert value == pytest.approx(row["value"], rel=SIX_DIGITS), row
    if row["standard_error"] is not None:
        assert made.standard_error == pytest.approx(row["standard_error"], rel=SIX_DIGITS), row
    if row["freedom"] is not None:
        assert made.freedom == row["freedom"], row
    if row["design_effect"] is not None:
        assert made.design_effect == pytest.approx(row["design_effect"], rel=SIX_DIGITS), row


OTHERWISE_CENTRED = ("lonely adjust", "total")
"""R centres the one unit of a stratum at zero where a total is estimated, svy at the mean of all
units' totals, as R's manual says and Stata does: test_survey_estimates.py has it by hand."""


@pytest.mark.parametrize("name", DESIGNS)
def test_the_invented_sample_is_estimated_as_r_does(name: str) -> None:
    drawn = invented(name)
    for row in rows(name):
        if (row["design"], row["statistic"]) != OTHERWISE_CENTRED:
            same(drawn, row)


MARGINS = {"sex": {"F": 160, "M": 210}, "region": {"N": 200, "S": 170}}
CALIBRATIONS: dict[str, tuple[Margins, Method]] = {
    "linear": (MARGINS, "linear"),
    "raking": (MARGINS, "raking"),
    "logit": (MARGINS, "logit"),
    "poststratified": ({"sex": MARGINS["sex"]}, "linear"),
}


@pytest.mark.parametrize("name", CALIBRATIONS)
def test_calibrated_weights_and_their_errors_are_those_of_r(name: str) -> None:
    margins, method = CALIBRATIONS[name]
    drawn = invented("with_replacement")
    made = calibrated(drawn, margins, method, bounds=(0.4, 2.2))
    factors = (made.data["calibrated_weight"] / drawn.data["weight"]).to_list()
    kept = rows(f"calibrated {name}")
    assert factors == pytest.approx(
        [row["value"] for row in kept if row["statistic"] == "factor"], rel=SIX_DIGITS
    )
    for row in kept:
        if row["statistic"] != "factor":
            same(made, row)


@pytest.fixture(scope="module")
def schools(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """R's samples of schools, written by R."""
    rscript = shutil.which("Rscript")
    wanted = "quit(status = !requireNamespace('survey', quietly = TRUE))"
    if not rscript or subprocess.run([rscript, "-e", wanted], check=False).returncode:
        pytest.skip("R and its package survey are not installed")
    folder = tmp_path_factory.mktemp("schools")
    subprocess.run([rscript, str(SCRIPT), "--api", str(folder)], check=True)
    again = folder / "golden.csv"
    subprocess.run([rscript, str(SCRIPT), str(INVENTED), str(again)], check=True)
    return folder


def school_sample(folder: Path, name: str) -> "Sample":
    file, design = SCHOOLS[name]
    return sample(pl.read_csv(folder / f"{file}.csv", infer_schema_length=None), design)


@pytest.mark.parametrize("name", SCHOOLS)
def test_the_samples_of_schools_are_estimated_as_r_does(schools: Path, name: str) -> None:
    drawn = school_sample(schools, name)
    for row in rows(name):
        same(drawn, row)


def test_r_finds_the_numbers_that_are_kept(schools: Path) -> None:
    again = pl.read_csv(schools / "golden.csv", null_values="NA", infer_schema_length=None)
    keys = ("design", "statistic", "columns", "domain")
    assert again.select(keys).fill_null("").equals(golden().select(keys).fill_null(""))
    for name in ("value", "standard_error", "freedom", "design_effect"):
        assert again[name].fill_null(0).to_list() == pytest.approx(
            golden()[name].fill_null(0).to_list(), rel=1e-9
        )


PRINTED = """
    dstrat | mean  | api00  | 662.29    | 9.4089
    dstrat | total | enroll | 3,687,178 | 114,642
    dclus1 | mean  | api00  | 644.17    | 23.542
    dclus1 | total | enroll | 3,404,940 | 932,235
    dclus2 | mean  | api00  | 670.81    | 30.099
"""


@pytest.mark.parametrize("line", PRINTED.strip().splitlines())
def test_the_printed_values_of_the_package_come_out_to_every_digit(
    schools: Path, line: str
) -> None:
    name, statistic, column, value, error = (cell.strip() for cell in line.split("|"))
    made = found(school_sample(schools, name), statistic, column, "")
    assert as_printed(made.value, value) == value
    assert as_printed(made.standard_error, error) == error


def as_printed(value: float | None, like: str) -> str:
    """The value with as many decimals as `like`, thousands apart where it has them."""
    assert value is not None
    return f"{value:{',' if ',' in like else ''}.{len(like.partition('.')[2])}f}"
