"""The gate on embedded PostgreSQL, with Great Expectations: history in, verdict out."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from time import sleep

import pytest
from psycopg import Connection

from expectations import waiver
from expectations.gate import gate, write_results
from expectations.measure import Rows, distribution_query, scalar_query
from expectations.results import GateResult, kept_results
from expectations.suite import suite_of
from tests.unit.expectations.loading import Month, Row, accept, load, registers
from warehouse import database
from warehouse.contracts.contract import contract, contracts

pytestmark = pytest.mark.path

USUAL = [Month(rows=980), Month(rows=1000), Month(rows=1020)]

CASES: dict[str, tuple[list[Month], Month, set[str]]] = {
    "first month": ([], Month(rows=400), set()),
    "second month, the same": ([Month()], Month(), set()),
    "three per cent more": (USUAL, Month(rows=1030), set()),
    "forty per cent less": (USUAL, Month(rows=600), {"rows_against_earlier"}),
    "doubled": (USUAL, Month(rows=2000), {"rows_against_earlier"}),
    "wages in dirhams instead of centimes": (
        USUAL,
        Month(wage=50),
        {"mean_wage_in_range", "mean_wage_against_earlier"},
    ),
    "wages twenty-five per cent higher": (USUAL, Month(wage=6250), {"mean_wage_against_earlier"}),
    "situations renamed": (
        USUAL,
        Month(situations={"S1": 0.25, "S2": 0.03}),
        {"situation_against_earlier"},
    ),
    "half of insured numbers unknown": (USUAL, Month(known=0.5), {"known_insured"}),
    "employers unknown": (USUAL, Month(first_employer=500), {"known_employers"}),
    "one odd month accepted before": ([*USUAL, Month(rows=2000)], Month(), set()),
}


@pytest.fixture
def session(warehouse_database: str) -> Iterator[Connection]:
    with database.connect("simimo_pipeline") as session:
        yield session


def judged(number: int, today: date | None = None) -> GateResult:
    return gate([number], today)[number]


def outcome(verdict: GateResult) -> set[str]:
    return {r.expectation for r in verdict.results if r.holds}


def declared(session: Connection, period: str, month: Month, **about: bool) -> int:
    return load(session, "cnss_declarations", period, month.declarations(), **about)


def history(session: Connection, months: list[Month]) -> None:
    for i, month in enumerate(months, 1):
        accept(session, "cnss_declarations", declared(session, f"2025-{i:02}", month))


@pytest.mark.parametrize("case", CASES)
def test_history(session: Connection, case: str) -> None:
    months, now, held_by = CASES[case]
    registers(session)
    history(session, months)
    verdict = judged(declared(session, "2025-09", now))
    assert outcome(verdict) == held_by
    assert verdict.is_held is bool(held_by)
    assert all(len(r.message[lang]) > 10 for r in verdict.results for lang in ("fr", "ar", "en"))


def test_the_reason_says_what_was_found_and_what_was_expected(session: Connection) -> None:
    registers(session)
    history(session, USUAL)
    (reason,) = judged(declared(session, "2025-09", Month(rows=600))).reasons("en")
    assert reason.startswith("Rows declared: 600; expected between 6")
    assert "usual in 2025-01 to 2025-03: 1,000" in reason


def test_without_a_register_agreement_is_information(session: Connection) -> None:
    verdict = judged(declared(session, "2025-01", Month()))
    (found,) = [r for r in verdict.results if r.expectation == "known_insured"]
    assert (found.success, found.severity) == (True, "information")


def test_specimens_are_compared_with_specimens_alone(session: Connection) -> None:
    registers(session)
    history(session, USUAL)
    real = declared(session, "2025-09", Month(rows=400), is_specimen=False)
    assert not judged(real).is_held


def test_one_employers_own_file_warns_and_does_not_hold(session: Connection) -> None:
    registers(session)
    history(session, USUAL)
    verdict = judged(declared(session, "2025-09", Month(rows=12, employers=1)))
    assert not verdict.is_held
    warned = {r.expectation for r in verdict.results if not r.success}
    assert "rows_against_earlier" in warned


RETAINED = """
  again | of 40 workers in force |
     40 | 40                     | passes
     30 | 30                     | passes
     41 | 39                     | passes
      5 | 0                      | held
     40 | 0                      | held
      0 | 0                      | held
"""


@pytest.mark.parametrize("case", RETAINED.strip().splitlines()[1:])
def test_an_employers_file_that_wipes_out_its_declaration_is_held(
    session: Connection, case: str
) -> None:
    """A complementary declaration under an unrelated name looks like a new main one."""
    sent, still, verdict = (word.strip() for word in case.split("|"))
    first = load(session, "cnss_declarations", "2025-06", _workers(range(40)))
    accept(session, "cnss_declarations", first)
    start = 40 - int(still)
    fresh = load(session, "cnss_declarations", "2025-06", _workers(range(start, start + int(sent))))
    if not int(sent):
        _declares_nobody(session, fresh)
    assert gate([fresh])[fresh].is_held is (verdict == "held")


def _workers(numbers: range) -> list[Row]:
    (row,) = Month(rows=1).declarations()
    return [{**row, "numero_assure": f"person-{n}"} for n in numbers]


def _declares_nobody(session: Connection, number: int) -> None:
    session.execute(
        "insert into submission.part (submission_id, part, label, state, version, row_count,"
        " error_count) values (%s, 'affiliate-0', '', 'checked', 1, 0, 0)",
        [number],
    )
    session.commit()


def test_a_file_of_a_few_employers_is_judged_with_the_parts_that_stand(
    session: Connection,
) -> None:
    registers(session)
    history(session, USUAL)
    accept(session, "cnss_declarations", declared(session, "2025-09", Month(rows=950)))
    late = Month(rows=50, employers=2, first_employer=100)
    verdict = judged(declared(session, "2025-09", late))
    (rows,) = [r for r in verdict.results if r.expectation == "rows_against_earlier"]
    assert rows.observed["value"] == 1000
    corrected = Month(rows=40, employers=2)  # replaces two employers of 19 rows each
    verdict = judged(declared(session, "2025-09", corrected))
    (rows,) = [r for r in verdict.results if r.expectation == "rows_against_earlier"]
    assert rows.observed["value"] == 950 - 38 + 40


def test_a_register_that_shrinks_is_held_and_its_replacement_too(session: Connection) -> None:
    registers(session)
    shrunk = [{"numero_affilie": f"affiliate-{i}", "region": "06"} for i in range(150)]
    later = load(session, "cnss_employers", "2025-02", shrunk)
    assert outcome(judged(later)) == {"rows_never_shrink"}
    again = load(session, "cnss_employers", "2025-01", shrunk)
    assert outcome(judged(again)) == {"rows_never_shrink"}


def test_a_first_stock_of_titles_is_no_yardstick_for_months(session: Connection) -> None:
    title = {"sexe": "F", "nationalite": "SENEGALAISE", "motif": "TRAVAIL", "statut": "PREMIERE"}
    sizes = {"2024-12": 3000, "2025-01": 180, "2025-02": 170, "2025-03": 190}
    numbers = [load(session, "dgsn_residence_titles", p, [title] * n) for p, n in sizes.items()]
    assert not any(v.is_held for v in gate(numbers).values())
    stock_again = load(session, "dgsn_residence_titles", "2025-04", [title] * 3000)
    assert "rows_against_earlier" in outcome(gate([*numbers, stock_again])[stock_again])


def test_seasonal_placements_are_compared_with_the_same_month(session: Connection) -> None:
    placed = {"sexe": "2", "pays_destination": "Espagne", "type_contrat": "SAISONNIER"}
    sizes = {"2025-02": 900, "2025-06": 40, "2025-10": 30, "2026-02": 950}
    for period, rows in sizes.items():
        number = load(session, "anapec_placements_abroad", period, [placed] * rows)
        assert not judged(number).is_held
        accept(session, "anapec_placements_abroad", number)
    few = load(session, "anapec_placements_abroad", "2026-06", [placed] * 900)
    assert outcome(judged(few)) == {"rows_against_last_year"}


@pytest.mark.parametrize(("period", "is_held"), [("2025-05", True), ("2025-09", False)])
def test_a_known_break_starts_the_history_anew(
    session: Connection, monkeypatch: pytest.MonkeyPatch, period: str, is_held: bool
) -> None:
    broken = replace(suite_of(contract("cnss_declarations")), breaks=("2025-06",))
    monkeypatch.setattr("expectations.gate.suite_of", lambda _: broken)
    registers(session)
    history(session, USUAL)
    assert judged(declared(session, period, Month(rows=5000))).is_held is is_held


def test_submissions_gated_together_are_history_for_each_other(session: Connection) -> None:
    registers(session)
    numbers = [declared(session, f"2025-{i:02}", m) for i, m in enumerate(USUAL, 1)]
    bad = declared(session, "2025-04", Month(rows=500))
    good = declared(session, "2025-05", Month())
    verdicts = gate([good, bad, *numbers])
    assert [n for n, v in verdicts.items() if v.is_held] == [bad]
    compared = next(r for r in verdicts[good].results if r.expectation == "rows_against_earlier")
    assert compared.observed["compared_with"] == ["2025-01", "2025-02", "2025-03"]


def test_a_waived_failure_does_not_hold_until_its_end(
    session: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "waivers.yml"
    path.write_text(
        "- {contract: cnss_declarations, expectation: rows_against_earlier, owner: Statistique,\n"
        "   reason: {fr: Grève, ar: إضراب, en: Strike}, ends_on: 2026-01-31}\n",
        "utf-8",
    )
    waivers = waiver.read_waivers(path)
    monkeypatch.setattr("expectations.gate.read_waivers", lambda: waivers)
    registers(session)
    history(session, USUAL)
    number = declared(session, "2025-09", Month(rows=600))
    assert not judged(number, date(2026, 1, 31)).is_held
    assert judged(number, date(2026, 2, 1)).is_held


def test_results_are_kept_and_hold_no_key(session: Connection) -> None:
    registers(session)
    history(session, USUAL)
    verdict = judged(declared(session, "2025-09", Month(rows=600)))
    write_results(session, verdict)
    session.commit()
    assert kept_results(verdict.submission_id) == [verdict]
    assert kept_results() == [verdict]
    text = json.dumps([[dict(r.observed), dict(r.message)] for r in verdict.results])
    assert "person-" not in text
    assert "affiliate-" not in text


def test_the_gate_leaves_no_connection_behind(session: Connection) -> None:
    def others() -> int:
        row = session.execute(
            "select count(*) from pg_stat_activity where datname = current_database()"
            " and backend_type = 'client backend' and pid <> pg_backend_pid()"
        ).fetchone()
        session.commit()
        assert row is not None
        return int(row[0])

    registers(session)
    history(session, USUAL)
    judged(declared(session, "2025-09", Month()))
    # The server ends the process of a closed connection a moment later.
    for _ in range(100):
        if others() == 0:
            break
        sleep(0.1)
    assert others() == 0


def test_every_measure_runs_on_its_raw_table(session: Connection) -> None:
    for found in contracts().values():
        for measure in suite_of(found).measures:
            names = ", ".join(["part", *(f'"{c}"' for c in measure.columns)])
            rows = Rows(f"select {names} from raw.{found.id} where submission_id = 0")
            if measure.form == "distribution":
                session.execute(distribution_query(measure, rows))
            elif measure.register is None:
                session.execute(scalar_query([measure], rows))
