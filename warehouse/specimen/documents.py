"""The identity documents of each person, none of which can have been issued."""

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
    """CIN for nationals, passports for foreigners and the placed, titles, insured numbers.

    Where there are fewer CIN than nationals, those who must be found in two sources come first.
    """
    persons = world.persons
    is_national = persons.citizenship == "MA"
    hired = np.zeros(len(persons), dtype=bool)
    hired[world.jobs.person[world.jobs.start >= 0]] = True
    first = hired | np.isin(persons.kind, ["placed", "returnee"])
    cin_serial = serials(rng, is_national, first)
    travels = ~is_national | np.isin(persons.kind, ["placed", "returnee"])
    titled = ~is_national & (persons.kind != "untitled")
    return Documents(
        cin=known(identifiers.cins(cin_serial), is_national),
        passport=known(identifiers.passports(serials(rng, travels, travels)), travels),
        title=known(identifiers.residence_titles(serials(rng, titled, titled)), titled),
        insured=known(identifiers.insured_numbers(world.insured), world.insured > 0),
    )


def serials(
    rng: np.random.Generator, holders: NDArray[np.bool_], first: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Serial numbers in random order, lower ones for those who come first; -1 for no holder."""
    serial = np.full(len(holders), -1, dtype=np.int64)
    ahead = rng.permutation(np.flatnonzero(holders & first))
    behind = rng.permutation(np.flatnonzero(holders & ~first))
    order = np.concatenate([ahead, behind])
    serial[order] = np.arange(len(order))
    return serial


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
