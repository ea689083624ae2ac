"""Respondents behind estimates, as a statistician reads them: nobody finds the few by subtraction.

`value` is what a statistic says; `n` the respondents behind it; `says` is what is published, `.`
where it is withheld, `conf` why. Every respondent is invented.
"""

from collections.abc import Mapping
from typing import Any

import polars as pl
import pytest

from tests.dataflows import defined
from warehouse.disclosure import Rules, protect
from warehouse.disclosure.problem import NotAdditive
from warehouse.disclosure.rules import InvalidRules, Nesting, Summed, rules_in
from warehouse.indicator import Dataflow

RESPONDENTS = Summed("statistic", ("N",))


def ruled(**within: Mapping[str, str]) -> Rules:
    nestings = tuple(Nesting(dimension, codes) for dimension, codes in within.items())
    return Rules(5, "records", "published", summed=RESPONDENTS, within=nestings)


def read(table: str) -> pl.DataFrame:
    header, *lines = [line.split() for line in table.strip().splitlines()]
    rows = pl.DataFrame(lines, schema=header, orient="row")
    value = pl.col("value").replace("-", None)
    return rows.with_columns(
        freq=pl.lit("A"),
        time_period=pl.lit("2026"),
        obs_value=value,
        obs_count=pl.col("n").cast(pl.Int64),
        obs_status=pl.when(value.is_null()).then(pl.lit("Q")).otherwise(pl.lit("A")),
    )


def check(table: str, flow: Dataflow, rules: Rules) -> None:
    rows = read(table)
    found = protect(rows, "national", rules, flow).rows
    assert found["obs_value"].fill_null(".").to_list() == rows["says"].to_list()
    assert found["conf_status"].to_list() == rows["conf"].to_list()


def surveyed(*ids: str, **changes: Any) -> Dataflow:
    return defined(ids=[*ids, "statistic"], freq="A", time_aggregation="none", **changes)


def test_an_estimate_is_withheld_with_its_respondents() -> None:
    """Else three women, and the total that they stand for, are all less men. What was withheld
    for its error says so where its respondents are told, and D where they are not."""
    check(
        """
        sex statistic value n  says conf
        F   EST       75    3  .    A
        F   N         3     3  .    A
        M   EST       -     9  .    D
        M   CV        40    9  .    D
        M   N         9     9  .    D
        _U  EST       -     12 .    N
        _U  CV        35    12 35   F
        _U  N         12    12 12   F
        _T  EST       700   24 700  F
        _T  N         24    24 24   F
        """,
        surveyed("sex"),
        ruled(),
    )


def test_categories_that_make_up_another_hide_each_other() -> None:
    """Workers less residents are the others: residents are withheld, so that all workers stay."""
    check(
        """
        sex category statistic value n  says conf
        F   IMW      N         8     8  8    F
        F   IMW_RES  N         6     6  .    D
        F   IMW_NRES N         2     2  .    A
        M   IMW      N         12    12 12   F
        M   IMW_RES  N         10    10 .    D
        M   IMW_NRES N         2     2  .    A
        _T  IMW      N         20    20 20   F
        _T  IMW_RES  N         16    16 .    D
        _T  IMW_NRES N         4     4  .    D
        """,
        surveyed("sex", "category"),
        ruled(category={"IMW_RES": "IMW", "IMW_NRES": "IMW"}),
    )


def test_the_few_whom_a_shorter_period_leaves_are_not_found() -> None:
    """Of 12 returnees 9 came within five years: three came before, whom no row tells."""
    check(
        """
        duration statistic value n  says conf
        _T       N         12    12 12   F
        Y_LT5    N         9     9  .    D
        """,
        surveyed("duration"),
        ruled(duration={"M_LT12": "Y_LT5", "Y_LT5": "_T"}),
    )


def test_where_the_shorter_period_leaves_many_all_is_told() -> None:
    check(
        """
        duration statistic value n  says conf
        _T       N         30    30 30   F
        Y_LT5    N         14    14 14   F
        M_LT12   N         5     5  5    F
        """,
        surveyed("duration"),
        ruled(duration={"M_LT12": "Y_LT5", "Y_LT5": "_T"}),
    )


def test_measures_of_the_same_respondents_are_withheld_alike() -> None:
    """Mean and median tell the same numbers: hidden in one, F would be read in the other."""
    check(
        """
        ref_area measure statistic value n  says conf
        MA-01    MEAN    N         3     3  .    A
        MA-01    MEDIAN  N         3     3  .    A
        MA-02    MEAN    N         9     9  .    D
        MA-02    MEDIAN  N         9     9  .    D
        MA-03    MEAN    N         9     9  9    F
        MA-03    MEDIAN  N         9     9  9    F
        _T       MEAN    N         21    21 21   F
        _T       MEDIAN  N         21    21 21   F
        """,
        surveyed("ref_area", "measure"),
        ruled(),
    )


def test_few_outliers_are_not_found_by_leaving_them_out() -> None:
    """Without outliers is told of the whole alone; where they are few, it is not told."""
    check(
        """
        sex measure   statistic value n  says conf
        F   PERSONS   N         9     9  9    F
        M   PERSONS   N         11    11 11   F
        _T  PERSONS   N         20    20 20   F
        _T  PERSONS_X N         18    18 .    D
        """,
        surveyed("sex", "measure"),
        ruled(measure={"PERSONS_X": "PERSONS"}),
    )


def test_corridors_add_up_though_neither_end_is_told_alone() -> None:
    check(
        """
        citizenship destination statistic value n  says conf
        SN          MA          N         3     3  .    A
        MA          FR          N         8     8  .    D
        MA          ES          N         9     9  9    F
        _T          _T          N         20    20 20   F
        """,
        surveyed("citizenship", "destination"),
        ruled(),
    )


def test_more_within_than_there_are_is_refused() -> None:
    rows = read("""
        duration statistic value n
        _T       N         12    12
        Y_LT5    N         14    14
    """)
    with pytest.raises(NotAdditive, match="1 sums do not add up, the first of A/_T/N/2026"):
        protect(rows, "national", ruled(duration={"Y_LT5": "_T"}), surveyed("duration"))


def test_respondents_who_do_not_add_up_are_refused() -> None:
    """As where a question with several answers would count a person twice."""
    rows = read("""
        sex statistic value n
        F   N         8     8
        M   N         9     9
        _T  N         12    12
    """)
    with pytest.raises(NotAdditive):
        protect(rows, "national", ruled(), surveyed("sex"))


@pytest.mark.parametrize(
    ("rule", "problem"),
    [
        (
            {
                "within": [{"dimension": "duration", "codes": {"Y_LT5": "_T"}}],
                "adds": "nothing",
            },
            "counts alone",
        ),
        ({"within": [{"dimension": "duration", "code": {"Y_LT5": "_T"}}]}, "code"),
        ({"summed": {"dimension": "statistic"}}, "codes"),
    ],
)
def test_rules_of_respondents_that_nobody_can_follow_are_refused(
    rule: dict[str, Any], problem: str
) -> None:
    default = {"threshold": 5, "counted": "records", "zero": "published"}
    told = [
        {name: {"value": value, "reason": "r"} for name, value in given.items()}
        for given in (default, rule)
    ]
    with pytest.raises(InvalidRules, match=problem):
        rules_in({"default": told[0], "dataflows": {"DF_X": told[1]}}, "DF_X")


def test_a_rule_of_another_dimension_is_refused() -> None:
    rows = read("sex statistic value n\nF N 9 9\n_T N 9 9")
    with pytest.raises(InvalidRules, match="within names 'duration'"):
        protect(rows, "national", ruled(duration={"Y_LT5": "_T"}), surveyed("sex"))
