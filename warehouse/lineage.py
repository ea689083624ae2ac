"""Which released figure is asked for, and which submissions stand behind it.

Pure: it chooses among what a release froze, its observations and its manifest; what is behind a
figure follows from the definition and from what was frozen of its extracts.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from warehouse import periods
from warehouse.errors import InvalidFilter
from warehouse.filters import UnknownCode
from warehouse.indicator import NOT_APPLICABLE, TOTAL, Dataflow
from warehouse.observation import FREQ, Observation, PublishedDataflow, Selection

Role = Literal["period", "history", "whole", "register", "followed"]
"""How a submission stands behind a figure: its file tells the period; an earlier period of a stock;
the whole history at once; a register that completes the records; or persons followed from file to
file, of whom every file may tell."""

Read = Callable[[Selection], Sequence[Observation]]
"""Reads the observations of one published dataflow."""

CODES_SHOWN = 20
_PAIRS = re.compile(r"[,&]")


class InvalidKey(InvalidFilter):
    """The key is not written dimension=code, or names a dimension twice."""

    key = "invalid_key"


class IncompleteKey(InvalidFilter):
    """A dimension without a total is not named."""

    key = "incomplete_key"


class NoSuchObservation(InvalidFilter):
    """The release has no observation of this key and period."""

    key = "no_such_observation"
    http_status = 404


class NoSuchPeriod(InvalidFilter):
    """The release has observations of this key, and none of this period."""

    key = "no_such_period"
    http_status = 404


@dataclass(frozen=True)
class Behind:
    """A submission behind a figure, as the manifest tells it, and how it stands there."""

    submission: Mapping[str, Any]
    role: Role

    @property
    def contract(self) -> str:
        """The contract of its file."""
        return str(self.submission["contract"])


def parsed_key(text: str) -> dict[str, str]:
    """A key as typed, such as citizenship=SN,sex=F, by dimension; _T alone is all totals.

    Raises InvalidKey.
    """
    codes: dict[str, str] = {}
    for pair in _PAIRS.split(text) if text.strip() not in ("", TOTAL) else []:
        dimension, equals, code = (part.strip() for part in pair.partition("="))
        if not (dimension and equals and code) or dimension in codes:
            raise InvalidKey(given=text)
        codes[dimension] = code
    return codes


def asked_observation(
    published: PublishedDataflow, codes: Mapping[str, str], period: str, read: Read
) -> Observation:
    """The one observation of a key and period; a dimension that is not named is a total.

    Raises UnknownPeriod, InvalidFilter, UnknownCode, IncompleteKey or NoSuchObservation.
    """
    freq = periods.frequency_of(periods.require_any_period(period))
    _require_known(published, codes, freq)
    held = {FREQ: [freq], **{d: [code] for d, code in codes.items()}}
    others = [d for d in published.definition.dimension_ids if d not in codes]
    totals = {d: [TOTAL] for d in others if _has_total(published, d)}
    found = read(Selection(held | totals, period, period))
    if len(found) != 1:
        found = _narrowed(published, others, read(Selection(held, period, period)))
    if not found:
        raise _nothing(
            published, codes, period, _narrowed(published, others, read(Selection(held)))
        )
    return found[0]


def _require_known(published: PublishedDataflow, codes: Mapping[str, str], freq: str) -> None:
    for dimension, code in codes.items():
        known = [c.code for c in published.codes(dimension)]
        if code not in known:
            more = ", …" if len(known) > CODES_SHOWN else ""
            raise UnknownCode(
                dataflow=published.id,
                dimension=dimension,
                code=code,
                known=", ".join(known[:CODES_SHOWN]) + more,
            )
    published.frequencies(Selection({FREQ: [freq]}))


def _has_total(published: PublishedDataflow, dimension: str) -> bool:
    return any(code.code == TOTAL for code in published.codes(dimension))


def _narrowed(
    published: PublishedDataflow, others: Sequence[str], rows: Sequence[Observation]
) -> Sequence[Observation]:
    """The rows at the total of each dimension not named, or at the only code that it has."""
    for dimension in others:
        observed = sorted({str(row[dimension]) for row in rows})
        whole = [code for code in (TOTAL, NOT_APPLICABLE) if code in observed] or observed
        if len(observed) > 1 and whole is observed:
            shown = ", ".join(observed[:CODES_SHOWN])
            raise IncompleteKey(dataflow=published.id, dimension=dimension, known=shown)
        rows = [row for row in rows if row[dimension] in whole[:1]]
    return rows


def _nothing(
    published: PublishedDataflow,
    codes: Mapping[str, str],
    period: str,
    others: Sequence[Observation],
) -> InvalidFilter:
    """What to say where there is nothing; `others` are the observations of the key at all times."""
    given = ", ".join(f"{d}={code}" for d, code in codes.items()) or TOTAL
    if others:
        told = sorted(str(row["time_period"]) for row in others)
        return NoSuchPeriod(
            dataflow=published.id,
            given=given,
            period=period,
            release=published.release,
            first=told[0],
            last=told[-1],
        )
    crossed = [" × ".join(table) or TOTAL for table in published.definition.tables]
    return NoSuchObservation(
        dataflow=published.id,
        given=given,
        period=period,
        release=published.release,
        tables="; ".join(crossed),
    )


def behind(
    published: PublishedDataflow, submissions: Sequence[Mapping[str, Any]], period: str
) -> list[Behind]:
    """Of the submissions of a release those behind a figure of `period`, in their order.

    `submissions` are those of the manifest whose contracts feed the dataflow.
    """
    window = _window(published.definition, period)
    found = []
    for submission in submissions:
        role = _role(published, submission, window)
        if role is not None:
            found.append(Behind(submission, role))
    return found


def _window(definition: Dataflow, period: str) -> tuple[date, date]:
    """The first and the last day that a figure tells of; a stock, of its last base period alone."""
    last = periods.last_day(period)
    if definition.time_aggregation == "end_of_period":
        base = periods.period_of(last, definition.freq)
        return periods.first_day(base), last
    return periods.first_day(period), last


def _role(
    published: PublishedDataflow, submission: Mapping[str, Any], window: tuple[date, date]
) -> Role | None:
    telling = published.shown.telling.get(str(submission["contract"]), "records")
    if telling in ("register", "whole"):
        return "register" if telling == "register" else "whole"
    told = str(submission["period"])
    first, last = periods.first_day(told), periods.last_day(told)
    if first <= window[1] and last >= window[0]:
        return "period"
    if published.shown.is_followed:
        return "followed"
    # A stock is put together of the events that each period's records tell.
    adds_up = published.definition.stock_flow == "stock" and telling == "records"
    return "history" if first <= window[1] and adds_up else None
