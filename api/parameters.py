"""The query parameters that each address knows: read, refused and described from one table."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, get_args

from starlette.datastructures import QueryParams

from api.errors import InvalidParameter, RepeatedParameter, UnknownParameter
from api.texts import number, text
from warehouse.indicator import Frequency
from warehouse.messages import LANGUAGES
from warehouse.releasing import instant
from warehouse.releasing.instant import InvalidInstant, read_instant

DEFAULT_LIMIT = 1_000
MAX_LIMIT = 10_000
FREQUENCIES = get_args(Frequency)
FORMATS = ("json", "csv")
PERIOD = re.compile(r"\d{4}(-(0[1-9]|1[0-2])|-Q[1-4])?")


@dataclass(frozen=True)
class Parameter:
    """One query parameter: how its text is read, what is expected, and an example.

    `read` raises ValueError; `expected` is said without words, for all languages.
    """

    name: str
    read: Callable[[str], Any]
    expected: str
    example: str
    schema: Mapping[str, Any]


def _one_of(*known: str) -> Callable[[str], str]:
    def read(value: str) -> str:
        if value not in known:
            raise ValueError(value)
        return value

    return read


def _between(lowest: int, highest: int) -> Callable[[str], int]:
    def read(value: str) -> int:
        # int() would also take "1_000", " 7 " and other scripts' digits.
        if not re.fullmatch(r"[0-9]{1,9}", value) or not lowest <= int(value) <= highest:
            raise ValueError(value)
        return int(value)

    return read


def _period(value: str) -> str:
    if not PERIOD.fullmatch(value):
        raise ValueError(value)
    return value


def _some_text(value: str) -> str:
    if not value:
        raise ValueError(value)
    return value


_PERIOD_SCHEMA = {"type": "string", "pattern": f"^{PERIOD.pattern}$"}
_RELEASE_MAX = 999_999_999

LANG = Parameter(
    "lang",
    _one_of(*LANGUAGES),
    " | ".join(LANGUAGES),
    "lang=fr",
    {"type": "string", "enum": list(LANGUAGES)},
)


def _instant(value: str) -> datetime:
    try:
        return read_instant(value)
    except InvalidInstant:
        raise ValueError(value) from None


RELEASE = Parameter(
    "release",
    _between(1, _RELEASE_MAX),
    "1, 2, 3…",
    "release=1",
    {"type": "integer", "minimum": 1},
)
AS_OF = Parameter(
    "asOf",
    _instant,
    "YYYY-MM-DDThh:mm:ssZ",
    f"asOf={instant.EXAMPLE}",
    {"type": "string", "format": "date-time"},
)
START_PERIOD = Parameter(
    "startPeriod", _period, "YYYY | YYYY-Qn | YYYY-MM", "startPeriod=2025-01", _PERIOD_SCHEMA
)
END_PERIOD = Parameter(
    "endPeriod", _period, "YYYY | YYYY-Qn | YYYY-MM", "endPeriod=2025-12", _PERIOD_SCHEMA
)
FORMAT = Parameter(
    "format",
    _one_of(*FORMATS),
    " | ".join(FORMATS),
    "format=csv",
    {"type": "string", "enum": list(FORMATS), "default": "json"},
)
LIMIT = Parameter(
    "limit",
    _between(1, MAX_LIMIT),
    f"1–{MAX_LIMIT}",
    f"limit={DEFAULT_LIMIT}",
    {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT},
)
CURSOR = Parameter("cursor", _some_text, "next", "cursor=…", {"type": "string"})

DATAFLOW = Parameter("dataflow", _some_text, "DF_…", "dataflow=DF_TITLE_STOCK", {"type": "string"})
FREQ = Parameter(
    "freq",
    _one_of(*FREQUENCIES),
    " | ".join(FREQUENCIES),
    "freq=Q",
    {"type": "string", "enum": list(FREQUENCIES)},
)

PERIOD_ASKED = Parameter(
    "period", _period, "YYYY | YYYY-Qn | YYYY-MM", "period=2025-12", _PERIOD_SCHEMA
)

PLAIN = (LANG,)
OF_AN_INSTANT = (AS_OF, LANG)
OF_A_RELEASE = (RELEASE, AS_OF, LANG)
OF_A_PAGE = (FREQ, RELEASE, AS_OF, LANG)
OF_A_NUMBER = (PERIOD_ASKED, RELEASE, AS_OF, LANG)
OF_DATA = (START_PERIOD, END_PERIOD, RELEASE, AS_OF, FORMAT, LIMIT, CURSOR, LANG)
OF_CHANGES = (DATAFLOW, AS_OF, FORMAT, LIMIT, CURSOR, LANG)


def expected(name: str) -> str:
    """What the parameter of a query or of an address takes, such as ``json | csv``."""
    told = {p.name: p.expected for p in (*OF_DATA, *OF_CHANGES, PERIOD_ASKED)}
    in_addresses = {
        "dataflow_id": "DF_…",
        "number": RELEASE.expected,
        "dimension": "CODE,CODE",
        "freq": "M,Q,A | all",
    }
    return (told | in_addresses)[name]


def limits_text(lang: str) -> str:
    """How much one answer holds, in words."""
    shown = {"default": number(DEFAULT_LIMIT, lang), "maximum": number(MAX_LIMIT, lang)}
    return text("limits_text", lang, **shown)


def read_parameters(
    query: QueryParams, known: Collection[Parameter], dimensions: Collection[str] = ()
) -> dict[str, Any]:
    """The values of the `known` parameters in `query`; dimensions are left to `read_codes`.

    Raises UnknownParameter, RepeatedParameter or InvalidParameter, each naming what is known.
    """
    by_name = {parameter.name: parameter for parameter in known}
    values: dict[str, Any] = {}
    for name in query:
        if name in dimensions:
            continue
        if name not in by_name:
            raise UnknownParameter(parameter=name, known=", ".join([*dimensions, *by_name]))
        given = query.getlist(name)
        if len(given) > 1:
            raise RepeatedParameter(parameter=name, count=len(given))
        values[name] = _read(by_name[name], given[0])
    return values


def read_release(query: QueryParams) -> tuple[int | None, datetime | None]:
    """The release or instant that `query` names; a dataflow's dimensions are known from it."""
    named = {p.name: _read(p, query[p.name]) for p in (RELEASE, AS_OF) if p.name in query}
    return named.get(RELEASE.name), named.get(AS_OF.name)


def read_codes(query: QueryParams, dimensions: Collection[str]) -> dict[str, tuple[str, ...]]:
    """The codes asked for by dimension, sorted: ``?sex=M,F`` and ``?sex=M&sex=F`` are the same.

    Whether a dimension has them, or a code was left empty, is for the selection to say.
    """
    asked = {}
    for dimension in dimensions:
        codes = {code for text in query.getlist(dimension) for code in text.split(",")}
        if codes:
            asked[dimension] = tuple(sorted(codes))
    return asked


def _read(parameter: Parameter, value: str) -> Any:
    try:
        return parameter.read(value)
    except ValueError:
        raise InvalidParameter(
            parameter=parameter.name,
            value=value,
            expected=parameter.expected,
            example=parameter.example,
        ) from None
