"""Linked hierarchical tables as the benches of disclosure control need them: invented counts.

Two tables share the margin of region by sex:

    province < region < _T   x   activity   x   sex
    province < region < _T   x   age        x   sex
"""

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from warehouse.disclosure.problem import Problem

TOTAL = -1
SPREAD = 0.6
"""How far the sizes of provinces, activities and ages lie apart: deviation of the logarithm."""


@dataclass(frozen=True)
class Shape:
    """How many codes each dimension has, and how many persons stand in a finest cell on average."""

    regions: int
    provinces: int
    activities: int
    ages: int
    persons: float


def linked_tables(shape: Shape, seed: int, threshold: int = 5) -> "Problem":
    """The problem of two linked tables of counts, those below `threshold` primary."""
    persons = _persons(shape, np.random.default_rng(seed))
    cells: dict[tuple[int, ...], int] = {}
    sums: list[tuple[list[int], int]] = []
    areas = range(shape.regions * (shape.provinces + 1) + 1)
    for axis, codes in ((1, shape.activities), (3, shape.ages)):
        for area, code, sex in product(areas, [*range(codes), TOTAL], [0, 1, TOTAL]):
            key = [area, TOTAL, sex, TOTAL]
            key[axis] = code
            total = cells.setdefault(tuple(key), len(cells))
            parts = {0: _within(shape, area), 2: [0, 1] if sex == TOTAL else []}
            parts[axis] = list(range(codes)) if code == TOTAL else []
            for dimension, inside in parts.items():
                keys = [(*key[:dimension], part, *key[dimension + 1 :]) for part in inside]
                if keys:
                    sums.append(([cells.setdefault(k, len(cells)) for k in keys], total))
    values = [_count(shape, persons, key) for key in cells]
    return problem_of(np.array(values, dtype=float), sums, threshold)


def problem_of(
    value: "NDArray[np.float64]", sums: list[tuple[list[int], int]], threshold: int
) -> "Problem":
    """The problem of counts of which each of `sums` tells the parts and their total."""
    from scipy.sparse import coo_array

    from warehouse.disclosure.counts import count_problem

    row = [r for r, (parts, _) in enumerate(sums) for _ in range(len(parts) + 1)]
    column = [c for parts, total in sums for c in (*parts, total)]
    sign = [s for parts, _ in sums for s in (*[1.0] * len(parts), -1.0)]
    equations = coo_array((sign, (row, column)), shape=(len(sums), len(value))).tocsr()
    return count_problem(equations, value, threshold)


def _persons(shape: Shape, random: np.random.Generator) -> "NDArray[np.int64]":
    provinces = shape.regions * shape.provinces
    sizes = [np.exp(random.normal(0, SPREAD, n)) for n in (provinces, shape.activities, shape.ages)]
    province, activity, age = (size / size.mean() for size in sizes)
    expected = np.einsum("i,j,k,l->ijkl", province, activity, [0.7, 1.3], age)
    expected *= shape.persons / shape.ages
    return random.poisson(expected * np.exp(random.normal(0, 0.5, expected.shape)))


def _within(shape: Shape, area: int) -> list[int]:
    """The areas that make up `area`: provinces come first, then regions, the country last."""
    provinces = shape.regions * shape.provinces
    if area < provinces:
        return []
    if area < provinces + shape.regions:
        first = (area - provinces) * shape.provinces
        return list(range(first, first + shape.provinces))
    return list(range(provinces, provinces + shape.regions))


def _count(shape: Shape, persons: "NDArray[np.int64]", key: tuple[int, ...]) -> int:
    leaves = [key[0]]
    while leaves and leaves[0] >= shape.regions * shape.provinces:
        leaves = [part for area in leaves for part in _within(shape, area)]
    found = persons[leaves]
    for axis, code in enumerate(key[1:], start=1):
        if code != TOTAL:
            found = found.take([code], axis=axis)
    return int(found.sum())
