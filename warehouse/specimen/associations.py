"""ANAPEC's directory of associations: sent when it changes, several codes in a cell."""

import numpy as np
import polars as pl

from warehouse.specimen.calibration import calibration
from warehouse.specimen.delivery import Randomness
from warehouse.specimen.dgsn import provinces
from warehouse.specimen.documents import missing
from warehouse.specimen.monthly import Monthly
from warehouse.specimen.population import drawn
from warehouse.specimen.window import Window

SERVICES = [
    "ACCUEIL", "AIDE JURIDIQUE", "DEMARCHES", "SANTE", "PSYCHOSOCIAL", "HEBERGEMENT",
    "COURS DE LANGUE", "FORMATION", "RECHERCHE EMPLOI", "CREATION ACTIVITE", "PLAIDOYER",
]  # fmt: skip
LANGUAGES = ["FR", "AR", "Darija", "EN", "WO", "BM", "ES", "LN", "Amazigh"]
GROUPS = ["MIGRANTS", "REFUGIES", "Réfugiés", "DEMANDEURS ASILE", "FEMMES", "MINEURS", "RETOUR"]
SEPARATOR = ";"


def directory(rng: np.random.Generator, window: Window) -> pl.DataFrame:
    """The associations known at the window's end, with the `month` from which each is listed."""
    count = round(calibration().rate("associations"))
    serial = [f"{number:03d}" for number in range(1, count + 1)]
    agrees = rng.random(count) < 0.4
    start = window.month_start(0)
    agreed = start - rng.integers(30, 1500, count).astype("timedelta64[D]")
    frame = pl.DataFrame(
        {
            "month": np.where(rng.random(count) < 0.9, 0, rng.integers(0, window.months, count)),
            "numero_association": pl.Series(["AS" + number for number in serial]),
            "nom_association": pl.Series(["SPECIMEN ASSOCIATION " + number for number in serial]),
            "province": pl.Series(
                provinces(rng, drawn(rng, calibration().weights("national_regions"), count))
            ),
            "zone": pl.Series(["Toute la province"] * count),
            "services": some_of(rng, SERVICES, count, 5),
            "langues": some_of(rng, LANGUAGES, count, 4),
            "publics": some_of(rng, GROUPS, count, 3),
            "convention": pl.Series(np.where(agrees, "OUI", "NON")),
            "date_convention": pl.Series(np.where(agrees, agreed, np.datetime64("NaT"))).cast(
                pl.Date
            ),
            "point_contact": pl.Series(
                [f"accueil{number}@specimen.example.org" for number in serial]
            ),
            "personne_contact": pl.Series(["SPECIMEN PERSONNE " + number for number in serial]),
            "date_mise_a_jour": pl.Series(np.full(count, start)).cast(pl.Date),
        }
    )
    return frame.with_columns(missing(rng, "zone", 0.3, count), missing(rng, "publics", 0.1, count))


def some_of(rng: np.random.Generator, codes: list[str], count: int, most: int) -> pl.Series:
    """One to `most` different codes in each cell, with the blanks that people leave (FR; AR)."""
    between = (SEPARATOR, SEPARATOR + " ")
    return pl.Series(
        [
            between[int(rng.integers(0, 2))].join(
                rng.choice(codes, int(rng.integers(1, most + 1)), replace=False)
            )
            for _ in range(count)
        ]
    )


def extract(chance: Randomness, window: Window) -> Monthly:
    """The directory in the middle of the window, and again at its end where it has changed."""
    middle = window.months // 2
    return Monthly(
        contract="anapec_associations",
        frame=directory(chance.of("associations"), window),
        key=("numero_association",),
        sent=frozenset({middle}),
        delimiter=",",
        frequency="A",
        is_cumulative=True,
        corrected=middle if window.months > 2 else None,
        hasty=lambda rows: rows.head(rows.height - 2),
    )
