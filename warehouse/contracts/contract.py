"""The only reader of the contracts: one Open Data Contract Standard 3 file per extract.

`contract("cnss_declarations")` gives a frozen value that everything else follows from: the
reader, the checks, the raw table, the dbt source. What the standard has no word for lives in
its customProperties, under the names that contracts/README.md lists.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

from warehouse.contracts.layout import Layout, layout_from
from warehouse.errors import InvalidContract, UnknownContract
from warehouse.settings import settings

ColumnType = Literal["text", "integer", "decimal", "date", "month", "code"]
Classification = Literal["direct_identifier", "quasi_identifier", "content"]
Labels = Mapping[str, str]

LOGICAL_TYPES: Mapping[str, ColumnType] = {
    "string": "text",
    "integer": "integer",
    "number": "decimal",
    "date": "date",
}
DAYS_IN = {"d": 1, "w": 7}
MONTHS_IN = {"m": 1, "q": 3, "y": 12}
FREQUENCIES = {"m": "M", "q": "Q", "y": "A"}


@dataclass(frozen=True)
class Column:
    """One column of an extract: what it may hold, and how what it holds is protected."""

    name: str
    labels: Labels
    type: ColumnType
    description: str = ""
    required: bool = False
    unit: str | None = None
    variable: str | None = None
    code_list: str | None = None
    code_length: int | None = None
    separator: str | None = None
    coded_as: str | None = None
    values: tuple[str, ...] = ()
    classification: Classification = "content"
    identifier_type: str | None = None
    identity_role: str | None = None
    minimum: float | date | None = None
    maximum: float | date | None = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None
    date_formats: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()
    placeholders: tuple[str, ...] = ()
    example: str | None = None

    @property
    def is_kept(self) -> bool:
        """Whether the column exists in raw: direct identifiers only as pseudonyms."""
        return self.classification != "direct_identifier" or self.identifier_type is not None

    @property
    def is_direct_identifier(self) -> bool:
        """Whether the column names or numbers somebody."""
        return self.classification == "direct_identifier"

    @property
    def is_free_text(self) -> bool:
        """Whether raw keeps the column and nothing bounds what people write in it."""
        return self.type == "text" and not (self.pattern or self.is_direct_identifier)

    @property
    def is_masked(self) -> bool:
        """Whether a value of the column may never be shown in a report."""
        return self.is_direct_identifier or self.identity_role == "birth_date"


@dataclass(frozen=True)
class Rule:
    """A cross-field rule: a Polars SQL expression over typed columns that must be true or null."""

    name: str
    expression: str
    columns: tuple[str, ...]
    severity: Literal["error", "warning", "information"]
    message: Labels


@dataclass(frozen=True)
class Pivot:
    """Columns that a wide table spreads a variable over: each of their cells becomes a row.

    The heading goes into the column `name`, the cell into the column `value`. `pattern` tells
    such headings from others; a cell that is empty or among `missing` gives no row.
    """

    name: str
    value: str
    pattern: str = ""
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Contract:
    """One extract of one provider, such as cnss_declarations; compared by identity."""

    id: str
    provider: str
    provider_title: Labels
    dataset: str
    version: str
    title: Labels
    kind: Literal["records", "aggregates", "public"]
    coverage: Literal["period", "cumulative", "campaign"]
    on_new: Literal["replace", "append"]
    fact: str
    frequency: Literal["M", "Q", "A"]
    due_days: int
    years_apart: int
    first_year: int
    retention_months: int
    formats: tuple[str, ...]
    purpose: Labels
    legal_basis: Labels
    authorisation: Labels
    contact: str
    unknown_code_share_max: float
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...]
    rules: tuple[Rule, ...]
    period_column: str | None = None
    part_column: str | None = None
    enriches: tuple[tuple[str, str], ...] = ()
    layout: Layout | None = None
    pivot: Pivot | None = None
    sheet: str | None = None
    header_rows: tuple[int, ...] = ()
    member: str = ""
    ignored_headings: tuple[str, ...] = ()

    def column(self, name: str) -> Column:
        """The column called `name`."""
        return next(c for c in self.columns if c.name == name)

    @property
    def headed_columns(self) -> tuple[Column, ...]:
        """The columns that a heading names: a pivot's own two are made of the others."""
        made = (self.pivot.name, self.pivot.value) if self.pivot else ()
        return tuple(c for c in self.columns if c.name not in made)

    @property
    def raw_columns(self) -> tuple[Column, ...]:
        """The columns that raw keeps, verbatim or as pseudonyms."""
        return tuple(c for c in self.columns if c.is_kept)


def contract(contract_id: str) -> Contract:
    """The contract called `contract_id`; raises UnknownContract."""
    known = contracts()
    if contract_id not in known:
        raise UnknownContract(contract=contract_id, known=", ".join(sorted(known)))
    return known[contract_id]


def contracts() -> Mapping[str, Contract]:
    """Every contract by its id, in alphabetical order."""
    return _read_folder(settings().contracts_dir)


@cache
def _read_folder(folder: Path) -> Mapping[str, Contract]:
    read = (read_contract(path) for path in sorted(folder.glob("*.odcs.yaml")))
    return {c.id: c for c in read}


def read_contract(path: Path) -> Contract:
    """The contract in the ODCS file at `path`; raises InvalidContract naming the fault."""
    import yaml
    from open_data_contract_standard.model import OpenDataContractStandard
    from pydantic import ValidationError

    try:
        odcs = OpenDataContractStandard(**yaml.load(path.read_text("utf-8"), yaml.CSafeLoader))
        return _contract_from(odcs)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(step) for step in first["loc"])
        raise InvalidContract(file=path.name, problem=f"{where}: {first['msg']}") from error
    except KeyError as error:
        raise InvalidContract(file=path.name, problem=f"{error} is missing") from error
    except (ValueError, TypeError, AttributeError, yaml.YAMLError) as error:
        raise InvalidContract(file=path.name, problem=str(error)) from error


def _contract_from(odcs: Any) -> Contract:
    own = _properties(odcs.customProperties)
    sla = {p.property: p for p in odcs.slaProperties or []}
    table = odcs.schema_[0]
    columns = tuple(_column_from(p) for p in table.properties)
    keys = [p for p in table.properties if p.primaryKey]
    found = Contract(
        id=odcs.id,
        provider=own["provider"],
        provider_title=_provider_title(own),
        dataset=table.name,
        version=odcs.version,
        title=_labels(own["title"], odcs.id),
        kind=own["kind"],
        coverage=own["coverage"],
        on_new=own.get("onNew", "replace"),
        fact=own["fact"],
        frequency=FREQUENCIES[sla["frequency"].unit],  # type: ignore[arg-type]
        years_apart=int(sla["frequency"].value) if sla["frequency"].unit == "y" else 1,
        first_year=int(own.get("firstYear", 0)),
        due_days=int(sla["latency"].value) * DAYS_IN[sla["latency"].unit],
        retention_months=int(sla["retention"].value) * MONTHS_IN[sla["retention"].unit],
        formats=tuple(own["formats"]),
        purpose=_labels(
            {"fr": " ".join(odcs.description.purpose.split())} | own.get("purposeTranslations", {}),
            "purpose",
        ),
        legal_basis=_labels(own["legalBasis"], "legalBasis"),
        authorisation=_labels(own["authorisation"], "authorisation"),
        contact=odcs.support[0].url if odcs.support else "",
        unknown_code_share_max=float(own.get("unknownCodeShareMax", 0.05)),
        columns=columns,
        primary_key=tuple(p.name for p in sorted(keys, key=lambda p: p.primaryKeyPosition or 0)),
        rules=tuple(_rule_from(q) for q in table.quality or []),
        period_column=own.get("periodColumn"),
        part_column=own.get("partColumn"),
        enriches=tuple((e["contract"], e["by"]) for e in own.get("enriches", [])),
        layout=layout_from(own["layout"]) if "layout" in own else None,
        pivot=_pivot_from(own["pivot"]) if "pivot" in own else None,
        sheet=own.get("sheet"),
        header_rows=tuple(own.get("headerRows", ())),
        member=own.get("member", ""),
        ignored_headings=tuple(own.get("ignoredHeadings", ())),
    )
    _require_known_columns(found)
    return found


def _pivot_from(own: Mapping[str, Any]) -> Pivot:
    missing = tuple(str(text) for text in own.get("missing", ()))
    return Pivot(own["name"], own["value"], own.get("pattern", ""), missing)


def _column_from(prop: Any) -> Column:
    own = _properties(prop.customProperties)
    options = prop.logicalTypeOptions or {}
    kind = LOGICAL_TYPES[prop.logicalType]
    if own.get("variable") or prop.enum:
        kind = "code"
    if own.get("month"):
        kind = "month"
    return Column(
        name=prop.name,
        labels=_labels(own["label"], prop.name),
        type=kind,
        description=" ".join((prop.description or "").split()),
        required=bool(prop.primaryKey) if prop.required is None else prop.required,
        unit=own.get("unit"),
        variable=own.get("variable"),
        code_list=own.get("codeList"),
        code_length=own.get("codeLength"),
        separator=own.get("separator"),
        coded_as=own.get("codedAs"),
        values=tuple(str(v.value) for v in prop.enum or []),
        classification=prop.classification or "content",
        identifier_type=own.get("identifierType"),
        identity_role=own.get("identityRole"),
        minimum=options.get("minimum"),
        maximum=options.get("maximum"),
        min_length=options.get("minLength"),
        max_length=options.get("maxLength"),
        pattern=options.get("pattern"),
        date_formats=tuple(own.get("dateFormats", ["%Y-%m-%d", "%d/%m/%Y"])),
        placeholders=tuple(own.get("placeholders", ())),
        synonyms=tuple(s.synonym for s in prop.synonyms or []),
        example=str(prop.examples[0]) if prop.examples else None,
    )


def _rule_from(quality: Any) -> Rule:
    own = _properties(quality.customProperties)
    if (quality.type, quality.engine) != ("custom", "polars-sql"):
        raise ValueError(f"rule {quality.name}: type must be custom and engine polars-sql")
    return Rule(
        name=quality.name,
        expression=str(quality.implementation),
        columns=tuple(own["columns"]),
        severity=quality.severity or "error",
        message=_labels(own["message"], quality.name),
    )


def _provider_title(own: Mapping[str, Any]) -> Labels:
    """The institution's name; its short name in capitals where the contract gives none."""
    short = own["provider"].replace("_", " ").upper()
    return _labels(own.get("providerTitle", dict.fromkeys(("fr", "ar", "en"), short)), short)


def _properties(custom: Iterable[Any] | None) -> dict[str, Any]:
    return {p.property: p.value for p in custom or []}


def _labels(value: Any, owner: str) -> Labels:
    if isinstance(value, str):
        raise ValueError(f"{owner}: give {{fr, ar, en}} in place of one text")
    missing = {"fr", "ar", "en"} - set(value)
    if missing:
        raise ValueError(f"{owner}: no label in {', '.join(sorted(missing))}")
    return dict(value)


def _require_known_columns(found: Contract) -> None:
    names = {c.name for c in found.columns}
    named = {found.period_column, found.part_column, *found.primary_key} - {None}
    if found.pivot:
        named |= {found.pivot.name, found.pivot.value}
    for rule in found.rules:
        named |= set(rule.columns)
    if unknown := named - names:
        raise ValueError(f"unknown columns named: {', '.join(sorted(map(str, unknown)))}")
