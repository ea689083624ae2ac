"""A small builder of e-BDS files: right by default, wrong where a test says so.

Persons are synthetic: insured and affiliation numbers begin with 000.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

WIDTH = 260
SITUATIONS = {"": 0, "SO": 1, "DE": 2, "IT": 3, "IL": 4, "AT": 5, "CS": 6, "MS": 7, "MP": 8}
AFFILIATE, PERIOD = "0001234", "202603"


@dataclass(frozen=True)
class Worker:
    """One declared worker; `cin` makes no difference to a B02 record."""

    number: int = 123456
    name: str = "ALAMI"
    given: str = "SARA"
    days: int = 26
    real: int = 515200
    capped: int = 515200
    situation: str = ""
    children: int = 2
    returned: int = 0
    cin: str = "ZZ123456"

    @property
    def check_sum(self) -> int:
        return self.entrant_sum + self.returned + SITUATIONS[self.situation]

    @property
    def entrant_sum(self) -> int:
        return self.number + self.days + self.real + self.capped


@dataclass(frozen=True)
class Declaration:
    """One employer's month: its records as lines, with the codes of `family` (B or E)."""

    workers: Sequence[Worker] = (Worker(),)
    entrants: Sequence[Worker] = ()
    affiliate: str = AFFILIATE
    period: str = PERIOD
    family: str = "B"
    extra: dict[str, str] = field(default_factory=dict)

    def lines(self) -> list[str]:
        """The records in order, 260 characters each."""
        return [
            self._line("00", "00000000000001" + "B0"),
            self._line(
                "01", self._key() + "SPECIMEN SARL".ljust(40) + " " * 180 + "2026041020260410"
            ),
            *(self._line("02", self._key() + worker_fields(w)) for w in self.workers),
            self._line("03", self._key() + self._total()),
            *self._entrant_lines(),
            self._line("05", self._key() + total_fields(self.entrants)),
            self._line(
                "06", self._key() + total_fields([*self.workers, *self.entrants], self._sum())
            ),
        ]

    def text(self, end: str = "\n") -> str:
        return "".join(line + end for line in self.lines())

    def name(self, supplement: str = "") -> str:
        return f"DS{supplement}_{self.affiliate}_{self.period}.txt"

    def with_workers(self, *workers: Worker) -> "Declaration":
        return replace(self, workers=workers)

    def _key(self) -> str:
        return self.affiliate + self.period

    def _line(self, code: str, content: str) -> str:
        return (self.family + code + content).ljust(WIDTH)

    def _sum(self) -> int:
        return sum(w.check_sum for w in self.workers) + sum(w.entrant_sum for w in self.entrants)

    def _total(self) -> str:
        ws = self.workers
        return (
            f"{len(ws):06d}{sum(w.children for w in ws):06d}{0:012d}{0:012d}{0:012d}"
            f"{sum(w.number for w in ws):015d}{sum(w.returned for w in ws):012d}"
            f"{sum(w.days for w in ws):06d}{sum(w.real for w in ws):015d}"
            f"{sum(w.capped for w in ws):013d}{sum(w.check_sum for w in ws):019d}"
        )

    def _entrant_lines(self) -> list[str]:
        if not self.entrants:
            empty = " " * 77 + "0" * (2 + 13 + 9 + 19)
            return [self._line("04", self._key() + empty)]
        return [self._line("04", self._key() + entrant_fields(w)) for w in self.entrants]


def worker_fields(w: Worker) -> str:
    """A B02 record from the insured number on."""
    return (
        f"{w.number:09d}{w.name:30.30}{w.given:30.30}{w.children:02d}{0:06d}{0:06d}{0:06d}"
        f"{w.returned:06d}{w.days:02d}{w.real:013d}{w.capped:09d}{w.situation:2}{w.check_sum:019d}"
    )


def entrant_fields(w: Worker) -> str:
    """A B04 record from the insured number on."""
    return (
        f"{w.number:09d}{w.name:30.30}{w.given:30.30}{w.cin:8}{w.days:02d}"
        f"{w.real:013d}{w.capped:09d}{w.entrant_sum:019d}"
    )


def total_fields(workers: Sequence[Worker], check_sum: int | None = None) -> str:
    """A B05 or B06 record from the count on."""
    total = sum(w.entrant_sum for w in workers) if check_sum is None else check_sum
    return (
        f"{len(workers):06d}{sum(w.number for w in workers):015d}{sum(w.days for w in workers):06d}"
        f"{sum(w.real for w in workers):015d}{sum(w.capped for w in workers):013d}{total:019d}"
    )
