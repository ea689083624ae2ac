"""What the distance between figures on one concept means, and what has moved; pure functions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from warehouse.coherence.comparison import Compared, Comparison, Published
from warehouse.coherence.figures import Value

Verdict = Literal["reference", "expected", "unexpected", "specimen", "without_reference", "absent"]
"""specimen: figures of an invented population say nothing beside published ones."""

REVISION = 0.02
"""A figure of one period has moved where two releases differ by more than this share."""

DRIFT = 0.10
"""Two sources have moved apart where their ratio changed by more than this share in a year."""


@dataclass(frozen=True)
class Judged:
    """A figure with its ratio to the reference, the verdict, and how it has moved.

    `revision` is the share by which the release changed the figure of the same period; `drift`
    the share by which its ratio to the reference changed within a year. None: not comparable.
    """

    compared: Compared
    value: Value | None
    ratio: float | None
    verdict: Verdict
    revision: float | None
    drift: float | None

    @property
    def has_moved(self) -> bool:
        """Whether a steward should look."""
        revised = self.revision is not None and abs(self.revision) > REVISION
        return revised or (self.drift is not None and abs(self.drift) > DRIFT)


def judged(
    comparison: Comparison, values: Sequence[Value | None], is_specimen: bool
) -> list[Judged]:
    """The figures of `comparison` with their `values` (None: not released), the reference first."""
    reference = values[0]
    return [
        _judged(compared, value, reference, comparison.figures[0], is_specimen)
        for compared, value in zip(comparison.figures, values, strict=True)
    ]


def _judged(
    compared: Compared,
    value: Value | None,
    reference: Value | None,
    first: Compared,
    is_specimen: bool,
) -> Judged:
    ratio = _ratio(value, reference)
    mixed = isinstance(compared.origin, Published) != isinstance(first.origin, Published)
    verdict: Verdict = "absent" if value is None else "without_reference"
    if value is not None and compared.expected is None:
        verdict = "reference"
    elif ratio is not None and is_specimen and mixed:
        verdict = "specimen"
    elif ratio is not None and compared.expected is not None:
        inside = compared.expected.low <= ratio <= compared.expected.high
        verdict = "expected" if inside else "unexpected"
    return Judged(
        compared, value, ratio, verdict, _change(value), _drift(value, reference, compared)
    )


def _ratio(value: Value | None, reference: Value | None) -> float | None:
    if value is None or reference is None or not reference.value:
        return None
    return value.value / reference.value


def _change(value: Value | None) -> float | None:
    """The share by which the release revised the value of the same period."""
    if value is None or not value.before_release:
        return None
    return value.value / value.before_release - 1


def _drift(value: Value | None, reference: Value | None, compared: Compared) -> float | None:
    """The share by which the ratio to the reference changed since the year before."""
    if compared.expected is None or value is None or reference is None:
        return None
    if not (value.year_before and reference.year_before and reference.value):
        return None
    earlier = value.year_before / reference.year_before
    return (value.value / reference.value) / earlier - 1
