"""What is kept of each run of linkage: its model, its counts, the submissions it linked."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from io import StringIO
from typing import Any

import polars as pl
import psycopg

from warehouse.identity import open_text, sealed_text
from warehouse.ledger.acts import append
from warehouse.linkage.model import TERMS, Model
from warehouse.linkage.rules import Chance
from warehouse.linkage.threshold import Threshold
from warehouse.linkage.work import Work


def record_run(session: psycopg.Connection, model: Model | None, threshold: Threshold) -> int:
    """A new run with its model and the threshold of its links by names; counts still to come.

    Without a model it compared nobody, and had none before it.
    """
    told: dict[str, Any] = {"threshold": asdict(threshold), **(_told(model) if model else {})}
    row = session.execute(
        "insert into linkage.run (model, counts) values (%s, '{}') returning id", [json.dumps(told)]
    ).fetchone()
    assert row is not None
    return int(row[0])


def _told(model: Model) -> dict[str, Any]:
    return {
        "prior": model.prior,
        "priors": dict(model.priors),
        "levels": {
            name: {level: chance.model_dump() for level, chance in levels.items()}
            for name, levels in model.levels.items()
        },
    }


def save_frequencies(session: psycopg.Connection, model: Model, run: int) -> None:
    """Keep the frequencies of the names, sealed; the chances stand in linkage.run."""
    session.execute("delete from identity.term_frequency")
    for variable, shares in model.frequencies.items():
        text = StringIO()
        shares.write_json(text)
        session.execute(
            "insert into identity.term_frequency (variable, run_id, sealed) values (%s, %s, %s)",
            [variable, run, sealed_text(text.getvalue())],
        )


def saved_model(session: psycopg.Connection) -> Model | None:
    """The model of the last run, None before the first that compared anybody."""
    row = session.execute("select model from linkage.run order by id desc limit 1").fetchone()
    if row is None or "levels" not in row[0]:
        return None
    frequencies = {
        variable: pl.read_json(open_text(text).encode())
        for variable, text in session.execute(
            "select variable, sealed from identity.term_frequency"
        )
    }
    levels = {
        name: {level: Chance(**chance) for level, chance in told.items()}
        for name, told in row[0]["levels"].items()
    }
    ordered = {name: frequencies[name] for name in TERMS if name in frequencies}
    return Model(levels, row[0]["prior"], ordered, row[0]["priors"])


def linked_records(session: psycopg.Connection) -> dict[str, int]:
    """How many records of each contract are linked and stay so: the last run's, less the fallen."""
    row = session.execute(
        "select counts -> 'linked' from linkage.run order by id desc limit 1"
    ).fetchone()
    linked: dict[str, int] = dict(row[0] or {}) if row else {}
    fallen = session.execute("select contract, count(*) from fallen group by contract")
    for contract, count in fallen.fetchall():
        linked[contract] = linked.get(contract, 0) - count
    return linked


def close_run(
    session: psycopg.Connection, run: int, found: Work, counts: Mapping[str, Any]
) -> None:
    """Note what a run counted, and that the submissions it found are done; enter it in the ledger.

    A run reads names: it is an access to identity.
    """
    session.execute("update linkage.run set counts = %s where id = %s", [json.dumps(counts), run])
    session.execute(
        "delete from linkage.linked_submission where submission_id = any(%s)", [list(found.went)]
    )
    session.cursor().executemany(
        "insert into linkage.linked_submission (submission_id, run_id) values (%s, %s)",
        [(number, run) for number in found.came],
    )
    named = ("records", "persons", "merges", "splits", "answers", "waiting")
    told = {name: counts[name] for name in named}
    came, went = len(found.came), len(found.went)
    content = {**told, "submissions_came": came, "submissions_went": went}
    append(session, "persons_linked", f"run/{run}", content)
