"""What there is to say of a contract and its columns, in three languages."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from warehouse.contracts.contract import Column, Contract
from warehouse.documents.document import Fact
from warehouse.documents.example import example
from warehouse.messages import words
from warehouse.report.figures import number
from warehouse.report.marked import Marked, apart, isolated

EXAMPLE_DAY = date(2026, 3, 14)


def said(key: str, lang: str, **values: Any) -> Marked:
    """The words `key` of messages/words/documents.yml, filled with `values`."""
    return apart(str(words("documents")[key][lang]).format_map(values))


def column_facts(contract: Contract, column: Column, lang: str) -> list[Fact]:
    """All that whoever fills a column needs: what, whether, how, an example, its protection."""
    return [Fact(said(key, lang), value) for key, value in _facts(contract, column, lang) if value]


def _facts(contract: Contract, column: Column, lang: str) -> Iterator[tuple[str, Marked]]:
    yield "required", said("yes" if column.required else "no", lang)
    yield "kind", kind_of(column, lang)
    yield "unit", unit_of(column, lang)
    yield "bounds", bounds_of(column, lang)
    yield "example", isolated(example(contract, column))
    yield "protection", protection_of(column, lang)


def kind_of(column: Column, lang: str) -> Marked:
    """What is written in the column, and how (e.g. date (14/03/2026))."""
    if column.type == "date":
        formats = [EXAMPLE_DAY.strftime(f) for f in column.date_formats]
        return said("kind_date", lang, formats=", ".join(formats))
    if column.type == "text" and column.max_length is not None:
        return said("kind_text_of", lang, length=column.max_length)
    return said(f"kind_{column.type}", lang)


def unit_of(column: Column, lang: str) -> Marked:
    """The unit of a number in words, such as centimes; the contract's own word where none is."""
    known = words("documents")["units"]
    return Marked(known[column.unit][lang] if column.unit in known else column.unit or "")


def bounds_of(column: Column, lang: str) -> Marked:
    """The least and the most that a number or date may be."""
    least, most = _shown(column.minimum, lang), _shown(column.maximum, lang)
    if least and most:
        return said("between", lang, least=least, most=most)
    if least:
        return said("at_least", lang, least=least)
    return said("at_most", lang, most=most) if most else Marked("")


def _shown(bound: float | date | None, lang: str) -> str:
    if bound is None:
        return ""
    if isinstance(bound, date):
        return bound.strftime("%d/%m/%Y")
    return isolated(number(bound, lang))


def protection_of(column: Column, lang: str) -> Marked:
    """What becomes of a value that identifies."""
    if column.identifier_type:
        return said("protection_pseudonym", lang)
    if column.identity_role == "birth_date":
        return said("protection_birth_date", lang)
    if column.classification == "direct_identifier":
        return said("protection_identity" if column.identity_role else "protection_sealed", lang)
    return Marked("")
