"""CNSS's extracts: e-BDS declarations, the register of insured persons, the employers."""

from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from warehouse.specimen import identifiers, names
from warehouse.specimen.correspondences import source_codes
from warehouse.specimen.declared import WAGE_CAP, Declared, children, wages
from warehouse.specimen.documents import Documents, missing, mistyped
from warehouse.specimen.ebds import Records
from warehouse.specimen.employers import Employers
from warehouse.specimen.employment import Ints
from warehouse.specimen.population import Persons
from warehouse.specimen.window import Dates, Window
from warehouse.specimen.world import World

UNKNOWN_COUNTRY, COUNTRY_NOT_STATED = "893", "999"
UNKNOWN_COUNTRY_SHARE = 0.00006
UNKNOWN_ACTIVITY = "0000"
COMPLEMENTED_EMPLOYERS = 5
CORRECTED_EMPLOYERS = 4


@dataclass(frozen=True)
class Payroll:
    """What the declarations of every month draw on, by person or by job.

    `family` and `given` are CNSS's spellings, `family_hired` and `given_hired` those of the
    employer that declares an entrant; `pay` is a job's full month in centimes; `card` the
    eight characters of an entrant's identity document.
    """

    family: Ints
    given: Ints
    family_hired: Ints
    given_hired: Ints
    children: Ints
    card: NDArray[np.bytes_]
    pay: NDArray[np.float64]


def payroll(
    rng: np.random.Generator, world: World, papers: Documents, pay: NDArray[np.float64]
) -> Payroll:
    """Spellings, children and cards of all persons, drawn once for all months."""
    persons = world.persons
    return Payroll(
        family=names.spell(rng, persons.family),
        given=names.spell(rng, persons.given),
        family_hired=names.spell(rng, persons.family),
        given_hired=names.spell(rng, persons.given),
        children=children(rng, persons),
        card=cards(rng, papers),
        pay=pay,
    )


def cards(rng: np.random.Generator, papers: Documents) -> NDArray[np.bytes_]:
    """The number in L_Num_CIN: a national's card, of a few foreigners the title, else blank."""
    count = len(papers.cin)
    frame = pl.DataFrame({"cin": papers.cin, "title": papers.title}).select(
        mistyped(rng, "cin", 0.004, count),
        missing(rng, "title", 0.7, count),
    )
    blank = pl.Series(rng.random(count) < 0.03)
    card = frame.select(pl.when(~blank).then(pl.coalesce("cin", "title")).fill_null("")).to_series()
    return card.to_numpy().astype("S8")


def records(world: World, paid: Payroll, rows: Declared, month: int) -> Records:
    """The B02 and B04 records of a month, in order of employer and insured number."""
    book = names.names()
    person = world.jobs.person[rows.job]
    family = np.where(rows.is_entrant, paid.family_hired[person], paid.family[person])
    given = np.where(rows.is_entrant, paid.given_hired[person], paid.given[person])
    wage = wages(world, paid.pay, rows, month)
    count = np.where(rows.is_entrant, 0, paid.children[person])
    allowance = np.where(rows.days > 0, np.minimum(count, 3) * 30_000, 0)
    allowance = np.where(rows.days > 0, allowance + np.maximum(count - 3, 0) * 3_600, 0)
    return Records(
        affiliate=world.jobs.employer[rows.job] + 1,
        insured=world.insured[person],
        family=book.bytes30[family],
        given=book.bytes30[given],
        cin=paid.card[person],
        children=count,
        allowance=allowance,
        allowance_deducted=np.where((allowance > 0) & (person % 211 == 0), 3_600, 0),
        allowance_returned=np.where((allowance > 0) & (person % 307 == 0), 30_000, 0),
        days=rows.days,
        wage=wage,
        capped_wage=np.minimum(wage, WAGE_CAP),
        situation=rows.situation,
        is_entrant=rows.is_entrant,
    )


def complemented(rng: np.random.Generator, whole: Records) -> tuple[Records, Records]:
    """The main declarations of a month, and the complementary ones (DSC1) of a few employers.

    Some workers were forgotten in the main one; of others two days' pay comes in the second.
    The two together are the whole.
    """
    chosen = chosen_employers(rng, whole, COMPLEMENTED_EMPLOYERS)
    concerned = np.isin(whole.affiliate, chosen) & ~whole.is_entrant & (whole.situation == 0)
    chance = rng.random(len(whole))
    forgotten = concerned & (chance < 0.15)
    parted = concerned & (chance > 0.75) & (whole.days > 2)
    part = whole.wage * 2 // np.maximum(whole.days, 1)
    shorter = whole.wage - np.where(parted, part, 0)
    main = replace(
        whole,
        days=whole.days - np.where(parted, 2, 0),
        wage=shorter,
        capped_wage=np.minimum(shorter, WAGE_CAP),
    )
    second = replace(
        whole,
        days=np.where(parted, 2, whole.days),
        wage=np.where(parted, part, whole.wage),
        capped_wage=np.minimum(np.where(parted, part, whole.wage), WAGE_CAP),
        allowance=np.where(parted, 0, whole.allowance),
        allowance_deducted=np.where(parted, 0, whole.allowance_deducted),
        allowance_returned=np.where(parted, 0, whole.allowance_returned),
    )
    return main.at(~forgotten), second.at(forgotten | parted)


def faulty(rng: np.random.Generator, whole: Records) -> tuple[Records, Records]:
    """A first version of a month with mistakes of a few employers, and their corrected records.

    The first version lacks some of their workers and has ten times the wage of others.
    """
    chosen = chosen_employers(rng, whole, CORRECTED_EMPLOYERS)
    concerned = np.isin(whole.affiliate, chosen)
    chance = rng.random(len(whole))
    slipped = concerned & (chance > 0.9)
    wage = np.where(slipped, whole.wage * 10, whole.wage)
    first = replace(whole, wage=wage, capped_wage=np.minimum(wage, WAGE_CAP))
    return first.at(~(concerned & (chance < 0.1))), whole.at(concerned)


def chosen_employers(rng: np.random.Generator, whole: Records, count: int) -> Ints:
    """Affiliation numbers of a few employers with ten records and more."""
    affiliates, sizes = np.unique(whole.affiliate, return_counts=True)
    return rng.permutation(affiliates[(sizes >= 10) & (sizes < 2_000)])[:count]


def register(
    rng: np.random.Generator, world: World, papers: Documents, paid: Payroll
) -> pl.DataFrame:
    """The register of insured persons, with `person` and the first `month` it shows each."""
    persons, book = world.persons, names.names()
    person = np.argsort(world.insured, kind="stable")[int((world.insured == 0).sum()) :]
    count = len(person)
    month = world.window.month_of(world.registered[person])
    late = (month >= 0) & (rng.random(count) < 0.03)
    frame = pl.DataFrame(
        {
            "person": person,
            "month": month + late,
            "numero_assure": papers.insured.gather(person),
            "nom": book.western.gather(paid.family[person]),
            "prenom": book.western.gather(paid.given[person]),
            "sexe": sexes(rng, persons, person, ("H", "F"), 0.001),
            "date_naissance": birth_dates(rng, persons, person, 0.004),
            "nationalite": nationality_codes(rng, persons, person),
            "numero_cin": papers.cin.gather(person),
            "numero_passeport": papers.passport.gather(person),
            "numero_titre_sejour": papers.title.gather(person),
            "date_immatriculation": pl.Series(world.registered[person]).cast(pl.Date),
        }
    )
    # A date of birth keyed wrongly never comes after the registration: the register refuses it.
    return frame.with_columns(
        missing(rng, "date_naissance", 0.001, count),
        missing(rng, "numero_cin", 0.03, count),
        missing(rng, "numero_passeport", 0.35, count),
        missing(rng, "numero_titre_sejour", 0.2, count),
    ).with_columns(
        mistyped(rng, "numero_cin", 0.003, count),
        mistyped(rng, "numero_passeport", 0.01, count),
        mistyped(rng, "numero_titre_sejour", 0.01, count),
    )


def nationality_codes(rng: np.random.Generator, persons: Persons, person: Ints) -> pl.Series:
    """CNSS's numeric code of each person's citizenship; a very few unknown or left out.

    So few that, in a register of nationals, they stay far below the number of foreigners. The
    first national is always left out: seeds/corrections corrects the code of such records.
    """
    codes = source_codes("area", "cnss")
    areas, inverse = np.unique(persons.citizenship[person], return_inverse=True)
    own = pl.Series([codes[str(area)] for area in areas]).gather(inverse)
    draw = rng.random(len(person))
    first_national = np.flatnonzero(persons.citizenship[person] == "MA")[:1]
    draw[first_national] = UNKNOWN_COUNTRY_SHARE
    chance = pl.Series(draw)
    return pl.select(
        pl.when(chance < UNKNOWN_COUNTRY_SHARE)
        .then(pl.lit(UNKNOWN_COUNTRY))
        .when(chance < 0.00015)
        .then(pl.lit(COUNTRY_NOT_STATED))
        .when(chance < 0.9999)
        .then(own)
    ).to_series()


def sexes(
    rng: np.random.Generator, persons: Persons, person: Ints, codes: tuple[str, str], wrong: float
) -> pl.Series:
    """A source's codes (men, women); a very few wrong."""
    flipped = rng.random(len(person)) < wrong
    return pl.Series(np.where(persons.is_woman[person] ^ flipped, codes[1], codes[0]))


def birth_dates(
    rng: np.random.Generator, persons: Persons, person: Ints, wrong: float
) -> pl.Series:
    """Birth dates; a few as 1 January, or with day and month swapped where both can be."""
    true = pl.Series("birth", persons.birth[person]).cast(pl.Date)
    chance = pl.Series(rng.random(len(person)))
    birth = pl.col("birth")
    swapped = pl.date(birth.dt.year(), birth.dt.day().clip(1, 12), birth.dt.month())
    return (
        pl.DataFrame({"birth": true, "chance": chance})
        .select(
            pl.when(pl.col("chance") < wrong / 2)
            .then(birth.dt.truncate("1y"))
            .when((pl.col("chance") < wrong) & (birth.dt.day() <= 12))
            .then(swapped)
            .otherwise(birth)
            .alias("birth")
        )
        .to_series()
    )


def employer_register(rng: np.random.Generator, world: World, at_end: Records) -> pl.DataFrame:
    """All employers ever affiliated, with `since`, the month of affiliation (-99 before).

    Two in a thousand have an activity code that no list knows; none of them employs a
    foreigner at the window's end, whose activities are held to published figures.
    """
    hiring: Employers = world.employers
    serial = np.arange(1, len(hiring) + 1)
    with_foreigners = np.zeros(len(hiring), dtype=bool)
    foreign = world.persons.citizenship[world.jobs.person] != "MA"
    with_foreigners[world.jobs.employer[foreign]] = True
    unknown = (rng.random(len(hiring)) < 0.004) & ~with_foreigners
    workers = np.bincount(at_end.affiliate - 1, minlength=len(hiring))
    digits = identifiers.affiliate_numbers(serial)
    return pl.DataFrame(
        {
            "since": hiring.since,
            "numero_affilie": digits,
            "ice": identifiers.ices(serial),
            "raison_sociale": "SPECIMEN SOCIETE " + digits,
            "activite": pl.Series(np.where(unknown, UNKNOWN_ACTIVITY, hiring.activity)),
            "region": pl.Series(hiring.region),
            "effectif": workers,
            "date_affiliation": pl.Series(affiliation_dates(rng, world.window, hiring.since)).cast(
                pl.Date
            ),
        }
    )


def affiliation_dates(rng: np.random.Generator, window: Window, since: Ints) -> Dates:
    """Dates of affiliation: in the month told, or in the forty years before the window."""
    before = window.month_start(0) - rng.integers(1, 14_600, len(since)).astype("timedelta64[D]")
    month = np.datetime64(window.period(0), "M") + np.maximum(since, 0)
    within = month.astype("datetime64[D]") + rng.integers(0, 28, len(since))
    dates: Dates = np.where(since >= 0, within, before)
    return dates
