"""The only reader of the indicators' definitions: one dataflow per dbt properties file.

A definition stands beside its model, in dbt_project/models/indicators/<model>.yml under
`config.meta.definition`. Everything that names an indicator follows from it: the tables that may
be released, the views of the analysts, the pages and the API.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from warehouse.contracts.contract import Contract, contracts
from warehouse.errors import SimimoError, UnknownDataflow
from warehouse.icls import clause
from warehouse.messages import LANGUAGES
from warehouse.settings import settings

Labels = Mapping[str, str]
Kind = Literal["national", "public"]
Frequency = Literal["M", "Q", "A"]

TimeAggregation = Literal["end_of_period", "sum", "mean", "ratio", "none"]
"""How quarters and years follow from the base periods; dbt's macro spans says each."""


YEARLY: Frequency = "A"
TOTAL = "_T"
NOT_APPLICABLE = "_Z"
MAX_TABLE_DIMENSIONS = 3
MEASURES = ("measure", "statistic")
"""Dimensions that say what a figure is, not of whom: they take a table no deeper into persons."""
ESTIMATE = "EST"
STATISTICS = (ESTIMATE, "SE", "LOWER", "UPPER", "CV", "DEFF", "N")
"""The codes of dimension statistic in their order: the figure itself, then what tells its error."""
SAID = (
    *("title", "definition", "population_concept", "icls_clause", "formula", "time_rule"),
    *("known_limits", "comparable"),
)
"""What a definition must say in every language, each in its own words."""


class InvalidDefinition(SimimoError):
    """A dataflow's definition is incomplete or contradicts the contracts."""

    key = "invalid_definition"


@dataclass(frozen=True)
class CommonDimension:
    """One of the common set: its usual code list, its label, the comment of its column."""

    code_list: str
    label: Labels
    comment: str


def _common_dimensions() -> Mapping[str, CommonDimension]:
    import yaml

    path = Path(__file__).with_name("dimensions.yml")
    read = yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)
    return {name: CommonDimension(**given) for name, given in read.items()}


COMMON_DIMENSIONS = _common_dimensions()
DIMENSIONS = tuple(COMMON_DIMENSIONS)
"""The common set of dimensions besides frequency and time, in the order of an observation's key."""


@dataclass(frozen=True)
class Dimension:
    """One dimension of a dataflow and the list of its codes, such as citizenship and cl_area."""

    id: str
    code_list: str
    label: Labels


@dataclass(frozen=True)
class Unit:
    """The unit of a figure, a code of cl_unit, and its decimals."""

    unit_measure: str
    decimals: int


@dataclass(frozen=True)
class Dataflow:
    """One indicator, such as DF_EMP_DECLARED: what it counts, of whom, from what, in which tables.

    `tables` are the only combinations of dimensions published from it, of which `yearly_tables` are
    too fine for less than a year, as are the `yearly_codes` of a dimension without total; `kind`
    public means that others have published the figures before; `icls_categories` are codes of
    cl_migrant_category; `units` has the codes of `measure` and `statistic` whose unit is another
    than `unit_measure`.
    """

    id: str
    model: str
    title: Labels
    definition: Labels
    population_concept: Labels
    icls_categories: tuple[str, ...]
    icls_clause: Labels
    stock_flow: str
    sources: tuple[str, ...]
    formula: Labels
    unit_measure: str
    decimals: int
    freq: Frequency
    time_aggregation: TimeAggregation
    dimensions: tuple[Dimension, ...]
    tables: tuple[tuple[str, ...], ...]
    yearly_tables: tuple[tuple[str, ...], ...]
    yearly_codes: Mapping[str, tuple[str, ...]]
    time_rule: Labels
    known_limits: Labels
    comparable: Labels
    kind: Kind
    credit: Labels
    units: Mapping[str, Unit] = field(default_factory=dict)

    @property
    def dimension_ids(self) -> tuple[str, ...]:
        """The ids of its own dimensions, time not among them."""
        return tuple(d.id for d in self.dimensions)

    @property
    def frequencies(self) -> tuple[Frequency, ...]:
        """The frequencies in which it is observed, the finest first."""
        return (self.freq, *_coarser(self.freq, self.time_aggregation))

    def tables_of(self, freq: str) -> tuple[tuple[str, ...], ...]:
        """The tables that are published by `freq`."""
        if freq == YEARLY:
            return self.tables
        return tuple(table for table in self.tables if table not in self.yearly_tables)

    @property
    def contracts(self) -> tuple[str, ...]:
        """The ids of every contract whose submissions can stand behind its figures.

        More than `sources`: a second extract of records of the same fact flows into the same
        harmonised table without being named here, and some extracts enrich the records of others.
        """
        known = contracts()
        named = [known[source] for source in self.sources]
        facts = {c.fact for c in named if c.kind == "records"}
        feeding = {c.id for c in known.values() if c.kind == "records" and c.fact in facts}
        feeding |= set(self.sources)
        enriching = {c.id for c in known.values() if _enriches(c, feeding)}
        return tuple(sorted(feeding | enriching))

    def to_json(self) -> dict[str, Any]:
        """The definition as plain JSON values, as a release freezes it."""
        told = asdict(self)
        # As earlier releases froze it: a definition that says nothing new is not another one.
        for name in ("yearly_tables", "yearly_codes", "units"):
            if not told[name]:
                del told[name]
        return told


def _coarser(freq: Frequency, aggregation: TimeAggregation) -> tuple[Frequency, ...]:
    if aggregation == "none":
        return ()
    coarser: dict[Frequency, tuple[Frequency, ...]] = {"M": ("Q", "A"), "Q": ("A",)}
    return coarser.get(freq, ())


def _enriches(candidate: Contract, feeding: set[str]) -> bool:
    return any(contract in feeding for contract, _by in candidate.enriches)


def dataflow(dataflow_id: str) -> Dataflow:
    """The definition called `dataflow_id`; raises UnknownDataflow."""
    known = dataflows()
    if dataflow_id not in known:
        raise UnknownDataflow(dataflow=dataflow_id, known=", ".join(known))
    return known[dataflow_id]


def dataflows() -> Mapping[str, Dataflow]:
    """Every dataflow by its id, in alphabetical order."""
    return _read_folder(settings().dbt_dir / "models" / "indicators")


@cache
def _read_folder(folder: Path) -> Mapping[str, Dataflow]:
    found = [d for path in sorted(folder.glob("*.yml")) for d in read_definitions(path)]
    return {d.id: d for d in sorted(found, key=lambda d: d.id)}


def read_definitions(path: Path) -> list[Dataflow]:
    """The dataflows defined in the dbt properties file at `path`; raises InvalidDefinition."""
    import yaml

    content = yaml.load(path.read_text("utf-8"), yaml.CSafeLoader) or {}
    defined = (
        (model["name"], model.get("config", {}).get("meta", {}).get("definition"))
        for model in content.get("models", [])
    )
    return [definition_from(given, name) for name, given in defined if given is not None]


def definition_from(given: Mapping[str, Any], model: str) -> Dataflow:
    """The dataflow that the mapping `given` defines for dbt's `model`; raises InvalidDefinition."""
    try:
        said = clause(given.get("icls_categories", ()), given.get("icls_clauses", ()))
        read = _definition_from({**given, "icls_clause": said}, model)
        _require_sound(read)
    except KeyError as error:
        raise InvalidDefinition(model=model, problem=f"{error} is missing") from error
    except (TypeError, ValueError) as error:
        raise InvalidDefinition(model=model, problem=str(error)) from error
    return read


def frozen_definition(frozen: Mapping[str, Any]) -> Dataflow:
    """The dataflow that a release froze with `to_json`.

    It is not compared with today's contracts: a release stays readable whatever came after.
    """
    return _definition_from(frozen, frozen["model"])


def _definition_from(given: Mapping[str, Any], model: str) -> Dataflow:
    return Dataflow(
        id=given["id"],
        model=model,
        title=_labels(given["title"]),
        definition=_labels(given["definition"]),
        population_concept=_labels(given["population_concept"]),
        icls_categories=tuple(given.get("icls_categories", ())),
        icls_clause=_labels(given["icls_clause"]),
        stock_flow=given["stock_flow"],
        sources=tuple(given["sources"]),
        formula=_labels(given["formula"]),
        unit_measure=given["unit_measure"],
        decimals=int(given["decimals"]),
        freq=given["freq"],
        time_aggregation=given.get("time_aggregation", "none"),
        dimensions=tuple(_dimension(d) for d in given["dimensions"]),
        tables=tuple(tuple(table) for table in given["tables"]),
        yearly_tables=tuple(tuple(table) for table in given.get("yearly_tables", ())),
        yearly_codes={d: tuple(codes) for d, codes in given.get("yearly_codes", {}).items()},
        time_rule=_labels(given["time_rule"]),
        known_limits=_labels(given["known_limits"]),
        comparable=_labels(given.get("comparable", "")),
        kind=given["kind"],
        credit=_labels(given.get("credit", "")),
        units={code: Unit(**unit) for code, unit in given.get("units", {}).items()},
    )


def _dimension(given: Mapping[str, Any]) -> Dimension:
    """A dimension with the label of the common set, unless the definition gives its own."""
    label = given.get("label")
    if label is None and given["id"] in COMMON_DIMENSIONS:
        label = COMMON_DIMENSIONS[given["id"]].label
    return Dimension(given["id"], given["code_list"], _labels(label or given["id"]))


def _labels(value: Any) -> Labels:
    """Text in three languages; one text without language stands for all three."""
    if isinstance(value, Mapping):
        return {lang: str(value[lang]) for lang in LANGUAGES}
    return dict.fromkeys(LANGUAGES, str(value))


def _require_sound(read: Dataflow) -> None:
    own = set(read.dimension_ids)
    _require(own <= set(DIMENSIONS), f"unknown dimensions {sorted(own - set(DIMENSIONS))}")
    _require(read.freq in get_args(Frequency), f"unknown frequency {read.freq!r}")
    _require(
        read.time_aggregation in get_args(TimeAggregation),
        f"unknown time aggregation {read.time_aggregation!r}",
    )
    _require(bool(read.tables), "no table is declared")
    for name in SAID:
        texts = [text.strip() for text in getattr(read, name).values()]
        _require(all(texts), f"{name} says nothing")
        _require(len(set(texts)) == len(LANGUAGES), f"{name} is not told in every language")
    _require(read.stock_flow in ("stock", "flow"), "it is neither stock nor flow")
    _require(not read.units or bool(own & {*MEASURES}), "units of measures that it has not")
    for table in read.tables:
        _require(set(table) <= own, f"table {list(table)} names other dimensions")
        if read.kind == "national":
            # Figures published by others keep the shape in which they were published.
            depth = len(set(table) - {*MEASURES})
            _require(depth <= MAX_TABLE_DIMENSIONS, f"table {list(table)} is too deep")
    undeclared = set(read.yearly_tables) - set(read.tables)
    _require(not undeclared, f"yearly tables that are none of its tables: {sorted(undeclared)}")
    other = set(read.yearly_codes) - own
    _require(not other, f"yearly codes of dimensions that it has not: {sorted(other)}")
    for said, is_said in (("tables", read.yearly_tables), ("codes", read.yearly_codes)):
        _require(not is_said or YEARLY in read.frequencies, f"yearly {said}, yet no yearly figures")
    unknown = set(read.sources) - set(contracts())
    _require(not unknown, f"sources without contract: {sorted(unknown)}")
    kinds = {contracts()[source].kind for source in read.sources}
    _require(read.kind in get_args(Kind), f"unknown kind {read.kind!r}")
    # A national figure called public would pass the gate unprotected.
    _require(read.kind == "national" or kinds == {"public"}, "public, yet from national sources")


def _require(condition: bool, problem: str) -> None:
    if not condition:
        raise ValueError(problem)
