"""Linkage: records of all sources joined into persons, its quality, and the pairs to review."""

from typing import Annotated

import typer

from warehouse.cli.options import Lang
from warehouse.cli.output import write
from warehouse.cli.program import group


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
