import numpy as np
import polars as pl

from tests.unit.specimen import ebds_parser
from tests.unit.specimen.conftest import Specimen
from warehouse.specimen.ebds import digits


def frame(specimen: Specimen, period: str) -> pl.DataFrame:
    return pl.DataFrame(
        ebds_parser.records(specimen.path("cnss_declarations", period)), infer_schema_length=None
    )


def test_every_file_of_the_year_adds_up(year: Specimen) -> None:
    for file in year.files:
        if file.contract == "cnss_declarations":
            rows = ebds_parser.records(file.path)
            assert {row["period"] for row in rows} == {file.period.replace("-", "")}


def test_months_come_as_one_long_file_or_as_an_archive(year: Specimen) -> None:
    suffixes = {f.path.suffix for f in year.files if f.contract == "cnss_declarations"}
    assert suffixes == {".txt", ".zip"}


def test_some_workers_worked_no_day(year: Specimen) -> None:
    rows = frame(year, "2025-09")
    absent = rows.filter(pl.col("situation").is_in(["SO", "CS", "MS"]))
    assert {"SO", "CS"} <= set(absent["situation"])
    assert absent["days"].sum() == absent["wage"].sum() == 0
    assert rows.filter(pl.col("days") > 0)["wage"].min() > 0  # type: ignore[operator]


def test_some_workers_have_two_employers(year: Specimen) -> None:
    at_work = frame(year, "2025-11").filter(pl.col("days") > 0)
    employers = at_work.group_by("insured").agg(pl.col("affiliate").n_unique())
    assert employers["affiliate"].max() == 2


def test_complementary_declarations_add_to_the_main_ones(year: Specimen) -> None:
    rows = frame(year, "2025-12")
    complementary = rows.filter(pl.col("name").str.starts_with("DSC1_"))
    main = rows.filter(pl.col("name").str.starts_with("DS_"))
    assert complementary.height > 0
    both = complementary.join(main, on=["affiliate", "insured"])
    assert 0 < both.height < complementary.height
    assert (both["days"] + both["days_right"]).max() <= 26  # type: ignore[operator]


def test_an_entrant_is_declared_once_and_carries_a_card(year: Specimen) -> None:
    rows = frame(year, "2025-10").filter(pl.col("days") > 0)
    entrants = rows.filter(pl.col("kind") == "B04")
    assert entrants.height > 0
    assert entrants.join(
        rows.filter(pl.col("kind") == "B02"), on=["affiliate", "insured"]
    ).is_empty()
    assert (entrants["cin"] != "").mean() > 0.9  # type: ignore[operator]


def test_the_corrected_month_differs_for_a_few_employers(year: Specimen) -> None:
    first, corrected = (
        f.path for f in year.files if f.contract == "cnss_declarations" and f.period == "2025-05"
    )
    wrong = {(r["affiliate"], r["insured"]): r["wage"] for r in ebds_parser.records(first)}
    right = {(r["affiliate"], r["insured"]): r["wage"] for r in ebds_parser.records(corrected)}
    assert 1 <= len({affiliate for affiliate, _ in right}) <= 4
    assert any(key not in wrong for key in right)
    assert any(wrong.get(key, wage) == 10 * wage for key, wage in right.items() if wage)


def test_digits_fill_with_zeros() -> None:
    block = digits(np.array([0, 42, 123_456_789]), 9)
    assert [bytes(row) for row in block] == [b"000000000", b"000000042", b"123456789"]
