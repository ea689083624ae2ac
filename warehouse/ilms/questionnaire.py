"""The tables that ILO asks for, as `tables.yml` states them, and the remarks on them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from warehouse.indicator import Labels, TimeAggregation
from warehouse.messages import LANGUAGES

AGENCY = "ILO"
SEX = "SEX"
TITLE = {
    "fr": ("{measure}, par {first}", " et {last}"),
    "ar": ("{measure} حسب {first}", " و{last}"),
    "en": ("{measure} by {first}", " and {last}"),
}
SEPARATOR = {"fr": ", ", "ar": " و", "en": ", "}


@dataclass(frozen=True)
class Reading:
    """Which dimension of a dataflow is read by which list of correspondences."""

    dimension: str
    entries: str


@dataclass(frozen=True)
class Source:
    """A dataflow that fills a table: its rule for the year, whom it counts, how it is read."""

    dataflow: str
    rule: TimeAggregation
    population: str
    classifications: Mapping[str, Reading]
    constants: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    where: Mapping[str, str] = field(default_factory=dict)
    additive: bool = True
    limits: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rate:
    """A table in hundredths: the cells of one table over those of another."""

    numerator: str
    denominator: str


@dataclass(frozen=True)
class Table:
    """One table of the questionnaire, such as MST_TEMP_SEX_AGE_CCT_NB, and what fills it."""

    code: str
    sources: tuple[Source, ...] = ()
    rate: Rate | None = None
    missing: str | None = None
    would_fill: str | None = None
    twin: str | None = None
    by_analogy: bool = False

    @property
    def family(self) -> str:
        """The first word of the code: MST, MFL, MNA, INJ or EIP."""
        return self.code.split("_")[0]

    @property
    def measure(self) -> str:
        """The code without its classifications, such as MST_TEMP_NB."""
        parts = self.code.split("_")
        return "_".join([*parts[:2], parts[-1]])

    @property
    def classifications(self) -> tuple[str, ...]:
        """What it is classified by besides sex, such as AGE and CCT."""
        return tuple(self.code.split("_")[3:-1])

    @property
    def dataflow(self) -> str:
        """Its dataflow's id at ILO."""
        return f"DF_{self.code}"

    @property
    def ilostat(self) -> str | None:
        """The id of the dataflow under which ILOSTAT was seen to disseminate it, where known."""
        measure = _read("tables")["measures"][self.measure].get("ilostat")
        if measure is None:
            return None
        subject, concept, unit = measure.split("_")
        return "_".join(["DF", subject, concept, SEX, *self.classifications, unit])

    def would_fill_in(self, lang: str) -> str:
        """The source that would fill it, in `lang`."""
        return remark("would_fill", self.would_fill)[lang] if self.would_fill else ""

    def title(self, lang: str) -> str:
        """The title in `lang`, from the words of its measure and classifications."""
        content = _read("tables")
        words = [content["classifications"][c][lang] for c in (SEX, *self.classifications)]
        head, tail = TITLE[lang]
        first = SEPARATOR[lang].join(words[:-1])
        measure = content["measures"][self.measure]["label"][lang]
        return head.format(measure=measure, first=first) + tail.format(last=words[-1])


@cache
def tables() -> Mapping[str, Table]:
    """Every table by its code, in the order of the questionnaire."""
    return {code: _table(code, given) for code, given in _read("tables")["tables"].items()}


def _table(code: str, given: Mapping[str, Any]) -> Table:
    rate = given.get("rate")
    return Table(
        code,
        tuple(_source(source) for source in given.get("filled_from", ())),
        rate and Rate(**rate),
        given.get("missing"),
        given.get("would_fill"),
        given.get("twin"),
        given.get("by_analogy", False),
    )


def _source(given: Mapping[str, Any]) -> Source:
    read = {c: Reading(*how.split("/")) for c, how in given["classifications"].items()}
    constants = {c: tuple(codes) for c, codes in given.get("constants", {}).items()}
    limits = tuple(given.get("limits", ()))
    own = {"classifications": read, "constants": constants, "limits": limits}
    return Source(**{**given, **own})


def classification_label(classification: str) -> Labels:
    """What a classification is of, such as âge of AGE."""
    label: Labels = _read("tables")["classifications"][classification]
    return label


def remark(group: str, key: str, **values: str | int | Labels) -> Labels:
    """A remark of `remarks.yml` in three languages, its template filled with what each says."""
    said = _read("remarks")[group][key]
    return {lang: said[lang].format(**_spoken(values, lang)) for lang in LANGUAGES}


def _spoken(values: Mapping[str, str | int | Labels], lang: str) -> dict[str, str | int]:
    return {name: v if isinstance(v, str | int) else v[lang] for name, v in values.items()}


@cache
def _read(name: str) -> dict[str, Any]:
    import yaml

    path = Path(__file__).with_name(f"{name}.yml")
    content: dict[str, Any] = yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)
    return content
