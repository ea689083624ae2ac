"""The report's own words, from messages/words/report.yml, in French, Arabic and English."""

from typing import Any

from warehouse import messages
from warehouse.report.figures import number, period_name, plural
from warehouse.report.marked import Marked, isolated, quoted

DIRECTIONS = {"fr": "ltr", "ar": "rtl", "en": "ltr"}


def words() -> dict[str, dict[str, Any]]:
    """Every word by key, then language: a text, or its plural forms by CLDR category."""
    return messages.words("report")


def word(key: str, lang: str, **values: Marked) -> Marked:
    """The word or sentence `key` in `lang`, its template filled with `values`."""
    return Marked(words()[key][lang].format_map(values))


def counted(key: str, count: int, lang: str) -> Marked:
    """`count` of something, agreeing with it (e.g. 1 erreur, 2 erreurs, aucune erreur)."""
    template = plural(words()[key][lang], count, lang)
    return Marked(template.format(n=isolated(number(count, lang))))


def pair(label: Marked, value: Marked, lang: str) -> Marked:
    """A label and its value (e.g. Lignes : 12), with the colon of the language."""
    return word("pair", lang, label=label, value=value)


def period_named(period: str, lang: str) -> Marked:
    """A reference period in words and as its code (e.g. mars 2026 (2026-03))."""
    name = period_name(period, lang)
    if name is None:
        return quoted(period)
    return word("named", lang, label=isolated(name), name=isolated(period))


def listed(items: list[Marked], lang: str) -> Marked:
    """`items` one after the other, with the comma of the language."""
    return Marked(("، " if lang == "ar" else ", ").join(items))
