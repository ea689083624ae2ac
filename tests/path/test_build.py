"""The build on embedded PostgreSQL: what is marked is rebuilt, and nothing else is lost."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from warehouse import build as stage
from warehouse.build import BuildSummary, build
from warehouse.contracts.contract import contract
from warehouse.database import connect
from warehouse.errors import BuildFailed
from warehouse.raw import attach_partition, create_partition

pytestmark = pytest.mark.path

WORKERS = "select time_period, obs_value from indicators.df_emp_declared where {totals} order by 1"
TOTALS = " and ".join(f"{d} = '_T'" for d in ("citizenship", "sex", "age", "activity", "ref_area"))


@pytest.fixture
def session(warehouse_database: str) -> Iterator["psycopg.Connection[Any]"]:
    with connect(autocommit=True) as opened:
        yield opened


def test_a_build_follows_what_is_accepted(built_database: str) -> None:
    """A first month, nothing to do, a new month, a corrected month, a withdrawn month."""
    with connect(autocommit=True) as session:
        _months_come_and_go(session)


def _months_come_and_go(session: "psycopg.Connection[Any]") -> None:
    january = declare(session, "2026-01", ["amina", "moussa"])
    assert not build(test=True).is_full
    assert workers(session) == {"2026-01": 2}
    assert marks(session) == 0

    assert build() == BuildSummary(False, 0, 0, pytest.approx(0, abs=60))

    february = declare(session, "2026-02", ["amina", "moussa", "fatou"])
    built = build()
    assert (built.is_full, built.periods) == (False, 1)
    assert workers(session) == {"2026-01": 2, "2026-02": 3}

    set_state(session, january, "superseded")
    declare(session, "2026-01", ["amina"])
    build()
    assert workers(session) == {"2026-01": 1, "2026-02": 3}

    set_state(session, february, "withdrawn")
    mark(session, "2026-02")
    build()
    assert workers(session) == {"2026-01": 1}


@pytest.mark.parametrize("loads_seeds", [False, True])
def test_what_was_built_from_other_files_is_built_anew(
    built_database: str, monkeypatch: pytest.MonkeyPatch, loads_seeds: bool
) -> None:
    """With its code lists and corrections where these are what has changed."""
    with connect(autocommit=True) as session:
        changed = "project_hash = 'other'" + (", seeds_hash = 'other'" if loads_seeds else "")
        session.execute(f"update harmonised.build set {changed}")
    calls: list[list[str]] = []
    monkeypatch.setattr(stage, "_run_dbt", lambda _project, words, *_: calls.append(words) or 1)
    assert build().is_full
    assert ["--full-refresh" in words for words in calls] == [True, True]
    assert ["seed" in words for words in calls] == [loads_seeds, False]


def test_a_failed_build_leaves_the_marks(
    session: "psycopg.Connection[Any]", monkeypatch: pytest.MonkeyPatch
) -> None:
    declare(session, "2026-01", ["amina"])
    monkeypatch.setattr(stage, "_arguments", lambda *_words: ["build", "--select", "stg_x", "--x"])
    with pytest.raises(BuildFailed):
        build()
    assert marks(session) == 1


def test_a_month_that_never_came(built_database: str) -> None:
    """A flow has no figure of it; a stock is estimated from it on, until it comes."""
    with connect(autocommit=True) as session:
        _a_month_never_comes(session)


def _a_month_never_comes(session: "psycopg.Connection[Any]") -> None:
    for period in ("2026-01", "2026-03"):
        declare(session, period, ["amina"])
    decide(session, "2026-01", "REPRISE", ["title 1", "title 2"])
    decide(session, "2026-03", "PREMIERE", ["title 3"])
    build()
    assert workers(session) == {"2026-01": 1, "2026-03": 1}
    assert titles(session) == {
        "2026-01": ("A", 2),
        "2026-02": ("E", 2),
        "2026-03": ("E", 3),
    }
    decide(session, "2026-02", "PREMIERE", ["title 4"])
    assert not build().is_full
    assert titles(session) == {
        "2026-01": ("A", 2),
        "2026-02": ("A", 3),
        "2026-03": ("P", 4),
    }


def declare(session: "psycopg.Connection[Any]", period: str, people: list[str]) -> int:
    """An accepted submission in which one employer declares `people`; its period is marked."""
    declared = {
        "record_type": "B02",
        "numero_affilie": "hotel",
        "jours_declares": "26",
        "salaire_reel": "0000000515200",
        "salaire_plafonne": "000515200",
    }
    rows = [{**declared, "numero_assure": name} for name in people]
    return submit(session, "cnss_declarations", period, rows)


def decide(session: "psycopg.Connection[Any]", period: str, status: str, titles: list[str]) -> int:
    """An accepted submission of decisions on `titles`, valid to the year's end."""
    decided = {
        "date_decision": f"{period}-15",
        "date_delivrance": f"{period}-15",
        "date_expiration": "2026-12-31",
        "statut": status,
    }
    rows = [{**decided, "numero_titre": title} for title in titles]
    return submit(session, "dgsn_residence_titles", period, rows)


def submit(
    session: "psycopg.Connection[Any]", contract_id: str, period: str, rows: list[dict[str, str]]
) -> int:
    """An accepted submission of one part that holds `rows`; its period is marked."""
    row = session.execute(
        """
        insert into submission.submission (
            contract, contract_version, provider, coverage, period, version, file_name, sha256,
            size_bytes, state, row_count, error_count, warning_count, is_specimen, report
        ) values (
            %s, '1', %s, 'period', %s, 1, 'f', %s, 1, 'accepted', %s, 0, 0, true, '{}'
        ) returning id
        """,
        [contract_id, contract(contract_id).provider, period, str(rows), len(rows)],
    ).fetchone()
    assert row is not None
    number = int(row[0])
    session.execute(
        "insert into submission.part (submission_id, part, label, state, version, row_count, "
        "error_count) values (%s, 'hotel', '', 'accepted', 1, %s, 0)",
        [number, len(rows)],
    )
    partition = create_partition(session, "raw", contract_id, number)
    for line, row in enumerate(rows, start=1):
        given = {"part": "hotel", "line_number": line, **row}
        statement = psycopg.sql.SQL("insert into {} ({}) values ({})").format(
            partition,
            psycopg.sql.SQL(", ").join(map(psycopg.sql.Identifier, given)),
            psycopg.sql.SQL(", ").join([psycopg.sql.Placeholder()] * len(given)),
        )
        session.execute(statement, list(given.values()))
    session.execute(psycopg.sql.SQL("alter table {} owner to simimo_pipeline").format(partition))
    attach_partition(session, "raw", contract_id, number)
    mark(session, period, contract_id)
    return number


def set_state(session: "psycopg.Connection[Any]", number: int, state: str) -> None:
    session.execute("update submission.submission set state = %s where id = %s", [state, number])
    session.execute(
        "update submission.part set state = %s where submission_id = %s", [state, number]
    )


def mark(
    session: "psycopg.Connection[Any]", period: str, contract_id: str = "cnss_declarations"
) -> None:
    session.execute(
        "insert into submission.affected_period (contract, period, reason) values (%s, %s, 'test')",
        [contract_id, period],
    )


def marks(session: "psycopg.Connection[Any]") -> int:
    row = session.execute("select count(*) from submission.affected_period").fetchone()
    return int(row[0]) if row else 0


def workers(session: "psycopg.Connection[Any]") -> dict[str, int]:
    """Workers declared, all together, by month."""
    return {period: int(value) for period, value in session.execute(WORKERS.format(totals=TOTALS))}


def titles(session: "psycopg.Connection[Any]") -> dict[str, tuple[str, int]]:
    """Status and number of the titles valid, all together, by month."""
    dimensions = ("citizenship", "sex", "age", "ref_area", "reason", "permit_type")
    total = " and ".join(f"{d} = '_T'" for d in dimensions)
    found = session.execute(
        "select time_period, obs_status, obs_value from indicators.df_title_stock "
        f"where freq = 'M' and {total}"
    )
    return {period: (status, int(value)) for period, status, value in found}
