"""Which figures of a dataflow its page shows: the whole over time, the last period by dimension.

A figure is shown as it was released. Only where a public source publishes its finest cells and
no total are those cells added up, and the page says so.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from api.library import Library
from warehouse.indicator import NOT_APPLICABLE, STATISTICS, TOTAL
from warehouse.observation import FREQ, Code, Observation, PublishedDataflow, Selection

SUPPRESSED = "Q"
NORMAL = "A"
MISSING = "O"
REMARKABLE = ("Q", "B", "E", "P", "U")
"""Statuses that a reader is told of, the weightiest first: that of a sum with such a part."""

RESIDUAL_CODES = ("_O", "_U")
ORDERED_DIMENSIONS = ("age", "education")
STATISTIC = "statistic"
REPORTING_AREA = "ref_area"


@dataclass(frozen=True)
class Figure:
    """One figure under its code or period and its status; without value withheld or missing.

    `decimals` are its own where its dataflow has several units.
    """

    key: str
    value: float | None
    status: str = NORMAL
    decimals: int | None = field(default=None, compare=False)

    @property
    def is_withheld(self) -> bool:
        """Whether it is not published, to protect persons."""
        return self.status == SUPPRESSED


@dataclass(frozen=True)
class Breakdown:
    """The last period by the codes of one dimension, every other dimension held."""

    dimension: str
    figures: tuple[Figure, ...]

    @property
    def highest(self) -> float:
        """The longest bar; an estimate and its error are of several units, and drawn as none."""
        if self.dimension == STATISTIC:
            return 0.0
        return max((f.value for f in self.figures if f.value is not None), default=0.0)


@dataclass(frozen=True)
class Figures:
    """What the page of one dataflow shows, in one frequency.

    `held` gives the code at which each dimension stands in the series; a dimension absent from
    it is `summed` over its published cells.
    """

    freq: str
    held: Mapping[str, str]
    summed: tuple[str, ...]
    series: tuple[Figure, ...]
    last_period: str
    breakdowns: tuple[Breakdown, ...]

    def remarks(self, most: int) -> list[str]:
        """The statuses to explain, `most` figures being shown of each breakdown."""
        shown = [*self.series, *(f for b in self.breakdowns for f in b.figures[:most])]
        is_missing = any(f.value is None and not f.is_withheld for f in shown)
        told = [status for status in REMARKABLE if any(f.status == status for f in shown)]
        return [*told, MISSING] if is_missing else told

    @property
    def unsettled(self) -> frozenset[str]:
        """The periods whose figure is provisional or estimated: a chart draws them hollow."""
        return frozenset(f.key for f in self.series if f.status in ("E", "P"))


def figures_of(
    library: Library, published: PublishedDataflow, freq: str | None = None
) -> Figures | None:
    """The figures of one dataflow in one release and in `freq` (its finest frequency).

    None where it has no observation. Raises InvalidFilter.
    """
    shown = {FREQ: [freq or published.definition.freq]}
    [frequency] = published.frequencies(Selection(shown))
    extent = library.extents(published).get(frequency)
    if extent is None:
        return None
    last = extent.last_period
    latest = list(_read(library, published, Selection(shown, last, last)))
    held = held_codes(published, latest)
    at_held = {dimension: [code] for dimension, code in held.items()}
    series = _read(library, published, Selection(shown | at_held))
    dimensions = published.definition.dimension_ids
    return Figures(
        freq=frequency,
        held=held,
        summed=tuple(d for d in dimensions if d not in held),
        series=tuple(sorted(total_by(series, "time_period"), key=lambda f: f.key)),
        last_period=last,
        breakdowns=tuple(breakdowns(published, latest, held)),
    )


def held_codes(published: PublishedDataflow, latest: Iterable[Observation]) -> dict[str, str]:
    """The code of each dimension that stands for the whole, as far as there is one."""
    latest = list(latest)
    held = {}
    for dimension in published.definition.dimension_ids:
        observed = {str(o[dimension]) for o in latest}
        code = _whole(published.codes(dimension), observed)
        # The areas that report are never added up: their number changes from year to year.
        must_choose = dimension == REPORTING_AREA or published.definition.kind == "national"
        if code is None and must_choose:
            code = _leading(dimension, latest)
        if code is not None:
            held[dimension] = code
    return held


def breakdowns(
    published: PublishedDataflow, latest: Sequence[Observation], held: Mapping[str, str]
) -> Iterator[Breakdown]:
    """The last period by each dimension that has more than one code."""
    for dimension in published.definition.dimension_ids:
        others = {d: code for d, code in held.items() if d != dimension}
        rows = [o for o in latest if all(o[d] == code for d, code in others.items())]
        observed = {str(o[dimension]) for o in rows}
        whole = _whole(published.codes(dimension), observed)
        shown = _top_level(published.codes(dimension), observed - {whole, NOT_APPLICABLE})
        found = total_by((o for o in rows if o[dimension] in shown), dimension)
        if len(found) > 1:
            yield Breakdown(dimension, tuple(_in_order(dimension, found)))


def total_by(observations: Iterable[Observation], column: str) -> list[Figure]:
    """The figures by the codes of `column`.

    A sum with a withheld or missing part has no value; it has the weightiest status of its parts.
    """
    values: dict[str, float | None] = {}
    decimals: dict[str, int | None] = {}
    statuses: dict[str, set[str]] = {}
    for observation in observations:
        key, value = str(observation[column]), observation["obs_value"]
        statuses.setdefault(key, set()).add(str(observation["obs_status"]))
        told = observation.get("decimals")
        decimals[key] = None if told is None else int(told)
        before = values.get(key, 0.0)
        values[key] = None if value is None or before is None else before + float(value)
    return [
        Figure(key, value, _of_sum(statuses[key]), decimals[key]) for key, value in values.items()
    ]


def _of_sum(statuses: set[str]) -> str:
    if len(statuses) == 1:
        return next(iter(statuses))
    return next((status for status in REMARKABLE if status in statuses), NORMAL)


def _read(
    library: Library, published: PublishedDataflow, selection: Selection
) -> Iterator[Observation]:
    cursor = None
    while True:
        page = library.page(published, selection, cursor)
        yield from page.observations
        cursor = page.next_cursor
        if cursor is None:
            return


def _whole(codes: Sequence[Code], observed: set[str]) -> str | None:
    """The total among the codes observed: _T, the only one, or the one above all others."""
    if TOTAL in observed:
        return TOTAL
    parents = {code.code: code.parent for code in codes}
    roots = [code for code in observed if parents.get(code) not in observed]
    return roots[0] if len(roots) == 1 else None


def _leading(dimension: str, latest: Iterable[Observation]) -> str | None:
    """The code with the highest figure in the last period."""
    ranked = ((float(o["obs_value"]), str(o[dimension])) for o in latest if o["obs_value"])
    return max(ranked, default=(0.0, None))[1]


def _top_level(codes: Sequence[Code], observed: set[str]) -> set[str]:
    """The observed codes that are not part of another observed code."""
    parents = {code.code: code.parent for code in codes}
    return {code for code in observed if parents.get(code) not in observed}


def _in_order(dimension: str, figures: Sequence[Figure]) -> list[Figure]:
    """By age or level where codes have an order, else the highest first; the rest at the end."""
    if dimension == STATISTIC:
        return sorted(figures, key=lambda f: STATISTICS.index(f.key))
    if dimension in ORDERED_DIMENSIONS:
        return sorted(figures, key=lambda f: (f.key.startswith("_"), _rank(f.key), f.key))
    return sorted(
        figures, key=lambda f: (f.key in RESIDUAL_CODES, f.value is None, -(f.value or 0), f.key)
    )


def _rank(code: str) -> int:
    """The first number in a code; Y_LT15 stands before Y15T24."""
    found = re.search(r"\d+", code)
    return int(found.group()) - ("LT" in code) if found else 0
