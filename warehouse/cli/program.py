"""The program: its verbs, the language asked, and how a refusal is said."""

import sys
from itertools import pairwise

import typer

LANGUAGES = ("fr", "ar", "en")

app = typer.Typer(
    help="SIMIMO : du fichier d'une institution à l'indicateur publié.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
command = app.command


def _asked_language() -> str:
    """The language of --lang on the command line, else of SIMIMO_LANG."""
    from warehouse.settings import settings

    words = sys.argv[1:]
    asked = [w.removeprefix("--lang=") for w in words if w.startswith("--lang=")]
    asked += [after for word, after in pairwise(words) if word == "--lang"]
    return asked[-1] if asked and asked[-1] in LANGUAGES else settings().lang


def main() -> None:
    """The program: a refusal is a sentence and an exit code, never a trace."""
    from warehouse.errors import SimimoError

    try:
        app()
    except SimimoError as error:
        lang = _asked_language()
        typer.echo(f"{error.code}  {error.text(lang)}", err=True)
        if error.detail:
            typer.echo(f"         {error.detail}", err=True)
        typer.echo(f"         → {error.hint(lang)}", err=True)
        raise SystemExit(error.exit_code) from None
