"""The Fellegi-Sunter model, in Splink: what is compared, trained, and the weight of each pair.

Source: Fellegi and Sunter (1969), A theory for record linkage, JASA 64; terms are Splink's.
"""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import polars as pl

from warehouse.errors import SimimoError
from warehouse.identity import IDENTIFIERS
from warehouse.linkage.blocking import blocking_rules
from warehouse.linkage.prior import Priors
from warehouse.linkage.rules import Chance, rules

if TYPE_CHECKING:
    from splink import DuckDBAPI, Linker

TERMS: dict[str, tuple[str, ...]] = {
    "family_term": ("citizenship", "family"),
    "given_term": ("citizenship", "sex", "given"),
    "birth_date": ("birth_date",),
    "citizenship": ("citizenship",),
}
"""Frequent values tell less. A name is counted among persons of its citizenship (and sex): these
are compared too, and Diallo is rare in the country, not among Guineans. The last column is the
value counted, those before it the group."""
NAME_SIMILARITY = 0.9
"""Jaro-Winkler; below it two names of Morocco are as a rule two names."""
MEMORY = "5GB"
THREADS = 2
SEED = 20
RANDOM_PAIRS = 2e6
TRAINING_PAIRS = 1e6

LEAST_OF_STATED = 0.1
PRIOR_ROOM = 12
"""How many times over (in bits) a pair of extracts may be likelier than the prior of all."""

Levels = Mapping[str, Mapping[str, Chance]]


class LinkageTooLarge(SimimoError):
    """The pairs of one slice of records do not fit in the memory that linkage may take."""

    key = "linkage_too_large"
    exit_code = 4


@dataclass(frozen=True)
class Model:
    """What training found: chances by comparison and level, priors, the terms' frequencies.

    `priors` has the prior of each pair of extracts; `prior` stands where a pair has none.

    `frequencies` has, by term, a frame of its values and of their share (tf_<term>).
    """

    levels: Levels
    prior: float
    frequencies: Mapping[str, pl.DataFrame]
    priors: Priors = field(default_factory=dict)


def _name_levels(column: str, other: str) -> dict[str, str]:
    return {
        "exact_in_group": f"{column}_term_l = {column}_term_r",
        "exact": f"{column}_l = {column}_r",
        "same_sound": f"{column}_sound_l = {column}_sound_r",
        "similar": f"jaro_winkler_similarity({column}_l, {column}_r) >= {NAME_SIMILARITY}",
        # Both ways: a person called Aziz Ali is not everybody of the family Aziz.
        "swapped": f"{column}_l = {other}_r and {other}_l = {column}_r",
        "different": "ELSE",
    }


_EQUAL = {"exact": "{0}_l = {0}_r", "different": "ELSE"}

LEVELS: dict[str, dict[str, str]] = {
    "family": _name_levels("family", "given"),
    "given": _name_levels("given", "family"),
    "birth_date": {
        "exact": "birth_date_l = birth_date_r",
        "one_slip": "damerau_levenshtein(birth_date_l, birth_date_r) <= 1",
        "day_and_month_swapped": "birth_year_l = birth_year_r and birth_day_l = "
        "substr(birth_day_r, 4, 2) || '-' || substr(birth_day_r, 1, 2)",
        "same_year": "birth_year_l = birth_year_r",
        "different": "ELSE",
    },
    **{
        name: {level: sql.format(name) for level, sql in _EQUAL.items()}
        for name in ("sex", "citizenship", "region", "employer", *IDENTIFIERS)
    },
}
"""The SQL condition of each level of each comparison, the first that holds."""


def untrained() -> Model:
    """The model that linkage.yml states, without frequencies."""
    decided = rules()
    return Model({**decided.levels, **_numbers()}, decided.probability_two_random_records_match, {})


def _numbers() -> dict[str, dict[str, Chance]]:
    return {
        name: {"exact": chance, "different": Chance(m=1 - chance.m, u=1 - chance.u)}
        for name, chance in rules().identifiers.items()
    }


def scored(people: pl.DataFrame, model: Model) -> pl.DataFrame:
    """The blocked pairs of `people` with a fresh record in each, from the review weight on.

    Columns: unique_id_l, unique_id_r, match_weight, match_probability and mw_<comparison> each:
    what the comparison weighs for (above 0) or against, 0 where either record tells nothing.
    """
    lowest = rules().review_from_weight - PRIOR_ROOM
    with _linker(with_terms(people), model) as linker:
        predicted = linker.inference.predict(threshold_match_weight=lowest, warning_mode="never")
        table = predicted.as_pyarrow_table()  # type: ignore[no-untyped-call]
    pairs = pl.DataFrame(pl.from_arrow(table))
    parts = [f"mw_{name}" for name in LEVELS]
    return pairs.select(
        "unique_id_l", "unique_id_r", "match_weight", "match_probability", *parts
    ).sort("unique_id_l", "unique_id_r")


def trained(people: pl.DataFrame) -> Model:
    """The model as the records themselves teach it; linkage.yml's where they are too few.

    u comes from random pairs, m by expectation-maximisation over pairs with a number in common.
    """
    from splink import block_on

    decided = rules()
    people = with_terms(people)
    frequencies = {name: _frequencies(people, name) for name in TERMS}
    start = untrained()
    blocks = [name for name in IDENTIFIERS if _pairs(people, name) >= decided.training_pairs_min]
    if not blocks:
        return Model(start.levels, start.prior, frequencies)
    with _linker(_training_sample(people, blocks), start) as linker:
        training = linker.training
        training.estimate_u_using_random_sampling(max_pairs=RANDOM_PAIRS, seed=SEED)
        for name in blocks:
            training.estimate_parameters_using_expectation_maximisation(
                block_on(name), max_pairs=TRAINING_PAIRS, record_sample_proportion=1.0
            )
        found = linker.misc.save_model_to_json()
    return Model(_learnt(found, start.levels), start.prior, frequencies)


def _training_sample(people: pl.DataFrame, blocks: list[str]) -> pl.DataFrame:
    """Records that share a number with another, and as many others, both in a random order.

    A record id is a hash, so that its order is random and always the same.
    """
    shares = pl.any_horizontal(
        pl.col(name).is_not_null() & (pl.len().over(name) > 1) for name in blocks
    )
    half = rules().training_records_max // 2
    drawn = people.sort("record_id")
    return pl.concat([drawn.filter(shares).head(half), drawn.filter(~shares).head(half)])


def _pairs(people: pl.DataFrame, name: str) -> int:
    """How many pairs of records share a value of a number."""
    sizes = people[name].drop_nulls().value_counts()["count"].cast(pl.Int64)
    return int((sizes * (sizes - 1) // 2).sum())


def with_terms(people: pl.DataFrame) -> pl.DataFrame:
    """The people with the terms that are a value in its group (e.g. SN|DIALLO)."""
    return people.with_columns(
        pl.concat_str([pl.col(column) for column in columns], separator="|").alias(term)
        for term, columns in TERMS.items()
        if len(columns) > 1
    )


def _frequencies(people: pl.DataFrame, term: str) -> pl.DataFrame:
    """The share that each term has of the records of its group."""
    group = TERMS[term][:-1]
    told = people.filter(pl.col(term).is_not_null())
    within = pl.len().over(group) if group else pl.len()
    return told.select(term, (pl.len().over(term) / within).alias(f"tf_{term}")).unique().sort(term)


def _learnt(found: dict[str, Any], start: Levels) -> Levels:
    """The trained chances; a level never seen, and every number, keep those of linkage.yml.

    What the pairs at hand hardly show still happens: m is a tenth of the stated one at least.
    """
    learnt: dict[str, dict[str, Chance]] = {}
    for comparison in found["comparisons"]:
        name = comparison["output_column_name"]
        learnt[name] = dict(start[name])
        if name in IDENTIFIERS:
            continue
        for level in comparison["comparison_levels"]:
            label = level["label_for_charts"]
            if label in start[name] and level.get("m_probability") and level.get("u_probability"):
                m = max(level["m_probability"], start[name][label].m * LEAST_OF_STATED)
                learnt[name][label] = Chance(m=m, u=level["u_probability"])
    return learnt


@contextmanager
def _linker(people: pl.DataFrame, model: Model) -> "Iterator[Linker]":
    with splink_memory() as memory:
        yield linker_of(people, model, memory)


@contextmanager
def splink_memory() -> "Iterator[DuckDBAPI]":
    """What Splink works in: a DuckDB of memory alone. Raises LinkageTooLarge."""
    import duckdb
    from splink import DuckDBAPI
    from splink.internals.exceptions import SplinkException

    logging.getLogger("splink").setLevel(logging.ERROR)
    with duckdb.connect() as memory:
        memory.execute(f"set threads = {THREADS}; set memory_limit = '{MEMORY}'")
        # Names never touch the disk in clear: DuckDB seals what it spills only with an extension
        # that it fetches from the network, so it spills nothing.
        memory.execute("set temp_directory = ''")
        memory.execute("set preserve_insertion_order = false")
        try:
            yield DuckDBAPI(memory)
        except (SplinkException, duckdb.OutOfMemoryException) as error:
            # Splink's own words hold its whole query.
            if isinstance(error.__cause__ or error, duckdb.OutOfMemoryException):
                raise LinkageTooLarge(records=rules().slice_records, memory=MEMORY) from None
            raise


def linker_of(people: pl.DataFrame, model: Model, memory: "DuckDBAPI") -> "Linker":
    """Splink's linker over `people`."""
    from splink import Linker

    linker = Linker(
        memory.register(people.to_arrow(), table_name="people"),
        _settings(model),
        log_level=logging.ERROR,
        validate_settings=False,
    )
    for column, shares in model.frequencies.items():
        table = memory.register(shares.to_arrow(), table_name=f"frequency_{column}")
        linker.table_management.register_term_frequency_lookup(table, column)
    return linker


def _settings(model: Model) -> dict[str, Any]:
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "unique_id",
        "sql_dialect": "duckdb",
        "comparisons": [_comparison(name, model) for name in LEVELS],
        "blocking_rules_to_generate_predictions": [
            {"blocking_rule": rule, "sql_dialect": "duckdb"} for rule in blocking_rules()
        ],
        "probability_two_random_records_match": model.prior,
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": True,
        "additional_columns_to_retain": ["contract", "is_fresh", "is_duplicate_free"],
    }


def _comparison(name: str, model: Model) -> dict[str, Any]:
    null = {
        "sql_condition": f"{name}_l is null or {name}_r is null",
        "label_for_charts": "missing",
        "is_null_level": True,
    }
    levels = [_level(name, label, sql, model) for label, sql in LEVELS[name].items()]
    return {"output_column_name": name, "comparison_levels": [null, *levels]}


def _level(name: str, label: str, sql: str, model: Model) -> dict[str, Any]:
    chance = model.levels[name][label]
    level: dict[str, Any] = {
        "sql_condition": sql,
        "label_for_charts": label,
        "m_probability": chance.m,
        "u_probability": chance.u,
    }
    term = f"{name}_term" if label == "exact_in_group" else name
    if label in ("exact", "exact_in_group") and term in model.frequencies:
        level |= {"tf_adjustment_column": term, "tf_adjustment_weight": 1.0}
    return level
