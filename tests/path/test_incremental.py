"""What builds of what changed leave is what one build of everything would make, row for row."""

from collections import Counter
from random import Random

import pytest

from tests.path.operations import Operations
from warehouse.build import build
from warehouse.database import connect

pytestmark = pytest.mark.path

SCHEMAS = ("staging", "harmonised", "linked", "indicators")
Tables = dict[str, Counter[str]]


def test_builds_of_what_changed_leave_what_a_full_build_makes(warehouse_database, tmp_path):
    _compare(seed=389, builds=2, operations=7, folder=tmp_path, with_codes=True)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2, 8))
def test_longer_sequences_leave_what_a_full_build_makes(warehouse_database, tmp_path, seed):
    _compare(seed, builds=5, operations=6, folder=tmp_path, with_codes=True)


def _compare(seed, builds, operations, folder, with_codes=False):
    """Draw a sequence, build in between, and compare all tables with a full build's."""
    sequence = Operations(Random(seed), folder)
    sequence.first_files()
    build()
    for number in range(builds):
        sequence.done.append("build")
        if with_codes and number == 1:
            sequence.decide_code()
        for _ in range(operations):
            sequence.any()
        build()
    found = _tables()
    build(full=True)
    differences = _differences(found, _tables())
    assert not differences, "\n".join([f"seed {seed}", *sequence.done, *differences])


def _tables() -> Tables:
    """The rows of every table and view of the schemas that a build makes, as text."""
    with connect() as session:
        names = session.execute(
            "select table_schema || '.' || table_name from information_schema.tables "
            "where table_schema = any(%s) and table_name <> 'build' order by 1",
            [list(SCHEMAS)],
        ).fetchall()
        return {
            name: Counter(
                row for (row,) in session.execute(f"select cast(t as text) from {name} as t")
            )
            for (name,) in names
        }


def _differences(found: Tables, full: Tables) -> list[str]:
    """For each table, the rows that one of the two builds lacks."""
    said = []
    for name in sorted(found.keys() | full.keys()):
        left, right = found.get(name, Counter()), full.get(name, Counter())
        said += [f"{name}: only built step by step: {row}" for row in left - right]
        said += [f"{name}: only built at once: {row}" for row in right - left]
    return said
