"""Cell key perturbation, as a statistician reads it: how much a count may change, and attacks."""

import random
from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
import polars as pl
import pytest
from scipy.optimize import minimize

from warehouse.disclosure.cell_key import (
    KEYS,
    RECORD_KEY,
    CellKeyRules,
    cell_key_rules,
    cell_key_rules_in,
    perturbed,
    perturbed_table,
    record_keys,
)
from warehouse.disclosure.perturbation import transition_matrix
from warehouse.disclosure.rules import InvalidRules

RULES = CellKeyRules(enabled=True, distance=5, variance=3)
SECRET = "11" * 32
POSSIBLE = [(3, 2.5), (4, 3), (5, 2), (5, 3), (5, 4.5), (8, 6), (10, 8)]
"""Distances and variances under which every count can be perturbed."""

CODES = {
    "sex": ("F", "M"),
    "region": tuple(f"MA-{n:02d}" for n in range(1, 13)),
    "status": ("MIGRANT", "REFUGEE", "ASYLUM_SEEKER", "RETURNEE"),
    "education": ("ED0", "ED1", "ED2", "ED3"),
}


# The matrix of transition.


@pytest.mark.parametrize(("distance", "variance"), POSSIBLE)
def test_every_count_is_right_on_the_mean_and_has_the_variance(
    distance: int, variance: float
) -> None:
    matrix = transition_matrix(distance, variance)
    true = np.arange(matrix.shape[0])[:, None]
    moved = np.arange(matrix.shape[1])[None, :] - true
    assert matrix.min() >= 0
    assert matrix.sum(axis=1) == pytest.approx(1)
    assert (matrix * moved).sum(axis=1) == pytest.approx(0, abs=1e-9)
    assert (matrix * moved**2).sum(axis=1)[1:] == pytest.approx(variance)
    assert matrix[np.abs(moved) > distance].max() == 0


@pytest.mark.parametrize(("distance", "variance"), POSSIBLE)
def test_zero_stays_zero_and_no_one_or_two_is_shown(distance: int, variance: float) -> None:
    matrix = transition_matrix(distance, variance)
    assert matrix[0, 0] == 1
    assert matrix[:, 1:3].max() == 0


def test_large_counts_have_nothing_in_their_way() -> None:
    """The last row, by which all larger counts go, is the same on both sides."""
    last = transition_matrix(5, 3)[-1, 3:]
    assert last == pytest.approx(last[::-1])


@pytest.mark.parametrize("count", range(1, 9))
def test_the_entropy_is_the_greatest_possible(count: int) -> None:
    """Another solver, which knows nothing of exponentials, finds the same probabilities."""
    found = transition_matrix(5, 3)[count]
    shown = np.array([j for j in range(max(0, count - 5), count + 6) if j not in (1, 2)])
    moves = shown - count
    other = minimize(
        lambda p: float((p * np.log(np.maximum(p, 1e-300))).sum()),
        np.full(shown.size, 1 / shown.size),
        method="SLSQP",
        bounds=[(0, 1)] * shown.size,
        constraints=[
            {"type": "eq", "fun": lambda p: p.sum() - 1},
            {"type": "eq", "fun": lambda p: p @ moves},
            {"type": "eq", "fun": lambda p: p @ moves**2 - 3},
        ],
        options={"ftol": 1e-14, "maxiter": 1000},
    )
    assert found[shown] == pytest.approx(other.x, abs=2e-4)


TAU_ARGUS = {
    1: [0.77507885, 0.08736437, 0.0507561, 0.03233859, 0.02259606, 0.01731503, 0.01455099],
    2: [0.46627393, 0.27967553, 0.15331073, 0.06775595, 0.02414233, 0.00693534, 0.00160625],
    3: [0.25143962, 0.31958229, 0.22238319, 0.12402883, 0.05544276, 0.01986408, 0.00570418],
    6: [0.0074352, 0.09217486, 0.14310711, 0.18197607, 0.18952727, 0.16167151, 0.11295348],
}
"""Counts 0, 3, 4 … 8 shown of some true counts: the example table for tau-Argus, made by R's ptable
for distance 7 and variance 4. Its rows 4 and 5 are bound not to fall before the true count."""


@pytest.mark.parametrize("count", TAU_ARGUS)
def test_the_probabilities_are_those_of_the_tools_of_the_field(count: int) -> None:
    found = transition_matrix(7, 4)[count, [0, *range(3, 9)]]
    assert found == pytest.approx(TAU_ARGUS[count], abs=1e-8)


def test_the_matrix_in_force() -> None:
    """Shown counts 0, 3, 4, 5 … of true counts 1 to 4, as percentages."""
    percentages = (transition_matrix(5, 3)[1:5, [0, 3, 4, 5, 6, 7, 8, 9]] * 100).round(1).tolist()
    assert percentages == [
        [73.4, 13.7, 7.3, 3.7, 1.9, 0.0, 0.0, 0.0],
        [40.9, 40.7, 14.8, 3.2, 0.4, 0.0, 0.0, 0.0],
        [20.4, 39.4, 24.7, 11.1, 3.5, 0.8, 0.1, 0.0],
        [8.3, 28.9, 26.6, 19.0, 10.6, 4.6, 1.6, 0.4],
    ]


@pytest.mark.parametrize(("distance", "variance"), [(2, 2), (2, 3), (5, 1.9), (5, 5.1), (5, 0)])
def test_a_variance_that_some_count_cannot_have_is_refused(distance: int, variance: float) -> None:
    """Without 1 and 2, a count of 3 has nowhere to fall within a distance of 2."""
    with pytest.raises(InvalidRules, match="not possible"):
        transition_matrix(distance, variance)


# The rules.


def given(**changed: object) -> dict[str, object]:
    values = {"enabled": True, "distance": 5, "variance": 3} | changed
    return {"cell_key": {name: {"value": v, "reason": "So."} for name, v in values.items()}}


def test_no_such_table_is_answered_by_default() -> None:
    assert cell_key_rules().enabled is False


def test_the_rules_are_those_of_the_file() -> None:
    assert cell_key_rules_in(given()) == RULES


@pytest.mark.parametrize(
    "content",
    [
        {},
        given(distance=1),
        given(distance=2.5),
        given(enabled="yes"),
        given(variance=40),
        given(other=1),
        {"cell_key": {**given()["cell_key"], "enabled": {"value": True, "reason": " "}}},  # type: ignore[dict-item]
    ],
)
def test_rules_that_protect_nobody_are_refused(content: dict[str, object]) -> None:
    with pytest.raises(InvalidRules):
        cell_key_rules_in(content)


# What is shown.


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 5, 9, 100, 4_000_000])
def test_over_many_keys_a_count_is_shown_as_the_matrix_says(count: int) -> None:
    keys = np.random.default_rng(1).integers(0, KEYS, 40_000)
    shown = perturbed(np.full(keys.size, count), keys, RULES)
    assert shown.min() >= max(0, count - 5)
    assert not set(shown.tolist()) & {1, 2}
    assert shown.mean() == pytest.approx(count, abs=0.05)
    assert shown.var() == pytest.approx(3 if count else 0, abs=0.15)


@pytest.mark.parametrize("key", [0, 1, KEYS // 2, KEYS - 1])
def test_zero_is_zero_whatever_its_key(key: int) -> None:
    assert perturbed(np.array([0]), np.array([key]), RULES).tolist() == [0]


def test_record_keys_follow_from_the_number_and_the_secret_alone() -> None:
    numbers = pl.Series(["a", "b", "a"])
    first, second, third = record_keys(numbers, SECRET)
    assert first == third != second
    assert 0 <= first < KEYS
    assert record_keys(numbers, "22" * 32)[0] != first


def people(number: int, seed: int, secret: str = SECRET) -> pl.DataFrame:
    """Invented records with their codes, uneven as real ones are."""
    draw = random.Random(seed)
    codes = {
        name: draw.choices(known, [1 / (rank + 1) for rank in range(len(known))], k=number)
        for name, known in CODES.items()
    }
    numbers = pl.Series([f"{seed}-{n}" for n in range(number)])
    return pl.DataFrame({**codes, RECORD_KEY: record_keys(numbers, secret)})


def shown(
    records: pl.DataFrame,
    by: Sequence[str],
    filters: Mapping[str, Sequence[str]],
    cell: Mapping[str, str],
) -> int:
    """The figure of one cell of the table asked; 0 where it has no row."""
    table = perturbed_table(records, by, filters, RULES)
    row = table.filter(*(pl.col(name) == cell.get(name, "_T") for name in by))
    return int(row["obs_value"].item()) if row.height else 0


def test_a_table_holds_its_cells_and_totals_and_no_row_of_zero() -> None:
    table = perturbed_table(people(400, 1), ["sex", "status"], {}, RULES)
    assert table.columns == ["sex", "status", "obs_value"]
    assert table["obs_value"].min() >= 3  # type: ignore[operator]
    assert {("_T", "_T"), ("F", "_T"), ("_T", "MIGRANT"), ("F", "MIGRANT")} <= set(
        table.select("sex", "status").iter_rows()
    )
    assert not table.select("sex", "status").is_duplicated().any()


def test_totals_are_not_the_sums_of_their_parts() -> None:
    differing = 0
    for seed in range(20):
        table = perturbed_table(people(200, seed), ["sex"], {}, RULES)
        counts = dict(table.iter_rows())
        differing += counts["F"] + counts["M"] != counts["_T"]
    assert differing > 10


def test_who_is_in_nothing_that_is_asked_changes_nothing() -> None:
    women = people(100, 3).filter(sex="F")
    more = pl.concat([women, people(100, 4).filter(sex="M")])
    assert shown(women, ["sex"], {}, {"sex": "F"}) == shown(more, ["sex"], {}, {"sex": "F"})


# The averaging attack.

TARGETS, WORDINGS = 100, 100


def wordings(
    cell: Mapping[str, str], draw: random.Random
) -> tuple[list[str], dict[str, list[str]]]:
    """One of the many ways to ask for the same records: dimensions and filters, in any order.

    What fixes the cell is a filter, a dimension of whose table its row is read, or both; filters
    that keep everybody and dimensions read at their total stand beside; codes come in any order,
    twice, and with others that nobody has.
    """
    names = draw.sample(list(CODES), len(CODES))
    by: list[str] = []
    filters: dict[str, list[str]] = {}
    for name in names:
        is_dimension = len(by) < 3 and draw.random() < 0.5
        if is_dimension:
            by.append(name)
        if name in cell:
            kept = {cell[name]}
            if is_dimension and draw.random() < 0.5:
                kept |= set(draw.sample(CODES[name], 2))
            elif is_dimension and draw.random() < 0.5:
                continue
            filters[name] = [*kept, *draw.sample(["_U", "_Z"], draw.randint(0, 2)), cell[name]]
        elif draw.random() < 0.5:
            filters[name] = draw.sample(CODES[name], len(CODES[name]))
    for asked in (by, *filters.values()):
        draw.shuffle(asked)
    order = draw.sample(list(filters), len(filters))
    return by, {name: filters[name] for name in order}


def answers(target: int, redrawn: bool) -> tuple[int, list[int]]:
    """A true count of 1 to 12, and what is shown of it in WORDINGS logically equal questions.

    `redrawn` gives each question keys of its own, as noise that is drawn at every question.
    """
    draw = random.Random(target)
    records = people(300, target)
    cells = records.group_by("sex", "region", "status").len().filter(pl.col("len") <= 12)
    row = cells.sort("sex", "region", "status").row(draw.randrange(cells.height), named=True)
    cell = {name: row[name] for name in draw.sample(["sex", "region", "status"], 3)}
    found = []
    for n in range(WORDINGS):
        asked = people(300, target, f"{n:064x}") if redrawn else records
        by, filters = wordings(cell, draw)
        found.append(shown(asked, by, filters, cell))
    return int(row["len"]), found


def successes(redrawn: bool, targets: int = TARGETS) -> int:
    """Questions after which the mean of all answers so far betrays more than the first alone did.

    It does where it lies nearer to the true count than the first answer.
    """
    found = 0
    for target in range(targets):
        true, told = answers(target, redrawn)
        means = np.cumsum(told) / np.arange(1, len(told) + 1)
        found += int((np.abs(means - true) < abs(told[0] - true) - 1e-9).sum())
    return found


def test_averaging_logically_equal_questions_never_succeeds() -> None:
    """10,000 questions, 100 for each of 100 cells of 1 to 12 records.

    Logically equal: they are answered from the same set of records, whatever is a filter and what a
    dimension, in whatever order, beside filters that keep everybody. Success, at any of them: the
    mean of all answers so far lies nearer to the true count than the first answer.
    """
    assert TARGETS * WORDINGS == 10_000
    assert successes(redrawn=False) == 0


def test_the_same_attack_succeeds_where_noise_is_drawn_anew() -> None:
    """So that the attack above is one that can succeed."""
    targets = 5
    assert successes(redrawn=True, targets=targets) > targets * WORDINGS / 2


# What an attacker still gains: he asks for the parts.


def partitions() -> list[tuple[str, ...]]:
    """Every table of at most three dimensions; the first, of none, is the total itself."""
    return [names for size in range(4) for names in combinations(CODES, size)]


def test_asking_for_parts_gains_something_and_how_much_is_told() -> None:
    """The total of a filter, and beside it the sums of every table of its parts.

    Each partition is one more estimate, the worse the more parts it has; their mean, weighted by
    the inverse of what is expected of their variance, is the best that follows from them. Its
    standard deviation stays above one, so that it is right less often than not.
    """
    errors = np.array([_errors_of(seed) for seed in range(10)]).reshape(-1, 2)
    alone, together = (np.abs(errors) < 0.5).mean(axis=0)
    assert alone < together < 0.5
    deviations = errors.std(axis=0)
    assert 1 < deviations[1] < deviations[0]


def _errors_of(seed: int) -> list[tuple[float, float]]:
    """By how much one answer, and the mean of all partitions, miss the total of each region."""
    records = people(1200, seed)
    found = []
    for region in CODES["region"][1:9]:
        kept = records.filter(region=region)
        estimates, weights = [], []
        for by in partitions():
            table = perturbed_table(kept, by, {}, RULES)
            parts = table.filter(*(pl.col(name) != "_T" for name in by))["obs_value"]
            estimates.append(int(parts.sum()))
            weights.append(1 / (kept.select(by).n_unique() if by else 1))
        mean = float(np.average(estimates, weights=weights))
        found.append((float(estimates[0] - kept.height), mean - kept.height))
    return found
