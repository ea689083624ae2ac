"""The layout of a fixed-width file of several record types, such as CNSS's e-BDS."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Role = Literal["header", "part", "detail", "total", "grand_total"]


@dataclass(frozen=True)
class Field:
    """One field of a record: 1-based start and width, in characters."""

    name: str
    start: int
    width: int


@dataclass(frozen=True)
class CheckSum:
    """A field that must equal the sum of others; a coded field adds the value of its code."""

    field: str
    sum: tuple[str, ...]
    codes: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class Total:
    """A field of a total record: the count, or the sum of `of`, over the records totalled."""

    field: str
    of: str


@dataclass(frozen=True)
class Record:
    """One record type, such as B02; `totals` are checked over the records named in `over`."""

    code: str
    role: Role
    fields: tuple[Field, ...]
    repeats: bool = False
    check_sum: CheckSum | None = None
    over: tuple[str, ...] = ()
    totals: tuple[Total, ...] = ()

    def field(self, name: str) -> Field:
        """The field called `name`."""
        return next(f for f in self.fields if f.name == name)


@dataclass(frozen=True)
class Layout:
    """A whole fixed-width file: the order of its records and what names a part.

    `member_pattern` has the named groups part and period, and supplement for a file that adds
    to the main one (e.g. DSC1_0001234_202603.txt); `supplement_mark` (e.g. DSC) tells that a
    name means to be one, even where it misses the pattern.
    """

    width: int
    encoding: str
    record_start: int
    record_width: int
    member_pattern: str
    supplement_mark: str
    records: tuple[Record, ...]

    def record(self, code: str) -> Record:
        """The record type called `code`."""
        return next(r for r in self.records if r.code == code)

    def with_role(self, role: Role) -> tuple[Record, ...]:
        """The record types that play `role`."""
        return tuple(r for r in self.records if r.role == role)


def layout_from(value: Mapping[str, Any]) -> Layout:
    """The layout that a contract's customProperty `layout` describes."""
    return Layout(
        width=int(value["width"]),
        encoding=value.get("encoding", "windows-1252"),
        record_start=int(value["recordCode"]["start"]),
        record_width=int(value["recordCode"]["width"]),
        member_pattern=value["memberPattern"],
        supplement_mark=value.get("supplementMark", ""),
        records=tuple(_record_from(r) for r in value["records"]),
    )


def _record_from(value: Mapping[str, Any]) -> Record:
    return Record(
        code=value["code"],
        role=value["role"],
        fields=tuple(
            Field(name, int(start), int(width))
            for name, (start, width) in value.get("fields", {}).items()
        ),
        repeats=bool(value.get("repeats", False)),
        check_sum=_check_sum_from(value.get("checkSum")),
        over=tuple(value.get("over", ())),
        totals=tuple(Total(name, of) for name, of in value.get("totals", {}).items()),
    )


def _check_sum_from(value: Mapping[str, Any] | None) -> CheckSum | None:
    if value is None:
        return None
    return CheckSum(value["field"], tuple(value["sum"]), dict(value.get("codes", {})))
