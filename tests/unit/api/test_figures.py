"""Which figures a page shows: released totals, no nested codes twice, nothing withheld added up."""

import pytest

from api.figures import Figure, Figures, figures_of, total_by
from api.library import Library
from warehouse.filters import UnknownCode

from .fake import FakeReleased

LIBRARY = Library(FakeReleased())


def figures(dataflow: str) -> Figures:
    found = figures_of(LIBRARY, LIBRARY.dataflow(dataflow))
    assert found is not None
    return found


def breakdown(dataflow: str, dimension: str) -> list[str]:
    [found] = [b for b in figures(dataflow).breakdowns if b.dimension == dimension]
    return [figure.key for figure in found.figures]


def test_the_series_holds_every_dimension_at_its_total() -> None:
    found = figures("DF_TITLE_STOCK")
    assert found.held == {"citizenship": "_T", "sex": "_T", "age": "_T"}
    assert [f.key for f in found.series] == [f"2025-{month:02}" for month in range(1, 13)]


def test_the_area_above_all_others_is_the_whole() -> None:
    assert figures("DF_POPULATION").held == {"ref_area": "MA"}


def test_codes_inside_other_codes_are_not_shown_beside_them() -> None:
    assert breakdown("DF_POPULATION", "ref_area") == ["MA-06", "MA-04", "MA-12"]


def test_the_highest_come_first_the_withheld_and_unknown_last() -> None:
    assert breakdown("DF_TITLE_STOCK", "citizenship") == ["SN", "CI", "FR", "GN", "SY", "_U"]


def test_ages_stand_in_their_order() -> None:
    assert breakdown("DF_TITLE_STOCK", "age") == ["Y_LT15", "Y15T24", "Y25T34", "Y_GE65"]


def test_only_finest_cells_of_public_sources_are_added_up() -> None:
    found = figures("DF_UK_SPONSORSHIP")
    assert found.summed == ("citizenship", "sex")
    # 10 for each of two sexes of FR, 11 for each of SN, in the first quarter.
    assert found.series[0] == Figure("2025-Q1", 42.0)
    assert figures("DF_TITLE_STOCK").summed == ()


def test_a_missing_figure_is_no_withheld_one() -> None:
    series = {f.key: f for f in figures("DF_EARNINGS").series}
    assert series["2025-11"] == Figure("2025-11", None, "M")
    assert figures("DF_EARNINGS").remarks(12) == ["P", "O"]


def test_a_sum_with_a_withheld_part_is_withheld() -> None:
    cells = [
        {"sex": "F", "time_period": "2025", "obs_value": "12", "obs_status": "A"},
        {"sex": "M", "time_period": "2025", "obs_value": None, "obs_status": "Q"},
    ]
    assert total_by(cells, "time_period") == [Figure("2025", None, "Q")]


def test_a_sum_with_an_estimated_part_is_estimated() -> None:
    cells = [
        {"sex": "F", "time_period": "2025", "obs_value": "12", "obs_status": "A"},
        {"sex": "M", "time_period": "2025", "obs_value": "13", "obs_status": "E"},
        {"sex": "F", "time_period": "2024", "obs_value": "11", "obs_status": "A"},
    ]
    assert total_by(cells, "time_period") == [
        Figure("2025", 25.0, "E"),
        Figure("2024", 11.0),
    ]


@pytest.mark.parametrize(
    ("freq", "periods", "last"),
    [
        ("M", [f"2025-{month:02}" for month in range(1, 13)], 1776.0),
        ("Q", ["2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4"], 1776.0),
        ("A", ["2025"], 1776.0),
    ],
)
def test_a_page_shows_one_frequency_alone(freq: str, periods: list[str], last: float) -> None:
    found = figures_of(LIBRARY, LIBRARY.dataflow("DF_TITLE_STOCK"), freq)
    assert found is not None
    assert [f.key for f in found.series] == periods
    assert found.series[-1] == Figure(periods[-1], last, "P")
    assert found.last_period == periods[-1]
    [sexes] = [b for b in found.breakdowns if b.dimension == "sex"]
    assert [f.value for f in sexes.figures] == [994.0, 781.0]


def test_a_frequency_that_a_dataflow_lacks_is_refused() -> None:
    with pytest.raises(UnknownCode) as refused:
        figures_of(LIBRARY, LIBRARY.dataflow("DF_POPULATION"), "M")
    assert refused.value.hint("en") == "Known codes: A, all."


def test_a_dataflow_without_observation_has_no_figures() -> None:
    class Empty(FakeReleased):
        def extents(self, number: int) -> dict[str, object]:
            return {}

    library = Library(Empty())
    assert figures_of(library, library.dataflow("DF_POPULATION")) is None
