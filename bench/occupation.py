"""Job titles that the coder has not seen: how many it codes, and how many of these rightly.

Truth is the ROME titles with their ISCO-08 unit groups, of SIMIMO_REAL_DATA. A fifth is left out,
at random, then by whole ROME cards. Titles with the same compared form (gender, case, accents and
abbreviations apart) are one title: they are left out together, and no training row, be it an ESCO
label, a usual title or a title of ISCO-08, keeps the form of one left out. ESCO labels come only
from the rows that stay.
"""

import csv
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bench.figure import Figure

if TYPE_CHECKING:
    from warehouse.coding.coder import Coder

FILE = Path("esco_rome") / "derived_rome_appellation_to_isco08.csv"
LEFT_OUT_SHARE = 0.2
SEED = 2026


@dataclass(frozen=True)
class Row:
    """One ROME title: its compared form, its card, its ESCO concept and its unit group."""

    title: str
    form: str
    card: str
    concept: str
    code: str


def occupation() -> Iterator[Figure]:
    """Share coded and accuracy at one and four digits, on titles and on whole cards left out."""
    from warehouse.settings import settings

    folder = settings().real_data
    if folder is None or not (folder / FILE).exists():
        print("occupation: SIMIMO_REAL_DATA is not set or lacks esco_rome", file=sys.stderr)
        return
    rows = _rows(folder / FILE)
    yield from _figures(rows, lambda row: row.form, "", ("0.70", "0.88", "0.78"))
    yield from _figures(rows, lambda row: row.card, "_new_card", ("", "", ""))


def _figures(
    rows: list[Row], unit: Callable[[Row], str], suffix: str, bounds: tuple[str, str, str]
) -> Iterator[Figure]:
    from warehouse.coding.coder import UNKNOWN

    kept, left_out = _split(rows, unit)
    codings = _coder(kept, {row.form for row in left_out}).code([row.title for row in left_out])
    coded = [(c.code, r.code) for c, r in zip(codings, left_out, strict=True) if c.code != UNKNOWN]
    values = (
        ("occupation_coded_share", len(coded) / len(left_out)),
        ("occupation_accuracy_1", _right(coded, 1)),
        ("occupation_accuracy_4", _right(coded, 4)),
    )
    for (name, value), bound in zip(values, bounds, strict=True):
        yield Figure(name + suffix, value, "share", f"at least {bound}" if bound else "")


def _coder(kept: list[Row], left_out: set[str]) -> "Coder":
    from warehouse.coding.coder import Coder
    from warehouse.coding.known import KnownTitle, shipped
    from warehouse.coding.titles import form

    taught = [KnownTitle(row.title, row.code) for row in kept]
    taught += [KnownTitle(row.concept, row.code, "close") for row in kept]
    known = [title for title in [*taught, *shipped()] if form(title.title) not in left_out]
    return Coder(known)


def _split(rows: list[Row], unit: Callable[[Row], str]) -> tuple[list[Row], list[Row]]:
    units = np.array(sorted({unit(row) for row in rows}))
    np.random.default_rng(SEED).shuffle(units)
    chosen = set(units[: int(LEFT_OUT_SHARE * len(units))].tolist())
    left_out = [row for row in rows if unit(row) in chosen]
    return [row for row in rows if unit(row) not in chosen], left_out


def _right(coded: list[tuple[str, str]], digits: int) -> float:
    right = sum(code[:digits] == truth[:digits] for code, truth in coded)
    return right / len(coded) if coded else 0.0


def _rows(path: Path) -> list[Row]:
    from warehouse.coding.titles import form

    with path.open(encoding="utf-8", newline="") as file:
        return [
            Row(
                r["rome_appellation"],
                form(r["rome_appellation"]),
                r["rome_id"],
                r["esco_label_fr"],
                r["isco08"],
            )
            for r in csv.DictReader(file)
        ]
