"""The generator of synthetic extracts: one simulated population, seen by each institution.

What it is held to and what is invented is in calibration.yml; the identifiers no institution
can have issued in identifiers.py.
"""

from warehouse.specimen.generation import SpecimenFile, generate
from warehouse.specimen.identifiers import is_specimen_identifier, specimen_expression

__all__ = ["SpecimenFile", "generate", "is_specimen_identifier", "specimen_expression"]
