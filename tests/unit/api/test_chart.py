"""The geometry of charts: round ticks, true distances in time, and gaps that are never bridged."""

import pytest

from api.chart import bar_width, line_chart, nice_ticks, period_index


@pytest.mark.parametrize(
    ("highest", "ticks"),
    [
        (87, [0, 25, 50, 75, 100]),
        (100, [0, 25, 50, 75, 100]),
        (101, [0, 50, 100, 150]),
        (3, [0, 1, 2, 3]),
        (1, [0, 1]),
        (0.4, [0, 0.1, 0.2, 0.3, 0.4]),
        (0, [0, 1]),
        (36_828_330, [0, 10_000_000, 20_000_000, 30_000_000, 40_000_000]),
    ],
)
def test_ticks_are_round_and_reach_the_highest(highest: float, ticks: list[float]) -> None:
    assert nice_ticks(highest) == ticks


def test_the_scale_begins_at_zero() -> None:
    chart = line_chart([("2025-01", 90.0), ("2025-02", 100.0)])
    assert chart.ticks[0].value == 0
    assert chart.ticks[0].at == chart.bottom


def test_a_withheld_figure_breaks_the_line_and_is_marked() -> None:
    chart = line_chart([("2025-01", 5.0), ("2025-02", 6.0), ("2025-03", None), ("2025-04", 7.0)])
    assert [[p.period for p in run] for run in chart.runs] == [["2025-01", "2025-02"], ["2025-04"]]
    assert [gap.period for gap in chart.gaps] == ["2025-03"]


def test_a_gap_at_either_end_leaves_one_run() -> None:
    chart = line_chart([("2025-01", None), ("2025-02", 6.0), ("2025-03", None)])
    assert len(chart.runs) == 1


def test_periods_keep_their_distances() -> None:
    chart = line_chart([("2004", 1.0), ("2014", 1.0), ("2015", 1.0), ("2024", 1.0)])
    first, second, third, last = (point.x for point in chart.points)
    assert (second - first) == pytest.approx((last - first) / 2, abs=0.2)
    assert (third - second) == pytest.approx((last - first) / 20, abs=0.2)


def test_one_period_stands_in_the_middle() -> None:
    chart = line_chart([("2024", 1.0)])
    assert chart.points[0].x == pytest.approx((chart.left + chart.right) / 2, abs=20)


def test_nothing_to_draw_is_no_error() -> None:
    assert line_chart([("2024", None)]).runs == ()


def test_the_last_period_is_always_named() -> None:
    series = [(f"2025-{month:02}", 1.0) for month in range(1, 13)]
    for count in range(1, 13):
        assert line_chart(series[:count]).marks[-1].period == series[count - 1][0]
        assert len(line_chart(series[:count]).marks) <= 5


def test_a_quarter_begins_with_its_first_month() -> None:
    assert period_index("2025-Q2") == period_index("2025-04")


def test_a_campaign_stands_where_its_first_year_does() -> None:
    assert period_index("2016-2017") == period_index("2016")


@pytest.mark.parametrize(
    ("value", "width"), [(50.0, 50.0), (100.0, 100.0), (0.0, 0.0), (None, 0.0), (-3.0, 0.0)]
)
def test_a_bar_is_a_share_of_the_longest(value: float | None, width: float) -> None:
    assert bar_width(value, 100.0) == width
