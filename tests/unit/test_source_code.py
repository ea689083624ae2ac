"""A source code is compared by what it means, not by how it is typed; SQL compares alike."""

import ast
import re
from pathlib import Path

import jinja2
import polars as pl
import pytest

from warehouse.source_code import FOLDED, folded_characters_macro, matched, matched_codes

MACROS = Path(__file__).parents[2] / "dbt_project" / "macros"
TYPED = {
    "  fr ": "FR",
    "Sénégalaise\xa0": "SENEGALAISE",
    "SE\u0301NE\u0301GALAISE": "SENEGALAISE",
    "Côte d’Ivoire": "COTE D'IVOIRE",
    "COTE  D'IVOIRE": "COTE D'IVOIRE",
    "\tFR\r\n": "FR",
    "ＦＲ\u3000": "FR",
    "ｆｒ": "FR",
    "٥٠٤": "504",
    "۵۰۴": "504",
    "５０４": "504",
    "Œuvre": "OEUVRE",
    "Straße": "STRASSE",
    "Guinée–Bissau": "GUINEE-BISSAU",
    "\ufeffM": "M",
    "المغـــرب": "المغرب",
    "مَغْرِب": "مغرب",
    "أنثى": "انثي",
    "انثی": "انثي",
    "إناث": "اناث",
    "\u200fذكر\u200e": "ذكر",
    "سنغالي\u00a0 SN": "سنغالي SN",
    "_U": "_U",
    "": "",
    " \u00a0 ": "",
    "a  b   c": "A B C",
    "Łódź": "LODZ",
}
UNLIKE = [("SOUDAN", "SOUDAN DU SUD"), ("GUINEE BISSAU", "GUINEE-BISSAU"), ("1", "01"), ("ة", "ه")]


@pytest.mark.parametrize(("typed", "code"), TYPED.items())
def test_a_code_is_read_however_it_is_typed(typed: str, code: str) -> None:
    assert matched(typed) == code
    assert matched(code) == code


@pytest.mark.parametrize(("one", "other"), UNLIKE)
def test_what_could_mean_two_things_is_not_folded(one: str, other: str) -> None:
    assert matched(one) != matched(other)


def test_a_column_of_codes_is_read_as_each_of_them() -> None:
    typed = [*TYPED, None, *FOLDED]
    read = [None if text is None else matched(text) for text in typed]
    assert matched_codes(pl.Series(typed, dtype=pl.String)).to_list() == read


def test_the_macro_file_is_the_one_written_from_here() -> None:
    written = (MACROS / "folded_characters.sql").read_text("utf-8")
    assert written == folded_characters_macro()


@pytest.mark.path
def test_sql_reads_codes_as_python_does(warehouse_database: str) -> None:
    """Every character that is folded, and every nasty text, through the macro and the function."""
    from warehouse.database import connect

    texts = [*TYPED, *FOLDED, *(f" {c}a {c} " for c in FOLDED)]
    with connect("simimo_pipeline") as session:
        expression = _matched_code("typed.text").replace("%", "%%")
        query = f"select typed.text, {expression} from unnest(%s::text[]) as typed (text)"
        read: dict[str, str] = dict(session.execute(query, [texts]).fetchall())
    assert {text: read[text] for text in texts if read[text] != matched(text)} == {}


def _matched_code(text: str) -> str:
    """The SQL of matched_code(text), rendered as dbt renders it."""
    files = [(MACROS / f"{name}.sql").read_text("utf-8") for name in ("folded_characters", "codes")]
    told = re.search(r"return\((\{.*\})\)", files[0], re.DOTALL)
    assert told
    environment = jinja2.Environment(extensions=["jinja2.ext.do"])
    environment.globals["folded_characters"] = lambda: ast.literal_eval(told[1])
    template = environment.from_string(files[1] + "{{ matched_code(text) }}")
    return template.render(text=text).strip()
