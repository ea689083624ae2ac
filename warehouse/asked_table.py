"""A table beyond the declared ones: asked by an analyst, perturbed by cell key, in the ledger.

Never of records that a release counts too: perturbed figures beside exact ones would narrow down
what the release withholds, and nothing audits the two together yet.
"""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from warehouse.codelists import codes
from warehouse.database import connect, locked
from warehouse.disclosure.cell_key import (
    RECORD_KEY,
    CellKeyRules,
    cell_key_rules,
    perturbed_table,
    record_keys,
)
from warehouse.errors import InvalidFilter, ReleaseRefused, SimimoError
from warehouse.filters import require_codes
from warehouse.indicator import MAX_TABLE_DIMENSIONS, TOTAL, Dataflow
from warehouse.ledger.acts import account_name, append, rows_sha256
from warehouse.periods import require_any_period
from warehouse.population import Population, code_list, population, read_records
from warehouse.pseudonym import secret

if TYPE_CHECKING:
    import polars as pl
    import psycopg

METHOD = "CELL_KEY"
SPECIMEN = "SPECIMEN"


class CellKeyDisabled(SimimoError):
    """The authority has not allowed tables beyond the declared ones."""

    key = "cell_key_disabled"
    http_status = 403


class PopulationReleased(SimimoError):
    """A release counts the same records, and nothing audits the two together."""

    key = "population_released"
    http_status = 409


class TooManyDimensions(SimimoError):
    """A table of more dimensions than a declared one may have is asked."""

    key = "too_many_dimensions"
    http_status = 422


class PopulationAsked(ReleaseRefused):
    """Perturbed tables of the same records were given out, and nothing audits the two together."""

    key = "population_asked"


@dataclass(frozen=True)
class Question:
    """What is asked: the records of a period by the columns `by`, where `filters` keep them."""

    population: str
    period: str
    by: tuple[str, ...]
    filters: Mapping[str, tuple[str, ...]]

    @property
    def filters_said(self) -> str:
        """The filters in one writing, such as sex=F;region=MA-04,MA-06."""
        return ";".join(f"{name}={','.join(self.filters[name])}" for name in sorted(self.filters))


@dataclass(frozen=True)
class AskedTable:
    """The answer: `rows` have a column for each dimension asked, and the perturbed obs_value."""

    question: Question
    rules: CellKeyRules
    rows: "pl.DataFrame"
    is_specimen: bool


def asked_table(
    name: str, period: str, by: Sequence[str], filters: Mapping[str, Sequence[str]]
) -> AskedTable:
    """Answer a question and enter it in the ledger.

    Raises CellKeyDisabled, PopulationReleased, UnknownPopulation, UnknownPeriod, NothingRecorded,
    TooManyDimensions and InvalidFilter.
    """
    rules = cell_key_rules()
    if not rules.enabled:
        raise CellKeyDisabled
    asked = Question(
        name,
        require_any_period(period),
        tuple(dict.fromkeys(by)),
        {column: tuple(sorted(set(given))) for column, given in filters.items()},
    )
    with connect("simimo_pipeline") as session, locked(session, "release"):
        with connect("simimo_analyst") as reading:
            of = population(reading, name)
            _require_free(session, of)
            _require_sound(asked, of)
            records = read_records(reading, of, asked.period)
        keyed = records.with_columns(record_keys(records["number"], secret("cell_key")))
        rows = perturbed_table(
            keyed.select(*of.columns, RECORD_KEY), asked.by, asked.filters, rules
        )
        is_specimen = _is_specimen(session, of)
        _enter(session, asked, rules, rows)
        session.commit()
    return AskedTable(asked, rules, rows, is_specimen)


def _require_free(session: "psycopg.Connection[Any]", of: Population) -> None:
    """Raise PopulationReleased where a release or a draft tells of these records."""
    told = dict(
        session.execute(
            """
            select f.dataflow, max(f.number)
            from release.frozen_dataflow as f
            inner join release.release as r on f.number = r.number and r.withdrawn_at is null
            where f.dataflow = any(%s)
            group by 1
            """,
            [list(of.counted_by)],
        ).fetchall()
    )
    for dataflow in of.counted_by:
        if dataflow in told:
            raise PopulationReleased(population=of.name, dataflow=dataflow, release=told[dataflow])


def _require_sound(asked: Question, of: Population) -> None:
    if len(asked.by) > MAX_TABLE_DIMENSIONS:
        raise TooManyDimensions(count=len(asked.by), most=MAX_TABLE_DIMENSIONS)
    for column in (*asked.by, *asked.filters):
        if column not in of.columns:
            raise InvalidFilter(dataflow=of.name, dimension=column, known=", ".join(of.columns))
    for column, given in asked.filters.items():
        known = [str(code["code"]) for code in codes(code_list(column) or "")]
        require_codes(of.name, column, given, known)


def _is_specimen(session: "psycopg.Connection[Any]", of: Population) -> bool:
    found = session.execute(
        "select coalesce(bool_or(is_specimen), false) from submission.current_submission"
        " where contract = any(%s)",
        [list(of.contracts)],
    ).fetchone()
    return bool(found and found[0])


def _enter(
    session: "psycopg.Connection[Any]", asked: Question, rules: CellKeyRules, rows: "pl.DataFrame"
) -> None:
    told = ([str(value) for value in row] for row in rows.iter_rows())
    append(
        session,
        "table_asked",
        f"population/{asked.population}",
        {
            "period": asked.period,
            "by": ",".join(asked.by),
            "filters": asked.filters_said,
            "distance": rules.distance,
            "variance": f"{rules.variance:g}",
            "cells": rows.height,
            "rows_sha256": rows_sha256(told),
        },
        account_name(),
    )


def refuse_asked(session: "psycopg.Connection[Any]", flows: Sequence[Dataflow]) -> None:
    """Raise PopulationAsked where one of `flows` counts records of which tables were given out."""
    asked = session.execute(
        "select distinct subject from ledger.entry where action = 'table_asked' order by 1"
    ).fetchall()
    released = {flow.id for flow in flows}
    for (subject,) in asked:
        name = subject.removeprefix("population/")
        if counting := released & set(Population(name, ()).counted_by):
            raise PopulationAsked(population=name, dataflow=min(counting))


def told_csv(answer: AskedTable) -> str:
    """The table as CSV: dimensions, period, figure, and by what it was changed.

    sex,time_period,obs_value,method,specimen
    """
    file = io.StringIO()
    mark = ["specimen"] if answer.is_specimen else []
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([*answer.question.by, "time_period", "obs_value", "method", *mark])
    for *cell, value in answer.rows.iter_rows():
        after = [SPECIMEN] if answer.is_specimen else []
        writer.writerow([*cell, answer.question.period, value, METHOD, *after])
    return file.getvalue()


def told_json(answer: AskedTable) -> str:
    """The table as JSON, with the question and the rules before it."""
    asked = answer.question
    return json.dumps(
        {
            "specimen": answer.is_specimen,
            "population": asked.population,
            "time_period": asked.period,
            "by": list(asked.by),
            "filters": {name: list(codes) for name, codes in asked.filters.items()},
            "method": METHOD,
            "cell_key": {"distance": answer.rules.distance, "variance": answer.rules.variance},
            "additive": False,
            "total": TOTAL,
            "observations": answer.rows.to_dicts(),
        },
        ensure_ascii=False,
        indent=1,
    )
