"""Filters as a reader writes them: codes by dimension, and what is refused of them."""

from collections.abc import Sequence

from warehouse.errors import InvalidFilter

CODES_SHOWN = 20
"""Known codes that an error lists."""


class UnknownCode(InvalidFilter):
    """A filter names a code that its dimension lacks."""

    key = "unknown_filter_code"


class FilterWithoutCode(InvalidFilter):
    """A filter names a dimension and no code, or leaves one between commas empty."""

    key = "filter_without_code"


def parsed_filters(given: Sequence[str]) -> dict[str, list[str]]:
    """Filters as typed, such as sex=F or citizenship=SN,CI, by dimension."""
    filters: dict[str, list[str]] = {}
    for text in given:
        dimension, _, codes = text.partition("=")
        filters.setdefault(dimension.strip(), []).extend(code.strip() for code in codes.split(","))
    return filters


def require_codes(
    dataflow: str, dimension: str, asked: Sequence[str], known: Sequence[str]
) -> None:
    """Raise FilterWithoutCode or UnknownCode unless each code of `asked` is one of `known`."""
    shown = ", ".join(known[:CODES_SHOWN]) + (", …" if len(known) > CODES_SHOWN else "")
    if "" in asked:
        example = next((code for code in known if not code.startswith("_")), known[0])
        raise FilterWithoutCode(
            dataflow=dataflow, dimension=dimension, example=example, known=shown
        )
    if unknown := [code for code in asked if code not in known]:
        raise UnknownCode(dataflow=dataflow, dimension=dimension, code=unknown[0], known=shown)
