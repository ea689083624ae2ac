"""The only reader of the suites: what is measured of an extract, and what is expected of it.

A suite is a file that a statistician can edit, `suites/<contract>.yml`; a contract without one
is judged by `suites/default_period.yml` or `suites/default_cumulative.yml`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, Literal, get_args

from warehouse.contracts.contract import Contract, Labels
from warehouse.errors import SimimoError
from warehouse.findings import Severity

SUITES_DIR = Path(__file__).parent / "suites"
LANGUAGES = ("fr", "ar", "en")
EXPECTATION_WORDS = {
    *("measure", "compare", "against", "periods", "needs", "at_least", "at_most", "chance"),
    *("severity", "reason"),
}
CHANCE_ERRORS = 3.0
"""Standard errors granted to chance: about one false alarm in 400, whatever the scale."""

Form = Literal["count", "share", "mean", "distribution", "known_in", "retained", "value"]
Comparison = Literal["ratio", "difference", "distance", "level"]
Baseline = Literal["earlier", "previous", "last_year", "peak", "none"]


class InvalidSuite(SimimoError):
    """A file of suites or waivers breaks its own vocabulary."""

    key: ClassVar[str] = "invalid_suite"


@dataclass(frozen=True)
class Register:
    """The register in which a measure looks its key up (e.g. numero_assure of immatriculations)."""

    contract: str
    column: str


@dataclass(frozen=True)
class Measure:
    """One figure taken of a submission's rows by a SQL aggregate.

    `count` rows, `share` of rows for which a condition holds, `mean` of an expression, `value` of
    any aggregate; `distribution` is the share of each code; `known_in` the share of rows whose
    key stands in the register of another contract; `retained` the share of keys of the version
    in force, of the parts being replaced, that the new version has too.
    """

    id: str
    label: Labels
    form: Form
    sql: str
    where: str | None
    columns: tuple[str, ...]
    unit: str | None
    register: Register | None

    @property
    def is_share(self) -> bool:
        """Whether the figure lies between 0 and 1 and reads as a percentage."""
        return self.form in ("share", "known_in", "retained")


@dataclass(frozen=True)
class Expectation:
    """What one measure must be, beside its earlier values or by itself, and the reason why.

    `ratio` and `difference` compare with the baseline, `distance` is the total variation distance
    of two distributions (half the sum of absolute differences of shares), `level` compares with
    nothing. The baseline has at most `periods` earlier periods and at least `needs`, or nothing
    is judged. `chance` is the number of standard errors granted before a gap counts.
    """

    id: str
    measure: Measure
    comparison: Comparison
    against: Baseline
    periods: int
    needs: int
    at_least: float | None
    at_most: float | None
    chance: float
    severity: Severity
    reason: Labels


@dataclass(frozen=True)
class Suite:
    """The measures and expectations of one contract.

    `breaks` are the periods at which its series starts anew: what came before is no yardstick.
    """

    id: str
    measures: tuple[Measure, ...]
    expectations: tuple[Expectation, ...]
    breaks: tuple[str, ...]


def suite_of(contract: Contract) -> Suite:
    """The suite of `contract`, or the default one of its coverage."""
    own = SUITES_DIR / f"{contract.id}.yml"
    coverage = "cumulative" if contract.coverage == "cumulative" else "period"
    return read_suite(own if own.exists() else SUITES_DIR / f"default_{coverage}.yml")


@cache
def read_suite(path: Path) -> Suite:
    """The suite in the file at `path`; raises InvalidSuite naming the fault."""
    import yaml

    try:
        content = yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)
        measures = {name: _measure(name, own) for name, own in content["measures"].items()}
        return Suite(
            id=path.stem,
            measures=tuple(measures.values()),
            expectations=tuple(
                _expectation(name, own, measures) for name, own in content["expectations"].items()
            ),
            breaks=tuple(map(str, content.get("breaks", {}))),
        )
    except (KeyError, TypeError, ValueError, AttributeError, yaml.YAMLError) as error:
        raise InvalidSuite(file=path.name, problem=str(error)) from error


def _measure(name: str, own: Mapping[str, Any]) -> Measure:
    forms = [form for form in get_args(Form) if form in own]
    if len(forms) != 1:
        raise ValueError(f"{name}: exactly one of {', '.join(get_args(Form))} is needed")
    form: Form = forms[0]
    register = Register(**own["known_in"]) if form == "known_in" else None
    columns = tuple(own.get("columns", ()))
    _require_keys(name, own, {form, "label", "columns", "where", "unit"})
    return Measure(
        id=_identifier(name),
        label=labels(name, own["label"]),
        form=form,
        sql=columns[0] if register else str(own[form]),
        where=own.get("where"),
        columns=columns,
        unit=own.get("unit"),
        register=register,
    )


def _expectation(name: str, own: Mapping[str, Any], measures: Mapping[str, Measure]) -> Expectation:
    _require_keys(name, own, EXPECTATION_WORDS)
    comparison = _one_of(name, own["compare"], Comparison)
    against = _one_of(name, own.get("against", "none"), Baseline)
    at_least, at_most = own.get("at_least"), own.get("at_most")
    if (comparison == "level") != (against == "none"):
        raise ValueError(f"{name}: a level has no baseline, every other comparison needs one")
    if at_least is None and at_most is None:
        raise ValueError(f"{name}: at_least or at_most is needed")
    measure = measures[own["measure"]]
    if (comparison == "distance") != (measure.form == "distribution"):
        raise ValueError(f"{name}: a distance is of a distribution, and of nothing else")
    return Expectation(
        id=_identifier(name),
        measure=measure,
        comparison=comparison,
        against=against,
        periods=int(own.get("periods", 6)),
        needs=int(own.get("needs", 1)),
        at_least=None if at_least is None else float(at_least),
        at_most=None if at_most is None else float(at_most),
        chance=float(own.get("chance", CHANCE_ERRORS)),
        severity=_one_of(name, own["severity"], Severity),
        reason=labels(name, own["reason"]),
    )


def labels(name: str, own: Mapping[str, str]) -> Labels:
    """The three languages of a text; raises ValueError where one lacks."""
    missing = [lang for lang in LANGUAGES if not own.get(lang)]
    if missing:
        raise ValueError(f"{name}: no text in {', '.join(missing)}")
    return {lang: " ".join(own[lang].split()) for lang in LANGUAGES}


def _identifier(name: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise ValueError(f"{name}: lower-case letters, digits and underscores only")
    return name


def _require_keys(name: str, own: Mapping[str, Any], known: set[str]) -> None:
    unknown = set(own) - known
    if unknown:
        raise ValueError(f"{name}: unknown words {', '.join(sorted(unknown))}")


def _one_of(name: str, value: str, allowed: Any) -> Any:
    if value not in get_args(allowed):
        raise ValueError(f"{name}: {value!r} is none of {', '.join(get_args(allowed))}")
    return value
