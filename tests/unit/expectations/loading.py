"""Submissions made by hand for the gate: rows into a detached partition, then accepted or not."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl
from psycopg import Connection
from psycopg.sql import SQL

from warehouse import raw
from warehouse.contracts.contract import contract

Row = Mapping[str, Any]


def load(
    session: Connection,
    contract_id: str,
    period: str,
    rows: Iterable[Row],
    is_specimen: bool = True,
) -> int:
    """A checked submission with `rows` in its detached partition; its number."""
    found = contract(contract_id)
    inserted = session.execute(
        "insert into submission.submission (contract, contract_version, provider, coverage,"
        " period, version, file_name, sha256, size_bytes, state, row_count, error_count,"
        " warning_count, is_specimen, report)"
        " values (%s, '1.0.0', %s, %s, %s, 1, 'f', 'h', 1, 'checked', 0, 0, 0, %s, '{}')"
        " returning id",
        [contract_id, found.provider, found.coverage, period, is_specimen],
    ).fetchone()
    assert inserted is not None
    number = int(inserted[0])
    table = raw.create_partition(session, "raw", contract_id, number)
    written = [{"part": "", "line_number": i, **row} for i, row in enumerate(rows, 1)]
    if written:
        raw.copy_frame(session, table, pl.DataFrame(written, infer_schema_length=None))
    session.execute(
        SQL(
            "insert into submission.part (submission_id, part, label, state, version, row_count,"
            " error_count) select %s, part, '', 'checked', 1, count(*), 0 from {} group by part"
        ).format(table),
        [number],
    )
    _entered(session, number)
    return number


def _entered(session: Connection, number: int) -> None:
    """End the transaction with the entry that its act needs."""
    session.execute(
        "select ledger.append('tester', 'submission_received', %s, '{}')", [f"submission/{number}"]
    )
    session.commit()


def accept(session: Connection, contract_id: str, number: int) -> None:
    """Attach the rows and let the parts count, as the decision does."""
    raw.attach_partition(session, "raw", contract_id, number)
    session.execute(
        "update submission.part as earlier set state = 'superseded'"
        " from submission.submission as s, submission.submission as n, submission.part as fresh"
        " where earlier.submission_id = s.id and n.id = %s and fresh.submission_id = n.id"
        " and s.contract = n.contract and s.period = n.period and s.id <> n.id"
        " and fresh.part = earlier.part and earlier.state = 'accepted'",
        [number],
    )
    session.execute(
        "update submission.part set state = 'accepted' where submission_id = %s", [number]
    )
    session.execute("update submission.submission set state = 'accepted' where id = %s", [number])
    _entered(session, number)


@dataclass(frozen=True)
class Month:
    """One month of declarations: rows, their mean wage in MAD, shares of situations and keys."""

    rows: int = 1000
    wage: int = 5000
    known: float = 0.97
    situations: Mapping[str, float] = field(default_factory=lambda: {"SO": 0.05, "MS": 0.03})
    employers: int = 50
    first_employer: int = 0

    def declarations(self) -> list[Row]:
        """The rows; persons 0 to 9999 and employers 0 to 199 are in the registers."""
        codes = [c for c, s in self.situations.items() for _ in range(round(s * self.rows))]
        return [self._row(i, codes[i] if i < len(codes) else None) for i in range(self.rows)]

    def _row(self, i: int, situation: str | None) -> Row:
        employer = f"affiliate-{self.first_employer + i % self.employers}"
        known = i < self.known * self.rows
        return {
            "part": employer,
            "record_type": "B02",
            "numero_affilie": employer,
            "numero_assure": f"person-{i if known else 100_000 + i}",
            "jours_declares": "26",
            "salaire_reel": f"{(self.wage + i % 2 * 100 - 50) * 100:013}",
            "situation": situation,
        }


def registers(session: Connection, period: str = "2025-01") -> None:
    """Accepted registers of 10,000 insured persons and 200 employers."""
    persons = [
        {"numero_assure": f"person-{i}", "sexe": "F" if i % 3 else "H", "nationalite": "504"}
        for i in range(10_000)
    ]
    employers = [{"numero_affilie": f"affiliate-{i}", "region": "06"} for i in range(200)]
    for contract_id, rows in (("cnss_immatriculations", persons), ("cnss_employers", employers)):
        accept(session, contract_id, load(session, contract_id, period, rows))
