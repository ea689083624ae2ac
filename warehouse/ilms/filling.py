"""Cells of ILO's tables from the figures of a release: pure, nothing is read or written here.

A released figure passes as it is. A cell that is made of several is computed only where all of
them are released: nothing is ever added over a withheld one.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from typing import Literal

from warehouse.ilms.correspondence import Alternative, Entry, correspondences, entries
from warehouse.ilms.questionnaire import SEX, Reading, Source, Table, remark
from warehouse.indicator import COMMON_DIMENSIONS, TOTAL, Dataflow, Labels
from warehouse.messages import LANGUAGES
from warehouse.observation import Observation

State = Literal["filled", "partly", "missing"]

WITHHELD = "Q"
NOT_TO_BE_FOUND = "D"
"""A sum over a withheld cell is left out so that the cell cannot be found: secondary."""
ABSENT = "O"
GRAVEST = "UEIFBDWPA"
"""Statuses that a computed cell takes from its parts, the gravest first."""

PER_CENT = "PT"
PER_HUNDRED, TENTH = Decimal(100), Decimal("0.1")
RATE_DECIMALS = 1
SEX_READING = Reading("sex", SEX)


@dataclass(frozen=True)
class ReleasedYear:
    """The annual figures of one dataflow of a release, with the labels of its codes."""

    definition: Dataflow
    observations: Sequence[Observation]
    labels: Mapping[str, Mapping[str, Labels]]


@dataclass(frozen=True)
class Cell:
    """One figure in ILO's codes: of SEX, then of the table's classifications in their order."""

    codes: tuple[str, ...]
    value: Decimal | None
    obs_status: str = "A"
    conf_status: str = "F"


@dataclass(frozen=True)
class Filled:
    """A table with its cells, in ILO's order, or with the remarks that say why it has none."""

    table: Table
    cells: tuple[Cell, ...] = ()
    source: Source | None = None
    definition: Dataflow | None = None
    labels: Mapping[str, Labels] | None = None
    remarks: tuple[Labels, ...] = ()

    @property
    def state(self) -> State:
        """Filled, filled in part (a limit, or a cell withheld), or missing."""
        if not self.cells:
            return "missing"
        has_limit = self.source is not None and bool(self.source.limits)
        return "partly" if has_limit or self.withheld else "filled"

    def source_in(self, lang: str) -> str:
        """The dataflow that fills it, with its credit."""
        if self.definition is None:
            return ""
        credit = self.definition.credit[lang]
        return f"{self.definition.id} ({credit})" if credit else self.definition.id

    @property
    def unit_measure(self) -> str | None:
        """The unit of its figures: per cent for a rate, else that of its dataflow."""
        if self.table.rate is not None:
            return PER_CENT
        return self.definition.unit_measure if self.definition else None

    @property
    def decimals(self) -> int:
        """The decimals of its figures."""
        if self.table.rate is not None:
            return RATE_DECIMALS
        return self.definition.decimals if self.definition else 0

    @property
    def given(self) -> int:
        """The cells that have a value."""
        return sum(cell.value is not None for cell in self.cells)

    @property
    def withheld(self) -> int:
        """The cells that are withheld."""
        return sum(cell.obs_status == WITHHELD for cell in self.cells)


def filled_tables(
    tables: Mapping[str, Table], released: Mapping[str, ReleasedYear], year: int
) -> list[Filled]:
    """Every table, filled as far as the `released` dataflows of `year` allow; rates last.

    Raises UnknownArea.
    """
    counted = {c: _counted(t, released, year) for c, t in tables.items() if t.rate is None}
    return [
        counted[code] if table.rate is None else _rate(table, counted)
        for code, table in tables.items()
    ]


def _counted(table: Table, released: Mapping[str, ReleasedYear], year: int) -> Filled:
    problems = []
    for source in table.sources:
        found = released.get(source.dataflow)
        problem = _problem(source, found, year)
        if found is not None and problem is None:
            return _from_source(table, source, found)
        problems += [problem] if problem else []
    why = [remark("missing", table.missing)] if table.missing else []
    return Filled(table, remarks=(*why, *problems, *_about(table)))


def _about(table: Table) -> Iterator[Labels]:
    if table.twin:
        yield remark("release", "twin", table=table.twin)
    if table.by_analogy:
        yield remark("release", "by_analogy")


def _problem(source: Source, found: ReleasedYear | None, year: int) -> Labels | None:
    """Why `found` cannot fill a table as `source` says; none where it can."""
    said: dict[str, str | int] = {"dataflow": source.dataflow, "year": year}
    if found is None:
        return remark("release", "not_released", **said)
    if found.definition.time_aggregation != source.rule:
        return remark("release", "other_rule", **said)
    dimensions = {r.dimension for r in _readings(source).values()} | set(source.where)
    if not _is_published_by(found.definition, dimensions):
        return remark("release", "no_breakdown", breakdown=_named(dimensions), **said)
    if not found.observations:
        return remark("release", "no_year", **said)
    return None


def _named(dimensions: Collection[str]) -> Labels:
    """The names of dimensions within a sentence, such as nationalité, sexe."""
    return {
        lang: ", ".join(COMMON_DIMENSIONS[d].label[lang].lower() for d in sorted(dimensions))
        for lang in LANGUAGES
    }


def _readings(source: Source) -> dict[str, Reading]:
    read = {SEX: SEX_READING, **source.classifications}
    return {c: reading for c, reading in read.items() if c not in source.constants}


def _is_published_by(definition: Dataflow, dimensions: set[str]) -> bool:
    return any(dimensions <= set(table) for table in definition.tables)


def _from_source(table: Table, source: Source, found: ReleasedYear) -> Filled:
    listed = {c: _entries(c, r, found) for c, r in _readings(source).items()}
    listed |= {c: _constant(codes) for c, codes in source.constants.items()}
    order = (SEX, *table.classifications)
    figures = _Figures(found, source, tuple(listed))
    cells = [
        cell
        for combined in product(*(listed[c] for c in order))
        if (cell := figures.cell(dict(zip(order, combined, strict=True)))) is not None
    ]
    limits = tuple(remark("limits", limit) for limit in source.limits)
    labels = {e.ilo_code: e.label for c in order for e in listed[c]}
    said = (*limits, *_about(table))
    return Filled(table, tuple(cells), source, found.definition, labels, said)


def _entries(classification: str, reading: Reading, found: ReleasedYear) -> list[Entry]:
    present = {str(o[reading.dimension]) for o in found.observations}
    labels = found.labels.get(reading.dimension, {})
    released = {code: labels[code] for code in present if code in labels}
    return entries(reading.entries, classification, released)


def _constant(codes: Sequence[str]) -> list[Entry]:
    """Entries of codes that the whole dataflow is of: they stand on no dimension of it."""
    known = {e.ilo_code: e for listed in correspondences().values() for e in listed}
    whole = (Alternative(()),)
    return [Entry(code, whole, known[code].label, known[code].source) for code in codes]


class _Figures:
    """The figures of a dataflow's year by their codes, as one source reads them."""

    def __init__(self, found: ReleasedYear, source: Source, order: Sequence[str]) -> None:
        self._ids = found.definition.dimension_ids
        self._source = source
        self._readings = _readings(source)
        # What others publish has no cell where they say nothing; a national table has no
        # cell where there is nobody.
        self._absent_is_nobody = found.definition.kind == "national"
        self._by_key = {tuple(str(o[d]) for d in self._ids): o for o in found.observations}

    def cell(self, combined: Mapping[str, Entry]) -> Cell | None:
        """The cell of one combination of ILO's codes; none where no part of it was released."""
        codes = tuple(entry.ilo_code for entry in combined.values())
        tried = [
            self._computed(codes, dict(zip(combined, chosen, strict=True)))
            for chosen in product(*(entry.alternatives for entry in combined.values()))
        ]
        found = [cell for cell in tried if cell is not None]
        given = (cell for cell in found if cell.value is not None)
        return next(given, found[0] if found else None)

    def _computed(
        self, codes: tuple[str, ...], expression: Mapping[str, Alternative]
    ) -> Cell | None:
        parts = list(self._parts(expression))
        present = [(sign, found) for sign, found in parts if found is not None]
        if not present or (len(parts) > 1 and not self._source.additive):
            return None
        if len(present) < len(parts) and not self._absent_is_nobody:
            return None
        if len(parts) == 1:
            return _as_released(codes, present[0][1])
        if any(found["obs_value"] is None for _, found in present):
            return _not_computed(codes, [found for _, found in present])
        value = sum((sign * Decimal(str(o["obs_value"])) for sign, o in present), Decimal(0))
        own = [a.status for a in expression.values() if a.status]
        return Cell(codes, value, _gravest([*own, *(str(o["obs_status"]) for _, o in present)]))

    def _parts(
        self, expression: Mapping[str, Alternative]
    ) -> Iterator[tuple[int, Observation | None]]:
        """The released figures that an expression is made of, each with its sign."""
        read = {c: a.terms for c, a in expression.items() if c in self._readings}
        for terms in product(*read.values()):
            chosen = dict(self._source.where)
            sign = 1
            for classification, term in zip(read, terms, strict=True):
                chosen[self._readings[classification].dimension] = term.code
                sign *= term.sign
            yield sign, self._by_key.get(tuple(chosen.get(d, TOTAL) for d in self._ids))


def _as_released(codes: tuple[str, ...], found: Observation) -> Cell:
    value = found["obs_value"]
    amount = None if value is None else Decimal(str(value))
    return Cell(codes, amount, str(found["obs_status"]), str(found["conf_status"]))


def _not_computed(codes: tuple[str, ...], parts: Sequence[Observation]) -> Cell:
    if any(part["obs_status"] == WITHHELD for part in parts):
        return Cell(codes, None, WITHHELD, NOT_TO_BE_FOUND)
    return Cell(codes, None, ABSENT)


def _gravest(statuses: Sequence[str]) -> str:
    return next((status for status in GRAVEST if status in statuses), statuses[0])


def _rate(table: Table, counted: Mapping[str, Filled]) -> Filled:
    assert table.rate is not None
    over, under = counted[table.rate.numerator], counted[table.rate.denominator]
    for part in (over, under):
        if not part.cells:
            why = remark("release", "part_missing", table=part.table.code)
            return Filled(table, remarks=(why, *_about(table)))
    assert over.source is not None
    assert under.source is not None
    if over.source.population != under.source.population:
        why = remark("release", "populations_differ")
        return Filled(table, remarks=(why, *_about(table)))
    by_codes = {cell.codes: cell for cell in under.cells}
    cells = [_share(cell, by_codes[cell.codes]) for cell in over.cells if cell.codes in by_codes]
    found = tuple(cell for cell in cells if cell is not None)
    said = (*over.remarks, *_about(table))
    return Filled(table, found, over.source, over.definition, over.labels, said)


def _share(over: Cell, under: Cell) -> Cell | None:
    if over.value is None or under.value is None:
        is_withheld = WITHHELD in (over.obs_status, under.obs_status)
        return (
            Cell(over.codes, None, WITHHELD, NOT_TO_BE_FOUND)
            if is_withheld
            else Cell(over.codes, None, ABSENT)
        )
    if not under.value:
        return None
    value = (PER_HUNDRED * over.value / under.value).quantize(TENTH)
    return Cell(over.codes, value, _gravest([over.obs_status, under.obs_status]))
