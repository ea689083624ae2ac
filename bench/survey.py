"""Survey: how often 95 % intervals hold the truth of a population that is known."""

import os
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np
import polars as pl

from bench.figure import Figure

SAMPLES, SAMPLES_A_TASK = 2_000, 250
SEED = 20260101
BOUND = "0.935 to 0.965"
ADULT = 15
ONE_THREAD = {"POLARS_MAX_THREADS": "1", "RAYON_NUM_THREADS": "1"}
"""Of each process: samples are small, and processes share the cores among them."""


def coverage() -> Iterator[Figure]:
    """Samples of the specimen population under the survey's plan, estimated as a survey is.

    The total is of international migrant workers, the mean of monthly earnings of the employed, the
    ratio that of recruitment costs to first earnings; all persons drawn answer, for the error of
    non-response is not one of sampling. Each task has its own stream of random numbers: the
    figures do not depend on how many processes share the work.
    """
    os.environ.update(ONE_THREAD)
    held = Counter[str]()
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        for told in pool.map(held_in, range(SAMPLES // SAMPLES_A_TASK)):
            held += told
    for name in ("total", "mean", "ratio"):
        yield Figure(f"survey_coverage_{name}", held[name] / SAMPLES, "share", BOUND)


def held_in(task: int) -> Counter[str]:
    """How many intervals of the samples of one task hold the truth, by the estimate's name."""
    from warehouse.survey.specimen.drawing import Plan
    from warehouse.survey.specimen.population import population

    whole = population()
    truth, plan = whole.truth(), Plan(whole)
    random = np.random.default_rng([SEED, task])
    held = Counter[str]()
    for _ in range(SAMPLES_A_TASK):
        held.update(_held(plan.draw(random), truth))
    return held


def _held(drawn: pl.DataFrame, truth: dict[str, float]) -> Iterator[str]:
    """The names of the estimates whose interval holds the truth."""
    from warehouse.survey.design import sample
    from warehouse.survey.estimate import means, ratios, totals
    from warehouse.survey.specimen.drawing import DRAWN

    adults = sample(drawn.filter(pl.col("age") >= ADULT), DRAWN)
    estimates = {
        "total": (totals(adults, "is_worker"), truth["workers"]),
        "mean": (means(adults, "earnings"), truth["mean_earnings"]),
        "ratio": (ratios(adults, "cost", "first_earnings"), truth["ratio"]),
    }
    for name, ((made,), true) in estimates.items():
        if made.lower is not None and made.upper is not None and made.lower <= true <= made.upper:
            yield name
