"""A drawn sample as answered: the export of the form, with what goes wrong in the field.

Households refuse or are absent, items are not known, amounts are rounded, a currency or a zero
slips. Columns are named as in an export of ODK Central: group-question, one file a repeat, joined
by KEY and PARENT_KEY.
"""

import numpy as np
import polars as pl

from warehouse.survey.specimen.population import Numbers, Population
from warehouse.survey.specimen.recruitment import Texts, kept, recruitment_answers

COLLECTED = (2026, 11)
"""Year and month of the specimen's collection, unless said otherwise."""
LISTING = ("segment_number", "listing_class")
"""What the form notes of a household that a listing drew."""
RESPONSE_URBAN, RESPONSE_RURAL = 0.84, 0.94
"""Shares of households that answer; a household of foreigners answers a tenth less often."""
FOREIGN_RESPONSE = 0.9
UNKNOWN_EARNINGS = 0.09
ROUNDED = 0.7
"""Share of amounts told in round figures."""
EDUCATION = {"0": 0.25, "1": 0.25, "2": 0.2, "3": 0.15, "5": 0.07, "6": 0.08}
OCCUPATION = {"5": 0.3, "9": 0.3, "7": 0.2, "2": 0.08, "8": 0.07, "4": 0.05}
ACTIVITY = {"F": 0.25, "G": 0.25, "I": 0.15, "T": 0.15, "C": 0.12, "A": 0.08}


def answered(
    drawn: pl.DataFrame,
    population: Population,
    random: np.random.Generator,
    collected: tuple[int, int] = COLLECTED,
) -> dict[str, pl.DataFrame]:
    """The files of the export by name; with them `sample`, the list of the households drawn.

    Of a listing there is no such list: the plan and the form tell the weights.
    """
    coded = _coded(drawn, population)
    visits = _visits(coded, random, collected)
    answering = coded.join(
        visits.filter(pl.col("visit-is_interview") == 1).select("household_id"), on="household_id"
    )
    persons = _persons(answering, random)
    recruited = answering.filter("recruited")
    adult = persons.filter(pl.col("roster-age") >= 15)
    return {
        **({} if "listing_class" in coded.columns else {"sample": _listed(coded)}),
        "simimo_survey": visits.drop("household_id"),
        "simimo_survey-person": persons.drop("abroad"),
        "simimo_survey-worker": _repeat(adult, "labour-is_worker", "worker"),
        "simimo_survey-returnee": _repeat(adult, "labour-is_returnee", "returnee"),
        "simimo_survey-recruitment": recruitment_answers(
            recruited, random, OCCUPATION, ACTIVITY, collected
        ),
    }


def _coded(drawn: pl.DataFrame, population: Population) -> pl.DataFrame:
    """Persons with the identifiers that the form works out."""
    frame = population.frame
    unit = drawn["unit"].to_numpy()
    number = drawn["household"].to_numpy() - frame.first_household[unit] + 1
    return drawn.with_columns(
        pl.Series("psu", np.array(frame.codes)[unit]),
        pl.Series("stratum", np.array(frame.strata)[unit]),
        pl.Series("household_number", number),
    ).with_columns(
        pl.concat_str("psu", "household_number", separator="-").alias("household_id"),
        (pl.col("place") + 1).alias("person_number"),
        pl.concat_str("psu", "household_number", pl.col("place") + 1, separator="-").alias(
            "person_id"
        ),
    )


def _listed(coded: pl.DataFrame) -> pl.DataFrame:
    """One row a household drawn, as the sampling plan lists it."""
    return coded.group_by("household_id", maintain_order=True).agg(
        pl.col(
            "psu", "stratum", "household_number", "base_weight", "variance_stratum",
            "variance_unit", "variance_household", "variance_unit_count",
            "variance_household_count",
        ).first()
    )  # fmt: skip


def _visits(
    coded: pl.DataFrame, random: np.random.Generator, collected: tuple[int, int]
) -> pl.DataFrame:
    """One row a household, answering or not, with the result of its last visit."""
    listing = [name for name in LISTING if name in coded.columns]
    homes = coded.group_by("household_id", maintain_order=True).agg(
        pl.col("psu", "stratum", "household_number", *listing).first(),
        pl.len().alias("size"),
        (pl.col("citizenship") != "MA").any().alias("is_foreign"),
    )
    n = len(homes)
    is_urban = homes["stratum"].str.ends_with("U").to_numpy()
    propensity = np.where(is_urban, RESPONSE_URBAN, RESPONSE_RURAL)
    propensity = propensity * np.where(homes["is_foreign"].to_numpy(), FOREIGN_RESPONSE, 1.0)
    answers = random.random(n) < propensity
    failure = random.choice(
        ["refused", "no_contact", "not_found", "unable"], n, p=[0.4, 0.45, 0.1, 0.05]
    )  # fmt: skip
    result = np.where(answers, "completed", failure)
    return homes.select(
        pl.concat_str(pl.lit("uuid:"), "household_id").alias("KEY"),
        "household_id",
        pl.lit(f"{collected[0]}-{collected[1]:02}-15").alias("visit-today"),
        pl.col("stratum").str.slice(0, 5).alias("visit-region"),
        pl.col("psu").alias("visit-psu"),
        pl.col("stratum").alias("visit-stratum"),
        *(pl.col(name).alias(f"visit-{name}") for name in listing),
        pl.col("household_number").alias("visit-household_number"),
        pl.col("household_id").alias("visit-household_id"),
        pl.Series("visit-attempts", np.where(answers, random.integers(1, 4, n), 3)),
        pl.Series("visit-visit_result", result),
        pl.Series("visit-is_interview", answers.astype(np.int8)),
        pl.Series("visit-consent", kept(np.full(n, "yes"), answers)),
        pl.when(pl.Series(answers)).then("size").alias("household-household_size"),
    )


def _persons(coded: pl.DataFrame, random: np.random.Generator) -> pl.DataFrame:
    """One row a person of an answering household."""
    n = len(coded)
    foreign = pl.col("citizenship") != "MA"
    moved = foreign | (pl.col("is_returnee") == 1)
    known = random.random(n) >= UNKNOWN_EARNINGS
    months = random.integers(1, 200, n)
    is_adult = pl.col("age") >= 15
    return coded.select(
        pl.concat_str(pl.lit("uuid:"), "person_id").alias("KEY"),
        pl.concat_str(pl.lit("uuid:"), "household_id").alias("PARENT_KEY"),
        "person_number",
        "person_id",
        pl.col("sex").alias("roster-sex"),
        pl.col("age").alias("roster-age"),
        pl.col("citizenship").alias("roster-citizenship"),
        pl.when(foreign).then("citizenship").otherwise(pl.lit("MA")).alias("roster-birth_country"),
        moved.cast(pl.Int8).alias("roster-has_moved"),
        pl.when(moved).then(pl.Series(months)).otherwise(999).alias("roster-months_here"),
        pl.when(moved & (pl.Series(months) < 6)).then(0).otherwise(1)
        .alias("roster-is_resident_6m"),
        pl.Series("roster-education", _codes(random, EDUCATION, n)),
        pl.when("is_employed").then(pl.lit("employed"))
        .when(pl.col("is_worker") == 1).then(pl.lit("unemployed"))
        .when(is_adult).then(pl.lit("outside")).alias("labour-labour_status"),
        pl.when("is_employed").then(pl.Series(np.where(known, "yes", "refused")))
        .alias("labour-earnings_known"),
        pl.when(pl.col("is_employed") & pl.Series(known))
        .then(pl.Series(rounded(coded["earnings"].to_numpy(), random))).alias("labour-earnings"),
        pl.when(pl.col("is_employed") & pl.Series(known)).then(pl.lit("MAD"))
        .alias("labour-earnings_currency"),
        pl.when(is_adult).then("is_worker").alias("labour-is_worker"),
        pl.when(is_adult).then("is_returnee").alias("labour-is_returnee"),
        pl.when("recruited").then(pl.lit("yes")).when(is_adult).then(pl.lit("no"))
        .alias("labour-recruited"),
        pl.when(pl.col("is_returnee") == 1).then("abroad").alias("abroad"),
    )  # fmt: skip


def _repeat(persons: pl.DataFrame, asked: str, name: str) -> pl.DataFrame:
    """One row a person for whom the repeat `name` opens."""
    rows = persons.filter(pl.col(asked) == 1)
    told = [pl.col("abroad").alias("abroad_country")] if name == "returnee" else []
    resident = pl.col("roster-is_resident_6m") == 1
    category = pl.when(resident).then(pl.lit("IMW_RES")).otherwise(pl.lit("IMW_NRES"))
    told += [category.alias("worker_category")] if name == "worker" else []
    return rows.select(
        pl.concat_str("KEY", pl.lit(f"/{name}")).alias("KEY"),
        pl.col("KEY").alias("PARENT_KEY"),
        *told,
    )


def rounded(amounts: Numbers, random: np.random.Generator) -> Numbers:
    """The amounts as told: most are rounded to one or two figures (heaping)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        step = 10 ** (np.floor(np.log10(amounts)) - random.integers(0, 2, len(amounts)))
        heaped = np.round(amounts / step) * step
    return np.where((random.random(len(amounts)) < ROUNDED) & (amounts > 0), heaped, amounts)


def _codes(random: np.random.Generator, shares: dict[str, float], n: int) -> Texts:
    return random.choice(list(shares), n, p=list(shares.values()))
