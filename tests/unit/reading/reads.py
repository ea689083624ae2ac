"""What the reading tests share: read bytes as an extract, and look at what came of them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl
import pytest

from warehouse.contracts.contract import Column, Contract, contract
from warehouse.errors import Unreadable
from warehouse.findings import Finding
from warehouse.reading import open_extract

EMPLOYERS = contract("cnss_employers")
DECLARATIONS = contract("cnss_declarations")
HEADINGS = [c.name for c in EMPLOYERS.columns]
ROW = ["0001234", "000123456000078", "ENTREPRISE INVENTÉE", "4711", "06", "25", "12/01/2015"]


@dataclass(frozen=True)
class Read:
    """An extract read to its end."""

    rows: pl.DataFrame
    findings: tuple[Finding, ...]
    format: str

    def column(self, name: str) -> list[str | None]:
        return self.rows[name].to_list()

    def rules(self) -> list[str]:
        """The rules broken, without those that tests of something else need not name."""
        return [f.rule for f in self.findings if f.rule != "absent_column"]

    def finding(self, rule: str) -> Finding:
        return next(f for f in self.findings if f.rule == rule)


def read_file(path: Path, read_as: Contract = EMPLOYERS) -> Read:
    extract = open_extract(path, read_as)
    rows = pl.concat(list(extract.batches()))
    return Read(rows, tuple(extract.findings), extract.format)


def read_bytes(
    folder: Path, data: bytes, read_as: Contract = EMPLOYERS, name: str = "extract.dat"
) -> Read:
    path = folder / name
    path.write_bytes(data)
    return read_file(path, read_as)


def fault_of(
    folder: Path, data: bytes, read_as: Contract = EMPLOYERS, name: str = "extract.dat"
) -> Unreadable:
    """The fault that stops the reading of `data`; its sentences exist in three languages."""
    with pytest.raises(Unreadable) as caught:
        read_bytes(folder, data, read_as, name)
    fault = caught.value
    for lang in ("fr", "ar", "en"):
        assert "{" not in fault.text(lang) + fault.hint(lang)
    return fault


def csv_bytes(
    *rows: list[str], delimiter: str = ";", end: str = "\n", encoding: str = "utf-8"
) -> bytes:
    return "".join(delimiter.join(row) + end for row in rows).encode(encoding)


def contract_of(*names: str, labels: Mapping[str, str] | None = None) -> Contract:
    """A contract of text columns with these names."""
    columns = tuple(
        Column(name, labels or {"fr": name, "ar": name, "en": name}, "text") for name in names
    )
    return replace(EMPLOYERS, id="made_up", columns=columns, primary_key=names[:1])
