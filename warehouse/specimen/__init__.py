"""The generator of synthetic extracts: one simulated population, seen by each institution.

What it is held to and what is invented is in calibration.yml; the identifiers no institution
can have issued in identifiers.py.
"""

from typing import TYPE_CHECKING, Any

from warehouse.specimen.identifiers import is_specimen_identifier, specimen_expression

if TYPE_CHECKING:
    from warehouse.specimen.generation import SpecimenFile, generate

__all__ = ["SpecimenFile", "generate", "is_specimen_identifier", "specimen_expression"]


def __getattr__(name: str) -> Any:
    # Whoever checks a file needs the identifiers alone, not the simulation and its libraries.
    if name in ("SpecimenFile", "generate"):
        from warehouse.specimen import generation

        return getattr(generation, name)
    raise AttributeError(name)
