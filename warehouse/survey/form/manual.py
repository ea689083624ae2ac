"""The interviewer's manual and the printed questionnaire, from the source of the form.

What is asked, of whom, how to probe and what the form checks is told from the same files, so that
manual and form cannot differ. Both are in French and Arabic, the languages of the interview.
"""

from collections.abc import Iterator, Sequence
from typing import Literal

from warehouse.documents.document import Document, Fact, Section, Table
from warehouse.report.figures import number
from warehouse.report.marked import Marked, apart, isolated
from warehouse.survey.form import source
from warehouse.survey.form.choices import choices
from warehouse.survey.form.source import METADATA, Form, Labels, Question
from warehouse.survey.words import lines, said

Lang = Literal["fr", "ar"]

SHOWN_CHOICES = 14
"""Answers of a list that are written out; of longer ones only how many there are."""
NAME_SHOWN = {"fr": "[prénom]", "ar": "[الاسم]"}
MANUAL_WIDTHS = (0.5, 3.0, 1.6, 2.2, 2.7)
QUESTIONNAIRE_WIDTHS = (0.5, 3.4, 4.2, 1.9)


def manual(form: Form, lang: Lang) -> Document:
    """The interviewer's manual in `lang`."""
    opening = [
        Section(said(f"manual_{part}", lang), items=lines(f"manual_{part}_items", lang))
        for part in ("before", "privacy", "unknown")
    ]
    sections = [*opening, *_explained(form, lang)]
    sections.append(
        Section(said("manual_example", lang), items=lines("manual_example_items", lang))
    )
    return Document(lang, said("manual_title", lang), _subject(form, lang), tuple(sections))


def questionnaire(form: Form, lang: Lang) -> Document:
    """The questionnaire to print: for training, translation and where a device fails."""
    sections = []
    counter = _numbers(form)
    for part in form.sections:
        rows = [
            (
                isolated(counter[question.name]),
                _asked(question, lang),
                _answers(question, lang),
                Marked(""),
            )
            for question in part.questions
            if question.is_asked
        ]
        who = (Fact(said("manual_who", lang), apart(part.asked_of[lang])),) if part.asked_of else ()
        headings = ("number", "manual_question", "manual_answer", "notes")
        table = _table(headings, rows, QUESTIONNAIRE_WIDTHS, lang)
        sections.append(Section(part.title[lang], facts=who, tables=(table,)))
    return Document(lang, said("questionnaire_title", lang), _subject(form, lang), tuple(sections))


def _subject(form: Form, lang: Lang) -> Marked:
    return said("manual_subject", lang, title=form.title[lang], version=form.version)


def _explained(form: Form, lang: Lang) -> Iterator[Section]:
    """Each section: its concept and scope, its questions, and what it works out."""
    counter = _numbers(form)
    for part in form.sections:
        facts = []
        if part.asked_of:
            facts.append(Fact(said("manual_who", lang), apart(part.asked_of[lang])))
        if part.icls:
            facts.append(Fact(said("manual_norm", lang), apart(source.concepts()[part.icls][lang])))
        rows = [
            (
                isolated(counter[question.name]),
                _asked(question, lang),
                _asked_of(question, lang),
                _answers(question, lang),
                _guidance(question, lang),
            )
            for question in part.questions
            if question.is_asked or question.type == "note"
        ]
        headings = ("number", "question", "asked", "answer", "guide")
        keys = tuple(key if key == "number" else f"manual_{key}" for key in headings)
        yield Section(
            part.title[lang],
            text=(apart(part.concept[lang]),) if part.concept else (),
            facts=tuple(facts),
            tables=(_table(keys, rows, MANUAL_WIDTHS, lang),),
        )
        worked_out = tuple(_calculated(part.questions, lang))
        if worked_out:
            title = f"{part.title[lang]} · {said('manual_calculated', lang)}"
            yield Section(title, items=worked_out)


def _table(
    keys: tuple[str, ...], rows: Sequence[tuple[Marked, ...]], widths: tuple[float, ...], lang: Lang
) -> Table:
    return Table(headings=tuple(said(key, lang) for key in keys), rows=tuple(rows), widths=widths)


def _numbers(form: Form) -> dict[str, str]:
    """The number of each question that is asked, through the whole form."""
    seen = [q.name for q in form.questions() if q.is_asked or q.type == "note"]
    return {name: str(n) for n, name in enumerate(seen, 1)} | {
        q.name: "" for q in form.questions() if q.type in METADATA
    }


def _asked(question: Question, lang: Lang) -> Marked:
    """The question as it is read out, the person's name and figures as placeholders."""
    return _filled(question.label, lang)


def _filled(labels: Labels, lang: Lang) -> Marked:
    text = labels[lang].replace("${first_name}", NAME_SHOWN[lang])
    for name in ("cost_items_sum", "cost_currency", "cost_items_elsewhere", "cost_items_unknown"):
        text = text.replace(f"${{{name}}}", "…")
    return apart(text)


def _asked_of(question: Question, lang: Lang) -> Marked:
    return apart(question.asked_of[lang]) if question.asked_of else said("manual_all", lang)


def _answers(question: Question, lang: Lang) -> Marked:
    """The answers to choose from, or what is written."""
    if question.type == "note":
        return said("manual_note", lang)
    if not question.list:
        return said(f"answer_{question.type}", lang)
    offered = choices(question.list)
    if len(offered) > SHOWN_CHOICES:
        return said("answer_list", lang, n=number(len(offered), lang))
    text = " · ".join(choice.label[lang] for choice in offered)
    if question.type == "select_multiple":
        return Marked(f"{said('answer_several', lang)} {text}")
    return apart(text)


def _guidance(question: Question, lang: Lang) -> Marked:
    """Hint, probe, check and standard, in this order."""
    parts = [question.hint[lang]] if question.hint else []
    if question.concept:
        parts.append(question.concept[lang])
    if question.probe:
        parts.append(f"{said('manual_probe', lang)} {question.probe[lang]}")
    if question.message:
        parts.append(f"{said('manual_range', lang)} {question.message[lang]}")
    if question.icls:
        parts.append(source.concepts()[question.icls][lang])
    if question.is_asked and not question.required:
        parts.append(f"({said('manual_optional', lang)})")
    return apart(" ".join(parts))


def _calculated(questions: tuple[Question, ...], lang: Lang) -> Iterator[Marked]:
    """What the form works out by itself and the interviewer does not ask."""
    for question in questions:
        if question.type == "calculate":
            standard = f" {source.concepts()[question.icls][lang]}" if question.icls else ""
            yield apart(f"{question.label[lang]}.{standard}")
