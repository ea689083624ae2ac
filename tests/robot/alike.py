"""What two dataflows tell alike: who is withheld in one of them must not be read in the other.

Unprotected observations are compared, table by table: those by some dimensions, all others at
their total or one of them at a fixed code. No code of an area is fixed: where few live, any two
counts are equal.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from warehouse.indicator import TOTAL, Dataflow

AREAS = ("cl_area", "cl_region")
PERIODS = 3
"""Of each dataflow the latest base periods are compared."""
LEAST, DISTINCT, SHARE = 4, 3, 0.9
"""So many cells, of so many different values, are the same in nine tables of ten."""

Codes = tuple[tuple[str, str], ...]


@dataclass(frozen=True, order=True)
class Table:
    """The cells of a dataflow by some dimensions, others at their total or at the codes `fixed`."""

    dataflow: str
    fixed: Codes

    def __str__(self) -> str:
        """Such as DF_JOURNEY(measure=REACHED, step=RECEPTION)."""
        return f"{self.dataflow}({', '.join('='.join(told) for told in self.fixed)})"


@dataclass(frozen=True, order=True)
class Alike:
    """Two tables by the same dimensions whose cells are equal, and how many of them are."""

    one: Table
    other: Table
    by: tuple[str, ...]
    cells: int


def alike(rows: Mapping[str, pl.DataFrame], flows: Mapping[str, Dataflow]) -> list[Alike]:
    """The tables of different dataflows that are equal in SHARE of their positive cells."""
    by: dict[tuple[str, ...], list[pl.DataFrame]] = {}
    for name, observed in rows.items():
        for dimensions, cells in _tables(observed, flows[name]):
            by.setdefault(dimensions, []).append(cells)
    return sorted(
        found for dimensions, every in by.items() for found in _equal(dimensions, pl.concat(every))
    )


def _tables(
    observed: pl.DataFrame, flow: Dataflow
) -> Iterator[tuple[tuple[str, ...], pl.DataFrame]]:
    """The positive cells of the latest periods by each set of dimensions, with their table."""
    base = observed.filter(freq=flow.freq) if "freq" in observed.columns else observed
    latest = sorted(base["time_period"].unique())[-PERIODS:]
    positive = base.with_columns(value=pl.col("obs_value").cast(pl.Float64).round(6)).filter(
        pl.col("value") > 0, pl.col("time_period").is_in(latest)
    )
    lists = {d.id: d.code_list for d in flow.dimensions}
    detail = [d for d in flow.dimension_ids if d != "measure"]
    always = frozenset(d for d in detail if (positive[d] != TOTAL).all())
    measure = [d for d in ("measure",) if d in flow.dimension_ids]
    told = [pl.when(pl.col(d) != TOTAL).then(pl.lit(d)) for d in detail]
    own_of = pl.concat_str(told, separator=" ", ignore_nulls=True).alias("own")
    for (names,), cells in positive.with_columns(own_of).partition_by("own", as_dict=True).items():
        own = names.split()
        loose = [frozenset([d]) for d in own if lists[d] not in AREAS]
        # A step of a journey has no total: it is fixed beside any other code.
        for fixed in {frozenset(), always, *loose, *(always | d for d in loose)}:
            codes = [*measure, *(d for d in own if d in fixed)]
            dimensions = tuple(sorted(d for d in own if d not in codes))
            label = pl.concat_str(pl.lit(flow.id), *codes, separator="|").alias("table")
            named = pl.lit(",".join(codes)).alias("fixed")
            if dimensions:
                yield dimensions, cells.select(*dimensions, "time_period", "value", label, named)


def _equal(dimensions: tuple[str, ...], cells: pl.DataFrame) -> Iterator[Alike]:
    table = ["table", "fixed"]
    keyed = cells.with_columns(number=pl.struct(table).rank("dense"))
    key = [*dimensions, "time_period", "value"]
    pairs = (
        keyed.join(keyed.select(*key, other="number"), on=key)
        .filter(pl.col("number") < pl.col("other"))
        .group_by("number", "other")
        .agg(cells=pl.len(), distinct=pl.col("value").n_unique())
        .filter(pl.col("cells") >= LEAST, pl.col("distinct") >= DISTINCT)
    )
    size = keyed.group_by("number", "time_period").len()
    known = dict(zip(keyed["number"], keyed.select(table).iter_rows(), strict=True))
    for one, other, count, _ in pairs.iter_rows():
        left, right = (_named(*known[number]) for number in (one, other))
        if left.dataflow != right.dataflow and count >= SHARE * _most(size, one, other):
            yield Alike(*sorted((left, right)), dimensions, count)


def _most(size: pl.DataFrame, one: int, other: int) -> int:
    """The cells of the larger table in the periods that both tell."""
    both = size.filter(number=one).join(size.filter(number=other), on="time_period")
    return int(max(both["len"].sum(), both["len_right"].sum()))


def _named(label: str, fixed: str) -> Table:
    name, *codes = label.split("|")
    return Table(name, tuple(sorted(zip(fixed.split(",") if fixed else [], codes, strict=True))))
