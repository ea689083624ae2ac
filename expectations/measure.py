"""From the rows of a submission to its figures, each taken once and kept in submission.measure.

A month is compared with the kept figures of earlier months, so history costs nothing; a figure
whose definition changed is taken again from the partition that still holds its rows.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import md5
from math import sqrt
from typing import TYPE_CHECKING

from expectations.bounds import Figures, Measured, Value
from expectations.suite import Measure, Suite

if TYPE_CHECKING:
    from psycopg import Connection

CODES_KEPT = 200
OTHER_CODES = "~"
"""Where a distribution has more codes than CODES_KEPT, the rarest go together under this one."""

NUMBER = re.compile(r'\bnumber\(("?\w+"?)\)')
# Raw is verbatim text: a decimal comma and blanks between thousands are numbers, other text is not.
NUMBER_SQL = (
    r"case when {0} ~ '^-?[0-9]+$' then cast({0} as double precision)"
    r" when {0} ~ '^-?[0-9 ]+([.,][0-9]+)?$'"
    r" then cast(replace(replace({0}, ' ', ''), ',', '.') as double precision) end"
)


@dataclass(frozen=True)
class Rows:
    """Where the rows of one period lie, as SQL: the text of a sub-select."""

    sql: str


def definition(measure: Measure) -> str:
    """A short digest of what a measure means; another digest makes kept figures stale."""
    told = "|".join(
        (measure.id, measure.form, measure.sql, measure.where or "", str(measure.register))
    )
    return md5(told.encode(), usedforsecurity=False).hexdigest()[:12]


def scalar_query(measures: Sequence[Measure], rows: Rows) -> str:
    """One row: the value and the standard error of every scalar measure, in one scan."""
    figures = ", ".join(f"{value}, {error}" for value, error in map(_scalar, measures))
    return f"select {figures} from ({rows.sql}) as record"


def _scalar(measure: Measure) -> tuple[str, str]:
    sql = NUMBER.sub(lambda m: NUMBER_SQL.format(m[1]), measure.sql)
    where = NUMBER.sub(lambda m: NUMBER_SQL.format(m[1]), measure.where or "true")
    match measure.form:
        case "count":
            count = f"count({sql}) filter (where {where})"
            return count, f"sqrt({count})"
        case "share":
            share = f"avg(case when {sql} then 1.0 else 0.0 end) filter (where {where})"
            return share, f"count(*) filter (where {where})"
        case "mean":
            mean = f"avg({sql}) filter (where {where})"
            spread = f"stddev({sql}) filter (where {where})"
            return mean, f"{spread} / sqrt(nullif(count({sql}) filter (where {where}), 0))"
        case _:
            return f"({sql})", "0"


def distribution_query(measure: Measure, rows: Rows) -> str:
    """One row a code: the code and its number of rows, the most frequent first."""
    return (
        f"select coalesce(upper(trim({measure.sql})), ''), count(*) from ({rows.sql}) as record"
        f" where {measure.where or 'true'} group by 1 order by 2 desc, 1"
    )


def known_query(measure: Measure, rows: Rows, register: Rows, register_column: str) -> str:
    """One row: the share of rows whose key stands in the register, and the rows with a key."""
    return (
        "select avg(case when known.key is null then 0.0 else 1.0 end), count(*)"
        f" from ({rows.sql}) as record left join (select distinct {register_column} as key"
        f" from ({register.sql}) as entry) as known on known.key = record.{measure.sql}"
        f" where record.{measure.sql} is not null and {measure.where or 'true'}"
    )


def retained_query(measure: Measure, own: Rows, replaced: Rows) -> str:
    """One row: the share of the replaced keys that stand in their part again, and their number."""
    key = measure.sql
    return (
        "select avg(case when again.key is null then 0.0 else 1.0 end), count(*)"
        f" from ({replaced.sql}) as record left join (select distinct part, {key} as key"
        f" from ({own.sql}) as entry) as again"
        f" on again.part = record.part and again.key = record.{key}"
        f" where record.{key} is not null and {measure.where or 'true'}"
    )


def share_error(share: float, count: int) -> float:
    """The standard error of a share, by Agresti and Coull, so that 0 of 10 is not certain."""
    adjusted = (share * count + 2) / (count + 4)
    return sqrt(adjusted * (1 - adjusted) / (count + 4))


def shares(counts: Iterable[tuple[str, int]]) -> dict[str, Value]:
    """The share of each code; the rarest past CODES_KEPT together."""
    kept: dict[str, int] = {}
    for code, count in counts:
        name = code if len(kept) < CODES_KEPT else OTHER_CODES
        kept[name] = kept.get(name, 0) + count
    total = sum(kept.values())
    return {
        code: Value(count / total, sqrt(count / total * (1 - count / total) / total))
        for code, count in kept.items()
    }


def take(
    session: "Connection",
    measures: Sequence[Measure],
    rows: Rows,
    registers: Mapping[str, Rows],
    replaced: Rows | None = None,
) -> dict[str, dict[str, Value]]:
    """The figures of `rows`; a measure without rows, or whose register lacks, is left out.

    `replaced` are the rows in force that `rows` would replace.
    """
    taken: dict[str, dict[str, Value]] = {}
    scalars = [m for m in measures if m.form not in ("distribution", "known_in", "retained")]
    if scalars:
        row = session.execute(scalar_query(scalars, rows)).fetchone() or ()
        for measure, value, error in zip(scalars, row[::2], row[1::2], strict=True):
            if value is not None:
                taken[measure.id] = {"": _value(measure, float(value), float(error or 0))}
    for measure in measures:
        if measure.form == "distribution":
            found = session.execute(distribution_query(measure, rows))
            taken[measure.id] = shares(found.fetchall())
        elif query := _share_query(measure, rows, registers, replaced):
            share, count = session.execute(query).fetchone() or (None, 0)
            if share is not None:
                taken[measure.id] = {"": _value(measure, float(share), float(count))}
    return taken


def _share_query(
    measure: Measure, rows: Rows, registers: Mapping[str, Rows], replaced: Rows | None
) -> str | None:
    """The query of a share that other rows are needed for; None where these lack."""
    if measure.form == "retained":
        return retained_query(measure, rows, replaced) if replaced else None
    if measure.register and measure.register.contract in registers:
        register = registers[measure.register.contract]
        return known_query(measure, rows, register, measure.register.column)
    return None


def _value(measure: Measure, value: float, error: float) -> Value:
    # The query gives the number of rows behind a share, from which its error follows.
    return Value(value, share_error(value, int(error)) if measure.is_share else error)


def kept(
    session: "Connection", suite: Suite, submissions: Mapping[int, str]
) -> dict[int, Measured]:
    """The figures kept of `submissions` (id to period), stale definitions left out."""
    current = {definition(m): m.id for m in suite.measures}
    figures: dict[int, dict[str, dict[str, Value]]] = {i: {} for i in submissions}
    found = session.execute(
        "select submission_id, measure, definition, code, value, standard_error"
        " from submission.measure where submission_id = any(%s)",
        [list(submissions)],
    )
    for submission_id, measure, digest, code, value, error in found:
        if current.get(digest) == measure:
            figures[submission_id].setdefault(measure, {})[code] = Value(value, error)
    return {i: Measured(i, submissions[i], figures[i]) for i in submissions}


def keep(
    session: "Connection", submission_id: int, measures: Sequence[Measure], figures: Figures
) -> None:
    """Write the figures of one submission in the place of earlier ones."""
    with session.transaction(), session.cursor() as cursor:
        cursor.execute(
            "delete from submission.measure where submission_id = %s and measure = any(%s)",
            [submission_id, [m.id for m in measures]],
        )
        cursor.executemany(
            "insert into submission.measure"
            " (submission_id, measure, definition, code, value, standard_error)"
            " values (%s, %s, %s, %s, %s, %s)",
            [
                (submission_id, m.id, definition(m), code, v.value, v.error)
                for m in measures
                for code, v in figures.get(m.id, {}).items()
            ],
        )
