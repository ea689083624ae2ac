"""The program: its verbs, and how a refusal is said."""

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import typer

from warehouse.cli.help import Program, Verb
from warehouse.cli.language import asked_language
from warehouse.cli.options import Lang

if TYPE_CHECKING:
    from warehouse.errors import SimimoError

app = typer.Typer(
    cls=Program,
    invoke_without_command=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def command(name: str | None = None) -> Callable[[Any], Any]:
    """Make a function a verb; its words stand in messages/words/help.yml."""
    return app.command(name, cls=Verb)


@app.callback()
def program(ctx: typer.Context, lang: Lang = "fr") -> None:
    """Show the help where no verb is given."""
    if ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help())


def main() -> None:
    """Run the program: a refusal is a sentence and an exit code, never a trace."""
    from warehouse.cli.refusal import refusal
    from warehouse.errors import SimimoError
    from warehouse.messages import word

    lang = asked_language(sys.argv[1:])
    try:
        raise SystemExit(app(standalone_mode=False))
    except SimimoError as error:
        _refuse(error, lang)
    except typer.TyperException as error:
        _refuse(refusal(error), lang)
    except typer.Abort:
        typer.echo(word("interrupted", lang), err=True)
        raise SystemExit(130) from None


def _refuse(error: "SimimoError", lang: str) -> None:
    typer.echo(f"{error.code}  {error.text(lang)}", err=True)
    if error.detail:
        typer.echo(f"         {error.detail}", err=True)
    typer.echo(f"         → {error.hint(lang)}", err=True)
    raise SystemExit(error.exit_code) from None
