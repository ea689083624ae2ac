"""What a report says of a column: its label, and what its contract expects of it."""

from datetime import date

from warehouse.contracts.contract import Column, Contract, Rule, contracts
from warehouse.report.figures import number, percent
from warehouse.report.marked import Marked, isolated, quoted
from warehouse.report.words import listed, word

LISTED_VALUES = 12
UNITS = ("centimes", "months", "days")
"""The units that a sender may take for another; the others are counts of things."""

"""Allowed values that a message names; a longer list is cut."""

SEPARATOR = ", "
"""Between the columns of a rule that looks at several (e.g. 'date_retour, date_depart')."""

DATE_EXAMPLE = date(1990, 12, 31)
MONTH_EXAMPLE = "2026-03"


def contract_of(contract_id: str) -> Contract | None:
    """The contract a report was made with, None when it has since gone."""
    return contracts().get(contract_id)


def column_of(contract: Contract | None, name: str) -> Column | None:
    """The column called `name`, None when the contract has none."""
    columns = contract.columns if contract else ()
    return next((column for column in columns if column.name == name), None)


def rules_over(contract: Contract | None, place: str) -> tuple[Rule, ...]:
    """The contract's cross-field rules over exactly the columns of `place`."""
    rules = contract.rules if contract else ()
    return tuple(rule for rule in rules if SEPARATOR.join(rule.columns) == place)


def label_of(contract: Contract | None, name: str, lang: str) -> str:
    """The label of a column in `lang`; its name where the contract does not know it."""
    column = column_of(contract, name)
    return column.labels[lang] if column else name


def labels_of(contract: Contract | None, place: str, lang: str) -> Marked:
    """The labels of the column, or columns, of `place`."""
    names = place.split(SEPARATOR)
    return listed([quoted(label_of(contract, name, lang)) for name in names], lang)


def columns_named(contract: Contract | None, place: str, lang: str) -> Marked:
    """The columns of `place` by label and technical name (e.g. Salaire réel (salaire_reel))."""
    return listed([_named(contract, name, lang) for name in place.split(SEPARATOR)], lang)


def _named(contract: Contract | None, name: str, lang: str) -> Marked:
    label = label_of(contract, name, lang)
    if label == name:
        return quoted(name)
    return word("named", lang, label=quoted(label), name=quoted(name))


def expectations_of(
    contract: Contract | None, rule: str, place: str, lang: str
) -> dict[str, Marked]:
    """What the contract expects where `rule` was broken: the values its message may name."""
    column = column_of(contract, place)
    has_unit = column is not None and column.unit in UNITS
    found = {"unit": word(f"of_{column.unit}", lang) if column and has_unit else Marked("")}
    if column and (shown := column.example or column.pattern):
        found["example"] = isolated(shown)
    if column and (expected := _expected(column, rule, lang)):
        found["expected"] = expected
    if contract and rule == "unknown_code_share":
        found["bound"] = isolated(percent(contract.unknown_code_share_max, lang))
    return found


def _expected(column: Column, rule: str, lang: str) -> Marked | None:
    match rule:
        case "below_minimum" | "above_maximum" | "too_short" | "too_long":
            return _bound(column, rule, lang)
        case "type_date":
            return choice([DATE_EXAMPLE.strftime(form) for form in column.date_formats], lang)
        case "type_month":
            return isolated(column.example or MONTH_EXAMPLE)
        case "not_in_list":
            shown = [isolated(value) for value in column.values[:LISTED_VALUES]]
            return listed(shown + [Marked("…")] * (len(column.values) > LISTED_VALUES), lang)
    return None


def _bound(column: Column, rule: str, lang: str) -> Marked | None:
    bounds: dict[str, float | date | str | None] = {
        "below_minimum": column.minimum,
        "above_maximum": column.maximum,
        "too_short": column.min_length,
        "too_long": column.max_length,
    }
    bound = bounds[rule]
    if bound is None:
        return None
    if isinstance(bound, str | date):
        return isolated(str(bound))
    has_unit = column.unit in UNITS and rule in ("below_minimum", "above_maximum")
    unit = f" {word(f'unit_{column.unit}', lang)}" if has_unit else ""
    return Marked(f"{isolated(number(bound, lang))}{unit}")


def choice(forms: list[str], lang: str) -> Marked:
    """Several forms to choose from (e.g. 31/12/1990 ou 1990-12-31)."""
    return Marked(word("or", lang).join(quoted(form) for form in forms))
