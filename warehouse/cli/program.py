"""The program: its verbs, and how a refusal is said."""

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import typer

from warehouse.cli.help import Group, Program, Verb
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


def group(name: str, section: Callable[..., None]) -> Callable[..., Callable[[Any], Any]]:
    """Make a group of verbs (`simimo codes decide`); what is returned makes a function one of them.

    `section`, a function that does nothing, tells the module under whose heading the help has it.
    """
    verbs = typer.Typer(cls=Group, rich_markup_mode=None)
    verbs.callback(invoke_without_command=True)(section)
    app.add_typer(verbs, name=name)

    def command_of_group(name: str | None = None) -> Callable[[Any], Any]:
        return verbs.command(name, cls=Verb)

    return command_of_group


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


def tell(error: "SimimoError", lang: str) -> None:
    """Say on the error stream what was found, and what to do."""
    typer.echo(f"{error.code}  {error.text(lang)}", err=True)
    if detail := error.detail_in(lang):
        typer.echo(f"         {detail}", err=True)
    typer.echo(f"         → {error.hint(lang)}", err=True)


def _refuse(error: "SimimoError", lang: str) -> None:
    tell(error, lang)
    raise SystemExit(error.exit_code) from None
