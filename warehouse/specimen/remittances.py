"""The Office des Changes: each edition tells the series again, and first figures are revised."""

from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from warehouse.specimen import writing
from warehouse.specimen.calibration import calibration, with_rest
from warehouse.specimen.correspondences import country_names
from warehouse.specimen.delivery import Delivery, Randomness
from warehouse.specimen.tables import in_codes
from warehouse.specimen.window import Dates
from warehouse.specimen.world import World

Amounts = NDArray[np.float64]

CONTRACT = "office_des_changes_remittances"
BILLION = 1e9
LATE_SHARE = 0.03
"""The most by which a first figure falls short of the last one."""
KNOWN_AFTER = 0.4
"""What is still missing after each month, of what was missing before."""
SETTLED_AFTER = 4
"""Months after which a figure is definitive."""


def deliveries(chance: Randomness, world: World, month: int) -> list[Delivery]:
    """The edition of a month; that of the third month is sent again, one country corrected."""

    def edition(is_corrected: bool, path: Path) -> None:
        told = series(chance.of("remittances"), world, month)
        if month == 2 and not is_corrected:
            told = told.filter(pl.col("pays") != told["pays"][-1])
        writing.write_csv(told, path, ";", "utf-8")

    sent = [Delivery(CONTRACT, month, "", "csv", lambda path: edition(False, path))]
    if month == 2:
        corrected = Delivery(CONTRACT, month, "_corrected", "csv", lambda p: edition(True, p))
        sent.append(corrected)
    return sent


def series(rng: np.random.Generator, world: World, month: int) -> pl.DataFrame:
    """The series as the edition of a month tells it: from January of the year before the window.

    The generator is the same for every edition, so that they tell one truth as far as it is known.
    """
    first_year = int(world.window.period(0)[:4]) - 1
    begin = np.datetime64(f"{first_year}-01", "M")
    months = begin + np.arange(24 + world.window.months)
    final, missing = truth(rng, months, world.scale)
    edition = np.datetime64(world.window.period(month), "M")
    age = (edition - months).astype(np.int64)
    known = 1 - missing * KNOWN_AFTER ** np.maximum(age, 0)[:, None]
    names = list(in_codes(country_shares(), country_names()))
    shown = age >= 0
    amounts = np.round(final * known, 0)[shown]
    status = np.select([age == 0, age < SETTLED_AFTER], ["PROV", "REV"], "DEF")[shown]
    told = np.array([str(m).replace("-", "") for m in months[shown]])
    return pl.DataFrame(
        {
            "mois": np.repeat(told, len(names)),
            "pays": names * len(told),
            "montant": pl.Series(amounts.ravel()).cast(pl.Int64),
            "statut": np.repeat(status, len(names)),
        }
    )


def truth(rng: np.random.Generator, months: Dates, scale: float) -> tuple[Amounts, Amounts]:
    """Final amounts in dirhams, and the share of each that its first figure lacks.

    Both by month and country; each year adds up to the published total, at scale.
    """
    shares = np.array(list(country_shares().values()))
    season = np.array(calibration().assumptions["remittance_months"], dtype=float)
    calendar = months.astype(np.int64) % 12
    totals = [year_total(int(str(m)[:4])) * BILLION * scale for m in months]
    by_month = np.array(totals) * season[calendar] / season.sum()
    final: Amounts = np.outer(by_month, shares / shares.sum())
    missing: Amounts = rng.random(final.shape) * LATE_SHARE
    return final, missing


def year_total(year: int) -> float:
    """The published total of a year, of the nearest one before or after the series (bn MAD)."""
    known = {int(year): value for year, value in calibration().values("remittances").items()}
    return known[min(max(year, min(known)), max(known))]


def country_shares() -> dict[str, float]:
    """Percent of the transfers by country: published ones, and weights for the others."""
    held = calibration().values("remittances_country")
    return with_rest(held, 100.0, calibration().weights("other_senders"))
