"""What links two records and what keeps them apart: small registers in, persons out.

One row a record; records with the same letter under `person` are one person. All are invented.
"""

import polars as pl
import pytest

from warehouse.identity import IDENTIFIERS
from warehouse.linkage.blocking import with_parts
from warehouse.linkage.clustering import clustered, judged
from warehouse.linkage.model import scored, untrained
from warehouse.linkage.names import core, sound
from warehouse.linkage.prior import with_priors
from warehouse.linkage.rules import rules

COLUMNS = (
    "person",
    "contract",
    "family",
    "given",
    "birth_date",
    "cit",
    "cin",
    "passport",
    "title",
    "cnss",
)

NUMBERS = {
    "cin": "cin",
    "passport": "passport",
    "residence_title": "title",
    "cnss_number": "cnss",
}

CASES = {
    "a number in common links, whatever the spelling": """
        a | dgsn_residence_titles | EL ALAMI  | MOHAMMED | 1985-03-12 | TN | . | P1 | .
        a | anapec_job_seekers    | LALAMI    | MED      | 1985-03-12 | TN | . | P1 | .
    """,
    "a number of two different persons is nobody's proof": """
        a | dgsn_residence_titles | DIALLO    | MARIAMA  | 1990-07-01 | GN | . | P1 | .
        b | anapec_job_seekers    | OKAFOR    | EMEKA    | 1971-02-23 | NG | . | P1 | .
    """,
    "one of three particulars may differ where a number agrees": """
        a | dgsn_residence_titles | DIALLO    | MARIAMA  | 1990-07-01 | GN | . | P1 | .
        a | anapec_job_seekers    | DIALLO    | MARIAMA  | 1987-11-30 | GN | . | P1 | .
    """,
    "a number joins what another number joins": """
        a | dgsn_residence_titles | SARR      | AWA      | 1990-07-04 | SN | . | P1 | T1
        a | anapec_job_seekers    | SARR      | AWA      | 1990-07-04 | SN | . | P2 | T1
        a | miepeec_contract_visas| SAR       | AWA      | 1990-07-04 | SN | . | P2 | .
    """,
    "names, birth date and a rare citizenship link without a number": """
        a | dgsn_residence_titles | BANGOURA  | LAMINE   | 1966-04-12 | GN | . | P1 | .
        a | anapec_job_seekers    | BANGOURA  | LAMINE   | 1966-04-12 | GN | . | .  | .
    """,
    "Arabic and Latin spellings are one name": """
        a | dgsn_residence_titles | العلمي    | محمد     | 1985-03-12 | TN | . | P1 | .
        a | anapec_job_seekers    | EL ALAMI  | MOHAMED  | 1985-03-12 | TN | . | .  | .
    """,
    "namesakes born on different days are two": """
        a | dgsn_residence_titles | DIALLO    | MARIAMA  | 1990-07-01 | GN | . | .  | .
        b | anapec_job_seekers    | DIALLO    | MARIAMA  | 1990-10-23 | GN | . | .  | .
    """,
    "brothers born on one day are two": """
        a | dgsn_residence_titles | DIALLO    | OUMAR    | 1990-07-01 | GN | . | .  | .
        b | anapec_job_seekers    | DIALLO    | SEKOU    | 1990-07-01 | GN | . | .  | .
    """,
    "different CNSS numbers keep namesakes of one day apart": """
        a | ofppt_prior_learning  | OUHAMMOU  | ITTO     | 1990-07-14 | MA | . | . | . | N1
        b | anapec_placements_abroad | OUHAMMOU | ITTO   | 1990-07-14 | MA | . | . | . | N2
    """,
    "a given name like another's family name is not the same names": """
        a | dgsn_residence_titles | KOUASSI   | KONAN    | 2001-04-26 | SN | . | P1 | .
        b | anapec_job_seekers    | KONAN     | MAMADOU  | 2001-04-26 | SN | . | P2 | .
    """,
    "two entries of one register are never joined by names": """
        a | cnss_immatriculations | BANGOURA  | LAMINE   | 1966-04-12 | GN | . | .  | .
        b | cnss_immatriculations | BANGOURA  | LAMINE   | 1966-04-12 | GN | . | .  | .
    """,
    "names in each other's column are the same names": """
        a | dgsn_residence_titles | BANGOURA  | LAMINE   | 1966-04-12 | GN | . | .  | .
        a | anapec_job_seekers    | LAMINE    | BANGOURA | 1966-04-12 | GN | . | .  | .
    """,
}


def _people(table: str) -> pl.DataFrame:
    lines = [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]
    rows = [[*cells, *["."] * (len(COLUMNS) - len(cells))] for cells in lines]
    told = pl.DataFrame(rows, schema=COLUMNS, orient="row").with_columns(
        pl.all().replace(".", None)
    )
    number = dict.fromkeys(IDENTIFIERS) | NUMBERS
    blank = pl.lit(None, dtype=pl.String)
    return (
        with_parts(
            told.with_columns(
                _each("family", core),
                _each("given", core),
                _each("family", sound).alias("family_sound"),
                _each("given", sound).alias("given_sound"),
                pl.col("cit").alias("citizenship"),
                *(blank.alias(c) for c in ("sex", "region", "employer")),
                *(blank.alias(c) for c, held in number.items() if not held),
                *(pl.col(held).alias(c) for c, held in NUMBERS.items()),
                pl.col("contract").is_in(list(rules().duplicate_free)).alias("is_duplicate_free"),
                pl.lit(True).alias("is_fresh"),
            )
        )
        .with_row_index("unique_id")
        .with_columns(pl.col("unique_id").cast(pl.Int64))
        .with_columns(
            pl.col("unique_id").alias("node"),
            pl.col("unique_id").cast(pl.String).alias("record_id"),
        )
    )


def _each(column: str, rewritten: object) -> pl.Expr:
    return pl.col(column).map_elements(rewritten, return_dtype=pl.String)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", CASES)
def test_records_are_the_persons_that_the_table_says(name: str) -> None:
    people = _people(CASES[name])
    model = untrained()
    # As in extracts of a few thousand foreigners, where one in 20,000 pairs is one person.
    start = model.prior
    weighed = with_priors(
        scored(people, model), people, dict.fromkeys(_extracts(people), 5e-5), start
    )
    found = clustered(people, judged(weighed, people))
    told = people.join(found, on="unique_id")
    assert _partition(told["cluster"].to_list()) == _partition(told["person"].to_list())


def _extracts(people: pl.DataFrame) -> list[str]:
    names = people["contract"].unique().to_list()
    return ["|".join(sorted((a, b))) for a in names for b in names]


def _partition(labels: list[object]) -> list[int]:
    seen: dict[object, int] = {}
    return [seen.setdefault(label, len(seen)) for label in labels]
