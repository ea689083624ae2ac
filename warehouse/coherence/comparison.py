"""The only reader of comparisons.yml: which figures stand side by side, and what is expected.

A comparison has one concept and several figures; the first is the reference. A figure is read from
a release (a dataflow, codes by dimension, a frequency) or from published_figures.csv. `expected`
is the range in which its ratio to the reference lies where both are right, `why` the reason of the
distance.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from warehouse.coherence.sources import source_labels
from warehouse.errors import SimimoError
from warehouse.indicator import Frequency, Labels
from warehouse.messages import LANGUAGES

FOLDER = Path(__file__).parent


class InvalidComparison(SimimoError):
    """A comparison is incomplete, or names what does not exist."""

    key = "invalid_comparison"


@dataclass(frozen=True)
class Released:
    """A figure of a release: one cell of a dataflow, less other cells, times a factor.

    Dimensions that `codes` does not name are totals.
    """

    dataflow: str
    freq: Frequency
    codes: Mapping[str, str]
    less: tuple[Mapping[str, str], ...]
    factor: float


@dataclass(frozen=True)
class Published:
    """A figure that an institution has published, with its period and source."""

    series: str
    period: str
    breakdown: str
    value: float
    unit: str
    source: Labels
    factor: float


@dataclass(frozen=True)
class Range:
    """From the lowest to the highest ratio to the reference that is no surprise."""

    low: float
    high: float


@dataclass(frozen=True)
class Compared:
    """One figure of a comparison; `expected` and `why` are None for the reference."""

    label: Labels
    origin: Released | Published
    expected: Range | None
    why: Labels | None


@dataclass(frozen=True)
class Comparison:
    """Figures on one concept, the reference first."""

    id: str
    title: Labels
    concept: Labels
    unit: Labels
    figures: tuple[Compared, ...]


@cache
def comparisons(path: Path = FOLDER / "comparisons.yml") -> tuple[Comparison, ...]:
    """Every comparison of the file at `path`, in its order; raises InvalidComparison."""
    read = yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)
    return tuple(_comparison(given) for given in read["comparisons"])


@cache
def published_figures() -> Mapping[tuple[str, str, str, str], Mapping[str, str]]:
    """The rows of published_figures.csv by series, population, period and breakdown."""
    with (FOLDER / "published_figures.csv").open(encoding="utf-8", newline="") as file:
        return {
            (row["series"], row["population"], row["period"], row["breakdown"]): row
            for row in csv.DictReader(file)
        }


def _comparison(given: Mapping[str, Any]) -> Comparison:
    try:
        figures = tuple(_compared(figure) for figure in given["figures"])
        made = Comparison(
            given["id"],
            _labels(given["title"]),
            _labels(given["concept"]),
            _labels(given["unit"]),
            figures,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise InvalidComparison(comparison=given.get("id", "?"), problem=str(error)) from error
    if not figures or figures[0].expected is not None or None in {f.expected for f in figures[1:]}:
        problem = "the first figure is the reference; each other one says what is expected of it"
        raise InvalidComparison(comparison=made.id, problem=problem)
    return made


def _compared(given: Mapping[str, Any]) -> Compared:
    expected = given.get("expected")
    why = given.get("why")
    if (expected is None) != (why is None):
        raise ValueError("expected and why belong together")
    origin = _released(given) if "dataflow" in given else _published(given)
    return Compared(
        _labels(given["label"]),
        origin,
        Range(float(expected[0]), float(expected[1])) if expected else None,
        _labels(why) if why else None,
    )


def _released(given: Mapping[str, Any]) -> Released:
    return Released(
        given["dataflow"],
        given["freq"],
        given.get("codes", {}),
        tuple(given.get("less", ())),
        float(given.get("factor", 1)),
    )


def _published(given: Mapping[str, Any]) -> Published:
    named = given["published"]
    found = [
        row
        for (series, population, period, breakdown), row in published_figures().items()
        if series == named["series"]
        and period == str(named["period"])
        and breakdown == named.get("breakdown", "total")
        and population == named.get("population", population)
    ]
    if len(found) != 1:
        raise ValueError(f"{len(found)} published figures for {dict(named)}")
    row = found[0]
    return Published(
        row["series"],
        row["period"],
        row["breakdown"],
        float(row["value"]),
        row["unit"],
        source_labels(row["source"]),
        float(given.get("factor", 1)),
    )


def _labels(value: Mapping[str, str]) -> Labels:
    return {lang: value[lang] for lang in LANGUAGES}
