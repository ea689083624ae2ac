"""How near a dominated sum comes to who knows all numbers of workers, as a statistician reads it.

Of SN eight workers are paid 344000 dirhams, the best paid 300000 and the next 9000. Its mean is
withheld, and one other with it. Both sums together are published; no sum is below zero. Every wage
is invented.
"""

import polars as pl
import pytest

from tests.dataflows import defined
from warehouse.disclosure import Rules, protect

BY_TWO = Rules(5, "records", "published", adds="means", dominance=(2, 85))
SUM, TWO_LARGEST = 344_000, 309_000

WAGES = """
    citizenship mean     workers largest second says   conf
    SN          43000    8       300000  9000   .      T
    CI          {mean}   {n}     4500    4500   {ci}   {ci_conf}
    FR          9000     900     30000   29000  {fr}   {fr_conf}
    _T          {total}  {all}   300000  30000  {total} F
"""


def read(table: str) -> pl.DataFrame:
    header, *lines = [line.split() for line in table.strip().splitlines()]
    return pl.DataFrame(lines, schema=header, orient="row").with_columns(
        freq=pl.lit("M"),
        time_period=pl.lit("2026-01"),
        obs_value="mean",
        obs_count=pl.col("workers").cast(pl.Int64),
        obs_status=pl.lit("A"),
        obs_largest="largest",
        obs_second="second",
    )


@pytest.mark.parametrize(
    ("mean", "workers", "beside"),
    [(3000, 5, "FR"), (4000, 40, "CI")],
    ids=["five_hide_too_little", "forty_hide_it"],
)
def test_a_dominated_sum_stays_as_far_from_known_as_its_rule_asks(
    mean: int, workers: int, beside: str
) -> None:
    """To satisfy (2, 85) the sum would be 363529, 5.7 per cent more. The 15000 of five of CI leave
    it at most 359000, so that the many of FR hide it; the 160000 of forty are enough."""
    number = 8 + workers + 900
    total = round((SUM + mean * workers + 9000 * 900) / number, 2)
    says = {"CI": ("ci", mean), "FR": ("fr", 9000)}
    name, _ = says[beside]
    told = dict(says.values()) | {"ci_conf": "F", "fr_conf": "F", name: ".", f"{name}_conf": "D"}
    rows = read(WAGES.format(mean=mean, n=workers, total=total, all=number, **told))
    found = protect(rows, "national", BY_TWO, defined(ids=["citizenship"], decimals=2)).rows
    assert found["obs_value"].fill_null(".").to_list() == rows["says"].to_list()
    assert found["conf_status"].to_list() == rows["conf"].to_list()

    held = {"CI": workers, "FR": 900, "_T": number}
    sums = {c: float(v) * held[c] for c, v in found["citizenship", "obs_value"].drop_nulls().rows()}
    most = sums.pop("_T") - sum(sums.values())
    assert most >= TWO_LARGEST / 0.85


def test_a_dominated_mean_does_not_follow_from_its_total() -> None:
    """Of SN the best paid has 300000 of 344000: another mean is withheld, or who knows the numbers
    of workers would have the sum of SN, and with it nearly that wage."""
    rows = read("""
        citizenship mean  workers largest second says  conf
        SN          43000 8       300000  9000   .     T
        CI          4200  40      9000    9000   .     D
        FR          9000  90      30000   29000  9000  F
        _T          9544  138     300000  30000  9544  F
    """)
    found = protect(rows, "national", BY_TWO, defined(ids=["citizenship"]))
    assert found.rows["obs_value"].fill_null(".").to_list() == rows["says"].to_list()
    assert found.rows["conf_status"].to_list() == rows["conf"].to_list()
    assert found.audit is not None
    assert found.audit["disclosed"] == 0
