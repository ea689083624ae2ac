"""The extracts of the ministry and of ANAPEC on embedded PostgreSQL: no row is lost on the way."""

from pathlib import Path

import pytest

from warehouse.build import build
from warehouse.contracts.contract import contract
from warehouse.database import connect
from warehouse.specimen import generate
from warehouse.submission import receive_file

pytestmark = pytest.mark.path

CONTRACTS = [
    "miepeec_contract_visas",
    "anapec_journeys",
    "anapec_placements_morocco",
    "anapec_seasonal_workers",
    "anapec_reintegration",
    "anapec_associations",
]


@pytest.fixture(scope="module")
def received(
    module_database: str, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, dict[str, int]]:
    """Rows received by contract and period, of files accepted and built, dbt's tests passed."""
    rows: dict[str, dict[str, int]] = {name: {} for name in CONTRACTS}
    for file in generate(tmp_path_factory.mktemp("specimen"), months=4, scale=0.004):
        if file.contract in CONTRACTS:
            report = receive_file(Path(file.path), file.contract, file.period, is_specimen=True)
            assert report.state == "accepted", file.path.name
            rows[file.contract][file.period] = report.rows
    assert build(test=True).is_full
    return rows


@pytest.mark.parametrize("contract_id", [c for c in CONTRACTS if c != "anapec_associations"])
def test_harmonised_totals_equal_the_rows_received(
    received: dict[str, dict[str, int]], contract_id: str
) -> None:
    """Rows of every code column, unknown codes among them, add up to what was received."""
    with connect() as session:
        counted = session.execute(
            "select period, column_name, sum(row_count) from harmonised.code_count "
            # A job title is counted beside the code of the same row.
            "where contract = %s and variable <> 'occupation_title' group by 1, 2",
            [contract_id],
        ).fetchall()
    assert len(counted) > 1
    expected = received[contract_id]
    if contract(contract_id).coverage == "cumulative":
        newest = max(expected)
        expected = {newest: expected[newest]}
    assert {(period, int(total)) for period, _, total in counted} == set(expected.items())


def test_every_code_of_a_list_becomes_a_row(received: dict[str, dict[str, int]]) -> None:
    """As many rows of a service as codes stand in the cells; as many associations as received."""
    with connect() as session:
        told, listed, associations, unknown = session.execute(
            """
            select
                (
                    select sum(cardinality(string_to_array(services, ';')))
                    from raw.anapec_associations
                    where submission_id in (
                        select submission_id from submission.current_submission
                        where contract = 'anapec_associations'
                    )
                ),
                count(service_source_code),
                count(distinct record_id),
                sum(case when service_code = '_U' then 1 else 0 end)
            from harmonised.association
            """
        ).fetchone() or (0, 0, 0, 1)
    assert int(told) == listed > associations == max(received["anapec_associations"].values())
    assert unknown == 0


@pytest.mark.parametrize("contract_id", CONTRACTS)
def test_nothing_that_identifies_is_kept_in_clear(
    received: dict[str, dict[str, int]], contract_id: str
) -> None:
    """Identifiers are pseudonyms of 32 digits; names and numbers without a type are no column."""
    found = contract(contract_id)
    with connect() as session:
        for column in found.raw_columns:
            if column.identifier_type:
                values = session.execute(
                    f'select distinct "{column.name}" from raw.{contract_id} '
                    f'where "{column.name}" is not null'
                ).fetchall()
                assert values
                assert {len(value) for (value,) in values} == {32}
