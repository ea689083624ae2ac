"""Releases: publish one, and verify that one is still what was published."""

from typing import Annotated, Literal

import typer

from warehouse.cli.options import Lang
from warehouse.cli.output import write
from warehouse.cli.program import group


def release(ctx: typer.Context, lang: Lang = "fr") -> None:
    """Publish a new release of the indicators, protected and numbered."""
    if ctx.invoked_subcommand is None:
        from warehouse import release as stage

        typer.echo(stage.release().text(lang))


command = group("release", release)


@command()
def verify(
    number: Annotated[int | None, typer.Argument(metavar="N")] = None,
    from_raw: Annotated[bool, typer.Option("--from-raw")] = False,
    format: Annotated[Literal["text", "json"], typer.Option("--format")] = "text",
    lang: Lang = "fr",
) -> None:
    """Recompute the hash of a release, from what is stored or from the files."""
    import json

    from warehouse import release_verify as stage

    found = stage.verify_from_raw(number) if from_raw else stage.verify(number)
    told = json.dumps(found.to_json(), ensure_ascii=False, indent=1)
    write(told if format == "json" else found.text(lang), lang)
    if found.differences:
        raise typer.Exit(1)
