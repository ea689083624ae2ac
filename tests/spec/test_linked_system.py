"""All tables of a dataflow as one system, as a statistician reads it: rows in, rows out.

`value` counts persons; `says` is what is published, `.` where it is withheld, `conf` why.
"""

from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from tests.dataflows import defined
from warehouse.disclosure import Rules, protect
from warehouse.disclosure.problem import NegativeCell, NotAdditive, NotProtectable
from warehouse.disclosure.rules import InvalidRules, Summed, rules_in
from warehouse.disclosure.system import NoDeclaredTables, system
from warehouse.indicator import Dataflow

COUNTS = Rules(5, "value_and_records", "published")


def read(table: str) -> pl.DataFrame:
    header, *lines = [line.split() for line in table.strip().splitlines()]
    rows = pl.DataFrame(lines, schema=header, orient="row")
    if "period" not in header:
        rows = rows.with_columns(period=pl.lit("2026-01"))
    period = pl.col("period")
    freq = pl.when(period.str.contains("Q")).then(pl.lit("Q")).otherwise(pl.lit("M"))
    return rows.with_columns(
        freq=pl.when(period.str.len_chars() == 4).then(pl.lit("A")).otherwise(freq),
        obs_value=pl.col("value"),
        obs_count=pl.col("value").cast(pl.Float64).ceil().cast(pl.Int64),
        obs_status=pl.lit("A"),
    ).rename({"period": "time_period"})


def check(table: str, flow: Dataflow, rules: Rules = COUNTS, **given: Any) -> None:
    rows = read(table)
    found = protect(rows, "national", rules, flow, **given).rows
    assert found["obs_value"].fill_null(".").to_list() == rows["says"].to_list()
    assert found["conf_status"].to_list() == rows["conf"].to_list()


def test_a_withheld_cell_hides_with_another_of_its_row_and_column() -> None:
    check(
        """
        citizenship sex value says conf
        SN          F   3     .    A
        SN          M   9     .    D
        SN          _T  12    12   F
        CI          F   8     .    D
        CI          M   20    .    D
        CI          _T  28    28   F
        _T          F   11    11   F
        _T          M   29    29   F
        _T          _T  40    40   F
        """,
        defined(),
    )


GROUPED = defined(
    ids=["citizenship", "citizenship_group"], tables=[["citizenship"], ["citizenship_group"]]
)
PARENTS = {"cl_area": {"SN": "WAF", "CI": "WAF", "FR": "WEU", "WAF": None, "WEU": None}}


def test_a_group_of_citizenships_is_the_sum_of_its_citizenships() -> None:
    check(
        """
        citizenship citizenship_group value says conf
        SN          _T                3     .    A
        CI          _T                8     .    D
        FR          _T                6     6    F
        _T          WAF               11    11   F
        _T          WEU               6     6    F
        _T          _T                17    17   F
        """,
        GROUPED,
        parents=PARENTS,
    )


def test_a_group_that_is_not_the_sum_of_its_citizenships_is_refused() -> None:
    rows = read("""
        citizenship citizenship_group value
        SN          _T                9
        FR          _T                6
        _T          WAF               8
        _T          WEU               7
        _T          _T                15
    """)
    with pytest.raises(NotAdditive):
        protect(rows, "national", COUNTS, GROUPED, parents=PARENTS)


MONTHLY = {"ids": ["citizenship"], "tables": [["citizenship"]]}


def test_a_month_is_not_found_from_its_quarter() -> None:
    check(
        """
        citizenship period   value says conf
        SN          2026-01  3     .    A
        SN          2026-02  8     .    D
        SN          2026-03  9     9    F
        SN          2026-Q1  20    20   F
        """,
        defined(**MONTHLY, time_aggregation="sum"),
    )


def test_a_table_of_the_year_needs_no_months() -> None:
    """Its cells add up within the year; no month tells anything of them."""
    check(
        """
        citizenship sex period   value says conf
        _T          _T  2026-01  20    20   F
        _T          _T  2026     20    20   F
        SN          F   2026     3     .    A
        SN          M   2026     5     .    D
        SN          _T  2026     8     8    F
        CI          F   2026     6     .    D
        CI          M   2026     6     .    D
        CI          _T  2026     12    12   F
        _T          F   2026     9     9    F
        _T          M   2026     11    11   F
        """,
        defined(
            tables=[[], ["citizenship", "sex"]],
            yearly_tables=[["citizenship", "sex"]],
            time_aggregation="sum",
        ),
    )


def test_a_mean_of_months_is_their_sum_to_who_multiplies() -> None:
    """The mean of 3, 8 and 9 is cheaper to hide than the 8."""
    check(
        """
        citizenship period   value says conf
        SN          2026-01  3     .    A
        SN          2026-02  8     8    F
        SN          2026-03  9     9    F
        SN          2026-Q1  7     .    D
        """,
        defined(**MONTHLY, time_aggregation="mean"),
    )


def test_the_quarter_of_a_stock_is_its_last_month() -> None:
    check(
        """
        citizenship period   value says conf
        SN          2026-02  8     8    F
        SN          2026-03  3     .    A
        SN          2026-Q1  3     .    A
        """,
        defined(**MONTHLY, time_aggregation="end_of_period", stock_flow="stock"),
    )


ONE_MONTH = """
    citizenship period   value says conf
    SN          2026-01  12    .    D
    SN          2026-Q1  4     .    D
    """


def test_a_quarter_of_few_that_is_one_month_of_many_hides_with_it() -> None:
    check(ONE_MONTH, defined(**MONTHLY, time_aggregation="mean"))


def test_a_quarter_that_follows_from_published_months_hides_nothing() -> None:
    """The 12 of January were published: that 12, none and none are 4 on the mean finds nobody."""
    check(
        ONE_MONTH.replace("12    .    D", "12    12   F"),
        defined(**MONTHLY, time_aggregation="mean"),
        earlier=pl.DataFrame(
            {
                "citizenship": ["SN"],
                "time_period": ["2026-01"],
                "obs_value": ["12"],
                "conf_status": ["F"],
            }
        ),
    )


EARLIER = pl.DataFrame(
    {
        "citizenship": ["SN", "CI", "_T"],
        "time_period": ["2026-01"] * 3,
        "obs_value": [None, "8", None],
        "conf_status": ["A", "F", "D"],
    }
)


def test_what_an_earlier_release_published_or_withheld_stays_so() -> None:
    """CI was published with 8 and the total withheld: nothing else may hide SN."""
    check(
        """
        citizenship value says conf
        SN          3     .    A
        CI          8     8    F
        FR          9     9    F
        _T          20    .    D
        """,
        defined(**MONTHLY),
        earlier=EARLIER,
    )


DECISIONS = defined(ids=["citizenship", "status"], tables=[["citizenship"], ["status"]])
FOUR_DECISIONS = """
    citizenship status  value says conf
    SN          _T      1     .    A
    CI          _T      1     .    A
    ML          _T      1     .    A
    FR          _T      1     .    A
    _T          GRANTED 4     .    D
    _T          _T      4     .    D
    """


def test_a_letter_that_would_give_cells_away_is_not_told() -> None:
    """A on GRANTED says at most 4, four countries make at least 4: each would be known to be 1."""
    check(FOUR_DECISIONS, DECISIONS)


def test_the_next_release_says_the_same_whatever_the_order_of_its_rows() -> None:
    rows = read(FOUR_DECISIONS)
    first = protect(rows, "national", COUNTS, DECISIONS).rows
    again = protect(rows.reverse(), "national", COUNTS, DECISIONS, earlier=first).rows
    assert again.reverse().equals(first)


def test_a_letter_told_before_stays_known() -> None:
    """Who read A on GRANTED knows that it is at most 4: D in its place hides nobody any more."""
    told = read(FOUR_DECISIONS).select(
        *("citizenship", "status", "time_period"),
        obs_value=pl.lit(None, pl.String),
        conf_status=pl.when(pl.col("status") == "GRANTED").then(pl.lit("A")).otherwise(pl.lit("D")),
    )
    with pytest.raises(NotProtectable):
        protect(read(FOUR_DECISIONS), "national", COUNTS, DECISIONS, earlier=told)


def test_a_release_that_would_betray_an_earlier_one_is_refused() -> None:
    everything = EARLIER.with_columns(
        obs_value=pl.Series(["20", "8", "11"]), conf_status=pl.lit("F")
    )
    rows = read("""
        citizenship value
        SN          3
        CI          8
        _T          11
    """)
    with pytest.raises(NotProtectable):
        protect(rows, "national", COUNTS, defined(**MONTHLY), earlier=everything)


def test_means_hide_as_the_sums_behind_them_do() -> None:
    """Each mean times its known number of workers is a table: two sums must be unknown."""
    rows = read("""
        citizenship value
        SN          5100
        CI          4200
        FR          9000
        _T          6000
    """).with_columns(obs_count=pl.Series([3, 40, 90, 133]))
    found = protect(rows, "national", Rules(5, "records", "published", adds="means"),
                    defined(**MONTHLY)).rows  # fmt: skip
    assert found["conf_status"].to_list() == ["A", "D", "F", "F"]


def test_a_rate_is_withheld_with_the_count_that_it_would_tell() -> None:
    ids = ["citizenship", "measure"]
    check(
        """
        citizenship measure value says conf
        SN          WORKERS 3     .    A
        SN          RATE    30    .    D
        CI          WORKERS 8     .    D
        CI          RATE    12    .    D
        FR          WORKERS 9     9    F
        FR          RATE    11    11   F
        _T          WORKERS 20    20   F
        _T          RATE    14    14   F
        """,
        defined(ids=ids),
        Rules(5, "records", "published", summed=Summed("measure", ("WORKERS",))),
    )


DOMINATED = """
    value largest second   one two p
    1000  900     50       O   T   G
    1000  600     300      F   T   G
    1000  600     200      F   F   F
    1000  500     100      F   F   F
"""


@pytest.mark.parametrize(
    ("column", "changes"),
    [("one", {"dominance": (1, 85)}), ("two", {"dominance": (2, 85)}), ("p", {"p_percent": 20})],
)
def test_dominance_and_the_p_per_cent_rule(column: str, changes: dict[str, Any]) -> None:
    header, *lines = [line.split() for line in DOMINATED.strip().splitlines()]
    told = pl.DataFrame(lines, schema=header, orient="row")
    rows = told.select(
        obs_value="value",
        obs_count=pl.lit(20, dtype=pl.Int64),
        obs_status=pl.lit("A"),
        obs_largest="largest",
        obs_second="second",
    )
    found = protect(rows, "national", Rules(5, "records", "published", adds="amounts", **changes))
    assert found.rows["conf_status"].to_list() == told[column].to_list()
    assert "obs_largest" not in found.rows.columns


# Wages in dirhams: the sum behind a mean is the mean times its workers, here 200000 in each cell.
DOMINATED_MEANS = """
    mean  workers largest second   one two p
    20000 10      180000  2000     O   T   G
    20000 10      120000  60000    F   T   F
    20000 10      120000  40000    F   F   F
    20000 10      170000  .        F   F   F
    20000 10      170001  .        O   T   F
    40000 5       150000  25000    F   T   F
    50000 4       60000   50000    A   A   A
    20000 10      .       .        A   A   A
    0     10      0       0        F   F   F
"""


@pytest.mark.parametrize(
    ("column", "changes"),
    [("one", {"dominance": (1, 85)}), ("two", {"dominance": (2, 85)}), ("p", {"p_percent": 15})],
)
def test_of_a_mean_the_sum_behind_it_may_be_dominated(column: str, changes: dict[str, Any]) -> None:
    """The largest wage is held to the sum of all, never to the mean; where it is not told: A.

    Two contributors and 85 per cent withhold all that 15 per cent between the two would.
    """
    header, *lines = [line.split() for line in DOMINATED_MEANS.strip().splitlines()]
    told = pl.DataFrame(lines, schema=header, orient="row")
    rows = told.select(
        obs_value="mean",
        obs_count=pl.col("workers").cast(pl.Int64),
        obs_status=pl.lit("A"),
        obs_largest=pl.col("largest").replace(".", None),
        obs_second=pl.col("second").replace(".", None),
    )
    found = protect(rows, "national", Rules(5, "records", "published", adds="means", **changes))
    assert found.rows["conf_status"].to_list() == told[column].to_list()
    assert found.rows.columns == ["obs_value", "obs_status", "conf_status"]


# Gaps in per cent; the foreigners of each cell earn `amount`, of which the two best paid the rest.
DOMINATED_GAPS = """
    gap   foreigners amount largest second conf
    12.5  8          200000 160000  10001  T
    12.5  8          200000 160000  10000  F
    -40.0 8          200000 160000  10001  T
    0.0   8          200000 160000  10001  T
    -40.0 8          200000 60000   40000  F
    12.5  4          200000 60000   40000  A
    12.5  8          200000 .       .      A
    87.5  8          0      0       0      F
"""


def test_of_a_gap_the_model_tells_the_sum_that_may_be_dominated() -> None:
    """Whatever the gap is, also where foreigners are paid more. A share of persons has no sum."""
    header, *lines = [line.split() for line in DOMINATED_GAPS.strip().splitlines()]
    told = pl.DataFrame(lines, schema=header, orient="row")
    rows = told.select(
        obs_value="gap",
        obs_count=pl.col("foreigners").cast(pl.Int64),
        obs_status=pl.lit("A"),
        obs_largest=pl.col("largest").replace(".", None),
        obs_second=pl.col("second").replace(".", None),
        obs_amount="amount",
    )
    found = protect(
        rows, "national", Rules(5, "records", "published", adds="means", dominance=(2, 85))
    )
    assert found.rows["conf_status"].to_list() == told["conf"].to_list()
    assert found.rows.columns == ["obs_value", "obs_status", "conf_status"]


def test_dominance_without_the_contributions_is_refused() -> None:
    rows = read("citizenship value\nSN 900")
    with pytest.raises(InvalidRules, match="obs_largest"):
        protect(rows, "national", Rules(5, "records", "published", dominance=(1, 85)))


def test_a_full_group_is_withheld_with_the_empty_codes_beside_it() -> None:
    """All six of SN were refused: as long as GRANTED is known to be empty, each of them is."""
    rows = read("""
        citizenship status  value
        SN          REFUSED 6
        SN          _T      6
        CI          REFUSED 9
        CI          GRANTED 7
        CI          _T      16
        _T          REFUSED 15
        _T          GRANTED 7
        _T          _T      22
    """)
    flow = defined(ids=["citizenship", "status"])
    rules = Rules(5, "value_and_records", "published", full_group=("status",))
    found = protect(rows, "national", rules, flow).rows
    told = {(r["citizenship"], r["status"]): r["conf_status"] for r in found.to_dicts()}
    assert told[("SN", "REFUSED")] == told[("SN", "GRANTED")] == "N"
    assert told[("SN", "_T")] == "F"
    assert told[("CI", "REFUSED")] == told[("CI", "GRANTED")] == "D"


def test_faulty_tables_are_refused() -> None:
    rows = read("""
        citizenship value
        SN          9
        CI          8
        _T          18
    """)
    with pytest.raises(NotAdditive, match="1 sums do not add up"):
        protect(rows, "national", COUNTS, defined(**MONTHLY))
    negative = read("citizenship value\nSN -9\nCI 18\n_T 9")
    with pytest.raises(NegativeCell):
        protect(negative, "national", COUNTS, defined(**MONTHLY))
    partless = read("citizenship value\n_T 9")
    with pytest.raises(NotAdditive):
        protect(partless, "national", COUNTS, defined(**MONTHLY))


def test_a_dataflow_without_declared_tables_is_refused() -> None:

    rows = read("citizenship value\nSN 9")
    with pytest.raises(NoDeclaredTables):
        system(rows, replace(defined(**MONTHLY), tables=()))


@pytest.mark.parametrize(
    ("rule", "problem"),
    [
        ({"threshhold": {"value": 5, "reason": "long enough"}}, "threshhold is no rule"),
        ({"threshold": {"value": 5}}, "needs a value and a reason"),
        ({"threshold": {"value": 2, "reason": "low"}}, "below 3"),
        ({"protection": {"value": 4, "reason": "wide"}}, "not from 1 to 3"),
        ({"dominance": {"value": {"n": 3, "k": 80}, "reason": "n"}}, "n is 1 or 2"),
        ({"p_percent": {"value": 0, "reason": "none"}}, "no percentage"),
    ],
)
def test_rules_that_nobody_can_follow_are_refused(rule: dict[str, Any], problem: str) -> None:
    default = {
        "threshold": {"value": 5, "reason": "r"},
        "counted": {"value": "records", "reason": "r"},
        "zero": {"value": "published", "reason": "r"},
    }
    content = {"default": default, "dataflows": {"DF_X": rule}}
    with pytest.raises(InvalidRules, match=problem):
        rules_in(content, "DF_X")
