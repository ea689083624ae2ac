"""What may not be released at all."""

from dataclasses import replace

import polars as pl
import pytest

from tests.dataflows import defined
from warehouse.disclosure import rules
from warehouse.indicator import Dataflow
from warehouse.release_gate import (
    FaultyObservations,
    RealNationalData,
    Submission,
    behind,
    refuse_faulty,
    refuse_real_national_data,
)

NATIONAL = defined()
PUBLIC = defined(id="DF_MIRROR", kind="public", sources=["oecd_df_mig"])
CODES = {
    "citizenship": frozenset({"SN", "CI", "_T", "_U"}),
    "sex": frozenset({"F", "M", "_T"}),
}


def submission(contract: str, is_specimen: bool) -> Submission:
    return Submission(7, contract, "cnss", "2026-03", 1, "0" * 64, is_specimen)


def observations(*rows: tuple[str | None, str | None, str | None, int | None]) -> pl.DataFrame:
    schema = {"citizenship": pl.String, "sex": pl.String, "obs_value": pl.String}
    frame = pl.DataFrame(rows, schema={**schema, "obs_count": pl.Int64}, orient="row")
    return frame.with_columns(time_period=pl.lit("2026-03"))


ENTRANCES = ["cnss_declarations", "cnss_employers", "cnss_immatriculations"]


@pytest.fixture
def without_secondary(monkeypatch: pytest.MonkeyPatch) -> None:
    """No dataflow has secondary suppression."""
    bare = replace(rules(NATIONAL.id), secondary=False)
    monkeypatch.setattr("warehouse.release_gate.rules", lambda _: bare)


@pytest.mark.usefixtures("without_secondary")
@pytest.mark.parametrize("contract", ENTRANCES)
def test_real_national_data_are_refused_where_only_primary_cells_are_withheld(
    contract: str,
) -> None:
    with pytest.raises(RealNationalData) as refused:
        refuse_real_national_data([NATIONAL], [submission(contract, is_specimen=False)])
    assert refused.value.values["submission"] == 7
    for lang in ("fr", "ar", "en"):
        assert "{" not in refused.value.text(lang) + refused.value.hint(lang)


@pytest.mark.parametrize("contract", ENTRANCES)
def test_real_national_data_pass_where_the_whole_system_is_protected(contract: str) -> None:
    refuse_real_national_data([NATIONAL], [submission(contract, is_specimen=False)])


@pytest.mark.usefixtures("without_secondary")
@pytest.mark.parametrize(
    ("dataflow", "contract", "is_specimen"),
    [
        (NATIONAL, "cnss_declarations", True),
        (NATIONAL, "dgsn_residence_titles", False),
        (PUBLIC, "oecd_df_mig", False),
        (defined(sources=["cnss_declarations", "hcp_population"]), "hcp_population", False),
    ],
    ids=["specimen", "elsewhere", "mirror", "denominator"],
)
def test_what_endangers_nobody_passes(dataflow: Dataflow, contract: str, is_specimen: bool) -> None:
    refuse_real_national_data([dataflow], [submission(contract, is_specimen)])


def test_the_submissions_behind_a_dataflow() -> None:
    sent = [submission("cnss_employers", True), submission("dgsn_residence_titles", True)]
    assert behind(NATIONAL, sent) == sent[:1]


def test_sound_observations_pass() -> None:
    refuse_faulty(observations(("SN", "F", "3", 3), ("_T", "_T", None, None)), NATIONAL, CODES)


@pytest.mark.parametrize(
    ("fault", "rows"),
    [
        ("incomplete", [(None, "F", "3", 3)]),
        ("doubled", [("SN", "F", "3", 3), ("SN", "F", "4", 4)]),
        ("infinite", [("SN", "F", "NaN", 3)]),
        ("uncoded", [("XX", "F", "3", 3)]),
        ("uncounted", [("SN", "F", "3", None)]),
        ("uncounted", [("SN", "F", "3", -1)]),
    ],
)
def test_faulty_observations_are_refused(
    fault: str, rows: list[tuple[str | None, str, str, int | None]]
) -> None:
    with pytest.raises(FaultyObservations) as refused:
        refuse_faulty(observations(*rows), NATIONAL, CODES)
    assert refused.value.key == f"observations_{fault}"
    assert "DF_TEST" in refused.value.text("ar")


def test_a_yearly_table_is_released_by_year_alone() -> None:
    yearly = defined(
        tables=[["citizenship"], ["citizenship", "sex"]],
        yearly_tables=[["citizenship", "sex"]],
        time_aggregation="sum",
    )
    rows = observations(("SN", "_T", "9", 9), ("SN", "F", "9", 9))
    refuse_faulty(rows.with_columns(freq=pl.lit("A")), yearly, CODES)
    refuse_faulty(rows.head(1).with_columns(freq=pl.lit("M")), yearly, CODES)
    with pytest.raises(FaultyObservations) as refused:
        refuse_faulty(rows.with_columns(freq=pl.lit("M")), yearly, CODES)
    assert refused.value.key == "observations_undeclared"


def test_a_yearly_code_is_released_by_year_alone() -> None:
    yearly = defined(yearly_codes={"citizenship": ["SN"]}, time_aggregation="sum")
    rows = observations(("SN", "_T", "9", 9), ("_T", "_T", "9", 9))
    refuse_faulty(rows.with_columns(freq=pl.lit("A")), yearly, CODES)
    refuse_faulty(rows.tail(1).with_columns(freq=pl.lit("M")), yearly, CODES)
    with pytest.raises(FaultyObservations) as refused:
        refuse_faulty(rows.with_columns(freq=pl.lit("Q")), yearly, CODES)
    assert refused.value.key == "observations_undeclared"


def test_only_declared_tables_are_released() -> None:
    narrow = defined(tables=[["citizenship"], ["sex"]])
    margins = observations(("SN", "_T", "9", 9), ("_T", "F", "9", 9), ("_T", "_T", "9", 9))
    refuse_faulty(margins, narrow, CODES)
    with pytest.raises(FaultyObservations) as refused:
        refuse_faulty(observations(("SN", "F", "9", 9)), narrow, CODES)
    assert refused.value.key == "observations_undeclared"
