"""One filled row of an extract, of a person who does not exist, for its template and sheet."""

from datetime import date

from warehouse.contracts.contract import Column, Contract
from warehouse.documents.choices import choices
from warehouse.periods import EXAMPLES, last_day

IDENTIFIERS = {
    "cin": "ZZ10001",
    "passport": "ZZ0000101",
    "residence_title": "Z000101Z",
    "cnss_number": "000000101",
    "affiliate": "0000101",
    "ice": "000000000000101",
    "anapec_number": "000000101",
}
"""Identifiers that no institution can have issued, by type."""
OTHER_IDENTIFIER = "ZZ000101"
NAMES = {"family_name": "ALAMI", "given_name": "FATIMA"}
ADULT_YEARS = 30


def example_period(contract: Contract) -> str:
    """The period that the examples of a contract are of (e.g. 2026-03)."""
    return EXAMPLES[contract.frequency]


def example_row(contract: Contract) -> dict[str, str]:
    """The text of each column, as an institution would write it for the example's period."""
    return {column.name: example(contract, column) for column in contract.columns}


def example(contract: Contract, column: Column) -> str:
    """What a column may hold: the contract's own example, else one of its kind; '' for none."""
    if column.example is not None:
        return column.example
    if column.identifier_type:
        return IDENTIFIERS.get(column.identifier_type, OTHER_IDENTIFIER)
    if column.type in ("date", "month"):
        return _moment(contract, column)
    if column.type in ("integer", "decimal"):
        return str(column.minimum or 1)
    found = choices(contract, column, last_day(example_period(contract)))
    return found[0].source_code if found else NAMES.get(column.identity_role or "", "")


def _moment(contract: Contract, column: Column) -> str:
    """The last day of the example's period; for a birth, that of an adult."""
    last = last_day(example_period(contract))
    if column.type == "month":
        return last.strftime("%Y%m")
    is_birth = column.identity_role == "birth_date"
    day = date(last.year - ADULT_YEARS, last.month, 1) if is_birth else last
    return day.strftime(column.date_formats[0])
