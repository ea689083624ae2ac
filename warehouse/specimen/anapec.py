"""ANAPEC's extracts: migrants who register as job seekers, and placements abroad."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from warehouse.specimen import identifiers, names
from warehouse.specimen.calibration import allocate, calibration, labels
from warehouse.specimen.cnss import birth_dates, sexes
from warehouse.specimen.correspondences import agencies, alpha3, country_names
from warehouse.specimen.dgsn import provinces, translated
from warehouse.specimen.documents import Documents, missing, mistyped
from warehouse.specimen.employment import Ints
from warehouse.specimen.population import Persons, Text, drawn
from warehouse.specimen.window import Dates, Window, days_between
from warehouse.specimen.world import World

UNKNOWN_EDUCATION = "9"
SEASON_WORK, SEASON_ACTIVITY = "A1401", "A"
SOUGHT = [
    "A1401", "D1106", "D1507", "F1602", "F1703", "G1602", "G1603", "H2101", "H2913", "I1604",
    "J1506", "K1303", "M1601", "M1805", "N1105", "N4101",
]  # fmt: skip
WORK_ABROAD = {"G1602": "I", "G1603": "I", "F1703": "F", "H2913": "C", "J1506": "Q", "N4101": "H"}
OTHER_DESTINATIONS = {"FR": 4, "IT": 1, "DE": 1}


@dataclass(frozen=True)
class Seekers:
    """Registrations of job seekers as columns: who, and when (by date)."""

    person: Ints
    date: Dates


@dataclass(frozen=True)
class Placements:
    """Placements abroad as columns, by date of departure: who, where, for how many months.

    `months` is 0 for a contract without end; `is_seasonal` the women's season in Spain.
    """

    person: Ints
    departure: Dates
    destination: Text
    months: Ints
    is_seasonal: NDArray[np.bool_]


def job_seekers(rng: np.random.Generator, world: World) -> Seekers:
    """Who registers when: foreigners before a job or without one, returnees; once each.

    The months grow slowly; some of those registered are hired one to three months later.
    """
    window, persons = world.window, world.persons
    total = round(calibration().rate("job_seekers_a_month") * world.scale * window.months)
    hired, hired_month = before_a_job(rng, world)
    hired, hired_month = hired[: total // 12], hired_month[: total // 12]
    known = np.flatnonzero(np.isin(persons.kind, ["untitled", "returnee"]))
    fit = (persons.kind == "resident") & ~np.isin(
        persons.reason, ["RETRAITE", "ETUDES", "AFFAIRES"]
    )
    fit[world.jobs.person] = False
    idle = rng.permutation(np.flatnonzero(fit))[: max(total - len(hired) - len(known), 0)]
    others = rng.permutation(np.concatenate([known, idle]))
    growth = {str(month): 1.004**month for month in range(window.months)}
    free = labels(allocate(len(others), growth)).astype(np.int64)
    free = np.maximum(rng.permutation(free), window.month_of(persons.arrival[others]) + 1)
    month = np.concatenate([hired_month, np.minimum(free, window.last)])
    date = in_months(rng, window, month)
    person = np.concatenate([hired, others])
    order = np.lexsort((person, date))
    return Seekers(person=person[order], date=date[order])


def before_a_job(rng: np.random.Generator, world: World) -> tuple[Ints, Ints]:
    """Foreigners whose first job begins in the window, and a month shortly before it."""
    jobs, persons, window = world.jobs, world.persons, world.window
    first = np.full(len(persons), window.months)
    np.minimum.at(first, jobs.person, jobs.start)
    fit = (persons.kind == "resident") & (first > 0) & (first < window.months)
    person = rng.permutation(np.flatnonzero(fit))
    month = np.maximum(first[person] - rng.integers(1, 4, len(person)), 0)
    here = window.month_of(persons.arrival[person]) < month
    return person[here], month[here]


def in_months(rng: np.random.Generator, window: Window, month: Ints) -> Dates:
    """A day within each month of the window."""
    months = np.datetime64(window.period(0), "M") + month.astype("timedelta64[M]")
    first: Dates = months.astype("datetime64[D]")
    following: Dates = (months + 1).astype("datetime64[D]")
    return days_between(rng, first, following - np.timedelta64(1, "D"), len(month))


def seekers_file(
    rng: np.random.Generator, world: World, papers: Documents, told: Seekers
) -> pl.DataFrame:
    """The job-seekers extract of all months, with `person`, `month` and the Arabic names."""
    persons, book = world.persons, names.names()
    person, count = told.person, len(told.person)
    status = statuses(rng, persons, person)
    frame = pl.DataFrame(
        {
            "person": person,
            "month": world.window.month_of(told.date),
            "numero_inscription": identifiers.anapec_numbers(np.arange(1, count + 1)),
            "date_inscription": pl.Series(told.date).cast(pl.Date),
            "porte_entree": entry_doors(rng, status),
            "statut_migratoire": status,
            "nom": book.latin.gather(names.spell(rng, persons.family[person])),
            "prenom": book.latin.gather(names.spell(rng, persons.given[person])),
            "sexe": sexes(rng, persons, person, ("1", "2"), 0.002),
            "date_naissance": birth_dates(rng, persons, person, 0.02),
            "nationalite": translated(alpha3(), persons.citizenship[person]),
            "numero_titre_sejour": papers.title.gather(person),
            "numero_passeport": papers.passport.gather(person),
            "niveau_etudes": education(rng, count),
            "metier_recherche": pl.Series(rng.choice(np.array(SOUGHT), count)),
            "agence": agencies_of(rng, persons.region[person]),
            "nom_ar": book.arabic.gather(persons.family[person]),
            "prenom_ar": book.arabic.gather(persons.given[person]),
        }
    )
    return (
        frame.with_columns(
            missing(rng, "numero_titre_sejour", 0.25, count),
            missing(rng, "numero_passeport", 0.3, count),
            missing(rng, "metier_recherche", 0.02, count),
        )
        .with_columns(
            mistyped(rng, "numero_titre_sejour", 0.02, count),
            mistyped(rng, "numero_passeport", 0.02, count),
        )
        .with_columns(untidy(rng, "numero_titre_sejour", 0.03, count))
    )


def untidy(rng: np.random.Generator, column: str, share: float, count: int) -> pl.Expr:
    """An identifier as someone keys it: a share in lower case, with a space (Z000012Z)."""
    keyed = pl.Series(rng.random(count) < share)
    loose = pl.col(column).str.to_lowercase().str.replace(r"^(\D+)(.*)$", "$1 $2")
    return pl.when(keyed).then(loose).otherwise(pl.col(column)).alias(column)


def statuses(rng: np.random.Generator, persons: Persons, person: Ints) -> pl.Series:
    """ANAPEC's migrant statuses."""
    asylum = (persons.kind[person] == "untitled") & (rng.random(len(person)) < 0.7)
    refugee = persons.reason[person] == "REFUGIE"
    national = persons.citizenship[person] == "MA"
    return pl.Series(
        np.select(
            [national, refugee, asylum],
            ["NATIONAL_RETOUR", "REFUGIE", "DEMANDEUR_ASILE"],
            "MIGRANT",
        )
    )


def entry_doors(rng: np.random.Generator, status: pl.Series) -> pl.Series:
    """Entry doors: refugees mostly through UNHCR and NGOs, others through an agency."""
    doors = np.array(["AGENCE", "ASSOCIATION", "ONG", "HCR", "EN_LIGNE"])
    protected = status.is_in(["REFUGIE", "DEMANDEUR_ASILE"]).to_numpy()
    through_unhcr = rng.choice(doors, len(status), p=[0.15, 0.15, 0.25, 0.4, 0.05])
    through_agency = rng.choice(doors, len(status), p=[0.55, 0.2, 0.1, 0.0, 0.15])
    return pl.Series(np.where(protected, through_unhcr, through_agency))


def education(rng: np.random.Generator, count: int) -> pl.Series:
    """ANAPEC's levels of education 0 to 7; one in 250 of no known level.

    Spaced evenly, so that no small month has a share of unknown codes to be refused for.
    """
    levels = rng.choice(np.arange(8), count, p=[0.1, 0.14, 0.16, 0.12, 0.16, 0.1, 0.1, 0.12])
    unknown = np.arange(count) % 250 == 100
    return pl.Series(np.where(unknown, UNKNOWN_EDUCATION, levels.astype("U1")))


def agencies_of(rng: np.random.Generator, region: Text) -> pl.Series:
    """An agency of each person's region."""
    chosen = np.full(len(region), "", dtype="U5")
    for code in np.unique(region):
        people = np.flatnonzero(region == code)
        chosen[people] = rng.choice(np.array(agencies()[str(code)]), len(people))
    return pl.Series(chosen)


def in_arabic(frame: pl.DataFrame) -> pl.DataFrame:
    """The job seekers with names in Arabic script where they have one, else without accents."""
    columns = [
        pl.when(pl.col(f"{name}_ar") != "")
        .then(pl.col(f"{name}_ar"))
        .otherwise(pl.Series([names.without_accents(text) for text in frame[name]]))
        .alias(name)
        for name in ("nom", "prenom")
    ]
    return frame.with_columns(columns)


def placements(rng: np.random.Generator, world: World) -> Placements:
    """The window's placements: a year's published total spread over the calendar's season."""
    window = world.window
    known = calibration().values("placements")
    year = round(known.pop("_T") * world.scale)
    shares = known | dict.fromkeys(OTHER_DESTINATIONS, 1.0)
    season = {str(i): float(w) for i, w in enumerate(calibration().assumptions["placement_months"])}
    by_month = allocate(year, season)
    months = np.arange(window.months)
    calendar = (np.datetime64(window.period(0), "M") + months).astype(np.int64) % 12
    month = np.repeat(months, [by_month[str(number)] for number in calendar])
    destination = rng.permutation(labels(allocate(len(month), shares)))
    is_seasonal = destination == "ES"
    departure = in_months(rng, window, month)
    order = np.argsort(departure, kind="stable")
    length = np.where(
        is_seasonal, rng.integers(3, 5, len(month)), rng.choice([0, 12, 24], len(month))
    )
    return Placements(
        person=placed_persons(rng, world, month)[order],
        departure=departure[order],
        destination=destination[order],
        months=length[order],
        is_seasonal=is_seasonal[order],
    )


def placed_persons(rng: np.random.Generator, world: World, month: Ints) -> Ints:
    """One person a placement: women known to ANAPEC alone, once insured, or hired on return."""
    persons, window = world.persons, world.window
    only_anapec = np.flatnonzero(persons.kind == "placed")
    idle = np.ones(len(persons), dtype=bool)
    idle[world.jobs.person] = False
    of_age = persons.birth < window.month_start(0) - np.timedelta64(24 * 365, "D")
    of_age &= persons.birth > window.month_start(0) - np.timedelta64(46 * 365, "D")
    insured = (persons.kind == "national") & persons.is_woman & of_age & idle
    returned = hired_after(world, 6) & persons.is_woman & of_age
    once = round(len(month) * calibration().rate("placed_in_register_share"))
    back = np.flatnonzero(returned)[: len(month) // 50]
    some = rng.permutation(np.flatnonzero(insured))[:once]
    rest = rng.permutation(only_anapec)[: len(month) - len(some) - len(back)]
    # Those hired on return left first: their jobs begin in the window's second half.
    early = np.argsort(month, kind="stable")
    person = np.zeros(len(month), dtype=np.int64)
    person[early[: len(back)]] = back
    person[early[len(back) :]] = rng.permutation(np.concatenate([some, rest]))
    return person


def hired_after(world: World, month: int) -> NDArray[np.bool_]:
    """Nationals whose first job of the window begins after a month."""
    first = np.full(len(world.persons), -1)
    jobs = world.jobs
    first[jobs.person] = world.window.months
    np.minimum.at(first, jobs.person, jobs.start)
    is_national: NDArray[np.bool_] = world.persons.citizenship == "MA"
    return is_national & (first > month)


def placements_file(
    rng: np.random.Generator, world: World, papers: Documents, told: Placements
) -> pl.DataFrame:
    """The placements extract of all months, with `person` and `month` (of departure)."""
    persons, book, person = world.persons, names.names(), told.person
    count = len(person)
    other_work = rng.choice(np.array(list(WORK_ABROAD)), count)
    work = np.where(told.is_seasonal, SEASON_WORK, other_work)
    activity = np.array([WORK_ABROAD.get(str(code), SEASON_ACTIVITY) for code in work], dtype="U1")
    contract = np.where(told.months == 0, "CDI", "CDD")
    origin = drawn(rng, calibration().weights("origin_provinces"), count)
    names_abroad = {code: name.title() for code, name in country_names().items()}
    visa = told.departure - rng.integers(8, 40, count).astype("timedelta64[D]")
    frame = pl.DataFrame(
        {
            "person": person,
            "month": world.window.month_of(told.departure),
            "numero_placement": identifiers.anapec_numbers(np.arange(500_001, 500_001 + count)),
            "numero_cin": papers.cin.gather(person),
            "numero_passeport": papers.passport.gather(person),
            "nom": book.plain.gather(names.spell(rng, persons.family[person])),
            "prenom": book.plain.gather(names.spell(rng, persons.given[person])),
            "sexe": sexes(rng, persons, person, ("1", "2"), 0.002),
            "date_naissance": birth_dates(rng, persons, person, 0.01),
            "pays_destination": translated(names_abroad, told.destination),
            "employeur": "SPECIMEN EMPLOYEUR "
            + pl.Series(rng.integers(1, 90, count)).cast(pl.String),
            "metier": pl.Series(work),
            "activite": pl.Series(activity),
            "type_contrat": pl.Series(np.where(told.is_seasonal, "SAISONNIER", contract)),
            "duree_mois": pl.select(
                pl.when(pl.Series(told.months) > 0).then(pl.Series(told.months))
            ).to_series(),
            "date_visa": pl.Series(visa).cast(pl.Date),
            "date_depart": pl.Series(told.departure).cast(pl.Date),
            "date_retour": pl.Series(planned_returns(rng, told)).cast(pl.Date),
            "province_origine": pl.Series(
                np.where(told.is_seasonal, origin, provinces(rng, persons.region[person]))
            ),
        }
    )
    return (
        frame.with_columns(
            missing(rng, "numero_cin", 0.01, count), missing(rng, "numero_passeport", 0.03, count)
        )
        .with_columns(mistyped(rng, "numero_cin", 0.01, count))
        .with_columns(untidy(rng, "numero_cin", 0.02, count))
    )


def planned_returns(rng: np.random.Generator, told: Placements) -> Dates:
    """The day a season's contract ends, give or take a few; none for other contracts."""
    days = told.months * 30 + rng.integers(-6, 4, len(told.months))
    back = told.departure + days.astype("timedelta64[D]")
    planned: Dates = np.where(told.is_seasonal, back, np.datetime64("NaT"))
    return planned
