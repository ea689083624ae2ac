"""What adds up: equations over the cells of a dataflow, guessed and held to the published figures.

A reader is told dimensions, codes with their parents and how months make quarters. Where several
ways to add up are possible, the one is taken that no published figure contradicts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import polars as pl

from tests.robot.asking import Told

TOTAL = "_T"
REST = "-rest-"
ENTRY = {"equation": pl.String(), "cell": pl.Int64(), "sign": pl.Float64()}
BASES = {"MQ": 3.0, "MA": 12.0, "QA": 4.0}
"""How many base periods a quarter or a year holds."""

Nesting = Mapping[str, Any]
"""Codes of a dimension that lie in other ones, as a manifest has it: dimension, codes, cells."""

STAGES = ("RECEPTION", "DIAGNOSIS", "PREPARATION", "INSERTION", "FOLLOW_UP")
DETAILED = {
    f"{stage}_{step}": stage
    for stage, steps in (
        ("RECEPTION", ("CONTACT", "REGISTRATION", "INTERVIEW")),
        ("DIAGNOSIS", ("PROFILE", "PLAN")),
        ("PREPARATION", ("WORKSHOP", "TRAINING", "RECOGNITION", "BUSINESS_PLAN")),
        ("INSERTION", ("MATCH", "HIRING", "FINANCING", "CREATION")),
        ("FOLLOW_UP", ("VISIT", "END")),
    )
    for step in steps
}
"""Detailed steps of a journey, and the stage in which each lies."""
LIES_IN: dict[str, Sequence[Nesting]] = {
    "DF_ICLS_CATEGORY": [
        {
            "dimension": "category",
            "codes": {
                **dict.fromkeys(
                    ("IMW_RES", "IMW_NRES_SEASONAL", "IMW_NRES_SPECIFIED", "IMW_UNDET"), "IMW"
                ),
                **dict.fromkeys(("FWM_RES", "FWM_TEMP"), "FWM"),
                **dict.fromkeys(("NWA_LONG", "NWA_SHORT", "NWA_SEASONAL"), "NWA"),
            },
            "cells": {},
        },
        {
            "dimension": "residence_rule",
            "codes": {"R12M": "R6M"},
            "cells": {"category": ["IMW", "IMW_RES", "IMW_UNDET", "FWM", "FWM_RES"]},
        },
        {
            "dimension": "residence_rule",
            "codes": {"R6M": "R12M"},
            "cells": {"category": ["IMW_NRES_SEASONAL", "IMW_NRES_SPECIFIED", "FWM_TEMP"]},
        },
    ],
    "DF_JOURNEY": [
        {
            "dimension": "step",
            "codes": dict(zip(STAGES[1:], STAGES, strict=False)),
            "cells": {"measure": ["REACHED"]},
        },
        {
            "dimension": "measure",
            "codes": {"ATTENDED": "REACHED"},
            "cells": {"step": list(STAGES)},
        },
        *({"dimension": "step", "codes": {d: s}, "cells": {}} for d, s in DETAILED.items()),
    ],
    "DF_REINTEGRATION": [
        {"dimension": "measure", "codes": {inner: "BENEFICIARIES"}, "cells": {}}
        for inner in ("TRAINED", "BUSINESSES")
    ],
    "DF_SEASONAL_WORKER": [
        {
            "dimension": "measure",
            "codes": {"RETURNED": "DEPARTED", "DEPARTED": "SELECTED"},
            "cells": {},
        },
        {"dimension": "measure", "codes": {"REPEATERS": "SELECTED"}, "cells": {}},
    ],
}
"""What a reader of the definitions knows to lie in something else, whatever the rules say of it."""


PER_CENT = 100.0

ENOUGH_IN_COMMON = 20
"""Cells that two dataflows must tell alike before the robot takes them for the same figures."""
ENOUGH_OF_MEASURES = 5
"""The same of two measures of one dataflow, whose definitions say of whom they are."""


@dataclass
class Sums:
    """Cells, numbered from 0, and equations: the signed cells of each come to zero.

    `cells` have number, dataflow, name, freq, time_period and conf_status; what is told of their
    sum, from `low` to `high` (a mean of months is told times their number, and rounded); and
    whether it `is_whole`, a count.
    """

    cells: pl.DataFrame
    entries: list[pl.DataFrame] = field(default_factory=list)

    def equations(self) -> pl.DataFrame:
        """One row for each cell of an equation."""
        return pl.concat(self.entries) if self.entries else pl.DataFrame(schema=ENTRY)


def sums_of(told: Told) -> Sums:
    """The counts of one dataflow under its equations over dimensions, groups and periods."""
    cells = _cells(told)
    entries = [e for dimension in told.dimensions for e in _over(cells, told, dimension)]
    entries += _over_both(cells, told)
    entries += _over_time(cells, told)
    entries += _between_measures(cells, told)
    rests, of_rests = _with_rests(cells, told)
    return Sums(pl.concat([cells, rests]), [*entries, *of_rests])


def sums_of_numerators(told: Told) -> Sums:
    """The same of what `numerators` gives: each known within the rounding of its share or mean."""
    is_count = pl.lit(_per(told) == PER_CENT)
    cells = told.rows.with_row_index("number").with_columns(
        pl.col("number").cast(pl.Int64),
        dataflow=pl.lit(told.id),
        name=pl.concat_str(told.key, separator="/"),
        is_whole=is_count & (pl.col("freq") == told.description["freq"]),
    )
    return Sums(cells, [e for dimension in told.dimensions for e in _over(cells, told, dimension)])


def _cells(told: Told) -> pl.DataFrame:
    """The cells that are counts, with what a reader knows of each from its own row."""
    base, rules = told.description["freq"], told.rules
    rows = told.rows.filter(summed(told))
    is_mean = told.description["time_aggregation"] == "mean"
    factor = pl.lit(1.0)
    rounding = pl.lit(0.0)
    for freq in {f["freq"] for f in told.description["frequencies"]} - {base} if is_mean else ():
        is_coarse = pl.col("freq") == freq
        factor = pl.when(is_coarse).then(BASES[base + freq]).otherwise(factor)
        rounding = (
            pl.when(is_coarse).then(0.5 / 10 ** told.description["decimals"]).otherwise(rounding)
        )
    value = pl.col("obs_value").cast(pl.Float64)
    # A is told of the rounded mean; of what rests on few records, the figure itself may be large,
    # unless it is their number.
    is_number = rules["counted"] == "value_and_records" or "statistic" in told.dimensions
    is_few = (pl.col("conf_status") == "A") & is_number
    most = pl.when(is_few).then((rules["threshold"] - 1 + rounding) * factor)
    return rows.with_row_index("number").with_columns(
        pl.col("number").cast(pl.Int64),
        dataflow=pl.lit(told.id),
        name=pl.concat_str(told.key, separator="/"),
        low=((value - rounding) * factor).fill_null(1.0 if rules["zero"] == "published" else 0.0),
        high=((value + rounding) * factor).fill_null(most.otherwise(float("inf"))),
        is_whole=factor == 1,
    )


def summed(told: Told) -> pl.Expr:
    """Whether a row is one of those that add up, as the rules in the manifest say."""
    rows = told.rules["summed"]
    return pl.col(rows["dimension"]).is_in(rows["codes"]) if rows else pl.lit(True)


def _over(cells: pl.DataFrame, told: Told, dimension: str) -> list[pl.DataFrame]:
    """Parts = total, all codes under the total or level by level; and codes = their group."""
    within = [n for n in nestings(told) if n["dimension"] == dimension]
    if dimension == "measure" and not within:
        return []
    [listed] = [d["codes"] for d in told.description["dimensions"] if d["id"] == dimension]
    parents = {code["code"]: code["parent"] for code in listed}
    if within:
        # What makes up another code without a rest, such as residents and others, if they do.
        return [entries for nesting in within for entries in _made_up(cells, told, nesting)]
    codes = set(cells[dimension].unique().to_list()) - {TOTAL}
    flat = dict.fromkeys(codes, TOTAL)
    nested = {code: _above(code, parents, codes) or TOTAL for code in codes}
    found = _consistent(cells, told, dimension, dimension, [flat, nested])
    grouping = f"{dimension}_group"
    if grouping in told.dimensions:
        groups = set(cells[grouping].unique().to_list()) - {TOTAL}
        group = {c: c if c in groups else _above(c, parents, groups) for c in codes}
        ways = [{code: above for code, above in group.items() if above}]
        found += _consistent(cells, told, dimension, grouping, ways)
    return found


def _above(code: str, parents: Mapping[str, str | None], known: set[str]) -> str | None:
    above = parents.get(code)
    while above is not None and above not in known:
        above = parents.get(above)
    return above


def _consistent(
    cells: pl.DataFrame,
    told: Told,
    dimension: str,
    over: str,
    ways: Sequence[Mapping[str, str]],
) -> list[pl.DataFrame]:
    """The equations of the first way that every line published as a whole agrees with.

    Codes of `dimension` are put to what stands above them in `over`: itself, or its groups.
    """
    for above in ways:
        parts = cells.filter(pl.col(dimension).is_in(list(above)), pl.col(dimension) != TOTAL)
        if over != dimension:
            parts = parts.filter(pl.col(over) == TOTAL)
        put = {dimension: pl.lit(TOTAL)}
        put[over] = pl.col(dimension).replace_strict(above, return_dtype=pl.String())
        moved = parts.with_columns(**put)
        totals = cells.select(*told.key, pl.col("number").alias("total"))
        lines = moved.select(*told.key, pl.col("number").alias("part")).join(totals, on=told.key)
        found = entries_of(lines, over)
        if is_held(cells, found):
            return [found]
    return []


def nestings(told: Told) -> list[Nesting]:
    """The codes that lie in others, as the rules say or any reader of the definitions knows."""
    ruled = list(told.rules["within"])
    return [*ruled, *(known for known in LIES_IN.get(told.id, ()) if known not in ruled)]


def _kind(nesting: Nesting) -> str:
    return " ".join((nesting["dimension"], *nesting["codes"]))


def _made_up(cells: pl.DataFrame, told: Told, nesting: Nesting) -> list[pl.DataFrame]:
    """Codes that lie in another = that one, where no published figure leaves a rest."""
    entries = entries_of(_within(cells, told.key, nesting), _kind(nesting))
    return [entries] if is_held(cells, entries) else []


def _over_both(cells: pl.DataFrame, told: Told) -> list[pl.DataFrame]:
    """Parts = total over two dimensions that no cell tells apart, as a corridor's ends."""
    found = []
    for one, other in combinations(told.dimensions, 2):
        is_one, is_other = cells[one] != TOTAL, cells[other] != TOTAL
        if is_one.any() and not is_one.all() and (is_one == is_other).all():
            both = {d: pl.lit(TOTAL) for d in (one, other)}
            parts = cells.filter(is_one).with_columns(**both)
            totals = cells.select(*told.key, pl.col("number").alias("total"))
            lines = parts.select(*told.key, pl.col("number").alias("part")).join(
                totals, on=told.key
            )
            found.append(entries_of(lines, f"{one} {other}"))
    return [entries for entries in found if is_held(cells, entries)]


def _between_measures(cells: pl.DataFrame, told: Told) -> list[pl.DataFrame]:
    """What two measures of a survey tell alike: the same respondents are behind them."""
    if not {"measure", "statistic"} <= set(told.dimensions):
        return []
    key = [name for name in told.key if name != "measure"]
    return [
        entries_of(pairs, f"alike {one} {other}")
        for one, other in combinations(sorted(set(cells["measure"])), 2)
        if (
            pairs := pairs_alike(
                cells.filter(measure=one), cells.filter(measure=other), key, ENOUGH_OF_MEASURES
            )
        ).height
    ]


def _with_rests(cells: pl.DataFrame, told: Told) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """What codes hold beyond those within them, as cells that nobody tells, and their equations."""
    every, entries = [cells.clear()], []
    count = cells.height
    for nesting in nestings(told):
        lines = _within(cells, told.key, nesting)
        rests = cells.join(lines.select(number="total").unique(), on="number", how="semi")
        own = rests.with_row_index("place").with_columns(
            pl.col("place").cast(pl.Int64) + count, total="number"
        )
        own = own.with_columns(
            _rest_code(nesting),
            number="place",
            obs_value=pl.lit(None, pl.String),
            low=pl.lit(0.0),
            high=pl.lit(float("inf")),
        ).with_columns(name=pl.concat_str(told.key, separator="/"))
        lines = pl.concat([lines, own.select(part="number", total="total")])
        every.append(own.select(cells.columns))
        entries.append(entries_of(lines, f"within {_kind(nesting)}"))
        count += own.height
    return pl.concat(every), entries


def _rest_code(nesting: Nesting) -> pl.Expr:
    """The code of what a row leaves beyond the codes within its own."""
    return pl.col(nesting["dimension"]) + REST + "-".join(nesting["codes"])


def _within(cells: pl.DataFrame, key: Sequence[str], nesting: Nesting) -> pl.DataFrame:
    """Each cell whose code lies in another one, as `part`, and that one's as `total`."""
    above = pl.col(nesting["dimension"])
    held = (pl.col(dimension).is_in(codes) for dimension, codes in nesting["cells"].items())
    inner = cells.filter(above.is_in(list(nesting["codes"])), *held)
    moved = inner.with_columns(above.replace(nesting["codes"]))
    outer = cells.select(*key, total="number")
    return moved.select(*key, part="number").join(outer, on=key).select("part", "total")


def true_rests(rows: pl.DataFrame, told: Told) -> pl.DataFrame:
    """Of unprotected `rows`: the name and obs_value of each rest."""
    counts = rows.filter(summed(told)).with_row_index("number")
    value = counts.select("number", value=pl.col("obs_value").cast(pl.Float64))
    every = []
    for nesting in nestings(told):
        lines = _within(counts, told.key, nesting)
        held = (
            lines.join(value, left_on="part", right_on="number")
            .group_by("total")
            .agg(held=pl.col("value").sum())
        )
        rests = counts.join(held, left_on="number", right_on="total")
        every.append(
            rests.with_columns(_rest_code(nesting)).select(
                name=pl.concat_str(told.key, separator="/"),
                obs_value=pl.col("obs_value").cast(pl.Float64) - pl.col("held"),
            )
        )
    return pl.concat([pl.DataFrame(schema={"name": pl.String, "obs_value": pl.Float64}), *every])


def entries_of(lines: pl.DataFrame, kind: str) -> pl.DataFrame:
    """Equations from rows of `part` and `total`: parts count 1, their total -1."""
    equation = pl.concat_str(pl.lit(kind), pl.col("total"), separator=" ").alias("equation")
    sides = [
        lines.select(equation, pl.col("part").alias("cell"), pl.lit(1.0).alias("sign")),
        lines.select(equation, pl.col("total").alias("cell"), pl.lit(-1.0).alias("sign")).unique(),
    ]
    return pl.concat(sides).select(list(ENTRY))


def is_held(cells: pl.DataFrame, entries: pl.DataFrame) -> bool:
    """Whether each equation can be right, withheld cells being whatever they may be."""
    sign = pl.col("sign")
    lines = (
        entries.join(cells.select(pl.col("number").alias("cell"), "low", "high"), on="cell")
        .with_columns(
            least=pl.min_horizontal(pl.col("low") * sign, pl.col("high") * sign),
            most=pl.max_horizontal(pl.col("low") * sign, pl.col("high") * sign),
        )
        .group_by("equation")
        .agg(pl.col("least", "most").sum())
    )
    return lines.filter((pl.col("least") > 1e-6) | (pl.col("most") < -1e-6)).height == 0


def _over_time(cells: pl.DataFrame, told: Told) -> list[pl.DataFrame]:
    """Months = their quarter and year, as the definition says that they follow from each other."""
    way, base = told.description["time_aggregation"], told.description["freq"]
    coarse = {f["freq"] for f in told.description["frequencies"]} - {base}
    found = []
    for freq in sorted(coarse) if way in ("sum", "mean", "end_of_period") else ():
        parts = cells.filter(pl.col("freq") == base).with_columns(_holding(freq))
        if way == "end_of_period":
            parts = parts.filter(pl.col("period") == pl.col("period").max().over("time_period"))
        key = [*told.dimensions, "time_period"]
        totals = cells.filter(pl.col("freq") == freq).select(*key, pl.col("number").alias("total"))
        lines = parts.select(*key, pl.col("number").alias("part")).join(totals, on=key)
        entries = entries_of(lines, f"time {freq}")
        if is_held(cells, entries):
            found.append(entries)
    return found


def _holding(freq: str) -> list[pl.Expr]:
    """The quarter or year of each row in the place of its period, which is kept beside."""
    period = pl.col("time_period")
    year = period.str.slice(0, 4)
    month = period.str.slice(5).cast(pl.Int32, strict=False)
    quarter = year + "-Q" + ((month + 2) // 3).cast(pl.String)
    return [period.alias("period"), (year if freq == "A" else quarter).alias("time_period")]


def pairs_alike(
    left: pl.DataFrame, right: pl.DataFrame, key: list[str], enough: int = ENOUGH_IN_COMMON
) -> pl.DataFrame:
    """The pairs of cells of the same key, where all that both publish is equal, and not little."""
    both = left.select(*key, pl.col("number").alias("part"), one="low", a="obs_value").join(
        right.select(*key, pl.col("number").alias("total"), other="low", b="obs_value"), on=key
    )
    published = both.drop_nulls(["a", "b"])
    is_alike = (
        published.height >= enough
        and published["one"].n_unique() > enough // 4
        and bool((published["one"] == published["other"]).all())
    )
    return both.select("part", "total") if is_alike else both.clear().select("part", "total")


def numerators(shares: Told, counts: Told, measure: str | None, is_rest: bool) -> Told | None:
    """Shares or means times their denominators: what a reader computes of the sums behind them.

    `measure` is the code of the denominator where `counts` have several; `is_rest` asks for those
    whom the share leaves out. None where `counts` lack a dimension of the shares.
    """
    own = [d for d in shares.dimensions if d != "measure"]
    if not set(own) <= set(counts.dimensions):
        return None
    at_total = [d for d in counts.dimensions if d not in (*own, "measure")]
    rows = counts.rows.filter(*(pl.col(d) == TOTAL for d in at_total))
    if measure is not None:
        rows = rows.filter(measure=measure)
    key = ["freq", *own, "time_period"]
    denominators = rows.select(*key, whole=pl.col("obs_value").cast(pl.Float64))
    share = pl.col("obs_value").cast(pl.Float64)
    per = _per(shares)
    told = per - share if is_rest else share
    slack = 0.5 / 10 ** shares.description["decimals"] + 1e-9
    product = shares.rows.join(denominators, on=key, how="left").with_columns(
        obs_value=pl.when(pl.col("whole").is_not_null()).then(pl.col("obs_value")),
        low=((told - slack).clip(0) * pl.col("whole") / per).fill_null(0.0),
        high=((told + slack) * pl.col("whole") / per).fill_null(float("inf")),
    )
    return Told(shares.description, shares.rules, shares.release, product.drop("whole"))


def _per(shares: Told) -> float:
    """What a share is of: 100; a mean is of one worker."""
    return PER_CENT if shares.description["unit_measure"] == "PT" else 1.0
