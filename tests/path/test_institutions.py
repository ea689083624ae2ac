"""The other institutions' extracts, from specimen to harmonised: nothing is lost on the way."""

from pathlib import Path
from typing import NamedTuple

import polars as pl
import pytest

from warehouse.build import build
from warehouse.contracts.contract import contract
from warehouse.database import connect
from warehouse.reading import open_extract
from warehouse.specimen import SpecimenFile, generate
from warehouse.submission import receive_file

pytestmark = pytest.mark.path


class Extract(NamedTuple):
    """A contract, its harmonised table, and the figure that must arrive there unchanged."""

    contract: str
    table: str
    received: str
    held: str


EXTRACTS = [
    Extract("dgsn_border_crossings", "border_crossing", "nombre", "crossing_count"),
]


@pytest.fixture(scope="module")
def files(module_database: str, tmp_path_factory: pytest.TempPathFactory) -> list[SpecimenFile]:
    """Three months of specimen, received and built with dbt's own tests."""
    made = generate(tmp_path_factory.mktemp("specimen"), months=3, scale=0.001)
    wanted = {extract.contract for extract in EXTRACTS}
    sent = [file for file in made if file.contract in wanted]
    for file in sent:
        report = receive_file(file.path, file.contract, file.period, is_specimen=True)
        assert report.state == "accepted", file.path.name
    assert build(test=True).steps > 0
    return sent


def received(path: Path, contract_id: str) -> pl.DataFrame:
    return pl.concat(open_extract(path, contract(contract_id)).batches())


@pytest.mark.parametrize("extract", EXTRACTS, ids=lambda e: e.contract)
def test_harmonised_totals_are_those_received(files: list[SpecimenFile], extract: Extract) -> None:
    """With the rows of unknown codes: _U is a code like any other."""
    expected: dict[str, float] = {}
    for file in files:
        if file.contract == extract.contract:
            values = received(file.path, extract.contract)[extract.received]
            expected[file.period] = float(values.cast(pl.Float64).sum())
    with connect("simimo_analyst") as session:
        rows = session.execute(
            f"select period, sum({extract.held}) from harmonised.{extract.table} "
            "where contract = %s group by period",
            [extract.contract],
        ).fetchall()
    assert {period: float(value) for period, value in rows} == pytest.approx(expected)
    assert expected
