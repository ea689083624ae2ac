"""The rules of disclosure control, as the authority wrote them in disclosure.yml."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from warehouse.errors import SimimoError

Counted = Literal["value_and_records", "records"]
Zero = Literal["published", "suppressed"]
Adds = Literal["counts", "amounts", "means", "nothing"]

LOWEST_THRESHOLD = 3
"""With two contributors each finds the other by subtraction: no rule may go below three."""

MOST_DOMINANT = 2
"""Rows tell the two largest contributions of a cell, no more."""


LESS = "-LESS-"
"""Stands in the code of what a code holds beyond those within it: DEPARTED-LESS-RETURNED."""


DISCLOSURE_RULES = Path(__file__).with_name("disclosure.yml")
"""The rules as the authority wrote them."""


class InvalidRules(SimimoError):
    """disclosure.yml holds a rule that protects nobody, or that nobody can read."""

    key = "disclosure_invalid_rules"
    exit_code = 3
    http_status = 500


@dataclass(frozen=True)
class Summed:
    """The codes of one dimension whose rows add up, such as N of dimension statistic."""

    dimension: str
    codes: tuple[str, ...]


@dataclass(frozen=True)
class Nesting:
    """Codes of `dimension` that lie in another one, such as {"Y_LT5": "_T"}.

    What the codes within one code leave of it together is one figure; codes that overlap stand in
    nestings of their own. Of the rows in `cells` alone, such as {"measure": ("REACHED",)}.
    """

    dimension: str
    codes: Mapping[str, str]
    cells: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def rests(self) -> dict[str, str]:
        """The code of what is left of each code that others lie in."""
        inner: dict[str, list[str]] = {}
        for code, above in self.codes.items():
            inner.setdefault(above, []).append(code)
        return {above: f"{above}{LESS}{'-'.join(codes)}" for above, codes in inner.items()}


@dataclass(frozen=True)
class Tie:
    """Figures of another dataflow that tell a figure of this one, are told by it, or hold it.

    Those of `dataflow` in `cells` (such as {"measure": "REACHED"}) and otherwise of the same codes,
    where `codes` says no other one of a dimension; `own` are the figures of this dataflow meant.
    """

    dataflow: str
    cells: Mapping[str, str] = field(default_factory=dict)
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    own: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Rules:
    """The rules of one dataflow: figures on 1 to `threshold` - 1 contributors are withheld.

    `adds` says what adds up to totals: whole counts, amounts, only the sums behind means and
    shares, or nothing (medians). `summed` are the rows that do, all of them when None; `within`
    tells the codes that lie in another one. `protection` is how many
    other counts must stay possible, or for amounts how many per cent of the value. `dominance`
    (n, k): the n largest contributors hold more than k per cent; `p_percent`: the second largest
    could estimate the largest more closely than that; `full_group`: dimensions of which no group
    may be known to lie wholly in one code; `tied_to`: figures of other dataflows with which one of
    this is withheld; `lies_in`: those that hold everybody whom one of this counts. `secondary`:
    whether further cells are withheld so that no total gives a withheld one away, and audited.
    """

    threshold: int
    counted: Counted
    zero: Zero
    adds: Adds = "counts"
    summed: Summed | None = None
    within: tuple[Nesting, ...] = ()
    protection: int = 1
    dominance: tuple[int, int] | None = None
    p_percent: int | None = None
    full_group: tuple[str, ...] = ()
    tied_to: tuple[Tie, ...] = ()
    lies_in: tuple[Tie, ...] = ()
    secondary: bool = True

    def __post_init__(self) -> None:
        if type(self.threshold) is not int or self.threshold < LOWEST_THRESHOLD:
            raise ValueError(f"disclosure threshold {self.threshold!r} is below {LOWEST_THRESHOLD}")
        for name, known in (("counted", Counted), ("zero", Zero), ("adds", Adds)):
            if getattr(self, name) not in get_args(known):
                raise ValueError(f"unknown disclosure rule {name}: {getattr(self, name)!r}")
        if type(self.secondary) is not bool:
            raise ValueError(f"disclosure secondary {self.secondary!r} is neither true nor false")
        for name in ("within", "lies_in"):
            if getattr(self, name) and self.adds != "counts":
                raise ValueError(f"disclosure {name} is of counts alone")
        self._require_protection()
        self._require_concentration()

    def _require_protection(self) -> None:
        most = self.threshold - 2 if self.adds == "counts" else 100
        if type(self.protection) is not int or not 1 <= self.protection <= most:
            raise ValueError(f"disclosure protection {self.protection!r} is not from 1 to {most}")

    def _require_concentration(self) -> None:
        if self.dominance is not None:
            n, k = self.dominance
            if not (1 <= n <= MOST_DOMINANT and 0 < k < 100):
                raise ValueError(f"disclosure dominance ({n}, {k}): n is 1 or 2, k a percentage")
        if self.p_percent is not None and not 0 < self.p_percent < 100:
            raise ValueError(f"disclosure p_percent {self.p_percent!r} is no percentage")

    @property
    def looks_at_contributions(self) -> bool:
        """Whether a rule needs the largest contributions of a cell."""
        return self.dominance is not None or self.p_percent is not None

    def to_json(self) -> dict[str, Any]:
        """The rules as a manifest records them."""
        values = asdict(self)
        if not self.lies_in:
            # As earlier releases recorded it: rules that say nothing new are not other ones.
            del values["lies_in"]
        plain: dict[str, Any] = json.loads(json.dumps(values))
        return plain


def rules(dataflow_id: str) -> Rules:
    """The rules of a dataflow of kind national; what it does not say, the default says.

    Raises InvalidRules.
    """
    return rules_in(read_rules(DISCLOSURE_RULES), dataflow_id)


def rules_in(content: Mapping[str, Any], dataflow_id: str) -> Rules:
    """The rules that `content`, as disclosure.yml holds it, has for a dataflow."""
    own = content["dataflows"].get(dataflow_id, {})
    chosen = {**content["default"], **own}
    known = {field.name for field in fields(Rules)}
    for name, rule in chosen.items():
        if name not in known:
            raise InvalidRules(dataflow=dataflow_id, problem=f"{name} is no rule")
        if set(rule) != {"value", "reason"} or not str(rule["reason"]).strip():
            raise InvalidRules(dataflow=dataflow_id, problem=f"{name} needs a value and a reason")
    try:
        return Rules(**{name: _read(name, rule["value"]) for name, rule in chosen.items()})
    except (KeyError, TypeError, ValueError) as error:
        raise InvalidRules(dataflow=dataflow_id, problem=str(error)) from error


def _read(name: str, value: Any) -> Any:
    if name == "dominance":
        return (value["n"], value["k"])
    if name == "summed":
        return Summed(value["dimension"], tuple(value["codes"]))
    if name == "within":
        return tuple(_nesting(**nesting) for nesting in value)
    if name in ("tied_to", "lies_in"):
        return tuple(Tie(**tie) for tie in value)
    return tuple(value) if isinstance(value, list) else value


def _nesting(
    dimension: str, codes: Mapping[str, str], cells: Mapping[str, list[str]] | None = None
) -> Nesting:
    return Nesting(dimension, codes, {name: tuple(of) for name, of in (cells or {}).items()})


@cache
def read_rules(path: Path) -> Mapping[str, Any]:
    """What disclosure.yml at `path` holds."""
    import yaml

    content: Mapping[str, Any] = yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)
    return content
