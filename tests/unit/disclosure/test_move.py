"""Moves of single cells, where little room is left."""

import numpy as np
import pytest
from scipy.sparse import csr_array

from warehouse.disclosure.counts import count_problem
from warehouse.disclosure.move import Mover, whole_multiple
from warehouse.disclosure.problem import Problem
from warehouse.disclosure.proof import Proofs

TWO_PARTS = csr_array(np.array([[1.0, 1.0, -1.0]]))


def amounts(room: float) -> Problem:
    """A primary amount whose one neighbour may fall by so much, under a published total."""
    value = np.array([10.0, 10.0, 20.0])
    nobody = np.zeros(3, dtype=bool)
    return Problem(
        equations=TWO_PARTS,
        value=value,
        cost=value,
        lower=np.array([0.0, 10.0 - room, 0.0]),
        upper=np.array([np.inf, 10.0 + room, np.inf]),
        below=np.zeros(3),
        above=np.zeros(3),
        width=np.array([4.0, 0.0, 0.0]),
        kept=np.array([False, False, True]),
        held=nobody,
        is_whole=False,
    )


@pytest.mark.parametrize(
    ("room", "is_proved"),
    [(0.0, False), (1e-9, False), (1.0, False), (2.0, True), (4.0, True)],
    ids=["none", "what rounding leaves", "half of it", "up and down together", "all"],
)
def test_a_width_is_proved_by_rise_and_fall_together(room: float, is_proved: bool) -> None:
    asked = amounts(room)
    proofs = Proofs(asked, np.array([True, True, False]))
    assert proofs.unproved() == ([] if is_proved else [0])


@pytest.mark.parametrize(
    ("steps", "up", "whole"),
    [
        ([1.0, -1.0], 9, [1, -1]),
        ([0.5, -0.5], 9, [1, -1]),
        ([1 / 3, -2 / 3], 9, [1, -2]),
        ([0.5, 1 / 3], 9, [3, 2]),
        ([2.5, -2.5], 4, None),
        ([0.2, -0.2], 9, None),
    ],
    ids=["whole", "halves", "thirds", "both", "no room", "fifths"],
)
def test_parts_of_counts_become_whole_where_there_is_room(
    steps: list[float], up: int, whole: list[int] | None
) -> None:
    room = np.full(2, float(up))
    found = whole_multiple(np.array(steps), room, room)
    assert (None if found is None else found.tolist()) == whole


def test_counts_that_move_by_thirds_alone_are_moved_in_whole_steps() -> None:
    """a rises with three times b: nothing moves a by one, but by three."""
    tripled = csr_array(np.array([[1.0, -3.0, 0.0], [0.0, 1.0, -1.0]]))
    asked = count_problem(tripled, np.array([9.0, 3.0, 3.0]), threshold=5)
    mover = Mover(asked, np.arange(3), np.ones(3))
    found = mover.cheapest(0, [1.0])
    assert found is not None
    assert dict(zip(found.cells.tolist(), found.steps.tolist(), strict=True)) == {0: 3, 1: 1, 2: 1}
