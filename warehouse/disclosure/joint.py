"""Dataflows that tell of the same persons: a cell that both publish is one cell.

Seekers by sex stand in DF_JOBSEEKER and in DF_TENSION. What one of them withholds, the other must
not give away; and what the equations of both together tell is more than what each one tells. So
their systems are joined before anything is withheld.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from warehouse.disclosure.problem import TOLERANCE
from warehouse.disclosure.rules import DISCLOSURE_RULES, InvalidRules, read_rules
from warehouse.disclosure.system import MEASURE, System
from warehouse.errors import ReleaseRefused
from warehouse.indicator import TOTAL, Dataflow

if TYPE_CHECKING:
    import polars as pl

    from warehouse.disclosure.problem import Indices
    from warehouse.disclosure.suppression import Given


class NotAlike(ReleaseRefused):
    """Two dataflows tell different figures of what is declared to be the same."""

    key = "disclosure_not_alike"


@dataclass(frozen=True)
class Shared:
    """Cells of two dataflows that count the same, by the dimensions `by`, others at their total.

    `cells` names both, each with the codes that tell these cells from its others: DF_TENSION with
    {"measure": "VISAS"}, DF_CONTRACT_VISA with {"status": "GRANTED"}. Where they are not `always`
    the same, as persons and their titles, those are one cell that are equal. Where the first
    `lies_in` the second, what this holds beyond it is a cell too (rest.py).
    """

    cells: tuple[tuple[str, Mapping[str, str]], tuple[str, Mapping[str, str]]]
    by: tuple[str, ...]
    always: bool
    lies_in: bool = False

    @property
    def dataflows(self) -> tuple[str, str]:
        """The ids of the two; the same twice where one dataflow tells the same in two cells."""
        (one, _), (other, _) = self.cells
        return one, other


def shared() -> tuple[Shared, ...]:
    """What disclosure.yml says that dataflows share; raises InvalidRules."""
    return shared_in(read_rules(DISCLOSURE_RULES))


def shared_in(content: Mapping[str, Any]) -> tuple[Shared, ...]:
    """What `content`, as disclosure.yml holds it, says that dataflows share."""
    return tuple(_shared(entry) for entry in content.get("shared", ()))


def _shared(entry: Mapping[str, Any]) -> Shared:
    cells = entry.get("cells", ())
    names = ", ".join(told.get("dataflow", "") for told in cells)
    if set(entry) != {"cells", "by", "always", "reason"} or not str(entry["reason"]).strip():
        raise InvalidRules(dataflow=names, problem="shared needs cells, by, always and a reason")
    if len(cells) != 2 or not all("dataflow" in told for told in cells):
        raise InvalidRules(dataflow=names, problem="shared names the two dataflows of its cells")
    if type(entry["always"]) is not bool:
        raise InvalidRules(dataflow=names, problem="shared is always so, true or false")
    one, other = ((told["dataflow"], _without_dataflow(told)) for told in cells)
    return Shared((one, other), tuple(entry["by"]), entry["always"])


def _without_dataflow(told: Mapping[str, str]) -> dict[str, str]:
    return {dimension: code for dimension, code in told.items() if dimension != "dataflow"}


def lying_in(tables: "Iterable[Given]") -> Iterator[Shared]:
    """The cells of `tables` that lie in those of another of them, as their rules say."""
    by_id = {table.dataflow.id: table for table in tables}
    for inner, table in by_id.items():
        for tie in table.rules.lies_in:
            if tie.dataflow in by_id:
                known = by_id[tie.dataflow].dataflow.dimension_ids
                told = {*tie.own, *tie.cells, MEASURE}
                by = tuple(d for d in table.dataflow.dimension_ids if d in known and d not in told)
                cells = ((inner, tie.own), (tie.dataflow, tie.cells))
                yield Shared(cells, by, always=False, lies_in=True)


def groups(dataflows: Iterable[str], known: Iterable[Shared]) -> list[tuple[str, ...]]:
    """The `dataflows` in groups that share cells, in their order; most stand alone."""
    group = {dataflow: [dataflow] for dataflow in dataflows}
    for share in known:
        one, other = share.dataflows
        if one in group and other in group and group[one] is not group[other]:
            group[one] += group[other]
            group |= dict.fromkeys(group[one], group[one])
    order = list(group)
    found = {id(members): tuple(sorted(members, key=order.index)) for members in group.values()}
    return list(found.values())


def same_cells(
    share: Shared, tables: "Mapping[str, tuple[pl.DataFrame, Dataflow, System]]"
) -> "tuple[Indices, Indices]":
    """The cells that are the same in both systems, pair by pair; raises NotAlike."""
    import polars as pl

    both = side_by_side(share, tables)
    differ = pl.col("beyond").abs() > TOLERANCE
    wrong = both.filter("told", differ)
    if share.always and wrong.height:
        raise NotAlike(
            one=share.dataflows[0],
            other=share.dataflows[1],
            cells=", ".join(wrong["name"][:4]),
            count=wrong.height,
        )
    pairs = both.filter(~differ).drop_nulls(["cell", "cell_other"])
    return pairs["cell"].to_numpy(), pairs["cell_other"].to_numpy()


def side_by_side(
    share: Shared, tables: "Mapping[str, tuple[pl.DataFrame, Dataflow, System]]"
) -> "pl.DataFrame":
    """Each `cell` of one and `cell_other` of the same codes, and how many the latter is `beyond`.

    A cell without a row is zero, and `told` to be so where both publish its table and its period.
    """
    import polars as pl

    key = [*share.by, "time_period"]
    one, other = (_cells(*tables[d], fixed, share.by) for d, fixed in share.cells)
    both = one.join(other, on=key, how="full", coalesce=True, suffix="_other")
    told = pl.all_horizontal(_is_told(tables[d][1], fixed, share.by) for d, fixed in share.cells)
    for name in share.dataflows:
        told &= pl.col("time_period").is_in(tables[name][0]["time_period"].unique().implode())
    return both.with_columns(
        beyond=pl.col("value_other").fill_null(0) - pl.col("value").fill_null(0),
        told=told,
        name=pl.concat_str(key, separator="/"),
    ).sort("name")


def _cells(
    rows: "pl.DataFrame",
    dataflow: Dataflow,
    system: System,
    fixed: Mapping[str, str],
    by: Sequence[str],
) -> "pl.DataFrame":
    import polars as pl

    rest = [d for d in dataflow.dimension_ids if d not in (*by, *fixed, MEASURE)]
    return (
        rows.with_columns(cell=pl.Series(system.cell))
        .filter(
            pl.col("cell") >= 0,
            *(pl.col(d) == TOTAL for d in rest),
            *(pl.col(d) == code for d, code in fixed.items()),
        )
        .select(*by, "time_period", "cell", value=pl.col("obs_value").cast(pl.Float64))
    )


def _is_told(dataflow: Dataflow, fixed: Mapping[str, str], by: Sequence[str]) -> "pl.Expr":
    """Whether a declared table of `dataflow` holds the dimensions that a shared cell tells."""
    import polars as pl

    is_year = pl.col("time_period").str.len_chars() == len("2025")
    tables = [pl.lit(False)]
    for table in dataflow.tables:
        if set(fixed) <= set(table):
            outside = [pl.col(d) == TOTAL for d in by if d not in table]
            early = [is_year] if table in dataflow.yearly_tables else []
            tables.append(pl.all_horizontal(pl.lit(True), *outside, *early))
    told = {**{d: pl.col(d) for d in by}, **{d: pl.lit(code) for d, code in fixed.items()}}
    yearly = (told[d].is_in(codes) for d, codes in dataflow.yearly_codes.items() if d in told)
    return pl.any_horizontal(tables) & (is_year | ~pl.any_horizontal(pl.lit(False), *yearly))


def joined(
    systems: Sequence[System], same: "Iterable[tuple[int, Indices, int, Indices]]"
) -> System:
    """One system of several: `same` names cells of two of them, by number, that are one.

    Its rows are those of all, one system after the other.
    """
    import numpy as np
    from scipy.sparse import block_diag, coo_array
    from scipy.sparse.csgraph import connected_components

    pairs = list(same)
    if len(systems) == 1 and not pairs:
        return systems[0]
    starts = np.cumsum([0, *(len(s.value) for s in systems)])
    size = int(starts[-1])
    none = np.zeros(0, dtype=np.int64)
    left = np.concatenate([none, *(starts[one] + cells for one, cells, _, _ in pairs)])
    right = np.concatenate([none, *(starts[other] + cells for _, _, other, cells in pairs)])
    graph = coo_array((np.ones(len(left)), (left, right)), shape=(size, size))
    label = connected_components(graph, directed=False)[1]
    # Cells keep the order of the systems: one that several share stands where the first has it.
    _, first, place = np.unique(label, return_index=True, return_inverse=True)
    order = np.argsort(first, kind="stable")
    number = np.empty(len(order), dtype=np.int64)
    number[order] = np.arange(len(order))
    place, first = number[place], first[order]
    merged = coo_array((np.ones(size), (np.arange(size), place)), shape=(size, len(first)))
    depth = np.full(len(first), np.iinfo(np.int32).max, dtype=np.int32)
    np.minimum.at(depth, place, np.concatenate([s.depth for s in systems]))
    cells = [
        np.where(s.cell >= 0, place[start + s.cell], -1)
        for start, s in zip(starts, systems, strict=False)
    ]
    return System(
        equations=(block_diag([s.equations for s in systems], format="csr") @ merged).tocsr(),
        value=np.concatenate([s.value for s in systems])[first],
        periods=np.concatenate([s.periods for s in systems])[first],
        cell=np.concatenate(cells),
        names=tuple(np.concatenate([s.names for s in systems])[first].tolist()),
        spans=np.concatenate([s.spans for s in systems])[first],
        depth=depth,
    )
