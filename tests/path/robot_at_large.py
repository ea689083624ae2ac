"""The differencing robot on a built and released home, beside what the home holds unprotected."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import polars as pl
from fastapi.testclient import TestClient

from api.app import create_app
from tests.robot.adding import nestings, numerators, summed, sums_of, sums_of_numerators, true_rests
from tests.robot.alike import Alike, Table, alike
from tests.robot.asking import SAID, Told, releases, told
from tests.robot.joining import AMONG, together, true_rests_among
from tests.robot.subtracting import FEW, found_counts, found_sums, with_vintages
from warehouse.database import connect
from warehouse.disclosure import protect, rules, shared
from warehouse.disclosure.rules import Tie
from warehouse.indicator import dataflow
from warehouse.release_source import read_observations

PERCENT = "PT"
Leaks = dict[tuple[str, str], int]


@dataclass(frozen=True)
class Home:
    """All that the newest release of this home tells of national figures, and of earlier ones."""

    client: TestClient

    @cached_property
    def releases(self) -> list[dict[str, Any]]:
        """Every release, the first one first."""
        return releases(self.client)

    @cached_property
    def told(self) -> dict[str, Told]:
        """Each dataflow of the newest release, by id."""
        newest = self.releases[-1]
        return {d: told(self.client, newest, d) for d in newest["manifest"]["dataflows"]}

    @cached_property
    def unprotected(self) -> dict[str, pl.DataFrame]:
        """The same observations before any is withheld, as only the owner of the tables reads."""
        with connect() as session:
            return {
                d: read_observations(session, dataflow(d)).with_columns(
                    name=pl.concat_str(t.key, separator="/")
                )
                for d, t in self.told.items()
            }

    def protected(self, adds: str) -> list[Told]:
        """The dataflows whose whole system is protected, with what earlier releases told of it."""
        found = [
            t
            for t in self.told.values()
            if t.rules.get("adds") == adds and rules(t.id).secondary and t.rules["audit"]
        ]
        return [with_vintages(t, list(self._earlier(t.id))) for t in found]

    def _earlier(self, flow: str) -> Iterator[Told]:
        for release in self.releases[:-1]:
            if flow in release["manifest"]["dataflows"]:
                yield told(self.client, release, flow)

    def true(self, leaks: Leaks, column: str = "obs_value") -> Leaks:
        """Those of the counts found that are the true ones."""
        truth = {flow: self._values(flow, column) for flow in {flow for flow, _ in leaks}}
        return {
            (flow, name): count
            for (flow, name), count in leaks.items()
            if truth[flow].get(name) == count
        }

    def _values(self, flow: str, column: str) -> Mapping[str, float]:
        rows = self.unprotected[flow].select("name", pl.col(column).cast(pl.Float64))
        values = dict(rows.drop_nulls().iter_rows())
        if nestings(self.told[flow]):
            values |= dict(true_rests(self.unprotected[flow], self.told[flow]).iter_rows())
        for known in AMONG:
            if known.outer == flow and known.inner in self.told:
                held = (self._true(known.inner), self._true(known.outer))
                values |= dict(true_rests_among(known, *held).iter_rows())
        return values

    def _true(self, flow: str) -> Told:
        return replace(self.told[flow], rows=self.unprotected[flow].drop("name"))


def home() -> Iterator[Home]:
    """The home that the settings point at, asked through the API."""
    with TestClient(create_app()) as client:
        yield Home(client)


def counts_found(home: Home) -> Leaks:
    """Counts of FEW that follow from all protected dataflows together."""
    systems = [(t, sums_of(t)) for t in home.protected("counts")]
    return home.true(found_counts(together(systems))) if systems else {}


def counts_behind_shares_found(home: Home) -> Leaks:
    """Counts of FEW behind protected shares, of which another dataflow tells the denominators."""
    leaks: Leaks = {}
    for shares in home.protected("means"):
        if shares.description["unit_measure"] != PERCENT:
            continue
        for counts in home.told.values():
            for measure in measures(counts):
                for is_rest in (False, True):
                    seen = numerators(shares, counts, measure, is_rest)
                    if seen is not None:
                        leaks |= found_counts(sums_of_numerators(seen))
    return home.true(leaks, "obs_count")


def wages_found(home: Home, wages: Told | None = None) -> Leaks:
    """Withheld mean wages of a month that follow from the others, times the numbers of workers.

    Within the rounding of what is published; by dataflow and cell, with the true mean. Of the
    workers every number is known, those withheld in DF_EMP_DECLARED too.
    """
    means = wages or home.told["DF_EARNINGS"]
    base = replace(means, rows=means.rows.filter(freq=means.description["freq"]))
    workers = home.told["DF_EMP_DECLARED"]
    every = home.unprotected[workers.id].select(*workers.key, "obs_value").cast(pl.String())
    seen = numerators(base, replace(workers, rows=every), None, is_rest=False)
    assert seen is not None
    value = pl.col("obs_value").cast(pl.Float64)
    rows = home.unprotected[means.id].select("name", mean=value, sum=value * pl.col("obs_count"))
    truth = {name: (mean, total) for name, mean, total in rows.drop_nulls().iter_rows()}
    own = base.rows.with_columns(name=pl.concat_str(base.key, separator="/"))
    withheld = set(own.filter(pl.col("obs_value").is_null())["name"])
    return {
        (flow, name): truth[name][0]
        for (flow, name), (low, high) in found_sums(sums_of_numerators(seen)).items()
        if name in withheld and low - 1 <= truth[name][1] <= high + 1
    }


def measures(counts: Told) -> list[str | None]:
    """The measures of a dataflow that are counts; None of one that has no others."""
    if counts.rules.get("adds") != "counts" or "statistic" in counts.dimensions:
        return []
    if "measure" not in counts.dimensions:
        return [None]
    return counts.rows.filter(summed(counts))["measure"].unique().to_list()


def counts_found_without_secondary(home: Home, flow: str) -> Leaks:
    """The same attack on one dataflow had it been released with primary suppression alone."""
    return home.true(found_counts(sums_of(without_secondary(home, flow))))


def without_secondary(home: Home, flow: str) -> Told:
    """What would be told of a dataflow with primary suppression alone."""
    whole, own = home.told[flow], dataflow(flow)
    alone = replace(rules(flow), secondary=False, tied_to=())
    rows = protect(home.unprotected[flow].drop("name"), own.kind, alone, own).rows
    return replace(whole, rows=rows.select(*whole.key, *SAID).cast(pl.String()))


def unlike(home: Home, flow: str, rows: pl.DataFrame) -> list[str]:
    """The rows of an answer that hide something otherwise than a withheld row may, and those gone.

    A withheld figure has no value, OBS_STATUS Q and a CONF_STATUS that says why; any other has its
    true value; each unprotected observation has its row.
    """
    whole = home.told[flow]
    national = whole.description["kind"] == "national"
    named = rows.with_columns(name=pl.concat_str(whole.key, separator="/"))
    joined = named.join(home.unprotected[flow], on="name", how="full", suffix="_true")
    value, true = pl.col("obs_value").cast(pl.Float64), pl.col("obs_value_true").cast(pl.Float64)
    is_withheld = pl.col("obs_status") == "Q"
    why = pl.col("conf_status").is_in(list(WITHHELD if national else SOURCE_WITHHELD))
    wrong = (
        (pl.col("name").is_null())
        | (is_withheld & (value.is_not_null() | ~why))
        | (~is_withheld & ((pl.col("conf_status") != "F") | value.ne_missing(true)))
        | (value.is_between(FEW.start, FEW.stop - 1).fill_null(False) & counted(whole))
    )
    return (
        joined.filter(wrong.fill_null(True))
        .select(pl.coalesce("name", "name_true"))
        .to_series()
        .to_list()
    )


def counted(whole: Told) -> pl.Expr:
    """Whether a row is a count of persons or acts that the rules of the dataflow protect."""
    return summed(whole) if whole.rules.get("adds") == "counts" else pl.lit(False)


WITHHELD = {"A", "D", "O", "T", "G", "N"}
SOURCE_WITHHELD = {"C"}


def told_alike(home: Home) -> list[Alike]:
    """The tables that two national dataflows of records tell alike, before any is withheld."""
    flows = {
        flow: dataflow(flow)
        for flow, told in home.told.items()
        if told.description["kind"] == "national" and not flow.startswith("DF_SURVEY_")
    }
    return alike({flow: home.unprotected[flow] for flow in flows}, flows)


def is_covered(found: Alike) -> bool:
    """Whether the two tables are protected together, or one of the dataflows is tied to the other.

    By what dataflows `shared` says, over others too: who reached the reception is registered, and
    who is registered is a seeker of DF_TENSION. A code that holds all is not asked for.
    """
    one, other = found.one, found.other
    tied = {(name, tie.dataflow) for name in (one.dataflow, other.dataflow) for tie in _ties(name)}
    if tied & {(one.dataflow, other.dataflow), (other.dataflow, one.dataflow)}:
        return True
    return any(
        table.dataflow == other.dataflow and {*other.fixed} <= {*table.fixed}
        for table in _the_same(one, found.by)
    )


def _ties(flow: str) -> tuple[Tie, ...]:
    return rules(flow).tied_to


def _the_same(table: Table, by: tuple[str, ...]) -> set[Table]:
    """The tables by these dimensions that are the same as `table`, as `shared` says or implies."""
    seen, waiting = set[Table](), [table]
    while waiting:
        told = waiting.pop()
        seen.add(told)
        for share in shared():
            for (here, codes), (there, other_codes) in (share.cells, share.cells[::-1]):
                beside = {d: code for d, code in told.fixed if codes.get(d) != code}
                if here == told.dataflow and {*beside, *by} <= {*share.by}:
                    same = Table(there, tuple(sorted({**other_codes, **beside}.items())))
                    waiting += [same] if same not in seen else []
    return seen
