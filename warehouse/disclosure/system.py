"""The linked system: all declared tables of a dataflow as linear equations over shared cells.

Each observation is a cell; one that stands in several tables is one cell. Equations are

    over a dimension     parts = _T, everything else alike
    between dimensions   countries of a group = the group (citizenship and citizenship_group)
    over time            months = their quarter and year, where these are sums or means of months;
                         a stock's quarter is its last month, one and the same cell
    between measures     of a survey: the same respondents stand behind several, one cell

A cell without a row is zero, and known to be.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from warehouse.disclosure.problem import TOLERANCE, NotAdditive
from warehouse.disclosure.rules import LESS
from warehouse.errors import ReleaseRefused
from warehouse.indicator import TOTAL, YEARLY, Dataflow

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl
    from scipy.sparse import csr_array

    from warehouse.disclosure.problem import Codes, Indices, Numbers
    from warehouse.disclosure.rules import Nesting, Summed

MEASURE = "measure"
GROUPED_BY = "_group"
"""A dimension with this ending groups the codes of the dimension without it."""

BASES = {"MQ": 3, "MA": 12, "QA": 4}
"""How many base periods a quarter or a year holds."""

ROUNDING = 0.5 + TOLERANCE


class NoDeclaredTables(ReleaseRefused):
    """A dataflow declares no table, so that nobody could say what its cells add up to."""

    key = "disclosure_no_tables"


@dataclass(frozen=True)
class System:
    """Equations over the cells of a dataflow.

    `cell` is the cell of each row (-1: it adds up to nothing), `value` what each cell holds (of
    means of months their sum), `periods` how many base periods it spans, `spans` its year, quarter
    and month, 0 where it spans them all, `depth` how many of its dimensions are no total.
    """

    equations: "csr_array"
    value: "Numbers"
    periods: "Numbers"
    cell: "Indices"
    names: tuple[str, ...]
    spans: "Codes"
    depth: "Codes"


def system(
    rows: "pl.DataFrame",
    dataflow: Dataflow,
    summed: "Summed | None" = None,
    parents: "Mapping[str, Mapping[str, str | None]] | None" = None,
    within: "Sequence[Nesting]" = (),
    *,
    is_checked: bool = True,
) -> System:
    """The system of the observations `rows` of `dataflow`, of the `summed` alone if given.

    `parents` holds the parent of each code, by code list; `within` the codes that lie in others,
    whose rests are among the rows. Where it is not `is_checked`, values (such as
    means) are not held to add up. Raises NotAdditive and NoDeclaredTables.
    """
    import numpy as np

    if not dataflow.tables:
        raise NoDeclaredTables(dataflow=dataflow.id)
    cells = _cells(rows, dataflow, summed)
    cells, over_time = _over_time(cells, dataflow, is_checked)
    found = [over_time]
    if summed and summed.dimension != MEASURE and MEASURE in dataflow.dimension_ids:
        cells = _alike(cells, dataflow)
    found += [_over_nested(cells, dataflow, nesting, is_checked) for nesting in within]
    # That rests add up follows from what they are the rest of.
    own = cells.filter(_is_own(), ~_is_rest(dataflow))
    nested = {nesting.dimension for nesting in within}
    for dimensions in _told_together(own, dataflow, nested):
        found.append(_over_dimensions(own, dataflow, dimensions, parents or {}, is_checked))
    for dimension in dataflow.dimension_ids:
        if dimension + GROUPED_BY in dataflow.dimension_ids:
            found.append(_over_groups(own, dataflow, dimension, parents or {}, is_checked))
    numbered = cells.with_columns(cell_number=_dense("cell"))
    number = dict(zip(cells["cell"].to_list(), numbered["cell_number"].to_list(), strict=True))
    cell = np.full(rows.height, -1, dtype=np.int64)
    cell[cells["row"].to_numpy()] = numbered["cell_number"].to_numpy()
    first = numbered.filter(_is_own()).sort("cell_number")
    # Which figure it is and of whom a table is made: no detail of it.
    untold = {MEASURE, *nested, *([summed.dimension] if summed else [])}
    return System(
        equations=_matrix(found, number, first.height),
        value=first["value"].to_numpy().astype(float),
        periods=first["periods"].to_numpy().astype(float),
        cell=cell,
        names=tuple(first["name"].to_list()),
        spans=_spans(first["time_period"]),
        depth=_depth(first, [d for d in dataflow.dimension_ids if d not in untold]),
    )


def counted(summed: "Summed | None") -> "pl.Expr":
    """Whether a row is one of those that add up."""
    import polars as pl

    if summed is None:
        return pl.lit(True)
    return pl.col(summed.dimension).is_in(list(summed.codes))


def in_cells(nesting: "Nesting") -> "pl.Expr":
    """Whether a row is one of those in which the codes of a nesting lie in others."""
    import polars as pl

    held = (pl.col(dimension).is_in(codes) for dimension, codes in nesting.cells.items())
    return pl.all_horizontal(pl.lit(True), *held)


def is_yearly_code(dataflow: Dataflow) -> "pl.Expr":
    """Whether a row is of a code that is published by year alone."""
    import polars as pl

    codes = (pl.col(d).is_in(yearly) for d, yearly in dataflow.yearly_codes.items())
    return pl.any_horizontal(pl.lit(False), *codes)


def _is_rest(dataflow: Dataflow) -> "pl.Expr":
    """Whether a row is what a code holds beyond those within it (rest.py)."""
    import polars as pl

    return pl.any_horizontal(
        pl.lit(False), *(pl.col(d).str.contains(LESS, literal=True) for d in dataflow.dimension_ids)
    )


def _is_own() -> "pl.Expr":
    """Whether a row stands for a cell of its own, not for another row's."""
    import polars as pl

    return pl.col("row") == pl.col("cell")


def _spans(periods: "pl.Series") -> "Codes":
    """Year, quarter and month of periods such as 2025, 2025-Q2 (2025, 2, 0), 2025-04."""
    import polars as pl

    told = periods.to_frame("period").select(
        pl.col("period").str.slice(0, 4).cast(pl.Int32),
        quarter=pl.col("period").str.extract(r"-Q(\d)$").cast(pl.Int32),
        month=pl.col("period").str.extract(r"-(\d\d)$").cast(pl.Int32),
    )
    return told.with_columns(
        quarter=pl.coalesce("quarter", (pl.col("month") + 2) // 3).fill_null(0),
        month=pl.col("month").fill_null(0),
    ).to_numpy()


def _depth(cells: "pl.DataFrame", dimensions: list[str]) -> "Codes":
    import polars as pl

    told = (pl.col(d) != TOTAL for d in dimensions)
    return cells.select(pl.sum_horizontal(pl.lit(0), *told).cast(pl.Int32)).to_series().to_numpy()


def _dense(column: str) -> "pl.Expr":
    import polars as pl

    return pl.col(column).rank("dense").cast(pl.Int64) - 1


def _cells(rows: "pl.DataFrame", dataflow: Dataflow, summed: "Summed | None") -> "pl.DataFrame":
    import polars as pl

    key = [*dataflow.dimension_ids, "time_period"]
    freq = [] if "freq" in rows.columns else [pl.lit(dataflow.freq).alias("freq")]
    cells = rows.with_row_index("row").with_columns(
        pl.col("row").cast(pl.Int64),
        *freq,
        value=pl.col("obs_value").cast(pl.Float64),
        name=pl.concat_str(key, separator="/"),
    )
    return (
        cells.filter(pl.col("value").is_not_null(), counted(summed))
        .select("row", "name", "freq", *key, "value")
        .with_columns(cell=pl.col("row"), periods=pl.lit(1.0))
    )


def _over_time(
    cells: "pl.DataFrame", dataflow: Dataflow, is_checked: bool
) -> "tuple[pl.DataFrame, pl.DataFrame]":
    """The cells with quarters and years put to their base periods, and the equations of these."""
    import polars as pl

    base = cells.filter(pl.col("freq") == dataflow.freq)
    coarse = cells.filter(pl.col("freq") != dataflow.freq)
    if coarse.height == 0:
        return cells, _no_equations()
    key = list(dataflow.dimension_ids)
    if dataflow.time_aggregation == "end_of_period":
        last = coarse.with_columns(time_period=_last_base(dataflow.freq)).join(
            base.select(*key, "time_period", pl.col("row").alias("at"), pl.col("value").alias("v")),
            on=[*key, "time_period"],
            how="left",
        )
        off = (pl.col("v").fill_null(0) - pl.col("value")).abs() > TOLERANCE
        _require(last, off & _has_base(dataflow), is_checked)
        same = last.select("row", same=pl.col("at").fill_null(pl.col("row")))
        joined = cells.join(same, on="row", how="left", maintain_order="left")
        return joined.with_columns(cell=pl.col("same").fill_null(pl.col("row"))).drop(
            "same"
        ), _no_equations()
    held = pl.concat(
        base.select(
            *key,
            pl.lit(freq).alias("freq"),
            _holding(freq).alias("time_period"),
            pl.col("cell").alias("part"),
            pl.col("value").alias("part_value"),
        )
        for freq in dataflow.frequencies[1:]
    )
    # That rests of months add up follows from what they are the rest of.
    adds_up = _has_base(dataflow) & ~_is_rest(dataflow)
    alone = coarse.filter(~adds_up)
    coarse = coarse.filter(adds_up)
    sums = coarse.join(held, on=[*key, "freq", "time_period"], how="left")
    total = sums.group_by("row").agg(pl.col("part_value").sum(), pl.col("value").first())
    is_mean = dataflow.time_aggregation == "mean"
    periods = pl.lit(1.0)
    if is_mean:
        count = pl.col("freq").replace_strict(
            {f: BASES[dataflow.freq + f] for f in dataflow.frequencies[1:]}, default=1
        )
        periods = count.cast(pl.Float64)
    checked = coarse.drop("value", "periods").join(total, on="row").with_columns(periods=periods)
    off = (pl.col("part_value") / pl.col("periods") - pl.col("value")).abs()
    _require(
        checked, off > (ROUNDING / 10**dataflow.decimals if is_mean else TOLERANCE), is_checked
    )
    summed = checked.with_columns(value=pl.col("part_value")).select(cells.columns)
    parts = sums.filter(pl.col("part").is_not_null())
    equations = parts.select(pl.col("part"), pl.col("cell").alias("total"), kind=pl.lit("time"))
    return pl.concat([base, summed, alone]).sort("row"), equations


def _has_base(dataflow: Dataflow) -> "pl.Expr":
    """Whether a row of a quarter or a year stands in a cell that base periods have too."""
    import polars as pl

    tables = [pl.lit(False)]
    for table in dataflow.tables_of(dataflow.freq):
        outside = [pl.col(d) == TOTAL for d in dataflow.dimension_ids if d not in table]
        tables.append(pl.all_horizontal(outside) if outside else pl.lit(True))
    return pl.any_horizontal(tables) & ~is_yearly_code(dataflow)


def _holding(freq: str) -> "pl.Expr":
    """The quarter or the year that holds the time period of a row."""
    import polars as pl

    year = pl.col("time_period").str.slice(0, 4)
    if freq == "A":
        return year
    month = pl.col("time_period").str.slice(5).cast(pl.Int32)
    return year + "-Q" + ((month + 2) // 3).cast(pl.String)


def _last_base(base_freq: str) -> "pl.Expr":
    """The last month (or quarter) of the quarter or year of a row."""
    import polars as pl

    period = pl.col("time_period")
    year = period.str.slice(0, 4)
    if base_freq == "Q":
        return year + "-Q4"
    quarter = period.str.slice(6, 1).cast(pl.Int32, strict=False).fill_null(4)
    return year + "-" + (quarter * 3).cast(pl.String).str.zfill(2)


def _alike(cells: "pl.DataFrame", dataflow: Dataflow) -> "pl.DataFrame":
    """The cells with those of measures that agree wherever both are told as one cell.

    Mean and median of the same respondents tell their number twice: each gives the other away. To
    take equal numbers for one that only happen to be equal leaves an attacker more, not less.
    """
    import polars as pl

    key = [*(d for d in dataflow.dimension_ids if d != MEASURE), "time_period", "freq"]
    own = cells.filter(_is_own()).select(*key, MEASURE, "row", "value")
    other = own.select(*key, pl.col(MEASURE).alias("other"), pl.col("value").alias("other_value"))
    agreeing = (
        own.join(other, on=key)
        .group_by(MEASURE, "other")
        .agg(is_alike=(pl.col("value") == pl.col("other_value")).all())
        .filter("is_alike")
        .group_by(MEASURE)
        .agg(first=pl.col("other").min())
    )
    one = own.join(agreeing, on=MEASURE).select(
        pl.col("row").alias("cell"), same=pl.col("row").min().over(*key, "first", "value")
    )
    same = cells.join(one, on="cell", how="left", maintain_order="left")
    return same.with_columns(cell=pl.coalesce("same", "cell")).drop("same")


def _told_together(
    cells: "pl.DataFrame", dataflow: Dataflow, nested: set[str]
) -> list[tuple[str, ...]]:
    """The dimensions that have totals; those that no cell tells apart, as a corridor's, as one."""
    found: dict[bytes, list[str]] = {}
    for dimension in dataflow.dimension_ids:
        is_told = cells[dimension] != TOTAL
        if dimension != MEASURE and dimension not in nested and not is_told.all():
            apart = is_told.to_numpy().tobytes() if is_told.any() else dimension.encode()
            found.setdefault(apart, []).append(dimension)
    return [tuple(dimensions) for dimensions in found.values()]


def _over_dimensions(
    cells: "pl.DataFrame",
    dataflow: Dataflow,
    dimensions: tuple[str, ...],
    parents: "Mapping[str, Mapping[str, str | None]]",
    is_checked: bool,
) -> "pl.DataFrame":
    """Parts = total along `dimensions`: all codes under _T or, where codes nest, level by level."""
    import polars as pl

    lists = {d.id: parents.get(d.code_list, {}) for d in dataflow.dimensions}
    codes = {d: set(cells[d].unique()) - {TOTAL} for d in dimensions}
    flat = {d: dict.fromkeys(codes[d], TOTAL) for d in dimensions}
    nested = {d: {c: _above(c, lists[d], codes[d]) or TOTAL for c in codes[d]} for d in dimensions}
    for above in (flat, nested):
        parts = cells.filter(pl.col(d) != TOTAL for d in dimensions).with_columns(
            pl.col(d).replace_strict(above[d]) for d in dimensions
        )
        sums, off = _sums(cells, parts, dataflow)
        if off.height == 0 or not is_checked:
            break
    _require(off, pl.lit(True), is_checked)
    _require(_partless(cells, parts, dataflow, dimensions), pl.lit(True), is_checked)
    return sums.with_columns(kind=pl.lit("+".join(dimensions)))


def _over_nested(
    cells: "pl.DataFrame", dataflow: Dataflow, nesting: "Nesting", is_checked: bool
) -> "pl.DataFrame":
    """Codes of a dimension and the rest = the code that they lie in."""
    import polars as pl

    rests = {rest: code for code, rest in nesting.rests.items()}
    code = pl.col(nesting.dimension)
    told = cells.filter(~_is_rest(dataflow))
    inner = told.filter(in_cells(nesting), code.is_in(list(nesting.codes)))
    rest = cells.filter(code.is_in(list(rests)))
    parts = pl.concat([inner, rest]).with_columns(code.replace({**nesting.codes, **rests}))
    sums, off = _sums(told, parts, dataflow)
    _require(off, pl.lit(True), is_checked)
    return sums.with_columns(kind=pl.lit("-".join((nesting.dimension, *nesting.codes))))


def _over_groups(
    cells: "pl.DataFrame",
    dataflow: Dataflow,
    dimension: str,
    parents: "Mapping[str, Mapping[str, str | None]]",
    is_checked: bool,
) -> "pl.DataFrame":
    """Codes of `dimension` = their group in the dimension that groups it, where both are told."""
    import polars as pl

    grouping = dimension + GROUPED_BY
    groups = set(cells[grouping].unique()) - {TOTAL}
    over = {d.id: parents.get(d.code_list, {}) for d in dataflow.dimensions}[dimension]
    codes = set(cells[dimension].unique()) - {TOTAL}
    group = {c: c if c in groups else _above(c, over, groups) for c in codes}
    known = {code: found for code, found in group.items() if found}
    parts = cells.filter((pl.col(grouping) == TOTAL) & pl.col(dimension).is_in(list(known)))
    parts = parts.with_columns(
        pl.col(dimension).replace_strict(known, default=TOTAL).alias(grouping),
        pl.lit(TOTAL).alias(dimension),
    )
    sums, off = _sums(cells, parts, dataflow)
    _require(off, pl.lit(True), is_checked)
    return sums.with_columns(kind=pl.lit(grouping))


def _above(code: str, over: "Mapping[str, str | None]", known: set[str]) -> str | None:
    """The nearest code above `code` that is among the `known`."""
    seen = {code}
    above = over.get(code)
    while above is not None and above not in seen:
        if above in known:
            return above
        seen.add(above)
        above = over.get(above)
    return None


def _sums(
    cells: "pl.DataFrame", parts: "pl.DataFrame", dataflow: Dataflow
) -> "tuple[pl.DataFrame, pl.DataFrame]":
    """Parts put beside the total with their key, and the totals to which they do not add up.

    Where no total is told, there is nothing to subtract from.
    """
    import polars as pl

    key = [*dataflow.dimension_ids, "time_period", "freq"]
    totals = cells.select(*key, pl.col("cell").alias("total"), pl.col("value").alias("whole"))
    joined = parts.select(
        *key, pl.col("cell").alias("part"), pl.col("value").alias("part_value"), "name"
    ).join(totals, on=key, how="inner")
    added = joined.group_by(key).agg(
        pl.col("part_value").sum(), pl.col("whole").first(), pl.col("name").first()
    )
    slack = TOLERANCE * (1 + pl.col("whole").abs())
    off = added.filter((pl.col("part_value") - pl.col("whole")).abs() > slack)
    return joined.select("part", "total"), off


def _partless(
    cells: "pl.DataFrame", parts: "pl.DataFrame", dataflow: Dataflow, dimensions: tuple[str, ...]
) -> "pl.DataFrame":
    """The totals along `dimensions` whose parts are declared, are not zero, and yet have no row."""
    import polars as pl

    key = [*dataflow.dimension_ids, "time_period", "freq"]
    totals = cells.filter(
        *(pl.col(d) == TOTAL for d in dimensions), pl.col("value").abs() > TOLERANCE
    )
    if MEASURE in dataflow.dimension_ids:
        # Figures without outliers are of the whole alone: no table tells their parts.
        totals = totals.join(parts.select(MEASURE).unique(), on=MEASURE, how="semi")
    return totals.filter(_is_declared(dataflow, add=dimensions)).join(
        parts.select(key).unique(), on=key, how="anti"
    )


def _is_declared(dataflow: Dataflow, add: tuple[str, ...]) -> "pl.Expr":
    """Whether a declared table holds all of `add` beside the dimensions that a row tells."""
    import polars as pl

    tables = []
    for table in dataflow.tables:
        if set(add) <= set(table):
            conditions = [pl.col(d) == TOTAL for d in dataflow.dimension_ids if d not in table]
            if table in dataflow.yearly_tables:
                conditions.append(pl.col("freq") == YEARLY)
            tables.append(pl.all_horizontal(conditions) if conditions else pl.lit(True))
    return pl.any_horizontal(tables) if tables else pl.lit(False)


def _require(rows: "pl.DataFrame", wrong: "pl.Expr", is_checked: bool) -> None:
    found = rows.filter(wrong) if is_checked else rows.clear()
    if found.height:
        raise NotAdditive(cells=", ".join(sorted(found["name"])[:4]), count=found.height)


def _no_equations() -> "pl.DataFrame":
    import polars as pl

    return pl.DataFrame(schema={"part": pl.Int64, "total": pl.Int64, "kind": pl.String})


def _matrix(found: "list[pl.DataFrame]", number: dict[int, int], width: int) -> "csr_array":
    """One row an equation: its parts count 1, its total -1."""
    import numpy as np
    import polars as pl
    from scipy.sparse import coo_array

    every = pl.concat([f.select("part", "total", "kind") for f in found]).with_columns(
        pl.col("part").replace_strict(number, return_dtype=pl.Int64),
        pl.col("total").replace_strict(number, return_dtype=pl.Int64),
    )
    # Two ways to one total, such as over sex and over age, are two equations.
    every = every.filter(pl.col("part") != pl.col("total")).unique(maintain_order=True)
    every = every.with_columns(equation=pl.struct("total", "kind").rank("dense").cast(pl.Int64) - 1)
    totals = every.unique(["equation"], maintain_order=True)
    rows = np.concatenate([every["equation"].to_numpy(), totals["equation"].to_numpy()])
    columns = np.concatenate([every["part"].to_numpy(), totals["total"].to_numpy()])
    signs = np.concatenate([np.ones(every.height), -np.ones(totals.height)])
    return coo_array((signs, (rows, columns)), shape=(totals.height, width)).tocsr()
