"""The only reader of the questionnaire: its sections, questions, lists of answers and cost items.

They stand as YAML beside this module; the form, the interviewer's manual and the tests follow from
them. What a question needs to be asked and explained is required here, so that neither the form nor
the manual has a gap.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

FOLDER = Path(__file__).parent
LANGUAGES = ("fr", "ar")
Labels = Mapping[str, str]

METADATA = ("start", "end", "today")
"""Types that the device fills by itself; neither its number nor its place is asked for."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Question(_Strict):
    """One question, note or calculation, such as age.

    `relevant`, `constraint` and `calculation` are expressions of the form (XPath with `${name}`);
    `asked_of` says the first in words, `message` the second. `hint` is shown to the interviewer,
    `probe` and `concept` stand in the manual alone; `icls` names an entry of concepts.yml.
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    type: Literal[
        "start", "end", "today", "text", "integer", "decimal", "note", "calculate",
        "select_one", "select_multiple",
    ]  # fmt: skip
    list: str = ""
    label: Labels = {}
    hint: Labels = {}
    probe: Labels = {}
    concept: Labels = {}
    icls: str = ""
    relevant: str = ""
    asked_of: Labels = {}
    constraint: str = ""
    message: Labels = {}
    calculation: str = ""
    trigger: str = ""
    choice_filter: str = ""
    appearance: str = ""
    required: bool = True

    @property
    def is_asked(self) -> bool:
        """Whether a person answers it."""
        return self.type not in (*METADATA, "calculate", "note")

    @model_validator(mode="after")
    def _is_whole(self) -> "Question":
        said = [("label", self.label, self.type not in METADATA)]
        said += [
            ("asked_of", self.asked_of, bool(self.relevant)),
            ("message", self.message, bool(self.constraint)),
        ]
        for what, labels, is_needed in said:
            if is_needed != bool(labels):
                raise ValueError(f"{self.name}: {what} is {'missing' if is_needed else 'idle'}")
        for labels in (
            self.label,
            self.hint,
            self.probe,
            self.concept,
            self.asked_of,
            self.message,
        ):
            if labels and set(labels) != set(LANGUAGES):
                raise ValueError(f"{self.name}: a sentence is not in both languages: {labels}")
        if bool(self.list) != self.type.startswith("select"):
            raise ValueError(f"{self.name}: a list belongs to a choice, and only to one")
        return self


class Section(_Strict):
    """A page of the form (group), or questions asked as often as there are persons (repeat)."""

    name: str
    kind: Literal["group", "repeat"]
    within: str = ""
    count: str = ""
    title: Labels
    concept: Labels = {}
    icls: str = ""
    relevant: str = ""
    asked_of: Labels = {}
    questions: tuple[Question, ...]


class Choice(_Strict):
    """One answer of a list; `attributes` are further columns that the form may look up."""

    code: str
    label: Labels
    attributes: Mapping[str, str] = {}


class Form(_Strict):
    """The whole questionnaire."""

    id: str
    version: str
    title: Labels
    instance_name: str
    sections: tuple[Section, ...]

    def questions(self) -> Iterator[Question]:
        """All questions in the order in which they are asked."""
        for section in self.sections:
            yield from section.questions

    def question(self, name: str) -> Question:
        """The question called `name`; raises KeyError."""
        return {question.name: question for question in self.questions()}[name]

    def within(self, repeat: str) -> tuple[Section, ...]:
        """The sections inside a repeat; of '' those at the top."""
        return tuple(section for section in self.sections if section.within == repeat)


class CostItem(_Strict):
    """One item of the recruitment cost, such as the visa."""

    code: str
    label: Labels
    example: Labels


@cache
def form() -> Form:
    """The questionnaire as its files tell it, each cost item as three questions."""
    given = read(FOLDER / "form.yml")
    sections = [_section(name) for name in given["sections"]]
    return Form.model_validate(given | {"sections": sections})


def cost_items() -> tuple[CostItem, ...]:
    """The cost items in the order in which they are asked."""
    rows = read(FOLDER / "cost_items.yml")
    return tuple(CostItem(code=code, **row) for code, row in rows.items())


def concepts() -> Mapping[str, Labels]:
    """The clauses of the standards that questions point at, in words."""
    found: Mapping[str, Labels] = read(FOLDER / "concepts.yml")
    return found


def _section(name: str) -> dict[str, Any]:
    from warehouse.survey.form.cost import calculations, item_questions

    given: dict[str, Any] = read(FOLDER / "questions" / f"{name}.yml")
    questions: list[dict[str, Any]] = []
    for question in given["questions"]:
        if question.get("each_cost_item"):
            questions += item_questions(cost_items())
        elif str(question.get("calculation", "")).startswith("@"):
            key = question["calculation"].removeprefix("@")
            questions.append(question | {"calculation": calculations(cost_items())[key]})
        else:
            questions.append(question)
    return given | {"questions": questions}


@cache
def read(path: Path) -> Any:
    """What a YAML file of the questionnaire holds."""
    import yaml

    return yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)
