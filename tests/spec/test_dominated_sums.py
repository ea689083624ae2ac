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
    CI          {mean}   {n}     4500    4500   .      D
    FR          9000     900     30000   29000  9000   F
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
    ("mean", "workers", "most", "per_cent"),
    [(3000, 5, 359_000, 4.4), (4000, 40, 504_000, 46.5)],
    ids=["few_beside_it", "many_beside_it"],
)
def test_what_is_withheld_beside_a_dominated_sum_bounds_it(
    mean: int, workers: int, most: int, per_cent: float
) -> None:
    """The sum is not computed, but the five of CI leave it nearer than the rule would: to satisfy
    (2, 85) by itself it would be 363529, 5.7 per cent more. Below it nothing is known but zero."""
    beside, others, number = mean * workers, 9000 * 900, 8 + workers + 900
    total = round((SUM + beside + others) / number, 2)
    rows = read(WAGES.format(mean=mean, n=workers, total=total, all=number))
    found = protect(rows, "national", BY_TWO, defined(ids=["citizenship"], decimals=2)).rows
    assert found["obs_value"].fill_null(".").to_list() == rows["says"].to_list()
    assert found["conf_status"].to_list() == rows["conf"].to_list()

    told = dict(found.select("citizenship", "obs_value").drop_nulls().iter_rows())
    bound = float(told["_T"]) * number - float(told["FR"]) * 900
    assert bound == pytest.approx(most, abs=0.005 * number)
    assert round(100 * (bound / SUM - 1), 1) == per_cent
    satisfies_the_rule = bound >= TWO_LARGEST / 0.85
    assert satisfies_the_rule == (workers == 40)
