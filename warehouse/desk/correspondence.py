"""One row of a correspondence, as seeds, decisions and exchanged files have it, and its rules."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from warehouse.codes import ANY_PROVIDER
from warehouse.desk.code_list import codes, list_of, providers
from warehouse.messages import message
from warehouse.source_code import matched

QUALITIES = ("exact", "close", "broad", "narrow")
COLUMNS = (
    "provider",
    "source_code",
    "source_label",
    "code",
    "quality",
    "valid_from",
    "valid_to",
    "source",
)
"""The columns of a correspondence's CSV file, as the seeds have them."""
FIRST_DAY, LAST_DAY = date.min, date.max


@dataclass(frozen=True)
class Correspondence:
    """A source code of a provider (* for all) and its common code, from a day until before another.

    The source label says what the source code means; the source, where the row comes from.
    """

    provider: str
    source_code: str
    code: str
    quality: str
    source_label: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    source: str = ""

    @property
    def interval(self) -> tuple[date, date]:
        """The days of validity, half-open."""
        return self.valid_from or FIRST_DAY, self.valid_to or LAST_DAY


@dataclass(frozen=True)
class Fault:
    """What is wrong with one cell of a correspondence; `line` is that of its file."""

    line: int
    column: str
    rule: str
    value: str
    expected: str = ""

    def text(self, lang: str) -> str:
        """The fault in one sentence of `lang`."""
        said = message(
            self.rule,
            lang,
            line=self.line,
            column=self.column,
            value=self.value,
            expected=self.expected,
        )
        return f"{said.code}  {said.text}"


Line = tuple[int, Correspondence]


def faults(variable: str, rows: Iterable[Line]) -> list[Fault]:
    """Everything that is wrong with the rows of a variable, by line."""
    listed = list(rows)
    return sorted(
        [*_cell_faults(variable, listed), *_overlaps(listed)], key=lambda f: (f.line, f.column)
    )


def _cell_faults(variable: str, rows: Iterable[Line]) -> Iterator[Fault]:
    code_list = list_of(variable)
    known_codes, known_providers = codes(code_list), providers() | {ANY_PROVIDER}
    for line, row in rows:
        if row.provider not in known_providers:
            told = ", ".join(sorted(known_providers))
            yield Fault(line, "provider", "unknown_provider_of_code", row.provider, told)
        if not matched(row.source_code):
            yield Fault(line, "source_code", "source_code_missing", row.source_code)
        if row.code not in known_codes:
            yield Fault(line, "code", "no_such_code", row.code, code_list)
        if row.quality not in QUALITIES:
            yield Fault(line, "quality", "no_such_quality", row.quality, ", ".join(QUALITIES))
        if row.interval[0] >= row.interval[1]:
            yield Fault(line, "valid_to", "validity_reversed", str(row.valid_to))


def _overlaps(rows: Iterable[Line]) -> Iterator[Fault]:
    """Rows that give one source code of a provider two meanings on one day."""
    of_code: dict[tuple[str, str], list[Line]] = {}
    for line, row in rows:
        of_code.setdefault((row.provider, matched(row.source_code)), []).append((line, row))
    for same in of_code.values():
        for position, (line, row) in enumerate(same):
            earlier = [n for n, other in same[:position] if _contradict(row, other)]
            if earlier:
                told = str(earlier[0])
                yield Fault(line, "source_code", "source_code_twice", row.source_code, told)


def _contradict(one: Correspondence, other: Correspondence) -> bool:
    """Whether two rows of one code share a day; two that mean the same may."""
    if (one.code, one.quality) == (other.code, other.quality):
        return False
    return one.interval[0] < other.interval[1] and other.interval[0] < one.interval[1]
