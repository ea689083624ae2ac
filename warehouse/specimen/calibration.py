"""The specimen's calibration: which published figures it is held to, and its invented weights.

`calibration.yml` is the one place of both; this module reads it and shares whole numbers out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray

from warehouse.coherence.sources import source_labels
from warehouse.indicator import Labels

CALIBRATION = Path(__file__).with_name("calibration.yml")


@dataclass(frozen=True)
class Figure:
    """One published figure and the specimen figure it stands for.

    `dataflow`, `at` ('end' or 'year'), `dimension` and `breakdown` name the specimen figure
    (e.g. DF_EMP_DECLARED, end, citizenship, FR); `value` is in `unit` at scale 1. `codes` are held
    besides (e.g. status GRANTED); a total is that of the dataflow without the codes of `less`.
    """

    id: str
    breakdown: str
    value: float
    unit: str
    period: str
    source: Labels
    dataflow: str
    at: str
    dimension: str
    reason: str
    codes: Mapping[str, str] = field(default_factory=dict)
    less: tuple[str, ...] = ()


@dataclass(frozen=True)
class Calibration:
    """The figures by group, and the assumptions by name, of calibration.yml."""

    figures: tuple[Figure, ...]
    assumptions: Mapping[str, Any]

    def values(self, group: str) -> dict[str, float]:
        """The published values of one group by breakdown (e.g. 'residents' -> {'_T': 148152})."""
        return {figure.breakdown: figure.value for figure in self.figures if figure.id == group}

    def rate(self, name: str) -> float:
        """One assumed number (e.g. hire_rate)."""
        return float(self.assumptions[name])

    def weights(self, name: str) -> dict[str, float]:
        """Assumed relative weights by code (e.g. other_workers)."""
        return {str(code): float(weight) for code, weight in self.assumptions[name].items()}


@cache
def calibration() -> Calibration:
    """The calibration that ships with the generator."""
    document = yaml.safe_load(CALIBRATION.read_text(encoding="utf-8"))
    figures = tuple(
        figure(group, breakdown) for group in document["figures"] for breakdown in group["values"]
    )
    return Calibration(figures=figures, assumptions=document["assumptions"])


def figure(group: Mapping[str, Any], breakdown: str) -> Figure:
    """One value of a group of calibration.yml, with what it stands for."""
    return Figure(
        id=group["id"],
        breakdown=str(breakdown),
        value=float(group["values"][breakdown]),
        unit=group["unit"],
        period=group["period"],
        source=source_labels(group["source"]),
        dataflow=group["specimen"]["dataflow"],
        at=group["specimen"]["at"],
        dimension=group["specimen"]["dimension"],
        reason=group["reason"],
        codes=group["specimen"].get("codes", {}),
        less=tuple(group["specimen"].get("less", ())),
    )


def with_rest(
    held: Mapping[str, float], total: float, rest: Mapping[str, float]
) -> dict[str, float]:
    """Held values completed to `total` by sharing the remainder out by the weights of `rest`.

    {'SN': 18.4}, 100, {'ML': 1, 'CD': 3} -> {'SN': 18.4, 'ML': 20.4, 'CD': 61.2}
    """
    remainder = total - sum(held.values())
    weight = sum(rest.values())
    return dict(held) | {code: remainder * share / weight for code, share in rest.items()}


def allocate(count: int, weights: Mapping[str, float]) -> dict[str, int]:
    """`count` shared out by largest remainder, so that the parts add up (e.g. 526 workers)."""
    exact = np.array(list(weights.values()), dtype=float)
    parts = largest_remainder(count, exact)
    return dict(zip(weights, parts.tolist(), strict=True))


def largest_remainder(count: int, weights: NDArray[np.float64]) -> NDArray[np.int64]:
    """Whole numbers adding up to `count`, as near to the weights as they can be."""
    exact = weights * (count / weights.sum())
    whole: NDArray[np.int64] = np.floor(exact).astype(np.int64)
    order = np.argsort(-(exact - whole), kind="stable")
    whole[order[: count - int(whole.sum())]] += 1
    return whole


def labels(parts: Mapping[str, int]) -> NDArray[np.str_]:
    """Each code as often as its part says ({'M': 2, 'F': 1} -> M M F)."""
    return np.repeat(np.array([str(code) for code in parts]), list(parts.values()))
