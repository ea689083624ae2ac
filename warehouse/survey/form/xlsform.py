"""The questionnaire as an XLSForm, the workbook that ODK, KoboToolbox and SurveyCTO read.

Standard: XLSForm (xlsform.org); sheets survey, choices and settings, each sentence in a column of
its language. The same questionnaire gives the same bytes.
"""

import io
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from warehouse.survey.form.choices import choices
from warehouse.survey.form.source import METADATA, Form, Question, Section

LANGUAGES = {"fr": "Français (fr)", "ar": "العربية (ar)"}
"""The languages as the standard writes them; the first is the one in which the form opens."""
CREATED = datetime(2026, 1, 1, tzinfo=UTC)
"""Written into every workbook, so that its bytes do not depend on the day."""

Row = Mapping[str, str]


def xlsform(form: Form) -> bytes:
    """The questionnaire as a workbook."""
    import xlsxwriter

    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True})
    book.set_properties({"title": form.title["fr"], "created": CREATED})
    for name, rows in sheets(form).items():
        sheet = book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        headings = list(dict.fromkeys(heading for row in rows for heading in row))
        for column, heading in enumerate(headings):
            sheet.write_string(0, column, heading, book.add_format({"bold": True}))
            sheet.set_column(column, column, 14 if column < 2 else 40)
        for number, row in enumerate(rows, 1):
            for heading, text in row.items():
                # Text, whatever it looks like: 014 keeps its zero and '=...' is no formula.
                sheet.write_string(number, headings.index(heading), text)
    book.close()
    return made.getvalue()


def sheets(form: Form) -> dict[str, list[Row]]:
    """The rows of each sheet; a cell that is empty is left out."""
    return {
        "survey": list(_survey(form)),
        "choices": list(_choices(form)),
        "settings": [
            {
                "form_title": form.title["fr"],
                "form_id": form.id,
                "version": form.version,
                "default_language": LANGUAGES["fr"],
                "instance_name": form.instance_name,
                "style": "pages",
            }
        ],
    }


def _survey(form: Form, repeat: str = "") -> Iterator[Row]:
    for section in form.within(repeat):
        # What the device fills by itself stands outside of every group, as its exports expect.
        filled = [question for question in section.questions if question.type in METADATA]
        yield from map(_question, filled)
        yield _opening(section)
        yield from (_question(each) for each in section.questions if each not in filled)
        if section.kind == "repeat":
            yield from _survey(form, section.name)
        yield {"type": f"end_{section.kind}", "name": section.name}


def _opening(section: Section) -> Row:
    row = {
        "type": f"begin_{section.kind}",
        "name": section.name,
        **_said("label", section.title),
        "relevant": section.relevant,
        "repeat_count": section.count,
    }
    return {heading: text for heading, text in row.items() if text}


def _question(question: Question) -> Row:
    row = {
        "type": f"{question.type} {question.list}".strip(),
        "name": question.name,
        **(_said("label", question.label) if question.type != "calculate" else {}),
        **_said("hint", question.hint),
        "relevant": question.relevant,
        "required": "yes" if question.is_asked and question.required else "",
        "constraint": question.constraint,
        **_said("constraint_message", question.message),
        "calculation": question.calculation,
        "trigger": f"${{{question.trigger}}}" if question.trigger else "",
        "choice_filter": question.choice_filter,
        "appearance": question.appearance,
    }
    return {heading: text for heading, text in row.items() if text}


def _choices(form: Form) -> Iterator[Row]:
    for name in dict.fromkeys(question.list for question in form.questions() if question.list):
        for choice in choices(name):
            yield {
                "list_name": name,
                "name": choice.code,
                **_said("label", choice.label),
                **choice.attributes,
            }


def _said(what: str, labels: Mapping[str, str]) -> Row:
    return {f"{what}::{LANGUAGES[lang]}": text for lang, text in labels.items()}
