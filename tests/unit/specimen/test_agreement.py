"""The specimen beside the figures it is calibrated to: the cells, brought to scale 1."""

from pathlib import Path

import pytest

from warehouse.indicator import dataflow
from warehouse.quality import Difference
from warehouse.specimen.agreement import Observed, cell, coherence, wanted_periods
from warehouse.specimen.calibration import calibration
from warehouse.specimen.truth import Made, newest_truth, read_made, write_made

FIFTIETH = Made(scale=0.02, months=12, end="2025-12")
THREE_MONTHS = Made(scale=0.02, months=3, end="2025-12")


def observed(name: str, table: str) -> Observed:
    """Cells by period and dimension=code, all others at their total; a dot is a withheld value."""
    cells: dict[tuple[str, ...], float | None] = {}
    for line in table.strip().splitlines():
        period, *held, value = line.split()
        codes = dict(item.split("=") for item in held)
        key = (period, *(codes.get(d, "_T") for d in dataflow(name).dimension_ids))
        cells[key] = None if value == "." else float(value)
    return cells


def told(name: str, table: str, made: Made = FIFTIETH) -> dict[tuple[str, ...], Difference]:
    """The differences by group of the calibration and codes."""
    found = coherence(dataflow(name), made, observed(name, table))
    return {(figure.id, *figure.codes.values()): figure for figure in found.figures}


def test_a_count_is_divided_by_the_scale() -> None:
    found = told("DF_EMP_DECLARED", "2025-12 70800 \n 2025-12 citizenship=FR 107")
    assert found["declared_employees",].specimen == 3_540_000
    assert found["declared_employees",].difference_percent == 0
    french = found["foreign_workers", "FR"]
    assert (french.published, french.published_period) == (5346, "2017")
    assert french.source["fr"] == "CESE, 2018"
    # 107 workers of a fiftieth are 5,350, four more than published.
    assert (french.specimen, french.counted, french.difference_percent) == (5350, 107, 0.07)


def test_a_mean_stays_as_it_is() -> None:
    found = told("DF_EARNINGS", "2025-12 5203.52 \n 2025-12 sex=F 4737")
    assert found["mean_wage",].specimen == 5203.52
    assert found["mean_wage",].difference_percent == 1.0
    assert found["mean_wage",].counted is None
    assert found["mean_wage", "F"].difference_percent == 0


def test_a_share_is_of_the_total_and_a_source_code_is_decoded() -> None:
    table = """
        2025-12 2000
        2025-12 reason=WORK 1000
        2025-12 ref_area=MA-06 1218
    """
    found = told("DF_TITLE_STOCK", table)
    assert found["residents_reason", "WORK"].specimen == 50
    assert found["residents_reason", "WORK"].difference_percent == -6.19
    assert found["residents_region", "MA-06"].specimen == 60_900


@pytest.mark.parametrize(
    ("unknown", "foreigners"),
    [("2025-12 citizenship=_U 14", 26_250), ("", 26_950), ("2025-12 citizenship=_U .", None)],
)
def test_foreigners_are_the_total_without_nationals_and_unknown(
    unknown: str, foreigners: float | None
) -> None:
    table = f"2025-12 70800 \n 2025-12 citizenship=MA 70261 \n {unknown}".strip()
    found = told("DF_EMP_DECLARED", table).get(("foreign_workers",))
    assert (found.specimen if found else None) == foreigners


def test_withheld_and_unpublished_figures_are_counted_and_not_shown() -> None:
    table = "2025-12 70800 \n 2025-12 citizenship=FR . \n 2025-12 citizenship=MA ."
    flow = dataflow("DF_EMP_DECLARED")
    found = coherence(flow, FIFTIETH, observed(flow.id, table))
    named = [figure for figure in calibration().figures if figure.dataflow == flow.id]
    assert [figure.id for figure in found.figures] == ["declared_employees"]
    assert found.left_out == len(named) - 1


@pytest.mark.parametrize(
    ("group", "breakdown", "codes"),
    [
        ("placements", "_T", {}),
        ("placements", "ES", {"destination": "ES"}),
        ("contract_visas", "_T", {"status": "GRANTED"}),
        ("residents_reason", "ETUDES", {"reason": "STUDY"}),
        ("residents_sex", "M", None),
        ("residents_arrival", "after 2021", None),
        ("foreign_workers_activity", "trade", None),
        ("foreign_high_wages", "wage above 10000 MAD", None),
        ("contract_visas_citizenship", "FR", None),
    ],
)
def test_the_cell_of_a_figure(group: str, breakdown: str, codes: dict[str, str] | None) -> None:
    [figure] = [f for f in calibration().figures if (f.id, f.breakdown) == (group, breakdown)]
    assert cell(figure, dataflow(figure.dataflow)) == codes


@pytest.mark.parametrize(
    ("made", "periods"),
    [
        (FIFTIETH, {"end": "2025-12", "year": "2025"}),
        (THREE_MONTHS, {"end": "2025-12"}),
        (Made(0.02, 12, "2025-11"), {"end": "2025-11"}),
    ],
)
def test_a_year_is_told_where_all_its_months_are_there(made: Made, periods: object) -> None:
    assert wanted_periods(made) == periods


def test_a_flow_is_held_to_its_year_alone() -> None:
    table = "2025 298 \n 2025-12 20"
    assert told("DF_PLACEMENT_ABROAD", table)["placements",].specimen == 14_900
    assert told("DF_PLACEMENT_ABROAD", table, THREE_MONTHS) == {}


def test_a_specimen_says_with_what_it_was_made(tmp_path: Path) -> None:
    truth = tmp_path / "12-months" / "truth"
    write_made(FIFTIETH, truth)
    assert newest_truth(tmp_path) == truth
    assert read_made(truth) == FIFTIETH
    assert read_made(tmp_path) is None
