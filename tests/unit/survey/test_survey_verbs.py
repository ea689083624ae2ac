"""The verbs of the survey as a person calls them: what they write, and what they refuse."""

import pytest
from openpyxl import load_workbook

from warehouse.cli import main


@pytest.fixture
def say(monkeypatch, capsys, tmp_path):
    """Call the program in an empty folder; its exit code and what it said."""

    def said(*arguments):
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr("sys.argv", ["simimo", "survey", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return ended.value.code or 0, out + err

    return said


def test_the_form_opens_in_french_and_has_every_label_in_arabic(say, tmp_path):
    assert say("form", "--output", "form.xlsx")[0] == 0
    book = load_workbook(tmp_path / "form.xlsx", read_only=True)
    survey = [tuple(row) for row in book["survey"].iter_rows(values_only=True)]
    french, arabic = (
        survey[0].index(f"label::{lang}") for lang in ("Français (fr)", "العربية (ar)")
    )
    assert all(bool(row[french]) == bool(row[arabic]) for row in survey[1:])
    (_, settings) = book["settings"].iter_rows(values_only=True)
    assert "Français (fr)" in settings


def test_the_plan_is_a_folder_of_tables(say, tmp_path):
    code, _ = say("sample", "--seed", "7", "--cv", "0.2", "--output", "plan")
    assert code == 0
    written = {path.name for path in (tmp_path / "plan").iterdir()}
    assert written == {
        *("units.csv", "strata.csv", "precision.csv", "calendar.csv", "plan.xlsx", "plan.html"),
    }


@pytest.mark.parametrize(
    ("arguments", "refusal"),
    [
        (("manual", "--lang", "en"), "CLI-012"),
        (("sample", "--seed", "1", "--start", "demain", "--output", "plan"), "CLI-013"),
        (("sample", "--seed", "1", "--cv", "0.001", "--output", "plan"), "CLI-004"),
        (("sample", "--output", "plan"), "CLI-003"),
        (
            ("sample", "--seed", "1", "--cv", "0.02", "--share", "0.01", "--output", "plan"),
            "SUR-001",
        ),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(say, arguments, refusal):
    code, said = say(*arguments)
    assert (code, refusal in said) == (2, True)


def test_a_folder_that_cannot_be_written_is_told(say, tmp_path):
    (tmp_path / "file").write_text("in the way")
    code, said = say("sample", "--seed", "1", "--cv", "0.2", "--output", "file/plan")
    assert code == 2
    assert "file/plan" in said
