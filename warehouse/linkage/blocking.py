"""Which records are compared at all: the blocking rules, in memory and as keyed hashes.

The index keeps no name: a blocking key is a keyed hash, by which the few earlier records that a
new one may equal are found without reading the others.
"""

import polars as pl

from warehouse.identity import IDENTIFIERS
from warehouse.pseudonym import secret

KEY_HEX_DIGITS = 15
"""60 bits, the most that a bigint holds: two different keys of 30 million agree once in 2,500."""

# Names may stand in each other's column: both sounds share one space of keys.
KEYS: dict[str, tuple[str, ...]] = {
    "date and family name": ("birth_date", "family_sound"),
    "date and given name": ("birth_date", "given_sound"),
    "names and year": ("family", "given", "birth_year"),
    "names and day": ("family", "given", "birth_day"),
    "date and place": ("birth_date", "region"),
    "names and place": ("family", "given", "region"),
    "employer and family name": ("employer", "family_sound"),
    "employer and given name": ("employer", "given_sound"),
    "date and employer": ("birth_date", "employer"),
}
SPACES = {"date and given name": "date and family name"}

FRESH = "(l.is_fresh or r.is_fresh)"
"""Earlier records are not compared with each other again."""
BY_NAMES = f"{FRESH} and not (l.contract = r.contract and l.is_duplicate_free)"


def blocking_rules() -> list[str]:
    """Splink's blocking rules over the columns of `with_parts`: numbers first, then names."""
    numbers = [f"l.{name} = r.{name} and {FRESH}" for name in IDENTIFIERS]
    names = [
        " and ".join(f"l.{column} = r.{column}" for column in columns) + f" and {BY_NAMES}"
        for columns in KEYS.values()
    ]
    swapped = [
        f"l.birth_date = r.birth_date and l.{one}_sound = r.{other}_sound and {BY_NAMES}"
        for one, other in (("family", "given"), ("given", "family"))
    ]
    return [*numbers, *names, *swapped]


def with_parts(described: pl.DataFrame) -> pl.DataFrame:
    """The described records with the year and the day (month and day) of birth apart."""
    return described.with_columns(
        pl.col("birth_date").str.slice(0, 4).alias("birth_year"),
        pl.col("birth_date").str.slice(5).alias("birth_day"),
    )


def blocking_keys(people: pl.DataFrame) -> pl.DataFrame:
    """The keys (key: bigint) of each record (contract, record_id), one row a key."""
    import polars_hash  # noqa: F401  (registers the chash namespace)

    made = []
    for name, columns in KEYS.items():
        space = pl.lit(SPACES.get(name, name))
        text = pl.concat_str([space, *(pl.col(c) for c in columns)], separator="\x1f")
        keyed = text.chash.hmac_sha256(key=secret("blocking"))  # type: ignore[attr-defined]
        hexadecimal = keyed.str.slice(0, KEY_HEX_DIGITS)
        made.append(
            people.select(
                "contract",
                "record_id",
                hexadecimal.str.to_integer(base=16, dtype=pl.Int64).alias("key"),
            ).filter(pl.col("key").is_not_null())
        )
    return pl.concat(made).unique()
