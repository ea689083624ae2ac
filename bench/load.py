"""load_ratio: read, check, pseudonymise and load a month, over a bare COPY of the same bytes."""

import statistics
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl

from bench.figure import RUNS, Figure, median_seconds, seconds
from bench.home import own_home

ROWS = 2_000_000
WORKERS_PER_EMPLOYER = 400
EMPLOYERS = 9_999
INSURED_NUMBERS = 10_000_000
"""The numbers that cannot be issued: beyond them employers grow, and insured numbers repeat."""
CAP_CENTIMES = 600_000
COPY_BLOCK = 1024 * 1024


def load() -> Iterator[Figure]:
    """A month of declarations as CSV: checked and loaded, beside what COPY alone takes."""
    with own_home() as home:
        path = home / "declarations.csv"
        write_declarations(path, ROWS)
        bare, ours = [], []
        for _ in range(RUNS):
            # One after the other, so that both meet the same machine.
            bare.append(seconds(lambda: _bare_copy(path)))
            ours.append(seconds(lambda: _load(path)))
        check = median_seconds(lambda: _check(path))
        yield Figure("copy_seconds", statistics.median(bare), "s", "the limit: COPY of the bytes")
        yield Figure("load_seconds", statistics.median(ours), "s")
        yield Figure(
            "load_ratio", statistics.median(ours) / statistics.median(bare), "ratio", "at most 2.0"
        )
        yield Figure("check_rows_per_s", ROWS / check, "rows/s", "read and check, nothing kept")


def write_declarations(path: Path, rows: int) -> None:
    """Write `rows` synthetic declarations of March 2026 as the contract's CSV (0.1 kB each)."""
    rng = np.random.default_rng(2026)
    wages = pl.Series(rng.integers(250_000, 1_500_000, rows))
    serial = pl.Series(np.arange(rows))
    workers = max(WORKERS_PER_EMPLOYER, -(-rows // EMPLOYERS))
    text = pl.String
    pl.DataFrame(
        {
            "record_type": pl.repeat("B02", rows, eager=True),
            "numero_affilie": (serial // workers).cast(text).str.zfill(7),
            "periode": pl.repeat("202603", rows, eager=True),
            "numero_assure": (serial % INSURED_NUMBERS).cast(text).str.zfill(9),
            "nom": pl.repeat("ALAMI", rows, eager=True),
            "prenom": pl.repeat("FATIMA", rows, eager=True),
            "numero_cin": pl.repeat(None, rows, dtype=text, eager=True),
            "nombre_enfants": pl.Series(rng.integers(0, 5, rows)).cast(text).str.zfill(2),
            "af_a_payer": pl.repeat("000000", rows, eager=True),
            "af_a_deduire": pl.repeat("000000", rows, eager=True),
            "af_net_a_payer": pl.repeat("000000", rows, eager=True),
            "af_a_reverser": pl.repeat("000000", rows, eager=True),
            "jours_declares": pl.Series(rng.integers(1, 27, rows)).cast(text).str.zfill(2),
            "salaire_reel": wages.cast(text).str.zfill(13),
            "salaire_plafonne": wages.clip(0, CAP_CENTIMES).cast(text).str.zfill(9),
            "situation": pl.repeat(None, rows, dtype=text, eager=True),
            "cle_controle": pl.repeat(None, rows, dtype=text, eager=True),
        }
    ).write_csv(path)


def _bare_copy(path: Path) -> None:
    from psycopg.sql import SQL, Identifier

    from warehouse.database import connect

    with path.open("rb") as file:
        columns = file.readline().decode().strip().split(",")
    with connect() as session:
        names = SQL(", ").join(SQL("{} text").format(Identifier(c)) for c in columns)
        session.execute("drop table if exists bare_copy")
        session.execute(SQL("create table bare_copy ({})").format(names))
        with (
            path.open("rb") as file,
            session.cursor().copy("copy bare_copy from stdin (format csv, header)") as copy,
        ):
            while block := file.read(COPY_BLOCK):
                copy.write(block)


def _load(path: Path) -> None:
    from warehouse import loading
    from warehouse.contracts.contract import contract
    from warehouse.database import connect

    sending = loading.Sending(path, contract("cnss_declarations"), "2026-03", True, sha256="")
    with connect("simimo_pipeline") as session:
        loading.load(session, sending)


def _check(path: Path) -> None:
    from warehouse.codes import known_codes
    from warehouse.contracts.contract import contract
    from warehouse.examination import examine

    found = contract("cnss_declarations")
    examine(path, found, "2026-03", known_codes(found), is_specimen=True)
