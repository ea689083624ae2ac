"""An unknown code is counted and kept as _U; once decided, the rows take the code by themselves."""

from dataclasses import replace
from datetime import date

import pytest

from tests.factories import many, write_csv
from warehouse.build import build
from warehouse.coding.store import coder
from warehouse.database import connect
from warehouse.desk import decision
from warehouse.desk.correspondence import Correspondence
from warehouse.desk.decision import approve, decide, decisions, record, revoke
from warehouse.desk.errors import ApprovalRefused, CorrespondenceRefused, DecisionSettled
from warehouse.desk.exchange import correspondence_of, import_file
from warehouse.desk.listing import unmapped_listing
from warehouse.desk.unmapped import unmapped
from warehouse.errors import ReasonMissing
from warehouse.submission import receive_file

pytestmark = pytest.mark.path

CONTRACT, PERIOD = "dgsn_residence_titles", "2026-03"
KNOWN, UNKNOWN = 40, 2


def test_an_unknown_code_waits_for_the_desk(built_database, tmp_path):
    known = many(KNOWN, numero_titre="Z{:06d}Z")
    unknown = ({"numero_titre": f"Z9{n:05d}Z", "nationalite": "ATLANTE"} for n in range(UNKNOWN))
    path = write_csv(tmp_path / "SPECIMEN.csv", CONTRACT, *known, *unknown)
    report = receive_file(path, CONTRACT, PERIOD, is_specimen=True, gate=False)
    assert (report.state, report.total("warning")) == ("accepted", UNKNOWN)
    build()
    assert _citizenships() == {"SN": KNOWN, "_U": UNKNOWN}
    (waiting,) = unmapped("dgsn")
    assert waiting.source_code == "ATLANTE"
    with connect("simimo_analyst") as session:
        (token,) = session.execute("select source_code from harmonised.unmapped_code").fetchone()
    assert token.startswith("?")
    assert (waiting.variable, waiting.row_count, waiting.first_period) == ("area", UNKNOWN, PERIOD)
    row = Correspondence("dgsn", waiting.source_code, "ML", "close")
    (number,) = decide("area", row, "nadia", "confirmed by telephone").numbers
    assert not build().is_full
    assert _citizenships() == {"SN": KNOWN, "ML": UNKNOWN}
    assert unmapped("dgsn") == []
    assert _to_read() == [("nationalite", token, None, UNKNOWN)]
    revoke(number, "nadia", "confirmed by mistake")
    assert not build().is_full
    assert _citizenships() == {"SN": KNOWN, "_U": UNKNOWN}
    (again,) = unmapped("dgsn")
    assert again.source_code == "ATLANTE"


def test_what_no_list_knows_is_nowhere_in_clear_for_an_analyst(built_database, tmp_path):
    """A name, an Arabic adjective and text with a number are pasted; none leaves the door."""
    pasted = (
        {"numero_titre": "Z900001Z", "nationalite": "FATOUMATA"},
        {"numero_titre": "Z900002Z", "nationalite": "أطلنطية"},
        {"numero_titre": "Z900003Z", "profession": "COMPTABLE, tél. 06 00 00 00 00"},
        {"numero_titre": "Z900004Z", "profession": "Aminata DIOP"},
    )
    path = write_csv(
        tmp_path / "SPECIMEN.csv", CONTRACT, *many(80, numero_titre="Z{:06d}Z"), *pasted
    )
    report = receive_file(path, CONTRACT, PERIOD, is_specimen=True, gate=False)
    assert (report.state, report.total("warning")) == ("accepted", len(pasted))
    build()
    clear = ("FATOUMATA", "أطلنطية", "اطلنطية", "06 00", "DIOP")
    for role, relation in (
        ("simimo_transform", "raw.dgsn_residence_titles"),
        ("simimo_linkage", "identity.person_record"),
        ("simimo_analyst", "harmonised.residence_permit"),
        ("simimo_analyst", "harmonised.unmapped_code"),
    ):
        held = _text_of(role, relation)
        assert held
        # Names are what identity is for, and nothing but names.
        told = clear[:-1] if relation.startswith("identity") else clear
        assert not [word for word in told if word in held]
    assert {value for _, _, value, _ in _to_read()} == {"FATOUMATA", "اطلنطية"}


ATLANTE = Correspondence("dgsn", "ATLANTE", "ML", "close")


def test_a_decision_holds_at_the_door_from_its_first_day(warehouse_database, tmp_path):
    """Decided from February on: known in February's file, a token in January's."""
    decide("area", replace(ATLANTE, valid_from=date(2026, 2, 1)), "nadia", "a new code list")
    warnings = {}
    for period in ("2026-01", "2026-02"):
        day = {"date_decision": f"14/{period[-2:]}/2026"}
        known = ({**row, **day} for row in many(KNOWN, numero_titre="Z{:06d}Z"))
        path = write_csv(
            tmp_path / f"SPECIMEN_{period}.csv",
            CONTRACT,
            *known,
            {**day, "numero_titre": "Z900001Z", "nationalite": "Atlante"},
        )
        report = receive_file(path, CONTRACT, period, is_specimen=True, gate=False)
        warnings[period] = {c.rule for c in report.counts if c.column == "nationalite"}
    assert warnings == {"2026-01": {"unknown_code"}, "2026-02": set()}
    with connect("simimo_transform") as session:
        held = session.execute(
            "select s.period, left(r.nationalite, 1) from raw.dgsn_residence_titles as r "
            "inner join submission.current_submission as s using (submission_id) "
            "where r.nationalite not like 'SEN%' order by 1"
        ).fetchall()
    assert held == [("2026-01", "?"), ("2026-02", "A")]


def test_codes_of_a_rejected_file_wait_for_the_desk_until_it_is_accepted(
    warehouse_database, tmp_path
):
    """Too many unknown codes reject the file: then above all the steward must see them."""
    known = many(KNOWN, numero_titre="Z{:06d}Z")
    unknown = ({"numero_titre": f"Z9{n:05d}Z", "nationalite": "ATLANTE"} for n in range(KNOWN))
    path = write_csv(tmp_path / "SPECIMEN.csv", CONTRACT, *known, *unknown)

    def sent() -> str:
        return receive_file(path, CONTRACT, PERIOD, is_specimen=True, gate=False).state

    assert (sent(), sent()) == ("rejected", "rejected")
    (waiting,) = unmapped("dgsn", "area")
    assert (waiting.source_code, waiting.row_count) == ("ATLANTE", KNOWN)
    assert (waiting.state, waiting.first_period) == ("rejected", PERIOD)
    for lang, said in (("fr", "fichier rejeté"), ("ar", "ملف مرفوض"), ("en", "file rejected")):
        assert said in unmapped_listing([waiting], "text", lang)
    assert unmapped("cnss") == unmapped("dgsn", "region") == []
    decide("area", ATLANTE, "nadia", "confirmed by telephone")
    assert unmapped() == []
    assert sent() == "accepted"
    assert unmapped() == []


def test_codes_of_a_rejected_file_go_once_a_better_one_came(warehouse_database, tmp_path):
    unknown = ({"numero_titre": f"Z9{n:05d}Z", "nationalite": "ATLANTE"} for n in range(KNOWN))
    bad = write_csv(tmp_path / "SPECIMEN_1.csv", CONTRACT, *unknown)
    good = write_csv(tmp_path / "SPECIMEN_2.csv", CONTRACT, *many(KNOWN, numero_titre="Z{:06d}Z"))
    receive_file(bad, CONTRACT, PERIOD, is_specimen=True, gate=False)
    assert [code.state for code in unmapped()] == ["rejected"]
    receive_file(good, CONTRACT, PERIOD, is_specimen=True, gate=False)
    assert unmapped() == []


@pytest.fixture
def two_persons(monkeypatch, warehouse_database):
    """A rule that a second person approves what is decided on areas."""
    monkeypatch.setattr(decision, "second_person", lambda: frozenset({"area"}))


def test_a_second_person_approves_where_the_rule_asks_for_one(two_persons):
    recorded = decide("area", ATLANTE, "nadia", "by telephone")
    (number,) = recorded.numbers
    assert recorded.status == "proposed"
    assert _in_force() == []
    with pytest.raises(ApprovalRefused):
        approve(number, "nadia")
    assert approve(number, "karim").approved_by == "karim"
    assert _in_force() == ["ML"]
    with pytest.raises(DecisionSettled):
        approve(number, "karim")


def test_the_newest_decision_replaces_and_a_revoked_one_gives_way(warehouse_database):
    decide("area", ATLANTE, "nadia", "by telephone")
    (newest,) = decide("area", replace(ATLANTE, code="SN"), "karim", "by letter").numbers
    assert _codes_of("ATLANTE") == ["SN"]
    revoke(newest, "nadia", "the letter was of somebody else")
    assert _codes_of("ATLANTE") == ["ML"]
    assert [(d.code, d.status) for d in decisions("area")] == [
        ("SN", "revoked"),
        ("ML", "approved"),
    ]


def test_a_decision_without_a_reason_or_with_a_wrong_code_is_refused(warehouse_database):
    with pytest.raises(ReasonMissing):
        decide("area", ATLANTE, "nadia", " ")
    with pytest.raises(CorrespondenceRefused):
        record("area", [(1, ATLANTE), (2, replace(ATLANTE, code="XX"))], "nadia", "all")
    assert decisions() == []


def test_ten_thousand_published_titles_become_decisions_once(warehouse_database, real_data):
    columns = {"source_code": "rome_appellation", "code": "isco08", "quality": "relation"}
    path = real_data / "esco_rome" / "derived_rome_appellation_to_isco08.csv"
    first, again = (
        import_file(path, "occupation_title", "nadia", "ESCO and ROME", columns) for _ in range(2)
    )
    assert (len(first.numbers), first.unchanged) == (9683, 0)
    assert (len(again.numbers), again.unchanged) == (0, 9683)


def test_what_many_rows_say_alike_is_decided_once(warehouse_database, tmp_path):
    path = tmp_path / "titles.csv"
    path.write_text(
        "appellation,relation,label,isco08\n"
        "Souffleur de nuages,skos:closeMatch,sculpteur de nuages,7315\n"
        "Souffleuse de brumes,skos:broadMatch,sculpteur de nuages,7315\n",
        "utf-8",
    )
    titles = {"source_code": "appellation", "code": "isco08", "quality": "relation"}
    labels = {"source_code": "label", "code": "isco08"}
    first, second = (
        import_file(path, "occupation_title", "nadia", "published", columns)
        for columns in (titles, labels)
    )
    assert (len(first.numbers), len(second.numbers)) == (2, 1)
    codings = coder().code(["SCULPTRICE DE NUAGES", "souffleur de brumes"])
    assert [(c.code, c.method) for c in codings] == [("7315", "exact")] * 2


def _in_force() -> list[str]:
    with connect("simimo_analyst") as session:
        rows = session.execute("select code from codes.decision_in_force order by id")
        return [code for (code,) in rows]


def _codes_of(source_code: str) -> list[str]:
    return [row.code for row in correspondence_of("area") if row.source_code == source_code]


def _to_read() -> list[tuple[str, str, str | None, int]]:
    with connect("simimo_steward") as session:
        return session.execute(
            "select column_name, token, value, row_count from codes.unknown_value order by token"
        ).fetchall()


def _text_of(role: str, relation: str) -> str:
    with connect(role) as session:
        return str(session.execute(f"select * from {relation}").fetchall())


def _citizenships() -> dict[str, int]:
    with connect("simimo_analyst") as session:
        rows = session.execute(
            "select citizenship_code, count(*) from harmonised.residence_permit group by 1"
        )
        return dict(rows.fetchall())
