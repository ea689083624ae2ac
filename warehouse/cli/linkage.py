"""Linkage: records of all sources joined into persons, its quality, and the pairs to review."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from warehouse.cli.options import Lang, Output
from warehouse.cli.output import user, write, write_bytes
from warehouse.cli.program import group
from warehouse.messages import counted, word

if TYPE_CHECKING:
    from warehouse.linkage.reviewing import Shown


def link(
    ctx: typer.Context,
    train: Annotated[bool, typer.Option("--train")] = False,
    lang: Lang = "fr",
) -> None:
    """Join the records that have come since the last run into persons."""
    if ctx.invoked_subcommand is None:
        from warehouse.linkage.linking import link as stage

        write(stage(train).text(lang), lang)


command = group("link", link)


@command()
def report(
    truth: Annotated[Path | None, typer.Option("--truth", exists=True, file_okay=False)] = None,
    output: Output = None,
    lang: Lang = "fr",
) -> None:
    """Write the quality of linkage as a page, readable offline."""
    from warehouse.documents.document import rendered
    from warehouse.documents.linkage_report import linkage_report
    from warehouse.linkage.quality_figures import linkage_figures

    made = rendered(linkage_report(linkage_figures(truth), lang), "html")
    write_bytes(made, lang, output or Path(f"linkage_{lang}.html"))


@command()
def review(
    count: Annotated[int, typer.Option("--count", min=1)] = 50,
    export: Annotated[Path | None, typer.Option("--export")] = None,
    import_: Annotated[Path | None, typer.Option("--import")] = None,
    reviewer: Annotated[str | None, typer.Option("--reviewer")] = None,
    lang: Lang = "fr",
) -> None:
    """Show uncertain pairs, masked, and keep what the reviewer says of them."""
    from warehouse.linkage import reviewing

    who = reviewer or user()
    if import_ is not None:
        typer.echo(counted("answers_kept", reviewing.read_sheet(import_, who), lang))
        return
    pairs = reviewing.next_pairs(who, count)
    if not pairs:
        typer.echo(word("review_none", lang))
    elif export is not None:
        reviewing.note(who, "exported", len(pairs))
        write(reviewing.sheet_of(pairs, lang), lang, export)
    else:
        typer.echo(counted("answers_kept", _ask(pairs, who, lang), lang))


def _ask(pairs: "list[Shown]", who: str, lang: str) -> int:
    """Ask about one pair after the other until the reviewer stops; how many were answered."""
    from warehouse.linkage import reviewing

    for n, pair in enumerate(pairs):
        typer.echo(word("review_pair", lang, n=n + 1, total=len(pairs)))
        reviewing.note(who, "shown", 1)
        typer.echo(reviewing.text_of(pair, lang))
        answer = _answer(lang)
        if answer is None:
            return n
        reviewing.keep_answer(who, pair.number, answer)
    return len(pairs)


def _answer(lang: str) -> str | None:
    """yes, no or unsure; None where the reviewer stops."""
    from warehouse.linkage.reviewing import answer_of

    while True:
        said = typer.prompt(word("review_question", lang), prompt_suffix=" > ").strip().casefold()
        if said in (word("review_stop", lang), "q"):
            return None
        if answer := answer_of(said):
            return answer
