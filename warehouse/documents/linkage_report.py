"""The report on the quality of linkage: for stewards, and without a value of any person."""

from collections.abc import Callable, Mapping
from typing import Any

from warehouse.contracts.contract import contracts
from warehouse.desk.code_list import codes, list_of
from warehouse.documents.document import Document, Fact, Picture, Section, Table
from warehouse.documents.linkage_charts import picture_of
from warehouse.identity import IDENTIFIERS
from warehouse.linkage.quality import GROUP_RECORDS_MIN, SMALL, UNKNOWN, Agreement
from warehouse.linkage.quality_figures import LinkageFigures, SourceFigures, TruthFigures
from warehouse.linkage.rules import rules
from warehouse.linkage.shares import Share
from warehouse.messages import words
from warehouse.report.figures import day, number, percent
from warehouse.report.marked import Marked, apart, isolated

FEW = 5
"""A count by citizenship below this is not told."""
DECIMALS = 2
"""Of precision and recall: they differ from 1 by less than a tenth of a percent."""
NONE = Marked("–")
VARIABLES = {"citizenship": "area", "sex": "sex"}


def linkage_report(figures: LinkageFigures, lang: str) -> Document:
    """The report of `figures` in `lang`."""
    sections = (
        _summary(figures, lang),
        _sources(figures, lang),
        _overlap(figures, lang),
        _methods(figures, lang),
        _weights(figures, lang),
        _truth(figures.truth, lang) if figures.truth else None,
        _review(figures, lang),
        _model(figures, lang),
    )
    return Document(
        lang,
        said("title", lang),
        said("subject", lang, run=figures.run, day=isolated(day(figures.finished_at, lang))),
        tuple(section for section in sections if section is not None),
        figures.is_specimen,
    )


def said(key: str, lang: str, **values: Any) -> Marked:
    """The words `key` of messages/words/linkage.yml, filled with `values`."""
    return apart(str(words("linkage")[key][lang]).format_map(values))


def _summary(figures: LinkageFigures, lang: str) -> Section:
    unlinkable = sum(source.unlinkable for source in figures.sources)
    facts = {
        "records": _number(figures.records, lang),
        "persons": _number(figures.persons, lang),
        "persons_shared": _of(figures.persons_shared, figures.persons, lang),
        "unlinkable_records": _of(unlinkable, figures.records, lang),
    }
    if figures.truth:
        found = figures.truth.between_sources
        facts["precision_between"] = _with_interval(found.precision, lang)
        facts["recall_between"] = _with_interval(found.recall, lang)
    return Section(said("section_summary", lang), facts=_facts(facts, lang))


def _facts(facts: Mapping[str, Marked], lang: str) -> tuple[Fact, ...]:
    return tuple(Fact(said(key, lang), value) for key, value in facts.items())


def _number(value: float, lang: str) -> Marked:
    return isolated(number(value, lang))


def _of(count: int, total: int, lang: str) -> Marked:
    if not count:
        return _number(0, lang)
    share = isolated(percent(count / total, lang))
    return said("count_share", lang, count=_number(count, lang), share=share)


def _with_interval(share: Share, lang: str) -> Marked:
    if share.value is None or share.interval is None:
        return NONE
    low, high = (_precise(end, lang) for end in share.interval)
    return said("with_interval", lang, share=_precise(share.value, lang), low=low, high=high)


def _precise(share: float, lang: str) -> Marked:
    return isolated(percent(share, lang, DECIMALS))


def _sources(figures: LinkageFigures, lang: str) -> Section:
    headings = (
        "source", "records", "persons", "shared", "without_number", "without_description",
        "unlinkable",
    )  # fmt: skip
    table = Table(
        tuple(said(key, lang) for key in headings),
        tuple(_source_row(source, lang) for source in figures.sources),
        (2.6, 1, 1, 1.3, 1.3, 1.3, 1.3),
        numbers=(1, 2, 3, 4, 5, 6),
    )
    return Section(
        said("section_sources", lang), text=(said("sources_note", lang),), tables=(table,)
    )


def _source_row(source: SourceFigures, lang: str) -> tuple[Marked, ...]:
    return (
        _title(source.contract, lang),
        _number(source.records, lang),
        _number(source.persons, lang),
        _of(source.shared, source.persons, lang),
        _of(source.without_number, source.records, lang),
        _of(source.without_description, source.records, lang),
        _of(source.unlinkable, source.records, lang),
    )


def _title(contract: str, lang: str) -> Marked:
    return Marked(contracts()[contract].title[lang])


def _overlap(figures: LinkageFigures, lang: str) -> Section:
    names = [source.contract for source in figures.sources]
    rows = tuple(
        (
            said("numbered", lang, number=_number(place, lang), title=_title(name, lang)),
            *(_number(figures.overlap.get((name, other), 0), lang) for other in names),
        )
        for place, name in enumerate(names, start=1)
    )
    places = range(1, len(names) + 1)
    headings = (said("source", lang), *(_number(place, lang) for place in places))
    table = Table(headings, rows, (3.0, *[1.0] * len(names)), numbers=tuple(places))
    return Section(
        said("section_overlap", lang), text=(said("overlap_note", lang),), tables=(table,)
    )


def _methods(figures: LinkageFigures, lang: str) -> Section:
    rows = tuple(
        (
            _method(method, lang),
            _number(count, lang),
            isolated(percent(count / figures.records, lang)),
        )
        for method, count in figures.methods.items()
    )
    headings = tuple(said(key, lang) for key in ("method", "records", "share"))
    return Section(
        said("section_methods", lang), tables=(Table(headings, rows, (4, 1, 1), (1, 2)),)
    )


def _method(method: str, lang: str) -> Marked:
    if method in IDENTIFIERS:
        return said("by_number", lang, number=words("linkage")["comparisons"][method][lang])
    return said(f"by_{method}", lang)


def _weights(figures: LinkageFigures, lang: str) -> Section | None:
    if "histogram" not in figures.charts:
        return None
    note = said(
        "weights_note",
        lang,
        link=_number(figures.link_from_weight, lang),
        review=_number(rules().review_from_weight, lang),
    )
    return Section(
        said("section_weights", lang),
        text=(note,),
        pictures=(_picture(figures, "histogram", lang),),
    )


def _picture(figures: LinkageFigures, name: str, lang: str) -> Picture:
    return picture_of(figures.charts[name], said(f"picture_{name}", lang), lang)


def _truth(truth: TruthFigures, lang: str) -> Section:
    note = said(
        "truth_note",
        lang,
        known=_number(truth.known, lang),
        records=_number(truth.records, lang),
    )
    overall = {"between": truth.between_sources, "all": truth.all_pairs}
    tables = (
        _table("pairs", overall, lambda name: said(f"pairs_{name}", lang), "overall", lang),
        *(_group_table(column, groups, lang) for column, groups in truth.by.items()),
        _table("source_pair", truth.by_sources, lambda pair: _two(pair, lang), "by_sources", lang),
    )
    return Section(said("section_truth", lang), text=(note,), tables=tables)


def _group_table(column: str, groups: Mapping[str, Agreement], lang: str) -> Table:
    return _table(
        column,
        groups,
        lambda code: _label(column, code, lang),
        f"by_{column}",
        lang,
        least=_number(GROUP_RECORDS_MIN, lang),
    )


def _two(pair: tuple[str, str], lang: str) -> Marked:
    one, other = (_title(name, lang) for name in pair)
    return said("two_sources", lang, one=one, other=other)


def _label(column: str, code: str, lang: str) -> Marked:
    if code in (SMALL, UNKNOWN):
        return said("group_small" if code == SMALL else "group_unknown", lang)
    known = codes(list_of(VARIABLES[column])).get(code)
    return Marked(known.label(lang)) if known else isolated(code)


def _table(
    first: str,
    groups: Mapping[Any, Agreement],
    name: Callable[[Any], Marked],
    caption: str,
    lang: str,
    **values: Any,
) -> Table:
    """Precision and recall, one row a group."""
    is_small_hidden = first == "citizenship"
    headings = (
        first, "linked_pairs", "precision", "interval", "true_pairs", "recall", "interval"
    )  # fmt: skip
    rows = tuple(
        (
            name(group),
            *_cells(found.precision, is_small_hidden, lang),
            *_cells(found.recall, is_small_hidden, lang),
        )
        for group, found in groups.items()
    )
    return Table(
        tuple(said(key, lang) for key in headings),
        rows,
        (2.6, 1.1, 1.1, 1.7, 1.1, 1.1, 1.7),
        numbers=(1, 2, 3, 4, 5, 6),
        caption=said(caption, lang, **values),
    )


def _cells(share: Share, is_small_hidden: bool, lang: str) -> tuple[Marked, Marked, Marked]:
    """The pairs, the share and its interval."""
    if is_small_hidden and 0 < share.total < FEW:
        return said("few", lang, n=FEW), NONE, NONE
    if share.value is None or share.interval is None:
        return _number(share.total, lang), NONE, NONE
    low, high = (_precise(end, lang) for end in share.interval)
    return (
        _number(share.total, lang),
        _precise(share.value, lang),
        said("between", lang, low=low, high=high),
    )


def _review(figures: LinkageFigures, lang: str) -> Section | None:
    found = figures.review
    if not found.answered:
        return None
    shares = {"precision": found.precision, "recall": found.recall}
    facts = {
        key: _with_interval(share, lang) if share else said("too_few_answers", lang)
        for key, share in shares.items()
    }
    note = said("review_note", lang, answered=_number(found.answered, lang))
    return Section(said("section_review", lang), text=(note,), facts=_facts(facts, lang))


def _model(figures: LinkageFigures, lang: str) -> Section:
    names = ("match_weights", "m_u_parameters")
    return Section(
        said("section_model", lang),
        text=(said("model_note", lang),),
        pictures=tuple(_picture(figures, name, lang) for name in names),
    )
