"""What providers and stewards do to a warehouse, drawn at random: small files of invented persons.

Everything is drawn from one seed, so that a sequence that fails can be run again.
"""

import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from types import SimpleNamespace

import pytest

from tests.factories import write_csv
from tests.unit.reading.ebds import Declaration, Worker
from warehouse import submission
from warehouse.database import connect
from warehouse.findings import Report

MONTHS = ("2025-10", "2025-11", "2025-12", "2026-01", "2026-02", "2026-03")
EMPLOYERS = ("0000001", "0000002", "0000003", "0000004")
WORKERS = range(1, 13)
TITLES = range(1, 61)
EXPIRIES = ("2025-12-31", "2026-02-15", "2027-03-13")
UNKNOWN = ("ATLANTE", "LEMURIENNE")
"""Citizenships that no correspondence knows; few enough in a file for it to be accepted."""


@dataclass
class Operations:
    """A sequence under way: `done` says each step in one line, for the report of a failure."""

    draw: Random
    folder: Path
    done: list[str] = field(default_factory=list)
    _held: list[int] = field(default_factory=list)
    _accepted: list[int] = field(default_factory=list)
    _files: int = 0
    _is_holding: bool = False

    def first_files(self) -> None:
        """One file of each extract, so that the first build has every table to fill."""
        for operation in (
            self.declare,
            self.register_workers,
            self.register_employers,
            self.titles,
            self.placements,
            self.job_seekers,
        ):
            operation()

    def any(self) -> None:
        """One operation, the frequent ones more often."""
        weights: dict[Callable[[], None], int] = {
            self.declare: 4,
            self.complement: 2,
            self.register_workers: 2,
            self.register_employers: 1,
            self.titles: 3,
            self.placements: 1,
            self.job_seekers: 1,
            self.hold: 2,
            self.decide: 2,
            self.withdraw: 4,
        }
        (operation,) = self.draw.choices(list(weights), list(weights.values()))
        operation()

    def declare(self) -> None:
        """Some employers' declarations of a month: a first version, or a corrected one."""
        self._declarations("", self.draw.sample(EMPLOYERS, self.draw.randint(1, 3)))

    def complement(self) -> None:
        """A complementary declaration of one employer."""
        self._declarations("C1", [self.draw.choice(EMPLOYERS)])

    def register_workers(self) -> None:
        """The register of immatriculations as of a month: workers enter it late, or change."""
        insured = self.draw.sample(WORKERS, self.draw.randint(6, len(WORKERS)))
        self._csv(
            "cnss_immatriculations",
            *(
                {
                    "numero_assure": f"{number:09d}",
                    "sexe": self.draw.choice("FM"),
                    "nationalite": self.draw.choice(("504", "012", "008")),
                    "numero_cin": f"ZZ{number:06d}",
                }
                for number in insured
            ),
        )

    def register_employers(self) -> None:
        """The register of employers as of a month."""
        known = self.draw.sample(EMPLOYERS, self.draw.randint(2, len(EMPLOYERS)))
        self._csv(
            "cnss_employers",
            *(
                {
                    "numero_affilie": number,
                    "ice": f"{int(number):015d}",
                    "activite": self.draw.choice(("4711", "0111")),
                    "region": self.draw.choice(("06", "04")),
                }
                for number in known
            ),
        )

    def titles(self) -> None:
        """Decisions of a month on titles: first ones, renewals and cancellations."""
        month = self.draw.choice(MONTHS)
        rows = [self._title(number, month) for number in self.draw.sample(TITLES, 42)]
        rows[0]["nationalite"] = self.draw.choice(UNKNOWN)
        self._csv("dgsn_residence_titles", *rows, month=month)

    def placements(self) -> None:
        """Placements abroad of a month."""
        self._csv(
            "anapec_placements_abroad",
            *(
                {
                    "numero_placement": f"{number:09d}",
                    "pays_destination": self.draw.choice(("ESPAGNE", "FRANCE")),
                    "sexe": self.draw.choice("12"),
                }
                for number in range(self.draw.randint(1, 5))
            ),
        )

    def job_seekers(self) -> None:
        """Registrations of job seekers of a month."""
        month = self.draw.choice(MONTHS)
        self._csv(
            "anapec_job_seekers",
            *(
                {
                    "numero_inscription": f"{number:09d}",
                    "date_inscription": f"{month}-14",
                    "sexe": self.draw.choice("12"),
                    "nationalite": self.draw.choice(("SEN", "CIV")),
                }
                for number in range(self.draw.randint(1, 5))
            ),
            month=month,
        )

    def hold(self) -> None:
        """A file that the gate holds: its rows wait."""
        with gate_that_holds():
            self._is_holding = True
            self.draw.choice((self.declare, self.titles, self.register_workers))()
            self._is_holding = False

    def decide(self) -> None:
        """A steward ends one of the holds."""
        if self._held:
            number = self._held.pop(self.draw.randrange(len(self._held)))
            decision = self.draw.choice(("accept", "accept", "reject"))
            submission.decide(number, decision, "vu", "nadia")
            self.done.append(f"decide {number} {decision}")
            if decision == "accept":
                self._accepted.append(number)

    def withdraw(self) -> None:
        """A submission, current or superseded, is taken back."""
        if self._accepted:
            number = self._accepted.pop(self.draw.randrange(len(self._accepted)))
            submission.withdraw(number, "envoyé par erreur", "nadia")
            self.done.append(f"withdraw {number}")

    def decide_code(self) -> None:
        """The desk decides on a code that no correspondence knew."""
        source_code = self.draw.choice(UNKNOWN)
        with connect("simimo_steward") as session:
            session.execute(
                "insert into codes.decision (variable, provider, source_code, code, quality, "
                "decided_by) values ('area', 'dgsn', %s, 'ML', 'close', 'nadia')",
                [source_code],
            )
            session.execute("select ledger.append('nadia', 'code_decided', 'code', '{}')")
        self.done.append(f"decide code {source_code}")

    def _declarations(self, supplement: str, employers: list[str]) -> None:
        month = self.draw.choice(MONTHS)
        with zipfile.ZipFile(path := self._path(".zip"), "w") as archive:
            for affiliate in employers:
                staff = [self._worker(n) for n in self.draw.sample(WORKERS, 4)]
                known = self.draw.randint(1, 4)
                file = Declaration(staff[:known], staff[known:], affiliate, month.replace("-", ""))
                archive.writestr(file.name(supplement), file.text())
        self._send(path, "cnss_declarations", month)

    def _worker(self, number: int) -> Worker:
        wage = self.draw.randint(1, 5) * 100_000
        days = self.draw.choice((0, 13, 26))
        return Worker(number=number, days=days, real=wage, capped=wage, cin=f"ZZ{number:06d}")

    def _title(self, number: int, month: str) -> dict[str, str | None]:
        day = f"{month}-{self.draw.randint(1, 28):02d}"
        ends = [end for end in EXPIRIES if end > day]
        return {
            "numero_titre": f"Z{number:06d}Z",
            "date_decision": day,
            "date_delivrance": day,
            "date_expiration": self.draw.choice(ends),
            "statut": self.draw.choice(("PREMIERE", "RENOUVELLEMENT", "ANNULATION")),
            "nationalite": self.draw.choice(("SENEGALAISE", "IVOIRIENNE")),
        }

    def _csv(self, contract_id: str, *rows: dict[str, str | None], month: str = "") -> None:
        path = write_csv(self._path(".csv"), contract_id, *rows)
        self._send(path, contract_id, month or self.draw.choice(MONTHS))

    def _path(self, suffix: str) -> Path:
        self._files += 1
        return self.folder / f"SPECIMEN_{self._files}{suffix}"

    def _send(self, path: Path, contract_id: str, month: str) -> None:
        report = submission.receive_file(path, contract_id, month, True, gate=self._is_holding)
        number = _number(report)
        self.done.append(f"receive {contract_id} {month}: {number} {report.state}")
        assert report.state == ("held" if self._is_holding else "accepted"), report.findings
        (self._held if self._is_holding else self._accepted).append(number)


@contextmanager
def gate_that_holds() -> Iterator[None]:
    """A gate that finds no file plausible, without its library."""
    verdict = SimpleNamespace(is_held=True, reason="invraisemblable")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("expectations.gate.gate", lambda numbers: {numbers[0]: verdict})
        patched.setattr("expectations.gate.write_results", lambda *_: None)
        yield


def _number(report: Report) -> int:
    assert report.receipt is not None
    return report.receipt.submission_id
