"""Pseudonyms at the door: a direct identifier becomes a keyed HMAC-SHA-256, cut to 128 bits.

One key per identifier type, so that the same number links across sources; the keys live in
a file outside the database and are never written anywhere else.
"""

import json
import os
import secrets
from functools import cache
from pathlib import Path

import polars as pl

from warehouse.settings import settings
from warehouse.typed import western

PSEUDONYM_HEX_DIGITS = 32
"""128 bits: a collision among 10 million numbers has a chance of about 1e-25."""


UNCLEAN = r"[^0-9A-Z]"


def pseudonyms(identifiers: pl.Series, identifier_type: str) -> pl.Series:
    """The pseudonyms (32 hex digits) of a text column of one type; null and blank become null."""
    # Rows of one employer stand together: hash each run of equal values once.
    values, run = runs(identifiers)
    if values.len() == identifiers.len():
        return _hashed(identifiers, identifier_type)
    return _hashed(values, identifier_type).gather(run).alias(identifiers.name)


def runs(column: pl.Series) -> tuple[pl.Series, pl.Series]:
    """The values of a column's runs, and the run of each row: aab -> (a, b), (0, 0, 1)."""
    run = column.rle_id()
    return column.filter(run.diff().fill_null(1) != 0), run


def normalised(identifiers: pl.Series) -> pl.Series:
    """Identifiers written alike: capitals and digits only, Arabic-Indic digits as Western ones.

    >>> normalised(pl.Series([" zz-12 345٦"])).item()
    'ZZ123456'
    """
    if not identifiers.str.contains(UNCLEAN).any():
        return identifiers.replace("", None)
    kept = western(pl.col("id")).str.to_uppercase().str.replace_all(UNCLEAN, "")
    return identifiers.alias("id").to_frame().select(kept.replace("", None))["id"]


def _hashed(identifiers: pl.Series, identifier_type: str) -> pl.Series:
    import polars_hash  # noqa: F401  (registers the chash namespace)

    keyed = pl.col("id").chash.hmac_sha256(key=secret(identifier_type))  # type: ignore[attr-defined]
    frame = normalised(identifiers).alias("id").to_frame()
    return frame.select(keyed.str.slice(0, PSEUDONYM_HEX_DIGITS))["id"].alias(identifiers.name)


def secret(name: str) -> str:
    """The key of an identifier type or of another use (64 hex digits), made at its first use."""
    path = settings().keys_dir / "pseudonym.json"
    keys = _read_keys(path)
    if name not in keys:
        keys = _with_new_key(path, name)
    return keys[name]


@cache
def _read_keys_of(path: Path, changed_ns: int) -> dict[str, str]:
    keys: dict[str, str] = json.loads(path.read_text("utf-8"))
    return keys


def _read_keys(path: Path) -> dict[str, str]:
    return _read_keys_of(path, path.stat().st_mtime_ns) if path.exists() else {}


def _with_new_key(path: Path, name: str) -> dict[str, str]:
    """Add a key under a lock: two processes must never draw two keys for one use."""
    import fasteners

    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with fasteners.InterProcessLock(path.with_suffix(".lock")):
        keys = dict(_read_keys(path))
        keys.setdefault(name, secrets.token_hex(32))
        fresh = path.with_suffix(".new")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(keys, file, indent=1, sort_keys=True)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    return keys
