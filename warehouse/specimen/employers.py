"""The employers of a specimen: activity, region, size and month of affiliation."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from warehouse.specimen.calibration import allocate, calibration, labels, largest_remainder
from warehouse.specimen.identifiers import AFFILIATE_ROOM
from warehouse.specimen.population import Text, drawn
from warehouse.specimen.window import Window

LEAST_EMPLOYERS = 60
BEFORE_THE_WINDOW = -99


@dataclass(frozen=True)
class Employers:
    """Employers as columns; an employer's id is the position, its serial number id + 1.

    `since` is the window's month of affiliation, -99 before it; `wage` the factor of its
    activity on wages; `size` the national workers at the window's end.
    """

    section: Text
    activity: Text
    region: Text
    since: NDArray[np.int64]
    size: NDArray[np.int64]
    wage: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.section)


def employers(rng: np.random.Generator, window: Window, workers: int) -> Employers:
    """Employers of `workers` national workers, sizes as unequal as in life.

    A specimen has at most 9,999: larger ones, not more of them, when the scale asks for more.
    """
    known = calibration()
    activities = known.assumptions["activities"]
    count = round(workers / known.rate("employers_mean_size"))
    count = min(max(count, LEAST_EMPLOYERS), AFFILIATE_ROOM)
    spread = {section: 1 + 0.01 * count * row["weight"] for section, row in activities.items()}
    section = rng.permutation(labels(allocate(count, spread)))
    regions = rng.permutation(labels(allocate(count, known.weights("national_regions"))))
    newcomers = round(count * known.rate("employers_growth") * window.months)
    since = np.full(count, BEFORE_THE_WINDOW)
    since[rng.choice(count, newcomers, replace=False)] = rng.integers(0, window.months, newcomers)
    weight = np.exp(rng.normal(0.0, 1.25, count)) * np.where(since >= 0, 0.2, 1.0)
    return Employers(
        section=section,
        activity=activity_codes(rng, section),
        region=regions,
        since=since,
        size=largest_remainder(workers, weight),
        wage=np.array([activities[str(code)]["wage"] for code in section]),
    )


def activity_codes(rng: np.random.Generator, section: Text) -> Text:
    """A class code of NMA 2010, or a division alone, for each employer (e.g. '4711', '47')."""
    codes = np.full(len(section), "", dtype="U4")
    for name, row in calibration().assumptions["activities"].items():
        of_section = np.flatnonzero(section == name)
        codes[of_section] = rng.choice(np.array(row["codes"]), len(of_section))
    return codes


def foreign_workers_employers(
    rng: np.random.Generator, hiring: Employers, region: Text
) -> NDArray[np.int64]:
    """An employer for each foreign worker: activities as published, most in the same region."""
    known = calibration()
    held = known.values("foreign_workers_activity")
    shares = held | {"other": known.values("foreign_workers")["_T"] - sum(held.values())}
    group = rng.permutation(labels(allocate(len(region), shares)))
    commuting = rng.random(len(region)) < 0.06
    place = np.where(commuting, drawn(rng, known.weights("national_regions"), len(region)), region)
    chosen = np.zeros(len(region), dtype=np.int64)
    for name, sections in known.assumptions["activity_groups"].items():
        able = np.isin(hiring.section, sections) & (hiring.since < 0)
        for code in np.unique(place):
            workers = np.flatnonzero((group == name) & (place == code))
            near = np.flatnonzero(able & (hiring.region == code))
            candidates = near if len(near) else np.flatnonzero(able)
            weight = hiring.size[candidates] + 1.0
            chosen[workers] = rng.choice(candidates, len(workers), p=weight / weight.sum())
    return chosen
