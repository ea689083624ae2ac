"""The corrections of sources: each names a column that is decoded, and a code that is known."""

import ast
import csv
from datetime import date
from itertools import combinations

from warehouse.codes import known_codes
from warehouse.contracts.contract import contracts
from warehouse.periods import require_period
from warehouse.settings import settings
from warehouse.source_code import matched

Row = dict[str, str]

DBT = settings().dbt_dir
COLUMNS = [
    *("contract", "first_period", "last_period", "column_name", "source_value"),
    *("corrected_value", "reason", "provider", "status", "is_specimen", "reported_at"),
]


def corrections() -> list[Row]:
    with (DBT / "seeds" / "corrections" / "correction.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def variables_of(contract_id: str) -> dict[str, str]:
    """The columns of a contract's fact that are decoded, each with its variable."""
    facts: dict[str, dict[str, dict[str, str]]] = {}
    for path in (DBT / "macros" / "facts").glob("*.sql"):
        text = path.read_text("utf-8")
        facts |= ast.literal_eval(text.split("return(", 1)[1].split(") }}", 1)[0])
    return facts[contracts()[contract_id].fact]["codes"]


def test_the_file_has_the_agreed_columns_and_words() -> None:
    rows = corrections()
    assert rows
    assert [list(row) for row in rows] == [COLUMNS] * len(rows)
    assert {row["status"] for row in rows} <= {"active", "retired"}
    assert {row["is_specimen"] for row in rows} <= {"true", "false"}
    assert [
        row for row in rows if not row["reason"] or not date.fromisoformat(row["reported_at"])
    ] == []


def test_a_correction_concerns_a_contract_of_its_provider_and_periods_of_its_kind() -> None:
    for row in corrections():
        contract = contracts()[row["contract"]]
        assert row["provider"] == contract.provider
        first = require_period(contract, row["first_period"])
        assert first <= require_period(contract, row["last_period"] or first)


def test_a_corrected_value_is_another_code_that_the_build_can_decode() -> None:
    for row in corrections():
        variable = variables_of(row["contract"])[row["column_name"]]
        known = known_codes(contracts()[row["contract"]])[variable]
        assert matched(row["corrected_value"]) in known
        assert row["source_value"]
        assert matched(row["corrected_value"]) != matched(row["source_value"])


def test_no_two_active_corrections_of_a_value_overlap() -> None:
    """The build would take the one reported last; the file does not leave it to that."""
    active = [row for row in corrections() if row["status"] == "active"]
    pairs = [(a, b) for a, b in combinations(active, 2) if subject(a) == subject(b)]
    assert [(a, b) for a, b in pairs if starts_within(a, b) or starts_within(b, a)] == []


def subject(row: Row) -> tuple[str, ...]:
    keys = ("contract", "column_name", "is_specimen")
    return (*(row[key] for key in keys), matched(row["source_value"]))


def starts_within(row: Row, other: Row) -> bool:
    last = other["last_period"] or "9999"
    return other["first_period"] <= row["first_period"] <= last
