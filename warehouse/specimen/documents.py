"""The identity documents of each person, none of which can have been issued."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from warehouse.specimen import identifiers
from warehouse.specimen.world import World


@dataclass(frozen=True)
class Documents:
    """Identifiers as text, by person; null where the person has none."""

    cin: pl.Series
    passport: pl.Series
    title: pl.Series
    insured: pl.Series


def documents(rng: np.random.Generator, world: World) -> Documents:
    """CIN for nationals, passports for foreigners and the placed, titles, insured numbers."""
    persons = world.persons
    is_national = persons.citizenship == "MA"
    travels = ~is_national | np.isin(persons.kind, ["placed", "returnee"])
    titled = ~is_national & (persons.kind != "untitled")
    return Documents(
        cin=numbered(rng, is_national, identifiers.cins),
        passport=numbered(rng, travels, identifiers.passports),
        title=numbered(rng, titled, identifiers.residence_titles),
        insured=known(identifiers.insured_numbers(world.insured), world.insured > 0),
    )


def numbered(
    rng: np.random.Generator,
    holders: NDArray[np.bool_],
    written: Callable[[NDArray[np.int64]], pl.Series],
) -> pl.Series:
    """An identifier of each holder, `written` from serial numbers in random order."""
    serial = np.zeros(len(holders), dtype=np.int64)
    serial[holders] = rng.permutation(np.count_nonzero(holders))
    return known(written(serial), holders)


def known(values: pl.Series, holders: NDArray[np.bool_]) -> pl.Series:
    """The values of the holders, null for the others."""
    return pl.select(pl.when(pl.Series(holders)).then(values)).to_series()


def mistyped(rng: np.random.Generator, column: str, share: float, count: int) -> pl.Expr:
    """The identifiers of a column, a share of them with a 9 for the first digit.

    As in the much wider ranges of life, the wrong number is hardly ever someone else's.
    """
    wrong = pl.Series(rng.random(count) < share)
    keyed = pl.col(column).str.replace(r"\d", "9")
    return pl.when(wrong).then(keyed).otherwise(pl.col(column)).alias(column)


def missing(rng: np.random.Generator, column: str, share: float, count: int) -> pl.Expr:
    """The values of a column, a share of them left out."""
    left_out = pl.Series(rng.random(count) < share)
    return pl.when(~left_out).then(pl.col(column)).alias(column)
