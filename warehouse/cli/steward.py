"""What the steward of the warehouse does: follow what arrives, decide, build."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from warehouse.cli.options import Lang, Number, Output, Provider, Reason
from warehouse.cli.output import show, user, write
from warehouse.cli.program import command, tell
from warehouse.errors import SimimoError
from warehouse.messages import word

if TYPE_CHECKING:
    from expectations.results import GateResult


@command()
def status(
    contract: Annotated[str | None, typer.Option("--contract", "-c")] = None,
    since: Annotated[str | None, typer.Option()] = None,
    lang: Lang = "fr",
    format: Annotated[Literal["text", "json", "csv"], typer.Option("--format")] = "text",
) -> None:
    """Follow what comes in: provider x extract x period, state and due date."""
    from warehouse import status as stage

    write(stage.render(stage.status(contract, since), format, lang), lang)


@command()
def calendar(
    provider: Provider = None,
    year: Annotated[int | None, typer.Option(min=2000, max=2100)] = None,
    lang: Lang = "fr",
    format: Annotated[Literal["text", "json", "csv", "ics"], typer.Option("--format")] = "text",
    output: Output = None,
) -> None:
    """List the due dates, late ones first, or write them for an agenda."""
    from datetime import date

    from warehouse import calendar as stage
    from warehouse.status import status

    today = date.today()
    rows = stage.calendar(status(), today, provider, year)
    write(stage.render(rows, format, lang, today), lang, output)


@command()
def pull(
    provider: Provider = None,
    every: Annotated[int | None, typer.Option(min=1)] = None,
    lang: Lang = "fr",
    format: Annotated[Literal["text", "json"], typer.Option("--format")] = "text",
) -> None:
    """Fetch the new files from where providers leave them, and receive them."""
    from warehouse import pull as stage

    if every:
        _pull_rounds(provider, every, lang, format)
        return
    summary = stage.pull(provider)
    write(stage.render(summary, format, lang), lang)
    if summary.exit_code:
        raise typer.Exit(summary.exit_code)


def _pull_rounds(
    provider: str | None, every: int, lang: str, format: Literal["text", "json"]
) -> None:
    """Pull again and again until a signal asks to stop; a round that fails is told."""
    from warehouse import pull as stage

    with stage.stopping() as stop:
        is_first = True
        while stop.is_not_asked():
            try:
                summary = stage.pull(provider, stop.sleep, stop)
            except SimimoError as error:
                # What fails at once is a mistake in the call; later on it may pass.
                if is_first:
                    raise
                tell(error, lang)
            else:
                if is_first or summary.files:
                    write(stage.render(summary, format, lang), lang)
            is_first = False
            stop.sleep(every)
    typer.echo(word("pull_stopped", lang), err=True)


@command()
def decide(
    number: Number,
    decision: Annotated[Literal["accept", "reject"], typer.Argument()],
    reason: Reason,
    lang: Lang = "fr",
) -> None:
    """Lift a hold: accept or reject a submission."""
    from warehouse import submission

    show(submission.decide(number, decision, reason, user()), "text", lang, None)


@command()
def withdraw(number: Number, reason: Reason, lang: Lang = "fr") -> None:
    """Withdraw a submission; the version that it superseded counts again."""
    from warehouse import submission

    show(submission.withdraw(number, reason, user()), "text", lang, None, exit_with_state=False)


@command()
def gate(
    number: Annotated[int | None, typer.Argument(metavar="N")] = None,
    lang: Lang = "fr",
    output: Annotated[Path, typer.Option("--output", "-o")] = Path("plausibilite.html"),
) -> None:
    """Write the page of the plausibility checks, readable offline."""
    from expectations.page import results_page

    write(results_page(_gated(number), lang), lang, output)


def _gated(number: int | None) -> "list[GateResult]":
    from expectations.results import kept_results
    from warehouse import submission
    from warehouse.database import connect
    from warehouse.errors import NotJudged

    results = kept_results(number)
    if number is not None and not results:
        with connect("simimo_pipeline") as session:
            submission.report(session, number)
        raise NotJudged(submission=number)
    return results


@command()
def purge(
    trial: Annotated[bool, typer.Option("--trial")] = False,
    lang: Lang = "fr",
) -> None:
    """Erase the names and birth dates whose retention has ended."""
    from datetime import date

    from warehouse import purge as stage

    write(stage.purge(date.today(), user(), trial).text(lang), lang)


@command()
def migrate(lang: Lang = "fr") -> None:
    """Mettre la base de données à la version de ce programme."""
    from warehouse import migrate as stage

    stage.migrate()
    typer.echo(word("migrated", lang, revision=stage.head_revision()))


@command()
def build(
    full: Annotated[bool, typer.Option("--full")] = False,
    test: Annotated[bool, typer.Option("--test")] = False,
    every: Annotated[int | None, typer.Option()] = None,
    lang: Lang = "fr",
) -> None:
    """Build staging and harmonised, link persons, build episodes and indicators."""
    import time

    from warehouse import build as stage

    typer.echo(stage.build(full=full, test=test).text(lang))
    while every:
        time.sleep(every)
        summary = stage.build()
        if summary.steps:
            typer.echo(summary.text(lang))


@command()
def original(
    number: Number,
    key: Annotated[Path, typer.Option("--key")],
    output: Annotated[Path, typer.Option("--output", "-o")],
    lang: Lang = "fr",
) -> None:
    """Open the original of a submission again, with the custodian's key."""
    from warehouse.original import open_original

    open_original(number, key, output)
    typer.echo(word("original_written", lang, submission=number, file=output))
