"""What the program says of itself: its help and its refusals, in the language asked."""

import subprocess
import sys

import pytest
import typer.main
from typer.testing import CliRunner

from warehouse.cli import app, main
from warehouse.messages import counted, words

LANGUAGES = ("fr", "ar", "en")
FIRST_WORDS = typer.main.get_command(app).commands  # type: ignore[attr-defined]
VERBS = {
    f"{first} {second}" if second else first: verb
    for first, found in FIRST_WORDS.items()
    for second, verb in getattr(found, "commands", {"": found}).items()
}
PARAMS = [(verb, param.name) for verb, found in VERBS.items() for param in found.params]


@pytest.fixture
def say(monkeypatch, capsys):
    """Call the program as a person does; its exit code and what it said."""

    def said(*arguments, language=None):
        monkeypatch.setattr("sys.argv", ["simimo", *arguments])
        if language:
            monkeypatch.setenv("SIMIMO_LANG", language)
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return ended.value.code or 0, out + err

    return said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_help_shows_every_verb_with_its_sentence(lang):
    text = " ".join(CliRunner().invoke(app, ["--help", "--lang", lang]).output.split())
    for verb in VERBS:
        assert f" {verb} {words('help')[verb][lang]}" in text


@pytest.mark.parametrize(("verb", "param"), PARAMS)
def test_every_option_is_told_in_the_three_languages(verb, param):
    told = words("help")["param"]
    entry = told.get(f"{verb}.{param}", told.get(param))
    assert set(entry) == set(LANGUAGES)
    assert all(entry.values())


@pytest.mark.parametrize(("lang", "heading"), [("fr", "Usage :"), ("ar", "الاستعمال:")])
def test_the_help_of_a_verb_follows_the_environment(say, lang, heading):
    assert heading in say("receive", "--help", language=lang)[1]


def test_the_language_of_the_call_goes_before_the_environment(say):
    assert "Check a file" in say("--lang", "en", "check", "--help", language="ar")[1]
    assert "Check a file" in say("check", "--help", "--lang=en", language="ar")[1]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["chek"], "CLI-001", "check"),
        (["check", "x", "--perod", "2026-03"], "CLI-002", "--period"),
        (["check"], "CLI-003", "simimo check FILE --contract CONTRACT --period PERIOD"),
        (["withdraw", "3"], "CLI-003", "--reason"),
        (["decide", "three", "accept", "--reason", "x"], "CLI-004", "a whole number"),
        (["decide", "3", "maybe", "--reason", "x"], "CLI-004", "accept, reject"),
        (["codes", "decid"], "CLI-001", "decide"),
        (["codes", "approve"], "CLI-003", "simimo codes approve N"),
        (["get", "DF_TITLE_STOCK", "--format"], "CLI-004", "csv, json, parquet"),
        (["get", "DF_TITLE_STOCK", "--filter"], "CLI-004", "a text"),
        (["withdraw", "3", "sent", "by", "mistake", "--reason", "x"], "CLI-005", "by mistake"),
    ],
)
def test_a_call_that_cannot_be_followed_is_refused_in_the_language_asked(
    say, arguments, code, said
):
    ended, text = say(*arguments, language="en")
    assert ended == 2
    assert text.startswith(f"{code}  ")
    assert said in text
    assert "{" not in text


def test_an_unknown_language_of_the_environment_is_told(say, tmp_path):
    from warehouse.settings import settings

    settings.cache_clear()
    ended, text = say("check", str(tmp_path), "-c", "x", "-p", "2026", language="de")
    assert (ended, "SIMIMO_LANG" in text) == (3, True)


def test_a_port_that_is_taken_is_told_before_the_server_starts(say):
    from socket import socket

    with socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ended, text = say("serve", "--port", str(taken.getsockname()[1]))
    assert ended == 3
    assert "--port 8000" in text


def test_the_help_reads_no_heavy_library():
    heavy = ("polars", "sqlalchemy", "psycopg", "pydantic_settings", "babel", "fastapi", "numpy")
    program = f"""
import sys
from warehouse.cli import main
sys.argv = ["simimo", "--help"]
try:
    main()
finally:
    print("HEAVY", [m for m in {heavy} if m in sys.modules])
"""
    call = [sys.executable, "-c", program]
    done = subprocess.run(call, check=True, capture_output=True, text=True)
    assert "HEAVY []" in done.stdout


@pytest.mark.parametrize(
    ("count", "fr", "ar", "en"),
    [
        (0, "aucune période", "لا فترة", "no period"),
        (1, "1 période", "فترة واحدة", "1 period"),
        (2, "2 périodes", "فترتان", "2 periods"),
        (5, "5 périodes", "5 فترات", "5 periods"),
        (12, "12 périodes", "12 فترة", "12 periods"),
        (100, "100 périodes", "100 فترة", "100 periods"),
    ],
)
def test_what_is_counted_agrees_with_its_number(count, fr, ar, en):
    said = {lang: counted("build_periods", count, lang) for lang in LANGUAGES}
    assert said == {"fr": fr, "ar": ar, "en": en}
