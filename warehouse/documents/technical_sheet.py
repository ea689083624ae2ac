"""The technical sheet (fiche technique) of an extract: all that its institution has to know.

Purpose, law and protection, calendar, columns, codes, rules, contact: from the contract alone.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import islice

from warehouse.contracts.contract import Column, Contract, Rule
from warehouse.documents.choices import Choice, choices
from warehouse.documents.document import Document, Fact, Section, Table
from warehouse.documents.example import example
from warehouse.documents.facts import bounds_of, kind_of, protection_of, said, unit_of
from warehouse.periods import due_date, due_periods, last_day, period_of
from warehouse.report.figures import day, number, period_name
from warehouse.report.marked import Marked, apart, isolated

DUE_DATES = 4
"""Coming due dates that the sheet lists."""
LISTED_CODES = 60
"""Codes of one list that the sheet shows; the template has them all."""
COLUMN_WIDTHS = (2.4, 1.0, 2.6, 1.6, 2.2)
CODE_WIDTHS = (1.2, 3.0)


def technical_sheet(contract: Contract, lang: str, on: date | None = None) -> Document:
    """The sheet of `contract` in `lang`, its coming due dates counted from `on` (today)."""
    today = on or date.today()
    sections = [
        _extract(contract, lang),
        _reasons(contract, lang),
        _calendar(contract, lang, today),
        _sending(contract, lang),
        _columns(contract, lang),
        _rules(contract, lang),
        *_codes(contract, lang, today),
        _contact(contract, lang),
    ]
    subject = f"{contract.title[lang]} · {isolated(contract.id)} · {isolated(contract.version)}"
    return Document(lang, said("sheet_title", lang), Marked(subject), tuple(sections))


def _extract(contract: Contract, lang: str) -> Section:
    facts = {
        "institution": contract.provider_title[lang],
        "extract": contract.title[lang],
        "contract": isolated(f"{contract.id} {contract.version}"),
        "content": said(f"content_{contract.kind}", lang),
    }
    return Section(said("section_extract", lang), facts=_facts(facts, lang))


def _reasons(contract: Contract, lang: str) -> Section:
    facts = {
        "purpose": contract.purpose[lang],
        "legal_basis": contract.legal_basis[lang],
        "authorisation": contract.authorisation[lang],
        "retention": said("months", lang, n=isolated(number(contract.retention_months, lang))),
    }
    is_of_persons = contract.kind == "records"
    return Section(
        said("section_reasons", lang),
        facts=_facts(facts, lang),
        text=(said("protection_promise", lang),) if is_of_persons else (),
    )


def _calendar(contract: Contract, lang: str, today: date) -> Section:
    years = isolated(number(contract.years_apart, lang))
    is_yearly = contract.years_apart == 1
    facts = {
        "frequency": said(f"frequency_{contract.frequency}", lang)
        if is_yearly
        else said("frequency_years", lang, n=years),
        "coverage": said(f"coverage_{contract.coverage}", lang),
        "due": said("due_days", lang, n=isolated(number(contract.due_days, lang))),
    }
    dates = Table(
        headings=(said("period", lang), said("ends", lang), said("due_date", lang)),
        rows=tuple(_due_rows(contract, lang, today)),
        widths=(1, 1, 1),
        caption=said("coming_dates", lang),
    )
    return Section(
        said("section_calendar", lang),
        facts=_facts(facts, lang),
        tables=(dates,) if dates.rows else (),
    )


def _coming(contract: Contract, today: date) -> Iterator[str]:
    """The first periods whose due date is not past."""
    current = period_of(today, contract.frequency)
    yield from islice(due_periods(contract, current), DUE_DATES)


def _due_rows(contract: Contract, lang: str, today: date) -> Iterator[tuple[Marked, ...]]:
    """The coming due dates; none of a campaign, which has no regular one."""
    for period in _coming(contract, today):
        due = due_date(contract, period)
        if due:
            name = period_name(period, lang) or period
            yield isolated(name), isolated(day(last_day(period), lang)), isolated(day(due, lang))


def _sending(contract: Contract, lang: str) -> Section:
    formats = said("comma", lang).join(said(f"format_{name}", lang) for name in contract.formats)
    steps = said("sheet_steps", lang, contract=contract.id).splitlines()
    return Section(
        said("section_sending", lang),
        facts=_facts({"formats": formats}, lang),
        items=tuple(Marked(step) for step in steps),
    )


def _columns(contract: Contract, lang: str) -> Section:
    headings = ("column", "required", "kind", "example", "protection")
    table = Table(
        headings=tuple(said(key, lang) for key in headings),
        rows=tuple(_column_row(contract, column, lang) for column in contract.columns),
        widths=COLUMN_WIDTHS,
    )
    return Section(said("section_columns", lang), tables=(table,))


def _column_row(contract: Contract, column: Column, lang: str) -> tuple[Marked, ...]:
    holds = [kind_of(column, lang), unit_of(column, lang), bounds_of(column, lang)]
    if column.name in contract.primary_key:
        holds.append(said("key", lang))
    return (
        Marked(f"{column.labels[lang]} · {isolated(column.name)}"),
        said("yes" if column.required else "no", lang),
        Marked(" · ".join(held for held in holds if held)),
        isolated(example(contract, column)),
        protection_of(column, lang),
    )


def _rules(contract: Contract, lang: str) -> Section:
    """What is checked beside each cell's own kind and list."""
    own = tuple(_rule(rule, lang) for rule in contract.rules)
    keys = isolated(", ".join(contract.primary_key))
    general = said(
        "rules_general",
        lang,
        keys=keys,
        share=isolated(number(100 * contract.unknown_code_share_max, lang)),
    ).splitlines()
    first = 0 if contract.primary_key else 1
    return Section(
        said("section_rules", lang),
        items=(*(Marked(line) for line in general[first:]), *own),
    )


def _rule(rule: Rule, lang: str) -> Marked:
    columns = isolated(", ".join(rule.columns))
    return said(
        f"rule_{rule.severity}", lang, sentence=rule.message[lang].rstrip("."), columns=columns
    )


def _codes(contract: Contract, lang: str, today: date) -> Iterator[Section]:
    """A table for each list of codes, those of several columns once."""
    shown: dict[tuple[str, ...], list[Column]] = {}
    offered: dict[tuple[str, ...], tuple[Choice, ...]] = {}
    for column in contract.columns:
        found = choices(contract, column, today)
        if found and column.variable:
            codes = tuple(choice.source_code for choice in found)
            shown.setdefault(codes, []).append(column)
            offered[codes] = found
    tables = tuple(_code_table(shown[codes], offered[codes], lang) for codes in shown)
    if tables:
        yield Section(said("section_codes", lang), text=(said("codes_note", lang),), tables=tables)


def _code_table(columns: list[Column], found: tuple[Choice, ...], lang: str) -> Table:
    labels = ", ".join(dict.fromkeys(column.labels[lang] for column in columns))
    count = number(len(found), lang)
    caption = said("code_count", lang, labels=labels, n=count)
    if len(found) > LISTED_CODES:
        caption = said("code_count_cut", lang, labels=labels, n=count, shown=LISTED_CODES)
    return Table(
        headings=(said("code", lang), said("meaning", lang)),
        rows=tuple(
            (isolated(choice.source_code), Marked(choice.labels[lang]))
            for choice in found[:LISTED_CODES]
        ),
        widths=CODE_WIDTHS,
        caption=caption,
    )


def _contact(contract: Contract, lang: str) -> Section:
    facts = {"contact": isolated(contract.contact.removeprefix("mailto:"))}
    return Section(said("section_contact", lang), facts=_facts(facts, lang))


def _facts(facts: Mapping[str, str], lang: str) -> tuple[Fact, ...]:
    return tuple(Fact(said(key, lang), apart(value)) for key, value in facts.items() if value)
