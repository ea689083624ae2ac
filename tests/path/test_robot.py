"""The differencing robot over releases: months come, files are replaced, and it subtracts.

Small invented tables of counts, laid out as a build would leave them; every release is asked for in
every way that a reader has.
"""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from itertools import product
from typing import Any

import polars as pl
import psycopg
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from tests.dataflows import defined
from tests.path.indicators import JANUARY, make_code_list, make_indicator, submit
from tests.robot.adding import LIES_IN, REST, sums_of, true_rests
from tests.robot.asking import (
    READERS,
    Told,
    address_formats,
    change_frames,
    contradictions,
    other_answers,
    releases,
    told,
)
from tests.robot.joining import Among, together, true_rests_among
from tests.robot.subtracting import FEW, found_counts, with_vintages
from warehouse.database import connect
from warehouse.disclosure import rules
from warehouse.disclosure.rules import Nesting, Tie
from warehouse.release import publish

pytestmark = pytest.mark.path

FLOW = defined(
    id="DF_WORKERS", sources=["dgsn_residence_titles"], time_aggregation="sum", stock_flow="flow"
)
CITIZENSHIPS = ("SN", "CI", "ML", "MA", "ES")
MONTHS = ("2025-10", "2025-11", "2025-12")
QUARTER = "2025-Q4"
Table = dict[tuple[str, str, str], int]
Truth = dict[str, int]


def finest(draw: random.Random) -> Table:
    """Counts by citizenship, sex and month, many of them small."""
    cells = product(CITIZENSHIPS, "FM", MONTHS)
    return {cell: draw.choice((0, 1, 2, 3, 4, 6, 8, 11, 15, 40)) for cell in cells}


def resubmitted(table: Table, month: str, draw: random.Random) -> Table:
    """The same with another file of one month: some of its cells count a few more."""
    return {
        cell: n + draw.choice((0, 0, 1, 2)) if cell[2] == month and n else n
        for cell, n in table.items()
    }


def observations(table: Table, months: tuple[str, ...]) -> list[tuple[Any, ...]]:
    """Every cell and total of the months told, and of the quarter once it is whole."""
    periods = {month: (month,) for month in months}
    if len(months) == len(MONTHS):
        periods[QUARTER] = MONTHS
    rows = []
    for citizenship, sex, period in product((*CITIZENSHIPS, "_T"), ("F", "M", "_T"), periods):
        count = sum(
            n
            for (c, s, month), n in table.items()
            if citizenship in (c, "_T") and sex in (s, "_T") and month in periods[period]
        )
        if count:
            freq = "Q" if period == QUARTER else "M"
            rows.append((citizenship, sex, period, count, count, "A", freq))
    return rows


@pytest.fixture
def home(warehouse_database: str) -> Iterator["psycopg.Connection[Any]"]:
    """A warehouse with code lists and an indicator without rows."""
    with connect() as session:
        session.execute("create schema codelists; create schema indicators")
        make_code_list(session, "cl_area", [*CITIZENSHIPS, "_T"])
        make_code_list(session, "cl_sex", ["F", "M", "_T"])
        make_indicator(session, FLOW, [])
        session.execute(
            "grant usage on schema codelists, indicators to simimo_pipeline;"
            "grant select on all tables in schema codelists, indicators to simimo_pipeline"
        )
        submit(session, "dgsn_residence_titles", MONTHS[0], is_specimen=True)
        session.commit()
        yield session


@contextmanager
def secondary(is_on: bool) -> Iterator[None]:
    """Releases are made with or without secondary suppression."""
    in_force = replace(rules(FLOW.id), secondary=is_on)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("warehouse.release.rules", lambda _: in_force)
        patched.setattr("api.library.SECONDS_BETWEEN_LOOKS", -1)
        yield


def release(session: "psycopg.Connection[Any]", rows: list[tuple[Any, ...]], rank: int) -> Truth:
    """Publish these observations; gives the counts that nobody may find."""
    session.execute("truncate indicators.df_workers")
    for row in rows:
        session.execute("insert into indicators.df_workers values (%s,%s,%s,%s,%s,%s,%s)", row)
    session.commit()
    with connect("simimo_pipeline") as pipeline:
        publish(pipeline, {FLOW.id: FLOW}, JANUARY.replace(day=rank + 1))
    return {
        f"{freq}/{citizenship}/{sex}/{period}": count
        for citizenship, sex, period, count, _, _, freq in rows
        if count in FEW
    }


def publish_all(session: "psycopg.Connection[Any]", seed: int) -> list[Truth]:
    """Four releases: two months, a third with the quarter, a file sent again, and another."""
    draw = random.Random(seed)
    first = finest(draw)
    again = resubmitted(first, MONTHS[1], draw)
    last = resubmitted(again, MONTHS[2], draw)
    given = [(first, MONTHS[:2]), (first, MONTHS), (again, MONTHS), (last, MONTHS)]
    return [
        release(session, observations(table, months), rank)
        for rank, (table, months) in enumerate(given)
    ]


def told_by(client: TestClient) -> list[Told]:
    """What each release tells, the first one first."""
    return [told(client, known, FLOW.id) for known in releases(client)]


def found(every: list[Told], truths: list[Truth]) -> dict[str, int]:
    """True counts of FEW that the robot finds, by release and cell."""
    leaks = {}
    for whole, truth in zip(every, truths, strict=True):
        others = [other for other in every if other.release != whole.release]
        # By itself, and with what other releases say of figures that did not change.
        for seen in (whole, with_vintages(whole, others)):
            for (_, cell), count in found_counts(sums_of(seen)).items():
                if truth.get(cell) == count:
                    leaks[f"{whole.release} {cell}"] = count
    return leaks


@pytest.mark.parametrize("seed", range(4))
def test_the_robot_finds_no_true_count_of_1_to_4(
    home: "psycopg.Connection[Any]", seed: int
) -> None:
    with secondary(True):
        truths = publish_all(home, seed)
        with TestClient(create_app()) as client:
            every = told_by(client)
    assert all(truths)
    assert found(every, truths) == {}


def test_the_robot_finds_them_where_nothing_is_withheld_beside_them(
    home: "psycopg.Connection[Any]",
) -> None:
    """Without secondary suppression it finds many, so that finding none means something."""
    with secondary(False):
        truths = publish_all(home, 0)
        with TestClient(create_app()) as client:
            every = told_by(client)
    assert len(found(every, truths)) > 10


def test_the_robot_finds_what_releases_betray_together(
    home: "psycopg.Connection[Any]", monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each release is safe by itself; where the pattern is not held, two of them are not."""
    monkeypatch.setattr("warehouse.release.read_audited", lambda *_: None)
    with secondary(True):
        truths = publish_all(home, 0)
        with TestClient(create_app()) as client:
            every = told_by(client)
    alone = [found([whole], [truth]) for whole, truth in zip(every, truths, strict=True)]
    assert alone == [{}] * len(every)
    assert found(every, truths)


def test_a_stricter_rule_withholds_what_an_earlier_release_told(
    home: "psycopg.Connection[Any]",
) -> None:
    """Nothing else could hide it: under the same rules it would have stayed published."""
    few = ("SN", "F", MONTHS[0])
    table = {cell: 7 if cell == few else 40 for cell in product(CITIZENSHIPS, "FM", MONTHS[:1])}
    rows = observations(table, MONTHS[:1])
    with secondary(True):
        release(home, rows, 0)
        stricter = replace(rules(FLOW.id), threshold=10)
        with pytest.MonkeyPatch.context() as patched, TestClient(create_app()) as client:
            patched.setattr("warehouse.release.rules", lambda _: stricter)
            release(home, rows, 1)
            before, after = told_by(client)
    assert before.rows.filter(conf_status="F").height == len(rows)
    cells = after.rows.filter(time_period=MONTHS[0], sex="F", citizenship="SN")
    assert cells["conf_status"].to_list() == ["A"]
    assert after.rows.filter(conf_status="D").height > 0


SURVEY = defined(
    id="DF_RESPONDENTS",
    ids=["ref_area", "sex", "category", "statistic"],
    tables=[["ref_area", "category", "statistic"], ["sex", "category", "statistic"]],
    sources=["dgsn_residence_titles"],
    freq="A",
    time_aggregation="none",
    stock_flow="stock",
)
REGIONS = ("MA-01", "MA-02", "MA-03", "MA-04", "MA-05", "MA-06")
CATEGORIES = {"IMW": ("RES", "NRES"), "IMW_RES": ("RES",), "IMW_NRES": ("NRES",)}


def estimates(draw: random.Random) -> list[tuple[Any, ...]]:
    """Estimated totals and their respondents by region and by sex, of 60 invented workers."""
    persons = [
        (draw.choice((*REGIONS[:2] * 4, *REGIONS)), draw.choice("FM"),
         draw.choice(("RES",) * 9 + ("NRES",)), draw.randint(5, 40))
        for _ in range(60)
    ]  # fmt: skip
    rows: list[tuple[Any, ...]] = []
    domains = [("_T", "_T"), *((region, "_T") for region in REGIONS), ("_T", "F"), ("_T", "M")]
    for (region, sex), (category, held) in product(domains, CATEGORIES.items()):
        weights = [
            weight
            for r, s, status, weight in persons
            if region in (r, "_T") and sex in (s, "_T") and status in held
        ]
        for statistic, value in (("N", len(weights)), ("EST", sum(weights))):
            if weights:
                own = (region, sex, category, statistic, "2025", value, len(weights), "A")
                rows.append(own)
    return rows


@pytest.fixture
def survey(home: "psycopg.Connection[Any]") -> "psycopg.Connection[Any]":
    """The warehouse with the lists of a survey's dataflow."""
    make_code_list(home, "cl_category", [*CATEGORIES])
    make_code_list(home, "cl_statistic", ["EST", "N"])
    for region in REGIONS:
        home.execute(
            "insert into codelists.cl_area values (%s, null, null, 'r', 'r', 'r')", [region]
        )
    return home


def respondents_found(
    session: "psycopg.Connection[Any]", seed: int, is_protected: bool
) -> dict[str, int]:
    """The true numbers of 1 to 4 respondents that follow from a release of the survey."""
    rows = estimates(random.Random(seed))
    make_indicator(session, SURVEY, rows)
    session.execute("grant select on all tables in schema codelists, indicators to simimo_pipeline")
    session.commit()
    in_force = replace(rules("DF_SURVEY_MIGRANT_WORKER"), secondary=is_protected)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("warehouse.release.rules", lambda _: in_force)
        with connect("simimo_pipeline") as pipeline:
            publish(pipeline, {SURVEY.id: SURVEY}, JANUARY)
        with TestClient(create_app()) as client:
            [known] = releases(client)
            whole = told(client, known, SURVEY.id)
    truth = {
        "/".join(("A", *row[:4], row[4])): row[5] for row in rows if row[3] == "N" and row[5] in FEW
    }
    assert truth
    return {
        cell: count
        for (_, cell), count in found_counts(sums_of(whole)).items()
        if truth.get(cell) == count
    }


@pytest.mark.parametrize("seed", range(3))
def test_the_robot_finds_no_true_number_of_1_to_4_respondents(
    survey: "psycopg.Connection[Any]", seed: int
) -> None:
    assert respondents_found(survey, seed, is_protected=True) == {}


def test_the_robot_finds_respondents_where_nothing_is_withheld_beside_them(
    survey: "psycopg.Connection[Any]",
) -> None:
    assert len(respondents_found(survey, 0, is_protected=False)) > 2


WORKERS, EARNERS = (
    defined(
        id=flow,
        ids=["ref_area", "sex", "statistic"],
        tables=[["ref_area", "statistic"], ["sex", "statistic"]],
        sources=["dgsn_residence_titles"],
        freq="A",
        time_aggregation="none",
        stock_flow="stock",
    )
    for flow in ("DF_ALL_WORKERS", "DF_EARNERS")
)
EARNERS_AMONG_WORKERS = Among(EARNERS.id, {}, WORKERS.id, {})


def respondents(draw: random.Random) -> dict[str, list[tuple[Any, ...]]]:
    """The numbers of invented workers, and of those who tell what they earn: nine in ten."""
    persons = [(draw.choice(REGIONS), draw.choice("FM"), draw.random() < 0.9) for _ in range(90)]
    domains = [("_T", "_T"), *((region, "_T") for region in REGIONS), ("_T", "F"), ("_T", "M")]
    rows: dict[str, list[tuple[Any, ...]]] = {WORKERS.id: [], EARNERS.id: []}
    for region, sex in domains:
        here = [told for r, s, told in persons if region in (r, "_T") and sex in (s, "_T")]
        for flow, count in ((WORKERS.id, len(here)), (EARNERS.id, sum(here))):
            if count:
                rows[flow].append((region, sex, "N", "2025", count, count, "A"))
    return rows


def untold_found(
    session: "psycopg.Connection[Any]", seed: int, lies_in: tuple[Tie, ...]
) -> dict[str, int]:
    """The true counts of 1 to 4 who did not tell what they earn that follow from a release."""
    rows = respondents(random.Random(seed))
    for flow in (WORKERS, EARNERS):
        make_indicator(session, flow, rows[flow.id])
    session.execute("grant select on all tables in schema codelists, indicators to simimo_pipeline")
    session.commit()
    counted = replace(rules("DF_SURVEY_EARNINGS"), lies_in=())
    in_force = {WORKERS.id: counted, EARNERS.id: replace(counted, lies_in=lies_in)}
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("warehouse.release.rules", in_force.__getitem__)
        patched.setattr("tests.robot.joining.AMONG", [EARNERS_AMONG_WORKERS])
        with connect("simimo_pipeline") as pipeline:
            publish(pipeline, {flow.id: flow for flow in (WORKERS, EARNERS)}, JANUARY)
        with TestClient(create_app()) as client:
            [known] = releases(client)
            every = {flow: told(client, known, flow) for flow in in_force}
        found_here = found_counts(together([(t, sums_of(t)) for t in every.values()]))
    unprotected = {
        flow: replace(
            every[flow],
            rows=pl.DataFrame(
                [("A", *row[:4], str(row[4])) for row in rows[flow]],
                schema=[*every[flow].key, "obs_value"],
                orient="row",
            ),
        )
        for flow in every
    }
    rests = true_rests_among(
        EARNERS_AMONG_WORKERS, unprotected[EARNERS.id], unprotected[WORKERS.id]
    )
    truth = dict(rests.iter_rows())
    assert any(count in FEW for count in truth.values())
    return {cell: count for (_, cell), count in found_here.items() if truth.get(cell) == count}


@pytest.mark.parametrize("seed", range(3))
def test_the_robot_finds_nobody_who_is_in_one_dataflow_alone(
    survey: "psycopg.Connection[Any]", seed: int
) -> None:
    assert untold_found(survey, seed, (Tie(WORKERS.id),)) == {}


def test_the_robot_subtracts_across_dataflows_where_no_rule_says_so(
    survey: "psycopg.Connection[Any]",
) -> None:
    assert len(untold_found(survey, 0, ())) > 2


SEASON = defined(
    id="DF_SEASON",
    ids=["ref_area", "sex", "measure"],
    tables=[["ref_area", "measure"], ["sex", "measure"]],
    sources=["dgsn_residence_titles"],
    freq="A",
    time_aggregation="none",
)
STEPS = {"DEPARTED": "SELECTED", "RETURNED": "DEPARTED"}
NESTED = (Nesting("measure", STEPS), Nesting("measure", {"REPEATERS": "SELECTED"}))


def seasons(draw: random.Random) -> list[tuple[Any, ...]]:
    """Of invented workers, by region and sex, who was selected, is no newcomer, left, returned."""
    workers = [
        (draw.choice(REGIONS), draw.choice("FFFM"), [draw.random() < p for p in (0.8, 0.9, 0.9)])
        for _ in range(90)
    ]
    domains = [("_T", "_T"), *((region, "_T") for region in REGIONS), ("_T", "F"), ("_T", "M")]
    rows: list[tuple[Any, ...]] = []
    for region, sex in domains:
        here = [did for r, s, did in workers if region in (r, "_T") and sex in (s, "_T")]
        counts = {
            "SELECTED": len(here),
            "REPEATERS": sum(repeated for repeated, _, _ in here),
            "DEPARTED": sum(departed for _, departed, _ in here),
            "RETURNED": sum(departed and back for _, departed, back in here),
        }
        rows += [(region, sex, m, "2025", n, n, "A") for m, n in counts.items() if n]
    return rows


def left_behind_found(
    session: "psycopg.Connection[Any]", seed: int, within: tuple[Nesting, ...]
) -> dict[str, int]:
    """The true counts of 1 to 4, and of those who did not go on, that follow from a release."""
    rows = seasons(random.Random(seed))
    make_indicator(session, SEASON, rows)
    session.execute("grant select on all tables in schema codelists, indicators to simimo_pipeline")
    session.commit()
    in_force = replace(rules(SEASON.id), within=within)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("warehouse.release.rules", lambda _: in_force)
        patched.setitem(LIES_IN, SEASON.id, [asdict(nesting) for nesting in NESTED])
        with connect("simimo_pipeline") as pipeline:
            publish(pipeline, {SEASON.id: SEASON}, JANUARY)
        with TestClient(create_app()) as client:
            [known] = releases(client)
            whole = told(client, known, SEASON.id)
        found_here = found_counts(sums_of(whole))
        unprotected = pl.DataFrame(
            [("A", *row[:4], str(row[4])) for row in rows],
            schema=[*whole.key, "obs_value"],
            orient="row",
        )
        truth = dict(true_rests(unprotected, whole).iter_rows())
    truth |= {"/".join(("A", *row[:4])): row[4] for row in rows}
    assert any(count in FEW for count in truth.values())
    return {cell: count for (_, cell), count in found_here.items() if truth.get(cell) == count}


@pytest.fixture
def season(survey: "psycopg.Connection[Any]") -> "psycopg.Connection[Any]":
    """The warehouse with the measures of a season."""
    make_code_list(survey, "cl_measure", ["SELECTED", "REPEATERS", *STEPS])
    return survey


@pytest.mark.parametrize("seed", range(3))
def test_the_robot_finds_nobody_who_did_not_go_on(
    season: "psycopg.Connection[Any]", seed: int
) -> None:
    assert left_behind_found(season, seed, NESTED) == {}


def test_the_robot_finds_who_did_not_go_on_where_no_rule_says_so(
    season: "psycopg.Connection[Any]",
) -> None:
    """Each table by itself adds up and is protected; measures are subtracted from each other."""
    found_here = left_behind_found(season, 0, ())
    assert sum(REST in cell for cell in found_here) > 2


def test_every_way_to_ask_tells_the_same(home: "psycopg.Connection[Any]") -> None:
    """By every release, as of its instant, filter, frequency and format, and in the changes."""
    with secondary(True):
        publish_all(home, 0)
        with TestClient(create_app()) as client:
            former = None
            for known in releases(client):
                whole = told(client, known, FLOW.id)
                asked = 0
                for way, rows in other_answers(client, whole, known["released_at"]):
                    asked += 1
                    assert contradictions(whole, rows).rows() == [], way
                for other, rows in change_frames(client, whole, former):
                    assert contradictions(other, rows).rows() == [], "changes"
                assert asked > 10
                former = whole


def test_a_format_that_the_robot_cannot_read_is_not_offered() -> None:
    assert address_formats() <= set(READERS)
