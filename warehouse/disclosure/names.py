"""The names in disclosure.yml held to the definitions and code lists: a slip protects nobody."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from warehouse.codelists import newest
from warehouse.disclosure.joint import shared_in
from warehouse.disclosure.rules import (
    DISCLOSURE_RULES,
    InvalidRules,
    Rules,
    Tie,
    read_rules,
    rules_in,
)
from warehouse.disclosure.system import MEASURE
from warehouse.indicator import TOTAL, Dataflow, dataflows


class UnknownName(InvalidRules):
    """disclosure.yml names a dataflow, a dimension or a code that does not exist."""

    key = "disclosure_unknown_name"


@dataclass(frozen=True)
class Names:
    """The dataflows that are defined, and the codes of each list."""

    dataflows: Mapping[str, Dataflow]
    codes: Callable[[str], Collection[str]]

    def dataflow(self, rule: str, name: str) -> Dataflow:
        """The national dataflow called `name` in a rule of disclosure.yml; raises UnknownName."""
        if name not in self.dataflows or self.dataflows[name].kind != "national":
            raise UnknownName(rule=rule, name=name, place="dbt_project/models/indicators")
        return self.dataflows[name]

    def require(self, rule: str, flow: Dataflow, dimension: str, codes: Iterable[str] = ()) -> None:
        """Raise UnknownName where `flow` has no such dimension, or its list no such codes."""
        lists = {d.id: d.code_list for d in flow.dimensions}
        if dimension not in lists:
            raise UnknownName(rule=rule, name=dimension, place=flow.id)
        if unknown := sorted({*codes} - {*self.codes(lists[dimension])}):
            raise UnknownName(rule=rule, name=", ".join(unknown), place=lists[dimension])

    def require_cells(self, rule: str, flow: Dataflow, cells: Mapping[str, str]) -> None:
        """The same of cells such as {"measure": "REACHED"}."""
        for dimension, code in cells.items():
            self.require(rule, flow, dimension, [code])


def require_known_names() -> None:
    """Raise UnknownName or InvalidRules where disclosure.yml says what the definitions deny."""
    content = read_rules(DISCLOSURE_RULES)
    require_names_in(content, Names(dataflows(), _codes))


@cache
def _codes(code_list: str) -> frozenset[str]:
    return frozenset(row["code"] for row in newest(code_list))


def require_names_in(content: Mapping[str, Any], names: Names) -> None:
    """The same of `content`, as disclosure.yml holds it."""
    for name in content["dataflows"]:
        flow, own = names.dataflow(name, name), rules_in(content, name)
        _require_own(flow, own, names)
        for rule, ties in (("tied_to", own.tied_to), ("lies_in", own.lies_in)):
            for tie in ties:
                _require_tie(f"{name}: {rule}", flow, tie, names)
        for tie in own.lies_in:
            cells = [(flow, tie.own), (names.dataflows[tie.dataflow], tie.cells)]
            _require_comparable(f"{name}: lies_in", cells, content)
    for share in shared_in(content):
        rule = "shared: " + ", ".join(share.dataflows)
        cells = [(names.dataflow(rule, name), told) for name, told in share.cells]
        for flow, told in cells:
            names.require_cells(rule, flow, told)
            for dimension in share.by:
                names.require(rule, flow, dimension)
        _require_comparable(rule, cells, content)


def _require_own(flow: Dataflow, own: Rules, names: Names) -> None:
    for rule, dimension, codes in _own_names(own):
        names.require(f"{flow.id}: {rule}", flow, dimension, codes)


def _own_names(own: Rules) -> Iterator[tuple[str, str, Iterable[str]]]:
    if own.summed:
        yield "summed", own.summed.dimension, own.summed.codes
    for nesting in own.within:
        yield "within", nesting.dimension, {*nesting.codes, *nesting.codes.values()}
        for dimension, codes in nesting.cells.items():
            yield "within", dimension, codes
    for dimension in own.full_group:
        yield "full_group", dimension, ()


def _require_tie(rule: str, flow: Dataflow, tie: Tie, names: Names) -> None:
    other = names.dataflow(rule, tie.dataflow)
    names.require_cells(rule, other, tie.cells)
    names.require_cells(rule, flow, tie.own)
    for dimension, codes in tie.codes.items():
        names.require(rule, flow, dimension, codes)
        names.require(rule, other, dimension, codes.values())
    if not {*flow.frequencies} & {*other.frequencies}:
        raise InvalidRules(dataflow=rule, problem=f"no period of it is one of {other.id}")


def _require_comparable(
    rule: str, cells: Iterable[tuple[Dataflow, Mapping[str, str]]], content: Mapping[str, Any]
) -> None:
    """Only whole counts are compared cell by cell: the rounded mean of months is none."""
    for flow, told in cells:
        if rules_in(content, flow.id).adds != "counts" or flow.time_aggregation == "mean":
            raise InvalidRules(dataflow=rule, problem=f"{flow.id} has no whole counts")
        if TOTAL in told.values():
            raise InvalidRules(dataflow=rule, problem="what is not told is at its total")
        if MEASURE in flow.dimension_ids and MEASURE not in told:
            raise InvalidRules(dataflow=rule, problem=f"no measure of {flow.id} is told")
