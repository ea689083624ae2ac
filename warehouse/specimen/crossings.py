"""DGSN's count of border crossings: visitors by weight, and the simulated persons who move."""

from pathlib import Path

import numpy as np
import polars as pl

from warehouse.specimen import writing
from warehouse.specimen.calibration import calibration
from warehouse.specimen.correspondences import adjectives, source_codes
from warehouse.specimen.delivery import Delivery, Randomness
from warehouse.specimen.dgsn import translated
from warehouse.specimen.population import BORN_HERE, NEVER, drawn
from warehouse.specimen.tables import cross_table, in_codes
from warehouse.specimen.window import Dates
from warehouse.specimen.world import World

CONTRACT = "dgsn_border_crossings"
CELL = ["poste", "nationalite", "sens", "mode", "motif"]
NOT_ASKED = "ND"
ENTRY, EXIT = "E", "S"


def delivery(chance: Randomness, world: World, month: int) -> Delivery:
    """The count of a month, a workbook in the second month of each quarter."""
    is_workbook = month % 3 == 1

    def write_crossings(path: Path) -> None:
        frame = crossings(chance.of("crossings", month), world, month)
        if is_workbook:
            writing.write_xlsx(frame, path)
        else:
            writing.write_csv(frame, path, ";", "windows-1252")

    return Delivery(CONTRACT, month, "", "xlsx" if is_workbook else "csv", write_crossings)


def crossings(rng: np.random.Generator, world: World, month: int) -> pl.DataFrame:
    """The extract's rows of a month: one a post, citizenship, direction, mode and reason."""
    parts = [visits(rng, world, month, direction) for direction in (ENTRY, EXIT)]
    parts += [moves(rng, world, month, direction) for direction in (ENTRY, EXIT)]
    told = world.window.period(month).replace("-", "")
    return (
        pl.concat(parts)
        .group_by(CELL)
        .agg(pl.col("nombre").sum())
        .filter(pl.col("nombre") > 0)
        .sort(CELL)
        .select(pl.lit(told).alias("mois"), *CELL, "nombre")
    )


def visits(rng: np.random.Generator, world: World, month: int, direction: str) -> pl.DataFrame:
    """Visitors and nationals in one direction: a share of the year's crossings, by weight."""
    known = calibration()
    season = np.array(known.assumptions["crossing_months"], dtype=float)
    calendar = int(np.datetime64(world.window.period(month), "M").astype(np.int64)) % 12
    total = known.rate("crossings_a_year") * world.scale * season[calendar] / season.sum() / 2
    weights = {
        "post": known.weights("crossing_posts"),
        "nationalite": in_codes(known.weights("crossing_citizenships"), adjectives()),
        "motif": known.weights("crossing_reasons") if direction == ENTRY else {NOT_ASKED: 1.0},
    }
    return at_posts(cross_table(rng, total, weights, "nombre"), direction)


def moves(rng: np.random.Generator, world: World, month: int, direction: str) -> pl.DataFrame:
    """The simulated foreigners who arrive to stay, or leave for good, in the month."""
    persons, window = world.persons, world.window
    dates: Dates = persons.arrival if direction == ENTRY else persons.departure
    moving = np.flatnonzero(
        (dates > BORN_HERE) & (dates < NEVER) & (window.month_of(dates) == month)
    )
    reason = persons.reason[moving] if direction == ENTRY else np.full(len(moving), NOT_ASKED)
    frame = pl.DataFrame(
        {
            "post": pl.Series(drawn(rng, calibration().weights("crossing_posts"), len(moving))),
            "nationalite": translated(adjectives(), persons.citizenship[moving]),
            "motif": pl.Series(np.where(reason == "", "AUTRE", reason)),
            "nombre": np.ones(len(moving), dtype=np.int64),
        }
    )
    return at_posts(frame, direction)


def at_posts(cells: pl.DataFrame, direction: str) -> pl.DataFrame:
    """The cells with DGSN's code of the post (its common code stands in `post`) and its mode."""
    post = pl.col("post")
    return cells.select(
        post.replace_strict(source_codes("border_post", "dgsn")).alias("poste"),
        "nationalite",
        pl.lit(direction).alias("sens"),
        post.str.split("_")
        .list.first()
        .replace_strict(source_codes("transport_mode", "dgsn"))
        .alias("mode"),
        "motif",
        "nombre",
    )
