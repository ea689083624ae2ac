"""Disclosure control: how near to the cheapest pattern, how quick, and is anything found."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from bench.disclosure_declared import declared, parents
from bench.disclosure_tables import Shape, linked_tables
from bench.figure import Figure, seconds

if TYPE_CHECKING:
    from warehouse.disclosure.problem import Pattern, Problem

LINKED = Shape(regions=4, provinces=3, activities=7, ages=6, persons=9.5)
"""714 cells, of which about 80 are primary."""

SEED = 1
PROVED_WITHIN = 0.01
"""The optimum is proved within one per cent: the gap told is to what is proved."""

MONTHS, WORKERS = 6, 24_000
"""About 100,000 cells in the tables of DF_EMP_DECLARED."""


def linked() -> Iterator[Figure]:
    """Linked hierarchical tables of 700 cells, against the optimum of the same system."""
    from warehouse.disclosure.exact import guided, optimum

    problem = linked_tables(LINKED, SEED)
    found: list[Pattern] = []
    taken = seconds(lambda: found.append(guided(problem)))
    yield Figure("sdc_cells", problem.size, "cells")
    yield Figure("sdc_primaries", int(problem.primary.sum()), "cells")
    yield Figure("sdc_seconds", taken, "s", "at most 10")
    yield Figure("sdc_disclosed", _disclosed(problem, found[0]), "cells", "0")
    best = optimum(problem, gap=PROVED_WITHIN)
    gap = secondary_cost(problem, found[0]) / secondary_cost(problem, best)
    yield Figure("sdc_gap", gap, "times", "at most 1.05; of the secondary cells alone")
    proved = secondary_cost(problem, best) / (best.bound - problem.cost[problem.forced].sum())
    yield Figure("sdc_proved", proved, "times", "the optimum found over the bound proved")


def _disclosed(problem: "Problem", pattern: "Pattern") -> int:
    """The primary cells that an attack on the pattern alone brings too close to known."""
    from warehouse.disclosure.audit import intervals

    lowest, highest = intervals(problem, pattern.withheld)
    return int((~problem.reached(highest - problem.value, problem.value - lowest)).sum())


def secondary_cost(problem: "Problem", pattern: "Pattern") -> float:
    """What the cells cost that are withheld for the sake of others."""
    return float(problem.cost[pattern.withheld & ~problem.forced].sum())


def large() -> Iterator[Figure]:
    """A year of DF_EMP_DECLARED's shape, from observations to protected ones and their audit."""
    from warehouse.disclosure import Protected, protect, rules
    from warehouse.indicator import dataflow

    flow = dataflow("DF_EMP_DECLARED")
    in_force = replace(rules(flow.id), secondary=True)
    rows = declared(flow, MONTHS, WORKERS, seed=1)
    found: list[Protected] = []

    def run() -> None:
        found.append(protect(rows, "national", in_force, flow, parents()))

    taken = seconds(run)
    audit = found[0].audit
    assert audit is not None
    yield Figure("sdc_large_cells", audit["cells"], "cells")
    yield Figure("sdc_large_primaries", audit["primary"], "cells")
    yield Figure("sdc_large_seconds", taken, "s", "at most 600")
    yield Figure("sdc_large_disclosed", audit["disclosed"], "cells", "0")
    per_primary = audit["secondary"] / max(audit["primary"], 1)
    yield Figure("sdc_secondaries_per_primary", float(np.round(per_primary, 4)), "cells")
