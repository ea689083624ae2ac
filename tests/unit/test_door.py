"""The door to raw: known codes pass as written, unknown ones as tokens, the rest not at all."""

import polars as pl
import pytest

from tests.factories import batch
from warehouse.checks import CellChecks
from warehouse.codes import known_codes
from warehouse.contracts.contract import contract, contracts
from warehouse.door import VALUES_KEPT, Door, tokens, tokens_of

TITLES = "dgsn_residence_titles"

pytestmark = pytest.mark.usefixtures("home")


def _door(contract_id):
    found = contract(contract_id)
    return Door(found, known_codes(found))


def _admitted(door, *changes, contract_id=TITLES):
    found = contract(contract_id)
    checks = CellChecks(found, "2026-03", known_codes(found), is_specimen=True)
    rows = batch(contract_id, *changes)
    checks.check(rows)
    return door.admitted(rows, checks.kept_back)


def test_a_known_code_passes_as_it_is_written():
    passed = _admitted(_door(TITLES), {"nationalite": "Sénégalaise"}, {"sexe": None})
    assert passed["nationalite"].to_list() == ["Sénégalaise", "SENEGALAISE"]
    assert passed["sexe"].to_list() == ["F", None]


def test_spellings_of_one_unknown_code_have_one_token_and_are_counted_together():
    door = _door(TITLES)
    first = _admitted(door, {"nationalite": "Atlante"}, {"nationalite": "ATLANTE "}, {})
    second = _admitted(door, {"nationalite": "atlante"})
    (token,) = {*first["nationalite"][:2], *second["nationalite"]}
    assert token.startswith("?")
    assert len(token) == 17
    assert door.unknown().rows() == [("nationalite", "area", token, "ATLANTE", 3)]


def test_what_is_no_code_or_names_somebody_leaves_nothing():
    door = _door(TITLES)
    passed = _admitted(
        door, {"nationalite": "DIOP"}, {"province": "ZZ123456"}, {"profession": "ZZ 123456"}
    )
    cells = passed.row(0, named=True), passed.row(1, named=True), passed.row(2, named=True)
    assert (cells[0]["nationalite"], cells[1]["province"], cells[2]["profession"]) == (None,) * 3
    assert door.unknown().is_empty()


def test_of_a_code_in_the_first_characters_the_token_hides_all():
    door = _door("cnss_employers")
    passed = _admitted(
        door, {"activite": "0411"}, {"activite": "0412"}, contract_id="cnss_employers"
    )
    assert passed["activite"].n_unique() == 1
    assert door.unknown()["value"].to_list() == ["04"]


def test_of_several_codes_in_a_cell_the_unknown_one_alone_is_hidden():
    found = next(c for c in contracts().values() if any(k.separator for k in c.columns))
    column = next(c for c in found.columns if c.separator)
    known = known_codes(found)
    first, second = sorted(known[column.variable])[:2]
    cells = pl.Series(column.name, [column.separator.join([first, "ATLANTE", second]), first])
    kept_back = {("unknown_code", column.name): pl.Series([True, False])}
    door = Door(found, known)
    passed = door.admitted(cells.to_frame(), kept_back)[column.name].to_list()
    (token,) = door.unknown()["token"]
    assert passed == [column.separator.join([first, token, second]), first]


def test_past_a_number_of_values_a_column_is_no_list_of_codes():
    door = _door(TITLES)
    names = [{"nationalite": f"MOT{chr(65 + n % 26)}{chr(65 + n // 26)}"} for n in range(300)]
    _admitted(door, *names)
    assert door.unknown().height == len(names)
    assert door.unknown()["value"].drop_nulls().len() == VALUES_KEPT


def test_published_figures_keep_what_their_publisher_wrote():
    """Nobody is in them; an analyst reads the publisher's own word."""
    door = _door("uk_cos_nationality")
    rows = pl.DataFrame({"Nationality": ["Atlantis"]})
    kept_back = {("unknown_code", "Nationality"): pl.Series([True])}
    assert door.admitted(rows, kept_back).equals(rows)


def test_a_token_is_of_its_variable_and_of_letters_of_every_script():
    words = pl.Series(["طوغولية", "أطلنطية"])
    assert tokens("area", words).n_unique() == 2
    assert set(tokens("area", words)).isdisjoint(tokens("region", words))


def test_a_decided_code_finds_its_token_however_it_is_spelled():
    (token,) = tokens("area", pl.Series(["ATLANTE"]))
    assert tokens_of("area", frozenset({" atlante"})) == {token: "ATLANTE"}
