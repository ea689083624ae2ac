"""The identity stage: what linkage compares of one source record, apart from its content.

One row a record of a contract that describes persons. Names and birth date are sealed: the
database holds them encrypted, under a key of the keys folder, whatever the disk below it does.
"""

import json
import os
from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import polars as pl
import psycopg
from psycopg.sql import SQL, Identifier

from warehouse.contracts.contract import Contract
from warehouse.pseudonym import PSEUDONYM_HEX_DIGITS, pseudonyms, secret
from warehouse.raw import (
    create_partition,
    ensure_parent,
    identifiers_of,
    part_pseudonyms,
    raw_frame,
    typed_text,
)

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

SEALED = ("family_name", "given_name", "birth_date")
"""What names a person: never in clear in the database."""
DESCRIBED = ("sex", "citizenship", "birth_country", "province", "employer")
"""The roles that stand beside, in the codes of the source."""
ROLES = (*SEALED, *DESCRIBED)
IDENTIFIERS = ("cin", "passport", "residence_title", "cnss_number", "anapec_number")
"""The numbers that stand for one person in more than one source, or through the months."""
EMPLOYER = "ice"
"""The number by which every institution knows an employer."""
PSEUDONYMS = tuple(f"{name}_pseudonym" for name in IDENTIFIERS)
COLUMNS = (
    "contract",
    "part",
    "line_number",
    "record_id",
    "description",
    "sealed",
    *DESCRIBED,
    *PSEUDONYMS,
)
TABLE = ("identity", "person_record")
NONCE_BYTES = 12
"""As NIST SP 800-38D asks of AES-GCM: drawn anew for each record."""


def has_identity(contract: Contract) -> bool:
    """Whether linkage compares the records of the contract."""
    return any(c.identity_role for c in contract.columns)


def ensure_table(session: psycopg.Connection) -> None:
    """Make and widen the parent table of identity, as the pipeline's own."""
    ensure_parent(session, *TABLE, COLUMNS)
    session.execute(
        "comment on table identity.person_record is 'What linkage compares of one source record; "
        "names and birth date encrypted, gone at the end of retention'"
    )
    session.execute("grant select on identity.person_record to simimo_linkage")


def create_identity_partition(session: psycopg.Connection, submission_id: int) -> Identifier:
    """Make the detached partition of a submission, with the way to one of its records."""
    name = create_partition(session, *TABLE, submission_id)
    session.execute(SQL("create index on {} (record_id)").format(name))
    return name


def identity_frame(batch: pl.DataFrame, contract: Contract, period: str) -> pl.DataFrame:
    """What linkage compares of the rows of a batch: one row a record, names sealed."""
    roles = {c.identity_role: typed_text(batch, c) for c in contract.columns if c.identity_role}
    numbers = [
        pseudonyms(identifiers_of(batch, c), c.identifier_type).alias(
            f"{c.identifier_type}_pseudonym"
        )
        for c in contract.columns
        if c.identifier_type in IDENTIFIERS
    ]
    employers = [
        pseudonyms(identifiers_of(batch, c), c.identifier_type).alias("employer")
        for c in contract.columns
        if c.identifier_type == EMPLOYER
    ]
    told = [values.alias(role) for role, values in roles.items()]
    whole = pl.DataFrame([*told, *employers, *numbers])
    names = [roles[role] if role in roles else _nothing(batch.height) for role in SEALED]
    return pl.DataFrame(
        [
            pl.repeat(contract.id, batch.height, eager=True).alias("contract"),
            part_pseudonyms(batch["part"]),
            batch["line_number"],
            record_ids(batch, contract, period),
            descriptions(whole),
            sealed(names),
            *(values.alias(role) for role, values in roles.items() if role in DESCRIBED),
            *employers,
            *numbers,
        ]
    )


def _nothing(height: int) -> pl.Series:
    return pl.repeat(None, height, dtype=pl.String, eager=True)


def record_ids(batch: pl.DataFrame, contract: Contract, period: str) -> pl.Series:
    """The ids that staging gives the same records: md5 of the key, as the macro record_id says."""
    import polars_hash  # noqa: F401  (registers the nchash namespace)

    kept = raw_frame(batch, contract)
    keys = [pl.col(name).cast(pl.String) for name in contract.primary_key]
    within = [] if contract.coverage == "cumulative" else [pl.lit(period), pl.col("part")]
    pieces = [*within, *(keys or [pl.col("line_number").cast(pl.String)])]
    if keys:
        is_whole = pl.all_horizontal(key.is_not_null() for key in keys)
        line = pl.col("line_number").cast(pl.String)
        pieces.append(pl.when(is_whole).then(pl.lit("")).otherwise(line))
    text = pl.concat_str([piece.fill_null("") for piece in pieces], separator="|")
    return kept.select(text.nchash.md5().alias("record_id"))["record_id"]  # type: ignore[attr-defined]


def descriptions(whole: pl.DataFrame) -> pl.Series:
    """A keyed hash of all that is told of each person: it tells whether a record has changed."""
    import polars_hash  # noqa: F401  (registers the chash namespace)

    text = pl.concat_str([pl.col(c).fill_null("") for c in sorted(whole.columns)], separator="\x1f")
    keyed = text.chash.hmac_sha256(key=secret("description"))  # type: ignore[attr-defined]
    return whole.select(keyed.str.slice(0, PSEUDONYM_HEX_DIGITS).alias("description"))[
        "description"
    ]


def sealed(names: Sequence[pl.Series]) -> pl.Series:
    """Family name, given name and birth date of each record, encrypted; null where none is told."""
    cipher = _cipher()
    rows = zip(*(values.to_list() for values in names), strict=True)
    return pl.Series("sealed", [_sealed(cipher, row) for row in rows], dtype=pl.String)


def _sealed(cipher: "AESGCM", row: tuple[str | None, ...]) -> str | None:
    if not any(row):
        return None
    return _encrypted(cipher, json.dumps(row, ensure_ascii=False, separators=(",", ":")))


def sealed_text(text: str) -> str:
    """Any text that holds names, encrypted like them."""
    return _encrypted(_cipher(), text)


def open_text(value: str) -> str:
    """The text that sealed_text encrypted."""
    return _decrypted(_cipher(), value)


def opened(values: Iterable[str | None]) -> pl.DataFrame:
    """Names and birth dates in clear (family_name, given_name, birth_date), for linkage alone."""
    cipher = _cipher()
    rows = [_opened(cipher, value) for value in values]
    return pl.DataFrame(rows, schema=dict.fromkeys(SEALED, pl.String), orient="row")


def _opened(cipher: "AESGCM", value: str | None) -> tuple[str | None, ...]:
    if value is None:
        return (None, None, None)
    return tuple(json.loads(_decrypted(cipher, value)))


def _encrypted(cipher: "AESGCM", text: str) -> str:
    nonce = os.urandom(NONCE_BYTES)
    return b64encode(nonce + cipher.encrypt(nonce, text.encode(), None)).decode("ascii")


def _decrypted(cipher: "AESGCM", value: str) -> str:
    blob = b64decode(value)
    return cipher.decrypt(blob[:NONCE_BYTES], blob[NONCE_BYTES:], None).decode()


def _cipher() -> "AESGCM":
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(bytes.fromhex(secret("identity")))
