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


def test_a_build_follows_what_is_accepted(session: "psycopg.Connection[Any]") -> None:
    """First build, nothing to do, a new month, a corrected month, a withdrawn month."""
    january = declare(session, "2026-01", ["amina", "moussa"])
    assert build(test=True).is_full
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


def test_a_failed_build_leaves_the_marks(
    session: "psycopg.Connection[Any]", monkeypatch: pytest.MonkeyPatch
) -> None:
    declare(session, "2026-01", ["amina"])
    monkeypatch.setattr(stage, "_arguments", lambda *_words: ["build", "--select", "stg_x", "--x"])
    with pytest.raises(BuildFailed):
        build()
    assert marks(session) == 1


def declare(session: "psycopg.Connection[Any]", period: str, people: list[str]) -> int:
    """An accepted submission in which one employer declares `people`; its period is marked."""
    declarations = contract("cnss_declarations")
    row = session.execute(
        """
        insert into submission.submission (
            contract, contract_version, provider, coverage, period, version, file_name, sha256,
            size_bytes, state, row_count, error_count, warning_count, is_specimen, report
        ) values (
            %s, '1', 'cnss', 'period', %s, 1, 'f', %s, 1, 'accepted', %s, 0, 0, true, '{}'
        ) returning id
        """,
        [declarations.id, period, "-".join(people), len(people)],
    ).fetchone()
    assert row is not None
    number = int(row[0])
    session.execute(
        "insert into submission.part (submission_id, part, label, state, version, row_count, "
        "error_count) values (%s, 'hotel', '', 'accepted', 1, %s, 0)",
        [number, len(people)],
    )
    partition = create_partition(session, "raw", declarations.id, number)
    for line, name in enumerate(people, start=1):
        session.execute(
            psycopg.sql.SQL(
                "insert into {} (part, line_number, record_type, numero_affilie, numero_assure, "
                "jours_declares, salaire_reel, salaire_plafonne) "
                "values ('hotel', %s, 'B02', 'hotel', %s, '26', '0000000515200', '000515200')"
            ).format(partition),
            [line, name],
        )
    session.execute(psycopg.sql.SQL("alter table {} owner to simimo_pipeline").format(partition))
    attach_partition(session, "raw", declarations.id, number)
    mark(session, period)
    return number


def set_state(session: "psycopg.Connection[Any]", number: int, state: str) -> None:
    session.execute("update submission.submission set state = %s where id = %s", [state, number])
    session.execute(
        "update submission.part set state = %s where submission_id = %s", [state, number]
    )


def mark(session: "psycopg.Connection[Any]", period: str) -> None:
    session.execute(
        "insert into submission.affected_period (contract, period, reason) "
        "values ('cnss_declarations', %s, 'test')",
        [period],
    )


def marks(session: "psycopg.Connection[Any]") -> int:
    row = session.execute("select count(*) from submission.affected_period").fetchone()
    return int(row[0]) if row else 0


def workers(session: "psycopg.Connection[Any]") -> dict[str, int]:
    """Workers declared, all together, by month."""
    return {period: int(value) for period, value in session.execute(WORKERS.format(totals=TOTALS))}
