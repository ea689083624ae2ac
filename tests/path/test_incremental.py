"""What builds of what changed leave is what one build of everything would make, row for row."""

from random import Random

import pytest

from tests.path.built import built_tables, differences
from tests.path.operations import Operations
from warehouse.build import build

pytestmark = pytest.mark.path


def test_builds_of_what_changed_leave_what_a_full_build_makes(built_database, tmp_path):
    _compare(seed=389, builds=2, operations=7, folder=tmp_path, with_codes=True)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2, 8))
def test_longer_sequences_leave_what_a_full_build_makes(built_database, tmp_path, seed):
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
    found = built_tables()
    build(full=True)
    lacking = differences(found, built_tables())
    assert not lacking, "\n".join([f"seed {seed}", *sequence.done, *lacking])
