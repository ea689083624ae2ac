"""Whether the robot notices two dataflows that tell the same."""

from itertools import product

import polars as pl

from tests.dataflows import defined
from tests.robot.alike import alike

SEEKERS = defined(id="DF_SEEKERS", ids=["occupation", "sex"])
TENSION = defined(id="DF_TENSION", ids=["occupation", "measure"])
FLOWS = {flow.id: flow for flow in (SEEKERS, TENSION)}
COUNTS = {"1": 7, "2": 12, "3": 3, "4": 40, "5": 12}


def rows(flow: str, cells: dict[tuple[str, str], int]) -> pl.DataFrame:
    """Observations of two months by occupation and the other dimension."""
    other = FLOWS[flow].dimension_ids[1]
    return pl.DataFrame(
        [
            {"occupation": o, other: c, "time_period": month, "freq": "M", "obs_value": str(n)}
            for (o, c), n in cells.items()
            for month in ("2026-01", "2026-02")
        ]
    )


def found(seekers: dict[str, int], vacancies: dict[str, int]) -> list[str]:
    by_sex = {(o, s): n + (s == "M") for (o, n), s in product(seekers.items(), "FM")}
    every = {(o, "_T"): 2 * n + 1 for o, n in seekers.items()}
    tension = {(o, "SEEKERS"): 2 * n + 1 for o, n in COUNTS.items()}
    told = {
        "DF_SEEKERS": rows("DF_SEEKERS", {**by_sex, **every}),
        "DF_TENSION": rows(
            "DF_TENSION", {**tension, **{(o, "VACANCIES"): n for o, n in vacancies.items()}}
        ),
    }
    return [f"{a.one} {a.other} {','.join(a.by)} {a.cells}" for a in alike(told, FLOWS)]


def test_tables_of_two_dataflows_that_are_equal_are_noticed() -> None:
    other = {occupation: n + 100 for occupation, n in COUNTS.items()}
    assert found(COUNTS, other) == ["DF_SEEKERS() DF_TENSION(measure=SEEKERS) occupation 10"]


def test_a_table_at_a_fixed_code_is_compared_too() -> None:
    """The vacancies are the seeking women of each occupation."""
    assert found(COUNTS, COUNTS)[1:] == [
        "DF_SEEKERS(sex=F) DF_TENSION(measure=VACANCIES) occupation 10"
    ]


def test_tables_that_differ_in_one_cell_of_five_are_not_alike() -> None:
    other = {occupation: n + 100 for occupation, n in COUNTS.items()}
    assert found({**COUNTS, "3": 4}, other) == []


def test_equal_counts_of_two_values_are_no_sign() -> None:
    other = {occupation: n + 100 for occupation, n in COUNTS.items()}
    assert found(dict.fromkeys("1234", 2), other | dict.fromkeys("1234", 5)) == []
