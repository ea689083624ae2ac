"""Files that an administration opens on a person: regularisation, recognition of prior learning."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl

from warehouse.specimen import identifiers, names, truth, writing
from warehouse.specimen.calibration import calibration
from warehouse.specimen.cnss import birth_dates, sexes
from warehouse.specimen.correspondences import alpha3, country_names
from warehouse.specimen.delivery import Delivery, Randomness
from warehouse.specimen.dgsn import provinces, translated
from warehouse.specimen.documents import Documents, missing
from warehouse.specimen.employment import Ints
from warehouse.specimen.population import Text, drawn
from warehouse.specimen.window import days_between
from warehouse.specimen.world import World

REGULARISATION, PRIOR_LEARNING = "interior_regularisation", "ofppt_prior_learning"
CAMPAIGNS = {"2014": ("2014-01-02", "2014-12-31"), "2016-2017": ("2016-12-15", "2017-12-31")}


def deliveries(
    chance: Randomness, world: World, papers: Documents, folder: Path, month: int
) -> Iterator[Delivery]:
    """The campaigns' files with the first month, the year's juries with the last one."""
    if month == 0:
        for campaign in CAMPAIGNS:
            rng = chance.of(f"{REGULARISATION} {campaign}")
            frame = requests(rng, world, papers, campaign)
            yield delivery(REGULARISATION, month, frame, folder, campaign)
    if month == world.window.last:
        year = world.window.end[:4]
        frame = juries(chance.of(PRIOR_LEARNING), world, papers, year)
        yield delivery(PRIOR_LEARNING, month, frame, folder, year)


def delivery(contract: str, month: int, frame: pl.DataFrame, folder: Path, period: str) -> Delivery:
    """A file of records that tell who is behind each in `person`."""

    def write_files(path: Path) -> None:
        truth.write_records(folder, contract, period, frame["person"], frame["numero_dossier"])
        writing.write_csv(frame.drop("person"), path, ";", "utf-8")

    return Delivery(contract, month, "", "csv", write_files, period)


def requests(
    rng: np.random.Generator, world: World, papers: Documents, campaign: str
) -> pl.DataFrame:
    """Requests of a campaign by today's foreigners, who then had the documents of today."""
    known, persons = calibration(), world.persons
    total = round(known.values(f"regularisation_{campaign[:4]}")["requests"] * world.scale)
    begin, end = (np.datetime64(day) for day in CAMPAIGNS[campaign])
    foreign = rng.permutation(np.flatnonzero(persons.citizenship != "MA"))
    here = persons.arrival[foreign] < end
    person = np.concatenate([foreign[here], foreign[~here]])[:total]
    count = len(person)
    asked = days_between(rng, begin, end, count)
    decided = asked + rng.integers(20, 200, count).astype("timedelta64[D]")
    decision = drawn(rng, known.weights("regularisation_decisions"), count)
    is_decided = pl.Series(decision != "EN INSTANCE")
    frame = pl.DataFrame(
        {
            **identity(rng, world, person, ("M", "F")),
            "numero_passeport": papers.passport.gather(person),
            "nationalite": titled(persons.citizenship[person]),
            "province": pl.Series(provinces(rng, persons.region[person])),
            "date_depot": pl.Series(asked).cast(pl.Date),
            "decision": pl.Series(decision),
            "date_decision": pl.Series(decided).cast(pl.Date),
        }
    )
    return frame.with_columns(
        missing(rng, "numero_passeport", 0.35, count),
        pl.when(is_decided).then("date_decision").alias("date_decision"),
    )


def juries(rng: np.random.Generator, world: World, papers: Documents, year: str) -> pl.DataFrame:
    """Candidates of a year: returnees first, then nationals who never left, and foreigners."""
    known, persons = calibration(), world.persons
    total = round(known.rate("prior_learning_a_year") * world.scale)
    returned = rng.permutation(np.flatnonzero(persons.kind == "returnee"))[: total // 3]
    others = rng.permutation(np.flatnonzero(np.isin(persons.kind, ["national", "resident"])))
    person = np.concatenate([returned, others[: max(total - len(returned), 0)]])
    count = len(person)
    abroad = drawn(rng, {"IT": 30, "ES": 30, "FR": 25, "BE": 10, "SA": 5}, count)
    where = np.where(np.arange(count) < len(returned), abroad, persons.citizenship[person])
    held = days_between(rng, np.datetime64(f"{year}-01-15"), np.datetime64(f"{year}-12-15"), count)
    trade = drawn(rng, known.weights("prior_learning_occupations"), count)
    return pl.DataFrame(
        {
            **identity(rng, world, person, ("G", "F")),
            "numero_cin": papers.cin.gather(person),
            "nationalite": translated(alpha3(), persons.citizenship[person]),
            "metier": pl.Series(trade),
            "pays_experience": translated(alpha3(), where),
            "date_jury": pl.Series(held).cast(pl.Date),
            "resultat": pl.Series(
                drawn(rng, {"TOTALE": 55, "PARTIELLE": 33, "REFUSEE": 12}, count)
            ),
        }
    )


def identity(
    rng: np.random.Generator, world: World, person: Ints, codes: tuple[str, str]
) -> dict[str, Ints | pl.Series]:
    """The columns that say who a file is about."""
    persons, book = world.persons, names.names()
    return {
        "person": person,
        "numero_dossier": identifiers.padded(np.arange(1, len(person) + 1), 9),
        "nom": book.latin.gather(names.spell(rng, persons.family[person])),
        "prenom": book.latin.gather(names.spell(rng, persons.given[person])),
        "sexe": sexes(rng, persons, person, codes, 0.002),
        "date_naissance": birth_dates(rng, persons, person, 0.01),
    }


def titled(areas: Text) -> pl.Series:
    """French country names as the ministry writes them (SN -> 'Senegal')."""
    return translated({code: name.title() for code, name in country_names().items()}, areas)
