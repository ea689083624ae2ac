"""Figures and their standard errors, and the SQL that takes them."""

import subprocess
import sys

import pytest

from expectations.measure import (
    CODES_KEPT,
    OTHER_CODES,
    Rows,
    definition,
    scalar_query,
    share_error,
    shares,
)
from expectations.suite import Measure, suite_of
from warehouse.contracts.contract import contract


def measure(name: str) -> Measure:
    return next(m for m in suite_of(contract("cnss_declarations")).measures if m.id == name)


def test_shares_add_up_and_the_rarest_codes_go_together() -> None:
    counts = [(f"c{i:03}", 1000 - i) for i in range(CODES_KEPT + 50)]
    found = shares(counts)
    assert len(found) == CODES_KEPT + 1
    assert sum(v.value for v in found.values()) == pytest.approx(1)
    rest = sum(n for _, n in counts[CODES_KEPT:]) / sum(n for _, n in counts)
    assert found[OTHER_CODES].value == pytest.approx(rest)


def test_no_rows_make_no_shares() -> None:
    assert shares([]) == {}


def test_none_of_ten_is_less_certain_than_none_of_a_thousand() -> None:
    assert share_error(0, 10) > 10 * share_error(0, 1000) > 0


def test_all_scalars_are_taken_in_one_scan() -> None:
    query = scalar_query([measure("rows"), measure("mean_wage")], Rows("select 1"))
    assert query.count("(select 1) as record") == 1
    assert "number(" not in query


def test_another_definition_makes_kept_figures_stale() -> None:
    from dataclasses import replace

    rows = measure("rows")
    assert definition(rows) == definition(replace(rows, label={"fr": "autre"}))
    assert definition(rows) != definition(replace(rows, where="situation = 'SO'"))


def test_importing_the_gate_is_cheap_and_leaves_great_expectations_out() -> None:
    code = (
        "import sys, time, warehouse.database, warehouse.contracts.contract;"
        "start = time.process_time(); import expectations.gate;"
        "print(time.process_time() - start, 'great_expectations' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    seconds, imported = done.stdout.split()
    assert imported == "False"
    assert float(seconds) < 0.2
