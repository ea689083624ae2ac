"""Clerical review on the real path: two small files linked, reviewed, linked again."""

import csv
from html import unescape

import pytest
import yaml
from psycopg.errors import InsufficientPrivilege
from typer.testing import CliRunner

from tests.factories import write_csv
from warehouse import submission
from warehouse.cli import app
from warehouse.database import connect
from warehouse.documents.document import html
from warehouse.documents.linkage_report import linkage_report
from warehouse.linkage import reviewing
from warehouse.linkage import rules as rules_of_linkage
from warehouse.linkage.answers import threshold
from warehouse.linkage.linking import link
from warehouse.linkage.quality_figures import linkage_figures
from warehouse.linkage.rules import rules
from warehouse.messages import LANGUAGES, words

pytestmark = pytest.mark.path

TITLES, SEEKERS = "dgsn_residence_titles", "anapec_job_seekers"
CODES = (
    ("sex", "F", "F"),
    ("sex", "2", "F"),
    ("area", "SENEGALAISE", "SN"),
    ("area", "SEN", "SN"),
)
FAMILIES = [f"{a}{b}" for a in ("BA", "DIA", "FO", "KA", "SO", "TOU") for b in ("GOU", "MBA", "RE")]
"""Invented, and far from each other."""
GIVEN = ("AWA", "BINTOU", "COUMBA", "FATOU", "KHADY", "NDEYE", "RAMATA", "SOKHNA", "YACINE")


def _title(family, given, birth, n):
    return {
        "nom": family,
        "prenom": given,
        "date_naissance": birth,
        "numero_titre": f"Z{n:06d}Z",
        "numero_passeport": f"ZZ{n:07d}",
    }


def _seeker(family, given, birth, n):
    return {
        "nom": family,
        "prenom": given,
        "date_naissance": birth,
        "numero_inscription": f"000{n:06d}",
    }


@pytest.fixture(autouse=True)
def _threshold(tmp_path, monkeypatch):
    """The authority's rules, with a threshold that parts the pairs below into two kinds."""
    stated = yaml.safe_load(rules_of_linkage.RULES.read_text("utf-8"))
    path = tmp_path / "linkage.yml"
    path.write_text(yaml.safe_dump(stated | {"link_from_weight": 5.5}), "utf-8")
    monkeypatch.setattr(rules_of_linkage, "RULES", path)
    rules.cache_clear()
    yield
    rules.cache_clear()


@pytest.fixture
def linked(warehouse_database, tmp_path):
    """18 titles and 18 job seekers, of whom some may be one person, linked once."""
    _make_correspondences()
    born = [f"{n + 1:02d}/{n % 9 + 1:02d}/{1970 + n}" for n in range(len(FAMILIES))]
    known = [(f, GIVEN[n % 9], born[n], n) for n, f in enumerate(FAMILIES)]
    _receive(tmp_path, TITLES, *(_title(*row) for row in known))
    told = [list(row) for row in known]
    for n in range(3):
        told[n][0] += "NE"
    for n in range(3, 6):
        told[n][2] = "2" + told[n][2][1:]
    for n in range(6, 9):
        told[n][1] = "MARIAMA"
    for n in range(9, 18):
        told[n][2] = f"{n + 9:02d}/11/{1990 - n}"
    _receive(tmp_path, SEEKERS, *(_seeker(*row) for row in told))
    return link()


def _make_correspondences():
    """What a build leaves of the codes that the two files hold."""
    with connect() as session:
        session.execute("create schema if not exists harmonised")
        session.execute(
            "create table harmonised.known_correspondence "
            "(variable text, provider text, source_code text, code text, preference bigint)"
        )
        session.cursor().executemany(
            "insert into harmonised.known_correspondence values (%s, '*', %s, %s, 1)", CODES
        )
        session.execute(
            "grant usage on schema harmonised to simimo_linkage; "
            "grant select on harmonised.known_correspondence to simimo_linkage"
        )


def _receive(tmp_path, contract_id, *changes):
    path = write_csv(tmp_path / f"{contract_id}.csv", contract_id, *changes)
    report = submission.receive_file(path, contract_id, "2026-03", is_specimen=True, gate=False)
    assert report.state == "accepted"


def _rows(query):
    with connect("simimo_linkage") as session:
        return session.execute(query).fetchall()


def _pairs(kind):
    return {n for (n,) in _rows(f"select id from linkage.review_pair where kind = '{kind}'")}


def _answer(reviewer, numbers, answer):
    for number in numbers:
        reviewing.keep_answer(reviewer, number, answer)


def _persons():
    """The records by person, as they stand."""
    rows = _rows("select person_key, count(*) from linkage.person_link group by 1")
    return sorted(count for _, count in rows)


def _changes():
    return _rows("select kind, reason, count(*) from linkage.person_change group by 1, 2")


def test_a_run_puts_pairs_before_reviewers_in_an_order_that_tells_nothing(linked):
    assert (len(_pairs("near")), len(_pairs("accepted")), linked.waiting) == (3, 3, 6)
    assert {p.number for p in reviewing.next_pairs("a", 50)} == _pairs("near") | _pairs("accepted")
    orders = {tuple(p.number for p in reviewing.next_pairs(who, 50)) for who in "abcdef"}
    assert len(orders) > 1
    again = [reviewing.next_pairs("a", 50) for _ in range(2)]
    assert again[0] == again[1]


def test_yes_joins_and_no_takes_apart_at_the_next_run(linked):
    assert _persons().count(2) == 3
    _answer("a", _pairs("near"), "yes")
    _answer("a", _pairs("accepted"), "no")
    done = link()
    assert (done.answers, done.merges, done.splits) == (6, 3, 3)
    assert "6 réponses" in done.text("fr")
    assert sorted(_changes()) == [("merge", "reviewed", 3), ("split", "reviewed", 3)]
    assert _persons().count(2) == 3
    methods = _rows("select method, count(*) from linkage.person_link group by 1 order by 1")
    assert methods == [("reviewed", 6), ("single", 30)]
    assert link().answers == 0


def test_answers_stand_when_a_person_is_put_together_anew(linked, tmp_path):
    _answer("a", _pairs("near"), "yes")
    _answer("a", _pairs("accepted"), "no")
    link()
    before = _rows("select contract, record_id, person_key from linkage.person_link order by 1, 2")
    submission.withdraw(1, "sent by mistake", "steward")
    link()
    titles = tmp_path / f"{TITLES}.csv"
    titles.write_bytes(titles.read_bytes() + b"\n")
    submission.receive_file(titles, TITLES, "2026-03", is_specimen=True, gate=False)
    link()
    after = _rows("select contract, record_id, person_key from linkage.person_link order by 1, 2")
    assert _partition(before) == _partition(after)


def _partition(links):
    persons = {}
    for contract, record, person in links:
        persons.setdefault(person, set()).add((contract, record))
    return sorted(map(sorted, persons.values()))


def test_two_reviewers_who_contradict_each_other_leave_the_pair_open(linked):
    near = sorted(_pairs("near"))
    _answer("a", near, "yes")
    link()
    assert _persons().count(2) == 6
    _answer("b", near[:1], "no")
    _answer("b", near[1:2], "unsure")
    done = link()
    assert (done.answers, done.splits, _persons().count(2)) == (1, 1, 5)


def test_a_pair_is_shown_to_two_reviewers_and_to_each_once(linked):
    near = _pairs("near")
    _answer("a", near, "yes")
    assert {p.number for p in reviewing.next_pairs("a", 50)} == _pairs("accepted")
    assert {p.number for p in reviewing.next_pairs("b", 50)} >= near
    link()
    assert {p.number for p in reviewing.next_pairs("b", 50)} >= near
    _answer("b", near, "yes")
    assert {p.number for p in reviewing.next_pairs("c", 50)} == _pairs("accepted")


def test_the_reviewer_in_a_terminal_sees_no_name_no_weight_and_no_opinion(linked):
    call = ["link", "review", "--count", "5", "--reviewer", "a"]
    shown = CliRunner().invoke(app, call, input="o\nmaybe\nn\n?\nq\n")
    assert shown.exit_code == 0
    assert "Paire 4 sur 5" in shown.output
    assert "3 réponses enregistrées" in shown.output
    said = shown.output.casefold()
    for hidden in (*FAMILIES, *GIVEN, "MARIAMA", "poids", "near", "accepted", "names"):
        assert hidden.casefold() not in said.replace("nom et prénom", "")
    answers = _rows("select answer from linkage.review_answer order by id")
    assert answers == [("yes",), ("no",), ("unsure",)]
    log = _rows("select action, sum(pair_count) from linkage.review_log group by 1 order by 1")
    assert log == [("answered", 3), ("shown", 4)]


def test_a_sheet_goes_out_masked_and_its_answers_come_back(linked, tmp_path):
    sheet = tmp_path / "sheet.csv"
    call = ["link", "review", "--reviewer", "a"]
    assert CliRunner().invoke(app, [*call, "--export", str(sheet)]).exit_code == 0
    text = sheet.read_text("utf-8")
    assert not any(name in text for name in (*FAMILIES, *GIVEN, "MARIAMA"))
    rows = list(csv.DictReader(text.splitlines()))
    assert len(rows) == 6
    for row, answer in zip(rows, ("o", "non", "?", "y", "", ""), strict=True):
        row["answer"] = answer
    _write(sheet, rows)
    done = CliRunner().invoke(app, [*call, "--import", str(sheet)])
    assert "4 réponses" in done.output
    assert len(reviewing.next_pairs("a", 50)) == 2
    log = _rows("select action, pair_count from linkage.review_log order by id")
    assert log == [("exported", 6), ("imported", 4)]


@pytest.mark.parametrize(("column", "value"), [("answer", "maybe"), ("pair", "999"), ("pair", "x")])
def test_a_sheet_with_one_bad_line_is_refused_whole(linked, tmp_path, column, value):
    sheet = tmp_path / "sheet.csv"
    sheet.write_text(reviewing.sheet_of(reviewing.next_pairs("a", 50), "fr"), "utf-8")
    rows = list(csv.DictReader(sheet.read_text("utf-8").splitlines()))
    for row in rows:
        row["answer"] = "o"
    rows[-1][column] = value
    _write(sheet, rows)
    with pytest.raises(reviewing.SheetRefused) as refused:
        reviewing.read_sheet(sheet, "a")
    assert "7" in refused.value.text("fr")
    assert _rows("select * from linkage.review_answer") == []


def _write(sheet, rows):
    with sheet.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def test_nobody_changes_an_answer(linked):
    _answer("a", _pairs("near"), "yes")
    with connect("simimo_linkage") as session, pytest.raises(InsufficientPrivilege):
        session.execute("update linkage.review_answer set answer = 'no'")


def test_the_run_keeps_the_threshold_that_it_used(linked):
    (first,) = _rows("select model -> 'threshold' from linkage.run")
    assert (first[0]["link_from_weight"], first[0]["is_moved"]) == (rules().link_from_weight, False)
    _answer("a", _pairs("near") | _pairs("accepted"), "yes")
    few = {
        "threshold_answers_min": 6,
        "stratum_answers_min": 3,
    }
    with connect("simimo_linkage") as session:
        stated = threshold(session, rules())
        moved = threshold(session, rules().model_copy(update=few))
    assert stated.link_from_weight == rules().link_from_weight
    assert moved.link_from_weight == 4


def test_the_report_on_linkage_tells_what_the_answers_say(linked):
    assert linkage_figures().review.answered == 0
    _answer("a", _pairs("accepted"), "yes")
    _answer("a", _pairs("near"), "no")
    found = linkage_figures().review
    assert (found.answered, found.precision.value, found.recall.value) == (6, 1, 1)
    assert found.precision.total == len(_pairs("accepted"))
    link()
    for lang in LANGUAGES:
        page = html(linkage_report(linkage_figures(), lang))
        assert words("linkage")["section_review"][lang] in unescape(page)
        assert not any(name in page for name in (*FAMILIES, *GIVEN))
