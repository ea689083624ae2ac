"""A table on demand as a document: how its figures are to be read, then the figures."""

from math import sqrt
from typing import Any

from warehouse.asked_table import AskedTable
from warehouse.codelists import label
from warehouse.documents.document import Document, Section, Table
from warehouse.indicator import TOTAL
from warehouse.messages import words
from warehouse.population import code_list, column_label
from warehouse.report.figures import number, period_name
from warehouse.report.marked import Marked, apart, isolated


def asked_table_sheet(answer: AskedTable, lang: str) -> Document:
    """The answer in words and figures, in `lang`."""
    asked = answer.question
    subject = "subject_filtered" if asked.filters else "subject"
    filters = isolated(asked.filters_said.replace(";", " "))
    period = period_name(asked.period, lang)
    return Document(
        lang,
        _said("title", lang),
        _said(subject, lang, population=isolated(asked.population), period=period, filters=filters),
        (_method(answer, lang), _figures(answer, lang)),
        answer.is_specimen,
    )


def _said(key: str, lang: str, **values: Any) -> Marked:
    return apart(str(words("table")[key][lang]).format_map(values))


def _method(answer: AskedTable, lang: str) -> Section:
    deviation = number(round(sqrt(answer.rules.variance), 1), lang)
    return Section(
        _said("section_method", lang),
        text=(
            _said("perturbed", lang, distance=answer.rules.distance, deviation=deviation),
            _said("not_additive", lang),
            _said("no_row", lang),
        ),
    )


def _figures(answer: AskedTable, lang: str) -> Section:
    if not answer.rows.height:
        return Section(_said("section_figures", lang), text=(_said("nothing", lang),))
    by = answer.question.by
    headings = [column_label(column)[lang] for column in by]
    table = Table(
        (*headings, _said("count", lang)),
        tuple(
            (
                *(_code(column, code, lang) for column, code in zip(by, codes, strict=True)),
                isolated(number(value, lang)),
            )
            for *codes, value in answer.rows.iter_rows()
        ),
        (*(2.0 for _ in by), 1.0),
        numbers=(len(by),),
    )
    return Section(_said("section_figures", lang), tables=(table,))


def _code(column: str, code: str, lang: str) -> Marked:
    """A code with its label, such as F Femmes."""
    if code == TOTAL:
        return _said("total", lang)
    return apart(f"{isolated(code)} {label(code_list(column) or '', code, lang)}")
