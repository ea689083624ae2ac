"""The gate before a release: what may not be released at all, and why.

Pure functions: each looks at rows or submissions and raises a ReleaseRefused named for the rule.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from warehouse.contracts.contract import contracts
from warehouse.disclosure.rules import rules
from warehouse.disclosure.system import is_yearly_code
from warehouse.errors import ReleaseRefused
from warehouse.indicator import TOTAL, YEARLY, Dataflow

if TYPE_CHECKING:
    import polars as pl


class RealNationalData(ReleaseRefused):
    """Real national data stand behind a dataflow that no secondary suppression protects."""

    key = "real_national_data"


class SecondPersonNeeded(ReleaseRefused):
    """Real national data are released in three steps, one of them by a second person."""

    key = "second_person_needed"


class BuildPending(ReleaseRefused):
    """Submissions changed after the last build: the indicators do not tell of them."""

    key = "build_pending"


class CodeChanged(ReleaseRefused):
    """Models, code lists or decisions on codes are newer than the last build, or none was made."""

    key = "code_changed"


class IndicatorNotBuilt(ReleaseRefused):
    """A defined dataflow has no table in schema indicators, or not all of its columns."""

    key = "indicator_not_built"


class FaultyObservations(ReleaseRefused):
    """The observations of a dataflow contradict its definition; `fault` names the finding."""

    def __init__(self, fault: str, dataflow: str, count: int, example: str = "") -> None:
        self.key = f"observations_{fault}"  # type: ignore[misc]
        super().__init__(dataflow=dataflow, count=count, example=example)


@dataclass(frozen=True)
class Submission:
    """One current submission behind a release, with the hash of its bytes.

    `received_on` is the day of its receipt, such as 2026-03-12.
    """

    id: int
    contract: str
    provider: str
    period: str
    version: int
    sha256: str
    is_specimen: bool
    received_on: str | None = None


def behind(dataflow: Dataflow, submissions: Iterable[Submission]) -> list[Submission]:
    """The submissions that stand behind the figures of `dataflow`, in the order given."""
    feeding = set(dataflow.contracts)
    return [s for s in submissions if s.contract in feeding]


def refuse_real_national_data(
    dataflows: Iterable[Dataflow], submissions: Iterable[Submission]
) -> None:
    """Raise RealNationalData where what rests on data neither public nor specimen is not protected.

    That is a national dataflow without secondary suppression and its audit.
    """
    current = list(submissions)
    for dataflow in dataflows:
        if dataflow.kind != "national" or rules(dataflow.id).secondary:
            continue
        for submission in behind(dataflow, current):
            known = contracts().get(submission.contract)
            is_public = known is not None and known.kind == "public"
            if not submission.is_specimen and not is_public:
                raise RealNationalData(
                    dataflow=dataflow.id,
                    submission=submission.id,
                    contract=submission.contract,
                    period=submission.period,
                )


def refuse_faulty(
    rows: "pl.DataFrame", dataflow: Dataflow, codes: Mapping[str, frozenset[str]]
) -> None:
    """Raise FaultyObservations for the first way in which `rows` contradict the definition.

    `codes` holds the known codes of each dimension of the dataflow.
    """
    key = [*dataflow.dimension_ids, "time_period"]
    for fault, found in _faults(rows, dataflow, codes):
        if found.height:
            example = "/".join(str(code) for code in found.select(key).row(0))
            raise FaultyObservations(fault, dataflow.id, found.height, example)


def _faults(
    rows: "pl.DataFrame", dataflow: Dataflow, codes: Mapping[str, frozenset[str]]
) -> Iterable[tuple[str, "pl.DataFrame"]]:
    import polars as pl

    key = [*dataflow.dimension_ids, "time_period"]
    yield "incomplete", rows.filter(pl.any_horizontal(pl.col(key).is_null()))
    yield "doubled", rows.filter(pl.struct(key).is_duplicated())
    yield "infinite", rows.filter(pl.col("obs_value").is_in(["NaN", "Infinity", "-Infinity"]))
    unknown = [~pl.col(d).is_in(list(known)) for d, known in codes.items()]
    yield "uncoded", rows.filter(pl.any_horizontal(unknown)) if unknown else rows.clear()
    if dataflow.kind == "national":
        yield "undeclared", rows.filter(~_is_declared(dataflow))
        negative = (pl.col("obs_count") < 0) | pl.col("obs_count").is_null()
        yield "uncounted", rows.filter(negative & pl.col("obs_value").is_not_null())


def _is_declared(dataflow: Dataflow) -> "pl.Expr":
    """Whether a row stands in a declared table of its frequency: all outside it are totals."""
    import polars as pl

    tables = []
    for table in dataflow.tables:
        conditions = [pl.col(d) == TOTAL for d in dataflow.dimension_ids if d not in table]
        if table in dataflow.yearly_tables:
            conditions.append(pl.col("freq") == YEARLY)
        tables.append(pl.all_horizontal(conditions) if conditions else pl.lit(True))
    declared = pl.any_horizontal(tables)
    if dataflow.yearly_codes:
        declared &= (pl.col("freq") == YEARLY) | ~is_yearly_code(dataflow)
    return declared


def refuse_without_second_person(
    dataflows: Iterable[Dataflow], submissions: Iterable[Submission]
) -> None:
    """Raise SecondPersonNeeded where anything rests on national data that are no specimen."""
    current = list(submissions)
    for dataflow in dataflows:
        if dataflow.kind == "national" and not all(
            s.is_specimen for s in _not_public(behind(dataflow, current))
        ):
            raise SecondPersonNeeded(dataflow=dataflow.id)


def _not_public(submissions: Iterable[Submission]) -> Iterable[Submission]:
    known = contracts()
    return (s for s in submissions if s.contract not in known or known[s.contract].kind != "public")
