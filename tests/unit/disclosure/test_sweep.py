"""A linked system with months, a quarter, means and groups, as large as is swept block by block."""

from dataclasses import replace
from itertools import pairwise

import polars as pl
import pytest

from bench.disclosure_declared import declared, parents
from warehouse.disclosure import protect, rules
from warehouse.disclosure.audit import audit
from warehouse.disclosure.blocks import LEAST_TO_DIVIDE, neighbourhoods, quarter_blocks, year_blocks
from warehouse.disclosure.primary import primary
from warehouse.disclosure.problem import Problem
from warehouse.disclosure.secondary import secondary
from warehouse.disclosure.suppression import Given, linked_system, problem_of
from warehouse.indicator import dataflow

MONTHS, WORKERS, SEED = 3, 50, 1
FLOW = dataflow("DF_EMP_DECLARED")
RULES = replace(rules(FLOW.id), secondary=True)


@pytest.fixture(scope="module")
def rows() -> pl.DataFrame:
    """The observations of 50 invented workers a month, in every table of the dataflow."""
    return declared(FLOW, MONTHS, WORKERS, SEED)


@pytest.fixture(scope="module")
def swept(rows: pl.DataFrame) -> Problem:
    """The problem of these observations."""
    tables = [Given(primary(rows, RULES), FLOW, RULES, parents())]
    return problem_of(*linked_system(tables))


def test_every_cell_stands_in_a_block_and_among_the_cells_around_it(swept: Problem) -> None:
    assert swept.size >= LEAST_TO_DIVIDE
    quarters = [block for quarter in quarter_blocks(swept) for block in quarter]
    found = [*quarters, *year_blocks(swept)]
    assert sum(cells for cells, _ in found).all()
    assert all((around | ~cells).all() for cells, around in found)


def test_neighbourhoods_grow_until_nothing_is_linked_any_more(swept: Problem) -> None:
    cell = int(swept.primary.argmax())
    found = list(neighbourhoods(swept, cell))
    assert all(set(few) < set(more) for few, more in pairwise(found))
    assert cell in found[0]
    assert swept.allowed[found[-1]].all()
    around = swept.equations[swept.columns[:, found[-1]].indices].indices
    assert set(around[swept.allowed[around]]) == set(found[-1])


def test_a_large_system_is_proved_cell_by_cell(swept: Problem) -> None:
    """No cell is left to the audit's own attack: for each a move was handed over."""
    found = secondary(swept)
    seen = audit(swept.unmark(found.unmarked), found.withheld, found.moves)
    assert (seen.attacked, seen.primary) == (0, int(swept.primary.sum()))


def test_the_same_rows_give_the_same_pattern(rows: pl.DataFrame) -> None:
    once = protect(rows, "national", RULES, FLOW, parents())
    again = protect(rows.reverse(), "national", RULES, FLOW, parents())
    assert again.rows.reverse().equals(once.rows)
    assert once.audit == again.audit


def test_the_month_that_completes_a_quarter_changes_nothing_that_was_told(
    rows: pl.DataFrame,
) -> None:
    key = [*FLOW.dimension_ids, "time_period"]
    periods = sorted(rows["time_period"].unique())
    last = [period for period in periods if period.endswith(("Q1", "-03"))]
    assert len(last) == 2
    early = rows.filter(~pl.col("time_period").is_in(last))
    first = protect(early, "national", RULES, FLOW, parents()).rows
    second = protect(rows, "national", RULES, FLOW, parents(), earlier=first)
    told = first.join(second.rows, on=key, suffix="_now")
    assert told.height == first.height
    assert told["conf_status_now"].equals(told["conf_status"])
    assert second.audit is not None
    assert second.audit["attacked"] == 0
