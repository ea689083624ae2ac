"""What adds up over several dataflows: two tell the same figure, or one lies in another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from tests.robot.adding import REST, TOTAL, Sums, entries_of, pairs_alike, summed
from tests.robot.asking import Told


@dataclass(frozen=True)
class Among:
    """Cells of a dataflow whose persons are all among those of `outer`, of the same other codes."""

    inner: str
    own: Mapping[str, str]
    outer: str
    cells: Mapping[str, str]


AMONG = [
    Among(
        *("DF_SURVEY_EARNINGS", {"category": "IMW", "measure": "MEAN"}),
        *("DF_SURVEY_MIGRANT_WORKER", {"category": "IMW"}),
    ),
    Among(
        *("DF_SURVEY_EARNINGS", {"category": "RMW", "measure": "MEAN"}),
        *("DF_SURVEY_RETURNEE", {}),
    ),
]
"""The same of two dataflows: of those at work whose earnings are known, and of all."""


def together(systems: Sequence[tuple[Told, Sums]]) -> Sums:
    """Several dataflows as one system, in which what two of them tell alike is equal.

    What one holds beyond another that lies in it is a cell of its own.
    """
    cells, entries, at = [], [], 0
    placed: list[tuple[Told, pl.DataFrame]] = []
    for place, (told, sums) in enumerate(systems):
        moved = sums.cells.with_columns(pl.col("number") + at)
        placed.append((told, moved))
        cells.append(moved.select(*_CELL))
        equation = pl.concat_str(pl.lit(place), "equation", separator=" ").alias("equation")
        entries.append(sums.equations().with_columns(equation, pl.col("cell") + at))
        at += sums.cells.height
    for left in range(len(placed)):
        for right in range(left + 1, len(placed)):
            kind = f"same {left} {right}"
            entries += [entries_of(p, kind) for p in _same_figures(placed[left], placed[right])]
    by_id = {told.id: (told, moved) for told, moved in placed}
    for known in AMONG:
        if {known.inner, known.outer} <= {*by_id}:
            lines = lines_among(known, by_id[known.inner], by_id[known.outer])
            rests = (
                by_id[known.outer][1]
                .drop("name")
                .join(lines.select("name", number="total"), on="number")
                .with_columns(
                    number=pl.int_range(pl.len(), dtype=pl.Int64) + at,
                    total="number",
                    obs_value=pl.lit(None, pl.String),
                    low=pl.lit(0.0),
                    high=pl.lit(float("inf")),
                )
            )
            at += rests.height
            cells.append(rests.select(*_CELL))
            parts = pl.concat(
                [lines.select("part", "total"), rests.select(part="number", total="total")]
            )
            entries.append(entries_of(parts, f"among {known}"))
    return Sums(pl.concat(cells), entries)


def lines_among(
    known: Among, inner: tuple[Told, pl.DataFrame], outer: tuple[Told, pl.DataFrame]
) -> pl.DataFrame:
    """The numbers of each inner cell (`part`) and the outer one that holds it (`total`).

    With the `name` of what this holds beyond it.
    """
    fixed = {*known.own, *known.cells}
    shared = [d for d in inner[0].dimensions if d in outer[0].dimensions and d not in fixed]
    key = [*shared, "freq", "time_period"]
    left, right = (
        cells.filter(
            *(pl.col(d) == code for d, code in codes.items()),
            *(pl.col(d) == TOTAL for d in told.dimensions if d not in (*shared, *codes)),
        )
        for (told, cells), codes in ((inner, known.own), (outer, known.cells))
    )
    named = pl.concat_str(*outer[0].key, pl.lit(REST + known.inner), separator="/")
    return left.select(*key, part="number").join(
        right.select(*key, total="number", name=named), on=key
    )


_CELL = (
    *("number", "dataflow", "name", "freq", "time_period", "obs_value", "conf_status"),
    *("low", "high", "is_whole"),
)


def _same_figures(
    one: tuple[Told, pl.DataFrame], other: tuple[Told, pl.DataFrame]
) -> list[pl.DataFrame]:
    """The cells that two dataflows tell of the same persons, by the dimensions that they share."""
    shared = [d for d in one[0].dimensions if d in other[0].dimensions and d != "measure"]
    key = [*shared, "freq", "time_period"]
    return [
        pairs
        for left in _without_rest(*one, shared)
        for right in _without_rest(*other, shared)
        if (pairs := pairs_alike(left, right, key)).height
    ]


def _without_rest(told: Told, cells: pl.DataFrame, shared: list[str]) -> list[pl.DataFrame]:
    """The cells in which every other dimension is at its total; one table for each measure."""
    rest = [d for d in told.dimensions if d not in (*shared, "measure")]
    rows = cells.filter(*(pl.col(d) == TOTAL for d in rest), "is_whole")
    return list(rows.partition_by("measure")) if "measure" in told.dimensions else [rows]


def true_rests_among(known: Among, inner: Told, outer: Told) -> pl.DataFrame:
    """The name and obs_value of each rest, of two that hold unprotected rows."""
    one, other = (
        told.rows.filter(summed(told)).with_row_index("number") for told in (inner, outer)
    )
    value = pl.col("obs_value").cast(pl.Float64)
    return (
        lines_among(known, (inner, one), (outer, other))
        .join(one.select(part="number", held=value), on="part")
        .join(other.select(total="number", obs_value=value), on="total")
        .select("name", pl.col("obs_value") - pl.col("held"))
    )
