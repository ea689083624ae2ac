"""Cells that hold several codes: each code is judged by itself, the cell is counted once."""

import polars as pl
import pytest

from warehouse.checks import CellChecks
from warehouse.codes import known_codes
from warehouse.contracts.contract import contract

ASSOCIATIONS = contract("anapec_associations")


def rules_broken(services: str) -> set[str]:
    row = {column.name: None for column in ASSOCIATIONS.columns} | {
        "numero_association": "AS001",
        "nom_association": "SPECIMEN ASSOCIATION 001",
        "province": "06.141",
        "services": services,
    }
    batch = pl.DataFrame(
        {"line_number": [2], "part": [""], "member": [""]} | {k: [v] for k, v in row.items()},
        schema={"line_number": pl.Int64, "part": pl.String, "member": pl.String}
        | dict.fromkeys(row, pl.String),
    )
    checks = CellChecks(ASSOCIATIONS, "2025", known_codes(ASSOCIATIONS))
    checks.check(batch)
    return {count.rule for count in checks.log.counts if count.column == "services"}


@pytest.mark.parametrize(
    ("services", "broken"),
    [
        ("ACCUEIL", set()),
        ("ACCUEIL;aide juridique", set()),
        ("ACCUEIL ; SANTE ; FORMATION", set()),
        ("ACCUEIL;BAIN", {"unknown_code"}),
        ("BAIN;CRECHE", {"unknown_code"}),
        ("ACCUEIL;0612345678901", {"unlike_code"}),
        ("ACCUEIL|SANTE", {"unknown_code"}),
    ],
)
def test_each_code_of_a_cell_is_judged_by_itself(services: str, broken: set[str]) -> None:
    assert rules_broken(services) == broken
