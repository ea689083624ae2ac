"""Tables on demand, on PostgreSQL: perturbed, entered in the ledger, never beside a release."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from tests.dataflows import defined
from tests.path.indicators import make_code_list, make_indicator, submit
from warehouse.asked_table import (
    AskedTable,
    CellKeyDisabled,
    PopulationAsked,
    PopulationReleased,
    TooManyDimensions,
    asked_table,
    told_csv,
    told_json,
)
from warehouse.cli import main
from warehouse.database import connect
from warehouse.disclosure.cell_key import CellKeyRules
from warehouse.errors import InvalidFilter, UnknownPeriod
from warehouse.filters import UnknownCode
from warehouse.ledger.reading import entries
from warehouse.population import NothingRecorded, UnknownPopulation
from warehouse.release import make_draft, publish
from warehouse.releasing.workflow import withdraw

pytestmark = pytest.mark.path

ENABLED = CellKeyRules(enabled=True, distance=5, variance=3)
SEEKERS = defined(id="DF_JOBSEEKER", ids=["sex"], sources=["anapec_job_seekers"])
PERIOD = "2025-12"
WOMEN, MEN, FAR = 12, 9, 2


@pytest.fixture
def seekers(
    warehouse_database: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator["psycopg.Connection[Any]"]:
    """Job seekers as a build would leave them, where tables on demand are allowed."""
    monkeypatch.setattr("warehouse.asked_table.cell_key_rules", lambda: ENABLED)
    rows = [("F", "MA-04", n) for n in range(WOMEN)]
    rows += [("M", "MA-06", n) for n in range(WOMEN, WOMEN + MEN)]
    rows += [("M", "MA-12", n) for n in range(WOMEN + MEN, WOMEN + MEN + FAR)]
    with connect() as session:
        session.execute(
            "create schema codelists; create schema indicators; create schema harmonised;"
            "create table harmonised.job_seeker (period text, record_id text, submission_id int,"
            " sex_source_code text, sex_code text, region_code text)"
        )
        for sex, region, n in rows:
            session.execute(
                "insert into harmonised.job_seeker values (%s, %s, 1, '1', %s, %s)",
                [PERIOD, f"record {n}", sex, region],
            )
        make_code_list(session, "cl_sex", ["F", "M", "_T"])
        figures = [("F", PERIOD, WOMEN, WOMEN, "A"), ("M", PERIOD, MEN + FAR, MEN + FAR, "A")]
        make_indicator(session, SEEKERS, figures)
        session.execute(
            "grant usage on schema codelists, indicators to simimo_pipeline;"
            "grant usage on schema harmonised to simimo_analyst, simimo_pipeline;"
            "grant select on all tables in schema codelists, indicators to simimo_pipeline;"
            "grant select on all tables in schema harmonised to simimo_analyst"
        )
        submit(session, "anapec_job_seekers", PERIOD, is_specimen=True)
        session.commit()
        yield session


def ask(*by: str, **filters: list[str]) -> AskedTable:
    return asked_table("job_seeker", PERIOD, by, filters)


def cells(*by: str, **filters: list[str]) -> dict[tuple[str, ...], int]:
    return {tuple(row[:-1]): row[-1] for row in ask(*by, **filters).rows.iter_rows()}


def draft() -> int:
    with connect("simimo_pipeline") as session:
        return make_draft(session, {SEEKERS.id: SEEKERS}, "amina").number


def test_counts_are_perturbed_and_the_same_however_they_are_asked(
    seekers: "psycopg.Connection[Any]",
) -> None:
    found = cells("sex", "region")
    assert abs(found["F", "MA-04"] - WOMEN) <= ENABLED.distance
    assert abs(found["_T", "_T"] - WOMEN - MEN - FAR) <= ENABLED.distance
    assert not set(found.values()) & {0, 1, 2}
    women = found["F", "_T"]
    assert found["F", "MA-04"] == found["_T", "MA-04"] == women
    assert cells("region", "sex")["_T", "F"] == women
    assert cells("sex", sex=["F"])["F",] == women
    assert cells(sex=["F"])[()] == women
    assert cells(region=["MA-01", "MA-04"])[()] == women
    assert ask("sex").is_specimen


def test_the_ledger_tells_what_was_asked(seekers: "psycopg.Connection[Any]") -> None:
    answer = ask("sex", region=["MA-12", "MA-06"])
    with connect("simimo_steward") as session:
        *_, last = entries(session)
    assert (last.action, last.subject) == ("table_asked", "population/job_seeker")
    content = json.loads(last.content)
    assert (content["by"], content["filters"]) == ("sex", "region=MA-06,MA-12")
    assert content["cells"] == answer.rows.height


def test_it_is_refused_while_the_authority_does_not_allow_it(
    seekers: "psycopg.Connection[Any]", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    with pytest.raises(CellKeyDisabled):
        ask("sex")


def test_it_is_refused_beside_a_release_or_a_draft_of_the_same_records(
    seekers: "psycopg.Connection[Any]",
) -> None:
    number = draft()
    with pytest.raises(PopulationReleased, match="DF_JOBSEEKER"):
        ask("sex")
    withdraw(number, "brahim", "À refaire")
    assert cells("sex")
    with connect("simimo_steward") as session:
        assert [e.action for e in entries(session)].count("table_asked") == 1


def test_it_is_refused_once_they_are_published(seekers: "psycopg.Connection[Any]") -> None:
    with connect("simimo_pipeline") as session:
        publish(session, {SEEKERS.id: SEEKERS})
    with pytest.raises(PopulationReleased, match="DF_JOBSEEKER"):
        ask("sex")


def test_a_release_of_records_that_tables_were_given_of_is_refused(
    seekers: "psycopg.Connection[Any]",
) -> None:
    ask("region")
    with pytest.raises(PopulationAsked, match="DF_JOBSEEKER"):
        draft()


def test_what_nobody_can_answer_is_refused_and_not_entered(
    seekers: "psycopg.Connection[Any]",
) -> None:
    with pytest.raises(UnknownPopulation, match="jobseeker"):
        asked_table("jobseeker", PERIOD, ["sex"], {})
    with pytest.raises(UnknownPeriod):
        asked_table("job_seeker", "December", ["sex"], {})
    with pytest.raises(NothingRecorded):
        asked_table("job_seeker", "2024-01", ["sex"], {})
    with pytest.raises(InvalidFilter, match="record_id"):
        ask("record_id")
    with pytest.raises(UnknownCode, match="X"):
        ask("sex", sex=["X"])
    with pytest.raises(TooManyDimensions):
        ask("sex", "region", "education", "occupation")
    with connect("simimo_steward") as session:
        assert not [e for e in entries(session) if e.action == "table_asked"]


def test_files_say_how_their_figures_came_and_no_record(
    seekers: "psycopg.Connection[Any]",
) -> None:
    answer = ask("sex")
    rows = list(csv.DictReader(io.StringIO(told_csv(answer))))
    assert {row["method"] for row in rows} == {"CELL_KEY"}
    assert {row["specimen"] for row in rows} == {"SPECIMEN"}
    document = json.loads(told_json(answer))
    assert document["cell_key"] == {"distance": 5, "variance": 3}
    assert document["additive"] is False
    assert [str(o["obs_value"]) for o in document["observations"]] == [
        row["obs_value"] for row in rows
    ]
    assert "record" not in told_csv(answer)


@pytest.mark.parametrize(
    ("lang", "said"),
    [("fr", "ne sont pas la somme de leurs"), ("ar", "SPECIMEN"), ("en", "not the sums of their")],
)
def test_the_verb_says_how_to_read_it(
    seekers: "psycopg.Connection[Any]",
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    lang: str,
    said: str,
) -> None:
    asked = ["table", "job_seeker", "--by", "sex,region", "--period", PERIOD, "--lang", lang]
    monkeypatch.setattr("sys.argv", ["simimo", *asked])
    with pytest.raises(SystemExit) as ended:
        main()
    assert not ended.value.code
    assert said in capsys.readouterr().out
