"""Reading released observations: by dataflow, filter, period and release, page by page.

Reads schema release alone, and only what is published; the API and `simimo get` stand on it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

import psycopg
from psycopg.rows import dict_row
from psycopg.sql import SQL, Composable, Composed, Identifier, Literal

from warehouse import periods
from warehouse.errors import InvalidFilter, UnknownDataflow
from warehouse.filters import require_codes
from warehouse.indicator import Dataflow, Labels, frozen_definition
from warehouse.release_tables import CONTENT_COLUMNS
from warehouse.releasing.cursor import Place, cursor_at, place_after
from warehouse.releasing.published import published_number
from warehouse.releasing.shown import Shown, frozen_shown, shown_now

PAGE_LIMIT = 10_000
"""Observations in a page unless the caller says otherwise."""

FREQ = "freq"
"""The dimension that tells months, quarters and years apart."""

ALL = "all"
"""What a reader writes for every frequency."""

PLACE = SQL("o.series_key, o.time_period")
"""The stable order of a dataflow's observations, byte by byte; a cursor is a place in it."""

Observation = Mapping[str, str | int | None]
"""One observation by column; obs_value is exact decimal text with the declared decimals."""


class InvalidBound(InvalidFilter):
    """The first or last period asked for is no period."""

    key = "invalid_bound"


class ReversedBounds(InvalidFilter):
    """The first period asked for begins after the last one has ended."""

    key = "reversed_bounds"


@dataclass(frozen=True)
class Code:
    """One code of a list, such as SN, with its labels and the code above it."""

    code: str
    parent: str | None
    label: Labels


@dataclass(frozen=True)
class PublishedDataflow:
    """A dataflow as one release froze it: definition, code lists, when it last changed."""

    release: int
    released_at: datetime
    last_updated: datetime
    content_hash: str
    is_specimen: bool
    definition: Dataflow
    code_lists: Mapping[str, tuple[Code, ...]]
    frozen: Shown | None = None

    @property
    def shown(self) -> Shown:
        """What is shown beside its definition; today's files tell it of the oldest releases."""
        return self.frozen or shown_now(self.definition)

    @property
    def id(self) -> str:
        """The dataflow's id, such as DF_EMP_DECLARED."""
        return self.definition.id

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of its observations: its dimensions, time_period, then what is said."""
        return (*self.dimension_ids, "time_period", *CONTENT_COLUMNS)

    @property
    def dimension_ids(self) -> tuple[str, ...]:
        """The ids of its dimensions, time not among them: frequency first, as in SDMX."""
        return (FREQ, *self.definition.dimension_ids)

    def frequencies(self, selection: "Selection") -> tuple[str, ...]:
        """The frequencies that `selection` asks for: the finest alone where it names none.

        Several stand together only where asked, since they do not add up. Raises InvalidFilter.
        """
        known = self.definition.frequencies
        asked = selection.filters.get(FREQ, known[:1])
        require_codes(self.id, FREQ, asked, [*known, ALL])
        if ALL in asked:
            return known
        return tuple(asked)

    def code_lists_as_json(self) -> dict[str, list[dict[str, Any]]]:
        """The code lists as plain JSON values, in the order in which they were frozen."""
        return {name: [asdict(code) for code in codes] for name, codes in self.code_lists.items()}

    def codes(self, dimension: str) -> tuple[Code, ...]:
        """The codes of one of its dimensions; raises InvalidFilter."""
        for known in self.definition.dimensions:
            if known.id == dimension:
                return self.code_lists[known.code_list]
        raise InvalidFilter(
            dataflow=self.id,
            dimension=dimension,
            known=", ".join(self.dimension_ids),
        )


@dataclass(frozen=True)
class Selection:
    """What is asked of a dataflow: codes by dimension, first and last period (both included).

    `freq` is a dimension too (M, Q, A or all). A bound may be of another frequency than what it
    bounds: from 2025-Q2 to 2025 is April to December 2025. Raises InvalidBound or ReversedBounds.
    """

    filters: Mapping[str, Sequence[str]] = field(default_factory=dict)
    start_period: str | None = None
    end_period: str | None = None

    def __post_init__(self) -> None:
        start, end = _require_period(self.start_period), _require_period(self.end_period)
        if start and end and periods.first_day(start) > periods.last_day(end):
            raise ReversedBounds(start=start, end=end)


@dataclass(frozen=True)
class Page:
    """Observations in stable order, and the cursor of the page after, if there is one."""

    published: PublishedDataflow
    observations: Sequence[Observation]
    next_cursor: str | None


def published_dataflow(
    session: psycopg.Connection[Any],
    dataflow: str,
    release: int | None = None,
    as_of: datetime | None = None,
) -> PublishedDataflow:
    """One dataflow as of a release or an instant (now).

    Raises UnknownDataflow, UnknownRelease and its children, InstantToCome.
    """
    number = published_number(session, release, as_of)
    found = _read_frozen(session, number, SQL("d.dataflow = {}").format(Literal(dataflow)))
    if not found:
        known = session.execute(
            "select dataflow from release.frozen_dataflow where number = %s order by dataflow",
            [number],
        )
        raise UnknownDataflow(dataflow=dataflow, known=", ".join(name for (name,) in known))
    return found[0]


def published_dataflows(
    session: psycopg.Connection[Any], release: int | None = None
) -> list[PublishedDataflow]:
    """Every dataflow as of `release` (the latest), by id; raises UnknownRelease."""
    return _read_frozen(session, published_number(session, release), SQL("true"))


def _read_frozen(
    session: psycopg.Connection[Any], number: int, condition: Composable
) -> list[PublishedDataflow]:
    query = SQL("""
        select d.number as release, r.released_at, d.last_updated, d.content_hash, d.is_specimen,
            d.definition, d.code_lists
        from release.dataflow as d
        inner join release.published as r on d.number = r.number
        where d.number = {} and {} order by d.dataflow
    """).format(Literal(number), condition)
    with session.cursor(row_factory=dict_row) as rows:
        found = rows.execute(query).fetchall()
    for row in found:
        row["frozen"] = frozen_shown(row["definition"])
        row["definition"] = frozen_definition(row["definition"])
        row["code_lists"] = _code_lists(row["code_lists"])
    return [PublishedDataflow(**row) for row in found]


def _code_lists(frozen: Mapping[str, Any]) -> dict[str, tuple[Code, ...]]:
    return {name: tuple(Code(**code) for code in codes) for name, codes in frozen.items()}


def observations(
    session: psycopg.Connection[Any],
    published: PublishedDataflow,
    selection: Selection | None = None,
    cursor: str | None = None,
    limit: int = PAGE_LIMIT,
) -> Page:
    """At most `limit` observations of a published dataflow after `cursor`.

    Raises InvalidFilter, or a child of it, for a dimension, code or cursor that is unknown.
    """
    extra = [SQL("o.series_key")]
    query = select_observations(published, selection or Selection(), cursor, extra)
    with session.cursor(row_factory=dict_row) as rows:
        # One more than asked for tells whether there is a next page.
        found = rows.execute(query + SQL(" limit {}").format(Literal(limit + 1))).fetchall()
    page = found[:limit]
    series_keys = [row.pop("series_key") for row in page]
    has_more = bool(page) and len(found) > limit
    if not has_more:
        return Page(published, page, None)
    last = Place(published.release, published.id, series_keys[-1], page[-1]["time_period"])
    return Page(published, page, cursor_at(last))


def select_observations(
    published: PublishedDataflow,
    selection: Selection,
    cursor: str | None = None,
    extra: Sequence[Composable] = (),
) -> Composed:
    """The query for the columns of `published` (and `extra` ones), checked, in stable order."""
    release = Literal(published.release)
    conditions: list[Composable] = [
        SQL("o.valid_from_release <= {}").format(release),
        SQL("(o.valid_to_release is null or o.valid_to_release > {})").format(release),
        *selected_cells(published, selection),
    ]
    if cursor is not None:
        place = place_after(cursor, published.release, published.id)
        after = SQL(", ").join(map(Literal, place))
        conditions.append(SQL("({}) > ({})").format(PLACE, after))
    columns = [_column(c) for c in published.columns]
    return SQL("select {} from release.observation as o where {} order by {}").format(
        SQL(", ").join([*columns, *extra]), SQL(" and ").join(conditions), PLACE
    )


def selected_cells(published: PublishedDataflow, selection: Selection) -> list[Composable]:
    """The conditions on o for the cells selected, whichever release tells them; checked."""
    return [
        SQL("o.dataflow = {}").format(Literal(published.id)),
        *_filter_conditions(published, selection),
        *_period_conditions(selection),
    ]


def _column(name: str) -> Composable:
    if name == "obs_value":
        return SQL("cast(o.obs_value as text) as obs_value")
    return SQL("o.{}").format(Identifier(name))


def _filter_conditions(published: PublishedDataflow, selection: Selection) -> list[Composable]:
    frequencies = SQL(", ").join(map(Literal, published.frequencies(selection)))
    conditions: list[Composable] = [SQL("o.freq in ({})").format(frequencies)]
    for dimension, asked in selection.filters.items():
        if dimension == FREQ:
            continue
        known = [c.code for c in published.codes(dimension)]
        require_codes(published.id, dimension, asked, known)
        codes = SQL(", ").join(map(Literal, asked)) if asked else SQL("null")
        conditions.append(SQL("o.{} in ({})").format(Identifier(dimension), codes))
    return conditions


def _period_conditions(selection: Selection) -> list[Composable]:
    conditions: list[Composable] = []
    if selection.start_period:
        first = periods.first_day(selection.start_period)
        conditions.append(SQL("o.time_period >= {}").format(_period_holding(first)))
    if selection.end_period:
        last = periods.last_day(selection.end_period)
        conditions.append(SQL("o.time_period <= {}").format(_period_holding(last)))
    return conditions


def _require_period(period: str | None) -> str | None:
    known = periods.PATTERNS.values()
    if period and not any(pattern.fullmatch(period) for pattern in known):
        raise InvalidBound(period=period)
    return period


def _period_holding(day: date) -> Composed:
    """The period that holds `day`, in the frequency of the observation compared with it."""
    cases = [
        SQL("when {} then {}").format(Literal(freq), Literal(periods.period_of(day, freq)))
        for freq in periods.PER_YEAR
    ]
    return SQL("case o.freq {} end").format(SQL(" ").join(cases))
