"""The populations that an analyst may ask a table of: harmonised facts with one row a record."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from warehouse.contracts.contract import contracts
from warehouse.errors import SimimoError
from warehouse.indicator import COMMON_DIMENSIONS, Labels, dataflows
from warehouse.messages import LANGUAGES
from warehouse.settings import settings

if TYPE_CHECKING:
    import polars as pl
    import psycopg

NUMBERED_BY: Mapping[str, tuple[str, ...]] = {
    "employment": ("worker_id", "employer_id"),
    "residence_permit": ("residence_title_pseudonym",),
    "journey": ("anapec_number_pseudonym", "step_number"),
}
"""What numbers a record from month to month, where its own id names the month too."""

CODE = "_code"
SOURCE_CODE = "_source_code"
AREAS = ("country", "citizenship")
LISTED_AS = {
    "status_6_months": "cl_business_status",
    "status_12_months": "cl_business_status",
    "psu": "cl_commune",
}
"""The code lists of columns that are not called by them."""


class UnknownPopulation(SimimoError):
    """No harmonised fact with one row a record has this name."""

    key = "unknown_population"
    http_status = 404


class NothingRecorded(SimimoError):
    """The population has no record of this period."""

    key = "nothing_recorded"
    http_status = 404


@dataclass(frozen=True)
class Population:
    """Records of one fact, such as job_seeker; `columns` are the codes that they hold (sex …)."""

    name: str
    columns: tuple[str, ...]

    @property
    def contracts(self) -> frozenset[str]:
        """The ids of the contracts whose records they are."""
        return frozenset(c.id for c in contracts().values() if c.fact == self.name)

    @property
    def counted_by(self) -> tuple[str, ...]:
        """The national dataflows that count these records or take something from them.

        Those come first that name their extract among their sources.
        """
        counting = [
            flow
            for flow in dataflows().values()
            if flow.kind == "national" and self.contracts & set(flow.contracts)
        ]
        counting.sort(key=lambda flow: (flow.sources[0] not in self.contracts, len(flow.sources)))
        return tuple(flow.id for flow in counting)


def populations() -> tuple[str, ...]:
    """The name of every population, in alphabetical order."""
    return tuple(sorted({c.fact for c in contracts().values() if c.kind == "records"}))


def population(session: "psycopg.Connection[Any]", name: str) -> Population:
    """The population called `name`, as the last build left it; raises UnknownPopulation."""
    if name not in populations():
        raise UnknownPopulation(population=name, known=", ".join(populations()))
    found = session.execute(
        """
        select a.attname
        from pg_attribute as a
        inner join pg_class as c on a.attrelid = c.oid
        inner join pg_namespace as n on c.relnamespace = n.oid
        where n.nspname = 'harmonised' and c.relname = %s and a.attnum > 0 and not a.attisdropped
        order by a.attnum
        """,
        [name],
    )
    columns = [column for (column,) in found]
    codes = [c for c in columns if c.endswith(CODE) and not c.endswith(SOURCE_CODE)]
    # The code of an interviewer is no variable of anybody.
    listed = [c.removesuffix(CODE) for c in codes if code_list(c.removesuffix(CODE))]
    return Population(name, tuple(listed))


def read_records(session: "psycopg.Connection[Any]", of: Population, period: str) -> "pl.DataFrame":
    """The records of a period: their codes, and in `number` what numbers each of them.

    Raises NothingRecorded.
    """
    import io

    import polars as pl
    from psycopg.sql import SQL, Identifier, Literal

    numbered = NUMBERED_BY.get(of.name, ("record_id",))
    number = SQL("coalesce(nullif(concat_ws('|', {}), ''), record_id)").format(
        SQL(", ").join(map(Identifier, numbered))
    )
    columns = [SQL("{}").format(Identifier(column + CODE)) for column in of.columns]
    query = SQL("copy (select {} from harmonised.{} where period = {}) to stdout (format csv)")
    with session.cursor() as cursor:
        asked = SQL(", ").join([*columns, number])
        with cursor.copy(query.format(asked, Identifier(of.name), Literal(period))) as rows:
            content = b"".join(bytes(row) for row in rows)
    if not content:
        raise NothingRecorded(
            population=of.name, period=period, known=_periods_said(session, of.name)
        )
    schema = dict.fromkeys([*of.columns, "number"], pl.String())
    return pl.read_csv(io.BytesIO(content), has_header=False, schema=schema)


def _periods_said(session: "psycopg.Connection[Any]", name: str) -> str:
    from psycopg.sql import SQL, Identifier

    found = session.execute(
        SQL("select distinct period from harmonised.{} order by 1").format(Identifier(name))
    )
    return ", ".join(period for (period,) in found) or "–"


def code_list(column: str) -> str | None:
    """The list of the codes of a harmonised column, such as cl_area of citizenship."""
    if column in LISTED_AS:
        return LISTED_AS[column]
    if any(word in column for word in AREAS):
        return "cl_area"
    if column in COMMON_DIMENSIONS:
        return COMMON_DIMENSIONS[column].code_list
    path = settings().dbt_dir / "seeds" / "codelists" / f"cl_{column}.csv"
    return path.stem if path.exists() else None


def column_label(column: str) -> Labels:
    """What a reader calls a harmonised column; its own name where nobody calls it otherwise."""
    if column in COMMON_DIMENSIONS:
        return COMMON_DIMENSIONS[column].label
    found = [c.labels for known in contracts().values() for c in known.columns if _is(c, column)]
    return found[0] if found else dict.fromkeys(LANGUAGES, column)


def _is(column: Any, name: str) -> bool:
    return bool(column.variable == name)
