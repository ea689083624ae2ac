from dataclasses import dataclass
from pathlib import Path

import pytest

from warehouse.specimen import SpecimenFile, generate


@dataclass(frozen=True)
class Specimen:
    """A generated specimen: its folder, files in order of arrival, and scale."""

    directory: Path
    files: list[SpecimenFile]
    scale: float

    def path(self, contract: str, period: str) -> Path:
        """The (last) file of a contract and month."""
        return [f.path for f in self.files if (f.contract, f.period) == (contract, period)][-1]


def make(directory: Path, months: int, scale: float) -> Specimen:
    return Specimen(directory, generate(directory, months=months, scale=scale), scale)


@pytest.fixture(scope="session")
def year(tmp_path_factory: pytest.TempPathFactory) -> Specimen:
    """Twelve months, small."""
    return make(tmp_path_factory.mktemp("year"), 12, 0.002)


@pytest.fixture(scope="session")
def december(tmp_path_factory: pytest.TempPathFactory) -> Specimen:
    """One month at half the scale of the demo."""
    return make(tmp_path_factory.mktemp("december"), 1, 0.01)
