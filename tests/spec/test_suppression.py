"""Primary suppression, as a statistician reads it: a table in, the same table out.

`value` is what the indicator says, `count` the records behind it; the threshold is 5.
A dot is an empty field.
"""

import polars as pl
import pytest

from warehouse.disclosure import Rules, protect

COUNTS = Rules(threshold=5, counted="value_and_records", zero="published")
AMOUNTS = Rules(threshold=5, counted="records", zero="published")
EMPTY_CELLS_TOO = Rules(threshold=5, counted="value_and_records", zero="suppressed")


def rows(table: str) -> list[dict[str, str | None]]:
    header, *lines = [line.split() for line in table.strip().splitlines()]
    return [
        {name: None if field == "." else field for name, field in zip(header, line, strict=True)}
        for line in lines
    ]


def check(table: str, dataflow_rules: Rules | None, kind: str = "national") -> None:
    """Each line holds an observation before, and after, protection."""
    expected = rows(table)
    before = pl.DataFrame(
        {
            "obs_value": [row["value"] for row in expected],
            "obs_count": [row["count"] and int(row["count"]) for row in expected],
            "obs_status": [row["status"] for row in expected],
        },
        schema={"obs_value": pl.String, "obs_count": pl.Int64, "obs_status": pl.String},
    )
    after = protect(before, kind, dataflow_rules).rows  # type: ignore[arg-type]
    assert after.rows(named=True) == [
        {"obs_value": row["said"], "obs_status": row["obs"], "conf_status": row["conf"]}
        for row in expected
    ]


def test_counts_from_one_to_four_are_withheld() -> None:
    check(
        """
        value count status   said  obs  conf
        0     0     A        0     A    F
        1     1     A        .     Q    A
        4     4     A        .     Q    A
        5     5     A        5     A    F
        6     6     A        6     A    F
        """,
        COUNTS,
    )


def test_an_estimate_that_its_model_withholds_is_not_for_publication() -> None:
    """Its respondents are enough, its error is too large; of too few it is A all the same."""
    check(
        """
        value count status   said  obs  conf
        .     40    Q        .     Q    N
        .     4     Q        .     Q    A
        120   40    U        120   U    F
        """,
        AMOUNTS,
    )


def test_few_persons_are_withheld_however_many_records_they_have() -> None:
    check(
        """
        value count status   said  obs  conf
        4     9     A        .     Q    A
        9     4     A        .     Q    A
        5     9     A        5     A    F
        """,
        COUNTS,
    )


def test_a_mean_is_withheld_when_few_stand_behind_it() -> None:
    check(
        """
        value    count status   said     obs  conf
        5152.35  1     A        .        Q    A
        5152.35  4     A        .        Q    A
        5152.35  5     A        5152.35  A    F
        5152.35  6     A        5152.35  A    F
        3.00     6     A        3.00     A    F
        .        0     M        .        M    F
        """,
        AMOUNTS,
    )


def test_the_rule_of_zero_is_the_authoritys() -> None:
    check(
        """
        value count status   said  obs  conf
        0     0     A        .     Q    A
        4     4     A        .     Q    A
        5     5     A        5     A    F
        """,
        EMPTY_CELLS_TOO,
    )


def test_an_estimate_between_zero_and_one_is_somebody() -> None:
    check(
        """
        value count status   said  obs  conf
        0.4   0     E        .     Q    A
        4.2   7     E        4.2   E    F
        """,
        COUNTS,
    )


def test_a_figure_that_does_not_tell_its_contributors_is_withheld() -> None:
    check(
        """
        value count status   said  obs  conf
        120   .     A        .     Q    A
        """,
        COUNTS,
    )


def test_the_status_of_a_published_figure_stays() -> None:
    check(
        """
        value count status   said  obs  conf
        40    40    P        40    P    F
        40    40    B        40    B    F
        3     3     P        .     Q    A
        40    40    .        40    A    F
        .     .     .        .     O    F
        """,
        COUNTS,
    )


def test_figures_of_others_pass_as_they_were_published() -> None:
    check(
        """
        value count status   said  obs  conf
        1     .     A        1     A    F
        4     1     B        4     B    F
        0     .     .        0     A    F
        .     .     M        .     M    F
        .     .     .        .     O    F
        .     .     Q        .     Q    C
        """,
        None,
        kind="public",
    )


@pytest.mark.parametrize("threshold", [3, 4, 10])
def test_the_boundary_follows_the_threshold(threshold: int) -> None:
    check(
        f"""
        value          count          status   said           obs  conf
        {threshold - 1}  {threshold - 1}  A        .              Q    A
        {threshold}    {threshold}    A        {threshold}    A    F
        {threshold + 1}  {threshold + 1}  A        {threshold + 1}  A    F
        """,
        Rules(threshold=threshold, counted="value_and_records", zero="published"),
    )
