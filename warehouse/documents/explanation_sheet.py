"""The explanation of a number as a document: the number, its rules, its files, its counts."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from warehouse.catalogue import disclosure_said
from warehouse.catalogue import word as catalogue_word
from warehouse.documents.document import Document, Fact, Section, Table
from warehouse.explanation import Explanation
from warehouse.lineage import Behind
from warehouse.messages import COMMAS, words
from warehouse.observation import Code
from warehouse.releasing.shown import Shown
from warehouse.report.figures import day, number, period_name
from warehouse.report.marked import Marked, apart, isolated
from warehouse.stage_counts import StageCount

FILE_WIDTHS = (3.0, 1.6, 0.8, 1.3, 2.0, 2.2)
COUNT_WIDTHS = (3.4, 3.4, 1.4)
SHOWN_OF_HASH = 16


def explanation_sheet(found: Explanation, lang: str) -> Document:
    """The explanation in one language; its counts only where it holds some."""
    sections = (
        _figure(found, lang),
        _rules(found, lang),
        _files(found, lang),
        _counts(found, lang),
    )
    subject = Marked(f"{isolated(found.published.id)} · {_key_said(found, lang)}")
    title = found.published.definition.title[lang]
    return Document(lang, title, subject, sections, found.published.is_specimen)


def _word(key: str, lang: str, **values: Any) -> str:
    return str(words("explain")[key][lang]).format(**values)


def _figure(found: Explanation, lang: str) -> Section:
    published = found.published
    released = _word(
        "release_said", lang, number=published.release, day=day(published.released_at, lang)
    )
    facts = (
        Fact(_word("value", lang), _value(found, lang)),
        Fact(_word("period", lang), isolated(period_name(found.period, lang) or found.period)),
        Fact(_word("key", lang), apart(_key_said(found, lang))),
        Fact(_word("status", lang), Marked(_status(found, lang))),
        Fact(_word("release", lang), apart(released)),
    )
    return Section(_word("section_figure", lang), facts=facts)


def _value(found: Explanation, lang: str) -> Marked:
    value = found.observation["obs_value"]
    if value is None:
        is_withheld = found.observation["obs_status"] == "Q"
        return Marked(_word("withheld" if is_withheld else "missing", lang))
    unit = found.published.shown.name("cl_unit", str(found.observation["unit_measure"]), lang)
    return Marked(f"{isolated(number(float(value), lang))} {unit}")


def _status(found: Explanation, lang: str) -> str:
    shown = found.published.shown
    said = shown.name("cl_obs_status", str(found.observation["obs_status"]), lang)
    confidential = str(found.observation["conf_status"])
    if confidential == "F":
        return said
    known = f"conf_{confidential}"
    key = known if known in words("explain") else "conf_other"
    return f"{said} ({_word(key, lang, code=confidential)})"


def _key_said(found: Explanation, lang: str) -> str:
    """The codes in words, totals left out: Citizenship: Senegal."""
    said = [
        catalogue_word("figure_of", lang, dimension=d.label[lang], code=_label(found, d.id, lang))
        for d in found.published.definition.dimensions
        if found.key[d.id] not in ("_T", "_Z")
    ]
    return COMMAS[lang].join(said) or catalogue_word("total", lang)


def _label(found: Explanation, dimension: str, lang: str) -> str:
    code = found.key[dimension]
    known: dict[str, Code] = {c.code: c for c in found.published.codes(dimension)}
    return f"{known[code].label[lang]} ({code})"


def _rules(found: Explanation, lang: str) -> Section:
    definition = found.published.definition
    version = found.code_version
    code = _word(
        "code_said",
        lang,
        package=isolated(str(version["package"])),
        commit=isolated(str(version["commit"] or _word("no_commit", lang))[:SHOWN_OF_HASH]),
        models=isolated(str(version["models_hash"])[:SHOWN_OF_HASH]),
    )
    told = {
        "formula": definition.formula[lang],
        "time_rule": definition.time_rule[lang],
        "disclosure": disclosure_said(found.disclosure, lang),
        "known_limits": definition.known_limits[lang],
    }
    facts = [Fact(catalogue_word(name, lang), apart(text)) for name, text in told.items()]
    return Section(
        _word("section_rules", lang),
        text=(apart(definition.definition[lang]),),
        facts=(*facts, Fact(_word("code_version", lang), Marked(code))),
    )


def _files(found: Explanation, lang: str) -> Section:
    if not found.submissions:
        return Section(_word("section_files", lang), text=(Marked(_word("no_files", lang)),))
    names = ("extract", "period", "version", "received_on", "role", "sha256")
    table = Table(
        headings=tuple(_word(name, lang) for name in names),
        rows=tuple(_file(found.published.shown, b, lang) for b in found.submissions),
        widths=FILE_WIDTHS,
        numbers=(2,),
    )
    return Section(_word("section_files", lang), tables=(table,))


def _file(shown: Shown, found: Behind, lang: str) -> tuple[Marked, ...]:
    told = found.submission
    return (
        _extract(shown, found.contract, lang),
        isolated(str(told["period"])),
        isolated(str(told["version"])),
        isolated(str(told.get("received_on") or "–")),
        Marked(_word(f"role_{found.role}", lang)),
        isolated(str(told["sha256"])[:SHOWN_OF_HASH]),
    )


def _extract(shown: Shown, contract: str, lang: str) -> Marked:
    known = shown.source(contract)
    provider = f" – {known['provider_title'][lang]}" if known else ""
    return Marked(f"{_title(shown, contract, lang)}{apart(provider)}")


def _title(shown: Shown, contract: str, lang: str) -> Marked:
    known = shown.source(contract)
    return apart(known["title"][lang]) if known else isolated(contract)


def _counts(found: Explanation, lang: str) -> Section:
    title = _word("section_counts", lang)
    if found.stages is None:
        return Section(title, text=(Marked(_word("public_note", lang)),))
    table = Table(
        headings=tuple(_word(name, lang) for name in ("extract", "stage", "count")),
        rows=tuple(_count_rows(found.published.shown, found.stages, lang)),
        widths=COUNT_WIDTHS,
        numbers=(2,),
    )
    return Section(title, text=(apart(_word("counts_note", lang)),), tables=(table,))


def _count_rows(
    shown: Shown, stages: Iterable[StageCount], lang: str
) -> Iterator[tuple[Marked, ...]]:
    """A row a count; an extract is named where its counts begin."""
    for contract, counts in groupby(stages, key=lambda stage: stage.contract):
        named = _title(shown, contract, lang) if contract else Marked(_word("this_cell", lang))
        for stage in counts:
            count = _word("not_built", lang) if stage.count is None else number(stage.count, lang)
            yield named, Marked(_word(f"stage_{stage.stage}", lang)), isolated(count)
            named = Marked("")
