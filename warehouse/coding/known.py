"""The titles whose code is known: decided at the desk, of the list that ships, or ISCO-08's own."""

import csv
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from warehouse.coding.titles import form
from warehouse.settings import settings

if TYPE_CHECKING:
    import psycopg

VARIABLE = "occupation_title"
"""The variable of the correspondences whose source codes are job titles."""
LABELS = ("label_fr", "label_ar", "label_en")
UNIT_GROUP_LEVEL = "4"


@dataclass(frozen=True)
class KnownTitle:
    """A job title as somebody wrote it, with its code and how well the two fit."""

    title: str
    code: str
    quality: str = "exact"


def known_titles(session: "psycopg.Connection | None" = None) -> list[KnownTitle]:
    """All known titles, what counts first first: the newest decision, then what ships."""
    decided = list(_decided(session)) if session is not None else []
    return [*decided, *shipped()]


def shipped() -> list[KnownTitle]:
    """The usual titles and ISCO-08's own, as the seeds have them."""
    seeds = settings().dbt_dir / "seeds"
    usual = _rows(seeds / "correspondences" / f"{VARIABLE}.csv")
    groups = [r for r in _rows(seeds / "codelists" / "cl_occupation.csv") if _is_unit_group(r)]
    return [
        *(KnownTitle(row["source_code"], row["code"], row["quality"]) for row in usual),
        *(KnownTitle(row[label], row["code"]) for row in groups for label in LABELS),
    ]


def by_form(titles: Iterable[KnownTitle]) -> dict[str, KnownTitle]:
    """The first known title of each compared form."""
    found: dict[str, KnownTitle] = {}
    for known in titles:
        if key := form(known.title):
            found.setdefault(key, known)
    return found


def hash_of(titles: Iterable[KnownTitle]) -> str:
    """One hash of what is known, in its order."""
    digest = hashlib.sha256()
    for known in titles:
        digest.update(f"{known.title}\0{known.code}\0{known.quality}\n".encode())
    return digest.hexdigest()


def _decided(session: "psycopg.Connection") -> Iterator[KnownTitle]:
    rows = session.execute(
        """
        select source_code, code, quality from codes.decision_in_force
        where
            variable = %s
            and (valid_from is null or valid_from <= current_date)
            and (valid_to is null or valid_to > current_date)
        order by decided_at desc, id desc
        """,
        [VARIABLE],
    )
    return (KnownTitle(*row) for row in rows.fetchall())


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _is_unit_group(row: dict[str, str]) -> bool:
    return row["level"] == UNIT_GROUP_LEVEL
